import numpy as np


def gesummv_grad(alpha, beta, a, b, x):
    # forward
    n = len(x)
    temporary = np.zeros(n)
    y = np.zeros(n)
    t_saved = []
    t_saved1 = []
    for i in range(n):
        for j in range(n):
            t = x[j]
            temporary[i] = a[i, j] * t + temporary[i]
            y[i] = b[i, j] * t + y[i]
        t = temporary[i]
        t_saved1.append(t)
        t1 = y[i]
        t_saved.append(t1)
        y[i] = alpha * t + beta * t1
    y_bar = np.tanh(x)
    # reverse
    x_bar = y * (1.0 - y_bar**2)
    temporary_bar = np.zeros_like(temporary)
    a_bar = np.zeros_like(a)
    b_bar = np.zeros_like(b)
    alpha_bar = 0.0
    beta_bar = 0.0
    for i in reversed(range(n)):
        # y[i] = alpha * temporary[i] + beta * y[i]
        t_bar = y_bar[i]
        t = t_saved.pop()
        beta_bar += t_bar * t
        t = t_saved1.pop()
        alpha_bar += t_bar * t
        temporary_bar[i] += t_bar * alpha
        y_bar[i] = t_bar * beta
        for j in reversed(range(n)):
            # y[i] = b[i, j] * x[j] + y[i]
            t_bar = y_bar[i]
            t = x[j]
            b_bar[i, j] += t_bar * t
            # temporary[i] = a[i, j] * x[j] + temporary[i]
            t_bar1 = temporary_bar[i]
            a_bar[i, j] += t_bar1 * t
            x_bar[j] += t_bar * b[i, j] + t_bar1 * a[i, j]
    return float(alpha_bar), float(beta_bar), a_bar, b_bar, x_bar
