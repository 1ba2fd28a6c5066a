"""Sizes as facts know them: of an arg, of a reshaped array, in the example."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any, Self

from astgrad.ir.core import Arg, Const, Pack, Var
from astgrad.ir.fact import STATIC, UNKNOWN, Dim, Fact, Shape, Size, fact_of, join


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
            case ("slice", whole, Const(value=slice() as bounds)):
                inner = example(whole)
                found = inner if inner is None else len(range(*bounds.indices(inner)))
            case ("slice", whole, Pack(kind="slice", items=items)):
                parts = [i.value if isinstance(i, Const) else example(fact_of_arg(i).size)
                         for i in items]
                inner = example(whole)
                unsure = any(part is None and not isinstance(i, Const)
                             for part, i in zip(parts, items, strict=True))
                if inner is not None and not unsure:
                    found = len(range(*slice(*parts).indices(inner)))
            case (str(op), a, b) if op in ARITHMETIC:
                left, right = example(a), example(b)
                if left is not None and right:
                    found = ARITHMETIC[op](left, right)
    return None if found is None else max(0, found + size.add)


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
    for size in (m, n):
        if never_one(size):
            return size
    return None
