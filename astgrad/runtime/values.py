"""Helpers on values at ties, kinks and singular points."""

import numpy as np


def safe_divide(a, b):
    """a / b, and 0 where b is 0."""
    return np.where(b == 0, 0.0, a / np.where(b == 0, 1.0, b))


def share(x, y, best):
    """What x has of the maximum or minimum of x and y: all, none, or half at a tie."""
    return np.where(x == y, 0.5, np.where(x == best, 1.0, 0.0))


def log_of_base(x):
    """log(x) for the derivative of x**y: 0 at x = 0."""
    return np.log(np.where(x == 0, 1.0, x))


def power_slope(x, y):
    """The derivative of x**y by x: 0 where y is 0."""
    return np.where(y == 0, 0.0, y * x ** np.where(y == 0, 1.0, y - 1))


def share_exp(x, total):
    """exp(x - total), and a half where both are -inf."""
    return np.where(total == -np.inf, 0.5, np.exp(x - np.where(total == -np.inf, 0.0, total)))


def inside(x, low, high):
    mask = np.ones(np.shape(x), bool)
    if low is not None:
        mask &= x >= low
    if high is not None:
        mask &= x <= high
    return np.where(mask, 1.0, 0.0)


def below(x, low):
    return np.where(x < low, 1.0, 0.0)


def above(x, high):
    return np.where(x > high, 1.0, 0.0)


def ties(x, best, axis):
    """Equal shares of the extreme elements along the axis."""
    mask = x == best
    return mask / np.sum(mask, axis=axis, keepdims=True)
