import numpy as np


def thomas_solve_grad(lower, diagonal, upper, b):
    # forward
    d = diagonal.copy()
    n = len(b)
    t_saved = []
    t_saved1 = []
    b = b.copy()
    for i in range(1, n):
        t = i - 1
        t1 = d[t]
        t_saved1.append(t1)
        factor = lower[t] / t1
        d[i] -= factor * upper[t]
        t = b[t]
        t_saved.append(t)
        b[i] -= factor * t
    t = d[-1]
    t1 = b[-1] / t
    b[-1] = t1
    t2 = n - 1 - 1
    t_saved2 = []
    t_saved3 = []
    for i in range(t2, -1, -1):
        t3 = b[i + 1]
        t_saved3.append(t3)
        t3 = (b[i] - upper[i] * t3) / d[i]
        t_saved2.append(t3)
        b[i] = t3
    # reverse
    b_bar = 2.0 * b
    upper_bar = np.zeros_like(upper)
    d_bar = np.zeros_like(d)
    for i in reversed(range(t2, -1, -1)):
        # b[i] = (b[i] - upper[i] * b[i + 1]) / d[i]
        t_bar = b_bar[i]
        b_bar[i] = 0.0
        t2 = d[i]
        t4 = t_saved2.pop()
        t_bar1 = t_bar / t2
        t3 = t_saved3.pop()
        b_bar[i] += t_bar1
        upper_bar[i] -= t_bar1 * t3
        b_bar[i + 1] -= t_bar1 * upper[i]
        d_bar[i] -= t_bar * (t4 / t2)
    # b[-1] /= d[-1]
    t_bar = b_bar[-1]
    b_bar[-1] = 0.0
    d_bar[-1] -= t_bar * (t1 / t)
    b_bar[-1] += t_bar / t
    lower_bar = np.zeros_like(lower)
    for i in reversed(range(1, n)):
        # b[i] -= factor * b[i - 1]
        t_bar = b_bar[i]
        t2 = t_saved.pop()
        t = i - 1
        t1 = t_saved1.pop()
        factor = lower[t] / t1
        factor_bar = -(t_bar * t2)
        b_bar[t] -= t_bar * factor
        # d[i] -= factor * upper[i - 1]
        t_bar = d_bar[i]
        factor_bar -= t_bar * upper[t]
        upper_bar[t] -= t_bar * factor
        # factor = lower[i - 1] / d[i - 1]
        lower_bar[t] += factor_bar / t1
        d_bar[t] -= factor_bar * (factor / t1)
    return lower_bar, d_bar, upper_bar, b_bar
