import numpy as np


def durbin_grad(r):
    # forward
    n = len(r)
    y = np.empty(n)
    alpha = -r[0]
    y[0] = alpha
    t_saved = []
    t_saved1 = []
    alpha_saved = []
    beta_saved = []
    beta = 1.0
    for k in range(1, n):
        alpha_saved.append(alpha)
        beta_saved.append(beta)
        beta *= 1.0 - alpha * alpha
        t = y[:k]
        t_saved.append(t.copy())
        t1 = (r[k] + np.dot(np.flip(r[:k]), t)) / beta
        t_saved1.append(t1)
        alpha = -t1
        y[:k] -= t1 * np.flip(t)
        y[k] = alpha
    # reverse
    y_bar = 2.0 * y
    r_bar = np.zeros_like(r)
    alpha_bar = 0.0
    beta_bar = 0.0
    for k in reversed(range(1, n)):
        # y[k] = alpha
        alpha_bar += y_bar[k]
        y_bar[k] = 0.0
        # y[:k] += alpha * np.flip(y[:k])
        t_bar = y_bar[:k]
        t1 = t_saved.pop()
        t = t_saved1.pop()
        t_bar1 = np.flip(-(t * t_bar))
        # alpha = -(r[k] + np.dot(np.flip(r[:k]), y[:k])) / beta
        t_bar = -(t_bar @ np.flip(t1)) - alpha_bar
        t_bar2 = t_bar / beta
        beta_bar1 = beta_bar - t_bar * (t / beta)
        t_bar1 += t_bar2 * np.flip(r[:k])
        r_bar[k] += t_bar2
        r_bar[:k] += np.flip(t_bar2 * t1)
        y_bar[:k] += t_bar1
        alpha = alpha_saved.pop()
        beta = beta_saved.pop()
        # beta *= 1.0 - alpha * alpha
        beta_bar = beta_bar1 * (1.0 - alpha * alpha)
        alpha_bar = -(2.0 * (beta_bar1 * beta * alpha))
    # y[0] = -r[0]
    r_bar[0] -= y_bar[0]
    # alpha = -r[0]
    r_bar[0] -= alpha_bar
    return (r_bar,)
