"""What a seed or a tangent must look like: the structure, shapes and dtypes of its primal."""

from __future__ import annotations

from typing import Any

import numpy as np

from astgrad.errors import ArgumentError


def kind_of(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


class Leaf:
    """The kind, dtype and shape that a seed must have; `kind` None: no derivative."""

    __slots__ = ("dtype", "kind", "shape")

    def __init__(self, value: Any) -> None:
        self.kind: Any = type(value)
        self.shape: tuple[int, ...] = ()
        self.dtype: Any = None
        if isinstance(value, np.ndarray | np.generic):
            self.shape, self.dtype = value.shape, value.dtype
            if value.dtype.kind not in "fc":
                self.kind = None
        elif self.kind not in (float, complex):
            self.kind = None


def outline(value: Any) -> Any:
    """The structure of a value with a `Leaf` in each place."""
    if isinstance(value, tuple | list):
        items = [outline(v) for v in value]
        return value._make(items) if hasattr(value, "_make") else type(value)(items)
    if isinstance(value, dict):
        return {k: outline(v) for k, v in value.items()}
    if hasattr(value, "__dict__") and not callable(value):
        return Fields({k: outline(v) for k, v in vars(value).items()})
    return Leaf(value)


class Fields(dict[str, Any]):
    """The outline of an object."""


def conform(like: Any, given: Any, name: str) -> Any:
    """`given` with the kinds and dtypes of the outline; ArgumentError where it cannot be."""
    if isinstance(like, Leaf):
        return conform_leaf(like, given, name)
    if isinstance(like, Fields):
        if getattr(given, "__dict__", {}).keys() != like.keys():
            raise ArgumentError(f"{name} has another structure than the result: give an object "
                                f"with the fields {', '.join(like)}")
        fields = {k: conform(v, getattr(given, k), f"{name}.{k}") for k, v in like.items()}
        from types import SimpleNamespace

        return SimpleNamespace(**fields)
    if isinstance(like, dict):
        if not isinstance(given, dict) or given.keys() != like.keys():
            raise ArgumentError(f"{name} has another structure than its primal: give a dict with "
                                f"the keys {', '.join(map(repr, like))}")
        return {k: conform(v, given[k], f"{name}[{k!r}]") for k, v in like.items()}
    if not isinstance(given, tuple | list) or len(given) != len(like):
        raise ArgumentError(f"{name} has another structure than its primal: give a "
                            f"{type(like).__name__} of {len(like)}, not {kind_of(given)}"
                            + (f" of {len(given)}" if isinstance(given, tuple | list) else ""))
    items = [conform(a, b, f"{name}[{i}]")
             for i, (a, b) in enumerate(zip(like, given, strict=True))]
    return like._make(items) if hasattr(like, "_make") else type(like)(items)


def conform_leaf(like: Leaf, given: Any, name: str) -> Any:
    if like.kind is None:
        if given is None:
            return None
        raise ArgumentError(f"{name} belongs to a value without a derivative: give None there")
    if type(given) is like.kind and like.shape == getattr(given, "shape", ()) and (
            like.dtype is None or like.dtype == given.dtype):
        return given
    if not isinstance(given, int | float | complex | np.number | np.ndarray) or isinstance(
            given, bool):
        raise ArgumentError(f"{name} is {kind_of(given)}, and its primal "
                            f"{described(like)}")
    if np.shape(given) != like.shape:
        raise ArgumentError(f"{name} has the shape {np.shape(given)}, and its primal {like.shape}")
    dtype = like.dtype or like.kind
    if np.iscomplexobj(given) and np.dtype(dtype).kind != "c":
        raise ArgumentError(f"{name} is complex, and its primal is real")
    if like.dtype is None:
        return like.kind(given)
    cast = np.asarray(given, dtype)
    return cast if like.kind is np.ndarray else cast[()]


def described(like: Leaf) -> str:
    return f"an array of shape {like.shape}" if like.shape else f"a {like.kind.__name__}"
