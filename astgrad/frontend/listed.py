"""The known items of a loop that is unrolled: each is read when its trip begins.

Python reads a list, a dict or an array while it runs over it, so that a trip sees what the
trips before it have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gast

from astgrad.frontend.lower import Lowering, Refusal
from astgrad.frontend.values import Entries, Items, Tup

VIEWS = ("keys", "values", "items")  # of a dict


class Listed(Sequence[Any]):
    """So many items, read by `at`; `end` is called when the trips are over."""

    def __init__(self, size: int, at: Callable[[int], Any], end: Callable[[], Any] = tuple
                 ) -> None:
        self.size, self.at, self.end = size, at, end

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            chosen = range(self.size)[index]
            return self.over(len(chosen), lambda i: self.at(chosen[i]))
        if not 0 <= index < self.size:
            raise IndexError(index)
        return self.at(index)

    def over(self, size: int, at: Callable[[int], Any]) -> Listed:
        """Other items, made of these."""
        return Listed(size, at, self.end)


def fixed(items: Sequence[Any]) -> Listed:
    return Listed(len(items), items.__getitem__)


def of_list(lo: Lowering, source: Any, items: tuple[Any, ...], node: gast.AST) -> Listed:
    """The items of a tuple, or of a list as it is when they are asked for."""
    if isinstance(source, Tup):
        return fixed(items)

    def now() -> tuple[Any, ...]:
        content = lo.state.heap[source.obj]
        if not isinstance(content, Items) or len(content.values) != len(items):
            raise resized(lo, node)
        return content.values

    return Listed(len(items), lambda i: now()[i], now)


def resized(lo: Lowering, node: gast.AST) -> Refusal:
    return lo.refuse(node, "this list changes its length while the loop runs over it",
                     "loop over a copy, `list(...)`, or over indices with `while`")


def of_dict(lo: Lowering, kind: str, source: Any, node: gast.AST) -> Listed:
    """The keys, values or items of a dict, as it is when they are asked for."""
    keys = [key for key, _ in lo.state.heap[source.obj].pairs]

    def now() -> tuple[Any, ...]:
        content = lo.state.heap[source.obj]
        if not isinstance(content, Entries) or [key for key, _ in content.pairs] != keys:
            raise lo.refuse(node, "this dict changes its keys while the loop runs over it",
                            "loop over a copy: `list(...)`")
        return viewed(lo, kind, content)

    return Listed(len(keys), lambda i: now()[i], now)


def viewed(lo: Lowering, kind: str, content: Entries) -> tuple[Any, ...]:
    """What a view of a dict shows."""
    if kind == "keys":
        return tuple(lo.known(key) for key, _ in content.pairs)
    if kind == "values":
        return tuple(value for _, value in content.pairs)
    return tuple(Tup((lo.known(key), value)) for key, value in content.pairs)


__all__ = ["VIEWS", "Listed", "fixed", "of_dict", "of_list", "resized", "viewed"]
