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


def slice_write_grad(x, y):
    # forward
    n = len(x)
    z = np.zeros(2 * n)
    z[::2] = x
    t = np.sin(y)
    z[1::2] = t * x
    t1 = 0.5 * z[-3:]
    z[:3] = t1
    # reverse
    z_bar = 2.0 * z
    t_bar = unbroadcast(z_bar[:3], t1).copy()
    # z[:3] = 0.5 * z[-3:]
    z_bar[:3] = 0.0
    z_bar[-3:] += 0.5 * t_bar
    t_bar = z_bar[1::2].copy()
    # z[1::2] = np.sin(y) * x
    z_bar[1::2] = 0.0
    x_bar = t_bar * t
    y_bar = t_bar * x * np.cos(y)
    # z[::2] = x
    x_bar += z_bar[::2]
    return x_bar, y_bar
