import numpy as np


def heat_3d_grad(a, b, steps):
    # forward
    a = a.copy()
    b = b.copy()
    for _ in range(steps):
        t = a[1:-1, 1:-1, 1:-1]
        t1 = 2.0 * t
        b[1:-1, 1:-1, 1:-1] = (
            t
            + 0.125
                * (
                    a[2:, 1:-1, 1:-1]
                    - t1
                    + a[:-2, 1:-1, 1:-1]
                    + (a[1:-1, 2:, 1:-1] - t1)
                    + a[1:-1, :-2, 1:-1]
                    + (a[1:-1, 1:-1, 2:] - t1)
                    + a[1:-1, 1:-1, :-2]
                )
        )
        t = b[1:-1, 1:-1, 1:-1]
        t1 = 2.0 * t
        a[1:-1, 1:-1, 1:-1] = (
            t
            + 0.125
                * (
                    b[2:, 1:-1, 1:-1]
                    - t1
                    + b[:-2, 1:-1, 1:-1]
                    + (b[1:-1, 2:, 1:-1] - t1)
                    + b[1:-1, :-2, 1:-1]
                    + (b[1:-1, 1:-1, 2:] - t1)
                    + b[1:-1, 1:-1, :-2]
                )
        )
    # reverse
    b_bar = np.full_like(b, 1.0 / b.size)
    a_bar = 2.0 * a
    for _ in range(steps):
        # target[1:-1, 1:-1, 1:-1] = source[1:-1, 1:-1, 1:-1] + 0.125 * ( (source[2:,...
        t_bar = a_bar[1:-1, 1:-1, 1:-1]
        t_bar2 = 0.125 * t_bar
        t_bar1 = -(0.25 * t_bar)
        t_bar1 -= t_bar2
        b_bar[1:-1, 1:-1, 1:-1] += t_bar + 2.0 * t_bar1
        b_bar[2:, 1:-1, 1:-1] += t_bar2
        b_bar[:-2, 1:-1, 1:-1] += t_bar2
        b_bar[1:-1, 2:, 1:-1] += t_bar2
        b_bar[1:-1, :-2, 1:-1] += t_bar2
        b_bar[1:-1, 1:-1, 2:] += t_bar2
        b_bar[1:-1, 1:-1, :-2] += t_bar2
        t_bar = b_bar[1:-1, 1:-1, 1:-1]
        t_bar2 = 0.125 * t_bar
        t_bar1 = -(0.25 * t_bar)
        t_bar1 -= t_bar2
        a_bar[1:-1, 1:-1, 1:-1] = t_bar + 2.0 * t_bar1
        b_bar[1:-1, 1:-1, 1:-1] = 0.0
        a_bar[2:, 1:-1, 1:-1] += t_bar2
        a_bar[:-2, 1:-1, 1:-1] += t_bar2
        a_bar[1:-1, 2:, 1:-1] += t_bar2
        a_bar[1:-1, :-2, 1:-1] += t_bar2
        a_bar[1:-1, 1:-1, 2:] += t_bar2
        a_bar[1:-1, 1:-1, :-2] += t_bar2
    return a_bar, b_bar
