import numpy as np


def jacobi_1d_grad(a, b, steps):
    # forward
    a = a.copy()
    b = b.copy()
    for _ in range(steps):
        b[1:-1] = (a[:-2] + a[1:-1] + a[2:]) / 3.0
        a[1:-1] = (b[:-2] + b[1:-1] + b[2:]) / 3.0
    # reverse
    a_bar = 2.0 * a
    b_bar = np.zeros_like(b)
    for _ in range(steps):
        # a[1:-1] = (b[:-2] + b[1:-1] + b[2:]) / 3.0
        t_bar = a_bar[1:-1] / 3.0
        b_bar[:-2] += t_bar
        b_bar[1:-1] += t_bar
        b_bar[2:] += t_bar
        # b[1:-1] = (a[:-2] + a[1:-1] + a[2:]) / 3.0
        t_bar = b_bar[1:-1] / 3.0
        b_bar[1:-1] = 0.0
        a_bar[1:-1] = t_bar
        a_bar[:-2] += t_bar
        a_bar[2:] += t_bar
    return a_bar, b_bar
