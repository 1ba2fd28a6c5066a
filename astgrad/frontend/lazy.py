"""Iterators: they give their items once, and make each when it is asked for.

Here the items of a generator expression, and of most of itertools, are made at once.  That is
the same while nothing changes that they read, which is looked at when the items are used.
"""

from __future__ import annotations

from collections.abc import Iterable as Many
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gast

from astgrad.frontend.listed import VIEWS, resized
from astgrad.frontend.lower import Lowering
from astgrad.frontend.names import NOTHING, Names, reads, stores
from astgrad.frontend.state import Place, reachable, same
from astgrad.frontend.values import Closure, Frame, Iterable, Obj, Partial, Ref, Token, certain
from astgrad.ir.core import Const

ONCE = "an iterator gives its items once, and this one has given them"


@dataclass(frozen=True)
class Lazy:
    """What the items of an iterator were made of."""

    token: Token
    names: dict[Place, Any]
    contents: dict[Obj, Any]


def iterator(lo: Lowering, kind: str, parts: tuple[Any, ...]) -> Iterable:
    return Iterable(kind, parts, Token(lo.loops))


def deferred(lo: Lowering, made: Any, sources: Many[Any], names: Names = NOTHING) -> Any:
    """`made`, a list, is what an iterator over the sources will give."""
    if isinstance(made, Iterable):
        for part in made.parts:
            deferred(lo, part, sources)
    elif isinstance(made, Ref):
        lazy = made.obj.lazy = Lazy(Token(lo.loops), {}, {})
        for source in sources:
            _note(lo, lazy, source)
        for name in names:
            _note_name(lo, lazy, lo.frame, name)
    return made


def read_late(node: Any) -> Names:
    """The names that a generator expression reads when its items are asked for."""
    first, *rest = node.generators
    parts = [node.elt, *first.ifs, *(part for one in rest for part in (one.iter, *one.ifs))]
    return NOTHING.union(*map(reads, parts)) - stores([node])


def _note(lo: Lowering, lazy: Lazy, value: Any) -> None:
    for obj in reachable(lo.state.heap, value):
        lazy.contents[obj] = lo.state.heap.get(obj)
    match value:
        case Closure():
            for name in reads(value.node) - stores([value.node]):
                _note_name(lo, lazy, value.frame, name)
        case Partial():
            _note(lo, lazy, value.function)


def _note_name(lo: Lowering, lazy: Lazy, frame: Frame | None, name: str) -> None:
    while frame is not None:
        value = lo.state.names.get((frame, name))
        if value is not None:
            if (frame, name) not in lazy.names:
                lazy.names[frame, name] = value
                _note(lo, lazy, value)
            return
        frame = frame.parent


def fresh(lo: Lowering, obj: Obj, node: gast.AST) -> None:
    """Refuse items that were made of what has changed since."""
    if obj.lazy is None:
        return
    state = lo.state
    if not (all(same(state.names.get(at), value) for at, value in obj.lazy.names.items())
            and all(same(state.heap.get(at), old) for at, old in obj.lazy.contents.items())):
        raise lo.refuse(node, "what an iterator reads changes before its items are asked for",
                        "make a list of its items before: `list(...)`, or `[... for ...]`")


def used(lo: Lowering, source: Any, node: gast.AST) -> None:
    """The items are asked for, from the first to the last."""
    source = certain(source)
    if isinstance(source, Iterable) and source.kind not in VIEWS:
        for part in source.parts:
            used(lo, part, node)
        if source.token is not None:
            _once(lo, source.token, node)
    elif isinstance(source, Ref) and source.obj.lazy is not None:
        fresh(lo, source.obj, node)
        _once(lo, source.obj.lazy.token, node)


def _once(lo: Lowering, token: Token, node: gast.AST) -> None:
    around = len(token.loops)
    again = len(lo.loops) > around and lo.loops[:around] == token.loops
    if again or token in lo.state.spent:
        raise lo.refuse(node, ONCE, "make a list of its items first: `list(...)`")
    lo.state.spent |= {token}


def lists_of(lo: Lowering, source: Any) -> Iterator[Ref]:
    """The lists of unknown length that a loop runs over."""
    source = certain(source)
    if isinstance(source, Iterable):
        for part in source.parts:
            yield from lists_of(lo, part)
    elif isinstance(source, Ref) and lo.fact(source).kind == "list":
        yield source


def check_sizes(lo: Lowering, over: list[Ref], before: int, node: gast.AST) -> None:
    """Refuse a list whose length the body of the loop over it has changed."""
    for changed in lo.resized[before:]:
        if any(changed.obj is one.obj and not apart(changed, one) for one in over):
            raise resized(lo, node)


def apart(a: Ref, b: Ref) -> bool:
    """Whether two lists inside one are known to be different."""
    return len(a.path) != len(b.path) or any(
        isinstance(x, Const) and isinstance(y, Const) and x != y
        for x, y in zip(a.path, b.path, strict=True))


__all__ = ["check_sizes", "deferred", "fresh", "iterator", "lists_of", "read_late", "used"]
