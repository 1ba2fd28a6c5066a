"""Objects of NumPy that stand for a function: np.r_, np.c_, np.vectorize, polynomials."""

from __future__ import annotations

import cmath
import math
from typing import Any

import gast
import numpy as np

from astgrad.frontend.arraylike import as_array, is_display
from astgrad.frontend.builtins import Args, Keywords, builtin
from astgrad.frontend.calls import BUILTINS, apply_row
from astgrad.frontend.lower import Lowering
from astgrad.frontend.plain import UNPLAIN, plain
from astgrad.frontend.series import VALUE, poly1d, series
from astgrad.frontend.values import Partial, Tup
from astgrad.ir.core import NONE, Const, Pack
from astgrad.rules import folds, table


def joined(lo: Lowering, maker: Any, index: Any, node: gast.AST) -> Any:
    """`np.r_[a, 0:3, 1.0]` as a concatenation, `np.c_[a, b]` as columns side by side; a text in
    front says along which axis, of how many dimensions, and where the elements' own stand.
    """
    parts = index.items if isinstance(index, Tup) else (index,)
    if isinstance(index, Const) and isinstance(index.value, tuple):
        parts = tuple(Const(value) for value in index.value)
    axis, least, place = (-1, 2, 0) if maker is np.c_ else (0, 1, -1)
    said = plain(parts[0])
    if isinstance(said, str):
        axis, least, place = directive(lo, said, node)
        parts = parts[1:]
    arrays = tuple(part_of(lo, part, least, place, node) for part in parts)
    return lo.apply("np.concatenate", lo.read(Tup(arrays)), Const(axis))


def directive(lo: Lowering, text: str, node: gast.AST) -> tuple[int, int, int]:
    """The axis, the least number of dimensions, and the first of an array's own among them."""
    try:
        given = [int(part) for part in text.split(",")]
        axis, least, place = (*given, *(0, 1, -1)[len(given):])
    except ValueError:
        raise lo.refuse(node, f"np.r_ with the directive {text!r}, which makes a matrix",
                        "use np.concatenate, np.stack or np.column_stack") from None
    return axis, least, place


def part_of(lo: Lowering, part: Any, least: int, place: int, node: gast.AST) -> Any:
    """One array that np.r_ or np.c_ joins."""
    made = ranged(lo, part, node) if is_slice(part) else part
    if is_display(lo, made):
        made = as_array(lo, made)
    rank = lo.fact(made).rank
    if rank is None:
        raise lo.refuse(node, "what is joined here has a rank known only at run time",
                        "pass example arguments or annotate")
    if rank == 0:
        made, rank = apply_row(lo, table.row("np.atleast_1d"), (made,), {}, node), 1
    if rank >= least:
        return made
    before = place % (least - rank + 1)
    new = (NONE,) * (least - rank)
    every = (Const(slice(None)),) * rank
    return lo.apply("[]", lo.read(made), Pack("tuple", (*new[:before], *every, *new[before:])))


def is_slice(part: Any) -> bool:
    return (isinstance(part, Const) and isinstance(part.value, slice)) or (
        isinstance(part, Pack) and part.kind == "slice")


def ranged(lo: Lowering, part: Any, node: gast.AST) -> Any:
    """`start:stop:step` as np.arange, `start:stop:5j` as np.linspace."""
    bounds: list[Any]
    if isinstance(part, Const):
        bounds = [Const(v) for v in (part.value.start, part.value.stop, part.value.step)]
    else:
        bounds = [lo.read(v) for v in part.items]
    start, stop, step = bounds
    start = Const(0) if plain(start) is None else start
    if isinstance(plain(step), complex):
        count = Const(int(abs(plain(step))))
        row = table.row("np.linspace")
        return apply_row(lo, row, (start, stop, count), {}, node)
    more = () if plain(step) is None else (step,)
    return apply_row(lo, table.row("np.arange"), (start, stop, *more), {}, node)


@builtin(np.vectorize)
def vectorize(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    for name, value in keywords.items():
        if name not in ("otypes", "doc", "cache") and plain(value) is not None:
            raise lo.refuse(node, f"np.vectorize with {name}=", "write the loop")
    return Partial(lo.known(folds.vectorized), (args[0],), ())


def logarithm(module: str) -> Any:
    """`math.log(x, base)` is the quotient of two logarithms, as in Python itself."""
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        values = [lo.apply(f"{module}.log", lo.read(arg)) for arg in args]
        return values[0] if len(values) == 1 else lo.apply("Div", *values)

    return handler


@builtin(complex)
def complex_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    given = [*args, *(keywords[name] for name in ("real", "imag") if name in keywords)]
    if len(given) == 1 and "imag" not in keywords:
        return apply_row(lo, table.row("complex"), tuple(given), {}, node)
    real, imag = ([Const(0.0), *given] if len(given) == 1 else given)
    turned = lo.apply("Mult", lo.read(imag), Const(1j))
    return lo.apply("Add", lo.read(real), lo.read(turned))


@builtin(float)
def float_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    value = plain(args[0]) if args else 0.0
    if value is not UNPLAIN and isinstance(value, str | int | float):
        return Const(float(value))
    return apply_row(lo, table.row("float"), args, keywords, node)


def each(target: Any) -> Any:
    """`np.atleast_2d(x, y)`: one array each."""
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        row = table.row(f"np.{target.__name__}")
        made = tuple(apply_row(lo, row, (arg,), keywords, node) for arg in args)
        return made[0] if len(made) == 1 else Tup(made)

    return handler


for _target in (np.atleast_1d, np.atleast_2d, np.atleast_3d):
    BUILTINS[_target] = each(_target)
BUILTINS[math.log], BUILTINS[cmath.log] = logarithm("math"), logarithm("cmath")
BUILTINS[np.poly1d] = poly1d
BUILTINS |= {cls: series(cls) for cls in VALUE}
