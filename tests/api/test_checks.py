"""`check_grads` finds what is wrong; `numerical_grad` has the order that it claims."""

from types import SimpleNamespace

import numpy as np
import pytest

import astgrad
from astgrad import tree


def smooth(x, w):
    return np.sum(np.tanh(x * w["a"]) + w["b"] ** 3)


ARGS = np.linspace(0.1, 1.0, 4), {"a": 0.7, "b": np.array([1.0, 2.0, 3.0, 4.0]), "n": 3}


def test_right_derivatives_pass():
    astgrad.check_grads(smooth, ARGS, order=2)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_a_wrong_derivative_is_named(mode):
    def wrong(x, y):
        return x * astgrad.stop_gradient(x) + y

    with pytest.raises(AssertionError, match=f"order 1, {mode} mode, argument 0: the derivative"):
        astgrad.check_grads(wrong, (2.0, 3.0), order=1, modes=(mode,))


def test_a_wrong_second_derivative_is_named():
    def wrong(x):
        return astgrad.stop_gradient(x) * x - astgrad.stop_gradient(x * x) + x

    def half(x):
        return x * astgrad.jvp(wrong, (x,), (1.0,))[1]

    with pytest.raises(AssertionError, match="argument 0"):
        astgrad.check_grads(half, (2.0,), order=2)


def test_stop_gradient_in_structures():
    def function(d):
        e = astgrad.stop_gradient(d)
        return np.sum(d["x"] * e["x"]) * e["k"]

    x = np.array([1.0, 2.0])
    found = astgrad.grad(function)({"x": x, "k": 3})
    np.testing.assert_array_equal(found["x"], 3 * x)


@pytest.mark.parametrize(("method", "order"), [("central", 2), ("forward", 1)])
def test_order_of_differences(method, order):
    errors = [abs(astgrad.numerical_grad(np.exp, method=method, step=h)(0.5) - np.exp(0.5))
              for h in (1e-2, 5e-3)]
    assert np.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.05)


def test_numerical_grad_of_a_structure():
    found = astgrad.numerical_grad(smooth, (0, 1))(*ARGS)
    exact = astgrad.grad(smooth, (0, 1))(*ARGS)
    np.testing.assert_allclose(found[0], exact[0], 1e-8)
    np.testing.assert_allclose(found[1]["b"], exact[1]["b"], 1e-8)
    assert found[1]["n"] == 3


def test_tree():
    value = {"a": 1.0, "b": [np.arange(3.0), (None, "s", 2)], "c": SimpleNamespace(v=np.float32(2))}
    vector, unflatten = tree.flatten(value)
    np.testing.assert_array_equal(vector, [1.0, 0.0, 1.0, 2.0, 2.0])
    again = unflatten(vector + 1)
    assert again["a"] == 2.0
    assert type(again["a"]) is float
    assert again["b"][1] == (None, "s", 2)
    assert type(again["c"].v) is np.float32
    twice = tree.add(value, value)
    np.testing.assert_array_equal(twice["b"][0], [0.0, 2.0, 4.0])
    assert tree.dot(value, value) == 1.0 + 5.0 + 4.0
    with pytest.raises(TypeError, match="the structures differ"):
        tree.add({"a": 1.0}, {"b": 1.0})


COMPLEX = np.array([1.0 + 2.0j, 3.0 - 1.0j])


@pytest.mark.parametrize("function", [
    lambda z: np.sum(np.abs(z) ** 2),
    lambda z: z * z,
    lambda z: np.conj(z) * z.real,
    lambda z: np.sum(np.exp(z).imag * z.real),
])  # fmt: skip
def test_right_complex_derivatives_pass(function):
    astgrad.check_grads(function, (COMPLEX,))


def test_a_complex_and_a_real_argument():
    astgrad.check_grads(lambda z, x: np.exp(1j * x) * z, (1.0 + 2.0j, 0.5))
    astgrad.check_grads(lambda d: np.abs(d["z"]) * d["x"], ({"z": 1.0 + 2.0j, "x": 0.5},))


def test_a_wrong_complex_derivative_is_named():
    def wrong(z):
        return np.sum(np.abs(z) ** 2) + np.sum(astgrad.stop_gradient(z.imag))

    for mode in ("forward", "reverse"):
        with pytest.raises(AssertionError, match=f"order 1, {mode} mode, argument 0"):
            astgrad.check_grads(wrong, (COMPLEX,), order=1, modes=(mode,))


def test_numerical_grad_of_complex_numbers():
    def loss(z):
        return np.sum(np.abs(z) ** 2 * z.real)

    found = astgrad.numerical_grad(loss)(COMPLEX)
    np.testing.assert_allclose(found, astgrad.grad(loss)(COMPLEX), 1e-8)
    assert astgrad.numerical_grad(lambda z: z**2)(1.0 + 2.0j) == pytest.approx(2.0 + 4.0j)
    both = astgrad.numerical_grad(lambda d: np.abs(d["z"]) ** 2 * d["x"])({"z": 1j, "x": 2.0})
    assert both["z"] == pytest.approx(-4.0j)
    assert both["x"] == pytest.approx(1.0)
    assert type(both["x"]) is float
