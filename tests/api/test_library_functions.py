"""Functions of NumPy and of C, differentiated directly."""

import math
import sys

import numpy as np
import pytest

import astgrad

X = np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize(("function", "args"), [
    (np.sum, (X,)), (np.mean, (X,)), (np.prod, (X,)), (np.var, (X,)), (np.max, (X,)),
    (np.dot, (X, X + 1.0)), (np.linalg.norm, (X,)), (np.linalg.det, (np.diag(X),)),
    (np.ptp, (X,)), (math.hypot, (3.0, 4.0)), (math.atan2, (3.0, 4.0)), (math.log, (3.0,)),
    (abs, (-2.0,)), (pow, (3.0, 2.0)),
], ids=lambda case: getattr(case, "__name__", ""))  # fmt: skip
def test_grad(function, args):
    found = astgrad.grad(function)(*args)
    np.testing.assert_allclose(found, astgrad.numerical_grad(function)(*args), 1e-7, 1e-9)


@pytest.mark.parametrize("function", [np.cumsum, np.sort, np.cumprod, np.tanh, np.diff])
def test_maps(function):
    jacobian = astgrad.jacobian(function)(X)
    value, pullback = astgrad.vjp(function, X)
    np.testing.assert_array_equal(value, function(X))
    np.testing.assert_allclose(pullback(np.ones_like(value))[0], jacobian.sum(0))
    np.testing.assert_allclose(astgrad.jvp(function, (X,), (X,))[1], jacobian @ X)
    np.testing.assert_allclose(astgrad.linearize(function, X)[1](X), jacobian @ X)


def test_keywords():
    matrix = np.arange(6.0).reshape(2, 3)
    assert (astgrad.grad(np.sum)(X, axis=0) == 1.0).all()
    found = astgrad.vjp(lambda a: np.sum(a, axis=0), matrix)[1](X)[0]
    np.testing.assert_array_equal(found, [X, X])


def several_at_once(x):
    a, b, c = np.atleast_1d(x[0], x, 2.0)
    d, e = np.atleast_2d(x, 3.0)
    return np.sum(a * b * c) + np.sum(d * e)


def with_a_dtype_in_text(x):
    table = np.array([1, 2], dtype="float")
    table[0] = x[0]
    whole = np.asarray([2.7, 1.2], dtype=int)
    return np.sum(table * np.asarray([x[1], 1], "float64") ** 2 * whole)


def with_a_text_made_at_run_time(x):
    text = "at {:.1f}, of {n}".format(x[0], n=len(x))
    if x[0] > 100.0:
        raise ValueError(text.upper() + "!")
    return np.sum(x**2) * math.log(sys.float_info.max) * 1e-3


def with_a_relative_import(x):
    from . import directions
    from .directions import __name__ as name

    return x**2 * (2.0 if name == directions.__name__ else 1.0)


@pytest.mark.parametrize("f", [several_at_once, with_a_dtype_in_text, with_a_text_made_at_run_time])
def test_calls_of_foreign_code(f):
    astgrad.check_grads(f, (np.array([0.3, 0.7]),))


def test_a_relative_import_inside_a_function():
    assert astgrad.grad(with_a_relative_import)(3.0) == 12.0


def test_an_error_with_a_text_made_at_run_time():
    with pytest.raises(ValueError, match=r"AT 200\.0, OF 2!"):
        astgrad.grad(with_a_text_made_at_run_time)(np.array([200.0, 1.0]))
