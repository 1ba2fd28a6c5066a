"""What ownership makes of writes whose operand is still read."""

import numpy as np
import pytest

import astgrad
from tests.judged import judged

X = np.array([0.3, -1.2, 0.8])
A = np.array([[0.9, -1.2, -0.9], [1.0, 0.3, -0.3], [-1.1, 0.8, 0.2]])


def scaled(a, x):
    y = a @ x
    y /= 1.0 + np.sum(y * y)
    return np.sum(np.sin(y))


def then_an_element(a, x):
    y = a @ x
    y /= 1.0 + np.sum(y * y)
    y[0] = x[1]
    return np.sum(np.sin(y))


def then_through_a_shape(a, x):
    y = np.zeros((3, 3))
    y += a * x
    y /= 1.0 + np.sum(y * y)
    z = y.reshape(-1)
    z[2] = x[1]
    return np.sum(np.sin(y)) * y[0, 2]


def of_what_was_written_to(a, x):
    y = a - 1.0
    a[0] *= x
    y[...] = a
    return np.sum(np.sin(y))


def two_of_one_value(a, x):
    y = a @ x
    z = x * 1.0
    v = y * x
    s = np.sum(y * y) + np.sum(z * z)
    y[:] = v
    z[:] = v
    return np.sum(np.sin(y) * np.cos(z)) * s


def test_what_is_overwritten_whole_is_not_copied_first():
    text = astgrad.derivative_source(scaled, A, X, argnums=(0, 1))
    assert "y1 = y / t" in text
    assert ".copy()" not in text


@pytest.mark.parametrize("f", [scaled, then_an_element, then_through_a_shape,
                               of_what_was_written_to, two_of_one_value])
def test_the_gradient_is_right(f):
    outcome = judged(f, A, X)
    assert outcome.status == "ok", outcome
