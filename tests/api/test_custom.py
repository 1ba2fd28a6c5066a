"""`custom_vjp` and `custom_jvp`: in both modes, nested, in loops, with saved values."""

import numpy as np
import pytest

import astgrad


@astgrad.custom_vjp
def scaled(x, y):
    return np.sum(x * y)


scaled.defvjp(lambda x, y: (np.sum(x * y), (x, y)),
              lambda saved, g: (100.0 * g * saved[1], g * saved[0]))


@astgrad.custom_jvp
def tripled(x):
    return np.sin(x)


@tripled.defjvp
def tripled_rule(primals, tangents):
    (x,), (x_dot,) = primals, tangents
    return np.sin(x), 3.0 * np.cos(x) * x_dot


X, Y = np.array([1.0, 2.0]), np.array([3.0, 4.0])


def in_loop(x, y):
    total = 0.0
    for i in range(3):
        x = x * y
        total = total + scaled(x, y) * (i + 1.0)
    return total


def true_in_loop(x, y):
    total = 0.0
    for i in range(3):
        x = x * y
        total = total + np.sum(x * y) * (i + 1.0)
    return total


def test_reverse():
    a, b = astgrad.grad(scaled, (0, 1))(X, Y)
    np.testing.assert_array_equal(a, 100 * Y)
    np.testing.assert_array_equal(b, X)
    assert astgrad.grad(lambda x: tripled(x) * 2.0)(0.5) == pytest.approx(6 * np.cos(0.5))


def test_forward():
    assert astgrad.jvp(scaled, (X, Y), (Y, X))[1] == 100 * 25 + 5
    assert astgrad.jvp(tripled, (0.5,), (1.0,))[1] == pytest.approx(3 * np.cos(0.5))
    np.testing.assert_allclose(astgrad.grad(scaled, mode="forward")(X, Y), 100 * Y)


def test_in_loops():
    found = astgrad.grad(in_loop)(X, Y)
    np.testing.assert_allclose(found, 100 * astgrad.grad(true_in_loop)(X, Y))
    _, along = astgrad.jvp(in_loop, (X, Y), (X, 0 * Y))
    np.testing.assert_allclose(along, found @ X)


def test_second_order():
    second = astgrad.grad(astgrad.grad(lambda x: tripled(x) * x))
    # f' = 3 cos(x) x + sin(x); f'' of the rule: 3 cos(x) - 3 sin(x) x + 3 cos(x)
    assert second(0.5) == pytest.approx(6 * np.cos(0.5) - 1.5 * np.sin(0.5))


def test_called_outside_it_is_the_function():
    assert scaled(X, Y) == 11.0
    assert tripled(0.5) == np.sin(0.5)


def test_without_a_rule():
    @astgrad.custom_vjp
    def bare(x):
        return x

    with pytest.raises((TypeError, SyntaxError), match="bare is a custom_vjp without a rule"):
        astgrad.grad(bare)(1.0)


def test_structures():
    @astgrad.custom_vjp
    def function(d, n):
        return {"a": d["x"] * n, "b": d["x"] ** 2}

    function.defvjp(lambda d, n: (function.fun(d, n), (d["x"], n)),
                    lambda saved, g: ({"x": g["a"] * saved[1] + 7.0 * g["b"] * saved[0]}, None))
    _, pullback = astgrad.vjp(function, {"x": 3.0}, 5)
    assert pullback({"a": 1.0, "b": 1.0}) == ({"x": 26.0}, None)
