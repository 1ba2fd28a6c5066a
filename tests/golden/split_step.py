import numpy as np
from programs.structures import Layer


def share(x, y, best):
    """What x has of the maximum or minimum of x and y: all, none, or half at a tie."""
    return np.where(x == y, 0.5, np.where(x == best, 1.0, 0.0))


def split_step_forward(layer, x):
    weight = layer.weight
    bias = layer.bias
    z1 = x @ weight + bias
    moved_1 = bias - 0.1 * np.sum(z1, axis=0)
    t1 = 0.1 * z1
    t = np.maximum(z1, t1)
    result_2 = x.size
    weight1 = weight.copy()
    z = z1.copy()
    z1 = z1.copy()
    weight = weight.copy()
    x = x.copy()
    return (
        (Layer(weight1, moved_1), [z, t.copy()], result_2),
        z1,
        t1,
        t.copy(),
        weight,
        x,
    )


def split_step_reverse(out_bar, z1, t1, t, weight, x):
    out_bar1 = out_bar[0].weight
    out_bar2 = out_bar[0].bias
    out_bar3 = out_bar[1][0]
    out_bar4 = out_bar[1][1]
    # reverse
    z_bar = out_bar3 + out_bar4 * share(z1, t1, t)
    z_bar += 0.1 * (out_bar4 * share(t1, z1, t))
    # moved = layer._replace(bias=layer.bias - 0.1 * z.sum(axis=0))
    z_bar -= 0.1 * out_bar2
    # z = x @ layer.weight + layer.bias
    bias_bar = out_bar2 + np.sum(z_bar, axis=0)
    x_bar = z_bar @ weight.T
    weight_bar = out_bar1 + x.T @ z_bar
    return Layer(weight_bar, bias_bar), x_bar
