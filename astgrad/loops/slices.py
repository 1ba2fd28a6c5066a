"""`x[index]` as a view or a gathered value: how an index of the result leads into x."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from astgrad.analysis.indexing import index_items, item_kind, slice_size
from astgrad.ir.core import Arg, Const, Pack, Var
from astgrad.ir.fact import INT
from astgrad.loops.values import Index, Value, View, given
from astgrad.loops.writing import ONE, ZERO, Uncompiled, Writing

if TYPE_CHECKING:
    from astgrad.loops.memory import Memory

Step = Callable[[Writing, Index], Arg]


@dataclass
class Axes:
    """The axes of a result, and for each axis of x its index in terms of the result's."""

    sizes: list[Callable[[Writing], Arg]]
    ones: list[bool]
    leads: list[Step]


def view(lo: Memory, x: Value, index: Arg) -> View:
    """`x[index]` for ints, slices, None, ... and arrays of ints; no element is read yet."""
    items, kinds = whole(x, index)
    if "mask" in kinds or "unknown" in kinds:
        raise Uncompiled("an index whose kind is not known" if "unknown" in kinds
                         else "a boolean mask among other indices")
    axes = Axes([], [], [])
    gathered = [lo.value(item) for item, kind in zip(items, kinds, strict=True)
                if kind in ("array", "list")]
    at = placed_at(kinds) if gathered else 0
    rank = max((g.rank for g in gathered), default=0)
    fancy: list[int] = []  # where the axes of the arrays of ints begin in the result
    axis = 0
    if gathered and at == 0:
        fancy.append(start_fancy(lo, axes, gathered))
    for item, kind in zip(items, kinds, strict=True):
        match kind:
            case "new":
                axes.sizes.append(lambda _: ONE)
                axes.ones.append(True)
                continue
            case "int":
                axes.leads.append(fixed(lo, x, axis, item))
            case "slice":
                sliced(lo, x, axis, item, axes)
            case _:
                if not fancy:
                    fancy.append(start_fancy(lo, axes, gathered))
                axes.leads.append(looked_up(lo, x, axis, item, fancy[0], rank))
        axis += 1
    leads = axes.leads

    def lead(write: Writing, index: Index) -> Index:
        return tuple(step(write, index) for step in leads)

    return View(tuple(axes.sizes), tuple(axes.ones), x, lead, bool(gathered))


def whole(x: Value, index: Arg) -> tuple[list[Arg], list[str]]:
    """The items of an index with slices for what `...` stands for, and their kinds."""
    items = list(index_items(index))
    kinds = [item_kind(item) for item in items]
    if "dots" not in kinds:
        items, kinds = [*items, Const(Ellipsis)], [*kinds, "dots"]
    taken = sum(kind not in ("new", "dots") for kind in kinds)
    at = kinds.index("dots")
    count = x.rank - taken
    items[at : at + 1] = [Const(slice(None))] * count
    kinds[at : at + 1] = ["slice"] * count
    return items, kinds


def placed_at(kinds: list[str]) -> int:
    """1 where the axes of arrays of ints stay in their place, 0 where they come first."""
    places = [i for i, kind in enumerate(kinds) if kind in ("array", "list", "int")]
    together = places == list(range(places[0], places[-1] + 1))
    return int(together)


def start_fancy(lo: Memory, axes: Axes, gathered: list[Value]) -> int:
    sizes, ones = lo.broadcast(gathered)
    start = len(axes.sizes)
    axes.sizes += given(*sizes)
    axes.ones += ones
    return start


def looked_up(lo: Memory, x: Value, axis: int, item: Arg, start: int, rank: int) -> Step:
    places = lo.value(item)

    def step(write: Writing, index: Index) -> Arg:
        i = places.at(write, places.aligned(index[start : start + rank]))
        return write.help("place", i, lo.true_size(write, x, axis))

    return step


def fixed(lo: Memory, x: Value, axis: int, item: Arg) -> Step:
    at = lo.place(lo.write, lo.scalar(item), x, axis)
    return lambda write, index: at


def sliced(lo: Memory, x: Value, axis: int, item: Arg, axes: Axes) -> None:
    mine = len(axes.sizes)
    start, step, size = bounds(lo, x, axis, item)
    axes.sizes.append(size)
    axes.ones.append(x.ones[axis] and item == Const(slice(None)))

    def lead(write: Writing, index: Index) -> Arg:
        i = index[mine] if step == ONE else write.times(index[mine], step)
        return write.add_to(i, start)

    axes.leads.append(lead)


def parts(lo: Memory, item: Arg) -> tuple[Arg, Arg, Arg]:
    if isinstance(item, Const):
        return Const(item.value.start), Const(item.value.stop), Const(item.value.step)
    assert isinstance(item, Pack)
    start, stop, step = (i if i == Const(None) else lo.scalar(i) for i in item.items)
    return start, stop, step


def bounds(lo: Memory, x: Value, axis: int, item: Arg
           ) -> tuple[Arg, Arg, Callable[[Writing], Arg]]:
    """Where a slice starts, its step, its size."""
    start, stop, step = parts(lo, item)
    if start == stop == step == Const(None):
        return ZERO, ONE, x.sizes[axis]
    if step == Const(None):
        step = ONE
    if not isinstance(step, Const):
        raise Uncompiled("a slice whose step is a variable")
    if step.value < 0:
        return backwards(lo, x, axis, start, stop, step)
    write = lo.write
    known = isinstance(start, Const) and isinstance(stop, Const)
    first = int(start.value or 0) if isinstance(start, Const) else -1
    last = stop.value if isinstance(stop, Const) else None
    if known and first >= 0 and (last is None or last < 0) and step == ONE:
        return Const(first), ONE, lambda w: w.subtract(
            lo.true_size(w, x, axis), Const(first - (last or 0)))
    low = ZERO if start == Const(None) else clamp(lo, write, start, x, axis)
    n = lo.true_size(write, x, axis)
    high = n if stop == Const(None) else clamp(lo, write, stop, x, axis)
    count = write.subtract(high, low)
    if step != ONE:
        more = write.add_to(count, Const(step.value - 1))
        count = write.apply("FloorDiv", more, step, fact=INT, name="n")
    whole_size = write.exactly(n)
    if isinstance(count, Var) and count.fact.size is None and whole_size is not None:
        count.fact = replace(INT, size=slice_size(whole_size, item))
    return low, step, lambda _: count


def backwards(lo: Memory, x: Value, axis: int, start: Arg, stop: Arg, step: Const
              ) -> tuple[Arg, Arg, Callable[[Writing], Arg]]:
    write = lo.write
    n = lo.true_size(write, x, axis)
    if start == Const(None):
        first: Arg = write.subtract(n, ONE)
    elif isinstance(start, Const) and start.value >= 0:
        first = write.apply("min", start, write.subtract(n, ONE), fact=INT)
    else:
        raise Uncompiled("a slice with a negative step and these bounds")
    if stop == Const(None):
        last: Arg = Const(-1)
    elif isinstance(stop, Const) and stop.value >= 0:
        last = stop
    else:
        raise Uncompiled("a slice with a negative step and these bounds")
    count = write.subtract(first, last)
    if step.value != -1:
        more = write.add_to(count, Const(-step.value - 1))
        count = write.apply("FloorDiv", more, Const(-step.value), fact=INT, name="n")
    return first, step, lambda _: count


def clamp(lo: Memory, write: Writing, bound: Arg, x: Value, axis: int) -> Arg:
    """A bound of a slice, between 0 and the size."""
    n = lo.true_size(write, x, axis)
    if bound == ZERO:
        return ZERO
    if isinstance(bound, Const) and bound.value < 0:
        return write.at_least_zero(write.add_to(n, bound))
    if isinstance(bound, Const):
        if isinstance(n, Const):
            return Const(min(bound.value, n.value))
        return write.apply("min", bound, n, fact=INT)
    if isinstance(bound, Var) and write.key(bound) == write.key(n):
        return bound
    if write.within(bound, write.highest(n), inclusive=True):
        return bound
    return write.help("clamped", bound, n)
