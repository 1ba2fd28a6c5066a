import numpy as np


def element_write_grad(x):
    # forward
    prefix = np.empty_like(x)
    prefix[0] = x[0]
    n = len(x)
    for i in range(1, n):
        prefix[i] = prefix[i - 1] * x[i]
    # reverse
    prefix_bar = -np.sin(prefix)
    x_bar = np.zeros_like(x)
    for i in reversed(range(1, n)):
        # prefix[i] = prefix[i - 1] * x[i]
        t_bar = prefix_bar[i]
        prefix_bar[i] = 0.0
        t = i - 1
        prefix_bar[t] += t_bar * x[i]
        x_bar[i] += t_bar * prefix[t]
    # prefix[0] = x[0]
    x_bar[0] += prefix_bar[0]
    return (x_bar,)
