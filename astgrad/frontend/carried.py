"""What a loop carries, and the state at its head: parameters for the leaves of each place.

`Carried` holds what is assumed of the head; `Head` compares it with what a trip leaves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gast

from astgrad.frontend import paths
from astgrad.frontend.aliases import may_share
from astgrad.frontend.lower import Lowering
from astgrad.frontend.names import Names
from astgrad.frontend.state import (
    State,
    is_hidden_reference,
    is_leaf,
    is_none,
    none_flag,
    reachable,
)
from astgrad.frontend.values import Either, Entries, Items, Maybe, Obj, Ref, Tup, certain
from astgrad.ir.core import UNDEFINED, Arg, Undefined, Var
from astgrad.ir.fact import BOOL, INT, STATIC, Fact, perhaps
from astgrad.ir.sizes import fact_of_arg

GROWS = ("array", "list", "unknown")  # what gets an identity
SLOT, FLAG, INNER = "*", "?none", "?value"  # parts of a key: an object's content, a `Maybe`
UNBOUND = "?unbound"  # and whether a name is unbound


def sizeless(fact: Fact) -> Fact:
    return replace(fact, size=None)


class Carried:
    """What a loop carries: places and objects, with the facts of their leaves.

    A leaf is found by its key: a place or an object, then indices and names.
    """

    def __init__(self, lo: Lowering, node: gast.stmt, start: State, live: Names) -> None:
        self.lo, self.node, self.start, self.live = lo, node, start, live
        self.places: dict[Any, None] = {}
        self.objects: dict[Obj, None] = {}
        self.late: dict[Any, tuple[Any, State]] = {}  # first bound in the body: value, its state
        self.facts: dict[Any, Fact] = {}
        self.maybes: set[Any] = set()
        self.dynamic: set[Any] = set()
        self.filled: set[Any] = set()  # lists that have no items before the loop only
        self.rebinds: dict[Any, Obj] = {}
        self.paths: dict[Any, set[int]] = {}  # views whose indices change from trip to trip
        self.snapshots: set[Any] = set()  # places that are not such views
        self.unsure: dict[Any, None] = {}  # places that may be unbound, or become so
        self.without_trips: dict[Any, Arg] = {}  # of these, what is unbound after no trip only

    results: list[Arg]
    back: list[Arg]  # what the body hands to the next trip
    end: State

    def prepare(self) -> State:
        """The state at the head, with parameters for all that is carried."""
        self.params: list[Var] = []
        self.inits: list[Arg] = []
        self.index: dict[Any, int] = {}
        self.pending: list[tuple[Obj, Ref, Any, str]] = []
        self.started: list[tuple[Obj, Obj]] = []
        state = self.state = self.start.copy()
        for obj in self.objects:
            state.heap[obj] = self.content(self.start.heap[obj], (obj,), obj.name)
        for place in self.places:
            if (place,) in self.paths:
                made = self.view(self.start.names.get(place), (place,), place[1])
            elif place in self.late:
                made = self.late_value(self.late[place][0], (place,), place[1], self.late[place][1])
            else:
                made = self.value(self.start.names.get(place), (place,), place[1])
            state.names[place] = made
        for place in self.unsure:
            flag = self.param((place, UNBOUND), self.start.unbound_at(place), "$unbound", BOOL)
            state.unbound[place] = flag
        while self.pending:
            self.slot(*self.pending.pop(0))
        self.relate(self.started)
        return state.copy()

    def view(self, value: Any, key: Any, name: str) -> Ref:
        """A view of an object from before the loop: parameters for its indices."""
        first = value if isinstance(value, Ref) else None
        like: Ref = first or self.late[key[0]][0]
        args = paths.leaves(like.path)
        for i in sorted(self.paths[key]):
            init = args[i] if first is not None else UNDEFINED
            args[i] = self.param((*key, i), init, f"{name}_at", INT)
        return Ref(like.obj, paths.with_leaves(like.path, iter(args)))

    def is_view(self, before: Any, after: Any, key: Any) -> bool:
        """Whether a place holds views of one object that differ in ints only."""
        if key in self.snapshots or not isinstance(after, Ref):
            return False
        unbound = before is None or isinstance(before, Undefined)
        if after.obj not in self.start.heap or not (unbound or isinstance(before, Ref)):
            return False
        return unbound or (before.obj is after.obj and paths.congruent(before.path, after.path))

    def match_view(self, before: Ref, after: Any, key: Any) -> None:
        if not self.is_view(before, after, key):
            del self.paths[key]
            self.snapshots.add(key)
            self.again = True
            return
        args = paths.leaves(after.path)
        grown = paths.varying(before.path, after.path) - self.paths[key]
        if grown:
            self.paths[key] |= grown
            self.again = True
            return
        for i in self.paths[key]:
            self.back[self.index[*key, i]] = args[i]

    def slot(self, obj: Obj, ref: Ref, key: Any, name: str) -> None:
        """The content of an object that a place is rebound to."""
        content = self.start.heap[ref.obj]
        if isinstance(content, Items | Entries) and not ref.path:
            self.state.heap[obj] = self.content(content, (*key, SLOT), name)
        else:
            arg = self.read(ref, self.start)
            self.state.heap[obj] = self.param((*key, SLOT), arg, name, fact_of_arg(arg))

    def param(self, key: Any, init: Arg, name: str, fact: Fact) -> Var:
        fact = sizeless(self.facts.get(key, fact))
        fact = self.facts[key] = perhaps(fact) if init == UNDEFINED else fact
        self.index[key] = len(self.params)
        var = Var(name.replace("$jump", "$done"), fact)
        if init in self.lo.empty and key not in self.filled:
            self.lo.empty.add(var)
        self.params.append(var)
        self.inits.append(init)
        return var

    def value(self, value: Any, key: Any, name: str) -> Any:
        if key in self.maybes:
            flag = self.param((*key, FLAG), none_flag(value), f"{name}_is_none", BOOL)
            inner = None if value is None or is_none(value) else certain(value)
            late = self.late.get(key)
            if inner is None and late is not None:
                return Maybe(flag, self.late_value(late[0], (*key, INNER), name, late[1]))
            return Maybe(flag, self.value(inner, (*key, INNER), name))
        match value:
            case Tup():
                items = (self.value(v, (*key, i), f"{name}_{i}")
                         for i, v in enumerate(value.items))
                return Tup(tuple(items), value.cls)
            case Maybe():
                flag = self.param((*key, FLAG), value.none, f"{name}_is_none", BOOL)
                return Maybe(flag, self.value(value.value, (*key, INNER), name))
            case None | Undefined():
                return self.leaf_param(UNDEFINED, key, name, STATIC)
            case Ref():
                obj = self.rebinds.setdefault(key, Obj(name, value.obj.span))
                obj.contiguous = None
                obj.made_as, obj.default = value.obj.made_as, value.obj.default
                self.started.append((obj, value.obj))
                self.pending.append((obj, value, key, name))
                return Ref(obj)
        if is_none(value) or not is_leaf(value, self.start):
            return value
        arg = self.read(value, self.start)
        return self.leaf_param(arg, key, name, fact_of_arg(arg))

    def leaf_param(self, init: Arg, key: Any, name: str, fact: Fact) -> Any:
        """A parameter; an object where later trips bring an array."""
        var = self.param(key, init, name, fact)
        if var.fact.kind not in GROWS:
            return var
        obj = self.rebinds.setdefault(key, Obj(name))
        obj.contiguous = None
        self.state.heap[obj] = var
        return Ref(obj)

    def late_value(self, value: Any, key: Any, name: str, end: State) -> Any:
        """A place that is unbound at the head: parameters without a first value."""
        match value:
            case Tup():
                items = (self.late_value(v, (*key, i), f"{name}_{i}", end)
                         for i, v in enumerate(value.items))
                return Tup(tuple(items), value.cls)
            case Maybe():
                self.maybes.add(key)
                flag = self.param((*key, FLAG), UNDEFINED, f"{name}_is_none", BOOL)
                return Maybe(flag, self.late_value(value.value, (*key, INNER), name, end))
            case Ref(path=()) if isinstance(end.heap[value.obj], Entries):
                entries: Entries = end.heap[value.obj]
                obj = self.rebinds.setdefault(key, Obj(name))
                pairs = ((k, self.late_value(v, (*key, SLOT, k), str(k), end))
                         for k, v in entries.pairs)
                self.state.heap[obj] = Entries(tuple(pairs), entries.cls)
                return Ref(obj)
        if not is_leaf(value, end) and not isinstance(value, Ref):
            return value
        return self.leaf_param(UNDEFINED, key, name, self.end_fact(value, end))

    def content(self, content: Any, key: Any, name: str) -> Any:
        if isinstance(content, Either):
            return content
        if isinstance(content, Items):
            return Items(tuple(self.value(v, (*key, i), f"{name}_{i}")
                               for i, v in enumerate(content.values)))
        if isinstance(content, Entries):
            return Entries(tuple((k, self.value(v, (*key, k), str(k)))
                                 for k, v in content.pairs), content.cls)
        return self.param(key, content, name, fact_of_arg(content))

    def read(self, value: Any, state: State) -> Arg:
        kept, self.lo.state = self.lo.state, state
        try:
            return self.lo.read(value)
        finally:
            self.lo.state = kept

    def end_fact(self, value: Any, end: State) -> Fact:
        kept, self.lo.state = self.lo.state, end
        try:
            return sizeless(self.lo.fact(value))
        finally:
            self.lo.state = kept

    def relate(self, pairs: list[tuple[Obj, Obj]]) -> None:
        """Objects of the head may be one where what they stand for may be one."""
        if not pairs:
            return
        for head, now in pairs:
            head.stands.add(now)
        heads = {head for head, _ in pairs}
        outer = [(obj, obj) for obj in self.reachable() if obj not in heads]
        for i, (head, now) in enumerate(pairs):
            for other, then in (*pairs[i + 1 :], *outer):
                if head is not other and may_share(now, then):
                    head.shares.add(other)

    def reachable(self) -> dict[Obj, None]:
        found: dict[Obj, None] = {}
        for (frame, name), value in self.state.names.items():
            live = self.live if frame is self.lo.frame else frame.live
            if live is None or name in live or is_hidden_reference(name):
                found.update(dict.fromkeys(reachable(self.state.heap, value)))
        return found

    def relation(self) -> set[tuple[Obj, Obj]]:
        heap = self.state.heap
        return {(o, s) for o in heap for s in o.shares if s in heap}
