"""Random choices that are the same on every Python version, and the kinds of values a program holds.

`Draw` uses nothing but `random.Random.random`, whose stream Python documents as stable.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A stream of choices, fixed by an integer seed."""

    def __init__(self, seed: int) -> None:
        self._next = random.Random(seed).random

    def below(self, n: int) -> int:
        return int(self._next() * n)

    def between(self, low: int, high: int) -> int:
        """An int, both ends included."""
        return low + self.below(high - low + 1)

    def chance(self, p: float) -> bool:
        return self._next() < p

    def pick(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def uniform(self, low: float, high: float, digits: int = 2) -> float:
        return round(low + (high - low) * self._next(), digits)

    def weighted(self, rows: Sequence[tuple[float, T]]) -> T:
        mark = self._next() * sum(weight for weight, _ in rows)
        for weight, item in rows:
            mark -= weight
            if mark < 0:
                return item
        return rows[-1][1]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        left = list(items)
        return [left.pop(self.below(len(left))) for _ in range(len(left))]


@dataclass(frozen=True)
class Num:
    """A real number, Python's or NumPy's."""


@dataclass(frozen=True)
class Int:
    """An integer that is known to lie in [low, high]."""

    low: int
    high: int


@dataclass(frozen=True)
class Arr:
    """A float64 array of a known shape."""

    shape: tuple[int, ...]


@dataclass(frozen=True)
class Lst:
    """A list with at least `count` items of one kind."""

    item: Kind
    count: int


@dataclass(frozen=True)
class Dct:
    """A dict with (at least) these keys."""

    items: tuple[tuple[str, Kind], ...]


@dataclass(frozen=True)
class Tup:
    items: tuple[Kind, ...]


@dataclass(frozen=True)
class Fun:
    """A function: what it takes, what it returns, whether it may be called inside an expression."""

    params: tuple[Kind, ...]
    result: Kind | None
    pure: bool = True
    names: tuple[str, ...] = ()


Kind = Num | Int | Arr | Lst | Dct | Tup | Fun
NUM = Num()


@dataclass(frozen=True)
class Var:
    """A name in scope. Names of arrays that may share memory share a group; two groups: ambiguous."""

    kind: Kind
    groups: frozenset[int] = frozenset()
    rebind: bool = True
    write: bool = True


Block = list["str | tuple[str, Block]"]
Row = tuple[float, str, Callable[[], "str | None"]]


def render(block: Block, indent: int = 0) -> list[str]:
    """The lines of a block; an empty block is `pass`."""
    pad = "    " * indent
    lines: list[str] = []
    for item in block or ["pass"]:
        if isinstance(item, str):
            lines.append(pad + item)
        else:
            lines.append(pad + item[0])
            lines.extend(render(item[1], indent + 1))
    return lines


@dataclass
class Scope:
    """The names a function body sees and what surrounds the statement being written."""

    names: dict[str, Var] = field(default_factory=dict)
    block: Block = field(default_factory=list)
    depth: int = 0
    loops: list[bool] = field(default_factory=list)  # per enclosing loop: may `continue` stand here
    nested: bool = False  # the body of a nested function: outer names are read only
    jumped: bool = False  # a jump was written into the innermost loop
    result: Kind | None = NUM
    returns: bool = True  # whether an early return may be written
    budget: int = 10
