"""Abstract values: what a name is bound to while a function is lowered.

Numbers are IR args.  An array, list or dict is a `Ref` to an `Obj`, whose content the
state holds; a view is a `Ref` with a path of indices.  Tuples are structural.  What is
known before the program runs is `Known`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import gast

from astgrad.errors import Span
from astgrad.ir.core import Arg
from astgrad.rules.functions import Inlined
from astgrad.source import FunctionSource


class Obj:
    """The identity of a mutable object."""

    __slots__ = ("contiguous", "default", "external", "fresh", "lazy", "made_as", "name",
                 "repeats", "shares", "span", "stands")

    def __init__(self, name: str, span: Span | None = None, *, external: str = "",
                 fresh: bool = False) -> None:
        self.name = name
        self.span = span
        self.external = external  # where it lives, if not in the function: "global x"
        self.shares: set[Obj] = set()
        self.stands: set[Obj] = set()  # what it may be, at the head of a loop
        self.contiguous: bool | None = True
        self.lazy: Any = None  # of the items of an iterator: what they were made of
        self.made_as: Any = None  # of a list or dict, the class of `collections` it has in Python
        self.default: Any = None  # of such a dict: what makes a value, or the value, of a new key
        self.fresh = fresh  # a list that is made here, and not an item of another
        self.repeats = False  # a list that may hold one object more than once

    def __repr__(self) -> str:
        return f"<{self.name}>"


@dataclass(frozen=True)
class Ref:
    """An object, or the view of an array that `path` leads to (indices, or "T")."""

    obj: Obj
    path: tuple[Arg, ...] = ()


@dataclass(frozen=True)
class Tup:
    items: tuple[Value, ...]
    cls: Any = None  # of a named tuple


@dataclass(frozen=True)
class Known:
    """A Python object known at transformation; `text` is how the output names it."""

    value: Any
    text: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Known) and (
            self.value is other.value
            or (type(self.value) is type(other.value) is str and self.value == other.value)
        )

    def __hash__(self) -> int:
        return hash(id(self.value))


class Frame:
    """The scope of one call: names live in the state, this is their owner."""

    __slots__ = ("calls", "cells", "function", "head", "live", "parent", "source", "span")

    def __init__(self, source: FunctionSource, function: Any, parent: Frame | None) -> None:
        self.source = source
        self.function = function
        self.parent = parent
        self.live: frozenset[str] | None = None
        self.head: frozenset[str] = frozenset()  # live where the loops around start a trip
        self.span: Span | None = None
        self.calls: tuple[Inlined, ...] = parent.calls if parent else ()  # that led here


@dataclass(frozen=True)
class Closure:
    """A function defined inside: its node and the frame that its free names live in."""

    node: gast.FunctionDef | gast.Lambda
    frame: Frame
    defaults: tuple[tuple[str, Value], ...] = ()
    name: str = "<lambda>"


@dataclass(frozen=True)
class Method:
    receiver: Value
    name: str


@dataclass(frozen=True)
class Partial:
    function: Value
    args: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Super:
    """`super()`: an object whose attributes are those of the classes after one of its own."""

    receiver: Value
    after: type


@dataclass(frozen=True)
class Derived:
    """A derivative of a function value: `grad(f)` met inside a program."""

    kind: str
    function: Value
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Range:
    start: Arg
    stop: Arg
    step: Arg


class Token:
    """The identity of an iterator, and the loops that it was made in."""

    __slots__ = ("loops",)

    def __init__(self, loops: tuple[int, ...]) -> None:
        self.loops = loops


@dataclass(frozen=True)
class Iterable:
    """zip, enumerate, reversed, map, or a dict view, not yet iterated."""

    kind: str
    parts: tuple[Value, ...]
    token: Token | None = field(default=None, compare=False)  # None: it may be used again


@dataclass(frozen=True)
class Items:
    """The content of a structural list."""

    values: tuple[Value, ...]


@dataclass(frozen=True)
class Entries:
    """The content of a structural dict, or of an object's attributes."""

    pairs: tuple[tuple[Any, Value], ...]
    cls: Any = None

    def get(self, key: Any) -> Value | None:
        for k, v in self.pairs:
            if type(k) is type(key) and k == key:
                return v
        return None

    def put(self, key: Any, value: Value) -> Entries:
        if self.get(key) is None:
            return Entries((*self.pairs, (key, value)), self.cls)
        pairs = tuple((k, value if k == key else v) for k, v in self.pairs)
        return Entries(pairs, self.cls)

    def drop(self, key: Any) -> Entries:
        return Entries(tuple(p for p in self.pairs if p[0] != key), self.cls)


@dataclass(frozen=True)
class Maybe:
    """`value`, or None where `none` holds; used as the value it raises, as None would."""

    none: Arg
    value: Value


@dataclass(frozen=True)
class Either:
    """Two values of which neither is known to hold: an error where it is used."""

    reason: str = field(default="")
    fix: str = "give the paths one type"


CONTAINERS = (list, dict, set)  # what has items that may change


def certain(value: Any) -> Any:
    """The value where it is not None."""
    return value.value if isinstance(value, Maybe) else value


Value = Any  # Arg | Ref | Tup | Known | Closure | Method | Partial | Range | Iterable | Either
