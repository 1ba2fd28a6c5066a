import numpy as np


def ties(x, best, axis):
    """Equal shares of the extreme elements along the axis."""
    mask = x == best
    return mask / np.sum(mask, axis=axis, keepdims=True, dtype=np.result_type(x))


def softmax_cross_entropy_grad(w, b, x, labels):
    # forward
    scores = x @ w + b
    t = np.max(scores, axis=1, keepdims=True)
    scores1 = scores - t
    t1 = np.exp(scores1)
    t2 = np.sum(t1, axis=1, keepdims=True)
    log_probability = scores1 - np.log(t2)
    n = len(labels)
    t3 = np.arange(n)
    picked = log_probability[t3, labels]
    # reverse
    picked_bar = np.full_like(picked, -1.0 / picked.size)
    # picked = log_probability[np.arange(len(labels)), labels]
    log_probability_bar = np.zeros_like(log_probability)
    np.add.at(log_probability_bar, (t3, labels), picked_bar)
    # log_probability = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    t_bar = np.sum(log_probability_bar, axis=1, keepdims=True) / t2 * t1
    scores_bar = log_probability_bar - t_bar
    # scores = scores - scores.max(axis=1, keepdims=True)
    t_bar -= log_probability_bar
    scores_bar += np.sum(t_bar, axis=1, keepdims=True) * ties(scores, t, 1)
    # scores = x @ w + b
    b_bar = np.sum(scores_bar, axis=0)
    x_bar = scores_bar @ w.T
    w_bar = x.T @ scores_bar
    return w_bar, b_bar, x_bar
