"""What is known of a value before the program runs: kind, dtype, shape.

A `Fact` is a value; two equal facts are interchangeable.  A dimension is an int, a
`Dim` (a symbol plus a constant, clamped at zero, as slice lengths are), or None where
nothing is known.  `join` is the least fact that covers two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

Kind = Literal["number", "scalar", "array", "list", "tuple", "tape", "static", "unknown"]


@dataclass(frozen=True, slots=True)
class Dim:
    """`symbol + add`, clamped at zero."""

    symbol: Any
    add: int = 0

    def __add__(self, n: int) -> Dim:
        return Dim(self.symbol, self.add + n)


Size = int | Dim | None
Shape = tuple[Size, ...] | None


@dataclass(frozen=True, slots=True)
class Fact:
    """Kind, dtype ("float", "int", "bool", "complex" for numbers, else NumPy's name),
    shape of an array (None: unknown rank), `size` of an int, `items` of a sequence
    (one fact for a list, one each for a tuple). An array that is `absent` may be None or
    unbound where nothing reads it, and has the shape of no other then.
    """

    kind: Kind
    dtype: str = ""
    shape: Shape = ()
    size: Size = None
    items: tuple[Fact, ...] = ()
    absent: bool = False

    @property
    def rank(self) -> int | None:
        return None if self.shape is None else len(self.shape)

    @property
    def is_array(self) -> bool:
        return self.kind == "array"

    @property
    def is_numeric(self) -> bool:
        return self.kind in ("number", "scalar", "array")

    @property
    def is_complex(self) -> bool:
        return self.dtype.startswith(("complex", "clongdouble"))

    @property
    def is_float(self) -> bool:
        """Whether a value of this fact can carry a derivative."""
        if self.kind in ("list", "tuple"):
            return any(item.is_float for item in self.items)
        return self.is_numeric and (self.dtype.startswith(FLOATS) or self.dtype == "")

    @property
    def may_vary(self) -> bool:
        """Whether a value may carry a derivative, as far as is known."""
        if self.kind in ("list", "tuple"):
            return any(item.may_vary for item in self.items)
        return self.is_float or self.kind in ("unknown", "tape")

    @property
    def is_int(self) -> bool:
        return self.kind in ("number", "scalar") and self.dtype.startswith(("int", "uint"))

FLOATS = ("float", "complex", "longdouble", "clongdouble")
NUMBER = {bool: "bool", int: "int", float: "float", complex: "complex"}
FLOAT = Fact("number", "float")
INT = Fact("number", "int")
BOOL = Fact("number", "bool")
STATIC = Fact("static")
TAPE = Fact("tape")  # what a call of a recursive function saves: that of the calls in it, too
UNKNOWN = Fact("unknown", "", None)
REAL = Fact("array", "float64", None)


def number(value: complex) -> Fact:
    """The fact of a Python number; an int knows its size."""
    kind = NUMBER[type(value)]
    return Fact("number", kind, size=value if kind == "int" else None)  # type: ignore[arg-type]


def fact_of(value: Any) -> Fact:
    """The exact fact of a value (every dimension an int)."""
    if type(value) in NUMBER:
        return number(value)
    if isinstance(value, np.ndarray):
        return Fact("array", value.dtype.name, value.shape)
    if isinstance(value, np.generic) and value.dtype.kind in "biufc":
        return Fact("scalar", value.dtype.name)
    if type(value) is tuple:
        return Fact("tuple", items=tuple(fact_of(item) for item in value))
    if type(value) is list:
        items = [fact_of(item) for item in value]
        joined = items[0] if items else UNKNOWN
        for item in items[1:]:
            joined = join(joined, item)
        return Fact("list", items=(joined,))
    return STATIC


def join(a: Fact, b: Fact) -> Fact:
    """The least fact that covers both."""
    if a == b:
        return a
    if a.absent or b.absent:
        return perhaps(join(replace(a, absent=False), replace(b, absent=False)))
    if a.kind == b.kind == "list":
        if a.items[0] == UNKNOWN or b.items[0] == UNKNOWN:
            return b if a.items[0] == UNKNOWN else a
        return Fact("list", items=(join(a.items[0], b.items[0]),))
    if a.kind == b.kind == "tuple" and len(a.items) == len(b.items):
        return Fact("tuple", items=tuple(map(join, a.items, b.items)))
    if not (a.is_numeric and b.is_numeric):
        return UNKNOWN
    if a.kind == b.kind == "number":
        size = a.size if a.size == b.size else None
        return Fact("number", _number_dtype(a.dtype, b.dtype), size=size)
    dtype = _array_dtype(a, b)
    if a.kind == b.kind == "array":
        return Fact("array", dtype, join_shape(a.shape, b.shape))
    if "array" not in (a.kind, b.kind):
        return Fact("scalar", dtype)
    return Fact("array", dtype, () if a.shape == b.shape == () else None)


def perhaps(fact: Fact) -> Fact:
    """The fact of a value that some paths leave None or unbound."""
    return replace(fact, absent=True) if fact.kind == "array" else fact


def join_shape(a: Shape, b: Shape) -> Shape:
    from astgrad.ir.sizes import alike

    if a is None or b is None or len(a) != len(b):
        return None
    return tuple(m if alike(m, n) else None for m, n in zip(a, b, strict=True))


def _number_dtype(a: str, b: str) -> str:
    order = ("bool", "int", "float", "complex")
    return max(a, b, key=order.index)


def _array_dtype(a: Fact, b: Fact) -> str:
    types = [np.dtype(f.dtype) for f in (a, b) if f.kind != "number"]
    if len(types) == 2:
        return np.result_type(*types).name
    other = a if a.kind == "number" else b
    if types[0].kind in "fc" and other.dtype != "complex":
        return types[0].name
    return np.result_type(types[0], np.dtype(other.dtype)).name


def known(size: Size) -> bool:
    return size is not None




def adjoint_fact(fact: Fact) -> Fact:
    """The fact of the adjoint of a value: its shape, a float dtype."""
    if fact.kind in ("list", "tuple"):
        return replace(fact, items=tuple(carried_adjoint(item) for item in fact.items))
    if fact.kind == "number":
        return fact if fact.is_float else FLOAT
    return fact


def carried_adjoint(fact: Fact) -> Fact:
    """The fact of an adjoint where paths meet: it may be a NumPy scalar on one of them."""
    if fact.kind in ("number", "scalar"):
        return Fact("scalar", "complex128" if fact.is_complex else "float64")
    return adjoint_fact(fact)
