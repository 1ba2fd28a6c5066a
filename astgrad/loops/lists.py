"""Which lists of a program can be arrays, and what they hold.

A list can that holds numbers, or arrays of one rank, all uses of which are known here: it is
pushed to and popped from, handed on, and read and written at indices.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from astgrad.ir.core import Apply, Arg, Block, Const, For, If, Op, Pack, Var, While, With
from astgrad.ir.fact import Fact, carried_adjoint
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import args_of, blocks_of, vars_of


@dataclass(eq=False)
class Tape:
    """What one list of the program is given: its items' fact, and the loops around a push."""

    item: Fact | None = None
    pushes: list[tuple[Op, ...]] = field(default_factory=list)
    pops: list[tuple[Op, ...]] = field(default_factory=list)
    lists: list[Var] = field(default_factory=list)
    other: bool = False  # whether it is used in a way that is not known here
    indexed: bool = False  # whether it is more than a tape: its items are rows
    exact: bool = False  # whether its buffer has its size from the start
    loops: tuple[For, ...] = ()  # whose trips are the index of an item, where no count is kept
    back: tuple[For, ...] = ()  # and the same loops backwards
    sized: bool = True  # whether the sizes of items are known without being saved
    dims: tuple[Arg, ...] = ()  # then these


def tapes_of(block: Block) -> dict[Var, Tape]:
    """The lists of numbers, or of arrays, all uses of which are known here."""
    found = Found()
    found.visit(block, ())
    for var in list(vars_of(*block.results)):
        if var in found.tapes:
            found.tapes[var].other = True
    while any(found.merged(a, b) for a, b in found.links):
        pass
    while any(found.like(zeros, items) for zeros, items in found.zeros):
        pass
    return {var: tape for var, tape in found.tapes.items() if usable(tape)}


def alike(a: Fact, b: Fact) -> bool:
    same = a.kind == b.kind or "array" not in (a.kind, b.kind)
    return dtype_of(a) == dtype_of(b) and a.rank == b.rank and same


def joined_item(a: Fact, b: Fact) -> Fact:
    """What is known of the items of both."""
    if a.shape is None or b.shape is None or len(a.shape) != len(b.shape):
        return a
    return replace(a, shape=tuple(m if m == n else None
                                  for m, n in zip(a.shape, b.shape, strict=True)))


def usable(tape: Tape) -> bool:
    item = tape.item
    if tape.other or item is None or not item.is_numeric or item.shape is None:
        return False
    if tape.indexed and None in item.shape:
        return False
    return item.dtype in ("float", "int", "bool", "float64", "int64", "float32", "complex",
                          "complex128", "bool_")


class Found:
    """The lists of a block: what they hold, and which are one list at different times."""

    def __init__(self) -> None:
        self.tapes: dict[Var, Tape] = {}
        self.links: list[tuple[Var, Var]] = []
        self.zeros: list[tuple[Var, Var]] = []  # a list of zeros, and the list that it is like

    def held(self, var: Var) -> Tape:
        tape = self.tapes.setdefault(var, Tape())
        if var not in tape.lists:
            tape.lists.append(var)
        return tape

    def merged(self, a: Var, b: Var) -> bool:
        """Whether two were not known to be one list."""
        one, two = self.tapes.get(a), self.tapes.get(b)
        if one is two:
            return False
        one, two = one or Tape(), two or Tape()
        if two.item is not None:
            hold(one, two.item)
        one.pushes += two.pushes
        one.pops += two.pops
        one.other |= two.other
        one.indexed |= two.indexed
        one.lists += [*two.lists, a, b]
        for var in (*two.lists, a, b):
            self.tapes[var] = one
        return True

    def like(self, zeros: Var, items: Var) -> bool:
        """Whether what a list of zeros holds was not known."""
        one, two = self.tapes[zeros], self.tapes[items]
        before = one.item, one.other
        one.other |= two.other or not two.indexed or two.item is None
        if two.item is not None and one.item is None:
            hold(one, carried_adjoint(two.item))
        return (one.item, one.other) != before

    def visit(self, block: Block, around: tuple[Op, ...]) -> None:
        for op in block.ops:
            match op:
                case Apply():
                    self.note(op, around)
                case If() | With():
                    for inner in blocks_of(op):
                        self.visit(inner, (*around, op))
                        self.link(op.outs, inner.results)
                case For() | While():
                    params = op.body.params[1:] if isinstance(op, For) else op.body.params
                    self.link(op.outs, op.init)
                    self.link(params, op.init)
                    self.link(op.outs, op.body.results)
                    if isinstance(op, While):
                        self.link(params, op.test.params)
                        self.visit(op.test, (*around, op))
                    self.visit(op.body, (*around, op))

    def link(self, outs: tuple[Arg, ...], args: tuple[Arg, ...]) -> None:
        for out, arg in zip(outs, args, strict=False):
            if isinstance(out, Var) and isinstance(arg, Var) and "list" in (
                    out.fact.kind, arg.fact.kind):
                self.links.append((out, arg))

    def note(self, op: Apply, around: tuple[Op, ...]) -> None:
        match op.rule.name:
            case "new_list":
                self.held(op.outs[0])
            case "append":
                held = self.held(op.outs[0])
                held.pushes.append(around)
                self.hold(held, op.args[1])
                self.link(op.outs, op.args[:1])
            case "pop":
                self.held(op.outs[0]).pops.append(around)
                self.link(op.outs[:1], op.args)
            case _ if not self.at_index(op):
                for var in (*vars_of(*args_of(op)), *op.outs):
                    if var.fact.kind == "list":
                        self.held(var).other = True

    def hold(self, tape: Tape, item: Arg) -> None:
        """Note an item, and that a list which is one is not known."""
        hold(tape, fact_of_arg(item))
        for var in vars_of(item):
            if var.fact.kind == "list":
                self.held(var).other = True

    def at_index(self, op: Apply) -> bool:
        """Whether an op uses a list as `loops.rows` can write it."""
        x = op.args[0] if op.args else None
        match op.rule.name:
            case "[]" | "len" | "np.stack" | "np.array" if isinstance(x, Var):
                if x.fact.kind != "list" or op.outs[0].fact.kind in ("list", "tuple", "static"):
                    return False
                self.held(x).indexed = True
            case "setitem" | "list_add" if isinstance(x, Var) and x.fact.kind == "list":
                held = self.held(op.outs[0])
                held.indexed = True
                if op.args[2] != Const(0.0):
                    self.hold(held, op.args[2])
                self.link(op.outs, (x,))
            case "copied" if isinstance(x, Var):
                self.held(op.outs[0]).indexed = True
                self.link(op.outs, (x,))
            case "list_of" if isinstance(x, Pack):
                held = self.held(op.outs[0])
                held.indexed = True
                for item in x.items:
                    self.hold(held, item)
            case "unstack" if isinstance(x, Var) and isinstance(op.args[2], Const):
                held = self.held(op.outs[0])
                held.indexed = True
                if x.fact.shape:
                    shape = list(x.fact.shape)
                    del shape[op.args[2].value]
                    hold(held, replace(x.fact, shape=tuple(shape)))
            case "zeros_list" if isinstance(x, Var):
                self.held(op.outs[0]).indexed = True
                self.held(x).indexed = True
                self.zeros.append((op.outs[0], x))
            case _:
                return False
        return True


def hold(tape: Tape, item: Fact) -> None:
    """Note an item of a list."""
    if item.kind == "unknown":
        return
    item = replace(item, size=None)
    if tape.item is None:
        tape.item = item
        return
    tape.other |= not alike(tape.item, item)
    tape.item = joined_item(tape.item, item)


def dtype_of(item: Fact) -> str:
    return {"float": "float64", "int": "int64", "bool_": "bool", "complex": "complex128"}.get(
        item.dtype, item.dtype)
