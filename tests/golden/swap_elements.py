import math
import numpy as np


def swap_elements_grad(x, rounds):
    # forward
    x = x.copy()
    n = len(x)
    t_saved = []
    for r in range(rounds):
        for i in range(n // 2):
            t1 = n - 1 - i
            t = x[i]
            t_saved.append(t)
            x[i] = x[t1]
            x[t1] = math.sin(t)
        t = x[:-1].copy()
        x[0] = x[-1] * 0.9
        x[1:] = t
    # reverse
    x_bar = np.ones_like(x) * np.arange(1, stop=n + 1)
    for r in reversed(range(rounds)):
        t_bar1 = x_bar[1:].copy()
        # x[0], x[1:] = x[-1] * 0.9, x[:-1].copy()
        x_bar[1:] = 0.0
        t_bar = x_bar[0] * 0.9
        x_bar[0] = 0.0
        x_bar[-1] += t_bar
        x_bar[:-1] += t_bar1
        for i in reversed(range(n // 2)):
            # x[i], x[n - 1 - i] = x[n - 1 - i], np.sin(x[i])
            t = n - 1 - i
            t_bar = x_bar[t]
            x_bar[t] = 0.0
            t_bar1 = x_bar[i]
            t1 = t_saved.pop()
            x_bar[i] = t_bar * math.cos(t1)
            x_bar[t] += t_bar1
    return (x_bar,)
