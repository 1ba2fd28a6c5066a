"""The state of an abstract run, and how the states of two paths become one.

`State` maps names (frame, name) to abstract values and objects to contents.  `Joiner`
makes one state of two and collects the pairs of args that the `If` op returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from astgrad.analysis.builder import Builder
from astgrad.frontend import paths
from astgrad.frontend.values import (
    Closure,
    Either,
    Entries,
    Frame,
    Items,
    Iterable,
    Known,
    Maybe,
    Method,
    Obj,
    Partial,
    Ref,
    Token,
    Tup,
    certain,
)  # fmt: skip
from astgrad.ir.core import UNDEFINED, Arg, Const, Pack, Undefined, Var
from astgrad.ir.fact import BOOL, INT, STATIC, Fact, join, perhaps
from astgrad.ir.sizes import fact_of_arg

Place = tuple[Frame, str]
MISSING: Any = None
TRUE, FALSE = Const(True), Const(False)


class State:
    __slots__ = ("dead", "heap", "names", "spent", "unbound")

    def __init__(self) -> None:
        self.names: dict[Place, Any] = {}
        self.heap: dict[Obj, Any] = {}
        self.spent: frozenset[Token] = frozenset()  # iterators that have given their items
        self.unbound: dict[Place, Arg] = {}  # names that are unbound where this holds
        self.dead = False

    def copy(self) -> State:
        new = State()
        new.names, new.heap, new.dead = dict(self.names), dict(self.heap), self.dead
        new.spent, new.unbound = self.spent, dict(self.unbound)
        return new

    def unbound_at(self, place: Place) -> Arg:
        """Whether a name is unbound."""
        value = self.names.get(place)
        if value is None or isinstance(value, Undefined):
            return TRUE
        return self.unbound.get(place, FALSE)


def is_leaf(value: Any, state: State) -> bool:
    """Whether a value is one IR arg: a number, an array or a list of unknown length."""
    if isinstance(value, Var | Const | Pack | Undefined):
        return True
    if isinstance(value, Ref):
        return not isinstance(state.heap[value.obj], Items | Entries)
    return isinstance(value, Known) and (value.value is None or isinstance(value.value, str))


def is_fixed(value: Any) -> bool:
    """Whether a value is the same on every path that binds it."""
    return isinstance(value, Known) or (isinstance(value, Closure) and not value.defaults)


POISON = Either("a value of a statement that was refused")
BOTTOM = Either("a value of a statement that reads what is not bound yet")


def is_none(value: Any) -> bool:
    return isinstance(value, Const) and value.value is None


def same(a: Any, b: Any) -> bool:
    return a is b or (type(a) is type(b) and a == b)


class Joiner:
    """`read(value, side)` gives a value as an arg in the block of that side; the left side is
    taken where `test` holds.
    """

    def __init__(self, left: State, right: State, read: Callable[[Any, int], Arg], test: Arg,
                 build: Builder) -> None:
        self.states = (left, right)
        self.read = read
        self.test, self.build = test, build
        self.pairs: list[tuple[Arg, Arg]] = []
        self.outs: list[Var] = []
        self.state = State()
        self.memo: dict[tuple[Any, Any], Obj] = {}

    def run(self, live: list[Place]) -> State:
        left, right = self.states
        self.state.spent = left.spent | right.spent
        for obj in {**left.heap, **right.heap}:
            a, b = left.heap.get(obj, MISSING), right.heap.get(obj, MISSING)
            if a is None or b is None:
                self.state.heap[obj] = b if a is None else a
            else:
                self.state.heap[obj] = made = self.content(a, b, obj.name)
                self.hold(obj, made, a, b)
        for place in live:
            a, b = left.names.get(place, MISSING), right.names.get(place, MISSING)
            if a is not None or b is not None:
                self.state.names[place] = self.value(a, b, place[1])
                if place[1][0] != "$":
                    self.unbound(place)
        return self.state

    def unbound(self, place: Place) -> None:
        flags = left, right = [state.unbound_at(place) for state in self.states]
        if flags == [FALSE, FALSE]:
            return
        if left == right:
            flag = left
        elif flags == [TRUE, FALSE] and fact_of_arg(self.test) == BOOL:
            flag = self.test
        elif flags == [FALSE, TRUE]:
            flag = self.build.apply("Not", self.test)
        else:
            flag = self.phi(left, right, "$unbound", BOOL)
        self.state.unbound[place] = flag

    def value(self, a: Any, b: Any, name: str) -> Any:
        if a is not None and same(a, b):
            return a
        if a is BOTTOM or b is BOTTOM:
            return b if a is BOTTOM else a
        if a is POISON or b is POISON:
            return POISON
        left, right = self.states
        if isinstance(a, Maybe) or isinstance(b, Maybe) or (
                a is not None and b is not None and is_none(a) != is_none(b)):
            return self.maybe(a, b, name)
        if (isinstance(a, Tup) and b is None) or (isinstance(b, Tup) and a is None):
            whole: Tup = a or b  # type: ignore[assignment] # one of them is a Tup
            items = whole.items
            pairs = [(x, None) if b is None else (None, x) for x in items]
            return Tup(tuple(self.value(x, y, f"{name}_{i}") for i, (x, y) in enumerate(pairs)),
                       whole.cls)
        if isinstance(a, Tup) and isinstance(b, Tup):
            if len(a.items) == len(b.items) and a.cls is b.cls:
                pairs = list(zip(a.items, b.items, strict=True))
                items = tuple(self.value(x, y, f"{name}_{i}") for i, (x, y) in enumerate(pairs))
                return Tup(items, a.cls)
            return Either(f"{quoted(name)} is a tuple of different lengths on two paths")
        if isinstance(a, Ref) and isinstance(b, Ref) and a.obj is b.obj and (
                a.path != b.path and paths.congruent(a.path, b.path)):
            return self.view(a, b, name)
        if (a is None or b is None) and is_fixed(a if b is None else b):
            return a if b is None else b
        leaf_a = a is None or is_leaf(a, left)
        leaf_b = b is None or is_leaf(b, right)
        if leaf_a and leaf_b:
            return self.leaf(a, b, name)
        if isinstance(a or b, Ref) and (a is None or b is None or isinstance(b, Ref)):
            return self.containers(a, b, name)
        return Either(f"{quoted(name)} is bound to different things on two paths")

    def maybe(self, a: Any, b: Any, name: str) -> Any:
        flags = [none_flag(v) for v in (a, b)]
        values = [None if v is None or is_none(v) else certain(v) for v in (a, b)]
        value = self.value(values[0], values[1], name)
        if isinstance(value, Either):
            return value
        flag = flags[0] if flags[0] == flags[1] else self.phi(
            flags[0], flags[1], f"{name}_is_none", BOOL)
        return Maybe(flag, value)

    def view(self, a: Ref, b: Ref, name: str) -> Ref:
        """Two views of one object that differ in ints."""
        pairs = zip(paths.leaves(a.path), paths.leaves(b.path), strict=True)
        args = (x if x == y else self.phi(x, y, f"{name}_at", INT) for x, y in pairs)
        return Ref(a.obj, paths.with_leaves(a.path, args))

    def leaf(self, a: Any, b: Any, name: str) -> Any:
        args = [UNDEFINED if v is None else self.read(v, i) for i, v in enumerate((a, b))]
        facts = [fact_of_arg(arg) for arg in args if not isinstance(arg, Undefined)]
        fact = join_all(facts)
        out = self.phi(args[0], args[1], name, perhaps(fact) if UNDEFINED in args else fact)
        if out.fact.kind not in ("array", "list", "unknown"):
            return out
        obj = Obj(name)
        for value in (a, b):
            if isinstance(value, Ref):
                obj.shares |= {value.obj, *value.obj.shares}
        self.state.heap[obj] = out
        return Ref(obj)

    def phi(self, a: Arg, b: Arg, name: str, fact: Fact) -> Var:
        for pair, out in zip(self.pairs, self.outs, strict=True):
            if pair == (a, b) and out.fact == fact and name[0] == "$":
                return out
        self.pairs.append((a, b))
        out = Var(name.replace("$jump", "$done"), fact)
        self.outs.append(out)
        return out

    def containers(self, a: Ref | None, b: Ref | None, name: str) -> Any:
        key = (a, b)
        if key in self.memo:
            return Ref(self.memo[key])
        contents = [
            s.heap[v.obj] if v is not None else None for s, v in zip(self.states, key, strict=True)
        ]
        joined = self.content(contents[0], contents[1], name)
        if isinstance(joined, Either):
            return joined
        obj = Obj(name)
        obj.shares |= {v.obj for v in key if v is not None}
        obj.made_as, obj.default = like(*(v.obj for v in key if v is not None))
        self.memo[key] = obj
        self.state.heap[obj] = joined
        self.hold(obj, joined, *contents)
        return Ref(obj)

    def content(self, a: Any, b: Any, name: str) -> Any:
        if same(a, b):
            return a
        for one in (a, b):
            if isinstance(one, Either):
                return one
        one = a if a is not None else b
        if isinstance(one, Items):
            return self.items(a, b, name)
        if isinstance(one, Entries):
            return self.entries(a, b, name)
        if isinstance(b, Items):  # a list of unknown length on one path
            b = self.as_list(b, 1)
        facts = [fact_of_arg(x) for x in (a, b) if x is not None]
        return self.phi(a if a is not None else UNDEFINED, b if b is not None else UNDEFINED,
                        name, join_all(facts))

    def hold(self, obj: Obj, joined: Any, *contents: Any) -> None:
        """A list whose items are no longer known one by one still holds their objects."""
        if isinstance(joined, Var):
            for content, state in zip(contents, self.states, strict=True):
                if isinstance(content, Items):
                    for value in content.values:
                        obj.shares.update(reachable(state.heap, value))

    def as_list(self, items: Items, side: int) -> Pack:
        return Pack("list", tuple(self.read(v, side) for v in items.values))

    def items(self, a: Any, b: Any, name: str) -> Any:
        if a is None or b is None:
            values = (a or b).values
            pairs = [(v, None) if b is None else (None, v) for v in values]
        elif isinstance(b, Items) and len(a.values) == len(b.values):
            pairs = list(zip(a.values, b.values, strict=True))
        else:
            args = [self.as_list(x, i) if isinstance(x, Items) else x for i, x in enumerate((a, b))]
            return self.phi(args[0], args[1], name, join_all([fact_of_arg(x) for x in args]))
        return Items(tuple(self.value(x, y, f"{name}_{i}") for i, (x, y) in enumerate(pairs)))

    def entries(self, a: Any, b: Any, name: str) -> Any:
        keys = [k for k, _ in (a or b).pairs]
        if a is not None and b is not None and {k for k, _ in b.pairs} != set(keys):
            return Either(f"{quoted(name)} has different keys on two paths")
        pairs = []
        for key in keys:
            x = a.get(key) if a is not None else None
            y = b.get(key) if b is not None else None
            pairs.append((key, self.value(x, y, str(key))))
        return Entries(tuple(pairs), (a or b).cls)


def like(*objects: Obj) -> tuple[Any, Any]:
    """The class and the default that all objects have."""
    found = [(obj.made_as, obj.default) for obj in objects]
    return found[0] if all(one == found[0] for one in found) else (None, None)


def reachable(heap: Mapping[Obj, Any], value: Any) -> Iterator[Obj]:
    """The objects that a value leads to."""
    if isinstance(value, Ref):
        yield value.obj
        value = heap.get(value.obj)
    for part in _parts(value):
        yield from reachable(heap, part)


def places(heap: Mapping[Obj, Any], value: Any) -> Iterator[Ref]:
    """The places in objects that a value leads to."""
    if isinstance(value, Ref):
        yield value
        value = heap.get(value.obj)
    for part in _parts(value):
        yield from places(heap, part)


def _parts(value: Any) -> tuple[Any, ...]:
    match value:
        case Items():
            return value.values
        case Entries():
            return tuple(item for _, item in value.pairs)
        case Maybe():
            return (value.value,)
        case Method():
            return (value.receiver,)
        case Iterable():
            return value.parts
        case Tup():
            return value.items
        case Partial():
            return (*value.args, *(item for _, item in value.keywords))
        case Closure():
            return tuple(item for _, item in value.defaults)
    return ()


def mapped(value: Any, change: Callable[[Var], Any]) -> Any:
    """The value with other args for the variables in it."""
    match value:
        case Var():
            return change(value)
        case Tup():
            return Tup(tuple(mapped(item, change) for item in value.items), value.cls)
        case Ref():
            return Ref(value.obj, tuple(mapped(step, change) for step in value.path))
        case Pack():
            return value.rebuild(tuple(mapped(item, change) for item in value.items))
        case Maybe():
            return Maybe(mapped(value.none, change), mapped(value.value, change))
        case Items():
            return Items(tuple(mapped(item, change) for item in value.values))
        case Entries():
            return Entries(tuple((k, mapped(v, change)) for k, v in value.pairs), value.cls)
    return value


def origins(objects: set[Obj]) -> set[Obj]:
    """The objects, and all that they may be or share memory with."""
    found: set[Obj] = set()
    left = list(objects)
    while left:
        obj = left.pop()
        if obj not in found:
            found.add(obj)
            left += obj.shares | obj.stands
    return found


ITEMS = "$items"  # the name of what stands for the items of lists that share them


def items_among(objects: set[Obj]) -> set[Obj]:
    """The items of lists that the objects may be, or hold."""
    return {obj for obj in origins(objects) if obj.name == ITEMS}


def quoted(name: str) -> str:
    """A name as messages show it; hidden names by what they are."""
    if name == "$value":
        return "what is returned"
    return "a value" if "$" in name else f"`{name}`"


def is_hidden_reference(name: str) -> bool:
    """Hidden names that keep an object alive: a result, what a loop runs over."""
    return name == "$value" or name.startswith("$over")


def none_flag(value: Any) -> Arg:
    """Whether a value is None, as an arg."""
    if isinstance(value, Maybe):
        return value.none
    return Const(value is not None and is_none(value))


def join_all(facts: list[Fact]) -> Fact:
    if not facts:
        return STATIC
    fact = facts[0]
    for other in facts[1:]:
        fact = join(fact, other)
    return fact
