import math


def share_number(x, y, best):
    """What x has of the maximum or minimum of x and y: all, none, or half at a tie."""
    return 0.5 if x == y else 1.0 if x == best else 0.0


def sign_number(x):
    """1.0, -1.0, or x itself where it is zero or nan."""
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x


def adaptive_step_grad(y, rate, t_end, tolerance):
    # forward
    error_saved = []
    h_saved = []
    t_saved = []
    y_saved = []
    h = 0.4
    rejected = 0
    t = 0.0
    trips = 0
    while t_end - t > 1e-12:
        h_saved.append(h)
        t_saved.append(t)
        y_saved.append(y)
        h = min(h, t_end - t)
        k1 = math.cos(t) - rate * y * y
        trial = y + h * k1
        t1 = t + h
        k2 = math.cos(t1) - rate * trial * trial
        t2 = 0.5 * h
        error = t2 * abs(k2 - k1)
        error_saved.append(error)
        factor = 0.9 * math.sqrt(tolerance / (error + 1e-10))
        if error > tolerance:
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
        error = error_saved.pop()
        t1 = error + 1e-10
        t2 = tolerance / t1
        t3 = math.sqrt(t2)
        factor = 0.9 * t3
        h = h_saved.pop()
        t = t_saved.pop()
        t4 = t_end - t
        h1 = min(h, t4)
        y = y_saved.pop()
        t5 = rate * y
        k1 = math.cos(t) - t5 * y
        t6 = t + h1
        trial = y + h1 * k1
        t7 = rate * trial
        k2 = math.cos(t6) - t7 * trial
        if error > tolerance:
            # h *= max(0.2, factor)
            t8 = max(0.2, factor)
            h_bar1 = h_bar * t8
            factor_bar = h_bar * h1 * share_number(factor, 0.2, t8)
            k1_bar = 0.0
            k2_bar = 0.0
        else:
            # h *= min(3.0, factor)
            t8 = min(3.0, factor)
            h_bar1 = h_bar * t8
            factor_bar = h_bar * h1 * share_number(factor, 3.0, t8)
            # y += 0.5 * h * (k1 + k2)
            k1_bar = y_bar * (0.5 * h1)
            h_bar = h_bar1 + y_bar * (k1 + k2) * 0.5
            # t += h
            h_bar1 = h_bar + t_bar
            k2_bar = k1_bar
        # factor = 0.9 * math.sqrt(tolerance / (error + 1e-10))
        t_bar1 = factor_bar * 0.9 * (0.5 / t3) * (t2 / t1)
        # error = 0.5 * h * abs(k2 - k1)
        t1 = k2 - k1
        t_bar2 = t_bar1 * (0.5 * h1) * sign_number(t1)
        k2_bar1 = k2_bar - t_bar2
        k1_bar += t_bar2
        h_bar = h_bar1 - t_bar1 * abs(t1) * 0.5
        # k2 = -rate * trial * trial + math.cos(t + h)
        t_bar2 -= k2_bar
        t_bar1 = k2_bar1 * math.sin(t6)
        t_bar -= t_bar1
        h_bar -= t_bar1
        t_bar1 = t_bar2 * trial
        trial_bar = t_bar2 * t7
        rate_bar += t_bar1 * trial
        trial_bar += t_bar1 * rate
        # trial = y + h * k1
        y_bar += trial_bar
        h_bar1 = h_bar + trial_bar * k1
        k1_bar += trial_bar * h1
        # k1 = -rate * y * y + math.cos(t)
        t_bar -= k1_bar * math.sin(t)
        t_bar1 = k1_bar * y
        y_bar -= k1_bar * t5
        rate_bar -= t_bar1 * y
        y_bar -= t_bar1 * rate
        # h = min(h, t_end - t)
        h_bar = h_bar1 * share_number(h, t4, h1)
        t_bar -= h_bar1 * share_number(t4, h, h1)
    return float(y_bar), float(rate_bar)
