"""Sums of outer products in the reverse sweep are one product of matrices."""

import numpy as np
import pytest

import astgrad


def twice(a, x, y):
    return np.sum((a @ x) ** 2) + np.sum((y @ a) ** 2)


def difference(a, x, y):
    return np.sum((a @ x) ** 2) - np.sum((y @ a) ** 2) + np.sum(np.sin(a))


def in_a_loop(a, x, y):
    total = 0.0
    for _ in range(3):
        total = total + np.sum((a @ x) ** 2) * np.sum((y @ a) ** 2)
        x = x * 0.5
    return total


def lengths(a, b):
    """Two products that the user adds, one of them spread along an axis."""
    return np.sum((np.outer(a, a) + np.outer(a, b)) ** 2)


A = np.arange(6.0).reshape(2, 3) / 7
X, Y = np.array([0.3, -0.5, 0.2]), np.array([1.1, 0.4])


@pytest.mark.parametrize(("function", "args"), [
    (twice, (A, X, Y)), (difference, (A, X, Y)), (in_a_loop, (A, X, Y)), (lengths, (X, X[:1])),
    (lengths, (X, 2.0 * X)),
])
def test_the_derivative_is_right(function, args):
    astgrad.check_grads(function, args, order=2)


@pytest.mark.parametrize("function", [twice, difference, in_a_loop])
def test_one_product(function):
    text = astgrad.derivative_source(function, A, X, Y)
    assert "np.outer" not in text
    assert text.count("np.array((") == 2


def test_the_primal_is_left_alone():
    text = astgrad.derivative_source(lengths, X, 2.0 * X)
    assert "np.outer(a, a) + np.outer(a, b)" in text
