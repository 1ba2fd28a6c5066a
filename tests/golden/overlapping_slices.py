import numpy as np


def overlapping_slices_grad(x, rounds):
    # forward
    x = x.copy()
    t_saved = []
    t_saved1 = []
    for _ in range(rounds):
        x[1:] = x[:-1] + x[1:]
        t = x[1:] * 0.1
        t_saved.append(t)
        t1 = x[:-1]
        t_saved1.append(t1.copy())
        x[:-1] = t1 * t
    # reverse
    x_bar = np.cos(x)
    for _ in range(rounds):
        # x[:-1] *= x[1:] * 0.1
        t_bar = x_bar[:-1]
        t1 = t_saved.pop()
        t = t_saved1.pop()
        t_bar1 = 0.1 * (t_bar * t)
        x_bar[:-1] = t_bar * t1
        x_bar[1:] += t_bar1
        # x[1:] = x[:-1] + x[1:]
        x_bar[:-1] += x_bar[1:]
    return (x_bar,)
