import numpy as np


def trmm_grad(alpha, a, b):
    # forward
    n = b.shape[0]
    n1 = b.shape[1]
    b_saved = []
    b = b.copy()
    for i in range(n):
        for j in range(n1):
            t = i + 1
            b_saved.append(b[i, j])
            b[i, j] += np.dot(a[t:, i], b[t:, j])
    b1 = b * alpha
    # reverse
    b_bar1 = np.cos(b1)
    # b *= alpha
    b_bar = alpha * b_bar1
    alpha_bar = np.sum(b_bar1 * b)
    a_bar = np.zeros_like(a)
    for i in reversed(range(n)):
        for j in reversed(range(n1)):
            # b[i, j] += np.dot(a[i + 1 :, i], b[i + 1 :, j])
            b[i, j] = b_saved.pop()
            t_bar = b_bar[i, j]
            t = i + 1
            a_bar[t:, i] += t_bar * b[t:, j]
            b_bar[t:, j] += t_bar * a[t:, i]
    return float(alpha_bar), a_bar, b_bar
