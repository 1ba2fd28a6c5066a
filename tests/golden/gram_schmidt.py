import math
import numpy as np


def gram_schmidt_grad(a):
    # forward
    a = a.copy()
    n = a.shape[0]
    n1 = a.shape[1]
    q = np.zeros((n, n1))
    r = np.zeros((n1, n1))
    t_saved = []
    t_saved1 = []
    q_saved = []
    t_saved2 = []
    t_saved3 = []
    t_saved4 = []
    for k in range(n1):
        t = a[:, k]
        t_saved3.append(t.copy())
        t1 = math.sqrt(np.dot(t, t))
        t_saved4.append(t1)
        r[k, k] = t1
        t1 = r[k, k]
        t_saved2.append(t1)
        q_saved.append(q[:, k].copy())
        q[:, k] = t / t1
        for j in range(k + 1, n1):
            t1 = q[:, k]
            t = a[:, j]
            t_saved1.append(t.copy())
            r[k, j] = np.dot(t1, t)
            t = r[k, j]
            t_saved.append(t)
            a[:, j] -= t1 * t
    # reverse
    r_bar = np.ones_like(r) / (1.0 + np.arange(n1)) * (2.0 * r)
    q_bar = np.cos(q)
    a_bar = np.zeros_like(a)
    for k in reversed(range(n1)):
        for j in reversed(range(k + 1, n1)):
            # a[:, j] -= q[:, k] * r[k, j]
            t_bar = a_bar[:, j]
            t2 = t_saved.pop()
            t = q[:, k]
            r_bar[k, j] -= t_bar @ t
            # r[k, j] = np.dot(q[:, k], a[:, j])
            t_bar1 = r_bar[k, j]
            r_bar[k, j] = 0.0
            t1 = t_saved1.pop()
            t_bar2 = t_bar1 * t1
            t_bar2 -= t2 * t_bar
            q_bar[:, k] += t_bar2
            a_bar[:, j] += t_bar1 * t
        # q[:, k] = a[:, k] / r[k, k]
        q[:, k] = q_saved.pop()
        t_bar = q_bar[:, k]
        t = t_saved2.pop()
        t1 = t_saved3.pop()
        t_bar1 = t_bar / t
        r_bar[k, k] -= t_bar @ t1 / t / t
        q_bar[:, k] = 0.0
        t = t_saved4.pop()
        # r[k, k] = np.sqrt(np.dot(a[:, k], a[:, k]))
        t_bar1 += 2.0 * (r_bar[k, k] * (0.5 / t) * t1)
        a_bar[:, k] += t_bar1
        r_bar[k, k] = 0.0
    return (a_bar,)
