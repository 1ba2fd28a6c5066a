"""The reverse ops of each forward op, and which of them are worth keeping."""

from __future__ import annotations

from dataclasses import dataclass

from astgrad.ir.core import Apply, Arg, Op, Var
from astgrad.ir.walk import blocks_of, free_vars, vars_of
from astgrad.rules.checks import looks
from astgrad.transform.adjoints import Bars


@dataclass(frozen=True)
class Segment:
    """The reverse ops of forward op `index`, and the storages that they restored."""

    index: int
    ops: list[Op]
    restored: dict[int, Arg]


def alive(segments: list[Segment], bars: Bars) -> list[Segment]:
    """The segments without ops that nobody reads: what those read need not be saved."""
    live = set(vars_of(*bars.values()))
    kept: list[Segment] = []
    for segment in reversed(segments):
        live.update(vars_of(*segment.restored.values()))
        ops: list[Op] = []
        for op in reversed(segment.ops):
            if live & set(op.outs) or has_effect(op) or is_wanted(op, live):
                live.update(free_vars(op))
                ops.append(op)
        kept.append(Segment(segment.index, ops[::-1], segment.restored))
    return kept[::-1]


def is_wanted(op: Op, live: set[Var]) -> bool:
    """Whether an op is a check of an adjoint that is read anyway."""
    return (isinstance(op, Apply) and op.rule.effect == "check"
            and looks(op.rule, vars_of(op.args[0]), live))


def has_effect(op: Op) -> bool:
    """Whether an op is there for what it does: pushes, pulls and those around them."""
    if isinstance(op, Apply):
        return op.rule.effect != "check" and (bool(op.rule.effect) or not op.outs)
    return any(has_effect(inner) for block in blocks_of(op) for inner in block.ops)
