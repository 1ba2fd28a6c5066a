"""`grad` and its kin as operations on a program being lowered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from astgrad.analysis.activity import Activity
from astgrad.derive.apart import Inner, emit, lower_apart, renamed
from astgrad.derive.linear import pushforward
from astgrad.derive.sweep import sweep
from astgrad.derive.transform import (
    Captured,
    Transform,
    check_differentiable,
    positions,
    scalar,
    split_aux,
    value_at,
)  # fmt: skip
from astgrad.derive.trees import Heap, leaves, rebuilt
from astgrad.errors import ArgumentError
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Entries, Items, Ref, Tup
from astgrad.ir.core import NONE, Apply, Arg, Block, Const, Var
from astgrad.ir.walk import all_ops, substitute_arg
from astgrad.pipeline import mark, project, reverse
from astgrad.transform.adjoints import refuse


@dataclass
class Call:
    """A function that is to be differentiated, at these arguments."""

    fun: Any
    names: list[str]
    args: tuple[Any, ...]
    keywords: dict[str, Any]
    node: Any
    outermost: bool = False


@dataclass
class Chosen:
    """The arguments that `argnums` names, in the function lowered apart."""

    inner: Inner
    values: list[Any]
    wrt: list[Var]


def chosen(lo: Lowering, transform: Transform, call: Call) -> Chosen:
    places = positions(transform, call.names, len(call.args))
    inner = lower_apart(lo, call.fun, call.args, call.keywords, call.node)
    heap = {**lo.state.heap, **inner.heap}  # what arguments held on entry
    inner.heap = heap
    values = []
    for place in places:
        value = value_at(lo, place, inner.args, inner.keywords, call.fun)
        check_differentiable(heap, value, name_of(call.names, place), transform)
        values.append(value)
    found = [v for a in values for v in leaves(heap, a)]
    if len(set(found)) < len(found):
        raise ArgumentError("two arguments that are differentiated are one array, and the "
                            "function writes to it: pass a copy")
    return Chosen(inner, values, found)


def name_of(names: list[str], place: Any) -> Any:
    """A place of argnums in messages."""
    if isinstance(place, Captured):
        return place.name
    return names[place] if isinstance(place, int) and place < len(names) else place


def adjoints(lo: Lowering, inner: Inner, bars: dict[Var, Arg | None]) -> dict[Var, Arg]:
    """Adjoints in the terms of the block at hand, as the inputs want them."""
    made: dict[Var, Arg] = {}
    for var, bar in bars.items():
        bar = None if bar is None else substitute_arg(bar, inner.table)
        made[var] = project(lo.build, bar, inner.actual(var))
    return made


def structures(lo: Lowering, heap: Heap, values: list[Any], transform: Transform,
               found: dict[Var, Arg]) -> Any:
    """The adjoints in the structures of the arguments; a tuple where argnums is one."""
    def leaf(arg: Arg) -> Any:
        return lo.wrap(found[arg]) if isinstance(arg, Var) and arg in found else NONE

    made = [rebuilt(lo, heap, value, leaf) for value in values]
    return Tup(tuple(made)) if isinstance(transform.argnums, tuple) else made[0]


def gradient(lo: Lowering, transform: Transform, call: Call) -> Any:
    """The value of `grad(fun)(*args)` as abstract values in the block at hand."""
    found = chosen(lo, transform, call)
    inner = found.inner
    value, aux = split_aux(inner.result, transform)
    check_known(inner, lo.state.heap, value, found.wrt)
    out = scalar(lo, value, transform)
    if transform.mode == "forward":
        bars = by_directions(lo, inner, out, found.wrt, transform.holomorphic)
    else:
        bars = by_reversal(lo, inner, out, found.wrt, call.outermost)
    gradient = structures(lo, inner.heap, found.values, transform, adjoints(lo, inner, bars))
    value, aux = renamed(lo, value, inner.table), renamed(lo, aux, inner.table)
    if transform.kind == "value_and_grad":
        return Tup((Tup((value, aux)) if transform.has_aux else value, gradient))
    return Tup((gradient, aux)) if transform.has_aux else gradient


def check_known(inner: Inner, heap: Heap, value: Any, wrt: list[Var]) -> None:
    """Name the call without a rule that makes a result a value of unknown kind."""
    while isinstance(value, Ref) and not isinstance(heap[value.obj], Items | Entries):
        value = heap[value.obj]
    if not isinstance(value, Var) or value.fact.kind != "unknown":
        return
    active = Activity(inner.ops, wrt, [value])
    for op in all_ops(Block((), inner.ops, ())):
        if isinstance(op, Apply) and op.rule.kind == "opaque" and any(o in active for o in op.outs):
            refuse(op)


def by_reversal(lo: Lowering, inner: Inner, out: Arg, wrt: list[Var], outermost: bool
                ) -> dict[Var, Arg | None]:
    if not isinstance(out, Var):
        emit(lo, inner.ops, inner.table)
        return dict.fromkeys(wrt)
    ops, bars = reverse(inner.ops, {out: one(out)}, wrt)
    if outermost:
        ops = (mark("forward"), *ops)
    emit(lo, ops, inner.table)
    return dict(zip(wrt, bars, strict=True))


def one(out: Var) -> Arg:
    return Const(1.0 + 0j) if out.fact.is_complex else Const(1.0)


def by_directions(lo: Lowering, inner: Inner, out: Arg, wrt: list[Var], holomorphic: bool
                  ) -> dict[Var, Arg | None]:
    """One tangent sweep for each number in `wrt`, after one run of the primal."""
    if not isinstance(out, Var):
        emit(lo, inner.ops, inner.table)
        return dict.fromkeys(wrt)
    linear = pushforward(lo, inner, [out], wrt)
    return {var: sweep(lo, linear, var, [out], holomorphic=holomorphic)[out] for var in wrt}
