import math
import numpy as np


def power_slope_number(x, y):
    """The derivative of x**y by x: 0 where y is 0."""
    return 0.0 if y == 0 else y * math.pow(x, y - 1)


def weighted_norm_grad(x, *terms, power=2.0, floor=0.001):
    terms_0_0 = terms[0][0]
    terms_0_1 = terms[0][1]
    terms_1_0 = terms[1][0]
    terms_1_1 = terms[1][1]
    # forward
    t = x - terms_0_1
    t1 = np.sum(t**2)
    t2 = power / 2
    t3 = t1**t2
    total = floor + terms_0_0 * t3
    t4 = x - terms_1_1
    t5 = np.sum(t4**2)
    total += terms_1_0 * t5**t2
    # reverse
    total_bar = power_slope_number(total, 1 / power)
    # total = total + weight * np.sum((x - target) ** 2) ** (power / 2)
    x_bar = total_bar * terms_1_0 * power_slope_number(t5, t2) * (2.0 * t4)
    terms_0_0_bar = total_bar * t3
    t_bar = total_bar * terms_0_0 * power_slope_number(t1, t2) * (2.0 * t)
    x_bar += t_bar
    terms_0_1_bar = -t_bar
    return x_bar, (float(terms_0_0_bar), terms_0_1_bar)
