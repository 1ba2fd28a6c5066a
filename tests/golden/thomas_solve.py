import numpy as np


def thomas_solve_grad(lower, diagonal, upper, b):
    # forward
    d = diagonal.copy()
    n = len(b)
    b = b.copy()
    for i in range(1, n):
        t = i - 1
        factor = lower[t] / d[t]
        d[i] -= factor * upper[t]
        b[i] -= factor * b[t]
    t = d[-1]
    t1 = b[-1] / t
    b1 = b.copy()
    b1[-1] = t1
    t2 = n - 1 - 1
    for i in range(t2, -1, -1):
        b1[i] = (b1[i] - upper[i] * b1[i + 1]) / d[i]
    # reverse
    b_bar = 2.0 * b1
    upper_bar = np.zeros_like(upper)
    d_bar = np.zeros_like(d)
    for i in reversed(range(t2, -1, -1)):
        # b[i] = (b[i] - upper[i] * b[i + 1]) / d[i]
        t_bar = b_bar[i]
        t2 = d[i]
        t_bar1 = t_bar / t2
        t3 = i + 1
        b_bar[i] = t_bar1
        upper_bar[i] -= t_bar1 * b1[t3]
        b_bar[t3] -= t_bar1 * upper[i]
        d_bar[i] -= t_bar * (b1[i] / t2)
    # b[-1] /= d[-1]
    t_bar = b_bar[-1]
    d_bar[-1] -= t_bar * (t1 / t)
    b_bar[-1] = t_bar / t
    lower_bar = np.zeros_like(lower)
    for i in reversed(range(1, n)):
        # b[i] -= factor * b[i - 1]
        t_bar = b_bar[i]
        t = i - 1
        t1 = d[t]
        factor = lower[t] / t1
        factor_bar = -(t_bar * b[t])
        b_bar[t] -= t_bar * factor
        # d[i] -= factor * upper[i - 1]
        t_bar = d_bar[i]
        factor_bar -= t_bar * upper[t]
        upper_bar[t] -= t_bar * factor
        # factor = lower[i - 1] / d[i - 1]
        lower_bar[t] += factor_bar / t1
        d_bar[t] -= factor_bar * (factor / t1)
    return lower_bar, d_bar, upper_bar, b_bar
