"""Zeros that are stored in adjoints: not where the place is added to afterwards, and else as
late as what was read there needs.

    x1 = setitem(x, i, 0.0); x2 = index_add(x1, i, v)   ->   x2 = setitem(x, i, v)
    g = x[i]; x1 = setitem(x, i, 0.0); y = 2 * g        ->   g = x[i]; y = 2 * g; x1 = setitem(...)

Written in place, the second order needs no copy of the view g.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from astgrad.analysis.indexing import is_basic
from astgrad.analysis.overlap import Counters, apart, axes
from astgrad.ir.core import Apply, Arg, Block, Const, For, Op, Var
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import (
    all_ops,
    args_of,
    blocks_of,
    free_vars,
    substitute,
    vars_of,
    with_blocks,
)
from astgrad.rules import table

SUMS = {"index_add": "setitem", "index_add_in": "setitem_in", "list_add": "setitem"}
ZERO = Const(0.0)


def settled_stores(ops: tuple[Op, ...], results: tuple[Arg, ...]) -> tuple[Op, ...]:
    whole = Block((), ops, results)
    return Stores(whole).block(whole).ops


class Stores:
    def __init__(self, whole: Block) -> None:
        self.uses = Counter(vars_of(*whole.results))
        self.makers: dict[Var, Apply] = {}
        self.counters = Counters(self.makers.get)
        for op in all_ops(whole):
            self.uses.update(vars_of(*args_of(op)))
            for block in blocks_of(op):
                self.uses.update(vars_of(*block.results))
            if isinstance(op, Apply) and op.outs:
                self.makers[op.outs[0]] = op
            if isinstance(op, For):
                self.counters.loop(op.body.params[0], op.bounds)

    def block(self, block: Block) -> Block:
        ops = [with_blocks(op, tuple(map(self.block, blocks_of(op)))) for op in block.ops]
        here = {out for op in ops for out in op.outs}
        gone: dict[Var, Arg] = {}
        for k, op in enumerate(ops):
            zeroed = self.zeroed(op, here) if isinstance(op, Apply) else None
            if isinstance(op, Apply) and zeroed is not None:
                gone[zeroed.outs[0]] = zeroed.args[0]
                ops[k] = replace(op, rule=table.row(SUMS[op.rule.name]))
        kept = [op for op in ops if gone.keys().isdisjoint(op.outs)]
        while any(var in gone for op in kept for var in free_vars(op)):
            kept = [substitute(op, gone) for op in kept]
        return Block(block.params, tuple(self.late(kept)), block.results)

    def zeroed(self, op: Apply, here: set[Var]) -> Apply | None:
        """The store of zeros where a sum adds, if nothing looks at the place in between."""
        if op.rule.name not in SUMS:
            return None
        *place, _ = op.args[1:]
        target = op.args[0]
        while isinstance(target, Var) and target in here and self.uses[target] == 1:
            before = self.makers.get(target)
            if before is None or before.rule.name not in (SUMS[op.rule.name], "index_add"):
                return None
            *where, value = before.args[1:]
            if before.rule.name == SUMS[op.rule.name] and where == place and value == ZERO:
                return before
            if before.rule.name != "index_add" or not self.apart(target, where, place):
                return None
            target = before.args[0]
        return None

    def apart(self, base: Arg, where: list[Arg], place: list[Arg]) -> bool:
        """Whether two indices are known to share no element."""
        rank = fact_of_arg(base).rank
        if rank is None or len(place) != 1 or not (is_basic(where[0]) and is_basic(place[0])):
            return False
        pairs = zip(axes(where[0], rank), axes(place[0], rank), strict=True)
        return any(apart(a, b, self.counters) or apart(b, a, self.counters) for a, b in pairs)

    def late(self, ops: list[Op]) -> list[Op]:
        """Stores of zeros after what reads the place that they overwrite."""
        made = list(ops)
        for op in ops:
            if (isinstance(op, Apply) and op.rule.name in SUMS.values() and op.args[-1] == ZERO
                    and fact_of_arg(op.args[0]).kind == "array"):
                at = made.index(op)
                made.insert(self.after_readers(made, at), op)
                made.remove(op)
        return made

    def after_readers(self, ops: list[Op], at: int) -> int:
        """The place after the last reader of what a store overwrites, or of a view of that, and
        after what the same statement makes of it; its own where its result is read before.
        """
        store, place = ops[at], at
        views = set(vars_of(args_of(store)[0]))
        parts = set(views)
        for k, op in enumerate(ops):
            reads = free_vars(op).keys()
            if store.outs[0] in reads:
                return place if all(views.isdisjoint(free_vars(o)) for o in ops[k:]) else at
            if k > at and op.span not in (None, store.span):
                parts = set(views)
            if op is store or parts.isdisjoint(reads):
                continue
            place = max(place, k + 1)
            if not views.isdisjoint(reads) and is_view(op):
                views.update(op.outs)
            parts |= views
            if isinstance(op, Apply) and op.rule.writes is None:
                parts.update(v for v in op.outs if self.uses[v] == 1)
        return place


def is_view(op: Op) -> bool:
    if not isinstance(op, Apply) or op.outs[0].fact.kind != "array":
        return False
    return op.rule.alias is not None or (op.rule.name == "[]" and is_basic(op.args[1]))
