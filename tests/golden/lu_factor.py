import numpy as np


def undiagonal(g, x, offset, axis1, axis2):
    """Zeros in the shape of x, with g on the diagonal."""
    x_bar = np.zeros(np.shape(x), np.result_type(g))
    diagonal = np.diagonal(x_bar, offset, axis1, axis2)
    diagonal.flags.writeable = True
    diagonal[...] = g
    return x_bar


def lu_factor_grad(a):
    # forward
    a = a.copy()
    n = len(a)
    a_saved = []
    a_saved1 = []
    a_saved2 = []
    for i in range(n):
        for j in range(i):
            for k in range(j):
                a_saved1.append(a[i, j])
                a[i, j] -= a[i, k] * a[k, j]
            t = a[i, j]
            a_saved2.append(t)
            a[i, j] = t / a[j, j]
        for j in range(i, n):
            for k in range(i):
                a_saved.append(a[i, j])
                a[i, j] -= a[i, k] * a[k, j]
    t = np.diagonal(a)
    # reverse
    a_bar = undiagonal(np.sign(t) / np.absolute(t), a, 0, 0, 1)
    a_bar[:, 0] += a[0, :]
    a_bar[0, :] += a[:, 0]
    for i in reversed(range(n)):
        for j in reversed(range(i, n)):
            for k in reversed(range(i)):
                # a[i, j] -= a[i, k] * a[k, j]
                a[i, j] = a_saved.pop()
                t_bar = a_bar[i, j]
                a_bar[i, k] -= t_bar * a[k, j]
                a_bar[k, j] -= t_bar * a[i, k]
        for j in reversed(range(i)):
            # a[i, j] /= a[j, j]
            a[i, j] = a_saved2.pop()
            t_bar = a_bar[i, j]
            t = a[j, j]
            a_bar[i, j] = t_bar / t
            a_bar[j, j] -= t_bar * (a[i, j] / t / t)
            for k in reversed(range(j)):
                # a[i, j] -= a[i, k] * a[k, j]
                a[i, j] = a_saved1.pop()
                t_bar = a_bar[i, j]
                a_bar[i, k] -= t_bar * a[k, j]
                a_bar[k, j] -= t_bar * a[i, k]
    return (a_bar,)
