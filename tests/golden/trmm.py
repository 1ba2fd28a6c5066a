import numpy as np


def trmm_grad(alpha, a, b):
    # forward
    n = b.shape[0]
    n1 = b.shape[1]
    t_saved = []
    b = b.copy()
    for i in range(n):
        for j in range(n1):
            t = i + 1
            t1 = b[t:, j]
            t_saved.append(t1.copy())
            b[i, j] += np.dot(a[t:, i], t1)
    b1 = b.copy()
    b1[...] = b * alpha
    # reverse
    b_bar1 = np.cos(b1)
    # b *= alpha
    b_bar = alpha * b_bar1
    alpha_bar = np.sum(b_bar1 * b)
    a_bar = np.zeros_like(a)
    for i in reversed(range(n)):
        for j in reversed(range(n1)):
            # b[i, j] += np.dot(a[i + 1 :, i], b[i + 1 :, j])
            t_bar = b_bar[i, j]
            t1 = t_saved.pop()
            t = i + 1
            a_bar[t:, i] += t_bar * t1
            b_bar[t:, j] += t_bar * a[t:, i]
    return float(alpha_bar), a_bar, b_bar
