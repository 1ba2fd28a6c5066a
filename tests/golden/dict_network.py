import numpy as np


def dict_network_grad(params, x):
    w1 = params["w1"]
    b1 = params["b1"]
    w2 = params["w2"]
    b2 = params["b2"]
    # forward
    hidden = np.tanh(x @ w1 + b1)
    output = hidden @ w2 + b2
    # reverse
    output_bar = 2.0 * output / (output**2).size
    # output = hidden @ params["w2"] + params["b2"]
    b2_bar = np.sum(output_bar, axis=0)
    hidden_bar = output_bar @ w2.T
    w2_bar = hidden.T @ output_bar
    # hidden = np.tanh(x @ params["w1"] + params["b1"])
    t_bar = hidden_bar * (1.0 - hidden**2)
    b1_bar = np.sum(t_bar, axis=0)
    x_bar = t_bar @ w1.T
    w1_bar = x.T @ t_bar
    return {"w1": w1_bar, "b1": b1_bar, "w2": w2_bar, "b2": b2_bar}, x_bar
