import numpy as np
from programs.structures import Layer


def layer_stack_grad(layers, x):
    weight = layers[0].weight
    bias = layers[0].bias
    weight1 = layers[1].weight
    bias1 = layers[1].bias
    weight2 = layers[2].weight
    bias2 = layers[2].bias
    # forward
    z = x @ weight + bias
    x1 = np.sin(z)
    z1 = x1 @ weight1 + bias1
    t = np.tanh(z1)
    x2 = x1 + t
    z1 = x2 @ weight2 + bias2
    t1 = np.tanh(z1)
    x3 = x2 + t1
    # reverse
    bias_bar2 = 0.1 * weight2[0]
    x_bar = 2.0 * x3
    weight_bar2 = np.zeros_like(weight2)
    weight_bar2[0] = 0.1 * bias2
    # x = x + np.tanh(z) if k > 0 else np.sin(z)
    z_bar = x_bar * (1.0 - t1**2)
    # z = x @ weight + bias
    bias_bar2 += np.sum(z_bar, axis=0)
    x_bar += z_bar @ weight2.T
    weight_bar2 += x2.T @ z_bar
    # x = x + np.tanh(z) if k > 0 else np.sin(z)
    z_bar = x_bar * (1.0 - t**2)
    # z = x @ weight + bias
    bias_bar1 = np.sum(z_bar, axis=0)
    x_bar += z_bar @ weight1.T
    weight_bar1 = x1.T @ z_bar
    # x = x + np.tanh(z) if k > 0 else np.sin(z)
    z_bar = x_bar * np.cos(z)
    # z = x @ weight + bias
    bias_bar = np.sum(z_bar, axis=0)
    x_bar = z_bar @ weight.T
    weight_bar = x.T @ z_bar
    return (
        [
            Layer(weight_bar, bias_bar),
            Layer(weight_bar1, bias_bar1),
            Layer(weight_bar2, bias_bar2),
        ],
        x_bar,
    )
