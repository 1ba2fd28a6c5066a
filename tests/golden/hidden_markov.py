import numpy as np


def expand_to(g, x):
    return np.broadcast_to(g, np.shape(x))


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
    total1 = np.log(t3) + top1
    t4 = np.squeeze(total1, axis=1)
    transition = log_transition - t4[:, None]
    top2 = np.max(emission, axis=1, keepdims=True)
    t5 = np.exp(emission - top2)
    t6 = np.sum(t5, axis=1, keepdims=True)
    total2 = np.log(t6) + top2
    t7 = np.squeeze(total2, axis=1)
    emission1 = emission - t7[:, None]
    t8 = observations[0]
    alpha = start + emission1[:, t8]
    t9 = observations[1:]
    n = len(t9)
    total_saved = []
    t_saved = []
    t_saved1 = []
    top_saved = []
    t_saved2 = []
    alpha_saved = []
    for i in range(n):
        alpha_saved.append(alpha)
        symbol = t9[i]
        t10 = alpha[:, None] + transition
        t_saved2.append(t10)
        top3 = np.max(t10, axis=0, keepdims=True)
        top_saved.append(top3)
        t10 = np.exp(t10 - top3)
        t_saved1.append(t10)
        t10 = np.sum(t10, axis=0, keepdims=True)
        t_saved.append(t10)
        total3 = np.log(t10) + top3
        total_saved.append(total3)
        alpha = np.squeeze(total3, axis=0) + emission1[:, symbol]
    top3 = np.max(alpha, axis=0, keepdims=True)
    t10 = np.exp(alpha - top3)
    t11 = np.sum(t10, axis=0, keepdims=True)
    total3 = np.log(t11) + top3
    # reverse
    total_bar = np.reshape(-1.0, total3.shape)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    alpha_bar = total_bar / t11 * t10
    total_bar += np.sum(-alpha_bar, axis=0, keepdims=True)
    # top = np.max(z, axis=axis, keepdims=True)
    alpha_bar += total_bar * ties(alpha, expand_to(top3, alpha), 0)
    transition_bar = np.zeros_like(log_transition)
    emission_bar = np.zeros_like(emission)
    for i in reversed(range(n)):
        total3 = total_saved.pop()
        # alpha = _log_sum_exp(alpha[:, None] + transition, 0) + emission[:, symbol]
        symbol = t9[i]
        total_bar = np.reshape(alpha_bar, total3.shape)
        emission_bar[:, symbol] += alpha_bar
        t10 = t_saved.pop()
        t11 = t_saved1.pop()
        # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
        t_bar = total_bar / t10 * t11
        total_bar += np.sum(-t_bar, axis=0, keepdims=True)
        top3 = top_saved.pop()
        t10 = t_saved2.pop()
        # top = np.max(z, axis=axis, keepdims=True)
        t_bar += total_bar * ties(t10, expand_to(top3, t10), 0)
        # alpha = _log_sum_exp(alpha[:, None] + transition, 0) + emission[:, symbol]
        transition_bar += t_bar
        alpha = alpha_saved.pop()
        alpha_bar = np.zeros_like(alpha)
        alpha_bar[:, None] = np.sum(t_bar, axis=1, keepdims=True)
    # alpha = start + emission[:, observations[0]]
    emission_bar[:, t8] += alpha_bar
    # emission = emission - _log_sum_exp(emission, 1)[:, None]
    t_bar = np.zeros_like(t7)
    t_bar[:, None] = np.sum(-emission_bar, axis=1, keepdims=True)
    total_bar = np.reshape(t_bar, total2.shape)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    t_bar = total_bar / t6 * t5
    emission_bar += t_bar
    total_bar += np.sum(-t_bar, axis=1, keepdims=True)
    # top = np.max(z, axis=axis, keepdims=True)
    emission_bar += total_bar * ties(emission, expand_to(top2, emission), 1)
    # transition = log_transition - _log_sum_exp(log_transition, 1)[:, None]
    t_bar = np.zeros_like(t4)
    t_bar[:, None] = np.sum(-transition_bar, axis=1, keepdims=True)
    total_bar = np.reshape(t_bar, total1.shape)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    t_bar = total_bar / t3 * t2
    transition_bar += t_bar
    total_bar += np.sum(-t_bar, axis=1, keepdims=True)
    # top = np.max(z, axis=axis, keepdims=True)
    transition_bar += (
        total_bar * ties(log_transition, expand_to(top1, log_transition), 1)
    )
    # start = log_start - _log_sum_exp(log_start, 0)
    total_bar = np.reshape(np.sum(-alpha_bar), total.shape)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    t_bar = total_bar / t1 * t
    alpha_bar += t_bar
    total_bar += np.sum(-t_bar, axis=0, keepdims=True)
    # top = np.max(z, axis=axis, keepdims=True)
    alpha_bar += total_bar * ties(log_start, expand_to(top, log_start), 0)
    return alpha_bar, transition_bar, emission_bar
