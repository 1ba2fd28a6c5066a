"""Elementwise rows on one element: the same row, or a helper that says it for compiled code."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from astgrad.analysis.infer import BROADCASTING
from astgrad.ir.core import TEMP, Arg, Block, Const, If, Var
from astgrad.ir.fact import BOOL, Fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.loops.writing import Uncompiled, Writing, of_dtype
from astgrad.rules.table import ROWS, Row

Element = Callable[[Writing, tuple[Arg, ...], Fact, str], Arg]
ELEMENTS: dict[str, Element] = {}
HELPERS = {
    "share": "tie_share", "safe_divide": "quotient", "portion": "quotient", "log_of_base": "log_of",
    "power_slope": "slope_of_power", "share_exp": "exp_share", "np.logaddexp": "log_add",
    "np.sign": "sign",
}  # fmt: skip
PLAIN = frozenset(
    "Add Sub Mult Div Pow Mod FloorDiv USub UAdd Not Lt LtE Gt GtE Eq NotEq BitAnd BitOr BitXor "
    "LShift RShift Is IsNot abs float int bool complex "
    "np.exp np.exp2 np.expm1 np.log np.log2 np.log10 np.log1p np.sqrt np.cbrt np.square "
    "np.reciprocal np.sin np.cos np.tan np.arcsin np.arccos np.arctan np.sinh np.cosh np.tanh "
    "np.arcsinh np.arccosh np.arctanh np.absolute np.fabs np.hypot np.arctan2 np.maximum "
    "np.minimum np.fmax np.fmin np.deg2rad np.rad2deg np.radians np.degrees np.fmod np.copysign "
    "np.nextafter np.ldexp np.real np.imag np.conj np.floor np.ceil np.rint np.trunc np.isnan "
    "np.isfinite np.isinf np.logical_not np.floor_divide np.equal np.not_equal np.less "
    "np.less_equal np.greater np.greater_equal np.logical_and np.logical_or np.logical_xor "
    "np.signbit np.spacing np.sinc .real .imag np.float64 np.int64 np.complex128 np.bool_ np.intp "
    "np.float32 np.int32 math.isnan math.isinf math.isfinite math.gamma math.lgamma "
    "math.erf math.erfc math.copysign math.atan2 math.hypot math.fabs math.radians math.degrees "
    "math.floor math.ceil math.trunc math.gcd".split())
RAISING = frozenset(f"math.{name}" for name in (
    "exp log log10 log2 log1p expm1 sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh "
    "atanh fmod pow").split())
NARROW = ("float32", "complex64")


def element_of(name: str) -> Callable[[Element], Element]:
    def register(function: Element) -> Element:
        ELEMENTS[name] = function
        return function
    return register


def is_elementwise(rule: Row) -> bool:
    return (rule.kind == "elementwise" or rule.name in BROADCASTING or rule.name in ELEMENTS
            or rule.name in HELPERS or rule.name in PLAIN)


def element(write: Writing, rule: Row, args: tuple[Arg, ...], fact: Fact, name: str = TEMP) -> Arg:
    """The result of an elementwise row at scalars; `fact` is that of its result."""
    fact = fact if fact.kind == "number" else of_dtype(fact.dtype)
    if fact.dtype in NARROW:
        args = tuple(narrowed(write, arg, fact.dtype) for arg in args)
    if rule.name == "Mult" and fact.dtype in ("float", "float64"):
        for one, other in (args, args[::-1]):  # of type float already
            if one == Const(1.0) and fact_of_arg(other).dtype in ("float", "float64"):
                return other
    made = ELEMENTS.get(rule.name)
    if made is not None:
        return made(write, args, fact, name)
    if rule.name in HELPERS:
        return write.help(HELPERS[rule.name], *args, fact=fact, hint=name)
    if rule.name in RAISING:
        return raising(write, rule, args, fact, name)
    if rule.name not in PLAIN:
        raise Uncompiled(f"`{rule.name}` has no compiled form")
    if fact.kind == "number" and rule.name in PYTHON:
        return PYTHON[rule.name](write, rule, args, fact, name)
    return write.apply(rule, *args, fact=fact, name=name)


def narrowed(write: Writing, arg: Arg, dtype: str) -> Arg:
    """A Python number in an operation of 32 bits."""
    have = fact_of_arg(arg)
    if have.kind == "number" and have.dtype in ("float", "int"):
        return write.apply("np.float32", arg, fact=Fact("scalar", "float32"))
    return arg


def raising(write: Writing, rule: Row, args: tuple[Arg, ...], fact: Fact, name: str) -> Arg:
    """`math.*`, which raises where compiled code gives nan or inf."""
    ans = write.apply(rule, *args, fact=fact)
    return write.help("defined", ans, args[0], fact=fact, hint=name)


# -- operators on Python's numbers: they raise, and ints do not overflow -------------------------


def divided(write: Writing, rule: Row, args: tuple[Arg, ...], fact: Fact, name: str) -> Arg:
    x, y = args
    if not (isinstance(y, Const) and y.value != 0):
        y = write.help("nonzero", y, fact=fact_of_arg(y))
    return write.apply(rule, x, y, fact=fact, name=name)


def raised(write: Writing, rule: Row, args: tuple[Arg, ...], fact: Fact, name: str) -> Arg:
    x, y = args
    whole = isinstance(y, Const) and isinstance(y.value, int) and y.value >= 0
    if fact.dtype == "int":
        return write.help("int_power", x, y, fact=fact, hint=name)
    if whole or fact.dtype == "complex":
        return write.apply(rule, x, y, fact=fact, name=name)
    return write.help("power", x, y, fact=fact, hint=name)


def counted(helped: str) -> Callable[[Writing, Row, tuple[Arg, ...], Fact, str], Arg]:
    """Sums and products of ints, checked unless one is a small constant and the other small."""
    def made(write: Writing, rule: Row, args: tuple[Arg, ...], fact: Fact, name: str) -> Arg:
        if fact.dtype != "int" or write.is_small(*args):
            return write.apply(rule, *args, fact=fact, name=name)
        return write.help(helped, *args, fact=fact, hint=name)
    return made


PYTHON: dict[str, Callable[[Writing, Row, tuple[Arg, ...], Fact, str], Arg]] = {
    "Div": divided, "FloorDiv": divided, "Mod": divided, "Pow": raised,
    "Mult": counted("int_product"), "Add": counted("int_sum"),
}  # fmt: skip


# -- rows with a form of their own -------------------------------------------------------------


def choose(write: Writing, test: Arg, x: Arg, y: Arg, fact: Fact, name: str = TEMP) -> Arg:
    """x if test else y"""
    if isinstance(test, Const):
        return x if test.value else y
    out = Var(name, fact)
    write.add(If((out,), test, Block((), (), (x,)), Block((), (), (y,)), write.span))
    return out


@element_of("np.where")
def where(write: Writing, args: tuple[Arg, ...], fact: Fact, name: str) -> Arg:
    c, x, y = args
    return choose(write, c, x, y, fact, name)


@element_of("Invert")
def invert(write: Writing, args: tuple[Arg, ...], fact: Fact, name: str) -> Arg:
    rule = "Not" if fact_of_arg(args[0]).dtype in ("bool", "bool_") else "Invert"
    return write.apply(rule, *args, fact=fact, name=name)


@element_of("max")
def largest(write: Writing, args: tuple[Arg, ...], fact: Fact, name: str) -> Arg:
    return write.help("larger", *args, fact=fact, hint=name)


@element_of("min")
def smallest(write: Writing, args: tuple[Arg, ...], fact: Fact, name: str) -> Arg:
    return write.help("smaller", *args, fact=fact, hint=name)


@element_of("inside")
def inside(write: Writing, args: tuple[Arg, ...], fact: Fact, name: str) -> Arg:
    x, low, high = args
    found: Arg = Const(1.0)
    for rule, bound in (("GtE", low), ("LtE", high)):
        if bound != Const(None):
            test = write.apply(rule, x, bound, fact=BOOL)
            found = choose(write, test, found, Const(0.0), fact)
    return found


@element_of("below")
def below(write: Writing, args: tuple[Arg, ...], fact: Fact, name: str) -> Arg:
    x, low, high = args
    found = choose(write, write.apply("Lt", x, low, fact=BOOL), Const(1.0), Const(0.0), fact, name)
    if high == Const(None):
        return found
    return choose(write, write.apply("LtE", low, high, fact=BOOL), found, Const(0.0), fact, name)


@element_of("above")
def above(write: Writing, args: tuple[Arg, ...], fact: Fact, name: str) -> Arg:
    x, low, high = args
    found = choose(write, write.apply("Gt", x, high, fact=BOOL), Const(1.0), Const(0.0), fact, name)
    if low == Const(None):
        return found
    return choose(write, write.apply("Gt", low, high, fact=BOOL), Const(1.0), found, fact, name)


@element_of("clip")
def clip(write: Writing, args: tuple[Arg, ...], fact: Fact, name: str) -> Arg:
    x, low, high = args
    if low != Const(None):
        x = write.apply("np.maximum", x, low, fact=fact)
    return x if high == Const(None) else write.apply("np.minimum", x, high, fact=fact, name=name)


@element_of(".astype()")
def astype(write: Writing, args: tuple[Arg, ...], fact: Fact, name: str) -> Arg:
    return cast(write, args[0], dtype_of(args[1], fact))


@element_of("np.astype")
def astype_function(write: Writing, args: tuple[Arg, ...], fact: Fact, name: str) -> Arg:
    return cast(write, args[0], dtype_of(args[1], fact))


def dtype_of(arg: Arg, fact: Fact) -> str:
    if isinstance(arg, Const) and arg.value is not None:
        return str(np.dtype(arg.value).name)
    return str(np.dtype(fact.dtype).name)


CASTS = {name: f"np.{name}" for name in (
    "float64", "float32", "int64", "int32", "complex128", "complex64")} | {"bool": "np.bool_"}
PYTHONS = {"float64": "float", "int64": "int", "complex128": "complex"}


def cast(write: Writing, x: Arg, dtype: str) -> Arg:
    have = fact_of_arg(x)
    if have.dtype in (dtype, PYTHONS.get(dtype)):
        return x
    if dtype not in CASTS or CASTS[dtype] not in ROWS:
        raise Uncompiled(f"an array of dtype {dtype}")
    return write.apply(CASTS[dtype], x, fact=of_dtype(dtype))
