import math
import numpy as np


def undiagonal(g, x, offset, axis1, axis2):
    """Zeros in the shape of x, with g on the diagonal."""
    x_bar = np.zeros(np.shape(x), np.result_type(g))
    diagonal = np.diagonal(x_bar, offset, axis1, axis2)
    diagonal.flags.writeable = True
    diagonal[...] = g
    return x_bar


def cholesky_grad(a):
    # forward
    n = a.shape[0]
    a_saved = []
    a_saved1 = []
    a_saved2 = []
    a_saved3 = []
    a = a.copy()
    for i in range(n):
        for j in range(i):
            a_saved1.append(a[i, j])
            a[i, j] -= np.dot(a[i, :j], a[j, :j])
            t = a[i, j]
            a_saved.append(t)
            a[i, j] = t / a[j, j]
        t = a[i, :i]
        a_saved3.append(a[i, i])
        a[i, i] -= np.dot(t, t)
        t = a[i, i]
        a_saved2.append(t)
        a[i, i] = math.sqrt(t)
    # reverse
    a_bar = undiagonal(2.0 / np.diag(a), a, 0, 0, 1)
    a_bar[n - 1, 0] += 1.0
    for i in reversed(range(n)):
        # a[i, i] = np.sqrt(a[i, i])
        a[i, i] = a_saved2.pop()
        a_bar[i, i] *= 0.5 / math.sqrt(a[i, i])
        # a[i, i] -= np.dot(a[i, :i], a[i, :i])
        a[i, i] = a_saved3.pop()
        a_bar[i, :i] -= 2.0 * (a_bar[i, i] * a[i, :i])
        for j in reversed(range(i)):
            # a[i, j] /= a[j, j]
            a[i, j] = a_saved.pop()
            t_bar = a_bar[i, j]
            t = a[j, j]
            a_bar[i, j] = t_bar / t
            a_bar[j, j] -= t_bar * (a[i, j] / t / t)
            # a[i, j] -= np.dot(a[i, :j], a[j, :j])
            a[i, j] = a_saved1.pop()
            t_bar = a_bar[i, j]
            a_bar[i, :j] -= t_bar * a[j, :j]
            a_bar[j, :j] -= t_bar * a[i, :j]
    return (a_bar,)
