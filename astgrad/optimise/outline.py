"""Calls of one function that mean the same become calls of a function that the text defines.

    a = x * x; b = sin(a); c = b * b; d = sin(c)   (from h(h(x)))   ->   b = h(x); d = h(b)

A program is values only, so a run of ops is a function of what it reads.  Two calls are one
function if their ops are the same up to the names of variables: then nothing else is to be
proved.  What is small, called once, recursive, has an effect, writes to what it reads or gives
back a part of it stays where it is.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from astgrad.analysis.activity import Activity
from astgrad.analysis.sharing import Sharing
from astgrad.ir.core import (
    TEMP,
    Apply,
    Arg,
    Block,
    Const,
    For,
    Function,
    If,
    Op,
    Pack,
    Undefined,
    Var,
    While,
    With,
)  # fmt: skip
from astgrad.ir.fact import Fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import (
    all_ops,
    args_of,
    blocks_of,
    free_in_block,
    refresh,
    vars_of,
    with_blocks,
)
from astgrad.optimise.dce import dce
from astgrad.rules.functions import Inlined, function_row
from astgrad.rules.table import ROWS, Row

SMALL = 12  # primitives: a body with fewer reads better in its place
SEVERAL = 2  # calls that make a function


@dataclass
class Region:
    """The ops of one call: `ops[first : last + 1]` of a block."""

    call: Inlined
    block: Block
    first: int
    last: int
    whole: bool = True  # whether the ops between are all of this call
    inputs: tuple[Var, ...] = ()
    made: tuple[Var, ...] = ()  # what the ops make, in order
    used: frozenset[int] = frozenset()  # which of it is read afterwards

    @property
    def ops(self) -> tuple[Op, ...]:
        return self.block.ops[self.first : self.last + 1]


@dataclass
class Group:
    """Calls that are instances of the first: with what each has for the first one's inputs."""

    first: Region
    members: list[tuple[Region, tuple[Arg, ...]]]


def outlined(ops: tuple[Op, ...], results: Iterable[Var], around: tuple[Inlined, ...]
             ) -> tuple[Op, ...]:
    """The ops with calls of functions; `results` are read afterwards, `around` calls are not
    complete.
    """
    block = Block((), ops, tuple(results))
    found = Calls(around)
    found.walk(block.ops, frozenset())
    if not found.heights:
        return ops
    several = found.repeated()
    for height in sorted(set(several.values())):
        wanted = {call for call, h in several.items() if h == height}
        block = Outline(block, wanted).run()
    for call in found.heights:
        call.settled = True
    return block.ops


class Calls:
    """The complete calls of a program, and how deep the calls inside them are nested."""

    def __init__(self, around: tuple[Inlined, ...]) -> None:
        self.around = set(around)
        self.heights: dict[Inlined, int] = {}
        self.recursive: set[int] = set()

    def walk(self, ops: Iterable[Op], known: frozenset[Inlined]) -> None:
        for op in all_ops(Block((), tuple(ops), ())):
            chain = op.span.calls if op.span else ()
            if not chain:
                continue
            sources = [call.source for call in chain]
            if len(set(sources)) < len(sources):
                self.recursive.update(s for s in sources if sources.count(s) > 1)
            for depth, call in enumerate(reversed(chain)):
                if not call.settled and call not in self.around:
                    self.heights[call] = max(depth, self.heights.get(call, 0))

    def repeated(self) -> dict[Inlined, int]:
        """The calls of functions that are called more than once, and their heights."""
        sources: dict[int, list[Inlined]] = defaultdict(list)
        for call in self.heights:
            sources[call.source].append(call)
        return {call: self.heights[call] for source, calls in sources.items()
                if len(calls) >= SEVERAL and source not in self.recursive
                for call in calls if call.name.isidentifier()}


class Outline:
    """One round: calls that have no such calls in them any more."""

    def __init__(self, block: Block, wanted: set[Inlined]) -> None:
        self.block, self.wanted = block, wanted
        self.unbound = Activity(block.ops, (), ()).unbound

    def run(self) -> Block:
        found: dict[Inlined, list[Region]] = defaultdict(list)
        for region in self.regions(self.block, frozenset()):
            found[region.call].append(region)
        complete = [places[0] for places in found.values()
                    if len(places) == 1 and self.complete(places[0])]
        calls: dict[int, list[tuple[Region, Apply]]] = defaultdict(list)
        for group in grouped(complete):
            for region, call in self.calls(group):
                calls[id(region.block)].append((region, call))
        return Rewrite(calls).block(self.block) if calls else self.block

    def regions(self, block: Block, inside: frozenset[Inlined]) -> Iterator[Region]:
        """The wanted calls of a block and of those in it."""
        found: dict[Inlined, Region] = {}
        for i, op in enumerate(block.ops):
            for call in op.span.calls if op.span else ():
                if call in self.wanted and call not in inside:
                    found.setdefault(call, Region(call, block, i, i)).last = i
        for region in found.values():
            region.whole = all(region.call in op.span.calls for op in region.ops if op.span)
            yield region
        for op in block.ops:
            within = inside | set(op.span.calls if op.span else ())
            for inner in blocks_of(op):
                yield from self.regions(inner, within)

    def complete(self, region: Region) -> bool:
        """Whether the ops are all there, pure, and between numbers and arrays alone."""
        ops = region.ops
        inner = list(all_ops(Block((), ops, ())))
        if not region.whole or len(inner) < SMALL or not all(map(self.is_pure, inner)):
            return False
        region.made = tuple(out for op in ops for out in op.outs)
        after = free_in_block(Block((), region.block.ops[region.last + 1 :], region.block.results))
        region.used = frozenset(i for i, var in enumerate(region.made) if var in after)
        used = [region.made[i] for i in sorted(region.used)]
        region.inputs = tuple(free_in_block(Block((), ops, tuple(used))))
        return bool(used) and all(map(self.is_plain, (*region.inputs, *used)))

    def is_plain(self, var: Var) -> bool:
        """Whether a value is a number, or an array of known rank, and bound on all paths."""
        return var.fact.is_numeric and var.fact.shape is not None and var not in self.unbound

    def is_pure(self, op: Op) -> bool:
        """Whether an op is of the language itself, has no effect and reads nothing unbound."""
        if not isinstance(op, Apply):
            return not isinstance(op, With)
        known = ROWS.get(op.rule.name) is op.rule and op.rule.name != "adjoint_of"
        return (bool(op.outs) and (known or op.rule.called is not None) and not op.rule.effect
                and op.rule.kind != "opaque" and self.unbound.isdisjoint(vars_of(*op.args)))

    def calls(self, group: Group) -> Iterator[tuple[Region, Apply]]:
        """The calls that stand for the group's regions, if they share nothing."""
        first = group.first
        if len({args for _, args in group.members}) < SEVERAL:
            return
        used = sorted(frozenset().union(*(region.used for region, _ in group.members)))
        outs = tuple(first.made[i] for i in used)
        block = alive(first.ops, outs)
        read = free_in_block(block)
        names = list(first.call.names)
        order = sorted((i for i, var in enumerate(first.inputs) if var in read), key=lambda i: (
            names.index(first.inputs[i]) if first.inputs[i] in names else len(names), i))
        inputs = tuple(first.inputs[i] for i in order)
        findings = Sharing(block, inputs).findings
        if not all(map(self.is_plain, outs)) or any(not found.soft for found in findings):
            return
        row = function_row(function_of(first.call, block, inputs))
        for region, args in group.members:
            made = tuple(region.made[i] for i in used)
            for var in made:
                var.name = "result" if var.name == TEMP else var.name
            yield region, Apply(made, row, tuple(args[i] for i in order), region.call.span)


def alive(ops: tuple[Op, ...], results: tuple[Arg, ...]) -> Block:
    """The ops that the results need."""
    return Block((), *dce(ops, results))


def function_of(call: Inlined, block: Block, inputs: tuple[Var, ...]) -> Function:
    """A block as a function, with the names that the user's function has for its inputs and
    results.
    """
    table: dict[Var, Arg] = {var: Var(call.names.get(var, var.name), var.fact) for var in inputs}
    body = refresh(block, table)
    for var, made in zip(vars_of(*block.results), vars_of(*body.results), strict=True):
        made.name = call.names.get(var, "result")
    params = tuple(vars_of(*(table[var] for var in inputs)))
    return Function(call.name, tuple((v.name, v) for v in params),
                    Block(params, body.ops, body.results))


def grouped(regions: list[Region]) -> list[Group]:
    """Regions that are instances of one, which has the most inputs of them."""
    groups: list[Group] = []
    for region in sorted(regions, key=lambda r: -len(r.inputs)):
        for group in groups:
            if group.first.call.source == region.call.source:
                args = Match().of(group.first, region)
                if args is not None:
                    group.members.append((region, args))
                    break
        else:
            groups.append(Group(region, [(region, region.inputs)]))
    return groups


class Rewrite:
    """Puts calls in the place of regions."""

    def __init__(self, calls: dict[int, list[tuple[Region, Apply]]]) -> None:
        self.calls = calls

    def block(self, block: Block) -> Block:
        ops: list[Op] = []
        at = 0
        for region, call in sorted(self.calls.get(id(block), ()), key=lambda c: c[0].first):
            ops += [*map(self.op, block.ops[at : region.first]), call]
            at = region.last + 1
        ops += map(self.op, block.ops[at:])
        same = len(ops) == len(block.ops) and all(map(operator.is_, ops, block.ops))
        return block if same else Block(block.params, tuple(ops), block.results)

    def op(self, op: Op) -> Op:
        return with_blocks(op, tuple(map(self.block, blocks_of(op))))


# -- whether one run of ops is an instance of another -----------------------------------------


class Match:
    """What the variables of one run of ops are in another, which does the same with them.

    An input may be any arg of the same fact there; the rest is made by equal ops.  Functions in
    `alike` are the same as those that they lead to; facts are the same if `known` gives the same.
    """

    def __init__(self, alike: Mapping[Row, Row] = MappingProxyType({}),
                 known: Callable[[Fact], Any] = lambda fact: fact) -> None:
        self.table: dict[Var, Arg] = {}
        self.inputs: set[Var] = set()
        self.targets: set[Var] = set()
        self.alike, self.known = alike, known

    def of(self, one: Region, other: Region) -> tuple[Arg, ...] | None:
        """The args in the other region for the inputs of the one; None if it is no instance."""
        self.inputs = set(one.inputs)
        if not self.ops(one.ops, other.ops) or not self.inputs <= self.table.keys():
            return None
        args = tuple(self.table[var] for var in one.inputs)
        return args if set(vars_of(*args)) <= set(other.inputs) else None

    def ops(self, some: tuple[Op, ...], others: tuple[Op, ...]) -> bool:
        return len(some) == len(others) and all(map(self.op, some, others))

    def op(self, a: Op, b: Op) -> bool:
        match a, b:
            case Apply(), Apply():
                same = self.alike.get(a.rule, a.rule) is self.alike.get(b.rule, b.rule)
            case For(), For():
                same = (a.backwards, a.stops, len(a.bounds)) == (
                    b.backwards, b.stops, len(b.bounds))
                self.targets.add(a.body.params[0])
            case While(), While():
                same = a.stops == b.stops
            case If(), If():
                same = True
            case _:
                return False
        return (same and self.args(args_of(a), args_of(b))
                and all(map(self.block, blocks_of(a), blocks_of(b))) and self.bind(a.outs, b.outs))

    def block(self, a: Block, b: Block) -> bool:
        return (self.bind(a.params, b.params) and self.ops(a.ops, b.ops)
                and self.args(a.results, b.results))

    def bind(self, some: tuple[Var, ...], others: tuple[Var, ...]) -> bool:
        """Each loop's target is of a size of its own; what depends on it has another fact."""
        self.table.update(zip(some, others, strict=False))
        return len(some) == len(others) and all(
            self.known(a.fact) == self.known(replace(b.fact, size=a.fact.size)
                                             if a in self.targets else b.fact)
            for a, b in zip(some, others, strict=True))

    def args(self, some: tuple[Arg, ...], others: tuple[Arg, ...]) -> bool:
        return len(some) == len(others) and all(map(self.arg, some, others))

    def arg(self, a: Arg, b: Arg) -> bool:
        match a, b:
            case Var(), _ if a in self.inputs and a not in self.table:
                if not isinstance(b, Var | Const) or fact_of_arg(b) != a.fact:
                    return False
                self.table[a] = b
                return True
            case Var(), _:
                known = self.table[a]
                return known is b or (isinstance(b, Const) and known == b)
            case Const(), Const():
                return a == b
            case Pack(), Pack():
                return (a.kind, a.keys) == (b.kind, b.keys) and self.args(a.items, b.items)
        return isinstance(a, Undefined) and isinstance(b, Undefined)


__all__ = ["Match", "outlined"]
