"""`strong_zero=True`: products with an adjoint are zero where a factor is exactly zero."""

import warnings

import numpy as np
import pytest
from programs import PROGRAMS
from programs.derived import argnums_of, example, gradient_of
from programs.test_corpus import NOT_YET
from trees import check_near, leaves

import astgrad

ZEROS = np.zeros(3)


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def norm(x):
    return np.sqrt(np.sum(x**2))


def masked_log(x):
    return np.sum(np.log(x) * (x > 0))


def quotient(x):
    return np.sum(x**2 / np.sum(x**2))


def loop(x, n):
    for _ in range(n):
        x = np.sqrt(x) * x
    return np.sum(x)


def test_the_row_of_the_conventions():
    assert np.isnan(astgrad.grad(norm)(ZEROS)).all()
    assert astgrad.grad(norm, strong_zero=True)(ZEROS).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("fun", "x", "expected"),
    [
        (masked_log, [0.0, 1.0, 2.0], [0.0, 1.0, 0.5]),
        (lambda x: x[0] * np.sqrt(x[1]) + x[2], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]),
        (lambda x: np.sum(np.sqrt(x) * x), [0.0, 4.0, 1.0], [0.0, 3.0, 1.5]),
    ],
)
@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_zero_wins(fun, x, expected, mode):
    gradient = astgrad.grad(fun, strong_zero=True, mode=mode)(np.array(x))
    check_near(gradient, np.array(expected), 1e-15)


def test_in_loops_and_on_numbers():
    assert astgrad.grad(loop, strong_zero=True)(np.array([0.0, 1.0]), 3).tolist() == [0.0, 3.375]
    for x, expected in ((0.0, 0.0), (1.0, 3.375)):
        found = astgrad.grad(loop, strong_zero=True)(x, 3)
        assert (type(found), found) == (float, expected)


def test_nan_from_elsewhere_stays():
    """Only a factor of zero is strong."""
    found = astgrad.grad(lambda x: np.sum(x * np.array([np.nan, 1.0, 0.0])), strong_zero=True)
    assert np.isnan(found(ZEROS)[0])


def test_kinds_and_dtypes():
    single = astgrad.grad(norm, strong_zero=True)(np.zeros(3, np.float32))
    assert single.dtype == np.float32
    assert not single.any()
    pair = astgrad.grad(lambda z: np.abs(z[0] * z[1]), strong_zero=True)(np.array([1 + 1j, 2.0]))
    check_near(pair, astgrad.grad(lambda z: np.abs(z[0] * z[1]))(np.array([1 + 1j, 2.0])), 1e-15)


def test_pullbacks_jacobians_and_second_order():
    _, pullback = astgrad.vjp(norm, ZEROS, strong_zero=True)
    assert not pullback(1.0)[0].any()
    assert not astgrad.jacrev(norm, strong_zero=True)(ZEROS).any()
    x = np.array([1.0, 2.0, 2.0])
    strong, usual = (astgrad.hessian(norm, strong_zero=on)(x) for on in (True, False))
    check_near(strong, usual, 1e-14)


def test_the_default_is_another_text():
    strong, usual = (astgrad.grad(norm, strong_zero=on).source(ZEROS) for on in (True, False))
    assert "strong_times(" in strong
    assert "strong_times(" not in usual
    assert "astgrad" not in strong


SMOOTH = [p for p in PROGRAMS if p.result == "scalar" and p.name not in NOT_YET]


@pytest.mark.sample(25)
@pytest.mark.parametrize("program", SMOOTH, ids=lambda p: p.name)
def test_where_nothing_is_singular_nothing_changes(program):
    args = example(program)
    strong = astgrad.grad(program.function, argnums_of(program), strong_zero=True)(*args)
    for ours, theirs in zip(leaves(strong), leaves(gradient_of(program)(*args)), strict=True):
        check_near(ours, theirs, 1e-12, float(np.max(np.abs(theirs), initial=0.0)))
