"""A `deque` with a largest length, as a class in the language: what the frontend makes of one."""

from __future__ import annotations

from typing import Any

# mypy: disable-error-code="no-any-return"


class Bounded:
    """`collections.deque(items, maxlen)`: a new item at one end drops one from the other."""

    def __init__(self, items: Any, maxlen: Any) -> None:
        self.items: list[Any] = []
        self.maxlen = maxlen
        self.extend(items)

    def append(self, item: Any) -> None:
        self.items.append(item)
        if len(self.items) > self.maxlen:
            self.items.pop(0)

    def appendleft(self, item: Any) -> None:
        self.items.insert(0, item)
        if len(self.items) > self.maxlen:
            self.items.pop()

    def extend(self, items: Any) -> None:
        for item in items:
            self.append(item)

    def extendleft(self, items: Any) -> None:
        for item in items:
            self.appendleft(item)

    def pop(self) -> Any:
        return self.items.pop()

    def popleft(self) -> Any:
        return self.items.pop(0)

    def clear(self) -> None:
        self.items.clear()

    def reverse(self) -> None:
        self.items.reverse()

    def rotate(self, n: Any = 1) -> None:
        for _ in range(n):
            self.items.insert(0, self.items.pop())
        for _ in range(-n):
            self.items.append(self.items.pop(0))

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Any:
        return self.items

    def __getitem__(self, index: Any) -> Any:
        return self.items[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        self.items[index] = value
