"""Zeros stored in adjoints: not where a sum follows, and after what reads the place."""

import numpy as np
import pytest

import astgrad


def scaled(x, n):
    x = x.copy()
    for i in range(n):
        x[i] = x[i] * x[i + 1]
    return np.sum(x)


def pairs(x):
    x = x.copy()
    for i in range(len(x)):
        for j in range(i):
            x[i] = x[i] / x[j]
    return np.sum(np.sin(x))


def may_meet(x, k, n):
    """The places may be one: the store comes first, and the other sum after it."""
    x = x.copy()
    for i in range(n):
        x[i] = x[k] * x[i]
    return np.sum(x)


def rows(x, w):
    y = np.zeros((3, len(x)))
    for i in range(3):
        y[i] = np.sin(x) * w[i]
    return np.sum(y * y)


def read_again(x, w):
    """The row is read after it was replaced."""
    y = np.outer(w, x)
    for i in range(1, 3):
        y[i] = y[i] * y[i - 1]
        y[i - 1] = y[i] + 1.0
    return np.sum(y * y)


def in_lists(x, n):
    states = [x, 2.0 * x]
    for i in range(n):
        states[i % 2] = states[i % 2] * np.cos(states[(i + 1) % 2])
    return np.sum(states[0] + states[1])


X = np.array([0.4, 1.3, -0.7, 0.9])
W = np.array([0.5, -1.1, 0.8])
CASES = [(scaled, (X, 3)), (pairs, (X,)), (may_meet, (X, 2, 4)), (may_meet, (X, -1, 4)),
         (rows, (X, W)), (read_again, (X, W)), (in_lists, (X, 3))]  # fmt: skip


@pytest.mark.parametrize(("function", "args"), CASES)
def test_the_derivative_is_right(function, args):
    astgrad.check_grads(function, args, order=2)


def test_a_sum_after_a_zero_is_a_store():
    text = astgrad.derivative_source(scaled, X, 3)
    assert "= 0.0" not in text
    assert "= 0.0" not in astgrad.derivative_source(pairs, X)


def test_where_places_may_meet_the_store_is_first():
    text = astgrad.derivative_source(may_meet, X, 2, 4)
    assert text.index("x_bar[i] = t_bar * x[k]") < text.index("x_bar[k] += t_bar * x[i]")


def kept(x):
    x[1:] = x[:-1] * 2.0 + x[1:]
    return np.sum(x * x)


def test_what_stays_is_not_stored_again():
    text = astgrad.derivative_source(kept, X)
    assert "x_bar[1:] =" not in text
    assert "x_bar[:-1] += 2.0 * x_bar[1:]" in text
    astgrad.check_grads(kept, (X,), order=2)


def test_a_view_that_is_read_before_the_zero_is_not_copied():
    text = astgrad.derivative_source(rows, X, W, argnums=(0, 1))
    assert "y_bar[i] = 0.0" in text
    assert ".copy()" not in text
