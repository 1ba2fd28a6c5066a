"""Names that may be unbound where their value is handed on: they are None until they are bound.

Where paths meet, `w1_1 = w1` is printed also on the path on which nobody binds, or reads, w1.
"""

from __future__ import annotations

from collections.abc import Iterator

from astgrad.emit.inline import Inline
from astgrad.emit.names import Names
from astgrad.ir.core import Arg, Block, For, If, Op, Undefined, Var, While, With
from astgrad.ir.walk import all_ops


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


def unbound_names(block: Block, names: Names, inline: Inline) -> frozenset[str]:
    """The names that are to be None where they would be unbound."""
    pairs = [pair for op in all_ops(block) for pair in handed_on(op)]
    unsure = {target for target, value in pairs if isinstance(value, Undefined)}
    if not unsure:
        return frozenset()
    while True:
        more = {target for target, value in pairs if value in unsure} - unsure
        if not more:
            break
        unsure |= more
    return frozenset(  # another variable's value would be read, and must be bound
        names[value] for target, value in pairs
        if isinstance(value, Var) and value in unsure and value.name == target.name
        and value not in inline and target not in inline and names[target] != names[value])
