import math
import numpy as np


def share_number(x, y, best):
    """What x has of the maximum or minimum of x and y: all, none, or half at a tie."""
    return 0.5 if x == y else 1.0 if x == best else 0.0


def adaptive_step_grad(y, rate, t_end, tolerance):
    # forward
    t_saved = []
    factor_saved = []
    h_saved = []
    k1_saved = []
    k2_saved = []
    t_saved1 = []
    t_saved2 = []
    t_saved3 = []
    trial_saved = []
    t_saved4 = []
    y_saved = []
    h_saved1 = []
    h = 0.4
    rejected = 0
    t = 0.0
    trips = 0
    while t_end - t > 1e-12:
        t_saved4.append(t)
        y_saved.append(y)
        h_saved1.append(h)
        h = min(h, t_end - t)
        h_saved.append(h)
        k1 = math.cos(t) - rate * y * y
        k1_saved.append(k1)
        trial = y + h * k1
        trial_saved.append(trial)
        t1 = t + h
        t_saved3.append(t1)
        k2 = math.cos(t1) - rate * trial * trial
        k2_saved.append(k2)
        t2 = 0.5 * h
        error = t2 * abs(k2 - k1)
        t3 = tolerance / (error + 1e-10)
        t_saved2.append(t3)
        t3 = math.sqrt(t3)
        t_saved1.append(t3)
        factor = 0.9 * t3
        factor_saved.append(factor)
        t3 = error > tolerance
        t_saved.append(t3)
        if t3:
            rejected += 1
            h *= max(0.2, factor)
        else:
            y += t2 * (k1 + k2)
            h *= min(3.0, factor)
            t = t1
        trips += 1
    assert rejected > 0, "the first step should be too long"
    # reverse
    h_bar = 0.0
    t_bar = 0.0
    y_bar = 1.0
    rate_bar = 0.0
    for _ in range(trips):
        t = t_saved.pop()
        factor = factor_saved.pop()
        h1 = h_saved.pop()
        k1 = k1_saved.pop()
        k2 = k2_saved.pop()
        if t:
            # h *= max(0.2, factor)
            t = max(0.2, factor)
            h_bar1 = h_bar * t
            factor_bar = h_bar * h1 * share_number(factor, 0.2, t)
            k1_bar = 0.0
            k2_bar = 0.0
        else:
            # h *= min(3.0, factor)
            t = min(3.0, factor)
            h_bar1 = h_bar * t
            factor_bar = h_bar * h1 * share_number(factor, 3.0, t)
            # y += 0.5 * h * (k1 + k2)
            k1_bar = y_bar * (0.5 * h1)
            h_bar = h_bar1 + y_bar * (k1 + k2) * 0.5
            # t += h
            h_bar1 = h_bar + t_bar
            k2_bar = k1_bar
        t3 = t_saved1.pop()
        t4 = t_saved2.pop()
        # error = 0.5 * h * abs(k2 - k1)
        t1 = 0.5 * h1
        t = k2 - k1
        t2 = abs(t)
        error = t1 * t2
        # factor = 0.9 * math.sqrt(tolerance / (error + 1e-10))
        t_bar2 = factor_bar * 0.9 * (0.5 / t3) * (t4 / (error + 1e-10))
        # error = 0.5 * h * abs(k2 - k1)
        t_bar1 = t_bar2 * t1 * np.sign(t)
        k1_bar += t_bar1
        # k2 = -rate * trial * trial + math.cos(t + h)
        t_bar3 = t_bar1 - k2_bar
        t = t_saved3.pop()
        t_bar1 = (k2_bar - t_bar1) * math.sin(t)
        trial = trial_saved.pop()
        t_bar4 = t_bar3 * trial
        trial_bar = t_bar3 * (rate * trial)
        rate_bar += t_bar4 * trial
        trial_bar += t_bar4 * rate
        # trial = y + h * k1
        y_bar += trial_bar
        t_bar2 = h_bar1 - t_bar2 * t2 * 0.5 - t_bar1 + trial_bar * k1
        k1_bar += trial_bar * h1
        t = t_saved4.pop()
        y = y_saved.pop()
        # k1 = -rate * y * y + math.cos(t)
        t_bar3 = k1_bar * y
        h = h_saved1.pop()
        # h = min(h, t_end - t)
        t1 = t_end - t
        h_bar = t_bar2 * share_number(h, t1, h1)
        t_bar = t_bar - t_bar1 - k1_bar * math.sin(t) - t_bar2 * share_number(t1, h, h1)
        y_bar = y_bar - k1_bar * (rate * y) - t_bar3 * rate
        rate_bar = rate_bar - t_bar3 * y
    return float(y_bar), float(rate_bar)
