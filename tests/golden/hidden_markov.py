import numpy as np


def ties(x, best, axis):
    """Equal shares of the extreme elements along the axis."""
    mask = x == best
    return mask / np.sum(mask, axis=axis, keepdims=True, dtype=np.result_type(x))


def hidden_markov_grad(log_start, log_transition, emission, observations):
    # forward
    top = np.max(log_start, axis=0, keepdims=True)
    t = np.exp(log_start - top)
    t1 = np.sum(t, axis=0, keepdims=True)
    total = np.log(t1) + top
    start = log_start - np.squeeze(total, axis=0)
    top1 = np.max(log_transition, axis=1, keepdims=True)
    t2 = np.exp(log_transition - top1)
    t3 = np.sum(t2, axis=1, keepdims=True)
    total = np.log(t3) + top1
    transition = log_transition - np.squeeze(total, axis=1)[:, None]
    top2 = np.max(emission, axis=1, keepdims=True)
    t4 = np.exp(emission - top2)
    t5 = np.sum(t4, axis=1, keepdims=True)
    total = np.log(t5) + top2
    emission1 = emission - np.squeeze(total, axis=1)[:, None]
    t6 = observations[0]
    alpha = start + emission1[:, t6]
    t7 = observations[1:]
    n = len(t7)
    t_saved = []
    t_saved1 = []
    t_saved2 = []
    top_saved = []
    for i in range(n):
        symbol = t7[i]
        t8 = alpha[:, None] + transition
        t_saved2.append(t8)
        top3 = np.max(t8, axis=0, keepdims=True)
        top_saved.append(top3)
        t8 = np.exp(t8 - top3)
        t_saved1.append(t8)
        t8 = np.sum(t8, axis=0, keepdims=True)
        t_saved.append(t8)
        total = np.log(t8) + top3
        alpha = np.squeeze(total, axis=0) + emission1[:, symbol]
    top3 = np.max(alpha, axis=0, keepdims=True)
    t8 = np.exp(alpha - top3)
    # reverse
    total_bar = np.expand_dims(-1.0, 0)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    alpha_bar = total_bar / np.sum(t8, axis=0, keepdims=True) * t8
    total_bar -= np.sum(alpha_bar, axis=0, keepdims=True)
    # top = np.max(z, axis=axis, keepdims=True)
    alpha_bar += total_bar * ties(alpha, top3, 0)
    transition_bar = np.zeros_like(log_transition)
    emission_bar = np.zeros_like(emission)
    for i in reversed(range(n)):
        # alpha = _log_sum_exp(alpha[:, None] + transition, 0) + emission[:, symbol]
        symbol = t7[i]
        total_bar = np.expand_dims(alpha_bar, 0)
        emission_bar[:, symbol] += alpha_bar
        t8 = t_saved.pop()
        t9 = t_saved1.pop()
        # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
        t_bar = total_bar / t8 * t9
        total_bar -= np.sum(t_bar, axis=0, keepdims=True)
        t8 = t_saved2.pop()
        top3 = top_saved.pop()
        # top = np.max(z, axis=axis, keepdims=True)
        t_bar += total_bar * ties(t8, top3, 0)
        # alpha = _log_sum_exp(alpha[:, None] + transition, 0) + emission[:, symbol]
        transition_bar += t_bar
        alpha_bar = np.sum(t_bar, axis=1)
    # alpha = start + emission[:, observations[0]]
    emission_bar[:, t6] += alpha_bar
    # emission = emission - _log_sum_exp(emission, 1)[:, None]
    total_bar = np.expand_dims(-np.sum(emission_bar, axis=1), 1)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    t_bar = total_bar / t5 * t4
    emission_bar += t_bar
    total_bar -= np.sum(t_bar, axis=1, keepdims=True)
    # top = np.max(z, axis=axis, keepdims=True)
    emission_bar += total_bar * ties(emission, top2, 1)
    # transition = log_transition - _log_sum_exp(log_transition, 1)[:, None]
    total_bar = np.expand_dims(-np.sum(transition_bar, axis=1), 1)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    t_bar = total_bar / t3 * t2
    transition_bar += t_bar
    total_bar -= np.sum(t_bar, axis=1, keepdims=True)
    # top = np.max(z, axis=axis, keepdims=True)
    transition_bar += total_bar * ties(log_transition, top1, 1)
    # start = log_start - _log_sum_exp(log_start, 0)
    total_bar = np.expand_dims(-np.sum(alpha_bar), 0)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    t_bar = total_bar / t1 * t
    alpha_bar += t_bar
    total_bar -= np.sum(t_bar, axis=0, keepdims=True)
    # top = np.max(z, axis=axis, keepdims=True)
    alpha_bar += total_bar * ties(log_start, top, 0)
    return alpha_bar, transition_bar, emission_bar
