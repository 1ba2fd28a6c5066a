import numpy as np


def fdtd_2d_grad(ex, ey, hz, source):
    # forward
    n = len(source)
    ex = ex.copy()
    ey = ey.copy()
    hz = hz.copy()
    for t in range(n):
        ey[0, :] = source[t]
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
    # reverse
    hz_bar = 2.0 * hz
    ey_bar = 2.0 * ey
    ex_bar = 2.0 * ex
    source_bar = np.zeros_like(source)
    for t in reversed(range(n)):
        # hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :...
        t_bar = 0.7 * hz_bar[:-1, :-1]
        t_bar1 = -t_bar
        ex_bar[:-1, 1:] += t_bar1
        ex_bar[:-1, :-1] += t_bar
        ey_bar[1:, :-1] += t_bar1
        ey_bar[:-1, :-1] += t_bar
        # ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        t_bar = 0.5 * ex_bar[:, 1:]
        hz_bar[:, 1:] -= t_bar
        hz_bar[:, :-1] += t_bar
        # ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        t_bar = 0.5 * ey_bar[1:, :]
        hz_bar[1:, :] -= t_bar
        hz_bar[:-1, :] += t_bar
        # ey[0, :] = source[t]
        source_bar[t] += np.sum(ey_bar[0, :])
        ey_bar[0, :] = 0.0
    return ex_bar, ey_bar, hz_bar, source_bar
