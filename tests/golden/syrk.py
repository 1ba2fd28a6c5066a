import numpy as np


def syrk_grad(alpha, beta, c, a):
    # forward
    n = a.shape[0]
    n1 = a.shape[1]
    t_saved = []
    c = c.copy()
    for i in range(n):
        t = i + 1
        t1 = c[i, :t]
        t_saved.append(t1.copy())
        c[i, :t] = t1 * beta
        for k in range(n1):
            c[i, :t] += alpha * a[i, k] * a[:t, k]
    # reverse
    c_bar = 2.0 * c
    a_bar = np.zeros_like(a)
    beta_bar = 0.0
    alpha_bar = 0.0
    for i in reversed(range(n)):
        for k in reversed(range(n1)):
            # c[i, : i + 1] += alpha * a[i, k] * a[: i + 1, k]
            t = i + 1
            t_bar = c_bar[i, :t]
            t1 = a[i, k]
            t_bar1 = t_bar @ a[:t, k]
            alpha_bar += t_bar1 * t1
            a_bar[i, k] += t_bar1 * alpha
            a_bar[:t, k] += alpha * t1 * t_bar
        # c[i, : i + 1] *= beta
        t = i + 1
        t_bar = c_bar[i, :t]
        t1 = t_saved.pop()
        beta_bar += t_bar @ t1
        c_bar[i, :t] = beta * t_bar
    return float(alpha_bar), float(beta_bar), c_bar, a_bar
