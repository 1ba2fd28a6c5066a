"""Rules of the user's whose derivatives are functions, in a program: `rule(..., vjp=, jvp=)`.

The call itself is an op of the function's row, which has no derivative; its value goes
through an op `value`, as that of a `custom_vjp` does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from astgrad.derive.custom import (
    Along,
    Backward,
    Dots,
    Rule,
    block_of,
    check_linear,
    finish,
    frees_of,
)  # fmt: skip
from astgrad.derive.trees import matched
from astgrad.frontend.calls import DERIVATIVES, apply_row
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Known, Tup
from astgrad.ir.core import Var
from astgrad.rules.table import Row, resolve


def own_call(lo: Lowering, row: Row, args: tuple[Any, ...], keywords: dict[str, Any], node: Any
             ) -> Any:
    if keywords:
        raise lo.refuse(node, f"`{row.text}` has a rule by functions: its arguments are "
                              "positional", "leave out their names")
    lo.follows(row)
    value = apply_row(lo, row, args, {}, node)
    own, name = row.own, row.text
    backward = Backward(name, value, args, node, lambda seeds: block_of(
        lo, Known(own.vjp), (seeds, value, *args), node))
    if own.jvp is None:
        return finish(lo, value, args, backward.maker(lo))
    dots = Dots(lo, args)
    ops, tangent = block_of(lo, Known(own.jvp), (Tup(dots.tangents), value, *args), node)
    check_linear(ops)
    if own.vjp is None:
        return finish(lo, value, args, dots.transposed(lo, ops, value, tangent, name))
    ends = dict(matched(lo, dict(lo.state.heap), value, tangent, f"the tangent of {name}"))
    found = {x: dot for v, dot in dots.dots.items()
             if isinstance(x := dots.copies.table[v], Var)}

    def make(out: Var) -> Rule:
        end = ends[out]
        along = Along(ops, found, end, frees_of(ops, [end], set(dots.dots.values())))
        return replace(backward.rule(lo, out), along=along)

    return finish(lo, value, args, make)


def owned(target: Any) -> Any:
    """The handler of a function whose rule is functions."""
    row = resolve(target)
    if row is None or row.own is None:
        return None

    def handler(lo: Any, args: tuple[Any, ...], keywords: dict[str, Any], node: Any) -> Any:
        return own_call(lo, row, args, keywords, node)

    return handler


DERIVATIVES.append(owned)
