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


def scatter_add_grad(values, weights, index, bins):
    # forward
    load = np.zeros(bins)
    np.add.at(load, index, values * weights)
    t = weights[::2]
    t1 = -t**2
    t2 = index[::2]
    np.add.at(load, t2, t1)
    # reverse
    load_bar = 1.0 / (1 + np.arange(bins)) * (2.0 * load)
    # np.subtract.at(load, index[::2], weights[::2] ** 2)
    weights_bar = np.zeros_like(weights)
    weights_bar[::2] = -(unbroadcast(load_bar[t2], t1) * (2.0 * t))
    # np.add.at(load, index, values * weights)
    t_bar = load_bar[index]
    values_bar = t_bar * weights
    weights_bar += t_bar * values
    return values_bar, weights_bar
