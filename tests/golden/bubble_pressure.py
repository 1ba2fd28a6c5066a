import numpy as np


def log_of_base(x):
    """log(x) for the derivative of x**y: 0 at x = 0."""
    return np.log(np.where(x == 0, 1.0, x))


def bubble_pressure_grad(t, fraction):
    # forward
    share = 1 - fraction
    t1 = 233.426 + t
    t2 = 1730.63 / t1
    result = 10 ** (8.07131 - t2)
    t = 230.3 + t
    t3 = 1642.89 / t
    result1 = 10 ** (8.20417 - t3)
    # reverse
    # pressure += share * _antoine(t, **constants)
    share_bar = result1 / 760
    result_bar = share / 760
    t_bar1 = log_of_base(10)
    t_bar = result_bar * (result1 * t_bar1) * (t3 / t)
    fraction_bar = result / 760
    result_bar = fraction / 760
    t_bar += result_bar * (result * t_bar1) * (t2 / t1)
    return float(t_bar), fraction_bar - share_bar
