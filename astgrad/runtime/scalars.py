"""Helpers of compiled loops, each on one element: where an index leads, Python's errors, ties.

They hold only what Numba compiles, and raise where NumPy or Python would.
"""

import math

import numpy as np


def place(i, n):
    """Where index i is on an axis of length n."""
    if i < -n or i >= n:
        raise IndexError("index is out of bounds")
    return i + n if i < 0 else i


def clamped(i, n):
    """Where a slice's bound is on an axis of length n."""
    if i < 0:
        return max(i + n, 0)
    return min(i, n)


def same_size(m, n):
    """The size of two axes that are to be equal."""
    if m != n:
        raise ValueError("operands could not be broadcast together")
    return m


def some(n):
    """The size of what must not be empty."""
    if n == 0:
        raise ValueError("zero-size array to reduction operation which has no identity")
    return n


def integral(x):
    """An int that indices and sizes are made of: small enough for sums of them."""
    if x > 1073741824 or x < -1073741824:
        raise OverflowError("an int is too large for compiled loops")
    return x


def int_product(x, y):
    """The product of two ints that 64 bits hold."""
    if abs(float(x) * float(y)) > 9.0e18:
        raise OverflowError("an int does not fit into 64 bits")
    return x * y


def int_sum(x, y):
    """The sum of two ints that 64 bits hold."""
    if abs(float(x) + float(y)) > 9.0e18:
        raise OverflowError("an int does not fit into 64 bits")
    return x + y


def int_power(x, y):
    """An int to the power of an int, where 64 bits hold it."""
    if y < 0 or abs(float(x)) ** y > 9.0e18:
        raise OverflowError("an int does not fit into 64 bits")
    return x**y


def nonzero(y):
    """What a Python number is divided by."""
    if y == 0:
        raise ZeroDivisionError("division by zero")
    return y


def power(x, y):
    """A Python float to the power of another, where that is a float."""
    if (x < 0.0 and y != math.floor(y)) or (x == 0.0 and y < 0.0):
        raise ValueError("not a float")
    return x**y


def defined(ans, x):
    """A result of `math` at x, which raises instead of giving nan or inf."""
    if (math.isnan(ans) and not math.isnan(x)) or (math.isinf(ans) and not math.isinf(x)):
        raise ValueError("math domain error")
    return ans


def larger(x, y):
    """Python's max of two numbers."""
    return y if y > x else x  # noqa: FURB136 - as Python does, nan included


def smaller(x, y):
    """Python's min of two numbers."""
    return y if y < x else x  # noqa: FURB136


def tie_share(x, y, best):
    """What x has of the maximum or minimum of x and y: all, none, or half at a tie."""
    return 0.5 if x == y else 1.0 if x == best else 0.0


def quotient(a, b):
    """a / b, and 0 where b is 0."""
    return 0.0 if b == 0 else a / b


def log_of(x):
    """log(x) for the derivative of x**y: 0 at x = 0."""
    return 0.0 if x == 0 else math.log(x)


def slope_of_power(x, y):
    """The derivative of x**y by x: 0 where y is 0."""
    return 0.0 if y == 0 else y * x ** (y - 1)


def exp_share(x, total):
    """exp(x - total), and a half where both are -inf."""
    return 0.5 if total == -math.inf else math.exp(x - total)


def log_add(x, y):
    """log(exp(x) + exp(y)) as np.logaddexp."""
    if x == y:
        return x + math.log(2.0)
    gap = x - y
    if gap > 0:
        return x + math.log1p(math.exp(-gap))
    return y + math.log1p(math.exp(gap)) if gap <= 0 else gap


def sign(x):
    """The sign of x as np.sign: nan stays."""
    return 1.0 if x > 0 else -1.0 if x < 0 else 0.0 if x == 0 else x


def index_error():
    """Raise what is not proved impossible."""
    raise IndexError("index is out of bounds")


def value_error():
    """Raise what the function raises there; the exact error is NumPy's text's."""
    raise ValueError("raised by the function")


def grown(saved, filled, size):
    """The saved values in an array with room for at least `size`."""
    more = np.empty((max(size, 2 * len(saved)),) + saved.shape[1:], saved.dtype)  # noqa: RUF005
    old, new = saved.ravel(), more.ravel()
    for i in range(filled * (saved.size // max(len(saved), 1))):
        new[i] = old[i]
    return more
