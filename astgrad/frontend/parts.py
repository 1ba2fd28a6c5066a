"""The structure of what a function takes or gives: numbers and arrays in tuples, lists and dicts.

A `Leaf` is a number or an array, which a call gives at run time; what is known when the function
is lowered and the same in all calls is `Fixed`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Closure, Entries, Items, Known, Maybe, Partial, Ref, Tup
from astgrad.ir.core import TEMP, UNDEFINED, Arg, Const, Var
from astgrad.ir.fact import Fact, Size, join
from astgrad.ir.sizes import fact_of_arg


class Mismatch(Exception):  # noqa: N818 - it says why there is no function
    """What a function takes or gives is not of one structure."""


@dataclass(frozen=True)
class Leaf:
    """`ordered`: whether an array is known to lie in C order."""

    fact: Fact
    name: str = field(compare=False)
    ordered: bool | None = None
    arg: Arg = field(default=UNDEFINED, compare=False)  # what a call gives

    def leaves(self) -> Iterator[Leaf]:
        yield self


@dataclass(frozen=True)
class Fixed:
    value: Any

    def leaves(self) -> Iterator[Leaf]:
        return iter(())


@dataclass(frozen=True)
class Whole:
    """A tuple, list, dict or object: its keys or class, and the parts."""

    kind: str
    keys: tuple[Any, ...]
    items: tuple[Node, ...]

    def leaves(self) -> Iterator[Leaf]:
        for item in self.items:
            yield from item.leaves()


Node = Leaf | Fixed | Whole


def described(lo: Lowering, value: Any, name: str) -> Node:
    """The structure of a value, its numbers and arrays read into the block at hand."""
    content = lo.state.heap[value.obj] if isinstance(value, Ref) else value
    match content:
        case Tup():
            items = (described(lo, v, f"{name}_{i}") for i, v in enumerate(content.items))
            return Whole("tuple", (content.cls,), tuple(items))
        case Items():
            items = (described(lo, v, f"{name}_{i}") for i, v in enumerate(content.values))
            return Whole("list", (), tuple(items))
        case Entries():
            items = (described(lo, v, str(k)) for k, v in content.pairs)
            return Whole("dict", (content.cls, *(k for k, _ in content.pairs)), tuple(items))
        case Const() | Known() | Closure() | Partial():
            return Fixed(content)
        case Maybe():
            raise Mismatch(f"`{name}` may be None")
    if not isinstance(content, Var):
        raise Mismatch(f"`{name}` is neither a number nor an array")
    arg = lo.read(value)
    fact = fact_of_arg(arg)
    if not fact.is_numeric or fact.shape is None or fact.absent:
        raise Mismatch(f"`{name}` is not known to be a number or an array of known rank")
    array = isinstance(value, Ref)
    ordered = value.obj.contiguous if array and not value.path else not array or None
    return Leaf(fact, name, ordered, arg)


def settled(node: Node, sizes: set[Size]) -> Node:
    """The structure, without the sizes that only one call has: `sizes` are those of all."""
    if isinstance(node, Whole):
        return replace(node, items=tuple(settled(item, sizes) for item in node.items))
    if isinstance(node, Leaf):
        shape = tuple(n if isinstance(n, int) or n in sizes else None
                      for n in node.fact.shape or ())
        return Leaf(replace(node.fact, shape=shape, size=None), node.name, node.ordered)
    return node


def functions_in(node: Node) -> bool:
    """Whether a structure holds functions."""
    if isinstance(node, Whole):
        return any(map(functions_in, node.items))
    return isinstance(node, Fixed) and isinstance(node.value, Closure | Partial)


def covering(a: Node, b: Node) -> Node:
    """The structure that covers both."""
    if a == b:
        return a
    if isinstance(a, Whole) and isinstance(b, Whole) and (a.kind, a.keys) == (b.kind, b.keys) and (
            len(a.items) == len(b.items)):
        return replace(a, items=tuple(map(covering, a.items, b.items)))
    facts = fact_of(a), fact_of(b)
    if facts[0] is None or facts[1] is None:
        raise Mismatch("what it takes has another structure in each call")
    fact = join(facts[0], facts[1])
    if not fact.is_numeric or fact.shape is None:
        raise Mismatch("what it takes has another kind in each call")
    name = next(leaf.name for leaf in (*a.leaves(), *b.leaves(), Leaf(fact, TEMP)))
    same = isinstance(a, Leaf) and isinstance(b, Leaf) and a.ordered == b.ordered
    return Leaf(fact, name, a.ordered if same and isinstance(a, Leaf) else None)


def fact_of(node: Node) -> Fact | None:
    """The fact of a number or an array; None of what is neither."""
    if isinstance(node, Leaf):
        return node.fact
    known = isinstance(node, Fixed) and isinstance(node.value, Const)
    fact = fact_of_arg(node.value) if known and isinstance(node, Fixed) else None
    return fact if fact is not None and fact.is_numeric else None


def leaves(like: Node, given: Node) -> Iterator[Arg]:
    """What a call gives for each leaf of a structure that covers it."""
    if isinstance(like, Whole) and isinstance(given, Whole):
        for a, b in zip(like.items, given.items, strict=True):
            yield from leaves(a, b)
    elif isinstance(like, Leaf):
        yield given.arg if isinstance(given, Leaf) else given.value  # type: ignore[union-attr]


def built(lo: Lowering, node: Node, args: Iterator[Arg]) -> Any:
    """The value with this structure and these leaves."""
    match node:
        case Fixed():
            return node.value
        case Leaf():
            made = lo.wrap(next(args))
            if isinstance(made, Ref):
                made.obj.contiguous = node.ordered
            return made
        case Whole(kind="tuple"):
            return Tup(tuple(built(lo, item, args) for item in node.items), node.keys[0])
        case Whole(kind="list"):
            return lo.new_object(Items(tuple(built(lo, item, args) for item in node.items)))
    cls, *keys = node.keys
    pairs = tuple((k, built(lo, item, args)) for k, item in zip(keys, node.items, strict=True))
    return lo.new_object(Entries(pairs, cls))
