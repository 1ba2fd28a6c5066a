"""What a derivative is specialised for: kinds, dtypes, ranks, structure; not sizes.

`key_of` is exact: it is cheap, and finds what was found before.  `pattern_of` is what
text depends on: which dimensions are 1 and which are equal, never how long they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

MANY = 16  # longer lists of numbers are not looked into one by one
PLAIN = frozenset((float, int, bool, complex))


def key_of(value: Any) -> Any:
    """An exact key of one argument."""
    kind = type(value)
    if kind in PLAIN:
        return kind
    if kind is np.ndarray:
        return value.dtype, value.shape, value.flags.c_contiguous
    if kind is list and len(value) > MANY:
        kinds: Any = frozenset(map(type, value))
        return kind, kinds if kinds <= PLAIN else frozenset([key_of(v) for v in value])
    if kind is list or issubclass(kind, tuple):
        kinds = tuple(map(type, value))
        return kind, kinds if PLAIN.issuperset(kinds) else tuple([key_of(v) for v in value])
    if kind is dict:
        return kind, tuple([(k, key_of(v)) for k, v in value.items()])
    if kind is str or value is None:
        return kind, value
    return _other(kind, value)


def _other(kind: Any, value: Any) -> Any:
    if isinstance(value, np.generic):
        return kind, value.dtype
    if isinstance(value, (set, frozenset)):  # a union would be made at each call
        return kind, frozenset(value)
    if isinstance(value, np.ndarray):
        return kind, value.dtype, value.shape
    if callable(value) or isinstance(value, type):
        return kind, getattr(value, "__code__", None), id(value)
    slots = [n for cls in kind.__mro__ for n in getattr(cls, "__slots__", ()) if hasattr(value, n)]
    fields = getattr(value, "__dict__", None)
    if fields is None and not slots:
        return kind, id(value)
    both = {**{n: getattr(value, n) for n in slots}, **(fields or {})}
    return kind, tuple((k, key_of(v)) for k, v in both.items())


def pattern_of(key: Any, fixed: Iterable[int] = ()) -> Any:
    """The key without sizes: each dimension is 1, one of `fixed`, or the number of its first
    occurrence.
    """
    return _pattern(key, {1: 1, **{n: n for n in fixed}})


def _pattern(key: Any, seen: dict[int, Any]) -> Any:
    if not isinstance(key, tuple):
        return frozenset(_pattern(k, seen) for k in key) if isinstance(key, frozenset) else key
    if len(key) == 3 and isinstance(key[0], np.dtype):
        dims = tuple(seen.setdefault(n, (len(seen),)) for n in key[1])
        return key[0], dims, key[2]
    return tuple(_pattern(part, seen) for part in key)


def lengths(old: Any, new: Any) -> dict[int, int] | None:
    """Of two keys with one pattern: the sizes of the first -> those of the second; None where
    they cannot be told apart.
    """
    found: dict[int, int] = {}
    for m, n in zip(sizes_of(old), sizes_of(new), strict=True):
        if m is None or n is None:
            return None
        found[m] = n
    return found


def sizes_of(key: Any) -> Iterator[int | None]:
    """The dimensions in a key, in order; None for those in what has no order."""
    if isinstance(key, frozenset):
        yield from (None for part in key for _ in sizes_of(part))
    elif isinstance(key, tuple) and len(key) == 3 and isinstance(key[0], np.dtype):
        yield from key[1]
    elif isinstance(key, tuple):
        for part in key:
            yield from sizes_of(part)


def ints(value: Any) -> Any:
    """The ints and bools in arguments, by value."""
    if isinstance(value, bool | int):
        return value, type(value) is bool
    if isinstance(value, list | tuple):
        return tuple(map(ints, value))
    if isinstance(value, dict):
        return tuple(map(ints, value.values()))
    if hasattr(value, "__dict__") and not callable(value):
        return tuple(map(ints, vars(value).values()))
    return None


def shared(args: tuple[Any, ...]) -> Any:
    """Which arrays, lists and dicts of the arguments are, or overlap, one another."""
    roots = list(_roots(args))
    found = []
    for i, a in enumerate(roots):
        for j in range(i):
            if roots[j] is a:
                found.append((j, i, True))
            elif _overlap(a, roots[j]):
                found.append((j, i, False))
    return tuple(found)


def _roots(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple):
        if isinstance(value, list):
            yield value
        for item in value:
            yield from _roots(item)
    elif isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _roots(item)
    elif hasattr(value, "__dict__") and not callable(value):
        yield value
        yield from _roots(tuple(vars(value).values()))


def _overlap(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return np.may_share_memory(a, b)
    return False
