import numpy as np


def log_of_base(x):
    """log(x) for the derivative of x**y: 0 at x = 0."""
    return np.log(np.where(x == 0, 1.0, x))


def bubble_pressure_grad(t, fraction):
    # forward
    share = 1 - fraction
    t1 = 233.426 + t
    t2 = 1730.63 / t1
    t3 = 10 ** (8.07131 - t2)
    t = 230.3 + t
    t4 = 1642.89 / t
    t5 = 10 ** (8.20417 - t4)
    # reverse
    pressure_bar = 1.0 / 760
    # pressure += share * _antoine(t, **constants)
    share_bar = pressure_bar * t5
    t_bar1 = log_of_base(10)
    t_bar = pressure_bar * share * (t5 * t_bar1) * (t4 / t)
    fraction_bar = pressure_bar * t3
    t_bar += pressure_bar * fraction * (t3 * t_bar1) * (t2 / t1)
    # shares = [fraction, 1 - fraction]
    fraction_bar -= share_bar
    return float(t_bar), fraction_bar
