"""`iter` and `next`: iterators of known items, taken one by one."""

from __future__ import annotations

from typing import Any

import gast

from astgrad.frontend.builtins import Args, Keywords, builtin
from astgrad.frontend.expressions import item, sequence_items
from astgrad.frontend.iterate import length
from astgrad.frontend.lazy import ONCE, deferred, fresh, iterator
from astgrad.frontend.lower import Lowering, unknown_key
from astgrad.frontend.values import Items, Iterable, Ref
from astgrad.ir.core import Const


@builtin(iter)
def iter_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    if len(args) != 1:
        raise lo.refuse(node, "`iter` of a function and a sentinel", "write a `while` loop")
    (source,) = args
    if is_iterator(source):
        return source
    items = sequence_items(lo, source)
    if items is None:
        return iterator(lo, "each", (source,))
    return deferred(lo, lo.new_object(Items(items), "items"), (source,))


def is_iterator(value: Any) -> bool:
    if isinstance(value, Iterable):
        return value.token is not None
    return isinstance(value, Ref) and value.obj.lazy is not None


@builtin(next)
def next_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    source, *default = args
    items = sequence_items(lo, source) if is_iterator(source) else None
    if items is None:
        return first(lo, source, default, node)
    fresh(lo, source.obj, node)
    if source.obj.lazy.token in lo.state.spent:
        raise lo.refuse(node, ONCE, "make a list of its items first: `list(...)`")
    if items:
        lo.state.heap[source.obj] = Items(items[1:])
        return items[0]
    if not default:
        raise lo.refuse(node, "`next` of an iterator that has no more items", "give a default")
    return default[0]


def first(lo: Lowering, source: Any, default: list[Any], node: gast.AST) -> Any:
    """The first item of a generator expression that nobody else asks."""
    written = isinstance(node, gast.Call) and isinstance(node.args[0], gast.GeneratorExp)
    if not (written and isinstance(source, Ref)):
        raise unknown_key(lo.refuse(
            node, "`next` of an iterator whose items are not known one by one",
            "loop over it, or index what it runs over"))
    if not default:
        return item(lo, source, Const(0), node)
    some = lo.build.apply("Gt", length(lo, lo.read(source)), Const(0))
    return lo.branch(some, lambda: item(lo, source, Const(0), node), lambda: default[0])
