"""`debug=True`: the printed code looks at every adjoint, and names the user's line and variable."""

import warnings

import numpy as np
import pytest
from programs import PROGRAMS
from programs.derived import argnums_of, example, gradient_of
from programs.test_corpus import NOT_YET
from trees import check_near, leaves

import astgrad


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def root(x):
    y = x * 3.0
    z = np.sqrt(y)
    return np.sum(z)


def loop(x, n):
    total = 0.0
    for i in range(n):
        h = x - i
        total = total + np.sqrt(np.abs(h))
    return total


def helper(v):
    w = v**2
    return np.log(w)


def through_a_helper(x):
    return np.sum(helper(x))


def place(function, offset, text):
    return f"test_debug.py:{function.__code__.co_firstlineno + offset}: {text}"


@pytest.mark.parametrize(
    ("fun", "args", "message"),
    [
        (root, (np.array([1.0, 0.0]),),
         f"the adjoint of `y` is inf at [1], {place(root, 1, 'y = x * 3.0')}"),
        (root, (0.0,), f"the adjoint of `y` is inf, {place(root, 1, 'y = x * 3.0')}"),
        (loop, (1.0, 3), "the adjoint of an expression is inf, "
         + place(loop, 4, "total = total + np.sqrt(np.abs(h))")),
        (through_a_helper, (np.array([[1.0, 2.0], [0.0, 3.0]]),),
         f"the adjoint of `w` is inf at [1, 0], {place(helper, 1, 'w = v**2')}"),
    ],
)  # fmt: skip
def test_the_first_that_is_not_finite_is_named(fun, args, message):
    with pytest.raises(FloatingPointError) as caught:
        astgrad.grad(fun, debug=True)(*args)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("edited", "message"),
    [
        ("y_bar[:1]", "the adjoint of `x` has the shape (1,), its primal (2,), an argument"),
        ("y_bar.astype(np.float32)", "the adjoint of `x` is float32, its primal float64, an argument"),
        ("y_bar * 1j", "the adjoint of `x` is complex128, its primal float64, an argument"),
    ],
)
def test_an_adjoint_that_does_not_fit_is_named(edited, message):
    """As an edit of the text could make it: what astgrad writes fits."""
    x, space = np.array([1.0, 2.0]), {}
    text = astgrad.derivative_source(root, x, debug=True)
    assert "3.0 * y_bar" in text
    exec(text.replace("3.0 * y_bar", edited), space)
    with pytest.raises(TypeError) as caught:
        space["root_grad"](x)
    assert str(caught.value) == message


def test_pullbacks_second_order_and_jacobians():
    x = np.array([1.0, 0.0])
    value, pullback = astgrad.vjp(root, x, debug=True)
    assert value == root(x)
    for made in (lambda: pullback(1.0), lambda: astgrad.hessian(root, debug=True)(x),
                 lambda: astgrad.jacrev(root, debug=True)(x),
                 lambda: astgrad.value_and_grad(root, debug=True)(x)):  # fmt: skip
        with pytest.raises(FloatingPointError, match="adjoint of `y` is inf"):
            made()
    good = np.array([1.0, 2.0])
    check_near(astgrad.hessian(root, debug=True)(good), astgrad.hessian(root)(good), 1e-15)


def test_forward_mode_has_no_adjoints():
    with pytest.raises(TypeError, match="debug=True"):
        astgrad.grad(root, mode="forward", debug=True)


def test_the_text_stands_alone():
    x = np.ones(3)
    text = astgrad.derivative_source(root, x, debug=True)
    assert text == astgrad.grad(root, debug=True).source(x)
    assert "astgrad" not in text
    space = {}
    exec(text, space)
    assert space["root_grad"](x).tolist() == astgrad.grad(root)(x).tolist()
    with pytest.raises(FloatingPointError, match="`y`"):
        space["root_grad"](0.0 * x)


def test_the_default_text_is_as_it_was():
    assert "check_adjoint" not in astgrad.derivative_source(root, np.ones(3))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_dtypes(dtype):
    def fun(z):
        y = z * 2
        return np.sum(np.abs(y) ** 2)

    found = astgrad.grad(fun, debug=True)(np.array([1, 2], dtype))
    assert found.dtype == dtype
    check_near(found, astgrad.grad(fun)(np.array([1, 2], dtype)), 1e-6)


GOOD = [p for p in PROGRAMS if p.result == "scalar" and p.name not in NOT_YET]


@pytest.mark.sample(30)
@pytest.mark.parametrize("program", GOOD, ids=lambda p: p.name)
def test_no_false_alarm(program):
    """Where all is well the numbers are the usual ones."""
    args = example(program)
    checked = astgrad.grad(program.function, argnums_of(program), debug=True)(*args)
    for ours, theirs in zip(leaves(checked), leaves(gradient_of(program)(*args)), strict=True):
        check_near(ours, theirs, 1e-12, float(np.max(np.abs(theirs), initial=0.0)))
