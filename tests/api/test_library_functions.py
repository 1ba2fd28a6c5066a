"""Functions of NumPy and of C, differentiated directly."""

import math

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
