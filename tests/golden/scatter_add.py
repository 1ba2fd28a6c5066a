import numpy as np


def scatter_add_grad(values, weights, index, bins):
    # forward
    load = np.zeros(bins)
    np.add.at(load, index, values * weights)
    t = weights[::2]
    t1 = index[::2]
    np.add.at(load, t1, -t**2)
    # reverse
    load_bar = 2.0 * load / (1 + np.arange(bins))
    # np.subtract.at(load, index[::2], weights[::2] ** 2)
    weights_bar = np.zeros_like(weights)
    weights_bar[::2] = -(load_bar[t1] * (2.0 * t))
    # np.add.at(load, index, values * weights)
    t_bar = load_bar[index]
    values_bar = t_bar * weights
    weights_bar += t_bar * values
    return values_bar, weights_bar
