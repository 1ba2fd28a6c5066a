import numpy as np


def weight_decay_grad(params, rates):
    weight = params["encoder"]["weight"]
    bias = params["encoder"]["bias"]
    weight1 = params["decoder"]["weight"]
    bias1 = params["decoder"]["bias"]
    encoder = rates["encoder"]
    decoder = rates["decoder"]
    # reverse
    # penalty += 1e-2 * np.sum(np.cos(entries["bias"]))
    bias_bar1 = -(0.01 * np.sin(bias1))
    # penalty += rate * np.sum(entries[name] ** 2)
    weight_bar1 = decoder * (2.0 * weight1)
    # penalty += 1e-2 * np.sum(np.cos(entries["bias"]))
    bias_bar = -(0.01 * np.sin(bias))
    # penalty += rate * np.sum(entries[name] ** 2)
    weight_bar = encoder * (2.0 * weight)
    return (
        {
            "encoder": {"weight": weight_bar, "bias": bias_bar},
            "decoder": {"weight": weight_bar1, "bias": bias_bar1},
        },
        {"encoder": float(np.sum(weight**2)), "decoder": float(np.sum(weight1**2))},
    )
