"""`jacfwd`, `jacrev`, `jacobian`, `hessian`, `elementwise_grad`: whole derivatives.

One sweep for each direction; the primal's work is done once, before the sweeps.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from astgrad.derive.apart import Inner, renamed
from astgrad.derive.gradient import Call, adjoints, chosen, structures
from astgrad.derive.linear import pullback, pushforward, unit
from astgrad.derive.sweep import sizes, sweep
from astgrad.derive.transform import Transform, split_aux
from astgrad.derive.trees import is_active, leaves, rebuilt
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Derived, Tup
from astgrad.ir.core import NONE, Arg, Const, Pack, Var
from astgrad.ir.sizes import example
from astgrad.ir.walk import substitute_arg

Blocks = dict[tuple[Var, Var], Arg | None]  # (result's leaf, argument's leaf) -> derivative


def jacobian(lo: Lowering, transform: Transform, call: Call) -> Any:
    """The derivatives of all results by all chosen arguments.

    The structure of the result, at each leaf that of the argument, of the shapes
    `y.shape + x.shape`.
    """
    found = chosen(lo, transform, call)
    inner = found.inner
    value, aux = split_aux(inner.result, transform)
    heap = dict(lo.state.heap)
    outs = list(dict.fromkeys(leaves(heap, value)))
    if direction(transform, outs, found.wrt) == "forward":
        blocks = by_columns(lo, inner, outs, found.wrt, transform.holomorphic)
    else:
        blocks = by_rows(lo, inner, outs, found.wrt, transform.holomorphic)

    def leaf(out: Arg) -> Any:
        if not is_active(out):
            return NONE
        return structures(lo, inner.heap, found.values, transform,
                          {var: block(lo, inner, blocks, out, var) for var in found.wrt})

    made = rebuilt(lo, heap, value, leaf)
    value, aux = renamed(lo, value, inner.table), renamed(lo, aux, inner.table)
    if transform.kind == "value_and_jacobian":
        return Tup((Tup((value, aux)) if transform.has_aux else value, made))
    return Tup((made, aux)) if transform.has_aux else made


def direction(transform: Transform, outs: list[Var], wrt: list[Var]) -> str:
    """The mode that needs fewer sweeps in the example; reverse where that is not known."""
    if transform.mode != "auto":
        return transform.mode
    many, few = total(outs), total(wrt)
    return "forward" if few is not None and many is not None and few < many else "reverse"


def total(leaves: Iterable[Var]) -> int | None:
    count = 0
    for var in leaves:
        sizes = [example(n) for n in (var.fact.shape or ())] if var.fact.kind == "array" else []
        if None in sizes or var.fact.shape is None:
            return None
        count += math.prod(n or 0 for n in sizes)
    return count


def by_rows(lo: Lowering, inner: Inner, outs: list[Var], wrt: list[Var], holomorphic: bool
            ) -> Blocks:
    linear = pullback(lo, inner, outs, wrt)
    made: Blocks = {}
    for out in outs:
        rows = sweep(lo, linear, out, wrt, holomorphic=holomorphic)
        made.update({(out, var): rows[var] for var in wrt})
    return made


def by_columns(lo: Lowering, inner: Inner, outs: list[Var], wrt: list[Var], holomorphic: bool
               ) -> Blocks:
    linear = pushforward(lo, inner, outs, wrt)
    made: Blocks = {}
    for var in wrt:
        columns = sweep(lo, linear, var, outs, holomorphic=holomorphic)
        for out in outs:
            made[out, var] = turned(lo, columns[out], rank(var), rank(out))
    return made


def rank(var: Var) -> int:
    return (var.fact.rank or 0) if var.fact.kind == "array" else 0


def turned(lo: Lowering, found: Arg | None, first: int, rest: int) -> Arg | None:
    """The axes of the argument behind those of the result."""
    if found is None or not first or not rest:
        return found
    if first == rest == 1:
        return lo.build.apply(".T", found, name="jacobian")
    axes = (*range(first, first + rest), *range(first))
    return lo.build.apply("np.transpose", found, Const(axes), name="jacobian")


def block(lo: Lowering, inner: Inner, blocks: Blocks, out: Arg, var: Var) -> Arg:
    """One block; zeros where the result does not depend on the argument."""
    found = blocks.get((out, var)) if isinstance(out, Var) else None
    if found is not None:
        return found
    outer = substitute_arg(out, inner.table)
    shape = Pack("tuple", (*sizes(lo.build, outer).items,
                           *sizes(lo.build, inner.actual(var)).items))
    return lo.build.apply("np.zeros", shape, NONE) if shape.items else Const(0.0)


def hessian(lo: Lowering, transform: Transform, call: Call) -> Any:
    """The Jacobian of the gradient."""
    options = (("argnums", transform.argnums), ("has_aux", transform.has_aux),
               ("holomorphic", transform.holomorphic), ("debug", transform.debug),
               ("strong_zero", transform.strong_zero))
    inside = Derived("grad", call.fun, options)
    outer = Transform("jacobian", None, transform.argnums, transform.has_aux,
                      transform.holomorphic, transform.mode)
    return jacobian(lo, outer, Call(inside, call.names, call.args, call.keywords, call.node))


def elementwise_grad(lo: Lowering, transform: Transform, call: Call) -> Any:
    """The derivative of each element of the result by the argument's element there."""
    found = chosen(lo, transform, call)
    inner = found.inner
    value, aux = split_aux(inner.result, transform)
    outs = leaves(dict(lo.state.heap), value)
    linear = pullback(lo, inner, outs, found.wrt)
    seeds = {out: unit(lo.build, out, inner.table) for out in outs}
    bars = linear.at(lo.build, seeds)
    result = structures(lo, inner.heap, found.values, transform, adjoints(lo, inner, bars))
    return Tup((result, renamed(lo, aux, inner.table))) if transform.has_aux else result
