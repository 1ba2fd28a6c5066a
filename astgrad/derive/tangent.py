"""`jvp` and `derivative`: forward mode as operations on a program being lowered."""

from __future__ import annotations

from typing import Any

from astgrad.derive.apart import Inner, emit, lower_apart, renamed
from astgrad.derive.gradient import Call, name_of
from astgrad.derive.transform import (
    Transform,
    check_differentiable,
    positions,
    split_aux,
    value_at,
)  # fmt: skip
from astgrad.derive.trees import Heap, is_active, leaves, matched, rebuilt
from astgrad.errors import ArgumentError
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Tup
from astgrad.ir.core import NONE, Arg, Const, Var
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import substitute_arg
from astgrad.pipeline import forward, project


def tangent(lo: Lowering, transform: Transform, call: Call, tangents: tuple[Any, ...]) -> Any:
    """(result, its tangent) of a function at arguments with tangents."""
    inner = lower_apart(lo, call.fun, call.args, call.keywords, call.node)
    dots: dict[Var, Arg] = {}
    for i, (value, given) in enumerate(zip(inner.args, tangents, strict=True)):
        if given is None:
            continue
        dots.update(tangents_of(lo, inner, value, given, place_name(call.names, i)))
    value, aux = split_aux(inner.result, transform)
    heap = dict(lo.state.heap)
    with transform.asked():
        found = swept(lo, inner, leaves(heap, value), dots)
    tangent = like_result(lo, inner, heap, value, found)
    value, aux = renamed(lo, value, inner.table), renamed(lo, aux, inner.table)
    return Tup((value, tangent, aux) if transform.has_aux else (value, tangent))


def place_name(names: list[str], i: int) -> str:
    return f"`{names[i]}`" if i < len(names) else f"argument {i}"


def tangents_of(lo: Lowering, inner: Inner, value: Any, given: Any, name: str
                ) -> dict[Var, Arg]:
    """Each leaf's tangent, in the leaf's kind, shape and dtype."""
    made = {}
    for leaf, arg in matched(lo, inner.heap, value, given, f"the tangent of {name}"):
        assert isinstance(leaf, Var)
        made[leaf] = project(lo.build, arg, inner.actual(leaf), "dot")
    return made


def swept(lo: Lowering, inner: Inner, outs: list[Var], dots: dict[Var, Arg]) -> dict[Var, Arg]:
    """Emit primal and tangents; the tangents of `outs` in the terms of the block at hand."""
    ops, found = forward(inner.ops, outs, dots)
    emit(lo, ops, inner.table)
    return {out: substitute_arg(found[out], inner.table) for out in outs if out in found}


def like_result(lo: Lowering, inner: Inner, heap: Heap, value: Any, found: dict[Var, Arg]) -> Any:
    """Tangents in the structure of the result; None for what is not float."""
    def leaf(arg: Arg) -> Any:
        if not is_active(arg):
            return NONE
        if not isinstance(arg, Var):
            return Const(0.0) if not fact_of_arg(arg).is_complex else Const(0j)
        like = substitute_arg(arg, inner.table)
        like = like if isinstance(like, Var) else arg
        return lo.wrap(project(lo.build, found.get(arg), like, "dot"))

    return rebuilt(lo, heap, value, leaf)


def derivative(lo: Lowering, transform: Transform, call: Call) -> Any:
    """The derivative of a function of one number; the result may be anything."""
    inner = lower_apart(lo, call.fun, call.args, call.keywords, call.node)
    (place,) = positions(transform, call.names, len(call.args))
    value = value_at(lo, place, inner.args, inner.keywords, call.fun)
    name, before = name_of(call.names, place), {**lo.state.heap, **inner.heap}
    check_differentiable(before, value, name, transform)
    found = leaves(before, value)
    if len(found) != 1 or fact_of_arg(found[0]).kind not in ("number", "scalar"):
        raise ArgumentError("derivative differentiates by one number, and the argument "
                            f"{name!r} is not one: use grad, jvp or jacobian")
    (var,) = found
    heap = dict(lo.state.heap)
    seed = Const(1.0 + 0j) if var.fact.is_complex else Const(1.0)
    result, aux = split_aux(inner.result, transform)
    if var.fact.is_complex and not all(v.fact.is_complex for v in leaves(heap, result)):
        raise ArgumentError("the derivative of a real result by a complex number has two parts: "
                            "use grad")
    dots = swept(lo, inner, leaves(heap, result), {var: seed})
    tangent = like_result(lo, inner, heap, result, dots)
    if transform.has_aux:
        return Tup((tangent, renamed(lo, aux, inner.table)))
    return tangent
