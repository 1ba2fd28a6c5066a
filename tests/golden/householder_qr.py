import math
import numpy as np


def sign_number(x):
    """1.0, -1.0, or x itself where it is zero or nan."""
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x


def undiagonal(g, x, offset, axis1, axis2):
    """Zeros in the shape of x, with g on the diagonal."""
    x_bar = np.zeros(np.shape(x), np.result_type(g))
    diagonal = np.diagonal(x_bar, offset, axis1, axis2)
    diagonal.flags.writeable = True
    diagonal[...] = g
    return x_bar


def householder_qr_grad(a):
    # forward
    r = a.copy()
    n = r.shape[1]
    t_saved = []
    v_saved = []
    t_saved1 = []
    t_saved2 = []
    v_saved1 = []
    t_saved3 = []
    t_saved4 = []
    v_saved2 = []
    for k in range(n):
        v = r[k:, k].copy()
        v_saved2.append(v.copy())
        t = math.sqrt(np.sum(v * v))
        t_saved3.append(t)
        t1 = v[0]
        t_saved4.append(t1)
        v[0] += np.copysign(t, t1)
        v_saved1.append(v.copy())
        t = math.sqrt(np.sum(v * v))
        t_saved2.append(t)
        v /= t
        v_saved.append(v)
        t = r[k:, k:]
        t_saved1.append(t.copy())
        t = v @ t
        t_saved.append(t)
        r[k:, k:] -= 2.0 * np.outer(v, t)
    t = np.diag(r)
    # reverse
    r_bar = np.triu(2.0 * np.triu(r, k=1), k=1)
    r_bar += undiagonal(np.sign(t) / np.absolute(t), r, 0, 0, 1)
    for k in reversed(range(n)):
        # block -= 2.0 * np.outer(v, v @ block)
        t_bar = -(2.0 * r_bar[k:, k:])
        t = t_saved.pop()
        v = v_saved.pop()
        v_bar = t_bar @ t
        t_bar = v @ t_bar
        t = t_saved1.pop()
        v_bar += t @ t_bar
        r_bar[k:, k:] += np.outer(v, t_bar)
        t = t_saved2.pop()
        v = v_saved1.pop()
        # v /= np.sqrt(np.sum(v * v))
        v_bar1 = v_bar / t
        v_bar1 -= 2.0 * (v_bar @ v / t / t * (0.5 / t) * v)
        t = t_saved3.pop()
        t1 = t_saved4.pop()
        v = v_saved2.pop()
        # v[0] += np.copysign(np.sqrt(np.sum(v * v)), v[0])
        v_bar1 += (
            2.0 * (v_bar1[0] * (sign_number(t) * np.copysign(1.0, t1)) * (0.5 / t) * v)
        )
        # v = r[k:, k].copy()
        r_bar[k:, k] += v_bar1
    return (r_bar,)
