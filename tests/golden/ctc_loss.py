import math
import numpy as np


def share_exp_number(x, total):
    """exp(x - total), and a half where both are -inf."""
    return 0.5 if total == -math.inf else math.exp(x - total)


def ctc_loss_grad(logits, labels):
    # forward
    t1 = np.exp(logits)
    t2 = np.sum(t1, axis=1)
    log_p = logits - np.log(t2)[:, None]
    n = len(labels)
    extended = [0]
    for i in range(n):
        label = labels[i]
        extended.append(int(label))
        extended.append(0)
    width = len(extended)
    alpha = np.full(width, -100000.0)
    alpha[0] = log_p[0, 0]
    t3 = extended[1]
    alpha[1] = log_p[0, t3]
    n = len(logits)
    total_saved = []
    total_saved1 = []
    t_saved = []
    total_saved2 = []
    previous_saved = []
    for t in range(1, n):
        previous = alpha.copy()
        previous_saved.append(previous)
        for s in range(width):
            total = previous[s]
            if s >= 1:
                total = np.logaddexp(total, previous[s - 1])
                total_saved1.append(total)
            total_saved2.append(total)
            t4 = s >= 2
            if t4:
                t5 = extended[s]
                t4 = t5 != 0
                t4 = t4 and t5 != extended[s - 2]
            t_saved.append(t4)
            if t4:
                total = np.logaddexp(total, previous[s - 2])
                total_saved.append(total)
            alpha[s] = total + log_p[t, extended[s]]
    t = alpha[-1]
    t4 = alpha[-2]
    t5 = np.logaddexp(t, t4)
    # reverse
    alpha_bar = np.zeros_like(alpha)
    alpha_bar[-1] = -share_exp_number(t, t5)
    alpha_bar[-2] = -share_exp_number(t4, t5)
    log_p_bar = np.zeros_like(logits)
    for t in reversed(range(1, n)):
        previous = previous_saved.pop()
        previous_bar = np.zeros_like(previous)
        for s in reversed(range(width)):
            # alpha[s] = total + log_p[t, extended[s]]
            total_bar = alpha_bar[s]
            alpha_bar[s] = 0.0
            log_p_bar[t, extended[s]] += total_bar
            t4 = t_saved.pop()
            total = total_saved2.pop()
            if t4:
                total1 = total_saved.pop()
                # total = np.logaddexp(total, previous[s - 2])
                t4 = s - 2
                total_bar1 = total_bar * share_exp_number(total, total1)
                previous_bar[t4] += total_bar * share_exp_number(previous[t4], total1)
            else:
                total_bar1 = total_bar
            total = previous[s]
            if s >= 1:
                total1 = total_saved1.pop()
                # total = np.logaddexp(total, previous[s - 1])
                t4 = s - 1
                total_bar = total_bar1 * share_exp_number(total, total1)
                previous_bar[t4] += total_bar1 * share_exp_number(previous[t4], total1)
            else:
                total_bar = total_bar1
            # total = previous[s]
            previous_bar[s] += total_bar
        # previous = alpha.copy()
        alpha_bar = alpha_bar + previous_bar
    # alpha[1] = log_p[0, extended[1]]
    t_bar = alpha_bar[1]
    alpha_bar[1] = 0.0
    log_p_bar[0, t3] += t_bar
    # alpha[0] = log_p[0, 0]
    log_p_bar[0, 0] += alpha_bar[0]
    # log_p = logits - np.log(np.sum(np.exp(logits), axis=1))[:, None]
    log_p_bar += (-(np.sum(log_p_bar, axis=1) / t2))[:, None] * t1
    return (log_p_bar,)
