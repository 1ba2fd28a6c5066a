"""Variables that are unbound on some path, and what is None there so that it can be read.

A tape saves, and ownership copies, what the user's program does not read on that path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from astgrad.ir.core import NONE, Arg, Block, For, If, Op, Undefined, Var, While, With
from astgrad.ir.walk import all_ops, blocks_of, with_blocks


def handed_on(op: Op) -> Iterator[tuple[Var, Arg]]:
    """The variables where paths meet, each with what it is on one of them."""
    match op:
        case If():
            for block in (op.then, op.orelse):
                yield from zip(op.outs, block.results, strict=True)
        case With():
            yield from zip(op.outs, op.body.results, strict=True)
        case For() | While():
            params = op.body.params[1:] if isinstance(op, For) else op.body.params
            yield from zip(params, op.init, strict=True)
            yield from zip(params, op.body.results, strict=False)
            yield from zip(op.outs, params, strict=True)
            if isinstance(op, While):
                yield from zip(op.test.params, params, strict=True)


def unbound_in(pairs: list[tuple[Var, Arg]]) -> set[Var]:
    """The variables that are unbound, or None, on a path, from what is `handed_on`."""
    unsure = {target for target, value in pairs if isinstance(value, Undefined) or value == NONE}
    while more := {target for target, value in pairs if value in unsure} - unsure:
        unsure |= more
    return unsure


def shifted(ops: tuple[Op, ...]) -> set[Var]:
    """What a trip hands on under another name, which reads it: `p2, p1 = p1, p`."""
    loops = [op for op in all_ops(Block((), ops, ())) if isinstance(op, For | While)]
    if not loops:
        return set()
    values: dict[Var, list[Arg]] = {}
    for op in all_ops(Block((), ops, ())):
        for target, value in handed_on(op):
            values.setdefault(target, []).append(value)
    found: set[Var] = set()
    for op in loops:
        params = op.body.params[1:] if isinstance(op, For) else op.body.params
        for param, result in zip(params, op.body.results, strict=False):
            seen: set[Var] = set()
            left = [result]
            while left:
                value = left.pop()
                if not isinstance(value, Var) or value in seen or value is param:
                    continue
                seen.add(value)
                if value in params:
                    found.add(value)
                else:
                    left += values.get(value, ())
    return found


def nothing(var: Var) -> Arg:
    return NONE


def bound(ops: tuple[Op, ...], wanted: Iterable[Var],
          stand_in: Callable[[Var], Arg] = nothing) -> tuple[Op, ...]:
    """The ops with None, or its stand-in, where a wanted variable would be unbound on a path."""
    pairs = [pair for op in all_ops(Block((), ops, ())) for pair in handed_on(op)]
    found = unbound_in(pairs) & set(wanted)
    if not found:
        return ops
    while more := {v for target, v in pairs if target in found and isinstance(v, Var)} - found:
        found |= more
    return tuple(_bound(op, found, stand_in) for op in ops)


def _bound(op: Op, wanted: set[Var], stand_in: Callable[[Var], Arg]) -> Op:
    def filled(targets: tuple[Var, ...], values: tuple[Arg, ...]) -> tuple[Arg, ...]:
        known = values[: len(targets)]
        made = tuple(stand_in(target) if isinstance(value, Undefined) and target in wanted
                     else value for target, value in zip(targets, known, strict=True))
        return made + values[len(targets) :]

    blocks = [Block(b.params, tuple(_bound(inner, wanted, stand_in) for inner in b.ops), b.results)
              for b in blocks_of(op)]
    match op:
        case If() | With():
            blocks = [Block(b.params, b.ops, filled(op.outs, b.results)) for b in blocks]
        case For() | While():
            params = op.body.params[1:] if isinstance(op, For) else op.body.params
            body = blocks[-1]
            blocks[-1] = Block(body.params, body.ops, filled(params, body.results))
            op = replace(op, init=filled(params, op.init))
    return with_blocks(op, tuple(blocks)) if blocks else op
