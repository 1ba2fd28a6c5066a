"""Whether a store may read what it has just written: `x[::2] = x[:3]`.

NumPy copies the right side first where the two overlap, except in a store to one axis from
a view with strides of the same sign, and in a store through a mask: there it walks both at
once.  With equal strides it walks in the order that is safe; else what it stores depends on
the walk.
"""

from __future__ import annotations

from collections.abc import Callable

from astgrad.analysis.indexing import getitem_fact, index_items, item_kind
from astgrad.ir.core import Apply, Arg, Const, Pack, Var
from astgrad.ir.sizes import fact_of_arg

WHOLE = Const(slice(None))
Path = tuple[Arg, ...]


def clobbers(base: Arg, target: Path, source: Path, value: Arg,
             counts: Callable[[Arg, Arg], bool]) -> bool:
    """Whether `base[target] = base[source]` may depend on the order of the walk.

    `counts(a, b)`: whether a is known to be greater than b, and b not to be negative.
    """
    if fact_of_arg(value).rank == 0 or target == source:
        return False
    if any(item_kind(i) == "mask" for step in target for i in index_items(step)):
        return True
    if len(target) != 1 or (isinstance(target[0], Pack) and target[0].kind == "step"):
        return True
    kinds = {item_kind(i) for i in index_items(target[0])}
    if kinds & {"array", "list"}:
        return False
    place = getitem_fact(base, target[0])
    if place is not None and place.shape is not None and place.rank != 1:
        return False
    rank = fact_of_arg(base).rank
    plain = len(source) == 1 and not (isinstance(source[0], Pack) and source[0].kind == "step")
    if rank is None or not plain:
        return True
    return walked(axes(target[0], rank), axes(source[0], rank), counts)


def axes(index: Arg, rank: int) -> list[Arg]:
    """What an index takes of each axis."""
    items = [i for i in index_items(index) if item_kind(i) != "new"]
    dots = [k for k, i in enumerate(items) if item_kind(i) == "dots"]
    at = dots[0] if dots else len(items)
    rest = [WHOLE] * (rank - len(items) + len(dots))
    return [*items[:at], *rest, *items[at + 1 :]]


def walked(target: list[Arg], source: list[Arg], counts: Callable[[Arg, Arg], bool]) -> bool:
    """Whether the walks may meet: their last axes differ, or the steps along it."""
    if any(apart(a, b, counts) or apart(b, a, counts) for a, b in zip(target, source, strict=True)):
        return False
    to = [k for k, i in enumerate(target) if item_kind(i) == "slice"]
    of = [k for k, i in enumerate(source) if item_kind(i) == "slice"]
    if not to or not of or to[-1] != of[-1]:
        return True
    one, two = (slice_parts(side[to[-1]])[2] for side in (target, source))
    if one == two:
        return False
    signs = [step.value > 0 for step in (one, two)
             if isinstance(step, Const) and isinstance(step.value, int)]
    return len(signs) < 2 or signs[0] == signs[1]


def apart(item: Arg, other: Arg, counts: Callable[[Arg, Arg], bool]) -> bool:
    """Whether an axis tells them apart: one number, and another or a slice without it."""
    if item_kind(item) != "int":
        return False
    if item_kind(other) == "int":
        if isinstance(item, Const) and isinstance(other, Const):
            same_sign = (item.value < 0) == (other.value < 0)
            return bool(same_sign and item.value != other.value)
        return counts(other, item)
    if item_kind(other) != "slice":
        return False
    start, stop, step = slice_parts(other)
    if not (isinstance(step, Const) and isinstance(step.value, int) and step.value > 0):
        return False
    if stop == item or (start != Const(None) and counts(start, item)):
        return True
    if not isinstance(item, Const) or item.value < 0:
        return False
    first, last = (p.value if isinstance(p, Const) else None for p in (start, stop))
    return (isinstance(first, int) and first > item.value) or (
        isinstance(last, int) and 0 <= last <= item.value)


def slice_parts(item: Arg) -> tuple[Arg, Arg, Arg]:
    if isinstance(item, Pack):
        start, stop, step = item.items
    else:
        assert isinstance(item, Const)
        start, stop, step = (Const(p) for p in (item.value.start, item.value.stop, item.value.step))
    return start, stop, (Const(1) if step == Const(None) else step)


class Counters:
    """Loop variables that are known not to be negative, and what is above them."""

    def __init__(self, made: Callable[[Var], Apply | None]) -> None:
        self.made = made
        self.known: set[Var] = set()
        self.below: dict[Var, Arg] = {}

    def loop(self, target: Var, bounds: tuple[Arg, ...]) -> None:
        """Note the target of a loop over `range(*bounds)`."""
        start = bounds[0] if len(bounds) > 1 else Const(0)
        step = bounds[2] if len(bounds) > 2 else Const(1)
        if isinstance(step, Const) and isinstance(step.value, int):
            end = start if step.value > 0 else bounds[1]
            least = 0 if step.value > 0 else -1
            if self.at_least(end, least):
                self.known.add(target)
            if step.value > 0:
                self.below[target] = bounds[1] if len(bounds) > 1 else bounds[0]

    def at_least(self, arg: Arg, least: int) -> bool:
        if isinstance(arg, Const):
            return isinstance(arg.value, int) and arg.value >= least
        if isinstance(arg, Var):
            base = self.one_less(arg)
            return arg in self.known or (base is not None and self.at_least(base, least))
        return False

    def one_less(self, arg: Arg) -> Arg | None:
        op = self.made(arg) if isinstance(arg, Var) else None
        if op is not None and op.rule.name == "Add" and op.args[1] == Const(1):
            return op.args[0]
        return None

    def __call__(self, a: Arg, b: Arg) -> bool:
        """Whether a is greater than b, and b is not negative."""
        return self.at_least(b, 0) and self.above(a, b)

    def above(self, a: Arg, b: Arg) -> bool:
        base = self.one_less(a)
        if base is not None and (base == b or self.above(base, b)):
            return True
        return isinstance(b, Var) and isinstance(a, Var) and self.below.get(b) == a
