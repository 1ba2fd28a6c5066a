"""Extremes that cancel: what is subtracted so that an exponential does not overflow.

    e = np.exp(x - np.max(x, axis=1, keepdims=True)); y = e / np.sum(e, axis=1, keepdims=True)

y is the same whatever t is subtracted, so that the derivative by t is zero.  In: the
ops of a program and its outputs.  Out: the ops, where such extremes have rows without a
derivative (`stilled`), and what gives them their own again (`restored`).

Of each value it is known how it changes when t becomes t + d: by k * d ("shift"), or by the
factor exp(k * d) ("scale"), d being constant along the axes that the extreme was taken of.
Whatever else reads a value that changes keeps the derivative.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from astgrad.analysis.indexing import index_items
from astgrad.ir.core import NONE, Apply, Arg, Block, Const, Op, Var
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import all_ops, blocks_of, free_vars, vars_of, with_blocks
from astgrad.rules.table import Row

EXTREMES = ("np.max", "np.min")
EXPONENTIALS = ("np.exp", "math.exp")
LOGARITHMS = ("np.log", "math.log")
PLAIN = (int, slice, type(...))


@dataclass(frozen=True)
class Change:
    kind: str  # "shift" or "scale"
    times: int
    flat: bool = False  # whether the axes that d is constant along are gone


def stilled(ops: tuple[Op, ...], outputs: Iterable[Var]) -> tuple[Op, ...]:
    """The ops with derivatives of extremes that cancel taken away."""
    whole = Block((), ops, tuple(outputs))
    if not any(isinstance(op, Apply) and op.rule.name in EXTREMES for op in all_ops(whole)):
        return ops
    return still_block(whole).ops


def still_block(block: Block) -> Block:
    made: list[Op] = []
    for i, op in enumerate(block.ops):
        if isinstance(op, Apply) and op.rule.name in EXTREMES and cancels(block, i, op):
            op = replace(op, rule=still_row(op.rule))
        made.append(with_blocks(op, tuple(map(still_block, blocks_of(op)))))
    return replace(block, ops=tuple(made))


def still_row(row: Row) -> Row:
    made: Row | None = row.derived.get("still")
    if made is None:
        made = row.derived["still"] = replace(row, kind="constant", derivatives={}, derived={},
                                              of=row)
    return made


def restored(ops: tuple[Op, ...]) -> tuple[Op, ...]:
    """The ops with all derivatives."""
    made: list[Op] = []
    for op in ops:
        if isinstance(op, Apply) and op.rule.of is not None and op.rule.of.name in EXTREMES:
            op = replace(op, rule=op.rule.of)
        blocks = (replace(b, ops=restored(b.ops)) for b in blocks_of(op))
        made.append(with_blocks(op, tuple(blocks)))
    return tuple(made)


def cancels(block: Block, at: int, extreme: Apply) -> bool:
    """Whether nothing that leaves the block depends on an extreme."""
    t = extreme.outs[0]
    axes = axes_of(extreme.args[0], extreme.args[1], extreme.args[2])
    if axes is None:
        return False
    found = {t: Change("shift", 1)}
    for op in block.ops[at + 1 :]:
        if found.keys().isdisjoint(free_vars(op)):
            continue
        change = changed(op, found, axes) if isinstance(op, Apply) else None
        if change is None:
            return False
        if change.times:
            found[op.outs[0]] = change
    return found.keys().isdisjoint(vars_of(*block.results))


def axes_of(x: Arg, axis: Arg, keepdims: Arg) -> tuple[int, frozenset[int]] | None:
    """The rank of an array and the axes that a reduction keeps as 1; (-1, no axes) where the
    result is a number.
    """
    rank = fact_of_arg(x).rank
    if rank is None or not isinstance(axis, Const) or not isinstance(keepdims, Const):
        return None
    axes = axis.value if isinstance(axis.value, tuple) else (axis.value,)
    if axis == NONE or (rank == 1 and not keepdims.value):
        return (-1, frozenset()) if not keepdims.value else (rank, frozenset(range(rank)))
    return (rank, frozenset(k % rank for k in axes)) if keepdims.value else None


def changed(op: Apply, found: dict[Var, Change], axes: tuple[int, frozenset[int]]
            ) -> Change | None:
    """How the result of an op changes; None where that is not known."""
    name = op.rule.name
    changes = [found.get(arg) if isinstance(arg, Var) else None for arg in op.args]
    known = [c for c in changes if c is not None]
    if len(op.outs) != 1 or not known or any(c.flat is not known[0].flat for c in known):
        return None
    kinds, flat = {c.kind for c in known}, known[0].flat
    times = [0 if c is None else c.times for c in changes]
    if name in ("Add", "Sub", "USub") and kinds == {"shift"}:
        signs = {"Add": (1, 1), "Sub": (1, -1), "USub": (-1,)}[name]
        return Change("shift", sum(s * k for s, k in zip(signs, times, strict=True)), flat)
    if name in ("Mult", "Div") and kinds == {"scale"}:
        return Change("scale", times[0] + (times[1] if name == "Mult" else -times[1]), flat)
    if name in EXPONENTIALS and kinds == {"shift"}:
        return Change("scale", times[0], flat)
    if name in LOGARITHMS and kinds == {"scale"} and len(op.args) == 1:
        return Change("shift", times[0], flat)
    if name == "np.sum" and kinds == {"scale"}:
        return summed(op, known[0], axes)
    if name == "[]" and kinds == {"shift"} and not flat and flattens(op, axes):
        return replace(known[0], flat=True)
    return None


def summed(op: Apply, change: Change, axes: tuple[int, frozenset[int]]) -> Change | None:
    """The sum of what changes by one factor along all axes that are summed."""
    x, axis, keepdims, *rest = op.args
    if rest != [NONE, NONE, Const(True)] or change.flat:
        return None
    if axes[0] < 0:
        return change
    here = axes_of(x, axis, Const(True))
    if here is None or here[0] != axes[0] or keepdims not in (Const(True), Const(False)):
        return None
    if keepdims == Const(True):
        return change if here[1] <= axes[1] else None
    return replace(change, flat=True) if here[1] == axes[1] else None


def flattens(op: Apply, axes: tuple[int, frozenset[int]]) -> bool:
    """Whether an index takes away just the axes of length 1: `t[..., 0]`, `t[:, 0]`."""
    rank, gone = axes
    items = [item.value if isinstance(item, Const) and isinstance(item.value, PLAIN) else None
             for item in index_items(op.args[1])]
    if fact_of_arg(op.args[0]).rank != rank or len(items) > rank + (Ellipsis in items):
        return False
    if Ellipsis not in items:
        items.append(Ellipsis)
    k = items.index(Ellipsis)
    items[k : k + 1] = [slice(None)] * (rank - len(items) + 1)
    return all(item == 0 and type(item) is int if k in gone else item == slice(None)
               for k, item in enumerate(items))


__all__ = ["restored", "stilled"]
