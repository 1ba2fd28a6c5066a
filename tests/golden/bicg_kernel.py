import numpy as np


def bicg_kernel_grad(a, p, r):
    # forward
    n = a.shape[0]
    n1 = a.shape[1]
    s = np.zeros(n1)
    q = np.zeros(n)
    for i in range(n):
        for j in range(n1):
            t = a[i, j]
            s[j] += r[i] * t
            q[i] += t * p[j]
    # reverse
    q_bar = 3.0 * q**2
    s_bar = 2.0 * s
    r_bar = np.zeros_like(r)
    a_bar = np.zeros_like(a)
    p_bar = np.zeros_like(p)
    for i in reversed(range(n)):
        for j in reversed(range(n1)):
            # q[i] += a[i, j] * p[j]
            t_bar = q_bar[i]
            t = a[i, j]
            p_bar[j] += t_bar * t
            # s[j] += r[i] * a[i, j]
            t_bar1 = s_bar[j]
            r_bar[i] += t_bar1 * t
            a_bar[i, j] += t_bar * p[j] + t_bar1 * r[i]
    return a_bar, p_bar, r_bar
