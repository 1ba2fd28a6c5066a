"""Helpers on values at ties, kinks and singular points."""

import math

import numpy as np


def safe_divide(a, b):
    """a / b, and 0 where b is 0."""
    return np.where(b == 0, 0.0, a / np.where(b == 0, 1.0, b))


def strong_times(x, y):
    """x * y, and 0 where x or y is exactly 0, also against inf and nan."""
    with np.errstate(invalid="ignore"):
        return np.where((x == 0) | (y == 0), 0.0, np.multiply(x, y))[()]


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


def safe_divide_number(a, b):
    """a / b, and 0 where b is 0."""
    return 0.0 if b == 0 else a / b


def sign_number(x):
    """1.0, -1.0, or x itself where it is zero or nan."""
    return 1.0 if x > 0.0 else -1.0 if x < 0.0 else x


def share_number(x, y, best):
    """What x has of the maximum or minimum of x and y: all, none, or half at a tie."""
    return 0.5 if x == y else 1.0 if x == best else 0.0


def log_of_base_number(x):
    """log(x) for the derivative of x**y: 0 at x = 0."""
    return 0.0 if x == 0 else math.log(x)


def power_slope_number(x, y):
    """The derivative of x**y by x: 0 where y is 0."""
    return 0.0 if y == 0 else y * math.pow(x, y - 1)


def share_exp_number(x, total):
    """exp(x - total), and a half where both are -inf."""
    return 0.5 if total == -math.inf else math.exp(x - total)


def inside(x, low, high):
    mask = np.ones(np.shape(x), bool)
    if low is not None:
        mask &= x >= low
    if high is not None:
        mask &= x <= high
    return np.where(mask, 1.0, 0.0)


def below(x, low, high):
    mask = x < low
    return np.where(mask if high is None else mask & (low <= high), 1.0, 0.0)


def above(x, low, high):
    mask = x > high
    return np.where(mask if low is None else mask | (low > high), 1.0, 0.0)


def ties(x, best, axis):
    """Equal shares of the extreme elements along the axis."""
    mask = x == best
    return mask / np.sum(mask, axis=axis, keepdims=True, dtype=np.result_type(x))


def quantile_shares(x, q, axis, method, skip):
    """The weights of x's elements in its quantiles (a leading axis for several q): how near
    each one's rank is to the quantile's place; `skip` leaves out NaN.
    """
    every = tuple(range(np.ndim(x)))
    axes = every if axis is None else axis if isinstance(axis, tuple) else (axis,)
    last = tuple(range(-len(axes), 0))
    moved = np.moveaxis(x, axes, last)
    flat = np.reshape(moved, (*np.shape(moved)[: np.ndim(x) - len(axes)], -1))
    rank = np.argsort(np.argsort(flat, -1, kind="stable"), -1)
    if skip:
        place = np.multiply.outer(q, np.sum(~np.isnan(flat), axis=-1, keepdims=True) - 1)
    else:
        place = np.quantile(np.arange(float(flat.shape[-1])), q, method=method)
        place = np.reshape(place, np.shape(q) + (1,) * np.ndim(flat))
    dtype = np.result_type(np.asarray(x), np.float32)
    shares = np.maximum(0.0, 1.0 - np.abs(rank - place)).astype(dtype)
    shares = shares.reshape((*np.shape(q), *np.shape(moved)))
    return np.moveaxis(shares, last, tuple(a % np.ndim(x) + np.ndim(q) for a in axes))


def quantile_slope(x, q, axis, method):
    """The derivative of np.quantile(x, q, axis) by q: along the line between two neighbours in
    order, 0 for the methods that jump; at an element, the line above it.
    """
    every = tuple(range(np.ndim(x)))
    axes = every if axis is None else axis if isinstance(axis, tuple) else (axis,)
    moved = np.moveaxis(x, axes, tuple(range(len(axes))))
    flat = np.sort(moved.reshape((-1, *np.shape(moved)[len(axes) :])), axis=0)
    n = len(flat)
    more = {"linear": -1.0, "weibull": 1.0, "hazen": 0.0, "interpolated_inverted_cdf": 0.0,
            "median_unbiased": 1.0 / 3.0, "normal_unbiased": 0.25}
    if method not in more or n == 1:
        return np.zeros((*np.shape(q), *np.shape(flat)[1:]))
    place = np.quantile(np.arange(float(n)), q, method=method)
    low = np.clip(np.floor(place).astype(int), 0, n - 2)
    inside = (method == "linear") | ((place > 0) & (place < n - 1))
    rate = np.where(inside, n + more[method], 0.0)
    return np.reshape(rate, np.shape(q) + (1,) * (np.ndim(flat) - 1)) * (flat[low + 1] - flat[low])


def i0_derivative(x, n):
    """The n-th derivative of np.i0, by the mean of cosh(x cos t) or sinh, times cos(t)**n."""
    count = 12 + int(np.max(np.abs(x), initial=0.0) / 2)
    c = np.cos((np.arange(count) + 0.5) * (np.pi / 2 / count))
    wave = np.cosh if n % 2 == 0 else np.sinh
    return np.mean(wave(np.multiply.outer(x, c)) * c**n, axis=-1)


def sinc_derivative(x, n):
    """The n-th derivative of np.sinc: a power series near 0, a recurrence elsewhere."""
    far = np.where(np.abs(x) < 1.0, 1.0, x)
    value = np.sinc(far)
    for k in range(1, n + 1):
        value = (np.pi ** (k - 1) * np.sin(np.pi * (far + 0.5 * k)) - k * value) / far
    near, series = np.where(np.abs(x) < 1.0, x, 0.0), 0.0
    for k in reversed(range((n + 1) // 2, 18)):
        factorial = np.prod(np.arange(1.0, 2 * k - n + 1))
        factor = (-1) ** k * np.pi ** (2 * k) / (2 * k + 1) / factorial
        series = series + factor * near ** (2 * k - n)
    return np.where(np.abs(x) < 1.0, series, value)


def polygamma(n, x):
    """The n-th derivative of the digamma function: recurrence, then an asymptotic series."""
    sign, factorial, total = (-1) ** (n + 1), np.prod(np.arange(1.0, n + 1)), 0.0
    steps = 16 + math.ceil(np.max(np.fmax(0.0, -x), initial=0.0))
    for k in range(steps):
        total = total + factorial / (x + k) ** (n + 1)
    y = x + steps
    series = factorial / y ** (n + 1) / 2
    series = series + (factorial / n / y**n if n else -np.log(y))
    bernoulli = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
    for k, b in enumerate(bernoulli, 1):
        product = np.prod(np.arange(2 * k + 1.0, 2 * k + n)) / (2 * k if n == 0 else 1)
        series = series + b * product / y ** (2 * k + n)
    return sign * (total + series)


def other_products(x, axis):
    """For each element, the product of the others along the axis."""
    if axis is None:
        return other_products(np.ravel(x), 0).reshape(np.shape(x))
    x = np.moveaxis(x, axis, -1)
    one = np.ones_like(x[..., :1])
    left = np.cumprod(np.concatenate((one, x[..., :-1]), axis=-1), axis=-1)
    right = np.cumprod(np.concatenate((one, x[..., :0:-1]), axis=-1), axis=-1)
    return np.moveaxis(left * right[..., ::-1], -1, axis)


def scan(g, x, axis):
    """s[k] = g[k] + x[k] * s[k-1]"""
    g, x = np.moveaxis(g, axis, 0), np.moveaxis(x, axis, 0)
    s = g.astype(np.result_type(g, x))
    for k in range(1, len(s)):
        s[k] += x[k] * s[k - 1]
    return np.moveaxis(s, 0, axis)


def scan_back(g, x, axis):
    """h[k] = g[k] + x[k+1] * h[k+1]"""
    g, x = np.moveaxis(g, axis, 0), np.moveaxis(x, axis, 0)
    h = g.astype(np.result_type(g, x))
    for k in reversed(range(len(h) - 1)):
        h[k] += x[k + 1] * h[k + 1]
    return np.moveaxis(h, 0, axis)


def shifted(x, axis):
    """x moved on by one along the axis, behind a 0."""
    moved = np.zeros_like(x)
    np.moveaxis(moved, axis, 0)[1:] = np.moveaxis(x, axis, 0)[:-1]
    return moved


def unshifted(x, axis):
    """x moved back by one along the axis, before a 0."""
    moved = np.zeros_like(x)
    np.moveaxis(moved, axis, 0)[:-1] = np.moveaxis(x, axis, 0)[1:]
    return moved


def portion(x, y):
    """x / y, and 0 where x is 0."""
    return np.where(x == 0, 0.0, x / np.where(x == 0, 1.0, y))
