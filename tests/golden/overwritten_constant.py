import numpy as np


def overwritten_constant_grad(x):
    # forward
    n = len(x)
    c = np.linspace(1.0, 2.0, num=n)
    c1 = c.copy()
    c1[:] = 7.0
    c1[0] = 0.0
    # reverse
    x_bar = c1 * np.cos(x)
    # y = np.sum(c * x * x)
    x_bar += c * x
    x_bar += x * c
    return (x_bar,)
