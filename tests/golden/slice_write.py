import numpy as np


def slice_write_grad(x, y):
    # forward
    n = len(x)
    z = np.zeros(2 * n)
    z[::2] = x
    t = np.sin(y)
    z[1::2] = t * x
    z[:3] = 0.5 * z[-3:]
    # reverse
    z_bar = 2.0 * z
    # z[:3] = 0.5 * z[-3:]
    t_bar = 0.5 * z_bar[:3]
    z_bar[:3] = 0.0
    z_bar[-3:] += t_bar
    # z[1::2] = np.sin(y) * x
    t_bar = z_bar[1::2]
    x_bar = t_bar * t
    y_bar = t_bar * x * np.cos(y)
    z_bar[1::2] = 0.0
    # z[::2] = x
    x_bar += z_bar[::2]
    return x_bar, y_bar
