"""Every call of the text files and of `calls`, in what they do not write out: memory that the
result shares with its operand, in several layouts; single precision; no elements; broadcasts.
"""

import functools
import importlib
import importlib.util
import re

import numpy as np
import pytest

import astgrad
from tests.rules import calls
from tests.rules.derivatives import check, differences, direction, function_of, primal
from tests.rules.test_expressions import SPACE, array, lines
from tests.rules.test_rows import drawn

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
    pytest.mark.skipif(int(np.__version__.split(".")[0]) < 2, reason="NumPy 1.26 knows fewer"),
]
FILES = ["expressions.txt", "shared.txt"]
SCIPY = {"sp": "special", "sl": "linalg", "st": "stats", "sg": "signal", "si": "integrate"}
if importlib.util.find_spec("scipy"):
    FILES.append("scipy_expressions.txt")
    SPACE = SPACE | {k: importlib.import_module(f"scipy.{v}") for k, v in SCIPY.items()}
    SPACE["scipy"] = importlib.import_module("scipy")
LOOSE = ("chol", "cho_", "eig", "hermitian", "pinvh", "polar")  # of symmetric matrices alone
DEFINED = ("cho_factor",)  # half of its result is whatever was there
BASES = ("full_matrices=True",)  # inside a null space of two vectors the basis is a choice


@functools.cache
def every_call():
    """Test id -> expression, its arguments as codes or shapes."""
    found = {}
    for shapes, domain, texts in calls.groups():
        for text in texts:
            bare = re.sub(r"'[^']*'", "", text)
            letters = {k: v for k, v in shapes.items() if re.search(rf"(?<![.\w]){k}\b(?!=)", bare)}
            found[f"{text} | {domain} {letters}"] = (text, letters, domain)
    for name in FILES:
        for line in lines(name):
            text, _, codes = line.rpartition(" | ")
            found[line] = (text, dict(code.split("=", 1) for code in codes.split()), None)
    return found


def arguments(key):
    text, codes, domain = every_call()[key]
    rng = np.random.default_rng(1)
    return text, {k: array(v, rng) if domain is None else drawn(rng, v, domain, k)
                  for k, v in codes.items()}


def symmetric(key):
    """The arguments that are varied as Hermitian matrices only."""
    _, codes, domain = every_call()[key]
    return [k for k, code in codes.items() if domain is None and code[0] in "sh"]


def is_data(value):
    return isinstance(value, np.ndarray) and value.dtype.kind in "fc"


def value_of(text, given):
    """What the expression gives; None where it raises, or is not one number or array."""
    copies = {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in given.items()}
    try:
        value = primal(text, list(copies), **SPACE)(*copies.values())
        kind = np.asarray(value).dtype.kind
    except Exception:
        return None
    return value if kind in "fc" and not isinstance(value, list | tuple) else None


# -- memory ----------------------------------------------------------------------------------------

LAYOUTS = {
    "rows": lambda x: np.array(x, order="C"),
    "columns": lambda x: np.array(x, order="F"),
    "spaced": lambda x: np.repeat(np.array(x), 2, axis=-1)[..., ::2] if x.ndim else x.copy(),
    "backwards": lambda x: np.array(x[::-1])[::-1] if x.ndim else x.copy(),
}
AFTERWARDS = ("{before}out = {call}; {written}[...] = 2.0 * {written} + 1.0; total = np.sum(weight"
              " * out) + np.sum(other * {x}); np.real(total)")


def written_program(text, x, written, params, **space):
    """The call, a write to its result or its operand, and a number of both."""
    *before, call = (part.strip() for part in text.split(";"))
    program = AFTERWARDS.format(before="".join(f"{b}; " for b in before), call=call, x=x,
                                written="out" if written == "result" else x)
    *statements, result = program.split("; ")
    body = "".join(f"    {line}\n" for line in [*statements, f"return {result}"])
    return function_of(f"def f({', '.join(params)}):\n{body}", **SPACE, **space)


@pytest.mark.sample(60)
@pytest.mark.parametrize("written", ["result", "operand"])
@pytest.mark.parametrize("key", every_call())
def test_memory_that_a_result_shares(key, written):
    """A program that writes afterwards is right, or refused."""
    text, given = arguments(key)
    x = next((k for k, v in given.items() if is_data(v)), None)
    value = value_of(text, given)
    if x is None or not isinstance(value, np.ndarray) or any(n in text for n in DEFINED):
        return
    rng = np.random.default_rng(3)
    space = {"weight": rng.standard_normal(value.shape),
             "other": rng.standard_normal(given[x].shape)}
    f = written_program(text, x, written, list(given), **space)
    dot = direction(given[x], rng)
    if x in symmetric(key):
        dot = dot + np.conj(np.swapaxes(dot, -1, -2))
    for layout in LAYOUTS.values():
        def at(value, layout=layout):
            copies = {k: np.copy(v) if isinstance(v, np.ndarray) else v for k, v in given.items()}
            return f(*(copies | {x: layout(np.asarray(value))}).values())

        try:
            expected = at(given[x])
        except ValueError:  # NumPy's result is not to be written
            continue
        try:
            found, bar = astgrad.value_and_grad(f, argnums=x)(
                *(given | {x: layout(given[x])}).values())
        except astgrad.errors.AstgradError:
            continue
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)
        if not any(n in text for n in LOOSE):
            number = differences(at, [given[x]], [dot])
            scale = max(1.0, abs(number))
            assert abs(np.real(np.sum(bar * dot)) - number) <= 1e-5 * scale


# -- other dtypes and shapes -----------------------------------------------------------------------

SINGLE = {"f": np.float32, "c": np.complex64}
RAISED = (IndexError, ValueError, ZeroDivisionError, np.linalg.LinAlgError)


def pulled(text, given):
    """The result's adjoint of ones, as each argument's, and the result."""
    out, pullback = astgrad.vjp(primal(text, list(given), **SPACE), *given.values())
    return dict(zip(given, pullback(np.ones_like(out)[()] if np.ndim(out) == 0
                                    and not isinstance(out, np.ndarray) else np.ones_like(out)),
                    strict=True)), out


def same_shapes(bars, given):
    for name, value in given.items():
        if is_data(value):
            assert bars[name].shape == value.shape
            assert bars[name].dtype == value.dtype


@pytest.mark.sample(60)
@pytest.mark.parametrize("key", every_call())
def test_single_precision(key):
    text, given = arguments(key)
    single = {k: v.astype(SINGLE[v.dtype.kind]) if is_data(v) else v for k, v in given.items()}
    wide = {k: v.astype(given[k].dtype) if is_data(v) else v for k, v in single.items()}
    if not any(map(is_data, given.values())) or value_of(text, single) is None:
        return
    try:
        bars, _ = pulled(text, single)
        expected, _ = pulled(text, wide)
    except (astgrad.errors.AstgradError, TypeError):  # refused, or a Python float's result
        return
    same_shapes(bars, single)
    for name in (k for k, v in given.items() if is_data(v)):
        size = max(1e-3, np.max(np.abs(expected[name]), initial=0.0))
        np.testing.assert_allclose(bars[name], expected[name], rtol=1e-2, atol=1e-2 * size)


@pytest.mark.sample(60)
@pytest.mark.parametrize("key", every_call())
def test_no_elements(key):
    """Where NumPy has a result, the adjoints have their arguments' shapes, or it raises."""
    text, given = arguments(key)
    for n in sorted({n for v in given.values() if is_data(v) for n in v.shape}):
        empty = {k: np.full([0 if m == n else m for m in v.shape], 0.5, v.dtype) if is_data(v)
                 else v for k, v in given.items()}
        if value_of(text, empty) is None or any(f in text for f in EMPTY):
            continue
        try:
            bars, out = pulled(text, empty)
        except (astgrad.errors.AstgradError, TypeError, *RAISED):
            continue
        assert np.shape(out) == np.shape(value_of(text, empty))
        same_shapes(bars, empty)


EMPTY = ("diff(", "trapezoid(y, x",  # the adjoint has one element, where there is none
         "np.poly(", "hankel(", "toeplitz(", "welch(", "stft(")  # of nothing at all: NumPy and SciPy decide on a shape


@pytest.mark.sample(60)
@pytest.mark.parametrize("key", every_call())
def test_broadcasts(key):
    """Each array with an axis of length 1, or a leading one, where NumPy takes that."""
    text, given = arguments(key)
    if any(n in text for n in (*LOOSE, *BASES, "out=")):
        return
    for name in (k for k, v in given.items() if is_data(v) and v.ndim and v.size):
        x = given[name]
        for other in (*(np.take(x, [0], axis=i) for i in range(x.ndim)), x[None]):
            changed = given | {name: np.array(other)}
            value = value_of(text, changed)
            if other.shape == x.shape or value is None or not np.all(np.isfinite(value)):
                continue
            try:
                check(text, space=SPACE, second=False, symmetric=symmetric(key), **changed)
            except (astgrad.errors.AstgradError, *RAISED):
                continue
