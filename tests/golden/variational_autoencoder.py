import numpy as np


def expand_to(g, x):
    return np.broadcast_to(g, np.shape(x))


def share_exp(x, total):
    """exp(x - total), and a half where both are -inf."""
    return np.where(
        total == -np.inf, 0.5, np.exp(x - np.where(total == -np.inf, 0.0, total))
    )


def variational_autoencoder_grad(params, x, noise):
    encode = params["encode"]
    head = params["head"]
    decode = params["decode"]
    output = params["output"]
    # forward
    hidden = np.tanh(x @ encode)
    moved = hidden @ head
    n = moved.shape[1]
    if n % 2:
        raise ValueError("array split does not result in an equal division")
    size = n // 2
    b = 2 * size
    t = np.moveaxis(moved, 1, 0)
    t1 = np.moveaxis(t[size:b], 0, 1)
    t2 = np.exp(0.5 * t1)
    t = np.moveaxis(t[0:size], 0, 1)
    z = t + t2 * noise
    t3 = np.tanh(z @ decode)
    logits = t3 @ output
    t4 = np.logaddexp(0.0, logits)
    likelihood = np.sum(x * logits - t4, axis=1)
    t5 = np.exp(t1)
    t1 = t5 + t**2 - 1 - t1
    t6 = np.sum(t1, axis=1)
    divergence = 0.5 * t6
    # reverse
    t_bar = (divergence - likelihood).size
    likelihood_bar = np.full_like(t6, -(1.0 / t_bar))
    # divergence = 0.5 * np.sum(np.exp(log_var) + mean**2 - 1 - log_var, axis=1)
    t_bar = np.full_like(t6, 0.5 / t_bar)[:, None]
    moved_bar = np.zeros_like(moved)
    np.moveaxis(moved_bar, 1, 0)[size:b] = np.moveaxis(expand_to(-t_bar, t1), 1, 0)
    np.moveaxis(moved_bar, 1, 0)[0:size] += np.moveaxis(t_bar * (2.0 * t), 1, 0)
    np.moveaxis(moved_bar, 1, 0)[size:b] += np.moveaxis(t_bar * t5, 1, 0)
    # likelihood = np.sum(x * logits - np.logaddexp(0.0, logits), axis=1)
    t_bar = likelihood_bar[:, None]
    x_bar = t_bar * logits
    logits_bar = t_bar * x
    logits_bar -= t_bar * share_exp(logits, t4)
    # logits = np.tanh(z @ params["decode"]) @ params["output"]
    output_bar = t3.T @ logits_bar
    t_bar = logits_bar @ output.T * (1.0 - t3**2)
    z_bar = t_bar @ decode.T
    decode_bar = z.T @ t_bar
    # z = mean + np.exp(0.5 * log_var) * noise
    np.moveaxis(moved_bar, 1, 0)[0:size] += np.moveaxis(z_bar, 1, 0)
    np.moveaxis(moved_bar, 1, 0)[size:b] += np.moveaxis(
        0.5 * (z_bar * noise * t2), 1, 0
    )
    # mean, log_var = np.split(hidden @ params["head"], 2, axis=1)
    hidden_bar = moved_bar @ head.T
    head_bar = hidden.T @ moved_bar
    # hidden = np.tanh(x @ params["encode"])
    t_bar = hidden_bar * (1.0 - hidden**2)
    x_bar += t_bar @ encode.T
    encode_bar = x.T @ t_bar
    return (
        {
            "encode": encode_bar,
            "head": head_bar,
            "decode": decode_bar,
            "output": output_bar,
        },
        x_bar,
    )
