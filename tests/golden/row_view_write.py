import numpy as np


def row_view_write_grad(a, v):
    # forward
    a = a.copy()
    n = a.shape[0]
    t_saved = []
    t_saved1 = []
    for i in range(n):
        t = a[i]
        t1 = t[:-1]
        t_saved1.append(t1.copy())
        t2 = v[i]
        a[i, 1:] = t1 * t2 + t[1:]
        t = a[i]
        t_saved.append(t.copy())
        a[i] = t * t2
    # reverse
    a_bar = 2.0 * a
    v_bar = np.zeros_like(v)
    for i in reversed(range(n)):
        # row *= v[i]
        t_bar = a_bar[i]
        t1 = v[i]
        t = t_saved.pop()
        t_bar1 = t_bar @ t
        a_bar[i] = t1 * t_bar
        # row[1:] = row[:-1] * v[i] + row[1:]
        t_bar = a_bar[i, 1:]
        t = t_saved1.pop()
        v_bar[i] += t_bar1 + t_bar @ t
        a_bar[i, :-1] += t1 * t_bar
    return a_bar, v_bar
