"""A function lowered apart from the block at hand, at fresh copies of its arguments.

What it computes is then differentiated by the fresh inputs alone, so a derivative inside
a derivative cannot be taken for the outer one; what it reads from outside stays as it is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from astgrad.analysis.builder import Builder
from astgrad.analysis.items import Held
from astgrad.analysis.options import OPTIONS
from astgrad.errors import Problem
from astgrad.frontend.calls import call
from astgrad.frontend.lower import Lowering
from astgrad.frontend.state import is_hidden_reference, origins, reachable
from astgrad.frontend.values import (
    Closure,
    Derived,
    Entries,
    Items,
    Iterable,
    Maybe,
    Method,
    Obj,
    Partial,
    Range,
    Ref,
    Tup,
)  # fmt: skip
from astgrad.ir.core import Apply, Arg, Block, Const, Op, Pack, Var
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import all_ops, substitute, substitute_arg
from astgrad.optimise.outline import outlined


@dataclass
class Inner:
    """The ops and the result of a function, its fresh inputs and what they stand for."""

    ops: tuple[Op, ...]
    result: Any
    table: dict[Var, Arg]  # fresh variable -> the actual arg
    args: tuple[Any, ...]
    keywords: dict[str, Any]
    heap: dict[Obj, Any]  # what the fresh inputs held on entry

    def actual(self, var: Var) -> Var:
        real = self.table.get(var)  # none for what is read from outside
        return real if isinstance(real, Var) else var


def lower_apart(lo: Lowering, fun: Any, args: tuple[Any, ...], keywords: dict[str, Any],
                node: Any) -> Inner:
    copies = Copies(lo)
    fresh = tuple(map(copies.value, args))
    fresh_keywords = {k: copies.value(v) for k, v in keywords.items()}
    before = dict(lo.state.heap)
    outer, lo.build = lo.build, Builder(lo.build)
    try:
        result = lo.named(readable(lo, call(lo, fun, fresh, fresh_keywords, node)), "result")
        ops = with_calls(lo, (result, fresh, tuple(fresh_keywords.values())))
    finally:
        lo.build = outer
    lo.problems.extend(held_items(lo, ops))
    lo.written |= {copies.origin[obj] for obj in origins(lo.written) if obj in copies.origin}
    own = {obj for value in (*fresh, *fresh_keywords.values())
           for obj in reachable(before, value)}
    for obj, content in before.items():
        same = lo.state.heap.get(obj) == content
        if not (same or obj in own or is_hidden_reference(obj.name)):
            raise lo.refuse(node, f"the function that is differentiated writes to `{obj.name}`, "
                                  "which belongs to the outside", "pass it as an argument")
    return Inner(ops, result, copies.table, fresh, fresh_keywords, before)


def held_items(lo: Lowering, ops: tuple[Op, ...]) -> Iterator[Problem]:
    """The writes into items of lists that something else may hold too."""
    writes = [op for op in all_ops(Block((), ops, ())) if op.outs and op.outs[0] in lo.item_writes
              and isinstance(op, Apply) and fact_of_arg(op.args[0]).kind == "list"]
    held = Held(ops) if writes else None
    for op in writes:
        name, depth = lo.item_writes[op.outs[0]]
        if held is not None and held.depth(op.args[0]) <= depth:
            yield Problem(f"an item of `{name}` is written to, which "
                          "something else may hold too", op.span, "make a copy for each item")


def with_calls(lo: Lowering, kept: tuple[Any, ...]) -> tuple[Op, ...]:
    """The ops of the block at hand, with calls of functions that the text defines."""
    ops = tuple(lo.build.ops)
    if not OPTIONS.get().calls:
        return ops
    found = Variables(lo)
    for value in (*kept, *lo.state.names.values()):
        found.value(value)
    return outlined(ops, found.found, lo.frame.calls)


class Reader:
    """What reads variables of the program when it is called: a linear map."""

    def reads(self) -> tuple[Any, ...]:
        raise NotImplementedError


COMPOUND = (Pack, Ref, Tup, Items, Entries, Maybe, Closure, Method, Partial, Derived, Range,
            Iterable)


class Variables:
    """All variables that abstract values lead to."""

    def __init__(self, lo: Lowering) -> None:
        self.heap = lo.state.heap
        self.found: dict[Var, None] = {}
        self.seen: set[Any] = set()

    def value(self, value: Any) -> None:
        match value:
            case Var():
                self.found[value] = None
            case tuple() | list():
                for part in value:
                    self.value(part)
            case Obj() | Reader() if value not in self.seen:
                self.seen.add(value)
                self.value(self.heap.get(value) if isinstance(value, Obj) else value.reads())
            case _ if isinstance(value, COMPOUND):
                for part in dataclasses.fields(value):
                    self.value(getattr(value, part.name))


class Copies:
    """Copies of abstract values with new variables for their leaves; one copy an object."""

    def __init__(self, lo: Lowering) -> None:
        self.lo = lo
        self.table: dict[Var, Arg] = {}
        self.origin: dict[Obj, Obj] = {}
        self.made: dict[Any, Ref] = {}

    def value(self, value: Any) -> Any:
        match value:
            case Tup():
                return Tup(tuple(map(self.value, value.items)), value.cls)
            case Ref():
                if value not in self.made:
                    self.made[value] = self.object(value)
                return self.made[value]
            case Maybe():
                return Maybe(value.none, self.value(value.value))
            case Var():
                return self.leaf(value)
            case Const() if isinstance(value.value, float | complex):
                return self.leaf(value)
        return value

    def object(self, value: Ref) -> Ref:
        heap = self.lo.state.heap
        content = heap[value.obj]
        obj = Obj(value.obj.name, value.obj.span)
        obj.contiguous = value.obj.contiguous and not value.path
        obj.repeats = value.obj.repeats
        if not value.path:
            self.origin[obj] = value.obj
        if isinstance(content, Items) and not value.path:
            new: Any = Items(tuple(map(self.value, content.values)))
        elif isinstance(content, Entries):
            new = Entries(tuple((k, self.value(v)) for k, v in content.pairs), content.cls)
        else:
            new = self.leaf(self.lo.read(value))
        heap[obj] = new
        return Ref(obj)

    def leaf(self, arg: Arg) -> Var:
        var = Var(arg.name if isinstance(arg, Var) else "x", fact_of_arg(arg))
        self.table[var] = arg
        return var


def readable(lo: Lowering, value: Any) -> Any:
    """Views in a result are read while the block is open."""
    match value:
        case Tup():
            return Tup(tuple(readable(lo, v) for v in value.items), value.cls)
        case Maybe():
            return readable(lo, value.value)
        case Ref() if value.path:
            return lo.wrap(lo.read(value))
        case Ref():
            return readable_object(lo, value)
    return value


def readable_object(lo: Lowering, value: Ref) -> Ref:
    """A list or dict with views in it as another, with what they show."""
    content = lo.state.heap[value.obj]
    if isinstance(content, Items):
        new: Any = Items(tuple(readable(lo, v) for v in content.values))
    elif isinstance(content, Entries):
        new = Entries(tuple((k, readable(lo, v)) for k, v in content.pairs), content.cls)
    else:
        return value
    return value if new == content else lo.new_object(new, value.obj.name)


def emit(lo: Lowering, ops: tuple[Op, ...], table: dict[Var, Arg]) -> None:
    for op in ops:
        lo.build.add(substitute(op, table))


def renamed(lo: Lowering, value: Any, table: dict[Var, Arg]) -> Any:
    """A result with the fresh inputs replaced by the actual ones."""
    match value:
        case Var() | Pack():
            return substitute_arg(value, table)
        case Tup():
            return Tup(tuple(renamed(lo, v, table) for v in value.items), value.cls)
        case Ref():
            content = lo.state.heap[value.obj]
            if isinstance(content, Items):
                new: Any = Items(tuple(renamed(lo, v, table) for v in content.values))
            elif isinstance(content, Entries):
                pairs = tuple((k, renamed(lo, v, table)) for k, v in content.pairs)
                new = Entries(pairs, content.cls)
            else:
                new = substitute_arg(content, table)
            if new != content:
                lo.state.heap[value.obj] = new
    return value
