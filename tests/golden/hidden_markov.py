import numpy as np


def hidden_markov_grad(log_start, log_transition, emission, observations):
    # forward
    top = np.max(log_start, axis=0, keepdims=True)
    t = np.exp(log_start - top)
    t1 = np.sum(t, axis=0, keepdims=True)
    total = np.log(t1) + top
    start = log_start - np.squeeze(total, axis=0)
    top = np.max(log_transition, axis=1, keepdims=True)
    t2 = np.exp(log_transition - top)
    t3 = np.sum(t2, axis=1, keepdims=True)
    total = np.log(t3) + top
    transition = log_transition - np.squeeze(total, axis=1)[:, None]
    top = np.max(emission, axis=1, keepdims=True)
    t4 = np.exp(emission - top)
    t5 = np.sum(t4, axis=1, keepdims=True)
    total = np.log(t5) + top
    emission1 = emission - np.squeeze(total, axis=1)[:, None]
    t6 = observations[0]
    alpha = start + emission1[:, t6]
    t7 = observations[1:]
    n = len(t7)
    t_saved = []
    t_saved1 = []
    for i in range(n):
        symbol = t7[i]
        t8 = alpha[:, None] + transition
        top = np.max(t8, axis=0, keepdims=True)
        t8 = np.exp(t8 - top)
        t_saved1.append(t8)
        t8 = np.sum(t8, axis=0, keepdims=True)
        t_saved.append(t8)
        total = np.log(t8) + top
        alpha = np.squeeze(total, axis=0) + emission1[:, symbol]
    top = np.max(alpha, axis=0, keepdims=True)
    t8 = np.exp(alpha - top)
    # reverse
    total_bar = np.expand_dims(-1.0, 0)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    alpha_bar = total_bar / np.sum(t8, axis=0, keepdims=True) * t8
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
        # alpha = _log_sum_exp(alpha[:, None] + transition, 0) + emission[:, symbol]
        transition_bar += t_bar
        alpha_bar = np.sum(t_bar, axis=1)
    # alpha = start + emission[:, observations[0]]
    emission_bar[:, t6] += alpha_bar
    # emission = emission - _log_sum_exp(emission, 1)[:, None]
    total_bar = np.expand_dims(-np.sum(emission_bar, axis=1), 1)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    emission_bar += total_bar / t5 * t4
    # transition = log_transition - _log_sum_exp(log_transition, 1)[:, None]
    total_bar = np.expand_dims(-np.sum(transition_bar, axis=1), 1)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    transition_bar += total_bar / t3 * t2
    # start = log_start - _log_sum_exp(log_start, 0)
    total_bar = np.expand_dims(-np.sum(alpha_bar), 0)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    alpha_bar += total_bar / t1 * t
    return alpha_bar, transition_bar, emission_bar
