"""Structures of arrays (dicts, lists, tuples, named tuples, objects): map, add, flatten.

What is not float (int, bool, str, None) is carried along unchanged.

>>> from astgrad import tree
>>> tree.add({"w": 1.0, "n": 3}, {"w": 0.5, "n": None})
{'w': 1.5, 'n': 3}
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from astgrad.errors import ArgumentError


def is_float(value: Any) -> bool:
    """Whether a leaf is a float or complex number, or an array of them."""
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind in "fc"
    return isinstance(value, float | complex)


def _parts(value: Any) -> list[tuple[Any, Any]] | None:
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, tuple | list):
        return list(enumerate(value))
    if hasattr(value, "__dict__") and not callable(value) and not isinstance(value, type):
        return list(vars(value).items())
    return None


def _like(value: Any, items: list[Any]) -> Any:
    if isinstance(value, dict):
        return dict(zip(value, items, strict=True))
    if isinstance(value, tuple | list):
        return value._make(items) if hasattr(value, "_make") else type(value)(items)
    kind: Any = type(value)
    made = kind.__new__(kind)
    made.__dict__.update(zip(vars(value), items, strict=True))
    return made


def map(function: Callable[..., Any], tree: Any, *rest: Any) -> Any:  # noqa: A001
    """`function` at each float leaf of structures that are alike; the rest as in the first.

    >>> map(lambda w, g: w - 0.1 * g, [1.0, (2.0, "name")], [10.0, (10.0, None)])
    [0.0, (1.0, 'name')]
    """
    inner = _parts(tree)
    if inner is None:
        return function(tree, *rest) if is_float(tree) else tree
    others = []
    for other in rest:
        parts = _parts(other)
        if parts is None or [k for k, _ in parts] != [k for k, _ in inner]:
            raise ArgumentError("the structures differ: "
                                f"{type(tree).__name__} and {type(other).__name__}")
        others.append([v for _, v in parts])
    return _like(tree, [map(function, *items) for items in
                        zip([v for _, v in inner], *others, strict=True)])


def add(a: Any, b: Any) -> Any:
    """The sum of two structures that are alike, leaf by leaf."""
    return map(lambda x, y: x + y, a, b)


def scale(factor: float, tree: Any) -> Any:
    """A structure times a number."""
    return map(lambda x: factor * x, tree)


def dot(a: Any, b: Any) -> Any:
    """The inner product of two structures that are alike."""
    total: Any = 0.0
    for x, y in zip(leaves(a), leaves(b), strict=True):
        total = total + np.sum(np.asarray(x) * y)
    return total


def leaves(tree: Any) -> list[Any]:
    """The float leaves, in order."""
    return list(_leaves(tree))


def _leaves(tree: Any) -> Iterator[Any]:
    inner = _parts(tree)
    if inner is None:
        if is_float(tree):
            yield tree
        return
    for _, part in inner:
        yield from _leaves(part)


def flatten(tree: Any) -> tuple[Any, Callable[[Any], Any]]:
    """One vector of all float leaves, and the function that makes a structure of a vector.

    >>> vector, unflatten = flatten({"a": 1.0, "b": np.array([2.0, 3.0])})
    >>> vector
    array([1., 2., 3.])
    >>> unflatten(2 * vector)
    {'a': 2.0, 'b': array([4., 6.])}
    """
    found = leaves(tree)
    vector = np.concatenate([np.ravel(leaf) for leaf in found]) if found else np.zeros(0)

    def unflatten(values: Any) -> Any:
        values = np.asarray(values)
        if values.shape != vector.shape:
            raise ArgumentError(f"the vector has the shape {values.shape}, and the structure "
                                f"{vector.size} numbers")
        start = 0

        def take(leaf: Any) -> Any:
            nonlocal start
            piece = values[start : start + np.size(leaf)]
            start += np.size(leaf)
            piece = piece if np.iscomplexobj(leaf) else piece.real
            if isinstance(leaf, np.ndarray):
                return piece.reshape(leaf.shape).astype(leaf.dtype)
            return type(leaf)(piece[0])

        return map(take, tree)

    return vector, unflatten
