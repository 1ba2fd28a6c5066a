"""Methods of ufuncs: `np.add.at`, `np.multiply.outer`, `np.logaddexp.reduce`, ...

What is a row of the table is that row; what is not runs over the elements.
"""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from astgrad.analysis.indexing import is_basic
from astgrad.frontend.builtins import Args, Keywords, method
from astgrad.frontend.calls import apply_row, call, call_function
from astgrad.frontend.lower import Lowering
from astgrad.frontend.writes import store, write
from astgrad.ir.core import NONE, Const, Pack
from astgrad.rules import folds, table

REDUCED = {np.add: "np.sum", np.multiply: "np.prod", np.maximum: "np.max", np.minimum: "np.min",
           np.logical_and: "np.all", np.logical_or: "np.any"}
SCANNED = {np.add: "np.cumsum", np.multiply: "np.cumprod"}


@method("ufunc", "at")
def at(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    ufunc, target, index, *rest = args
    if ufunc.value in (np.add, np.subtract):
        value = lo.read(rest[0])
        if ufunc.value is np.subtract:
            value = lo.build.apply("USub", value)
        write(lo, "add_at", target, lo.read(index), value, node)
        return NONE
    where = lo.read(index)
    if not is_basic(where) and lo.fact(where).dtype != "bool":
        if lo.fact(where).kind not in ("array", "list") or lo.fact(where).rank not in (0, 1):
            raise lo.refuse(node, f"np.{ufunc.value.__name__}.at with these indices",
                            "write the loop over the indices")
        program = folds.at_each if rest else folds.at_each_alone
        return call_function(lo, program, (ufunc, target, index, *rest), {}, node)
    taken = lo.apply("[]", lo.read(target), where)
    store(lo, target, index, lo.read(call(lo, ufunc, (taken, *rest), {}, node)), node)
    return NONE


@method("ufunc", "outer")
def outer(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    ufunc, a, b = args
    left = lo.read(a)
    ranks = [lo.fact(one).rank for one in (a, b)]
    if ranks[0] is None or ranks[1] is None:
        raise lo.refuse(node, f"np.{ufunc.value.__name__}.outer of an array of a rank not known",
                        "give both arrays one rank on all paths, or pass example arguments")
    index = Pack("tuple", (*(Const(slice(None)),) * ranks[0], *(NONE,) * ranks[1]))
    if index.items:
        left = lo.read(lo.apply("[]", left, index))
    return call(lo, ufunc, (left, b), keywords, node)


@method("ufunc", "reduce")
def reduce(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    names = ("axis", "dtype", "out", "keepdims", "initial", "where")
    ufunc, array, given = spelled(lo, args, keywords, names)
    given.setdefault("axis", Const(0))
    name = REDUCED.get(ufunc.value, f"{ufunc.text}.reduce")
    if name in table.ROWS:
        return apply_row(lo, table.row(name), (array,), given, node)
    only(lo, ufunc, "reduce", given, ("axis", "keepdims"), node)
    return call_function(lo, folds.reduce, (ufunc, array), given, node)


@method("ufunc", "accumulate")
def accumulate(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    ufunc, array, given = spelled(lo, args, keywords, ("axis", "dtype", "out"))
    given.setdefault("axis", Const(0))
    name = SCANNED.get(ufunc.value)
    if name is not None:
        return apply_row(lo, table.row(name), (array,), given, node)
    only(lo, ufunc, "accumulate", given, ("axis",), node)
    return call_function(lo, folds.accumulate, (ufunc, array), given, node)


@method("ufunc", "reduceat")
def reduceat(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    ufunc, array, given = spelled(lo, args, keywords, ("indices", "axis", "dtype", "out"))
    only(lo, ufunc, "reduceat", given, ("indices", "axis"), node)
    name = REDUCED.get(ufunc.value)
    if name is None:
        raise lo.refuse(node, f"np.{ufunc.value.__name__}.reduceat cannot be differentiated yet",
                        "write the loop over the segments")
    whole = lo.known(getattr(np, name.removeprefix("np.")))
    return call_function(lo, folds.reduceat, (whole, array), given, node)


def spelled(lo: Lowering, args: Args, keywords: Keywords, names: tuple[str, ...]
            ) -> tuple[Any, Any, Keywords]:
    """The ufunc, the array, and the options by name; those that say nothing are left out."""
    from astgrad.frontend.arraylike import as_array, is_display

    ufunc, array, *rest = args
    given = {**dict(zip(names, rest, strict=False)), **keywords}
    nothing = {"dtype": None, "out": None, "keepdims": False, "where": True, "initial": None}
    kept = {k: v for k, v in given.items()
            if not (k in nothing and isinstance(v, Const) and v.value is nothing[k])}
    return ufunc, as_array(lo, array) if is_display(lo, array) else array, kept


FOLDED = (np.subtract, np.divide, np.logaddexp, np.logaddexp2, np.hypot, np.fmax, np.fmin,
          np.maximum, np.minimum, np.float_power)


def only(lo: Lowering, ufunc: Any, what: str, given: Keywords, names: tuple[str, ...],
         node: gast.AST) -> None:
    if ufunc.value not in (*FOLDED, *REDUCED):
        raise lo.refuse(node, f"np.{ufunc.value.__name__}.{what} cannot be differentiated yet",
                        "write the loop")
    for name in given:
        if name not in names:
            raise lo.refuse(node, f"np.{ufunc.value.__name__}.{what} with {name}=",
                            "write the loop, or leave it out")
