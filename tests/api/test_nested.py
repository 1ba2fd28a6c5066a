"""Derivatives inside functions that are differentiated: no perturbation is confused."""

import numpy as np
import pytest

import astgrad
from api.directions import slope

cube_slope = astgrad.grad(lambda x: x**3)


def confusion(x):
    return x * astgrad.grad(lambda y: x + y)(1.0)


def classic(x):
    return x * astgrad.derivative(lambda y: x * y)(2.0)


def jvp_of_closure(x):
    return astgrad.jvp(lambda y: x * y**2, (x,), (1.0,))[1]


def vjp_of_closure(x):
    return astgrad.vjp(lambda y: x * y**2, x)[1](1.0)[0]


def made_earlier(x):
    total = 0.0
    for _ in range(3):
        total = total + cube_slope(x) * x
    return total


def descent(x):
    for _ in range(3):
        x = x - 0.1 * astgrad.grad(lambda w, x=x: (w - 1) ** 2 * x)(x)
    return x


def shadowed(x):
    def f(x):
        def g(x):
            return x**3

        return astgrad.grad(g)(x) * x

    return astgrad.grad(f)(x) * x


def pullback_twice(t):
    x = np.array([0.3, 0.7]) * t
    y, pullback = astgrad.vjp(lambda v: np.tanh(v) * v[0], x)
    return np.sum(pullback(y)[0] ** 2) + np.sum(pullback(2 * y)[0])


def of_hessian(t):
    x = np.array([0.3, 0.7]) * t
    return np.sum(astgrad.hessian(lambda v: np.sum(np.sin(v) * v[0]))(x) ** 2)


def of_jacobian(t):
    x = np.array([0.3, 0.7]) * t
    return np.sum(astgrad.jacfwd(lambda v: np.sin(v) * v[1] * t)(x) ** 2)


def of_linear_map(t):
    x = np.array([0.3, 0.7]) * t
    _, tangent = astgrad.linearize(lambda v: np.sin(v) * v[1], x)
    return np.sum(tangent(2 * x))


NESTED = [confusion, classic, jvp_of_closure, vjp_of_closure, made_earlier, descent, shadowed,
          pullback_twice, of_hessian, of_jacobian, of_linear_map]


@pytest.mark.parametrize("function", NESTED, ids=lambda f: f.__name__)
@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_outer_derivative(function, mode):
    expected = slope(lambda e: float(function(0.5 + e)))
    got = astgrad.grad(function, mode=mode)(0.5)
    assert type(got) is float
    assert got == pytest.approx(expected, rel=1e-8)


def test_fourth_derivative():
    fourth = astgrad.grad(astgrad.grad(astgrad.grad(astgrad.grad(lambda x: np.sin(x) * x**3))))
    expected = np.sin(1.0) * (1 - 36) + np.cos(1.0) * (24 - 12)
    assert fourth(1.0) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_any_order_of_the_exponential(order):
    f = np.exp
    for _ in range(order):
        f = astgrad.grad(f)
    assert f(0.5) == pytest.approx(np.exp(0.5), rel=1e-14)
