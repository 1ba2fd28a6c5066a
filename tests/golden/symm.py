import numpy as np


def symm_grad(alpha, beta, c, a, b):
    # forward
    n = c.shape[0]
    n1 = c.shape[1]
    row = np.empty(n1)
    c1 = c.copy()
    c1[...] = c * beta
    row_saved = []
    for i in range(n):
        for j in range(n1):
            t = a[i, :i]
            c1[:i, j] += alpha * b[i, j] * t
            row_saved.append(row[j])
            row[j] = b[:i, j] @ t
        c1[i, :] += alpha * b[i, :] * a[i, i] + alpha * row
    # reverse
    c_bar1 = 2.0 * c1
    row_bar = np.zeros_like(row)
    b_bar = np.zeros_like(b)
    a_bar = np.zeros_like(a)
    alpha_bar = 0.0
    for i in reversed(range(n)):
        # c[i, :] += alpha * b[i, :] * a[i, i] + alpha * row
        t_bar = c_bar1[i, :]
        alpha_bar += t_bar @ row
        row_bar += alpha * t_bar
        t = b[i, :]
        t_bar1 = a[i, i] * t_bar
        alpha_bar += t_bar1 @ t
        b_bar[i, :] += alpha * t_bar1
        a_bar[i, i] += t_bar @ t * alpha
        for j in reversed(range(n1)):
            # row[j] = b[:i, j] @ a[i, :i]
            row[j] = row_saved.pop()
            t_bar = row_bar[j]
            row_bar[j] = 0.0
            t = a[i, :i]
            t_bar1 = t_bar * b[:i, j]
            b_bar[:i, j] += t_bar * t
            # c[:i, j] += alpha * b[i, j] * a[i, :i]
            t_bar = c_bar1[:i, j]
            t1 = b[i, j]
            t_bar2 = t_bar @ t
            t_bar1 += alpha * t1 * t_bar
            alpha_bar += t_bar2 * t1
            b_bar[i, j] += t_bar2 * alpha
            a_bar[i, :i] += t_bar1
    # c *= beta
    c_bar = beta * c_bar1
    beta_bar = np.sum(c_bar1 * c)
    return float(alpha_bar), float(beta_bar), c_bar, a_bar, b_bar
