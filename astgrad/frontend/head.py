"""What a loop carries, and the fixed point: the body is lowered until the head holds.

After a trip, the places that changed are compared with the head; a fact that
grew, a place that was not carried yet or a storage shared anew means one more time.
"""

from __future__ import annotations

from typing import Any, NoReturn

from astgrad.frontend import paths
from astgrad.frontend.carried import FLAG, INNER, SLOT, UNBOUND, Carried, sizeless
from astgrad.frontend.lower import BOTTOM, POISON, Refusal, unknown_key
from astgrad.frontend.state import (
    FALSE,
    TRUE,
    State,
    is_none,
    none_flag,
    same,
)
from astgrad.frontend.values import Either, Entries, Items, Maybe, Obj, Ref, Tup, certain
from astgrad.ir.core import UNDEFINED, Arg, Pack, Undefined, Var
from astgrad.ir.fact import STATIC, UNKNOWN, join


class Again(Exception):  # noqa: N818 - no error: try again
    """What the head assumed does not hold after a trip: lower the body once more."""


class Head(Carried):
    """What a loop carries, compared with what is there after a trip."""

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
        if any(value is POISON or value is BOTTOM for value in (before, after)):
            return
        if name != "$value":
            self.binding(place, end)
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

    def binding(self, place: Any, end: State) -> None:
        """Whether a name is unbound after a trip."""
        flag = end.unbound_at(place)
        if place in self.unsure:
            self.back[self.index[place, UNBOUND]] = flag
        elif flag != self.state.unbound_at(place):
            self.unsure[place] = None
            self.again = True

    def bound_in_all(self) -> list[Any]:
        """The places that are unbound before the loop, and bound by every trip."""
        return [place for place in self.unsure if self.start.unbound_at(place) == TRUE
                and self.back[self.index[place, UNBOUND]] == FALSE]

    def match(self, before: Any, after: Any, key: Any) -> None:
        if key in self.paths:
            self.match_view(before, after, key)
            return
        if isinstance(after, Either):
            raise self.lo.refuse(self.node, after.reason, after.fix)
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
        if self.params[self.index[key]] in self.lo.empty and arg not in self.lo.empty:
            self.filled.add(key)
            self.again = True
        have, fact = self.facts[key], self.end_fact(arg, self.end)
        if join(have, fact) == UNKNOWN and {have.kind, fact.kind} == {"number", "list"}:
            self.changes(key)
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
