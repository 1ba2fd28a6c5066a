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
    t3 = np.moveaxis(t[0:size], 0, 1)
    z = t3 + t2 * noise
    t4 = np.tanh(z @ decode)
    logits = t4 @ output
    t5 = np.logaddexp(0.0, logits)
    likelihood = np.sum(x * logits - t5, axis=1)
    t6 = np.exp(t1)
    t1 = t6 + t3**2 - 1 - t1
    t7 = np.sum(t1, axis=1)
    divergence = 0.5 * t7
    # reverse
    t_bar = (divergence - likelihood).size
    likelihood_bar = np.full_like(t7, -(1.0 / t_bar))
    # divergence = 0.5 * np.sum(np.exp(log_var) + mean**2 - 1 - log_var, axis=1)
    t_bar = np.full_like(t7, 0.5 / t_bar)[:, None]
    t_bar1 = np.zeros_like(t)
    t_bar1[size:b] = np.moveaxis(expand_to(-t_bar, t1), 1, 0)
    moved_bar = np.moveaxis(t_bar1, 0, 1)
    t_bar1 = np.zeros_like(t)
    t_bar1[0:size] = np.moveaxis(t_bar * (2.0 * t3), 1, 0)
    moved_bar += np.moveaxis(t_bar1, 0, 1)
    t_bar1 = np.zeros_like(t)
    t_bar1[size:b] = np.moveaxis(t_bar * t6, 1, 0)
    moved_bar += np.moveaxis(t_bar1, 0, 1)
    # likelihood = np.sum(x * logits - np.logaddexp(0.0, logits), axis=1)
    t_bar = likelihood_bar[:, None]
    x_bar = t_bar * logits
    logits_bar = t_bar * x
    logits_bar -= t_bar * share_exp(logits, t5)
    # logits = np.tanh(z @ params["decode"]) @ params["output"]
    output_bar = t4.T @ logits_bar
    t_bar = logits_bar @ output.T * (1.0 - t4**2)
    z_bar = t_bar @ decode.T
    decode_bar = z.T @ t_bar
    # z = mean + np.exp(0.5 * log_var) * noise
    t_bar = np.zeros_like(t)
    t_bar[0:size] = np.moveaxis(z_bar, 1, 0)
    moved_bar += np.moveaxis(t_bar, 0, 1)
    t_bar = np.zeros_like(t)
    t_bar[size:b] = np.moveaxis(0.5 * (z_bar * noise * t2), 1, 0)
    moved_bar += np.moveaxis(t_bar, 0, 1)
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
