"""Nests over the same elements become one; an array that only hands on an element is not made.

    for i in range(n): t[i] = f(x[i])          for i in range(n):
    for i in range(n): y[i] = g(t[i])    ->        y[i] = g(f(x[i]))

In and out: ops in loops, values only.  Two nests are one where no element that one of them
writes is used by the other in another trip.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from astgrad.ir.core import Apply, Arg, Block, Const, For, Op, Pack, Var
from astgrad.ir.walk import (
    args_of,
    blocks_of,
    free_vars,
    is_mark,
    substitute,
    substitute_arg,
    vars_of,
    with_blocks,
)  # fmt: skip
from astgrad.loops.nests import (
    STORES,
    Access,
    Keys,
    Nest,
    accesses,
    apart,
    element,
    may_clash,
    nest_of,
)  # fmt: skip
from astgrad.loops.shapes import with_known_shapes
from astgrad.loops.writing import helper
from astgrad.optimise.dce import dce

MOST = 16  # arrays in one nest


def fused(ops: tuple[Op, ...], result: Arg, independent: frozenset[Var], inputs: list[Var]
          ) -> tuple[tuple[Op, ...], Arg, frozenset[Var]]:
    """The ops with fewer nests, the result, the targets of loops whose trips are independent."""
    ops, result = with_known_shapes(ops, result, inputs)
    block = Block((), *dce(ops, (result,)))
    fusing = Fusing(block, independent)
    made = fusing.block(block)
    ops, (result,) = dce(made.ops, made.results)
    return ops, result, frozenset(fusing.independent)


# -- fusion ---------------------------------------------------------------------------------------


class Fusing:
    def __init__(self, whole: Block, independent: frozenset[Var]) -> None:
        self.keys = Keys(whole)
        self.independent = set(independent)
        self.uses: dict[Var, int] = {}
        self.count(whole)

    def count(self, block: Block) -> None:
        for op in block.ops:
            for var in vars_of(*args_of(op)):
                self.uses[var] = self.uses.get(var, 0) + 1
            for inner in blocks_of(op):
                self.count(inner)
        for var in vars_of(*block.results):
            self.uses[var] = self.uses.get(var, 0) + 1

    def block(self, block: Block) -> Block:
        """Each nest joins the last one before it that it can be one with."""
        ops: list[Op] = []
        for op in block.ops:
            if isinstance(op, Apply) and op.rule.name == "same_size":
                self.keys.equal(op)
            inner = blocks_of(op)
            if inner:
                compared = dict(self.keys.joined)  # what is compared there holds there
                op = with_blocks(op, tuple(self.block(b) for b in inner))
                self.keys.joined = compared
            nest = nest_of(op)
            if nest is None or not self.joined(ops, nest):
                ops.append(op)
        return Block(block.params, tuple(ops), block.results)

    def joined(self, ops: list[Op], nest: Nest) -> bool:
        """Whether a nest became part of one among the ops before it."""
        needed = set(free_vars(nest.op))
        moved: list[Op] = []
        between: list[Op] = []
        for place in range(len(ops) - 1, -1, -1):
            op = ops[place]
            first = nest_of(op)
            if first is not None:
                one = self.fuse(first, nest, moved, between)
                if one is not None:
                    ops[place:] = [*reversed(moved), *one, *reversed(between)]
                    self.keys.note(Block((), tuple(one), ()))
                    return True
            if needed & set(op.outs):
                if not isinstance(op, Apply) or op.rule.effect or op.rule.writes:
                    return False
                needed.update(free_vars(op))
                moved.append(op)
            else:
                if is_mark(op):
                    return False
                between.append(op)
        return False

    def fuse(self, one: Nest, two: Nest, moved: list[Op], between: list[Op]) -> list[Op] | None:
        """Both as one nest, which stands where the first does, after what is moved there and
        before what is between them.
        """
        depth = len(one.levels)
        if depth != len(two.levels):
            return None
        outs = set(one.op.outs)
        if any(outs & set(free_vars(op)) for op in moved):
            return None
        over = set(vars_of(*two.op.init))
        if any(over & set(free_vars(op)) for op in between):
            return None  # the array that the second writes to would have to be copied
        pairs = [(a, b) for x, y in zip(one.levels, two.levels, strict=True)
                 for a, b in zip(x.bounds, y.bounds, strict=True)]
        if any(self.keys.of(a) != self.keys.of(b) for a, b in pairs):
            return None
        links = self.links(one, two)
        if links is None:
            return None
        checks: list[Op] = [
            Apply((), replace(helper("same_size"), effect="raises"), (a, b), two.op.span)
            for a, b in pairs if self.keys.of(a, True) != self.keys.of(b, True)]
        if two.targets[0] not in self.independent:
            self.independent.discard(one.targets[0])
        return [*checks, together(one, two, links)]

    def links(self, one: Nest, two: Nest) -> dict[int, int] | None:
        """Which arrays of the second are those of the first; None where they cannot be one."""
        mine, theirs = accesses(one, self.keys), accesses(two, self.keys)
        links: dict[int, int] = {}
        shared = False
        reads = {var for var, used in mine.items() if var not in one.params}
        for q, init in enumerate(two.op.init):
            if not isinstance(init, Var):
                continue
            if init in one.op.init:
                return None
            if init in reads:  # the first reads what the second writes to
                used, others = mine[init], theirs.get(two.params[q], [])
                if init.fact.kind != "array" or not self.agree(used, others, len(one.levels)):
                    return None
                shared = True
        for s, out in enumerate(one.op.outs):
            init, param = one.op.init[s], one.params[s]
            if isinstance(init, Var) and init.fact.kind == "array" and init in theirs:
                return None
            if out in two.op.init:
                q = two.op.init.index(out)
                if self.uses[out] > 1 or out in theirs:
                    return None
                links[q] = s
                used = theirs.get(two.params[q], [])
            elif out in theirs:
                used = theirs[out]
            elif out in free_vars(two.op):
                return None
            else:
                continue
            shared = True
            if out.fact.kind != "array" or not self.agree(
                    mine.get(param, []), used, len(one.levels)):
                return None
        arrays = {self.keys.root(v) for v in one.arrays() | two.arrays()}
        common = reads & {v for v in theirs if v not in two.params}
        return links if (shared or common) and len(arrays) <= MOST else None

    def agree(self, mine: list[Access] | None, theirs: list[Access] | None, depth: int) -> bool:
        """Whether trips may follow each other in both nests at once."""
        if mine is None or theirs is None:
            return False
        return not any(may_clash(a, b, depth) for a in mine for b in theirs
                       if a.writes or b.writes)


def together(one: Nest, two: Nest, links: dict[int, int]) -> For:
    """One nest with the bodies of both; `links`: array of the second -> array of the first."""
    own = [q for q in range(len(two.op.outs)) if q not in links]
    table: dict[Var, Arg] = dict(zip(two.targets, one.targets, strict=True))
    first, second = one.body, two.body
    later = dict(zip(one.op.outs, first.results, strict=True))
    params = [Var(two.params[q].name, two.params[q].fact) for q in own]
    for q, param in zip(own, params, strict=True):
        table[two.params[q]] = param
    for q, s in links.items():
        table[two.params[q]] = first.results[s]
    table |= later
    early: dict[Var, Arg] = {init: param for q, param in zip(own, params, strict=True)
                             if isinstance(init := two.op.init[q], Var)}
    ops = [substitute(op, early) for op in first.ops]
    ops += [substitute(op, table) for op in second.ops]
    ops, known = forwarded(ops)
    results: list[Arg] = [substitute_arg(r, early) for r in first.results]
    for q, s in links.items():
        results[s] = substitute_arg(second.results[q], table)
    results += [substitute_arg(second.results[q], table) for q in own]
    results = [substitute_arg(r, known) for r in results]
    inner_params = [*one.params, *params]
    outs = list(one.op.outs)
    for q, s in links.items():
        outs[s] = two.op.outs[q]
    outs += [two.op.outs[q] for q in own]
    body = Block((one.targets[-1], *inner_params), tuple(ops), tuple(results))
    for level in reversed(range(1, len(one.levels))):
        up, made = (tuple(Var(p.name, p.fact) for p in inner_params) for _ in range(2))
        loop = For(made, one.levels[level].bounds, up, body, span=one.op.span)
        body = Block((one.targets[level - 1], *up), (loop,), made)
    return For(tuple(outs), one.op.bounds, (*one.op.init, *(two.op.init[q] for q in own)), body,
               span=one.op.span)


# -- elements that are read where they were just written ------------------------------------------


def forwarded(ops: list[Op]) -> tuple[list[Op], dict[Var, Arg]]:
    """`t[i] = v; ... t[i] ...` -> `t[i] = v; ... v ...`, and what stands for what was read."""
    keys = Keys(Block((), tuple(ops), ()))
    table: dict[Var, Arg] = {}
    made: list[Op] = []
    for op in ops:
        op = substitute(op, table)
        if isinstance(op, Apply) and op.rule.name == "[]" and isinstance(op.args[0], Var):
            value = written(keys, op.args[0], op.args[1])
            if value is not None:
                table[op.outs[0]] = substitute_arg(value, table)
                continue
        keys.made.update(dict.fromkeys(op.outs, op))
        made.append(op)
    return made, table


def written(keys: Keys, array: Var, index: Arg) -> Arg | None:
    """The value that was stored last at an index, if it is known."""
    at = places(keys, index)
    while True:
        op = keys.made.get(array)
        if not (isinstance(op, Apply) and op.rule.name in STORES and isinstance(op.args[0], Var)):
            return None
        there = places(keys, op.args[1])
        if there == at:
            kept = op.rule.name == "setitem" and same_dtype(op.args[2], array)
            return op.args[2] if kept else None
        if not apart(Access(at, False), Access(there, True)):
            return None
        array = op.args[0]


def places(keys: Keys, index: Arg) -> tuple[tuple[Any, int], ...]:
    items = index.items if isinstance(index, Pack) else (index,)
    return tuple(element(keys, i, {}, set()) for i in items)


def same_dtype(value: Arg, array: Var) -> bool:
    """Whether a value is kept as it is by an array."""
    dtype = array.fact.dtype
    if isinstance(value, Const):
        return isinstance(value.value, float) and dtype == "float64"
    return isinstance(value, Var) and value.fact.dtype in (
        {"float64": ("float64", "float"), "int64": ("int64", "int")}.get(dtype, (dtype,)))
