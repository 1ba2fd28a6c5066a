import numpy as np


def atax_grad(a, x):
    # forward
    n = a.shape[1]
    y = np.zeros(n)
    n = len(a)
    t_saved = []
    for i in range(n):
        t = a[i]
        t1 = t @ x
        t_saved.append(t1)
        y += t * t1
    # reverse
    a_bar = np.zeros_like(a)
    x_bar = y
    for i in reversed(range(n)):
        t = t_saved.pop()
        # y += row * (row @ x)
        t1 = a[i]
        t_bar = t * x
        t_bar1 = x @ t1
        t_bar += t_bar1 * x
        x_bar += t_bar1 * t1
        a_bar[i] += t_bar
    return a_bar, x_bar
