"""Products that a constant came into late: of two constants, and by one.

`t = 1.0 * x` is x, where 1.0 is what a loop was found to carry unchanged
"""

from __future__ import annotations

from astgrad.ir.core import Apply, Arg, Block, Const, Op, Var
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import blocks_of, substitute, substitute_block, with_blocks

DOUBLE = ("float", "float64", "complex", "complex128")


def folded(ops: tuple[Op, ...], results: tuple[Arg, ...]
           ) -> tuple[tuple[Op, ...], tuple[Arg, ...]]:
    table: dict[Var, Arg] = {}
    made: list[Op] = []
    for op in ops:
        if table:
            op = substitute(op, table)
        if isinstance(op, Apply):
            value = product(op)
            if value is not None:
                table[op.outs[0]] = value
                continue
        else:
            blocks = []
            for block in blocks_of(op):
                inner, ends = folded(block.ops, block.results)
                blocks.append(Block(block.params, inner, ends))
            op = with_blocks(op, tuple(blocks))
        made.append(op)
    return tuple(made), substitute_block(Block((), (), results), table).results


def product(op: Apply) -> Arg | None:
    """What a product is, if that is known or one of its factors."""
    if op.rule.name != "Mult":
        return None
    a, b = op.args
    if isinstance(a, Const) and isinstance(b, Const) and type(a.value) is type(b.value) is float:
        return Const(a.value * b.value)
    for one, other in ((a, b), (b, a)):
        if one == Const(1.0) and fact_of_arg(other).dtype in DOUBLE:
            return other
    return None
