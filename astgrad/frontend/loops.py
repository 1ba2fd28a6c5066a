"""Loops: the body is lowered again until what it carries and the facts are stable.

`Head` makes the state at the loop's head: each carried place gets parameters for its
leaves.  After a trip, the places that changed are compared with the head; a fact that
grew, a place that was not carried yet or a storage shared anew means one more time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from astgrad.analysis.builder import Builder
from astgrad.analysis.infer import fact_of_arg
from astgrad.errors import InternalError
from astgrad.frontend.expressions import item, list_items, truth
from astgrad.frontend.lower import FALSE, FLAGS, Lowering
from astgrad.frontend.names import Names, stores
from astgrad.frontend.state import State, is_leaf, same
from astgrad.frontend.statements import Live, bind_target, handles
from astgrad.frontend.values import (
    Either, Entries, Items, Iterable, Known, Obj, Range, Ref, Tup,
)  # fmt: skip
from astgrad.frontend.writes import make_dynamic, reachable
from astgrad.ir.core import UNDEFINED, Arg, Block, Const, For, Undefined, Var, While
from astgrad.ir.fact import INT, STATIC, Fact, join

LIMIT = 30


class Again(Exception):
    """What the head assumed does not hold after a trip: lower the body once more."""


class Head:
    """What a loop carries: places and objects, with the facts of their leaves."""

    def __init__(self, lo: Lowering, node: gast.stmt, start: State, live: Names) -> None:
        self.lo, self.node, self.start, self.live = lo, node, start, live
        self.places: dict[Any, None] = {}
        self.objects: dict[Obj, None] = {}
        self.late: dict[Any, Any] = {}  # places first bound in the body: their value there
        self.facts: dict[Any, Fact] = {}

    results: list[Arg]

    def make(self) -> State:
        """The state at the head; fills `params`, `inits` and `leaves`."""
        self.params: list[Var] = []
        self.inits: list[Arg] = []
        self.index: dict[Any, int] = {}
        self.rebound: dict[Obj, Obj] = {}
        state = self.start.copy()
        for obj in self.objects:
            state.heap[obj] = self.content(self.start.heap[obj], (obj,), obj.name)
        for place in self.places:
            value = self.late.get(place) or self.start.names.get(place)
            state.names[place] = self.value(value, (place,), place[1], place in self.late)
        self.state = state
        return state.copy()

    def param(self, key: Any, init: Arg, name: str, fact: Fact) -> Var:
        known = self.facts.get(key)
        if known is None:
            fact = Fact(fact.kind, fact.dtype, fact.shape, None, fact.items)
        else:
            fact = known
        self.facts[key] = fact
        self.index[key] = len(self.params)
        var = Var(name.replace("$jump", "done").replace("$", ""), fact)
        self.params.append(var)
        self.inits.append(init)
        return var

    def read(self, value: Any) -> Arg:
        kept, self.lo.state = self.lo.state, self.start
        try:
            return self.lo.read(value)
        finally:
            self.lo.state = kept

    def value(self, value: Any, key: Any, name: str, late: bool) -> Any:
        if late:
            return self.late_value(value, key, name)
        if isinstance(value, Tup):
            items = (self.value(v, (*key, i), f"{name}_{i}", False)
                     for i, v in enumerate(value.items))
            return Tup(tuple(items), value.cls)
        if value is None or isinstance(value, Undefined):
            return self.late_value(Const(0), key, name)
        if not isinstance(value, Ref) and not is_leaf(value, self.start):
            return value
        if isinstance(value, Ref):
            obj = Obj(name, value.obj.span)
            obj.shares = {value.obj, *value.obj.shares}
            previous = self.rebinds.get(key)
            if previous is not None:
                obj = previous
            self.rebinds[key] = obj
            self.pending.append((obj, value, key, name))
            return Ref(obj)
        return self.param(key, self.read(value), name, fact_of_arg(value))

    def late_value(self, value: Any, key: Any, name: str) -> Any:
        """A place that is unbound at the head: parameters without a first value."""
        if isinstance(value, Tup):
            items = (self.late_value(v, (*key, i), f"{name}_{i}")
                     for i, v in enumerate(value.items))
            return Tup(tuple(items), value.cls)
        fact = self.facts.get(key, STATIC)
        var = self.param(key, UNDEFINED, name, fact)
        if fact.kind in ("array", "list", "unknown"):
            obj = self.rebinds.setdefault(key, Obj(name))
            self.extra[obj] = var
            return Ref(obj)
        return var

    def content(self, content: Any, key: Any, name: str) -> Any:
        if isinstance(content, Items):
            return Items(tuple(self.value(v, (*key, i), f"{name}_{i}", False)
                               for i, v in enumerate(content.values)))
        if isinstance(content, Entries):
            return Entries(tuple((k, self.value(v, (*key, k), str(k), False))
                                 for k, v in content.pairs), content.cls)
        return self.param(key, content, name, fact_of_arg(content))

    rebinds: dict[Any, Obj]
    pending: list[Any]
    extra: dict[Obj, Var]

    def prepare(self) -> State:
        """`make`, with objects for rebound places."""
        if not hasattr(self, "rebinds"):
            self.rebinds = {}
        self.pending, self.extra = [], {}
        state = self.make()
        while self.pending:
            obj, ref, key, name = self.pending.pop(0)
            content = self.start.heap[ref.obj]
            if isinstance(content, Items | Entries) and not ref.path:
                made = self.content(content, (*key, "*"), name)
            else:
                arg = self.read(ref)
                made = self.param((*key, "*"), arg, name, fact_of_arg(arg))
            state.heap[obj] = self.state.heap[obj] = made
        for obj, var in self.extra.items():
            state.heap[obj] = self.state.heap[obj] = var
        return state

    # -- after a trip ------------------------------------------------------------------

    def close(self, end: State) -> list[Arg]:
        """What the body hands to the next trip; raises `Again` where the head is wrong."""
        self.again = False
        self.back: list[Arg | None] = [None] * len(self.params)
        for obj, content in self.state.heap.items():
            after = end.heap.get(obj)
            if obj in self.objects:
                self.match_content(content, after, (obj,), obj)
            elif not same(content, after) and obj not in self.rebinds.values():
                self.objects[obj] = None
                self.again = True
        for place in {**self.state.names, **end.names}:
            self.place(place, end)
        if self.again:
            raise Again
        return [UNDEFINED if arg is None else arg for arg in self.back]

    def place(self, place: Any, end: State) -> None:
        frame, name = place
        if name[0] == "$" and name != "$value" and not name.startswith("$nonlocal"):
            return
        if frame is self.lo.frame and name not in self.live and name != "$value":
            return
        if frame is not self.lo.frame and place not in self.state.names:
            return  # a call inside the body
        before, after = self.state.names.get(place), end.names.get(place)
        if place in self.places:
            self.match(before, after, (place,), end)
        elif not same(before, after) and after is not None:
            self.places[place] = None
            if before is None or isinstance(before, Undefined):
                self.late[place] = after
                self.late_facts(after, (place,), end)
            self.again = True

    def late_facts(self, value: Any, key: Any, end: State) -> None:
        if isinstance(value, Tup):
            for i, v in enumerate(value.items):
                self.late_facts(v, (*key, i), end)
        else:
            self.facts[key] = self.end_fact(value, end)

    def end_fact(self, value: Any, end: State) -> Fact:
        kept, self.lo.state = self.lo.state, end
        try:
            fact = self.lo.fact(value)
        finally:
            self.lo.state = kept
        return Fact(fact.kind, fact.dtype, fact.shape, None, fact.items)

    def end_read(self, value: Any, end: State) -> Arg:
        kept, self.lo.state = self.lo.state, end
        try:
            return self.lo.read(value)
        finally:
            self.lo.state = kept

    def leaf(self, after: Any, key: Any, end: State) -> None:
        arg = UNDEFINED if after is None else self.end_read(after, end)
        self.back[self.index[key]] = arg
        if isinstance(arg, Undefined):
            return
        have = self.facts[key]
        fact = join(have, self.end_fact(arg, end)) if have != STATIC else self.end_fact(arg, end)
        fact = Fact(fact.kind, fact.dtype, fact.shape, None, fact.items)
        if fact != have:
            self.facts[key] = fact
            self.again = True

    def match(self, before: Any, after: Any, key: Any, end: State) -> None:
        if isinstance(before, Tup) and isinstance(after, Tup):
            if len(before.items) == len(after.items):
                for i, (a, b) in enumerate(zip(before.items, after.items, strict=True)):
                    self.match(a, b, (*key, i), end)
                return
        elif key in self.rebinds and isinstance(before, Ref):
            self.match_object(before.obj, after, key, end)
            return
        elif key in self.index:
            self.leaf(after, key, end)
            return
        elif same(before, after):
            return
        name = key[0][1] if isinstance(key[0], tuple) else key[0].name
        raise self.lo.refuse(self.node, f"`{name}` changes its kind from trip to trip",
                             "give it one kind (a number, an array of one rank) in all trips")

    def match_object(self, obj: Obj, after: Any, key: Any, end: State) -> None:
        if key in self.index:  # bound late
            self.leaf(after, key, end)
            return
        if not isinstance(after, Ref):
            if after is not None and (*key, "*") in self.index:
                self.leaf(after, (*key, "*"), end)
                return
            raise self.lo.refuse(self.node, f"`{obj.name}` changes its kind from trip to trip",
                                 "give it one kind in all trips")
        content = self.state.heap[obj]
        if isinstance(content, Items | Entries):
            self.match_content(content, end.heap[after.obj], (*key, "*"), after.obj, end)
        else:
            self.leaf(after, (*key, "*"), end)
        self.partition(obj, after.obj, key, end)

    def partition(self, head: Obj, now: Obj, key: Any, end: State) -> None:
        """Two places that refer to one object after a trip may do so at the head."""
        for place, value in end.names.items():
            if place == key[0] or (place[0] is self.lo.frame and place[1] not in self.live):
                continue
            for other in reachable(self.lo, value):
                if other is now or other in now.shares or now in other.shares:
                    target = self.rebinds.get((place,), other)
                    if target is not head and target not in head.shares:
                        head.shares.add(target)
                        self.lo.shared += 1

    def match_content(self, before: Any, after: Any, key: Any, obj: Obj,
                      end: State | None = None) -> None:
        end = end or self.end
        if isinstance(before, Items):
            if not isinstance(after, Items) or len(before.values) != len(after.values):
                self.dynamic.add(key[0] if isinstance(key[0], Obj) else key)
                self.again = True
                return
            for i, (a, b) in enumerate(zip(before.values, after.values, strict=True)):
                self.match(a, b, (*key, i), end)
        elif isinstance(before, Entries):
            if [k for k, _ in before.pairs] != [k for k, _ in after.pairs]:
                raise self.lo.refuse(self.node, f"the keys of `{obj.name}` change from trip to trip",
                                     "set every key before the loop")
            for k, v in before.pairs:
                self.match(v, after.get(k), (*key, k), end)
        else:
            self.leaf(after if not isinstance(after, Items) else Ref(obj), key, end)

    end: State
    dynamic: set[Any]


def fixpoint(lo: Lowering, node: gast.stmt, live: Names, body: Callable[[], Arg],
             seeds: list[Obj], names: Names) -> tuple[Head, Builder, Arg, Builder | None]:
    """Lower the body until the head holds; the head, the block and the stop flag."""
    start, outer = lo.state, lo.build
    head = Head(lo, node, start, live)
    head.dynamic = set()
    for name in sorted(names):
        place = (lo.frame, name)
        if name in live and place in start.names and is_leaf(start.names[place], start):
            if not isinstance(start.names[place], Ref):
                head.places[place] = None
    for obj in seeds:
        if not isinstance(start.heap[obj], Items | Entries):
            head.objects[obj] = None
    for _ in range(LIMIT):
        shared = lo.shared
        for obj in list(head.dynamic):
            if isinstance(obj, Obj):
                lo.state = start
                make_dynamic(lo, obj, node)
        head.dynamic.clear()
        problems = list(lo.problems)
        lo.state = head.prepare()
        for name in names - live:
            lo.state.names.pop((lo.frame, name), None)
        for flag in FLAGS:
            lo.state.names[lo.frame, flag] = FALSE
        lo.build = Builder(outer)
        try:
            stop = body()
            head.end = lo.state
            results = head.close(lo.state)
            if lo.shared == shared:
                built, lo.build = lo.build, outer
                lo.state = head.end
                head.results = results
                return head, built, stop, None
        except Again:
            pass
        finally:
            lo.build = outer
        lo.problems = problems
    raise InternalError("a loop does not settle")


def written_names(body: list[gast.stmt]) -> Names:
    """Names whose objects the body may change: subscripts, attributes, methods."""
    found = set()
    for statement in body:
        for node in gast.walk(statement):
            if isinstance(node, gast.Subscript | gast.Attribute):
                base = node.value
                while isinstance(base, gast.Subscript | gast.Attribute):
                    base = base.value
                stored = isinstance(node.ctx, gast.Store)
                method = isinstance(node, gast.Attribute) and node.attr in MUTATORS
                if isinstance(base, gast.Name) and (stored or method):
                    found.add(base.id)
            elif isinstance(node, gast.AugAssign) and isinstance(node.target, gast.Name):
                found.add(node.target.id)
    return frozenset(found)


MUTATORS = ("append", "extend", "insert", "pop", "fill", "sort", "remove", "clear")


def seeds_of(lo: Lowering, body: list[gast.stmt]) -> list[Obj]:
    seeds = []
    for name in sorted(written_names(body)):
        value = lo.state.names.get((lo.frame, name))
        if isinstance(value, Ref) and lo.fact(value).kind == "array":
            seeds.append(value.obj)
    return list(dict.fromkeys(seeds))


@handles(gast.For)
def for_(lo: Lowering, node: gast.For, rest: list[gast.stmt]) -> bool:
    source = lo.expr(node.iter)
    bounds, bind = iteration(lo, source, node)
    live = lo.head_names(node) | lo.live_after(node)
    names = stores([node.target, *node.body])
    if bounds is None:
        return unrolled(lo, node, bind, rest)
    target = Var("_", INT)

    def body() -> Arg:
        target.name = _target_name(node.target)
        bind_target(lo, node.target, bind(target))
        lo.statements(node.body)
        return lo.state.names[lo.frame, "$stop"]

    outer_flags = save_flags(lo)
    head, built, stop, _ = fixpoint(lo, node, live, body, seeds_of(lo, node.body), names)
    stops = not (isinstance(stop, Const) and stop.value is False)
    results = list(head.results)
    finish(lo, node, head, outer_flags, rest, stops, stop, results,
           lambda outs, flags: For(
               tuple(outs), bounds, tuple(head.inits) + flags[0],
               Block((target, *head.params, *flags[1]), tuple(built.ops),
                     (*results, *flags[2], *((stop,) if stops else ()))),
               False, stops, lo.build.span))
    return False


def _target_name(node: gast.expr) -> str:
    return node.id if isinstance(node, gast.Name) else "i"


def save_flags(lo: Lowering) -> dict[str, Any]:
    return {flag: lo.state.names.get((lo.frame, flag), FALSE) for flag in FLAGS}


def finish(lo: Lowering, node: Any, head: Head, outer: dict[str, Any], rest: list[gast.stmt],
           stops: bool, stop: Arg, results: list[Arg],
           make: Callable[[list[Var], Any], Any]) -> None:
    """Bind the loop's results, then its `else`, then a return from inside."""
    end = head.end
    returned = end.names[lo.frame, "$return"]
    carries_return = not (isinstance(returned, Const) and returned.value is False)
    carries_stop = stops and bool(node.orelse)
    inits: list[Arg] = []
    params: list[Var] = []
    backs: list[Arg] = []
    flags: list[str] = []
    for wanted, name, value in ((carries_return, "$return", returned), (carries_stop, "$stop", stop)):
        if wanted:
            flags.append(name)
            inits.append(FALSE)
            params.append(Var("returned" if name == "$return" else "broke", Fact("number", "bool")))
            backs.append(value)
    outs = [Var(p.name, p.fact) for p in head.params] + [Var(p.name, p.fact) for p in params]
    lo.build.add(make(outs, (tuple(inits), tuple(params), tuple(backs))))
    table: dict[Var, Any] = dict(zip(head.params, outs, strict=False))
    lo.state = head.state.copy()
    lo.state.heap = {o: rename(c, table) for o, c in head.state.heap.items()}
    lo.state.names = {p: rename(v, table) for p, v in head.state.names.items()}
    for obj, content in end.heap.items():
        lo.state.heap.setdefault(obj, content)
    flag_outs = dict(zip(flags, outs[len(head.params) :], strict=True))
    for flag in FLAGS:
        lo.state.names[lo.frame, flag] = outer[flag]
    if node.orelse:
        broke = flag_outs.get("$stop", FALSE)
        if isinstance(broke, Const):
            lo.statements(node.orelse)
        else:
            live = Live(lo, lo.frame, set(lo.live_after(node)))
            lo.branch(broke, lambda: None, lambda: lo.statements(node.orelse), live)
    if "$return" in flag_outs:
        for flag in FLAGS:
            lo.state.names[lo.frame, flag] = flag_outs["$return"]


def rename(value: Any, table: dict[Var, Any]) -> Any:
    match value:
        case Var():
            return table.get(value, value)
        case Tup():
            return Tup(tuple(rename(i, table) for i in value.items), value.cls)
        case Items():
            return Items(tuple(rename(i, table) for i in value.values))
        case Entries():
            return Entries(tuple((k, rename(v, table)) for k, v in value.pairs), value.cls)
    return value


@handles(gast.While)
def while_(lo: Lowering, node: gast.While, rest: list[gast.stmt]) -> bool:
    live = lo.head_names(node) | lo.live_after(node)
    names = stores([node.test, *node.body])
    test_block: list[Any] = []
    plain_test = not any(isinstance(n, gast.NamedExpr) for n in gast.walk(node.test))

    def body() -> Arg:
        test_block.clear()
        outer = lo.build
        before = lo.state.copy()
        lo.build = Builder(outer)
        test = truth(lo, lo.expr(node.test), node.test)
        pure = plain_test and all(not getattr(op, "rule", None) or not op.rule.effect
                                  for op in lo.build.ops)
        pure = pure and lo.state.heap == before.heap
        if pure:
            test_block.extend((lo.build.ops, test))
            lo.build = outer
            lo.statements(node.body)
            return lo.state.names[lo.frame, "$stop"]
        for op in lo.build.ops:
            outer.add(op)
        lo.build = outer

        def leave() -> None:
            lo.state.names[lo.frame, "$stop"] = Const(True)
            lo.state.names[lo.frame, "$jump"] = Const(True)

        lo.branch(test, lambda: lo.statements(node.body), leave,
                  Live(lo, lo.frame, set(live)))
        return lo.state.names[lo.frame, "$stop"]

    outer_flags = save_flags(lo)
    head, built, stop, _ = fixpoint(lo, node, live, body, seeds_of(lo, node.body), names)
    stops = not (isinstance(stop, Const) and stop.value is False)
    results = list(head.results)

    def make(outs: list[Var], flags: Any) -> While:
        inits, params, backs = flags
        if test_block:
            fresh = tuple(Var(p.name, p.fact) for p in (*head.params, *params))
            from astgrad.ir.walk import refresh

            table = dict(zip((*head.params, *params), fresh, strict=True))
            test = refresh(Block((), tuple(test_block[0]), (test_block[1],)), dict(table))
            test = Block(fresh, test.ops, test.results)
        else:
            fresh = tuple(Var(p.name, p.fact) for p in (*head.params, *params))
            test = Block(fresh, (), (Const(True),))
        return While(tuple(outs), tuple(head.inits) + inits, test,
                     Block((*head.params, *params), tuple(built.ops),
                           (*results, *backs, *((stop,) if stops else ()))),
                     stops, lo.build.span)

    finish(lo, node, head, outer_flags, rest, stops, stop, results, make)
    return False


# -- what is iterated -------------------------------------------------------------------------


def iteration(lo: Lowering, source: Any, node: gast.AST) -> tuple[Any, Callable[[Any], Any]]:
    """The bounds of the range to run over, and the target's value for an index.

    Bounds None: the loop is unrolled over the items that the second result lists.
    """
    items = list_items(lo, source) if not isinstance(source, Tup) else source.items
    if items is not None:
        if uniform(lo, source, items):
            make_dynamic(lo, source.obj, node)
            return iteration(lo, source, node)
        return None, lambda _: list(items)
    match source:
        case Range():
            bounds = (source.start, source.stop, source.step)
            return bounds, lambda i: i
        case Iterable():
            return adapted(lo, source, node)
        case Ref():
            content = lo.state.heap[source.obj]
            if isinstance(content, Entries):
                keys = [Const(k) for k, _ in content.pairs]
                return None, lambda _: keys
            length = lo.build.apply("len", lo.read(source))
            return (Const(0), length, Const(1)), lambda i: item(lo, source, i, node)
        case Const(value=str()):
            letters = [Const(c) for c in source.value]
            return None, lambda _: letters
        case Known() if isinstance(source.value, tuple | list):
            known = [lo.known(v) for v in source.value]
            return None, lambda _: known
    fact = lo.fact(source)
    if fact.kind in ("array", "unknown"):
        arg = lo.read(source)
        length = lo.build.apply("len", arg)
        return (Const(0), length, Const(1)), lambda i: lo.apply("[]", arg, i)
    raise lo.refuse(node, "what this loop runs over is not known", "use a range, list or array")


def uniform(lo: Lowering, source: Any, items: tuple[Any, ...]) -> bool:
    """Whether a list is better run over than unrolled: many items of one fact."""
    if not isinstance(source, Ref) or len(items) <= 4:
        return False
    if not all(is_leaf(i, lo.state) for i in items):
        return False
    facts = {lo.fact(i) for i in items}
    return len(facts) == 1 and next(iter(facts)).is_numeric


def adapted(lo: Lowering, source: Iterable, node: gast.AST) -> tuple[Any, Callable[[Any], Any]]:
    kind, parts = source.kind, source.parts
    if kind == "enumerate":
        bounds, bind = iteration(lo, parts[0], node)
        first = parts[1]
        if bounds is None:
            listed = bind(None)
            return None, lambda _: [Tup((lo.build.apply("Add", first, Const(i)), v))
                                    for i, v in enumerate(listed)]
        if not is_zero(bounds[0]) or not is_one(bounds[2]):
            inner = bind
            count = lo.build.apply("range_len", *bounds)
            start, step = bounds[0], bounds[2]
            return (Const(0), count, Const(1)), lambda i: Tup(
                (add(lo, first, i), inner(add(lo, start, lo.build.apply("Mult", i, step)))))
        return bounds, lambda i: Tup((add(lo, first, i), bind(i)))
    if kind == "reversed":
        bounds, bind = iteration(lo, parts[0], node)
        if bounds is None:
            listed = bind(None)
            return None, lambda _: listed[::-1]
        start, stop, step = bounds
        last = lo.build.apply("Sub", stop, step) if is_one(step) else None
        if last is None:
            count = lo.build.apply("range_len", *bounds)
            top = lo.build.apply("Mult", lo.build.apply("Sub", count, Const(1)), step)
            last = add(lo, start, top)
        return (last, lo.build.apply("Sub", start, step), lo.build.apply("USub", step)), bind
    if kind == "zip":
        return zipped(lo, parts, node)
    if kind == "map":
        from astgrad.frontend.calls import call

        bounds, bind = zipped(lo, parts[1:], node)
        if bounds is None:
            rows = bind(None)
            return None, lambda _: [call(lo, parts[0], r.items, {}, node) for r in rows]
        return bounds, lambda i: call(lo, parts[0], bind(i).items, {}, node)
    raise lo.refuse(node, f"a loop over {kind}() cannot be differentiated yet")


def zipped(lo: Lowering, parts: tuple[Any, ...], node: gast.AST) -> tuple[Any, Any]:
    inner = [iteration(lo, part, node) for part in parts]
    if any(bounds is None for bounds, _ in inner):
        lists = []
        known = min(len(bind(None)) for bounds, bind in inner if bounds is None)
        for bounds, bind in inner:
            if bounds is None:
                lists.append(bind(None)[:known])
            else:
                lists.append([bind(add(lo, bounds[0], Const(i))) for i in range(known)])
        rows = [Tup(tuple(row)) for row in zip(*lists, strict=True)]
        return None, lambda _: rows
    counts = [
        b[1] if is_zero(b[0]) and is_one(b[2]) else lo.build.apply("range_len", *b)
        for b, _ in inner
    ]
    least = counts[0]
    sizes = {fact_of_arg(c).size for c in counts}
    if len(sizes) > 1 or None in sizes:
        for other in counts[1:]:
            if other is not least:
                least = lo.build.apply("min", least, other)

    def bind_all(i: Any) -> Tup:
        values = []
        for bounds, bind in inner:
            at = i
            if not (is_zero(bounds[0]) and is_one(bounds[2])):
                at = add(lo, bounds[0], lo.build.apply("Mult", i, bounds[2]))
            values.append(bind(at))
        return Tup(tuple(values))

    return (Const(0), least, Const(1)), bind_all


def add(lo: Lowering, a: Arg, b: Arg) -> Arg:
    return b if is_zero(a) else a if is_zero(b) else lo.build.apply("Add", a, b)


def is_zero(arg: Arg) -> bool:
    return isinstance(arg, Const) and type(arg.value) is int and arg.value == 0


def is_one(arg: Arg) -> bool:
    return isinstance(arg, Const) and type(arg.value) is int and arg.value == 1


def unrolled(lo: Lowering, node: gast.For, bind: Callable[[Any], Any],
             rest: list[gast.stmt]) -> bool:
    """A loop over known items: one copy of the body for each."""
    outer = save_flags(lo)
    values = bind(None)
    _unroll(lo, node, values)
    stop = lo.state.names[lo.frame, "$stop"]
    returned = lo.state.names[lo.frame, "$return"]
    for flag in FLAGS:
        lo.state.names[lo.frame, flag] = outer[flag]
    if node.orelse:
        if isinstance(stop, Const):
            if not stop.value:
                lo.statements(node.orelse)
        else:
            live = Live(lo, lo.frame, set(lo.live_after(node)))
            lo.branch(stop, lambda: None, lambda: lo.statements(node.orelse), live)
    if not (isinstance(returned, Const) and returned.value is False):
        for flag in FLAGS:
            lo.state.names[lo.frame, flag] = returned
    return False


def _unroll(lo: Lowering, node: gast.For, values: list[Any]) -> None:
    for flag in FLAGS:
        lo.state.names[lo.frame, flag] = FALSE
    if not values:
        return
    lo.state.names[lo.frame, "$jump"] = FALSE
    bind_target(lo, node.target, values[0])
    lo.statements(node.body)
    stop = lo.state.names[lo.frame, "$stop"]
    if isinstance(stop, Const):
        if not stop.value:
            _unroll(lo, node, values[1:])
        return
    live = Live(lo, lo.frame, set(lo.head_names(node) | lo.live_after(node)))

    def more() -> None:
        _unroll(lo, node, values[1:])

    lo.branch(stop, lambda: None, more, live)


__all__ = ["Either", "State"]
