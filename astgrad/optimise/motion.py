"""What is the same in all trips of a loop is computed before it, if that can neither raise nor
warn: the loop may not run.

    for i in range(n): x = x + 0.5 * dt * v   ->   t = 0.5 * dt; for i in range(n): x = x + t * v
"""

from __future__ import annotations

import operator
from dataclasses import replace

from astgrad.ir.binding import handed_on, unbound_in
from astgrad.ir.core import Apply, Arg, Block, Const, For, Op, Var, While
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import all_ops, blocks_of, vars_of, with_blocks

ARITHMETIC = ("Add", "Sub", "Mult", "USub")


def moved(ops: tuple[Op, ...], results: tuple[Arg, ...]
          ) -> tuple[tuple[Op, ...], tuple[Arg, ...]]:
    pairs = [pair for op in all_ops(Block((), ops, ())) for pair in handed_on(op)]
    return _moved(ops, unbound_in(pairs)), results


def _moved(ops: tuple[Op, ...], unsure: set[Var]) -> tuple[Op, ...]:
    made: list[Op] = []
    for op in ops:
        op = with_blocks(op, tuple(_inside(block, unsure) for block in blocks_of(op)))
        if isinstance(op, For | While):
            first, op = parted(op, unsure)
            made += first
        made.append(op)
    return tuple(made)


def _inside(block: Block, unsure: set[Var]) -> Block:
    ops = _moved(block.ops, unsure)
    same = len(ops) == len(block.ops) and all(map(operator.is_, ops, block.ops))
    return block if same else Block(block.params, ops, block.results)


def parted(op: For | While, unsure: set[Var]) -> tuple[list[Op], Op]:
    """What a loop's body computes of what it does not change, and the loop without that."""
    inside = unsure | set(op.body.params)
    first: list[Op] = []
    rest: list[Op] = []
    for inner in op.body.ops:
        if isinstance(inner, Apply) and is_safe(inner) and inside.isdisjoint(vars_of(*inner.args)):
            first.append(replace(inner, span=None))
        else:
            inside.update(inner.outs)
            rest.append(inner)
    if not first:
        return [], op
    return first, replace(op, body=Block(op.body.params, tuple(rest), op.body.results))


def is_safe(op: Apply) -> bool:
    """Whether an op never raises: sums and products of Python's floats, parts of them."""
    if op.rule.name == "Div":
        divisor = op.args[1]
        safe = isinstance(divisor, Const) and bool(divisor.value)
    else:
        safe = op.rule.name in ARITHMETIC
    return safe and bool(vars_of(*op.args)) and all(is_plain(arg) for arg in op.args)


def is_plain(arg: Arg) -> bool:
    """Whether an arg is a float, or an int that has one: the largest have none."""
    if isinstance(arg, Const) and type(arg.value) is int:
        return abs(arg.value) < 2**53
    fact = fact_of_arg(arg)
    return fact.kind == "number" and fact.dtype == "float"
