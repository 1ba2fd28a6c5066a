import numpy as np


def element_write_grad(x):
    # forward
    prefix = np.empty_like(x)
    prefix[0] = x[0]
    n = len(x)
    t_saved = []
    for i in range(1, n):
        t = prefix[i - 1]
        t_saved.append(t)
        prefix[i] = t * x[i]
    # reverse
    prefix_bar = -np.sin(prefix)
    x_bar = np.zeros_like(x)
    for i in reversed(range(1, n)):
        # prefix[i] = prefix[i - 1] * x[i]
        t_bar = prefix_bar[i]
        prefix_bar[i] = 0.0
        t = t_saved.pop()
        prefix_bar[i - 1] += t_bar * x[i]
        x_bar[i] += t_bar * t
    # prefix[0] = x[0]
    x_bar[0] += prefix_bar[0]
    return (x_bar,)
