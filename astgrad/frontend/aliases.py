"""Who else may see a write: names whose objects may share memory or items with what is written."""

from __future__ import annotations

from collections.abc import Iterator

import gast

from astgrad.analysis.items import may_be_held
from astgrad.frontend.lower import Lowering, Refusal
from astgrad.frontend.state import (
    ITEMS,
    is_hidden_reference,
    items_among,
    origins,
    places,
    quoted,
    reachable,
)
from astgrad.frontend.values import Obj, Ref


def check_own(lo: Lowering, obj: Obj, node: gast.AST) -> None:
    """Refuse the write to what is, or may be, an object from outside."""
    for other in (obj, *origins({obj})):
        if other.external:
            raise from_outside(lo, other.external, node, "is" if other is obj else "may be")


def from_outside(lo: Lowering, what: str, node: gast.AST, how: str = "is") -> Refusal:
    return lo.refuse(node, f"{what} {how} written to: it belongs to the outside",
                     "copy it first, or pass it as an argument and return it")


def check_aliases(lo: Lowering, obj: Obj, node: gast.AST) -> None:
    """Refuse the write if a live name may share obj's storage without being its view."""
    for name, other in live_objects(lo):
        if other is obj:
            continue
        if may_share(obj, other):
            notes = tuple(
                (f"`{o.name}` is bound here", o.span) for o in (obj, other) if o.span is not None
            )
            raise lo.refuse(
                node,
                f"this writes to {quoted(obj.name)}, which may share memory with {quoted(name)}",
                "copy one of them first", notes)


def check_whole(lo: Lowering, target: Ref, node: gast.AST) -> None:
    """Refuse a change of a list or dict itself where another live name may be it."""
    obj = target.obj
    check_own(lo, obj, node)
    for name, place in live_places(lo):
        if place.obj is obj and len(place.path) > len(target.path):
            raise lo.refuse(node, f"this changes {quoted(obj.name)}, and {quoted(name)} is one of "
                                  "its items", "bind it again after the change, or copy it first")
    for name, other in live_objects(lo):
        same = other in obj.shares or obj in other.shares
        if other is not obj and (same or (
                may_share(obj, other)
                and (target.path or (not obj.fresh and holds(lo, other, obj))))):
            array = lo.fact(Ref(other)).kind == "array"
            if not array and (target.path or not holds(lo, obj, other)):
                raise lo.refuse(
                    node, f"this changes {quoted(obj.name)}, which may be the same object as "
                          f"{quoted(name)}", "copy one of them first")


def holds(lo: Lowering, container: Obj, obj: Obj) -> bool:
    """Whether a list of lists holds obj as an item."""
    fact = lo.fact(Ref(container))
    return fact.kind == "list" and fact.items[0].kind == "list" and (
        lo.fact(Ref(obj)).kind == "list" and lo.fact(Ref(obj)).items[0].kind != "list")


def may_share(a: Obj, b: Obj) -> bool:
    return a is b or a in b.shares or b in a.shares or not a.shares.isdisjoint(b.shares)


def live_objects(lo: Lowering) -> Iterator[tuple[str, Obj]]:
    seen: set[Obj] = set()
    for (frame, name), value in lo.state.names.items():
        if frame.live is None or name in frame.live or is_hidden_reference(name):
            for obj in reachable(lo.state.heap, value):
                if obj not in seen:
                    seen.add(obj)
                    yield name, obj


def live_places(lo: Lowering) -> Iterator[tuple[str, Ref]]:
    """What live names lead to, as places in objects."""
    for (frame, name), value in lo.state.names.items():
        if frame.live is None or name in frame.live or is_hidden_reference(name):
            for place in places(lo.state.heap, value):
                yield name, place


def note_items(lo: Lowering, source: Ref) -> None:
    """The items of a list are objects that others may hold: they stand for one in `shares`."""
    if holds_objects(lo, source):
        found = items_among({source.obj}) or {Obj(ITEMS)}
        for obj in origins({source.obj}):
            if obj in lo.state.heap and lo.fact(Ref(obj)).kind == "list":
                obj.shares |= found


def holds_objects(lo: Lowering, ref: Ref) -> bool:
    """Whether the items of a list of unknown length can be written to."""
    fact = lo.fact(ref)
    return fact.kind == "list" and may_be_held(fact.items[0])


def holding(lo: Lowering, made: Ref, source: Ref) -> Ref:
    """`made`, a new list with items of another."""
    if lo.fact(source).kind != "list" or holds_objects(lo, source):
        note_items(lo, source)
        made.obj.shares |= source.obj.shares
    made.obj.repeats = source.obj.repeats
    return made
