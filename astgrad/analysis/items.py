"""Lists of unknown length whose items something else may hold: the list again, or a name.

Where such an item is written to, the program of values does not show who else sees the write.
"""

from __future__ import annotations

from collections.abc import Iterable

from astgrad.ir.core import Apply, Arg, Block, Const, For, If, Op, Pack, Var, While, With
from astgrad.ir.fact import Fact
from astgrad.ir.walk import all_ops, blocks_of

UPDATES = ("setitem", "setitem_in", "index_add", "index_add_in", "add_at", "append", "pop")


def may_be_held(fact: Fact) -> bool:
    """Whether a value is an object that can be written to, or holds one."""
    if fact.kind == "tuple":
        return any(map(may_be_held, fact.items))
    return fact.kind in ("array", "list", "unknown")


NEVER = 99


class Held:
    """`held.depth(var)`: how deep in a list an object stands that something else may hold too."""

    def __init__(self, ops: tuple[Op, ...]) -> None:
        self.makers: dict[Var, Op] = {}
        self.items: dict[Var, frozenset[Var]] = {}  # what was put into a list, in its own trip
        self.shared: dict[Var, int] = {}  # 1: an item; 2: an item of an item
        for op in all_ops(Block((), ops, ())):
            self.makers.update(dict.fromkeys(op.outs, op))
        before: dict[Var, int] | None = None
        while before != self.shared:
            before = dict(self.shared)
            self.block(ops, None)

    def depth(self, arg: Arg) -> int:
        return self.shared.get(arg, NEVER) if isinstance(arg, Var) else NEVER

    def share(self, var: Var, depth: int) -> None:
        if depth < self.depth(var):
            self.shared[var] = depth

    def block(self, ops: Iterable[Op], trip: set[Var] | None) -> None:
        """`trip`: what the body of the innermost loop makes; None outside of loops."""
        for op in ops:
            match op:
                case Apply():
                    self.apply(op, trip)
                case If() | With():
                    for block in blocks_of(op):
                        self.block(block.ops, trip)
                        self.hand_on(op.outs, block.results)
                case For() | While():
                    self.loop(op)

    def loop(self, op: For | While) -> None:
        params = op.body.params[1:] if isinstance(op, For) else op.body.params
        made = {out for inner in all_ops(op.body) for out in inner.outs}
        self.hand_on(params, op.init)
        for param in params:
            self.items[param] = frozenset()  # those of earlier trips are others
        self.block(op.body.ops, made)
        self.hand_on(params, op.body.results[: len(params)])
        self.hand_on(op.outs, params)

    def hand_on(self, targets: Iterable[Var], values: Iterable[Arg]) -> None:
        for target, value in zip(targets, values, strict=False):
            if isinstance(value, Var):
                self.items[target] = self.items.get(target, frozenset()) | self.items.get(
                    value, frozenset())
                self.share(target, self.depth(value))

    def apply(self, op: Apply, trip: set[Var] | None) -> None:
        name, out = op.rule.name, op.outs[0] if op.outs else None
        if out is None or out.fact.kind != "list" or not may_be_held(out.fact.items[0]):
            return
        if copies_list(op):
            self.share(out, 1)
        elif name == "list_of":
            self.put(out, frozenset(), op.args[0], 0, trip)
        elif name in UPDATES or name == "[]":
            x = op.args[0]
            self.items[out] = self.items.get(x, frozenset()) if isinstance(x, Var) else frozenset()
            if self.swaps(op):
                return
            self.share(out, max(1, self.depth(x) - (name == "[]")))
            inner = op.args[1] if name == "setitem_in" else None
            depth = 1 + (len(inner.items) if isinstance(inner, Pack) else 0)
            if name in ("append", "setitem", "setitem_in"):
                if self.same_item(op):
                    self.share(out, self.depth(op.args[-1]) + depth)
                else:
                    self.put(out, self.items[out], op.args[-1], depth, trip)

    def put(self, out: Var, held: frozenset[Var], value: Arg, depth: int, trip: set[Var] | None
            ) -> None:
        for item, place in parts(value, depth):
            roots = self.roots(item)
            if roots is None or roots & held or (trip is not None and not roots <= trip):
                self.share(out, place)
            else:
                held |= roots
            self.share(out, self.depth(item) + place)
        self.items[out] = held

    def roots(self, arg: Arg) -> frozenset[Var] | None:
        """What an object may be the newest version of; None: an item or a view of another."""
        if not isinstance(arg, Var):
            return frozenset()
        op = self.makers.get(arg)
        match op:
            case Apply() if op.rule.name == "pop" and arg is op.outs[1]:
                return None if self.depth(op.args[0]) == 1 else frozenset({arg})
            case Apply() if op.rule.writes is not None:
                return self.roots(op.args[op.rule.index(op.rule.writes)])
            case Apply() if copies_list(op) and not may_be_held(arg.fact.items[0]):
                return frozenset({arg})
            case Apply():
                another = op.rule.name in ("[]", "copied") or op.rule.alias is not None
                return None if another else frozenset({arg})
            case If() | With():
                place = op.outs.index(arg)
                return either([self.roots(b.results[place]) for b in blocks_of(op)])
            case For() | While():
                place = op.outs.index(arg)
                params = op.body.params[1:] if isinstance(op, For) else op.body.params
                ends = either([self.roots(op.init[place]), self.roots(op.body.results[place])])
                return ends and ends - {params[place]}
        return frozenset({arg})

    def same_item(self, op: Apply) -> bool:
        """Whether an item is put back to where it was taken from, changed."""
        value = op.args[-1]
        while isinstance(value, Var):
            made = self.makers.get(value)
            if not isinstance(made, Apply):
                return False
            if made.rule.name == "[]":
                return self.alike(made.args[1], op.args[-2])
            if made.rule.writes is None:
                return False
            value = made.args[made.rule.index(made.rule.writes)]
        return False

    def swaps(self, op: Apply) -> bool:
        """Whether this is the second of the stores of `a[i], a[j] = a[j], a[i]`."""
        first = self.makers.get(op.args[0]) if isinstance(op.args[0], Var) else None
        if not (op.rule.name == "setitem" and isinstance(first, Apply)
                and first.rule.name == "setitem" and self.depth(first.args[0]) > 1):
            return False
        taken = [self.makers.get(o.args[2]) if isinstance(o.args[2], Var) else None
                 for o in (first, op)]
        places = (op.args[1], first.args[1])
        return all(isinstance(t, Apply) and t.rule.name == "[]" and t.args[0] is first.args[0]
                   and self.alike(t.args[1], place)
                   for t, place in zip(taken, places, strict=True))

    def alike(self, a: Arg, b: Arg) -> bool:
        """Whether two indices are one."""
        if a == b:
            return True
        one = self.makers.get(a) if isinstance(a, Var) else None
        two = self.makers.get(b) if isinstance(b, Var) else None
        return (isinstance(one, Apply) and isinstance(two, Apply) and one.rule is two.rule
                and not one.rule.effect and len(one.args) == len(two.args)
                and all(map(self.alike, one.args, two.args)))


def copies_list(op: Apply) -> bool:
    """Whether an op makes another list of the items of one."""
    name, fact = op.rule.name, op.outs[0].fact
    part = name == "[]" and is_slice(op.args[1])
    return fact.kind == "list" and (part or name == "copied")


def is_slice(index: Arg) -> bool:
    if isinstance(index, Pack):
        return index.kind == "slice"
    return isinstance(index, Const) and isinstance(index.value, slice)


def either(ends: list[frozenset[Var] | None]) -> frozenset[Var] | None:
    found: frozenset[Var] = frozenset()
    for end in ends:
        if end is None:
            return None
        found |= end
    return found


def parts(value: Arg, depth: int) -> list[tuple[Var, int]]:
    """The objects in a value that is stored at a depth, and where they stand."""
    if isinstance(value, Pack):
        return [part for item in value.items for part in parts(item, depth + 1)]
    return [(value, depth)] if isinstance(value, Var) and may_be_held(value.fact) else []


