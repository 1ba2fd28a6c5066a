"""Where `math.*` raises and NumPy does not, NumPy's text is run; and what maps hold is theirs."""

import math

import numpy as np
import pytest

import astgrad


@pytest.mark.parametrize(("function", "x", "value", "slope"), [
    (np.exp, 1000.0, np.inf, np.inf), (np.log, 0.0, -np.inf, np.inf),
    (np.sqrt, -1.0, np.nan, np.nan), (lambda x: np.log(x) * 0.0 + x, 0.0, np.nan, np.nan),
])  # fmt: skip
def test_all_derivatives(function, x, value, slope):
    with np.errstate(all="ignore"):
        assert np.array_equal(astgrad.grad(function)(x), slope, equal_nan=True)
        out, pullback = astgrad.vjp(function, x)
        found = out, pullback(1.0)[0]
        assert np.array_equal(found, (value, slope), equal_nan=True)
        found += astgrad.jvp(function, (x,), (1.0,))
        out, along = astgrad.linearize(function, x)
        found += out, along(1.0)
    assert np.array_equal(found, (value, slope) * 3, equal_nan=True)
    assert all(type(number) is float for number in found)


def test_a_pullback_alone():
    """The result is finite, and the derivative is not."""
    with np.errstate(all="ignore"):
        for out, pullback in (astgrad.vjp(np.sqrt, 0.0), astgrad.vjp(lambda x: np.sqrt(x * 1.0), 0.0)):
            assert out == 0.0
            assert pullback(1.0) == (np.inf,)
        assert astgrad.linearize(np.sqrt, 0.0)[1](1.0) == np.inf


@pytest.mark.parametrize("derive", [
    lambda f: astgrad.grad(f)(-1.0), lambda f: astgrad.vjp(f, -1.0),
    lambda f: astgrad.jvp(f, (-1.0,), (1.0,)), lambda f: astgrad.linearize(f, -1.0),
])  # fmt: skip
def test_what_the_primal_raises(derive):
    def f(x):
        return math.sqrt(x) * 2.0

    with pytest.raises(ValueError, match="math domain error"):
        derive(f)


def test_no_second_run_with_effects(capsys):
    def f(x):
        print("once")
        return np.exp(x)

    with pytest.raises(OverflowError):
        astgrad.vjp(f, 1000.0)
    assert capsys.readouterr().out == "once\n"


def over(items, w):
    total = 0.0
    for item in items:
        total = total + np.sum(item * item * w)
    return total


@pytest.mark.parametrize("items", [
    [float(i) for i in range(20)], [np.ones(2) * i for i in range(20)],
    [np.ones(2) * i for i in range(3)], [[np.ones(2) * i] * 2 for i in range(20)],
], ids=["numbers", "arrays", "few", "nested"])  # fmt: skip
def test_lists_that_change_between_the_sweeps(items):
    function = over if not isinstance(items[0], list) else lambda i, w: over([p[0] for p in i], w)
    _, pullback = astgrad.vjp(function, items, 2.0)
    before = pullback(1.0)
    first = items[1]
    while isinstance(first, list):
        first = first[0]
    if isinstance(first, np.ndarray):
        first[:] = 100.0
    items[2] = items[0]
    items.append(items[0])
    after = pullback(1.0)
    assert before[1] == after[1]
    assert len(after[0]) == len(before[0])
    for a, b in zip(before[0], after[0], strict=True):
        np.testing.assert_array_equal(a, b)


def rest(temperature, critical, scale):
    tau = 1.0 - temperature / critical if temperature < critical else 0.0
    return scale * tau**0.35 + temperature * math.sqrt(tau) + np.sqrt(tau)


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_a_constant_zero_whose_power_has_no_slope():
    """The adjoint of the constant is infinite, and goes nowhere."""
    gradient = astgrad.grad(lambda *args: rest(*args) + args[0] ** 2, (0, 1, 2))
    assert gradient(3.0, 2.0, 1.5) == (6.0, 0.0, 0.0)


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_a_power_at_the_bound_of_a_maximum():
    assert astgrad.grad(lambda x: max(0.0, x) ** 0.5)(0.0) == np.inf
