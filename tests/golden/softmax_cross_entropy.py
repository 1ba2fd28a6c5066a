import numpy as np


def softmax_cross_entropy_grad(w, b, x, labels):
    # forward
    scores = x @ w + b
    scores = scores - np.max(scores, axis=1, keepdims=True)
    t = np.exp(scores)
    t1 = np.sum(t, axis=1, keepdims=True)
    log_probability = scores - np.log(t1)
    n = len(labels)
    t2 = np.arange(n)
    picked = log_probability[t2, labels]
    # reverse
    picked_bar = np.full_like(picked, -1.0 / picked.size)
    # picked = log_probability[np.arange(len(labels)), labels]
    log_probability_bar = np.zeros_like(log_probability)
    np.add.at(log_probability_bar, (t2, labels), picked_bar)
    # log_probability = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    log_probability_bar -= np.sum(log_probability_bar, axis=1, keepdims=True) / t1 * t
    # scores = x @ w + b
    b_bar = np.sum(log_probability_bar, axis=0)
    x_bar = log_probability_bar @ w.T
    w_bar = x.T @ log_probability_bar
    return w_bar, b_bar, x_bar
