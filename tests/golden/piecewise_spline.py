import numpy as np


def piecewise_spline_grad(x, knots, values):
    # forward
    t = knots[:-1]
    n = len(t)
    t1 = knots[1:]
    t2 = values[:-1]
    t3 = values[1:]
    t_is_none_saved = []
    t_saved = []
    t_saved1 = []
    for i in range(n):
        left = t[i]
        right = t1[i]
        t4 = left <= x
        if t4:
            t4 = x < right
        t_saved1.append(t4)
        if t4:
            t4 = (x - left) / (right - left)
            t_is_none = False
        else:
            t4 = None
            t_is_none = True
        t_is_none_saved.append(t_is_none)
        t_saved.append(t4)
    # reverse
    values_bar = np.zeros_like(values)
    x_bar = 0.0
    for i in reversed(range(n)):
        t_is_none = t_is_none_saved.pop()
        t5 = t_saved.pop()
        high = t3[i]
        low = t2[i]
        if t_is_none:
            high_bar = 0.0
            low_bar = 0.0
            t_bar = 0.0
        else:
            # total += low + (high - low) * s * s * (3 - 2 * s)
            t6 = high - low
            t4 = t6 * t5
            t_bar = 1.0 * (3 - 2 * t5)
            t_bar1 = t_bar * t5
            high_bar = t_bar1 * t5
            low_bar = 1.0 - high_bar
            t_bar = t_bar * t4 - 1.0 * (t4 * t5) * 2 + t_bar1 * t6
        t4 = t_saved1.pop()
        # s = (x - left) / (right - left) if left <= x < right else None
        right = t1[i]
        left = t[i]
        if t4:
            x_bar += t_bar / (right - left)
        values_bar[1:][i] += high_bar
        values_bar[:-1][i] += low_bar
    return float(x_bar), values_bar
