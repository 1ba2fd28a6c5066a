import numpy as np


def rows_in_place_grad(a, target):
    # forward
    n = len(a)
    t_saved = []
    a_saved = []
    a = a.copy()
    for i in range(n):
        a1 = a.copy()
        a_saved.append(a1)
        if i % 2:
            t = np.exp(-a[i])
            t_saved.append(t)
            a[i, :] = t + target
        else:
            a[i] -= np.mean(a[i])
    a_bar = a[::-1]
    # reverse
    a_bar[::-1] += a
    target_bar = np.zeros_like(target)
    for i in reversed(range(n)):
        a = a_saved.pop()
        if i % 2:
            t_bar = a_bar[i, :].copy()
            # row[:] = np.exp(-row) + target
            a_bar[i, :] = 0.0
            target_bar += t_bar
            t = t_saved.pop()
            a_bar[i] -= t_bar * t
        else:
            # row -= row.mean()
            t = a[i]
            a_bar[i] += np.full_like(t, -(np.sum(a_bar[i]) / t.size))
    return a_bar, target_bar
