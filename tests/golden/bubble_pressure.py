import numpy as np


def log_of_base(x):
    """log(x) for the derivative of x**y: 0 at x = 0."""
    return np.log(np.where(x == 0, 1.0, x))


def bubble_pressure_grad(t, fraction):
    # forward
    share = 1 - fraction
    t3 = 233.426 + t
    t2 = 1730.63 / t3
    result1 = 10 ** (8.07131 - t2)
    t1 = 230.3 + t
    t = 1642.89 / t1
    result = 10 ** (8.20417 - t)
    # reverse
    # pressure += share * _antoine(t, **constants)
    share_bar = 0.0013157894736842105 * result
    result_bar = 0.0013157894736842105 * share
    t_bar = log_of_base(10)
    fraction_bar = 0.0013157894736842105 * result1
    result_bar1 = 0.0013157894736842105 * fraction
    return (
        float(
            result_bar * (result * t_bar) * (t / t1)
            + result_bar1 * (result1 * t_bar) * (t2 / t3),
        ),
        fraction_bar - share_bar,
    )
