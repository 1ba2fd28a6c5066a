import numpy as np


def unbroadcast(g, x):
    shape = np.shape(x)
    extra = np.ndim(g) - len(shape)
    if extra < 0:
        g = np.reshape(g, (1,) * -extra + np.shape(g))
    if extra > 0:
        g = np.sum(g, axis=tuple(range(extra)))
    ones = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
    if ones:
        g = np.sum(g, axis=ones, keepdims=True)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


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
    c_bar = c + c
    a_bar = np.zeros_like(a)
    beta_bar = 0.0
    alpha_bar = 0.0
    for i in reversed(range(n)):
        for k in reversed(range(n1)):
            # c[i, : i + 1] += alpha * a[i, k] * a[: i + 1, k]
            t1 = i + 1
            t = a[i, k]
            t2 = alpha * t
            t3 = a[:t1, k]
            t_bar = unbroadcast(c_bar[i, :t1], t2 * t3)
            t_bar1 = np.sum(t_bar * t3)
            alpha_bar += t_bar1 * t
            a_bar[i, k] += t_bar1 * alpha
            a_bar[:t1, k] += t2 * t_bar
        # c[i, : i + 1] *= beta
        t = i + 1
        t_bar = c_bar[i, :t].copy()
        c_bar[i, :t] = 0.0
        t1 = t_saved.pop()
        beta_bar += np.sum(t_bar * t1)
        c_bar[i, :t] += beta * t_bar
    return float(alpha_bar), float(beta_bar), c_bar, a_bar
