import numpy as np


def multilayer_perceptron_grad(params, x, y):
    w0 = params["w0"]
    b0 = params["b0"]
    w1 = params["w1"]
    b1 = params["b1"]
    w2 = params["w2"]
    b2 = params["b2"]
    # forward
    h = x @ w0 + b0
    h = np.tanh(h)
    h1 = h @ w1 + b1
    h1 = np.tanh(h1)
    h2 = h1 @ w2 + b2
    t = h2 - y
    t1 = np.sum(t**2, axis=1)
    # reverse
    h_bar = np.full_like(t1, 1.0 / t1.size)[:, None] * (2.0 * t)
    # h = h @ params[f"w{k}"] + params[f"b{k}"]
    b2_bar = np.sum(h_bar, axis=0)
    h_bar1 = h_bar @ w2.T
    w2_bar = h1.T @ h_bar
    # h = np.tanh(h)
    h_bar = h_bar1 * (1.0 - h1**2)
    # h = h @ params[f"w{k}"] + params[f"b{k}"]
    b1_bar = np.sum(h_bar, axis=0)
    h_bar1 = h_bar @ w1.T
    w1_bar = h.T @ h_bar
    # h = np.tanh(h)
    h_bar = h_bar1 * (1.0 - h**2)
    # h = h @ params[f"w{k}"] + params[f"b{k}"]
    b0_bar = np.sum(h_bar, axis=0)
    x_bar = h_bar @ w0.T
    w0_bar = x.T @ h_bar
    return (
        {
            "w0": w0_bar,
            "b0": b0_bar,
            "w1": w1_bar,
            "b1": b1_bar,
            "w2": w2_bar,
            "b2": b2_bar,
        },
        x_bar,
    )
