"""Calls with their options, one in a line of a text file: values, both modes, second order.

A line is an expression and what its letters stand for, a code each: the kind of numbers
(`n` normal, `p` positive, `q` above 2, `u` in (0, 1), `k` and `c` complex, `i` increasing,
`s` and `h` positive definite, `d` and `e` regular, `m` a mask), then the shape, `z` for a 0-d
array, nothing for a Python number.  Or the array's own values, in brackets.
"""

import ast
import cmath
import copy
import functools
import itertools
import math
import operator
import statistics
from pathlib import Path

import numpy as np
import pytest

import astgrad
from tests.rules.derivatives import check, primal

SPACE = {m.__name__: m for m in (cmath, copy, functools, itertools, math, operator, statistics)}
FOLDER = Path(__file__).parent
NUMPY_2 = int(np.__version__.split(".")[0]) >= 2
NEW = ("mT", "vecdot", "matvec", "vecmat", "matrix_norm", "vector_norm", "cumulative", "matrix_transpose",
       "svdvals", "linalg.diagonal", "linalg.trace", "linalg.outer", "linalg.cross", "unstack",
       "correction=", "upper=True", "np.sign(z)", "shape=(", "pad_width", "np.trapezoid", "reshape(x, shape")  # fmt: skip
WIDE = {"p": (0.3, 1.8), "q": (2.2, 4.0), "u": (0.1, 0.9), "c": (0.3, 1.0)}


def lines(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if NUMPY_2 or not any(n in line for n in NEW)]


def array(code, rng):
    if code[0] == "[":
        return np.array(ast.literal_eval(code))
    if code in ("m", "mv"):
        return np.array([[1, 1, 0, 1], [1, 1, 1, 1], [0, 1, 1, 0]], bool)[... if code == "m" else 2]
    kind, digits = code[0], code[1:]
    shape = () if digits == "z" else tuple(map(int, digits))
    value = rng.uniform(*WIDE[kind], shape) if kind in WIDE else rng.standard_normal(shape)
    if kind in "ckhe":
        value = value + 1j * (rng.uniform(0.3, 1.0, shape) if kind == "c" else rng.standard_normal(shape))
    if kind in "sh":
        value = value @ np.conj(np.swapaxes(value, -1, -2))
    if kind in "shde":
        value = value + 3.0 * np.eye(shape[-1])
    if kind == "i":
        value = np.cumsum(rng.uniform(0.5, 2.0, shape))
    if digits == "":
        return complex(value) if kind in "ck" else float(value)
    return np.asarray(value)


def verify(line, space):
    expression, _, codes = line.rpartition(" | ")
    rng = np.random.default_rng(1)
    named = [code.split("=") for code in codes.split()]
    arguments = {name: array(code, rng) for name, code in named}
    names = list(arguments)
    value = primal(expression, names, **space)(*arguments.values())
    found, _ = astgrad.vjp(primal(expression, names, **space), *arguments.values())
    np.testing.assert_allclose(found, value, rtol=1e-11, atol=1e-12)
    assert np.asarray(found).dtype == np.asarray(value).dtype
    symmetric = [name for name, code in named if code[0] in "sh"]
    check(expression, space=space, symmetric=symmetric, **arguments)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.sample(80)
@pytest.mark.parametrize("line", lines("expressions.txt"))
def test_numpy_and_python(line):
    verify(line, SPACE)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.sample(30)
@pytest.mark.parametrize("line", lines("scipy_expressions.txt"))
def test_scipy(line):
    pytest.importorskip("scipy", reason="SciPy is an optional extra")
    import scipy.integrate
    import scipy.linalg
    import scipy.signal
    import scipy.special
    import scipy.stats

    verify(line, {"scipy": scipy, "sp": scipy.special, "sl": scipy.linalg, "st": scipy.stats,
                  "sg": scipy.signal, "si": scipy.integrate})


SILENT = [  # each gave a wrong number, or another shape, before
    ("np.kron(x, y)", "x=c23 y=n32"),
    ("np.nansum([x, y], axis=0)", "x=p3 y=p3"),
    ("np.nanvar(z)", "z=c34"),
    ("np.sign(z) * z", "z=k3"),
    ("np.linalg.vector_norm(x, ord=3, axis=(0, 1))", "x=n34"),
    ("np.apply_along_axis(lambda v: np.outer(v, v), 1, x)", "x=n23"),
    ("y = x.copy(); y.partition(2); y", "x=n5"),
    ("np.sum(np.arange(0.0, t, 0.25)) * x", "x=n3 t=q"),
    ("y = x.copy(); np.put(y, [0, 3], [x[0, 0] ** 2, x[1, 1]]); y", "x=n34"),
    ("np.meshgrid([x, y], [1.0, 2.0])[0]", "x=n y=n"),
    ("np.prod(x, axis=(0, 1), initial=2.0)", "x=n34"),
    ("np.prod(x, axis=(0, -1), initial=2.0, keepdims=True)", "x=n342"),
    ("np.clip(x, y, z)", "x=n34 y=p4 z=n34"),
    ("np.choose([0, 1, 0], [x, y])", "x=n3 y=n3"),
    ("math.lgamma(x - 15.9)", "x=u"),
    ("math.gamma(x - 6.9)", "x=u"),
    ("np.arcsin(2.0 + x) * np.arccos(x - 2.0)", "x=c3"),
    ("np.arcsinh(1j * (2.0 + x))", "x=c3"),
]


@pytest.mark.parametrize(("expression", "codes"), SILENT)
def test_what_was_silently_wrong(expression, codes):
    if NUMPY_2 or not any(n in expression for n in NEW):
        verify(f"{expression} | {codes}", SPACE)


OUTSIDE = [
    np.polynomial.Polynomial([1.0, -0.5, 0.3]), np.polynomial.Legendre([0.2, 1.0, 0.4, -1.0]),
    np.polynomial.Chebyshev([0.5, 1.0, 2.0], domain=[0.0, 3.0]), np.poly1d([1.0, 0.5, 2.0]),
]


@pytest.mark.parametrize("series", OUTSIDE)
def test_a_polynomial_made_outside(series):
    verify("series(x) ** 2 | x=n3", {"series": series})


BY_PLACE = ["np.quantile(x, q)", "np.quantile(x, q, axis=1, keepdims=True)", "np.percentile(x, 100.0 * q, axis=0)",
            "np.quantile(x, q, axis=(0, 1), method='hazen')", "np.quantile(x, q, axis=1, method='lower')"]


@pytest.mark.parametrize("expression", BY_PLACE)
@pytest.mark.parametrize("q", [0.3, np.array([0.2, 0.77, 0.1])])
def test_quantiles_by_their_place(expression, q):
    check(expression, second=False, x=np.random.default_rng(1).standard_normal((3, 4)), q=q)


@pytest.mark.parametrize("axis", [-1, 0, None])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_partition_of_many(axis, dtype):
    """np.argpartition need not order the rest as np.partition does."""
    x = np.random.default_rng(1).standard_normal((60, 80)).astype(dtype)
    weight = np.random.default_rng(2).standard_normal(4800 if axis is None else (60, 80))
    f = primal(f"np.sum(weight * np.partition(x, 20, axis={axis}))", ["x"], weight=weight)
    gradient = astgrad.grad(f)(x)
    parted = np.partition(x, 20, axis=axis)
    for value in (x[3, 5], x[50, 0], x[7, 70]):
        expected = weight[parted == value].astype(dtype)
        np.testing.assert_array_equal(gradient[x == value], expected)


def test_a_zero_dimensional_constant_is_not_written_to():
    """The adjoint of a loop starts from it."""
    weight = np.array(0.7)
    f = primal("np.sum(weight * np.polyval(x, y))", ["x", "y"], weight=weight)
    g = astgrad.grad(f, (0, 1))
    h = primal("np.sum(g(x, y)[0]) + g(x, y)[1]", ["x", "y"], g=g)
    astgrad.grad(h, (0, 1))(np.array([0.3, 0.5]), 1.7)
    assert weight == 0.7


@pytest.mark.parametrize(("expression", "fix"), [
    ("np.ravel(x.T, order='K')", "order='C' or order='F'"),
    ("np.reshape(x, (4, 3), order='A')", "order='C' or order='F'"),
    ("np.real_if_close(x + 0j)", "np.real"),
    ("np.r_['r', x[0], x[0]]", "np.concatenate"),
    ("np.polynomial.polynomial.polyval(x[0], x)", "each its vector"),
    ("np.polynomial.legendre.legval(x[0], x)", "each its vector"),
    ("np.polynomial.Polynomial(x[0], domain=[0.0, 2.0])(0.5)", "leave out domain="),
    ("[v for v, _ in zip(x[0], itertools.count())][0]", "range or enumerate"),
    ("np.power.reduce(x)", "write the loop"),
    ("np.poly(x[:3, :3])", "give its eigenvalues"),
    ("np.sum(np.polyfit(np.arange(3.0), x[:, 0], 1, full=True)[0])", "np.linalg.lstsq"),
    ("y = x.copy(); y.resize((2, 6)); np.sum(y)", "np.resize"),
])  # fmt: skip
def test_refusals_say_what_to_write(expression, fix):
    f = primal(expression, ["x"], **SPACE)
    with pytest.raises(astgrad.errors.AstgradError, match=r"(?s)" + fix.replace("(", r"\(")):
        astgrad.vjp(f, np.ones((3, 4)))


@pytest.mark.full
@pytest.mark.parametrize(("expression", "codes"), [
    ("si.quad(lambda t: np.exp(-a * t * t), 0.0, b)[0]", "a=p b=p"),
    ("si.quad(lambda t, k: np.exp(-k * t * t), 0.0, b, args=(a,))[0]", "a=p b=p"),
    ("si.odeint(lambda y, t: -a * y, y, np.linspace(0.0, 1.0, 3))", "a=p y=n2"),
    ("si.odeint(lambda y, t, k: -k * y, y, np.linspace(0.0, 1.0, 3), args=(a,))", "a=p y=n2"),
    ("si.solve_ivp(lambda t, y: -a * y, (0.0, 1.0), y, rtol=1e-9, atol=1e-9, t_eval=[0.5, 1.0]).y", "a=p y=n2"),
    ("si.solve_ivp(lambda t, y, k: [y[1], -k * y[0]], [0, 1], y, args=(a,), rtol=1e-9, atol=1e-9, t_eval=np.linspace(0.0, 1.0, 3)).y", "a=p y=n2"),
])  # fmt: skip
def test_integrals_of_functions(expression, codes):
    si = pytest.importorskip("scipy.integrate", reason="SciPy is an optional extra")
    rng = np.random.default_rng(1)
    arguments = {n: array(c, rng) for n, c in (code.split("=") for code in codes.split())}
    value = primal(expression, list(arguments), si=si)(*arguments.values())
    found, _ = astgrad.vjp(primal(expression, list(arguments), si=si), *arguments.values())
    np.testing.assert_allclose(found, value, rtol=1e-6, atol=1e-7)
    check(expression, space={"si": si}, rtol=1e-5, step=1e-3, **arguments)
