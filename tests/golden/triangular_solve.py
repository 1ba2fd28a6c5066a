import numpy as np


def triangular_solve_grad(lower, b):
    # forward
    x = np.zeros_like(b)
    n = len(b)
    for i in range(n):
        x[i] = (b[i] - lower[i, :i] @ x[:i]) / lower[i, i]
    # reverse
    x_bar = 2.0 * x
    b_bar = np.zeros_like(b)
    lower_bar = np.zeros_like(lower)
    for i in reversed(range(n)):
        # x[i] = (b[i] - lower[i, :i] @ x[:i]) / lower[i, i]
        t_bar = x_bar[i]
        x_bar[i] = 0.0
        t = lower[i, i]
        t_bar1 = t_bar / t
        b_bar[i] += t_bar1
        lower_bar[i, :i] -= t_bar1 * x[:i]
        x_bar[:i] -= t_bar1 * lower[i, :i]
        lower_bar[i, i] -= t_bar * (x[i] / t)
    return lower_bar, b_bar
