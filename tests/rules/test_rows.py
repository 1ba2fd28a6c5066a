"""Every row against differences: values, both modes, second order, types."""

import ast
import cmath
import math
import operator
import re

import numpy as np
import pytest

import astgrad
import astgrad.language
from astgrad.rules.table import ROWS
from tests.rules import calls
from tests.rules.derivatives import check, primal

SPACE = {"math": math, "cmath": cmath, "operator": operator}
DOMAINS = {
    "": lambda rng, shape: rng.standard_normal(shape),
    "x > 0": lambda rng, shape: rng.uniform(0.3, 1.8, shape),
    "y > 0": lambda rng, shape: rng.uniform(0.3, 1.8, shape),
    "x != 0": lambda rng, shape: rng.uniform(0.3, 1.8, shape),
    "x > 1": lambda rng, shape: rng.uniform(1.3, 2.8, shape),
    "abs(x) < 1": lambda rng, shape: rng.uniform(-0.8, 0.8, shape),
}
ON_NUMBERS = ("math", "cmath", "float", "complex", "max", "min")
OURS = ("np", "math", "cmath")
NEW = r"unstack|matvec|vecmat|vecdot|matrix_transpose|cumulative_|clip\(x, min|correction=|trapezoid|\.mT"
SKIPPED = ("complex", "np.float16", "np.float32", "np.complex64", "np.complex128", "np.clongdouble", "clip")  # no differences of their own


def elementwise_rows():
    for name, row in ROWS.items():
        local = str(getattr(row.evaluate, "__module__", "")).startswith("astgrad.runtime")
        ours = name.partition(".")[0] in OURS or "." not in name
        known = ours and row.kind == "elementwise" and row.derivatives and row.at in DOMAINS
        if known and not local and not row.effect and name not in SKIPPED:
            yield name, row


def elementwise_cases():
    """(row, shapes of its arguments, dtype)"""
    for name, row in elementwise_rows():
        if name.split(".")[0] in ON_NUMBERS:
            yield pytest.param(name, ("number",) * 3, "float64", id=f"{name}-number")
            continue
        for shape in ("number", (), (3,), (2, 3), (0,)):
            yield pytest.param(name, (shape,) * 3, "float64", id=f"{name}-{shape}")
        yield pytest.param(name, ((3,),) * 3, "float32", id=f"{name}-float32")
        if len(row.derivatives) > 1:
            yield pytest.param(name, ((3,), (2, 1), (3,)), "float64", id=f"{name}-broadcast")
            yield pytest.param(name, ("number", (2, 1), (3,)), "float64", id=f"{name}-spread")


def call_of(row):
    """The row's template with its options at their defaults."""
    text = ast.unparse(row.expression) if not row.defaults else row.text
    return re.sub(r", \w+=.*\)$", ")", text).replace(", n)", ", 3)")


@pytest.mark.sample(60)
@pytest.mark.parametrize(("name", "shapes", "dtype"), list(elementwise_cases()))
def test_elementwise(name, shapes, dtype):
    row = ROWS[name]
    rng = np.random.default_rng(1)
    text = call_of(row)
    arguments = {}
    for param, shape in zip(row.params, shapes, strict=False):
        if not re.search(rf"\b{param}\b", text.partition("(")[2] or text):
            continue
        value = DOMAINS[row.at](rng, () if shape == "number" else shape)
        arguments[param] = float(value) if shape == "number" else np.asarray(value, dtype)
    if dtype == "float32":
        check_single(text, arguments)
    else:
        check(text, space=SPACE, **arguments)


def check_single(text, arguments):
    """In single precision: the gradient in double precision, rounded."""
    f = primal(f"np.sum({text})", list(arguments), **SPACE)
    argnums = tuple(range(len(arguments)))
    single = astgrad.grad(f, argnums=argnums)(*arguments.values())
    wide = [np.asarray(value, np.float64) for value in arguments.values()]
    double = astgrad.grad(f, argnums=argnums)(*wide)
    for ours, theirs in zip(single, double, strict=True):
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def drawn(rng, shape, domain, letter):
    if shape == "mask":
        return np.array([[1, 1, 0, 1], [1, 1, 1, 1], [0, 1, 1, 0]], bool)
    if shape == "zeros":
        return np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])
    if domain == "complex" and letter != "x":
        return rng.uniform(0.3, 1.0, shape) + 1j * rng.uniform(0.3, 1.0, shape)
    value = rng.uniform(0.3, 1.8, shape) if domain == "positive" else rng.standard_normal(shape)
    return value if shape != () else float(value)


def array_cases():
    for shapes, domain, texts in calls.groups():
        for text in texts:
            bare = re.sub(r"'[^']*'", "", text)
            letters = {k: v for k, v in shapes.items() if re.search(rf"(?<![.\w]){k}\b(?!=)", bare)}
            yield pytest.param(letters, domain, text, id=f"{text}-{'-'.join(map(str, letters.values()))}")


@pytest.mark.filterwarnings("ignore:Arrays of 2-dimensional vectors:DeprecationWarning")
@pytest.mark.sample(120)
@pytest.mark.parametrize(("shapes", "domain", "text"), list(array_cases()))
def test_arrays(shapes, domain, text):
    rng = np.random.default_rng(1)
    arguments = {k: drawn(rng, shape, domain, k) for k, shape in shapes.items()}
    if int(np.__version__.split(".")[0]) < 2 and re.search(NEW, text):
        pytest.skip("NumPy 1.26 does not know this")
    value = primal(text, list(arguments))(*arguments.values())
    found, _ = astgrad.vjp(primal(text, list(arguments)), *arguments.values())
    np.testing.assert_allclose(found, value, rtol=1e-12, atol=1e-14)
    check(text, **arguments)
