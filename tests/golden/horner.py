import numpy as np


def horner_grad(coefficients, x):
    # forward
    value = np.zeros_like(x)
    slope = np.zeros_like(x)
    n = len(coefficients)
    t = n - 1
    value_saved = []
    slope_saved = []
    for i in range(t, -1, -1):
        value_saved.append(value)
        slope_saved.append(slope)
        c = coefficients[i]
        slope = slope * x + value
        value = value * x + c
    # reverse
    coefficients_bar = np.zeros_like(coefficients)
    x_bar = np.zeros_like(x)
    value_bar = slope
    slope_bar = value
    for i in reversed(range(t, -1, -1)):
        # value = value * x + c
        c_bar = np.sum(value_bar)
        value = value_saved.pop()
        value_bar1 = value_bar * x
        x_bar += value_bar * value
        # slope = slope * x + value
        value_bar1 += slope_bar
        slope = slope_saved.pop()
        slope_bar1 = slope_bar * x
        x_bar += slope_bar * slope
        coefficients_bar[i] += c_bar
        value_bar = value_bar1
        slope_bar = slope_bar1
    return coefficients_bar, x_bar
