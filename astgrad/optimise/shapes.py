"""Of a value that is saved only to make zeros like it, the shape is saved.

first: p = exp(x)   second: p_bar = np.zeros_like(p)
->  first: p = exp(x); shape = p.shape   second: p_bar = np.zeros(shape)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from astgrad.ir.core import NONE, Apply, Arg, Block, Op, Var
from astgrad.ir.fact import INT, Fact
from astgrad.ir.walk import all_ops, args_of, blocks_of, vars_of, with_blocks
from astgrad.rules.table import row

Ops = tuple[Op, ...]


def saved_as_shapes(first: Ops, second: Ops, saved: Iterable[Var], ends: tuple[Arg, ...]
                    ) -> tuple[Ops, Ops]:
    """Two sweeps, of which the second reads `saved` of the first and gives `ends`."""
    read = Counted(second, ends)
    table = {var: Var("shape", Fact("tuple", items=(INT,) * len(var.fact.shape or ())))
             for var in saved if var.fact.is_array and var.fact.dtype == "float64"
             and var.fact.shape and read.only_zeros(var)}
    if not table:
        return first, second
    made: list[Op] = []
    for op in first:
        made.append(op)
        made += [Apply((table[v],), row("np.shape"), (v,), op.span) for v in op.outs if v in table]
    return tuple(made), zeros(second, table)


def is_zeros(op: Op) -> bool:
    return (isinstance(op, Apply) and op.rule.name == "np.zeros_like"
            and op.args[1:] == (NONE, NONE))


class Counted:
    """How often values are read, and how often to make zeros like them."""

    def __init__(self, ops: Ops, ends: tuple[Arg, ...]) -> None:
        self.others = set(vars_of(*ends))
        self.zeros: set[Var] = set()
        for op in all_ops(Block((), ops, ())):
            (self.zeros if is_zeros(op) else self.others).update(vars_of(*args_of(op)))
            for block in blocks_of(op):
                self.others.update(vars_of(*block.results))

    def only_zeros(self, var: Var) -> bool:
        return var in self.zeros and var not in self.others


def zeros(ops: Ops, table: dict[Var, Var]) -> Ops:
    made: list[Op] = []
    for op in ops:
        like = args_of(op)[0] if is_zeros(op) else None
        if isinstance(op, Apply) and isinstance(like, Var) and like in table:
            op = replace(op, rule=row("np.zeros"), args=(table[like], NONE))
        made.append(with_blocks(op, tuple(
            replace(b, ops=zeros(b.ops, table)) for b in blocks_of(op))))
    return tuple(made)


__all__ = ["saved_as_shapes"]
