"""What a loop runs over: a range of indices and what each binds, or known items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from astgrad.frontend.effects import ASSERT
from astgrad.frontend.expressions import item, list_items
from astgrad.frontend.held import make_dynamic
from astgrad.frontend.lazy import fresh
from astgrad.frontend.listed import VIEWS, Listed, fixed, of_dict, of_list
from astgrad.frontend.lower import Lowering
from astgrad.frontend.special import asked
from astgrad.frontend.state import is_leaf
from astgrad.frontend.values import Entries, Iterable, Known, Range, Ref, Tup, certain
from astgrad.ir.core import Apply, Arg, Const, Var
from astgrad.ir.fact import Fact
from astgrad.ir.sizes import example, fact_of_arg
from astgrad.rules import table


def iteration(lo: Lowering, source: Any, node: gast.AST) -> tuple[Any, Callable[[Any], Any]]:
    """The bounds of the range to run over, and the target's value for an index.

    Bounds None: the loop is unrolled over the items that the second result lists, each read
    when its trip begins.
    """
    source = certain(source)
    items = list_items(lo, source) if not isinstance(source, Tup) else source.items
    if items is not None:
        if uniform(lo, source, items):
            make_dynamic(lo, source.obj, node)
            return iteration(lo, source, node)
        listed = of_list(lo, source, items, node)
        if isinstance(source, Ref) and source.obj.lazy is not None:
            return None, lambda _: listed.over(
                len(items), lambda i: item_now(lo, source, Const(i), node))
        return None, lambda _: listed
    match source:
        case Range():
            bounds = (source.start, source.stop, source.step)
            return bounds, lambda i: i
        case Iterable():
            return adapted(lo, source, node)
        case Ref():
            content = lo.state.heap[source.obj]
            if isinstance(content, Entries) and content.cls is not None:
                made = asked(lo, source, "__iter__", node=node, what="`__iter__`")
                return iteration(lo, made, node)
            if isinstance(content, Entries):
                return None, lambda _: of_dict(lo, "keys", source, node)
            if lo.loops and not source.path and content in lo.empty:
                return None, lambda _: fixed(())
            bounds = Const(0), length(lo, lo.read(source)), Const(1)
            return bounds, lambda i: item_now(lo, source, i, node)
        case Const(value=str()):
            letters = [Const(c) for c in source.value]
            return None, lambda _: fixed(letters)
        case Known() if isinstance(source.value, tuple | list | dict):
            known = [lo.known(v) for v in source.value]
            return None, lambda _: fixed(known)
    fact = lo.fact(source)
    if fact.kind in ("array", "unknown"):
        arg = lo.read(source)
        return (Const(0), length(lo, arg), Const(1)), lambda i: lo.apply("[]", arg, i)
    raise lo.refuse(node, "what this loop runs over is not known", "use a range, list or array")


def item_now(lo: Lowering, source: Ref, i: Arg, node: gast.AST) -> Any:
    fresh(lo, source.obj, node)
    return item(lo, source, i, node)


def length(lo: Lowering, arg: Arg) -> Arg:
    """`len(arg)`, which knows what dimension it is."""
    fact = fact_of_arg(arg)
    if fact.kind != "array" or not fact.shape:
        return lo.build.apply("len", arg)
    size = fact.shape[0]
    if isinstance(size, int):
        return Const(size)
    out = Var("n", Fact("number", "int", size=size))
    lo.build.add(Apply((out,), table.row("len"), (arg,), lo.build.span))
    return out


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
    if kind == "each":
        return iteration(lo, parts[0], node)
    if kind == "enumerate":
        bounds, bind = iteration(lo, parts[0], node)
        first = parts[1]
        if bounds is None:
            listed = bind(None)
            return None, lambda _: listed.over(
                len(listed), lambda i: Tup((lo.build.apply("Add", first, Const(i)), listed[i])))
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
    if kind in VIEWS:
        return None, lambda _: of_dict(lo, kind, parts[0], node)
    if kind == "zip":
        return zipped(lo, parts, node)
    if kind == "map":
        from astgrad.frontend.calls import call

        bounds, bind = zipped(lo, parts[1:], node)
        if bounds is None:
            rows = bind(None)
            return None, lambda _: rows.over(
                len(rows), lambda i: call(lo, parts[0], rows[i].items, {}, node))
        return bounds, lambda i: call(lo, parts[0], bind(i).items, {}, node)
    raise lo.refuse(node, f"a loop over {kind}() cannot be differentiated yet")


def zipped(lo: Lowering, parts: tuple[Any, ...], node: gast.AST) -> tuple[Any, Any]:
    inner = [iteration(lo, part, node) for part in parts]
    if any(bounds is None for bounds, _ in inner):
        lists = []
        known = min(len(bind(None)) for bounds, bind in inner if bounds is None)
        known = min([known, *(at_least(lo, bounds, known, node)
                              for bounds, _ in inner if bounds is not None)])
        for bounds, bind in inner:
            lists.append(bind(None) if bounds is None else Listed(known, counted(lo, bounds, bind)))
        rows = Listed(known, lambda i: Tup(tuple(part[i] for part in lists)),
                      lambda: [part.end() for part in lists])
        return None, lambda _: rows
    counts = [trips(lo, b) for b, _ in inner]
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


def counted(lo: Lowering, bounds: Any, bind: Callable[[Any], Any]) -> Callable[[int], Any]:
    """The item of a trip, of a range whose first trips are written out."""
    start, _, step = bounds

    def at(i: int) -> Any:
        jumped = lo.build.apply("Mult", Const(i), step) if i and not is_one(step) else Const(i)
        return bind(add(lo, start, jumped))

    return at


def at_least(lo: Lowering, bounds: Any, known: int, node: gast.AST) -> int:
    """How many of the known items the other part has, as in the example; checked when
    the program runs.
    """
    count = trips(lo, bounds)
    if isinstance(count, Const):
        return int(count.value)
    size = example(fact_of_arg(count).size)
    if size is None:
        raise lo.refuse(node, "how many items are zipped is known only at run time",
                        "loop over indices, or make an array of the known items")
    test = lo.build.apply("GtE" if size >= known else "Eq", count, Const(min(size, known)))
    message = Const(f"zip: {min(size, known)} items as in the example that was transformed")
    lo.build.add(Apply((), ASSERT, (test, message), lo.build.span))
    return size


def trips(lo: Lowering, bounds: Any) -> Arg:
    """The number of trips of a range."""
    if is_zero(bounds[0]) and is_one(bounds[2]):
        return bounds[1]  # type: ignore[no-any-return]
    return lo.build.apply("range_len", *bounds)


def no_trips(lo: Lowering, bounds: Any) -> Arg:
    """Whether a range is empty."""
    if is_one(bounds[2]):
        return lo.build.apply("LtE", bounds[1], bounds[0])
    return lo.build.apply("Eq", trips(lo, bounds), Const(0))


def add(lo: Lowering, a: Arg, b: Arg) -> Arg:
    return b if is_zero(a) else a if is_zero(b) else lo.build.apply("Add", a, b)


def is_zero(arg: Arg) -> bool:
    return isinstance(arg, Const) and type(arg.value) is int and arg.value == 0


def is_one(arg: Arg) -> bool:
    return isinstance(arg, Const) and type(arg.value) is int and arg.value == 1
