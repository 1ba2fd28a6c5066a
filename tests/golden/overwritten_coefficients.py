import numpy as np


def power_slope(x, y):
    """The derivative of x**y by x: 0 where y is 0."""
    return np.where(y == 0, 0.0, y * x ** np.where(y == 0, 1.0, y - 1))


def overwritten_coefficients_grad(x, c):
    # forward
    t = c * x
    y = np.sum(t * x)
    c1 = c.copy()
    c1[:] = 7.0
    z = np.sum(c1 * x)
    c2 = c1.copy()
    c2 += -6.5
    # reverse
    x_bar = power_slope(x, c2)
    # z = np.sum(c * x)
    x_bar += y * c1
    # y = np.sum(c * x * x)
    x_bar += z * t
    x_bar += z * x * c
    return (x_bar,)
