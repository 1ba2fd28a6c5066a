import math
import numpy as np


def composed_lambdas_grad(x, weights):
    # forward
    t = x + weights[1]
    t1 = weights[0]
    inner = t * t1
    t2 = weights[2:]
    n = len(t2)
    assert n >= 3, "zip: 3 items as in the example that was transformed"
    w = t2[0]
    w1 = t2[1]
    w2 = t2[2]
    t2 = math.exp(-inner)
    # reverse
    weights_bar = np.zeros_like(weights)
    weights_bar[2:][2] = t2
    inner_bar = w1 * math.cos(inner) - w2 * t2
    weights_bar[2:][1] += math.sin(inner)
    # z**2
    inner_bar += w * (2.0 * inner)
    weights_bar[2:][0] += inner**2
    # z * weights[0]
    x_bar = inner_bar * t1
    weights_bar[0] += inner_bar * t
    # z + weights[1]
    weights_bar[1] += x_bar
    return float(x_bar), weights_bar
