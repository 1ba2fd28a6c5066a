"""Paths of views, compared and rebuilt leaf by leaf: `A[i]` and `A[j]` differ in one int."""

from __future__ import annotations

from collections.abc import Iterator

from astgrad.ir.core import Arg, Pack
from astgrad.ir.sizes import fact_of_arg

Path = tuple[Arg, ...]


def leaves(path: Path) -> list[Arg]:
    """The args of a path that are not displays, in order."""
    found: list[Arg] = []
    for step in path:
        found.extend(leaves(step.items) if isinstance(step, Pack) else [step])
    return found


def with_leaves(path: Path, new: Iterator[Arg]) -> Path:
    return tuple(
        Pack(step.kind, with_leaves(step.items, new), step.keys) if isinstance(step, Pack)
        else next(new)
        for step in path
    )


def congruent(a: Path, b: Path) -> bool:
    """Whether two paths differ in ints only."""
    return len(a) == len(b) and all(map(_alike, a, b))


def _alike(a: Arg, b: Arg) -> bool:
    if isinstance(a, Pack) and isinstance(b, Pack):
        return a.kind == b.kind and a.keys == b.keys and congruent(a.items, b.items)
    return a == b or (fact_of_arg(a).is_int and fact_of_arg(b).is_int)


def varying(a: Path, b: Path) -> set[int]:
    """The positions of the leaves that differ."""
    pairs = zip(leaves(a), leaves(b), strict=True)
    return {i for i, (x, y) in enumerate(pairs) if x != y}
