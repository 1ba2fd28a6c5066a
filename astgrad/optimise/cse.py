"""Common subexpressions: pure ops with the same rule and args are computed once, and
identities, which derivatives alone can tell from their argument, are that argument.

    a = x * y; b = x * y; return a + b   ->   a = x * y; return a + a

Values are immutable, so any version of an array can be compared; fresh arrays that will be
written are kept apart by ownership, draws and other effects are never merged.
"""

from __future__ import annotations

import ast
from typing import Any

from astgrad.ir.core import Apply, Arg, Block, Op, Var
from astgrad.ir.walk import blocks_of, substitute, substitute_block, with_blocks
from astgrad.rules.table import Row

FRESH = ("np.zeros_like", "np.ones_like", "np.full_like", "np.empty_like", "np.zeros", "np.ones",
         "np.empty", "np.full", ".copy()", "new_list", "zeros_list", "list_of", "np.eye")


def cse(ops: tuple[Op, ...], results: tuple[Arg, ...]) -> tuple[tuple[Op, ...], tuple[Arg, ...]]:
    block = _block(Block((), ops, results), {})
    return block.ops, block.results


def cse_before(ops: tuple[Op, ...], results: tuple[Arg, ...]
               ) -> tuple[tuple[Op, ...], tuple[Arg, ...]]:
    """The same with identities left, for what may be differentiated again."""
    block = _block(Block((), ops, results), {}, last=False)
    return block.ops, block.results


def cse_inside(ops: tuple[Op, ...]) -> tuple[Op, ...]:
    """The same before differentiation: in each block of a loop by itself.

    The names of the outermost block stay, and so do parts that are read out of lists, whose
    adjoints are added up in place.
    """
    return tuple(with_blocks(op, tuple(_block(b, {}, apart=True) for b in blocks_of(op)))
                 for op in ops)


def _block(block: Block, known: dict[Any, tuple[Var, ...]], *, apart: bool = False,
           last: bool = True) -> Block:
    known = {} if apart else dict(known)
    table: dict[Var, Arg] = {}
    made: list[Op] = []
    for op in block.ops:
        op = substitute(op, table) if table else op
        if last and not apart and isinstance(op, Apply) and is_identity(op.rule):
            table[op.outs[0]] = op.args[op.rule.index(op.rule.alias or "")]
            continue
        if isinstance(op, Apply) and mergeable(op) and not (apart and is_part(op)):
            key = (op.rule, op.args)
            found = known.get(key)
            if found is not None:
                table.update(zip(op.outs, found, strict=True))
                continue
            known[key] = op.outs
        blocks = blocks_of(op)
        if blocks:
            op = with_blocks(op, tuple(_block(b, known, apart=apart, last=last) for b in blocks))
        made.append(op)
    results = substitute_block(Block((), (), block.results), table).results
    return Block(block.params, tuple(made), results)


def is_part(op: Apply) -> bool:
    source = op.args[0] if op.rule.name == "[]" else None
    return isinstance(source, Var) and source.fact.kind != "array"


def is_identity(row: Row) -> bool:
    """Whether a row gives its parameter as it is: what says something of derivatives alone."""
    return isinstance(row.expression, ast.Name) and row.alias == row.expression.id


def mergeable(op: Apply) -> bool:
    return (bool(op.outs) and not op.rule.effect and not op.rule.writes
            and op.rule.name not in FRESH and op.rule.kind != "opaque")
