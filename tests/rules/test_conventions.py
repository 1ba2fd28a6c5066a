"""The table of `docs/conventions.md`, one row after the other: points without a derivative."""

import math

import numpy as np
import pytest

import astgrad
from tests.rules.derivatives import primal

INF, NAN = math.inf, math.nan
MINUS = -math.inf

# expression, arguments x, y, the gradient by each
NUMBERS = [
    ("np.abs(x)", (0.0,), (0.0,)),
    ("abs(x)", (0.0,), (0.0,)),
    ("math.fabs(x)", (0.0,), (0.0,)),
    ("np.sign(x) + 2.0 * x", (0.0,), (2.0,)),
    ("np.floor(x) + 2.0 * x", (1.0,), (2.0,)),
    ("np.round(x) + 2.0 * x", (1.5,), (2.0,)),
    ("x // 0.3 + 2.0 * x", (1.0,), (2.0,)),
    ("np.sqrt(x)", (0.0,), (INF,)),
    ("x ** 0.5", (0.0,), (INF,)),
    ("np.log(x)", (0.0,), (INF,)),
    ("np.maximum(x, y)", (1.0, 1.0), (0.5, 0.5)),
    ("np.minimum(x, y)", (1.0, 1.0), (0.5, 0.5)),
    ("np.maximum(x, y)", (MINUS, MINUS), (0.5, 0.5)),
    ("max(x, y)", (1.0, 1.0), (0.5, 0.5)),
    ("min(x, y)", (1.0, 1.0), (0.5, 0.5)),
    ("np.maximum(x, 0)", (0.0,), (0.5,)),
    ("np.where(x > 0, x, 0.0)", (0.0,), (0.0,)),
    ("np.clip(x, 0.0, 1.0)", (0.0,), (1.0,)),
    ("np.clip(x, 0.0, 1.0)", (1.0,), (1.0,)),
    ("np.hypot(x, y)", (0.0, 0.0), (0.0, 0.0)),
    ("math.hypot(x, y)", (0.0, 0.0), (0.0, 0.0)),
    ("np.arctan2(x, y)", (0.0, 0.0), (0.0, 0.0)),
    ("math.atan2(x, y)", (0.0, 0.0), (0.0, 0.0)),
    ("x ** 2", (0.0,), (0.0,)),
    ("x ** 0", (0.0,), (0.0,)),
    ("x ** 0.0", (0.0,), (0.0,)),
    ("np.power(x, 0.0)", (0.0,), (0.0,)),
    ("x ** y", (0.0, 2.0), (0.0, 0.0)),
    ("x ** y", (0.0, 0.0), (0.0, 0.0)),
    ("x % y", (5.0, 3.0), (1.0, -1.0)),
    ("x % y", (-5.0, 3.0), (1.0, 2.0)),
    ("np.fmod(x, y)", (-5.0, 3.0), (1.0, 1.0)),
    ("math.fmod(x, y)", (-5.0, 3.0), (1.0, 1.0)),
    ("np.sinc(x)", (0.0,), (0.0,)),
    ("np.logaddexp(x, y)", (MINUS, MINUS), (0.5, 0.5)),
]

ARRAYS = [
    ("np.sum(np.sqrt(x))", [0.0, 1.0], [INF, 0.5]),
    ("np.max(x)", [1.0, 3.0, 3.0], [0.0, 0.5, 0.5]),
    ("np.min(x)", [1.0, 1.0, 3.0], [0.5, 0.5, 0.0]),
    ("np.median(x)", [1.0, 3.0, 4.0, 2.0], [0.0, 0.5, 0.0, 0.5]),
    ("np.sum(np.sort(x) * np.array([1.0, 2.0, 3.0]))", [2.0, 2.0, 1.0], [2.0, 3.0, 1.0]),
    ("np.linalg.norm(x)", [0.0, 0.0], [0.0, 0.0]),
    ("np.linalg.norm(x) ** 2", [0.0, 0.0], [0.0, 0.0]),
    ("np.sqrt(np.sum(x ** 2))", [0.0, 0.0], [NAN, NAN]),
    ("np.sum(x ** 0.0)", [0.0, 1.0], [0.0, 0.0]),
    ("np.sum(x ** 3)", [-2.0], [12.0]),
    ("np.prod(x)", [0.0, 2.0, 3.0], [6.0, 0.0, 0.0]),
    ("np.prod(x)", [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]),
    ("np.cumprod(x)[2]", [0.0, 2.0, 3.0], [6.0, 0.0, 0.0]),
    ("np.sum(np.where(x > 0, np.log(x), 0.0))", [0.0, 2.0], [0.0, 0.5]),
    ("np.sum(np.where(x > 0, np.sqrt(np.log1p(x)) / x, 0.0))", [0.0, 1.0], None),
    ("np.std(x)", [2.0, 2.0], [0.0, 0.0]),
    ("np.std(x, axis=0)", [2.0, 2.0], [0.0, 0.0]),
    ("np.sum(x[[0, 0, 1]])", [1.0, 2.0, 3.0], [2.0, 1.0, 0.0]),
    ("np.linalg.det(x)", [[1.0, 2.0], [2.0, 4.0]], [[4.0, -2.0], [-2.0, 1.0]]),
    ("np.sum(np.sinc(x))", [0.0, 1.0], [0.0, -1.0]),
    ("np.sum(np.abs(x))", [0.0, -2.0], [0.0, -1.0]),
]


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize(("text", "values", "expected"), NUMBERS)
def test_on_numbers(text, values, expected):
    f = primal(text, ["x", "y"][: len(values)], math=math)
    argnums = tuple(range(len(values)))
    found = astgrad.grad(f, argnums=argnums)(*values)
    assert all(type(g) is float for g in found)
    np.testing.assert_allclose(found, expected)
    arrays = [np.array(v) for v in values]
    if "math" not in text and not text.startswith(("max", "min")):
        np.testing.assert_allclose(astgrad.grad(f, argnums=argnums)(*arrays), expected)


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(("text", "value", "expected"), ARRAYS)
def test_on_arrays(text, value, expected, dtype):
    found = astgrad.grad(primal(text, ["x"]))(np.array(value, dtype))
    assert found.dtype == dtype
    if expected is None:
        assert found[0] == 0.0
        assert np.all(np.isfinite(found))
    else:
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_power_of_a_negative_base():
    """The exponent's derivative is NaN there, and asked for only if the exponent is active."""
    f = primal("np.sum(x ** y)", ["x", "y"])
    x, y = np.array([-2.0]), np.array([3.0])
    np.testing.assert_allclose(astgrad.grad(f)(x, y), [12.0])
    both = astgrad.grad(f, argnums=(0, 1))(x, y)
    np.testing.assert_allclose(both[0], [12.0])
    assert np.isnan(both[1][0])


def test_complex_argument_with_a_real_loss():
    """dL/dx - i dL/dy, as JAX and autograd."""
    z = np.array([1.0 + 2.0j])
    np.testing.assert_allclose(astgrad.grad(primal("np.sum(np.abs(z) ** 2)", ["z"]))(z), [2.0 - 4.0j])
    np.testing.assert_allclose(astgrad.grad(primal("np.sum(z.imag)", ["z"]))(z), [-1.0j])


INACTIVE = ["np.argmax(x)", "np.argsort(x)[0]", "np.sum(x > 1.5)", "np.count_nonzero(x)", "len(x)",
            "np.sum(x.astype(int))", "np.searchsorted(x, 1.5)", "np.sum(np.isfinite(x))"]


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("text", INACTIVE)
def test_integer_and_bool_results_are_inactive(text, mode):
    f = primal(f"np.sum(x) * ({text})", ["x"])
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(astgrad.grad(f, mode=mode)(x), primal(text, ["x"])(x) * np.ones(3))


REPEATED = np.eye(3)


@pytest.mark.parametrize("text", ["np.linalg.eigh(x)[0]", "np.linalg.eigvalsh(x)",
                                  "np.linalg.eigh(x)[0] * 2.0 + np.linalg.eigvalsh(x)"])
def test_repeated_eigenvalues_have_finite_derivatives(text):
    gradient = astgrad.grad(primal(f"np.sum({text})", ["x"]))(REPEATED)
    assert np.all(np.isfinite(gradient))
    np.testing.assert_allclose(gradient, gradient.T)


def test_vectors_of_repeated_eigenvalues_have_none():
    f = primal("np.sum(np.linalg.eigh(x)[1] * np.arange(9.0).reshape(3, 3))", ["x"])
    with pytest.warns(RuntimeWarning):
        gradient = astgrad.grad(f)(REPEATED)
    assert np.all(np.isnan(gradient))


@pytest.mark.parametrize("text", ["np.linalg.cholesky(x)", "np.linalg.eigh(x)[1] ** 2"])
def test_adjoints_of_symmetric_matrices_are_symmetric(text):
    f = primal(f"np.sum({text} * np.arange(9.0).reshape(3, 3))", ["x"])
    gradient = astgrad.grad(f)(np.array([[2.0, 0.5, 0.1], [0.5, 3.0, 0.2], [0.1, 0.2, 5.0]]))
    np.testing.assert_allclose(gradient, gradient.T)


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize(("text", "values", "expected"), NUMBERS)
def test_forward_mode_on_numbers(text, values, expected):
    f = primal(text, ["x", "y"][: len(values)], math=math)
    for i, slope in enumerate(expected):
        dots = [float(i == k) for k in range(len(values))]
        _, dot = astgrad.jvp(f, values, dots)
        np.testing.assert_allclose(dot, slope)


BROKEN = ["np.sum(np.sqrt(x))"]  # 0 times inf along the other elements: docs/conventions.md


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize(("text", "value", "expected"),
                         [case for case in ARRAYS if case[2] is not None and case[0] not in BROKEN])
def test_forward_mode_on_arrays(text, value, expected):
    found = astgrad.grad(primal(text, ["x"]), mode="forward")(np.array(value))
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("low", "high", "expected"), [
    (0.5, -0.5, (0.0, 0.0, 1.0)), (0.5, 0.5, (0.0, 1.0, 0.0)), (-1.0, 1.0, (1.0, 0.0, 0.0)),
    (2.0, 3.0, (0.0, 1.0, 0.0)),
])  # fmt: skip
def test_clip_whose_bounds_cross(low, high, expected):
    """NumPy gives the upper bound then."""
    f = primal("np.clip(x, low, high)", ["x", "low", "high"])
    assert astgrad.grad(f, (0, 1, 2))(0.0, low, high) == expected
