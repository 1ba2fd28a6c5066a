import numpy as np


def rows_in_place_grad(a, target):
    # forward
    n = len(a)
    a_saved = []
    t_saved = []
    a_saved1 = []
    a = a.copy()
    for i in range(n):
        if i % 2:
            t = np.exp(-a[i])
            t_saved.append(t)
            a_saved.append(a[i, :].copy())
            a[i, :] = t + target
        else:
            t = a[i]
            a_saved1.append(t.copy())
            a[i] -= np.mean(t)
    # reverse
    a_bar = a[::-1].copy()
    a_bar[::-1] += a
    target_bar = np.zeros_like(target)
    for i in reversed(range(n)):
        if i % 2:
            # row[:] = np.exp(-row) + target
            a[i, :] = a_saved.pop()
            t_bar = a_bar[i, :]
            target_bar += t_bar
            t = t_saved.pop()
            a_bar[i] = -(t_bar * t)
        else:
            # row -= row.mean()
            a[i] = a_saved1.pop()
            a_bar[i] -= np.sum(a_bar[i]) / a[i].size
    return a_bar, target_bar
