import math
import numpy as np


def share_exp(x, total):
    """exp(x - total), and a half where both are -inf."""
    return np.where(
        total == -np.inf, 0.5, np.exp(x - np.where(total == -np.inf, 0.0, total))
    )


def share_number(x, y, best):
    """What x has of the maximum or minimum of x and y: all, none, or half at a tie."""
    return 0.5 if x == y else 1.0 if x == best else 0.0


def forward_log_space_grad(start, transition, scores):
    # forward
    n = scores.shape[0]
    n1 = scores.shape[1]
    alpha = np.zeros((n, n1))
    for s in range(n1):
        alpha[0, s] = start[s] + scores[0, s]
    t_saved = []
    top_saved = []
    alpha_saved = []
    total_saved = []
    top_saved1 = []
    for t in range(1, n):
        for s in range(n1):
            top = -np.inf
            for p in range(n1):
                top_saved.append(top)
                top = max(top, alpha[t - 1, p] + transition[p, s])
            top_saved1.append(top)
            total = 0.0
            for p in range(n1):
                t1 = math.exp(alpha[t - 1, p] + transition[p, s] - top)
                t_saved.append(t1)
                total += t1
            total_saved.append(total)
            alpha_saved.append(alpha[t, s])
            alpha[t, s] = top + math.log(total) + scores[t, s]
    t = alpha[-1]
    result = np.logaddexp.reduce(t)
    # reverse
    alpha_bar = np.zeros_like(alpha)
    alpha_bar[-1] = share_exp(t, result)
    transition_bar = np.zeros_like(transition)
    scores_bar = np.zeros_like(scores)
    for t in reversed(range(1, n)):
        for s in reversed(range(n1)):
            # alpha[t, s] = top + np.log(total) + scores[t, s]
            alpha[t, s] = alpha_saved.pop()
            top_bar = alpha_bar[t, s]
            alpha_bar[t, s] = 0.0
            total = total_saved.pop()
            total_bar = top_bar / total
            scores_bar[t, s] += top_bar
            for p in reversed(range(n1)):
                t1 = t_saved.pop()
                # total += np.exp(alpha[t - 1, p] + transition[p, s] - top)
                t_bar = total_bar * t1
                top_bar -= t_bar
                alpha_bar[t - 1, p] += t_bar
                transition_bar[p, s] += t_bar
            top = top_saved1.pop()
            for p in reversed(range(n1)):
                top1 = top_saved.pop()
                # top = max(top, alpha[t - 1, p] + transition[p, s])
                t1 = t - 1
                t2 = alpha[t1, p] + transition[p, s]
                top_bar1 = top_bar * share_number(top1, t2, top)
                t_bar = top_bar * share_number(t2, top1, top)
                alpha_bar[t1, p] += t_bar
                transition_bar[p, s] += t_bar
                top_bar = top_bar1
                top = top1
    start_bar = np.zeros_like(start)
    for s in reversed(range(n1)):
        # alpha[0, s] = start[s] + scores[0, s]
        t_bar = alpha_bar[0, s]
        alpha_bar[0, s] = 0.0
        start_bar[s] += t_bar
        scores_bar[0, s] += t_bar
    return start_bar, transition_bar, scores_bar
