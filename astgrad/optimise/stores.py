"""Zeros that are stored in adjoints: not where the place is added to afterwards, and else as
late as what was read there needs.

    x1 = setitem(x, i, 0.0); x2 = index_add(x1, i, v)   ->   x2 = setitem(x, i, v)
    g = x[i]; x1 = setitem(x, i, 0.0); y = 2 * g        ->   g = x[i]; y = 2 * g; x1 = setitem(...)

Written in place, the second order needs no copy of the view g.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from astgrad.analysis.indexing import index_items, is_basic
from astgrad.ir.core import Apply, Arg, Block, Const, Op, Pack, Var
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import (
    all_ops,
    args_of,
    blocks_of,
    free_vars,
    substitute,
    substitute_block,
    vars_of,
    with_blocks,
)

SUMS = {"index_add": "setitem", "index_add_in": "setitem_in", "list_add": "setitem"}
ZERO = Const(0.0)
FULL = Const(slice(None))


def settled_stores(ops: tuple[Op, ...], results: tuple[Arg, ...]
                   ) -> tuple[tuple[Op, ...], tuple[Arg, ...]]:
    whole = Block((), ops, results)
    made = Stores(whole).block(whole)
    return made.ops, made.results


class Stores:
    def __init__(self, whole: Block) -> None:
        self.uses = Counter(vars_of(*whole.results))
        self.makers: dict[Var, Apply] = {}
        for op in all_ops(whole):
            self.uses.update(vars_of(*args_of(op)))
            for block in blocks_of(op):
                self.uses.update(vars_of(*block.results))
            if isinstance(op, Apply) and op.outs:
                self.makers[op.outs[0]] = op

    def block(self, block: Block) -> Block:
        here = {out for op in block.ops for out in op.outs}
        made: list[Op] = []
        gone: dict[Var, Arg] = {}
        for op in block.ops:
            op = substitute(op, gone)
            new: list[Op] = [with_blocks(op, tuple(map(self.block, blocks_of(op))))]
            found = self.zeroed(op, here) if isinstance(op, Apply) else None
            if isinstance(op, Apply) and found is not None:
                made = [other for other in made if other not in found]
                new = self.summed(op, found, gone)
            made += new
            here.update(out for other in new for out in other.outs)
            self.makers.update({other.outs[0]: other for other in new
                                if isinstance(other, Apply) and other.outs})
        results = substitute_block(Block((), (), block.results), gone).results
        return Block(block.params, tuple(self.late(made)), results)

    def zeroed(self, op: Apply, here: set[Var]) -> list[Apply] | None:
        """The store of zeros where a sum adds, and the statement's other sums in between."""
        if op.rule.name not in SUMS:
            return None
        place = place_of(op)
        target = op.args[0]
        between: list[Apply] = []
        while isinstance(target, Var) and target in here and self.uses[target] == 1:
            before = self.makers.get(target)
            if before is None or before.rule.name not in (SUMS[op.rule.name], *SUMS):
                return None
            if (before.rule.name == SUMS[op.rule.name] and place_of(before) == place
                    and self.is_zero(before.args[-1], op.args[-1])):
                return [before, *reversed(between)]
            if before.rule.name not in SUMS or before.span != op.span:
                return None
            between.append(before)
            target = before.args[0]
        return None

    def is_zero(self, stored: Arg, added: Arg) -> bool:
        """Whether zeros are stored, of the shape of what is then added."""
        if not isinstance(stored, Var):
            return stored == ZERO
        maker, fact = self.makers.get(stored), fact_of_arg(added)
        return (maker is not None and maker.rule.name == "np.zeros_like"
                and fact.kind == "array" and fact.dtype == stored.fact.dtype
                and fact.rank is not None and fact.rank == stored.fact.rank)

    def summed(self, op: Apply, found: list[Apply], gone: dict[Var, Arg]) -> list[Op]:
        """The sum as a store, then the others; no store of what is there already."""
        zeros, *between = found
        base = zeros.args[0]
        there = self.is_there(op.args[-1], zeros)
        steps = [*(() if there else (replace(op, rule=zeros.rule),)), *between]
        if not steps:
            gone[op.outs[0]] = base
            self.uses.update(vars_of(base) * self.uses[op.outs[0]])
        new: list[Op] = []
        for k, step in enumerate(steps):
            out = op.outs[0] if k == len(between) - there else Var(step.outs[0].name,
                                                                   step.outs[0].fact)
            self.uses[out] = self.uses[out] or 1
            new.append(replace(step, args=(base, *step.args[1:]), outs=(out,)))
            base = out
        return new

    def is_there(self, value: Arg, zeros: Apply) -> bool:
        """Whether a value is what stood at the place that the zeros overwrite."""
        target, *path, index = zeros.args[:-1]
        for step in (index, *reversed(path[0].items if path and isinstance(path[0], Pack) else ())):
            maker = self.makers.get(value) if isinstance(value, Var) else None
            if maker is None or maker.rule.name != "[]" or maker.args[1] != step:
                return False
            value = maker.args[0]
        return value is target

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


def place_of(store: Apply) -> tuple[Arg, ...]:
    """Path and index of a store; `x[i, :]` is `x[i]`."""
    *path, index = store.args[1:-1]
    items = index_items(index)
    while len(items) > 1 and items[-1] == FULL:
        items = items[:-1]
    return (*path, *items)


def is_view(op: Op) -> bool:
    if not isinstance(op, Apply) or not op.outs or op.outs[0].fact.kind != "array":
        return False
    return op.rule.alias is not None or (op.rule.name == "[]" and is_basic(op.args[1]))
