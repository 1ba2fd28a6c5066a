"""Builtins and methods of arrays that are not plain rows."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from astgrad.frontend import templates
from astgrad.frontend.attributes import shape_of
from astgrad.frontend.builtins import Args, Keywords, builtin, collected, method
from astgrad.frontend.calls import BUILTINS, apply_row, call
from astgrad.frontend.lower import Lowering
from astgrad.frontend.plain import plain
from astgrad.frontend.values import Ref, Tup
from astgrad.frontend.writes import ELLIPSIS, store, write
from astgrad.ir.core import NONE, Const, Pack
from astgrad.rules import table


@builtin(np.shape)
def np_shape(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return shape_of(lo, args[0], node)


@builtin(np.ndim)
def np_ndim(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    rank = lo.fact(args[0]).rank
    return lo.apply("np.ndim", lo.read(args[0])) if rank is None else Const(rank)


@builtin(np.array, np.asarray)
def np_array(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    value = args[0]
    keywords.pop("dtype", None) if plain(keywords.get("dtype")) in (None, float) else None
    if isinstance(value, Ref) and lo.fact(value).kind == "array":
        row = ".copy()"
        if keywords.get("dtype") is not None:
            return apply_row(lo, table.row(".astype()"), (value, keywords["dtype"]), {}, node)
        return lo.apply(row, lo.read(value))
    return apply_row(lo, table.row("np.array"), args, keywords, node)


BUILTINS[np.asarray] = lambda lo, args, keywords, node: (
    args[0]
    if isinstance(args[0], Ref) and lo.fact(args[0]).kind == "array" and not keywords
    else np_array(lo, args, keywords, node)
)


@method("array", "reshape")
def reshape(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    shape = args[1] if len(args) == 2 else Tup(args[1:])
    return apply_row(lo, table.row("np.reshape"), (args[0], shape), keywords, node)


@method("array", "transpose")
def transpose(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    axes = () if len(args) == 1 else (args[1] if len(args) == 2 else Tup(args[1:]),)
    return apply_row(lo, table.row("np.transpose"), (args[0], *axes), keywords, node)


@method("array", "item")
def item_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    value = lo.read(args[0])
    if len(args) > 1:
        value = lo.build.apply("[]", value, lo.read(args[1] if len(args) == 2 else Tup(args[1:])))
    return lo.apply("float", value)


@method("array", "fill")
def fill(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    store(lo, args[0], ELLIPSIS, args[1], node)
    return NONE


@method("array", "sort")
def sort(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    made = apply_row(lo, table.row("np.sort"), args, keywords, node)
    store(lo, args[0], ELLIPSIS, made, node)
    return NONE


@method("array", "tolist")
def tolist(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return collected(lo, args[0], node)


@builtin(np.copyto)
def copyto(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    value = args[1]
    if "where" in keywords:
        value = lo.apply("np.where", lo.read(keywords["where"]), lo.read(value), lo.read(args[0]))
    store(lo, args[0], ELLIPSIS, value, node)
    return NONE


@builtin(np.put)
def put(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    target = args[0]
    if lo.fact(target).rank != 1:
        target = apply_row(lo, table.row("np.ravel"), (target,), {}, node)
    store(lo, target, args[1], args[2], node)
    return NONE


@builtin(np.fill_diagonal)
def fill_diagonal(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    shape = lo.build.apply(".shape", lo.read(args[0]))
    sides = (lo.build.apply("[]", shape, Const(k)) for k in (0, 1))
    n = lo.build.apply("min", *sides)
    index = lo.apply("np.arange", n, NONE, NONE)
    store(lo, args[0], Tup((index, index)), args[1], node)
    return NONE


@method("ufunc", "at")
def ufunc_at(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    ufunc, target, index, *rest = args
    value = lo.read(rest[0])
    if ufunc.value is np.subtract:
        value = lo.build.apply("USub", value)
    elif ufunc.value is not np.add:
        raise lo.refuse(node, f"np.{ufunc.value.__name__}.at", "use np.add.at, or a loop")
    write(lo, "add_at", target, lo.read(index), value, node)
    return NONE


@method("ufunc", "outer")
def ufunc_outer(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    ufunc, a, b = args
    left = lo.read(a)
    index = Pack("tuple", (*(Const(slice(None)),) * (lo.fact(a).rank or 0),
                           *(NONE,) * (lo.fact(b).rank or 0)))
    return call(lo, ufunc, (lo.apply("[]", left, index), b), {}, node)


REDUCTIONS = {np.add: "np.sum", np.multiply: "np.prod", np.maximum: "np.max", np.minimum: "np.min"}


@method("ufunc", "reduce")
def ufunc_reduce(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    name = REDUCTIONS.get(args[0].value, f"{args[0].text}.reduce")
    row = table.resolve(args[0].value)
    one = lo.fact(args[1]).rank == 1 or plain(keywords.get("axis")) == 0
    if name not in table.ROWS and row is not None and len(args) == 2 and one:
        return templates.expand(lo, templates.EXTREME, node,
                                {"source": args[1], "pick": args[0]})
    if name not in table.ROWS:
        raise lo.refuse(node, f"{name} cannot be differentiated yet", "write the loop")
    if len(args) == 2:
        keywords.setdefault("axis", Const(0))
    return apply_row(lo, table.row(name), args[1:], keywords, node)
