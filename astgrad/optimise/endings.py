"""Assertions that tapes end empty stand where the tape does without them; the others go.

`saved = []; for ...: saved.append(h); for ...: saved.pop()`   ->   `...; assert not saved`
"""

from __future__ import annotations

from dataclasses import replace

from astgrad.ir.core import Apply, Arg, Block, If, Op, Var, With
from astgrad.ir.walk import all_ops, blocks_of, with_blocks
from astgrad.rules.checks import SURE, WEAK


def has_endings(ops: tuple[Op, ...]) -> bool:
    return any(is_ending(op) for op in all_ops(Block((), ops, ())))


def is_ending(op: Op) -> bool:
    return isinstance(op, Apply) and op.rule is WEAK


def with_endings(ops: tuple[Op, ...], settled: tuple[Op, ...]) -> tuple[Op, ...]:
    """The ops with the assertions of tapes that `settled`, which has none, still holds."""
    makers = {out: op for op in all_ops(Block((), ops, ())) for out in op.outs}
    there = {out for op in all_ops(Block((), settled, ())) for out in op.outs}

    def holds(arg: Arg) -> bool:
        if not isinstance(arg, Var) or arg in there:
            return isinstance(arg, Var)
        op = makers.get(arg)
        if not isinstance(op, If | With):
            return False
        place = op.outs.index(arg)
        return any(holds(block.results[place]) for block in blocks_of(op))

    def walk(ops: tuple[Op, ...]) -> tuple[Op, ...]:
        made: list[Op] = []
        for op in ops:
            if isinstance(op, Apply) and is_ending(op):
                if holds(op.args[0]):
                    made.append(replace(op, rule=SURE))
                continue
            made.append(with_blocks(op, tuple(
                Block(b.params, walk(b.ops), b.results) for b in blocks_of(op))))
        return tuple(made)

    return walk(ops)
