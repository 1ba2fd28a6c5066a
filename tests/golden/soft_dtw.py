import math
import numpy as np


def share_number(x, y, best):
    """What x has of the maximum or minimum of x and y: all, none, or half at a tie."""
    return 0.5 if x == y else 1.0 if x == best else 0.0


def soft_dtw_grad(x, y, gamma):
    # forward
    n = len(x)
    n1 = len(y)
    t = n + 1
    t1 = n1 + 1
    cost = np.full((t, t1), 1000000.0)
    cost[0, 0] = 0.0
    cost_saved = []
    t_saved = []
    t_saved1 = []
    t_saved2 = []
    t_saved3 = []
    for i in range(1, t):
        for j in range(1, t1):
            t2 = i - 1
            t3 = j - 1
            t4 = x[t2] - y[t3]
            t_saved3.append(t4)
            gap = np.sum(t4**2)
            t4 = cost[t2, j]
            t5 = cost[i, t3]
            t2 = cost[t2, t3]
            low = min(min(t4, t5), t2)
            t3 = (low - t4) / gamma
            t_saved.append(t3)
            t4 = (low - t5) / gamma
            t_saved1.append(t4)
            t2 = (low - t2) / gamma
            t_saved2.append(t2)
            total = math.exp(t3) + math.exp(t4) + math.exp(t2)
            cost_saved.append(cost[i, j])
            cost[i, j] = gap + (low - gamma * math.log(total))
    # reverse
    cost_bar = np.zeros_like(cost)
    cost_bar[n, n1] = 1.0
    x_bar = np.zeros_like(x)
    y_bar = np.zeros_like(y)
    gamma_bar = 0.0
    for i in reversed(range(1, t)):
        for j in reversed(range(1, t1)):
            # cost[i, j] = gap + _soft_min( cost[i - 1, j], cost[i, j - 1], cost[i -...
            cost[i, j] = cost_saved.pop()
            gap_bar = cost_bar[i, j]
            cost_bar[i, j] = 0.0
            t = t_saved.pop()
            t4 = math.exp(t)
            t2 = t_saved1.pop()
            t5 = math.exp(t2)
            t3 = t_saved2.pop()
            t6 = math.exp(t3)
            total = t4 + t5 + t6
            gamma_bar -= gap_bar * math.log(total)
            t_bar = gap_bar * gamma / total
            # total = ( math.exp((low - a) / gamma) + math.exp((low - b) / gamma) + m...
            t_bar1 = t_bar * t6
            t_bar2 = t_bar1 / gamma
            gamma_bar += t_bar1 * (t3 / gamma)
            low_bar = gap_bar - t_bar2
            t_bar1 = t_bar * t5
            t_bar3 = t_bar1 / gamma
            gamma_bar += t_bar1 * (t2 / gamma)
            low_bar -= t_bar3
            t_bar *= t4
            t_bar1 = t_bar / gamma
            gamma_bar += t_bar * (t / gamma)
            low_bar -= t_bar1
            # low = min(a, b, c)
            t = i - 1
            t3 = cost[t, j]
            t2 = j - 1
            t4 = cost[i, t2]
            t5 = min(t3, t4)
            t6 = cost[t, t2]
            low = min(t5, t6)
            t_bar = low_bar * share_number(t5, t6, low)
            # cost[i, j] = gap + _soft_min( cost[i - 1, j], cost[i, j - 1], cost[i -...
            cost_bar[t, j] += t_bar1 + t_bar * share_number(t3, t4, t5)
            cost_bar[i, t2] += t_bar3 + t_bar * share_number(t4, t3, t5)
            cost_bar[t, t2] += t_bar2 + low_bar * share_number(t6, t5, low)
            t3 = t_saved3.pop()
            # gap = np.sum((x[i - 1] - y[j - 1]) ** 2)
            t_bar = gap_bar * (2.0 * t3)
            x_bar[t] += t_bar
            y_bar[t2] -= t_bar
    return x_bar, y_bar, float(gamma_bar)
