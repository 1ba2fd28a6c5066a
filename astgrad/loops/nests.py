"""A `For` over elements, seen as a nest: its targets, its innermost ops, where it reads and writes.

`Keys` says when two ints or two sizes are surely equal, and two indices surely apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from astgrad.ir.core import Apply, Arg, Block, Const, For, If, Op, Pack, Var
from astgrad.ir.fact import Dim
from astgrad.ir.walk import all_ops, args_of, blocks_of, vars_of

STORES = ("setitem", "index_add")


class Keys:
    """Equal keys: equal ints.  Sizes that have been compared by `same_size` have one key,
    unless `strict`.
    """

    def __init__(self, block: Block) -> None:
        self.made: dict[Var, Op] = {}
        self.carried: dict[Var, tuple[For, int]] = {}  # parameter: its loop, its place there
        self.joined: dict[Any, Any] = {}
        self.note(block)

    def note(self, block: Block) -> None:
        for op in all_ops(block):
            self.made.update(dict.fromkeys(op.outs, op))
            if isinstance(op, For):
                for slot, param in enumerate(op.body.params[1:]):
                    self.carried[param] = op, slot

    def root(self, array: Var) -> Var:
        """The first of the arrays that are one after the other written to: of the same shape."""
        while True:
            array = self.began(array)
            op, slot = self.carried.get(array, (None, 0))
            if op is None or not self.keeps(op, slot) or not isinstance(op.init[slot], Var):
                return array
            array = op.init[slot]  # type: ignore[assignment]

    def began(self, array: Var) -> Var:
        """The first of them that the same trip of a loop has."""
        while True:
            op = self.made.get(array)
            start: Arg | None = None
            if isinstance(op, Apply) and op.rule.name in (*STORES, ".copy()"):
                start = op.args[0]
            elif isinstance(op, For) and self.keeps(op, op.outs.index(array)):
                start = op.init[op.outs.index(array)]
            if not isinstance(start, Var):
                return array
            array = start

    def keeps(self, op: For, slot: int) -> bool:
        """Whether a loop hands on the array that it is given."""
        result = op.body.results[slot]
        return isinstance(result, Var) and self.began(result) is op.body.params[slot + 1]

    def of(self, arg: Arg, strict: bool = False) -> Any:
        if isinstance(arg, Pack):
            return tuple(self.of(item, strict) for item in arg.items)
        if not isinstance(arg, Var):
            return arg if strict else self.one(arg)
        if isinstance(arg.fact.size, Dim):
            key: Any = ("size", arg.fact.size.symbol, arg.fact.size.add)
            return key if strict else self.one(key)
        op = self.made.get(arg)
        key = self.made_by(op, strict) if isinstance(op, Apply) and is_pure(op) else arg
        return key if strict else self.one(key)

    def made_by(self, op: Apply, strict: bool) -> Any:
        if op.rule.name == "same_size" and not strict:
            return self.of(op.args[0])
        if op.rule.name == ".shape" and isinstance(op.args[0], Var):
            return (".shape", self.root(op.args[0]))
        if op.rule.name == "[]" and not self.is_shape(op.args[0]):
            return op.outs[0]
        return (op.rule.name, *(self.of(a, strict) for a in op.args))

    def is_shape(self, arg: Arg) -> bool:
        op = self.made.get(arg) if isinstance(arg, Var) else None
        return isinstance(op, Apply) and op.rule.name == ".shape"

    def one(self, key: Any) -> Any:
        while key in self.joined:
            key = self.joined[key]
        return key

    def equal(self, op: Apply) -> None:
        """Both sizes of a comparison, from here on."""
        a, b = map(self.of, op.args)
        if a != b:
            self.joined[b] = a


def is_pure(op: Apply) -> bool:
    """Whether equal args give an equal number."""
    rule, out = op.rule, op.outs[0] if op.outs else None
    return (len(op.outs) == 1 and not (rule.effect or rule.writes) and rule.kind != "opaque"
            and out is not None and out.fact.kind != "array")


@dataclass(eq=False)
class Nest:
    """Loops of which each but the last holds the next and nothing else."""

    op: For
    levels: list[For] = field(default_factory=list)

    @property
    def targets(self) -> list[Var]:
        return [op.body.params[0] for op in self.levels]

    @property
    def body(self) -> Block:
        return self.levels[-1].body

    @property
    def params(self) -> tuple[Var, ...]:
        return self.body.params[1:]

    def arrays(self) -> set[Var]:
        return {var for op in all_ops(self.body) for var in vars_of(*args_of(op))
                if var.fact.kind == "array"}


def nest_of(op: Op) -> Nest | None:
    """The nest that begins with an op: loops that run over all their elements."""
    levels: list[For] = []
    while isinstance(op, For) and not op.stops and not op.backwards and op.bounds[2] == Const(1):
        if any(var in level.body.params for level in levels for var in vars_of(*op.bounds)):
            break
        levels.append(op)
        inner = op.body.ops
        if len(inner) != 1 or not isinstance(inner[0], For):
            break
        if inner[0].init != op.body.params[1:] or inner[0].outs != op.body.results:
            break
        op = inner[0]
    return Nest(levels[0], levels) if levels else None


@dataclass(frozen=True)
class Access:
    """A read or a write of an element: its index, each axis a key and what is added."""

    index: tuple[tuple[Any, int], ...]
    writes: bool


def accesses(nest: Nest, keys: Keys) -> dict[Var, list[Access] | None]:
    """Array -> where it is used in the body, versions of one that is carried under its
    parameter; None where it is used as a whole.
    """
    uses = Uses(nest, keys)
    uses.visit(nest.body)
    return uses.found


class Uses:
    def __init__(self, nest: Nest, keys: Keys) -> None:
        self.keys = keys
        self.found: dict[Var, list[Access] | None] = {}
        self.named: dict[Var, Var] = {p: p for p in nest.params}
        self.targets = {target: depth for depth, target in enumerate(nest.targets)}
        self.inside = {out for op in all_ops(nest.body) for out in op.outs}
        self.inside |= {p for op in all_ops(nest.body) for b in blocks_of(op) for p in b.params}

    def visit(self, block: Block) -> None:
        for op in block.ops:
            if isinstance(op, Apply):
                self.apply(op)
                continue
            if isinstance(op, For):
                for param, out, init in zip(op.body.params[1:], op.outs, op.init, strict=True):
                    if isinstance(init, Var) and init in self.named:
                        self.named[param] = self.named[out] = self.named[init]
            self.others(op)
            for inner in blocks_of(op):
                self.visit(inner)

    def apply(self, op: Apply) -> None:
        x = op.args[0] if op.args else None
        stores = op.rule.name in STORES
        if not isinstance(x, Var) or x.fact.kind != "array" or not (
                stores or op.rule.name == "[]"):
            self.others(op)
            return
        if stores:
            self.named[op.outs[0]] = self.named.get(x, x)
        index = op.args[1]
        items = index.items if isinstance(index, Pack) else (index,)
        places = tuple(element(self.keys, i, self.targets, self.inside) for i in items)
        held = self.found.setdefault(self.named.get(x, x), [])
        if held is not None:
            held.append(Access(places, stores))

    def others(self, op: Op) -> None:
        """Arrays that are used as a whole; what a loop carries is followed into it."""
        carried = set(vars_of(*op.init)) & set(self.named) if isinstance(op, For) else set()
        whole = [var for var in vars_of(*args_of(op)) if var not in carried]
        if isinstance(op, If):
            whole += [var for side in blocks_of(op) for var in vars_of(*side.results)]
        for var in whole:
            if var.fact.kind == "array":
                self.found[self.named.get(var, var)] = None


def element(keys: Keys, arg: Arg, targets: dict[Var, int], inside: set[Var]) -> tuple[Any, int]:
    """An index as (what, added): the depth of a loop's target, None, or the key of what does
    not change in the nest; what does is a key of its own.
    """
    by = 0
    while isinstance(arg, Var) and arg not in targets:
        op = keys.made.get(arg)
        if not (isinstance(op, Apply) and op.rule.name in ("Add", "Sub")
                and isinstance(op.args[1], Const) and isinstance(op.args[1].value, int)):
            break
        by += op.args[1].value if op.rule.name == "Add" else -op.args[1].value
        arg = op.args[0]
    if isinstance(arg, Const) and isinstance(arg.value, int):
        return None, arg.value + by
    if isinstance(arg, Var) and arg in targets:
        return ("target", targets[arg]), by
    if not isinstance(arg, Var) or arg in inside:
        return ("changes", arg), by
    return keys.of(arg), by


def apart(one: Access, two: Access) -> bool:
    """Whether an axis has indices that do not change in a nest, and differ."""
    return any(a[0] == b[0] and a[1] != b[1] and not is_moving(a[0])
               for a, b in zip(one.index, two.index, strict=True))


def is_moving(what: Any) -> bool:
    return isinstance(what, tuple) and what[0] in ("target", "changes")


def may_clash(one: Access, two: Access, depth: int) -> bool:
    """Whether two accesses, one of them a write, may meet in different trips of a nest."""
    if len(one.index) != len(two.index) or apart(one, two):
        return len(one.index) != len(two.index)
    hit = {a[0][1] for a in one.index if is_moving(a[0]) and a[0][0] == "target"}
    return one.index != two.index or len(hit) < depth
