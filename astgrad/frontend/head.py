"""What a loop carries, and the fixed point: the body is lowered until the head holds.

`Head` makes the state at the loop's head: each carried place gets parameters for its
leaves.  After a trip, the places that changed are compared with the head; a fact that
grew, a place that was not carried yet or a storage shared anew means one more time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NoReturn

import gast

from astgrad.frontend import paths
from astgrad.frontend.lower import POISON, Lowering, Refusal, unknown_key
from astgrad.frontend.names import Names
from astgrad.frontend.state import (
    State,
    is_hidden_reference,
    is_leaf,
    is_none,
    none_flag,
    reachable,
    same,
)
from astgrad.frontend.values import Either, Entries, Items, Maybe, Obj, Ref, Tup, certain
from astgrad.frontend.writes import may_share
from astgrad.ir.core import UNDEFINED, Arg, Pack, Undefined, Var
from astgrad.ir.fact import BOOL, INT, STATIC, Fact, join
from astgrad.ir.sizes import fact_of_arg

GROWS = ("array", "list", "unknown")  # what gets an identity
SLOT, FLAG, INNER = "*", "?none", "?value"  # parts of a key: an object's content, a `Maybe`


class Again(Exception):  # noqa: N818 - no error: try again
    """What the head assumed does not hold after a trip: lower the body once more."""


def sizeless(fact: Fact) -> Fact:
    return replace(fact, size=None)


class Head:
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
        self.rebinds: dict[Any, Obj] = {}
        self.paths: dict[Any, set[int]] = {}  # views whose indices change from trip to trip
        self.snapshots: set[Any] = set()  # places that are not such views

    results: list[Arg]
    end: State

    # -- the head ----------------------------------------------------------------------

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
        fact = self.facts[key] = sizeless(self.facts.get(key, fact))
        self.index[key] = len(self.params)
        var = Var(name.replace("$jump", "done").replace("$", ""), fact)
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

    # -- after a trip ------------------------------------------------------------------

    def close(self, end: State) -> list[Arg]:
        """What the body hands to the next trip; raises `Again` where the head is wrong."""
        self.again, self.end = False, end
        self.back: list[Arg] = [UNDEFINED] * len(self.params)
        self.ended: list[tuple[Obj, Obj]] = []
        try:
            for obj, content in list(self.state.heap.items()):
                self.object(obj, content, end.heap.get(obj))
            for place in {**self.state.names, **end.names}:
                self.place(place, end)
        except Refusal as refusal:
            if self.again or refusal.problem is None:
                raise Again from None
            raise
        self.relate(self.ended)
        if self.again:
            raise Again
        return self.back

    def object(self, obj: Obj, content: Any, after: Any) -> None:
        if obj in self.objects:
            self.match_content(content, after, (obj,))
        elif not same(content, after) and obj not in self.rebinds.values():
            self.objects[obj] = None
            self.again = True

    def place(self, place: Any, end: State) -> None:
        frame, name = place
        if name[0] == "$" and name != "$value" and not name.startswith("$nonlocal"):
            return
        if frame is self.lo.frame and name not in self.live and name != "$value":
            return
        if frame is not self.lo.frame and place not in self.state.names:
            return  # a call inside the body
        before, after = self.state.names.get(place), end.names.get(place)
        if before is POISON or after is POISON:
            return
        if place in self.places:
            self.match(before, after, (place,))
        elif not same(before, after) and after is not None:
            self.places[place] = None
            unbound = before is None or isinstance(before, Undefined)
            if unbound:
                self.late[place] = after, end
            if self.is_view(before, after, (place,)):
                made = [i for i, a in enumerate(paths.leaves(after.path)) if isinstance(a, Var)]
                old = None if unbound else before
                self.paths[place,] = set(made) if old is None else paths.varying(
                    old.path, after.path)
            self.again = True

    def match(self, before: Any, after: Any, key: Any) -> None:
        if key in self.paths:
            self.match_view(before, after, key)
            return
        if isinstance(after, Either):
            raise self.lo.refuse(self.node, after.reason, "give the paths one type")
        if isinstance(before, Maybe):
            self.back[self.index[*key, FLAG]] = none_flag(after)
            inner = None if after is None or is_none(after) else certain(after)
            if inner is not None:
                self.match(before.value, inner, (*key, INNER))
            return
        if after is not None and (isinstance(after, Maybe) or is_none(before) != is_none(after)):
            self.maybe(before, after, key)
            return
        if isinstance(before, Tup) and isinstance(after, Tup):
            if len(before.items) == len(after.items):
                for i, (a, b) in enumerate(zip(before.items, after.items, strict=True)):
                    self.match(a, b, (*key, i))
                return
        elif key in self.rebinds and isinstance(before, Ref):
            self.match_object(before.obj, after, key)
            return
        elif key in self.index:
            self.leaf(after, key)
            return
        elif same(before, after):
            return
        self.changes(key)

    def maybe(self, before: Any, after: Any, key: Any) -> None:
        """None on some trips only: the next head carries a flag and the value."""
        self.maybes.add(key)
        if is_none(before) and key not in self.late:
            self.late[key] = certain(after), self.end
        self.again = True

    def changes(self, key: Any) -> NoReturn:
        name = key[0][1] if isinstance(key[0], tuple) else key[0].name
        raise self.lo.refuse(self.node, f"`{name}` changes its kind from trip to trip",
                             "give it one kind (a number, an array of one rank) in all trips")

    def leaf(self, after: Any, key: Any) -> None:
        arg = UNDEFINED if after is None else self.read(after, self.end)
        self.back[self.index[key]] = arg
        if isinstance(arg, Undefined):
            return
        have, fact = self.facts[key], self.end_fact(arg, self.end)
        fact = sizeless(join(have, fact)) if have != STATIC else fact
        if fact != have:
            self.facts[key] = fact
            self.again = True

    def match_object(self, obj: Obj, after: Any, key: Any) -> None:
        slot = key if key in self.index else (*key, SLOT)
        if not isinstance(after, Ref):
            if slot in self.index:
                self.leaf(after, slot)
            elif after is not None:
                self.changes(key)
            return
        self.ended.append((obj, after.obj))
        content = self.state.heap[obj]
        if not isinstance(content, Items | Entries):
            self.leaf(after, slot)
        elif after.path:
            self.changes(key)
        else:
            self.match_content(content, self.end.heap[after.obj], slot)

    def match_content(self, before: Any, after: Any, key: Any) -> None:
        if isinstance(before, Either) or isinstance(after, Either):
            self.lo.read(before if isinstance(before, Either) else after)  # refuses
        if isinstance(before, Items):
            if not isinstance(after, Items) or len(before.values) != len(after.values):
                self.dynamic.add(key)
                self.again = True
                return
            for i, (a, b) in enumerate(zip(before.values, after.values, strict=True)):
                self.match(a, b, (*key, i))
        elif isinstance(before, Entries):
            if not isinstance(after, Entries) or {k for k, _ in before.pairs} != {
                    k for k, _ in after.pairs}:
                name = key[0].name if isinstance(key[0], Obj) else key[0][1]
                raise unknown_key(self.lo.refuse(
                    self.node, f"the keys of `{name}` change from trip to trip",
                    "set every key before the loop"))
            for k, v in before.pairs:
                self.match(v, after.get(k), (*key, k))
        else:
            arg = self.lo_list(after) if isinstance(after, Items) else after
            self.leaf(arg, key)

    def lo_list(self, items: Items) -> Arg:
        return Pack("list", tuple(self.read(v, self.end) for v in items.values))

    def start_object(self, key: Any) -> Obj | None:
        """The object before the loop whose content has this key."""
        value: Any = Ref(key[0]) if isinstance(key[0], Obj) else self.start.names.get(key[0])
        for part in key[1:]:
            content = self.start.heap[value.obj] if isinstance(value, Ref) else value
            if part == SLOT:
                continue
            if part == INNER:
                value = certain(value)
            elif isinstance(content, Tup | Items):
                value = (content.items if isinstance(content, Tup) else content.values)[part]
            elif isinstance(content, Entries):
                value = content.get(part)
        return value.obj if isinstance(value, Ref) else None

    def relate(self, pairs: list[tuple[Obj, Obj]]) -> None:
        """Objects of the head may be one where what they stand for may be one."""
        if not pairs:
            return
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
