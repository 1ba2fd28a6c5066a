import numpy as np


def ties(x, best, axis):
    """Equal shares of the extreme elements along the axis."""
    mask = x == best
    return mask / np.sum(mask, axis=axis, keepdims=True, dtype=np.result_type(x))


def attention_grad(x, wq, wk, wv, heads):
    # forward
    n = x.shape[0]
    n1 = x.shape[1]
    depth = n1 // heads
    mask = np.where(np.tri(n) > 0, 0.0, -1000000000.0)
    output = np.zeros_like(x)
    v_saved = []
    weights_saved = []
    t_saved = []
    weights_saved1 = []
    scores_saved = []
    t_saved1 = []
    k_saved = []
    q_saved = []
    for head in range(heads):
        t = head * depth
        t1 = (head + 1) * depth
        q = x @ wq[:, t:t1]
        q_saved.append(q)
        k = x @ wk[:, t:t1]
        k_saved.append(k)
        v = x @ wv[:, t:t1]
        v_saved.append(v)
        scores = q @ k.T / np.sqrt(depth) + mask
        scores_saved.append(scores)
        t2 = np.max(scores, axis=-1, keepdims=True)
        t_saved1.append(t2)
        weights = np.exp(scores - t2)
        weights_saved1.append(weights)
        t2 = np.sum(weights, axis=-1, keepdims=True)
        t_saved.append(t2)
        weights = weights / t2
        weights_saved.append(weights)
        output[:, t:t1] = weights @ v
    # reverse
    x_bar = 2.0 * (x + output) / n
    wq_bar = np.zeros_like(wq)
    wk_bar = np.zeros_like(wk)
    wv_bar = np.zeros_like(wv)
    output_bar = x_bar.copy()
    x_bar = x_bar.copy()
    for head in reversed(range(heads)):
        # output[:, part] = weights @ v
        t = head * depth
        t1 = (head + 1) * depth
        t_bar = output_bar[:, t:t1]
        v = v_saved.pop()
        weights = weights_saved.pop()
        weights_bar = t_bar @ v.T
        v_bar = weights.T @ t_bar
        output_bar[:, t:t1] = 0.0
        t2 = t_saved.pop()
        weights = weights_saved1.pop()
        # weights /= weights.sum(axis=-1, keepdims=True)
        weights_bar1 = weights_bar / t2
        weights_bar1 -= np.sum(weights_bar * (weights / t2 / t2), axis=1, keepdims=True)
        # weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores_bar = weights_bar1 * weights
        scores = scores_saved.pop()
        t2 = t_saved1.pop()
        scores_bar -= np.sum(scores_bar, axis=1, keepdims=True) * ties(scores, t2, -1)
        # scores = q @ k.T / np.sqrt(depth) + mask
        t_bar = scores_bar / np.sqrt(depth)
        k = k_saved.pop()
        q_bar = t_bar @ k
        q = q_saved.pop()
        k_bar = t_bar.T @ q
        # q, k, v = x @ wq[:, part], x @ wk[:, part], x @ wv[:, part]
        x_bar += v_bar @ wv[:, t:t1].T
        t_bar = x.T
        x_bar += k_bar @ wk[:, t:t1].T
        x_bar += q_bar @ wq[:, t:t1].T
        wq_bar[:, t:t1] += t_bar @ q_bar
        wk_bar[:, t:t1] += t_bar @ k_bar
        wv_bar[:, t:t1] += t_bar @ v_bar
    return x_bar, wq_bar, wk_bar, wv_bar
