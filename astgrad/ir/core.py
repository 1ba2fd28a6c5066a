"""The IR: structured SSA over primitive operations.

    Function = name(params) Block                           params: Var or a Pack of them
    Block    = params : op* -> results
    op       = outs = Apply(rule, args)                     one primitive, or one call of
                                                            a function (`rule.called`)
             | outs = If(test, then, orelse)                two blocks without parameters
             | outs = For(range, init, body)                body: target, *carried -> results
             | outs = While(init, test, body)               body: *carried -> results
             | outs = With(manager, body)                   body without parameters
    results  = *carried, stop?
    arg      = Var | Const | Pack | Undefined

Everything is immutable.  A `Var` is compared by identity; a `Const` by type and bits.
A `Pack` is a tuple, list, dict, slice or f-string of args, written where it is used.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from astgrad.errors import Span
from astgrad.ir.fact import UNKNOWN, Fact

if TYPE_CHECKING:
    from astgrad.rules.table import Row


class Var:
    """A value: a name to start from, what is known of it, the user's statement."""

    __slots__ = ("fact", "name")

    def __init__(self, name: str, fact: Fact = UNKNOWN) -> None:
        self.name = name
        self.fact = fact

    def __repr__(self) -> str:
        return f"%{self.name}"


def _bits(value: Any) -> Any:
    if isinstance(value, float):
        return struct.pack("d", value)
    if isinstance(value, complex):
        return struct.pack("dd", value.real, value.imag)
    if isinstance(value, tuple):
        return tuple((type(item), _bits(item)) for item in value)
    if isinstance(value, slice):  # hashable since Python 3.12 only
        return _bits((value.start, value.stop, value.step))
    if isinstance(value, np.generic):
        return value.tobytes()
    if value.__hash__ is None:
        return id(value)
    return value


class Const:
    """A value known before the program runs; `text` prints it where repr does not."""

    __slots__ = ("key", "text", "value")

    def __init__(self, value: Any, text: str | None = None) -> None:
        self.value = value
        self.text = text
        self.key = (type(value), _bits(value))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Const) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return self.text or repr(self.value)


@dataclass(frozen=True, slots=True)
class Pack:
    """A display of args: kind is "tuple", "list", "slice", "dict" or "format"; `keys`
    are a dict's keys, a named tuple's class, the constant parts of an f-string.
    """

    kind: str
    items: tuple[Arg, ...]
    keys: tuple[Any, ...] = ()

    def rebuild(self, items: tuple[Arg, ...]) -> Pack:
        same = all(a is b for a, b in zip(items, self.items, strict=True))
        return self if same else Pack(self.kind, items, self.keys)


@dataclass(frozen=True, slots=True)
class Undefined:
    """A variable that is unbound on this path."""


UNDEFINED = Undefined()
NONE = Const(None)
TEXTS = ("format", "percent", "text")  # kinds of displays that are texts
# Names of what has no name of the user's; no name of Python's has a "$", which is not printed.
TEMPORARY = TEMP, TEMP_BAR, TEMP_DOT = "$t", "$t_bar", "$t_dot"
Arg = Var | Const | Pack | Undefined


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Ops over parameters; `free` is kept by `walk.free_in_block`."""

    params: tuple[Var, ...]
    ops: tuple[Op, ...]
    results: tuple[Arg, ...]
    free: dict[Var, None] | None = field(default=None, init=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Apply:
    outs: tuple[Var, ...]
    rule: Row
    args: tuple[Arg, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class If:
    outs: tuple[Var, ...]
    test: Arg
    then: Block
    orelse: Block
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class For:
    """`range(*bounds)`, backwards if `backwards`; `stops`: the body's last result is
    a bool that ends the loop.
    """

    outs: tuple[Var, ...]
    bounds: tuple[Arg, ...]
    init: tuple[Arg, ...]
    body: Block
    backwards: bool = False
    stops: bool = False
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class While:
    """Runs `body` while `test` (one result, over the same carried values) holds."""

    outs: tuple[Var, ...]
    init: tuple[Arg, ...]
    test: Block
    body: Block
    stops: bool = False
    span: Span | None = None


@dataclass(frozen=True, slots=True, eq=False)
class With:
    outs: tuple[Var, ...]
    manager: Arg
    body: Block
    span: Span | None = None


Op = Apply | If | For | While | With


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function that the text defines: what the row of its calls runs.

    `params`: for each arg its name, and a variable or the tuple of those that it is taken apart
    into; these are the parameters of the block, which has a result for each out.  Variables that
    are `unsure` may be None.  One that is `recursive` has calls of itself in its block.
    """

    name: str
    params: tuple[tuple[str, Arg], ...]
    block: Block
    unsure: frozenset[Var] = frozenset()
    recursive: bool = False

    @property
    def args(self) -> tuple[Arg, ...]:
        return tuple(arg for _, arg in self.params)
