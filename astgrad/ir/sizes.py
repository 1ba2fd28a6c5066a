"""Sizes as facts know them: of an arg, of a reshaped array, in the example."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self, TypeVar

from astgrad.ir.core import Arg, Const, Pack, Var
from astgrad.ir.fact import STATIC, UNKNOWN, Dim, Fact, Shape, Size, fact_of, join

Made = TypeVar("Made")


def fact_of_arg(arg: Arg) -> Fact:
    match arg:
        case Var():
            return arg.fact
        case Const():
            return fact_of(arg.value)
        case Pack(kind="tuple" | "list"):
            facts = tuple(fact_of_arg(item) for item in arg.items)
            if arg.kind == "tuple":
                return Fact("tuple", items=facts)
            joined = facts[0] if facts else UNKNOWN
            for fact in facts[1:]:
                joined = join(joined, fact)
            return Fact("list", items=(joined,))
    return STATIC


def reshaped(x: Arg, shape: Arg) -> Fact:
    fact = fact_of_arg(x)
    if isinstance(shape, Pack):
        sizes = [_entry(item) for item in shape.items]
    elif isinstance(shape, Const):
        sizes = list(shape.value) if isinstance(shape.value, tuple) else [shape.value]
    else:
        known = fact_of_arg(shape)
        if known.kind == "tuple":
            sizes = [item.size for item in known.items]
        elif known.is_int:
            sizes = [known.size]
        else:
            return Fact("array", fact.dtype or "float64", None)
    if -1 in sizes:
        at = sizes.index(-1)
        sizes[at] = _rest(fact.shape, [n for i, n in enumerate(sizes) if i != at])
    dtype = {"float": "float64", "int": "int64", "complex": "complex128"}.get(
        fact.dtype, fact.dtype)
    return Fact("array", dtype or "float64", tuple(sizes))


def _entry(item: Arg) -> Size:
    return item.value if isinstance(item, Const) else fact_of_arg(item).size


def _rest(whole: Shape, others: list[Size]) -> Size:
    """The size that -1 stands for."""
    if whole is None:
        return None
    left = [n for n in whole if n != 1]
    for size in others:
        if size in left:
            left.remove(size)
        elif size != 1:
            if all(isinstance(n, int) for n in (*left, size)) and size:
                left = [math.prod(left) // size]  # type: ignore[arg-type,operator]
                continue
            return None
    if len(left) == 1:
        return left[0]
    if all(isinstance(n, int) for n in left):
        return math.prod(left)  # type: ignore[arg-type]
    if None in left:
        return None
    product = left[0]
    for size in left[1:]:
        product = Dim(("Mult", product, size))
    return product


ASKED: ContextVar[list[Size] | None] = ContextVar("ASKED", default=None)


def decided(size: Size) -> int | None:
    """The size in the example, where the text will hold for this size only."""
    asked = ASKED.get()
    if asked is not None:
        asked.append(size)
    return example(size)


FIXED: ContextVar[set[int] | None] = ContextVar("FIXED", default=None)


def is_fixed(size: Size, wanted: int) -> bool:
    """Whether a size is `wanted` in the example and follows from the shapes of arrays: the text
    will then hold for arrays of these shapes alone.
    """
    symbols = list(symbols_of(size))
    if example(size) != wanted or not all(isinstance(symbol, Symbol) for symbol in symbols):
        return False
    noted = FIXED.get()
    if noted is not None:
        noted.update(symbol.size for symbol in symbols)
    return True


def symbols_of(size: Any) -> Iterator[Any]:
    """The symbols that a size is made of."""
    match size:
        case Dim(symbol):
            yield from symbols_of(symbol)
        case Symbol() | Origin():
            yield size
        case ("slice", whole, Pack(items=items)):
            yield from symbols_of(whole)
            for item in items:
                if not isinstance(item, Const):
                    yield from symbols_of(fact_of_arg(item).size)
        case ("slice", whole, _):
            yield from symbols_of(whole)
        case (str(), *parts):
            for part in parts:
                yield from symbols_of(part)
        case int():
            return
        case _:
            yield size


def example(size: Size) -> int | None:
    """The value of a dimension in the example that the facts were taken from."""
    if not isinstance(size, Dim):
        return size
    symbol = size.symbol
    found = getattr(symbol, "size", None)
    if found is None and isinstance(symbol, tuple):
        match symbol:
            case ("slice", whole, *bounds):
                found = _slice_length(example, whole, bounds)
            case (str(op), a, b) if op in ARITHMETIC:
                left, right = example(a), example(b)
                if left is not None and right:
                    found = ARITHMETIC[op](left, right)
    return None if found is None else max(0, found + size.add)


@dataclass(frozen=True, eq=False)
class Trip:
    """The number of a loop's trip, as a size: the same in one trip only; not negative, and below
    `limit`, where these are known.
    """

    natural: bool = False
    limit: Size = None


ARITHMETIC: dict[str, Callable[[int, int], int]] = {
    "Mult": operator.mul, "FloorDiv": operator.floordiv, "Sub": operator.sub,
    "Add": operator.add, "Least": min,
}  # fmt: skip


class Symbol(str):
    """A dimension's name, and its size in the example: both, or a fact that was kept
    would bring the size of another example along.
    """

    __slots__ = ("size",)
    size: int

    def __new__(cls, name: str, size: int) -> Self:
        made = super().__new__(cls, name)
        made.size = size
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Symbol) and str.__eq__(self, other) and self.size == other.size

    def __hash__(self) -> int:
        return hash((str(self), self.size))


def never_one(size: Size) -> bool:
    """Whether a size is known not to be 1, so that it broadcasts only with itself and 1."""
    if isinstance(size, Dim):
        match size.symbol:
            case ("Least", m, n):
                return size.add == 0 and never_one(m) and never_one(n)
        return isinstance(size.symbol, Symbol) and size.add == 0
    return isinstance(size, int) and size != 1


Linear = dict[Any, int]  # what a size is a sum of, and how often; of 1, under None


def linear(size: Size) -> Linear | None:
    """A size that arithmetic on ints made, as a sum; None where it is not known.

    At zero a dimension ends; one from which something is taken is no part of a sum.
    """
    if not isinstance(size, Dim):
        return None if size is None else {None: size}
    match size.symbol:
        case ("Add" | "Sub" as op, a, b):
            left, right = linear(a), linear(b)
            clamped = any(isinstance(part, Dim) and part.add < 0 for part in (a, b))
            if left is None or right is None or clamped:
                return None
            found = plus(left, right, 1 if op == "Add" else -1)
        case _:
            found = {size.symbol: 1}
    return plus(found, {None: size.add})


def plus(a: Linear, b: Linear, times: int = 1) -> Linear:
    total = {part: a.get(part, 0) + times * b.get(part, 0) for part in (*a, *b)}
    return {part: n for part, n in total.items() if n}


def window(whole: Size, start: Size, stop: Size) -> Size:
    """The length of `x[i : i + n]`, if that lies inside x in all trips; else None."""
    if not (isinstance(start, Dim) and isinstance(start.symbol, Trip) and start.symbol.natural):
        return None
    sums = [linear(size) for size in (whole, start, stop, start.symbol.limit)]
    if start.add < 0 or None in sums:
        return None
    size, first, end, limit = (total or {} for total in sums)
    length = plus(end, first, -1)
    slack = plus(plus(plus(size, limit, -1), length, -1), {None: 1 - start.add})
    constant, parts = length.pop(None, 0), list(length.items())
    if not slack.keys() <= {None} or slack.get(None, 0) < 0 or constant < 0:
        return None
    if not parts:
        return constant
    part, times = parts[0]
    plain = len(parts) == times == 1 and isinstance(part, Symbol)
    return Dim(part, constant) if plain else None


def _slice_length(length: Callable[[Size], int | None], whole: Size, bounds: list[Any]
                  ) -> int | None:
    parts = [None if isinstance(bound, Var) else length(bound) for bound in bounds]
    inner = length(whole)
    if inner is None or any((p is None) != (b is None) for p, b in zip(parts, bounds, strict=True)):
        return None
    return len(range(*slice(*parts).indices(inner)))


def measured(size: Size, lengths: Mapping[int, int] = MappingProxyType({})) -> int | None:
    """A dimension by the dimensions of the arguments alone, where those of the example that are
    in `lengths` are others; None where it depends on more, or on what is negative.
    """
    if not isinstance(size, Dim):
        return size
    found = None
    match size.symbol:
        case Symbol() as symbol:
            found = lengths.get(symbol.size, symbol.size)
        case ("slice", whole, *bounds):
            found = _slice_length(lambda size: measured(size, lengths), whole, bounds)
        case (str(op), a, b) if op in ARITHMETIC:
            left, right = measured(a, lengths), measured(b, lengths)
            if left is not None and right is not None and (right or op != "FloorDiv"):
                found = ARITHMETIC[op](left, right)
    return None if found is None or found + size.add < 0 else found + size.add


Assumed = dict[tuple[Dim, Size, bool], None]  # two sizes, and whether they are one
ASSUMED: ContextVar[Assumed | None] = ContextVar("ASSUMED", default=None)


def assuming(run: Callable[[], Made]) -> tuple[Made, Assumed]:
    """What `run` makes, and what of the example's sizes it holds for only."""
    token = ASSUMED.set({})
    try:
        return run(), ASSUMED.get() or {}
    finally:
        ASSUMED.reset(token)


def assume(*facts: tuple[Dim, Size, bool]) -> bool:
    """Take note that the text holds only where this is so, as it is in the example."""
    assumed = ASSUMED.get()
    if assumed is not None:
        assumed.update(dict.fromkeys(facts))
    return True


def not_one(size: Size) -> bool:
    """Whether a size is not 1: never, or not in the example."""
    if never_one(size):
        return True
    if not isinstance(size, Dim) or measured(size) in (None, 1):
        return False
    return assume((size, 1, False))


def alike(m: Size, n: Size) -> bool:
    """Whether two sizes are known to be equal: always, or in the example."""
    if m is None or m == n:
        return m is not None
    if not isinstance(m, Dim) or not isinstance(n, Dim):
        return False
    length = measured(m)
    return length is not None and length == measured(n) and assume((m, n, True))


def same_shape(a: Shape, b: Shape) -> bool:
    """Whether two shapes are known to be equal."""
    if a is None or b is None or len(a) != len(b):
        return False
    return all(map(alike, a, b))


class Origin(tuple[Any, ...]):  # noqa: SLOT001 - a tuple has none but empty ones
    """Where an int argument comes from, and its value in the example."""

    size: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin) and tuple.__eq__(self, other) and self.size == other.size

    def __hash__(self) -> int:
        return hash((tuple(self), self.size))


def broadcast(a: Shape, b: Shape) -> Shape:
    """The shape of an elementwise result; dims that are not 1 must agree to run."""
    if a is None or b is None:
        return None
    long, short = (a, b) if len(a) >= len(b) else (b, a)
    pad = len(long) - len(short)
    return (*long[:pad], *(_joined_size(m, n) for m, n in zip(long[pad:], short, strict=True)))


def _joined_size(m: Size, n: Size) -> Size:
    if n in (m, 1):
        return m
    if m == 1:
        return n
    for test in (never_one, not_one):
        for size in (m, n):
            if test(size):
                return size
    return None
