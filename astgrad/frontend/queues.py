"""`collections`: a deque is a list here, the others are dicts that make what they do not have."""

from __future__ import annotations

import collections
from typing import Any

import gast

from astgrad.frontend.aliases import check_whole
from astgrad.frontend.builtins import Args, Keywords, builtin, collected, dict_, method
from astgrad.frontend.calls import call, construct
from astgrad.frontend.expressions import known_key, list_items, sequence_items
from astgrad.frontend.lower import Lowering
from astgrad.frontend.splices import insert, pop
from astgrad.frontend.values import Entries, Items, Ref, Tup
from astgrad.ir.core import NONE, Const
from astgrad.rules.queues import Bounded


@builtin(collections.deque)
def deque(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    longest = keywords.get("maxlen", args[1] if len(args) > 1 else NONE)
    if longest != NONE:
        bounded = construct(lo, Bounded, (args[0] if args else Tup(()), longest), {}, node)
        bounded.obj.made_as = collections.deque
        return bounded
    made = collected(lo, args[0], node) if args else lo.new_object(Items(()))
    made.obj.made_as = collections.deque
    return made


@method("list", "appendleft")
def appendleft(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return insert(lo, (args[0], Const(0), args[1]), {}, node)


@method("list", "popleft")
def popleft(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return pop(lo, (args[0], Const(0)), {}, node)


@method("list", "rotate")
def rotate(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    check_whole(lo, args[0], node)
    items, by = list_items(lo, args[0]), args[1] if len(args) > 1 else Const(1)
    if items is None or not isinstance(by, Const):
        raise lo.refuse(node, "rotation of a deque of unknown length", "pop and append its items")
    start = -by.value % len(items) if items else 0
    lo.state.heap[args[0].obj] = Items((*items[start:], *items[:start]))
    return NONE


@builtin(collections.OrderedDict)
def ordered(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    made = dict_(lo, args, keywords, node)
    made.obj.made_as = collections.OrderedDict
    return made


@builtin(collections.defaultdict)
def defaultdict(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    made = dict_(lo, args[1:], keywords, node)
    made.obj.made_as = collections.defaultdict
    made.obj.default = args[0] if args and args[0] != NONE else None
    return made


@builtin(collections.Counter)
def counter(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    entries = Entries(())
    if args:
        items = sequence_items(lo, args[0])
        if items is None:
            raise lo.refuse(node, "a Counter of what is not known", "count in a loop")
        for item in items:
            key = known_key(lo, item, node)
            count = entries.get(key)
            entries = entries.put(key, Const(1 if count is None else count.value + 1))
    made = lo.new_object(entries)
    made.obj.made_as, made.obj.default = collections.Counter, Const(0)
    return made


def missing(lo: Lowering, ref: Ref, content: Entries, key: Any, node: gast.AST) -> Any:
    """What a dict gives for a key that it does not have: made once, or the zero of a Counter."""
    if isinstance(ref.obj.default, Const):
        return ref.obj.default
    made = call(lo, ref.obj.default, (), {}, node)
    lo.state.heap[ref.obj] = content.put(key, made)
    lo.written.add(ref.obj)
    return made
