import numpy as np


def expand_to(g, x):
    return np.broadcast_to(g, np.shape(x))


def ties(x, best, axis):
    """Equal shares of the extreme elements along the axis."""
    mask = x == best
    return mask / np.sum(mask, axis=axis, keepdims=True, dtype=np.result_type(x))


def unbroadcast(g, x):
    shape = np.shape(x)
    extra = np.ndim(g) - len(shape)
    if extra > 0:
        g = np.sum(g, axis=tuple(range(extra)))
    ones = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
    if ones:
        g = np.sum(g, axis=ones, keepdims=True)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


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
    t4 = np.log(t3)
    total1 = t4 + top1
    t5 = np.squeeze(total1, axis=1)
    transition = log_transition - t5[:, None]
    top2 = np.max(emission, axis=1, keepdims=True)
    t6 = np.exp(emission - top2)
    t7 = np.sum(t6, axis=1, keepdims=True)
    t8 = np.log(t7)
    total2 = t8 + top2
    t9 = np.squeeze(total2, axis=1)
    emission1 = emission - t9[:, None]
    t10 = observations[0]
    alpha = start + emission1[:, t10]
    t11 = observations[1:]
    n = len(t11)
    total_saved = []
    t_saved = []
    top_saved = []
    t_saved1 = []
    t_saved2 = []
    t_saved3 = []
    alpha_saved = []
    for symbol in range(n):
        alpha_saved.append(alpha)
        symbol = t11[symbol]
        t12 = alpha[:, None] + transition
        t_saved3.append(t12)
        top3 = np.max(t12, axis=0, keepdims=True)
        top_saved.append(top3)
        t12 = np.exp(t12 - top3)
        t_saved2.append(t12)
        t12 = np.sum(t12, axis=0, keepdims=True)
        t_saved1.append(t12)
        t12 = np.log(t12)
        t_saved.append(t12)
        total3 = t12 + top3
        total_saved.append(total3)
        alpha = np.squeeze(total3, axis=0) + emission1[:, symbol]
    top3 = np.max(alpha, axis=0, keepdims=True)
    t12 = np.exp(alpha - top3)
    t13 = np.sum(t12, axis=0, keepdims=True)
    total3 = np.log(t13) + top3
    # reverse
    total_bar = np.reshape(-1.0, total3.shape)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    top_bar = np.sum(total_bar, axis=0, keepdims=True)
    alpha_bar = top_bar / t13 * t12
    top_bar += np.sum(-alpha_bar, axis=0, keepdims=True)
    # top = np.max(z, axis=axis, keepdims=True)
    alpha_bar += top_bar * ties(alpha, expand_to(top3, alpha), 0)
    transition_bar = np.zeros_like(transition)
    emission_bar = np.zeros_like(emission1)
    for symbol in reversed(range(n)):
        total3 = total_saved.pop()
        symbol = t11[symbol]
        # alpha = _log_sum_exp(alpha[:, None] + transition, 0) + emission[:, symbol]
        total_bar = np.reshape(alpha_bar, total3.shape)
        emission_bar[:, symbol] += alpha_bar
        t12 = t_saved.pop()
        top3 = top_saved.pop()
        # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
        top_bar = unbroadcast(total_bar, top3)
        t13 = t_saved1.pop()
        t14 = t_saved2.pop()
        t_bar = unbroadcast(total_bar, t12) / t13 * t14
        top_bar += np.sum(-t_bar, axis=0, keepdims=True)
        t12 = t_saved3.pop()
        # top = np.max(z, axis=axis, keepdims=True)
        t_bar += top_bar * ties(t12, expand_to(top3, t12), 0)
        # alpha = _log_sum_exp(alpha[:, None] + transition, 0) + emission[:, symbol]
        transition_bar += t_bar
        alpha = alpha_saved.pop()
        alpha_bar = np.zeros_like(alpha)
        alpha_bar[:, None] = np.sum(t_bar, axis=1, keepdims=True)
    # alpha = start + emission[:, observations[0]]
    emission_bar[:, t10] += alpha_bar
    # emission = emission - _log_sum_exp(emission, 1)[:, None]
    t_bar = np.zeros_like(t9)
    t_bar[:, None] = np.sum(-emission_bar, axis=1, keepdims=True)
    total_bar = np.reshape(t_bar, total2.shape)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    top_bar = unbroadcast(total_bar, top2)
    t_bar = unbroadcast(total_bar, t8) / t7 * t6
    emission_bar += t_bar
    top_bar += np.sum(-t_bar, axis=1, keepdims=True)
    # top = np.max(z, axis=axis, keepdims=True)
    emission_bar += top_bar * ties(emission, expand_to(top2, emission), 1)
    # transition = log_transition - _log_sum_exp(log_transition, 1)[:, None]
    t_bar = np.zeros_like(t5)
    t_bar[:, None] = np.sum(-transition_bar, axis=1, keepdims=True)
    total_bar = np.reshape(t_bar, total1.shape)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    top_bar = unbroadcast(total_bar, top1)
    t_bar = unbroadcast(total_bar, t4) / t3 * t2
    transition_bar += t_bar
    top_bar += np.sum(-t_bar, axis=1, keepdims=True)
    # top = np.max(z, axis=axis, keepdims=True)
    transition_bar += top_bar * ties(log_transition, expand_to(top1, log_transition), 1)
    # start = log_start - _log_sum_exp(log_start, 0)
    total_bar = np.reshape(np.sum(-alpha_bar), total.shape)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    top_bar = np.sum(total_bar, axis=0, keepdims=True)
    t_bar = top_bar / t1 * t
    alpha_bar += t_bar
    top_bar += np.sum(-t_bar, axis=0, keepdims=True)
    # top = np.max(z, axis=axis, keepdims=True)
    alpha_bar += top_bar * ties(log_start, expand_to(top, log_start), 0)
    return alpha_bar, transition_bar, emission_bar
