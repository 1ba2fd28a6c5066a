import numpy as np


def augmented_elements_grad(x, w, index):
    # forward
    a = np.ones(4)
    n = len(index)
    t_saved = []
    t_saved1 = []
    for i in range(n):
        i1 = index[i]
        a[i1] += x[i]
        t1 = w[i]
        t = a[i1]
        t_saved1.append(t)
        a[i1] = t * t1
        a[(i1 + 1) % 4] -= 0.5 * a[i1]
        t = (i1 + 2) % 4
        t1 = a[t] / (1.0 + t1**2)
        t_saved.append(t1)
        a[t] = t1
    # reverse
    # a **= 2
    a_bar = 2.0 * a
    x_bar = np.zeros_like(x)
    w_bar = np.zeros_like(w)
    for i in reversed(range(n)):
        # a[(i + 2) % 4] /= 1.0 + w[k] ** 2
        i1 = index[i]
        t = (i1 + 2) % 4
        t_bar = a_bar[t]
        t1 = w[i]
        t2 = 1.0 + t1**2
        t3 = t_saved.pop()
        a_bar[t] = t_bar / t2
        # a[(i + 1) % 4] -= 0.5 * a[i]
        a_bar[i1] -= a_bar[(i1 + 1) % 4] * 0.5
        # a[i] *= w[k]
        t_bar1 = a_bar[i1]
        t = t_saved1.pop()
        w_bar[i] += t_bar1 * t - t_bar * (t3 / t2) * (2.0 * t1)
        a_bar[i1] = t_bar1 * t1
        # a[i] += x[k]
        x_bar[i] += a_bar[i1]
    return x_bar, w_bar
