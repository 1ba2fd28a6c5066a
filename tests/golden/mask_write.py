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


def mask_write_grad(x, scale):
    # forward
    y = x.copy()
    mask = y > 0.5
    t = y[mask]
    t1 = np.log1p(t)
    y[mask] = scale * t1
    t2 = ~mask
    t3 = y[t2]
    y[t2] = t3 * t3
    t4 = np.absolute(x) > 1.5
    y[t4] = 2.0
    # reverse
    y_bar = x.copy()
    # y[np.abs(x) > 1.5] = 2.0
    y_bar[t4] = 0.0
    # y[~mask] *= y[~mask]
    t_bar = unbroadcast(y_bar[t2] * t3, t3)
    y_bar[t2] = t_bar
    y_bar[t2] += t_bar
    # y[mask] = scale * np.log1p(y[mask])
    t_bar = y_bar[mask]
    scale_bar = t_bar @ t1
    y_bar[mask] = scale * t_bar / (1.0 + t)
    # y = x.copy()
    x_bar = y + y_bar
    return x_bar, float(scale_bar)
