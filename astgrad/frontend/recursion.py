"""Recursion: calls are inlined, so it must be known where they end, or they are a loop's trips."""

from __future__ import annotations

from typing import Any

import gast

from astgrad.frontend.lookup import lookup
from astgrad.frontend.lower import Deep, Lowering, Refusal
from astgrad.frontend.tails import DEFAULT, as_loop
from astgrad.frontend.values import Closure, Entries, Items, Known, Ref, Tup
from astgrad.ir.core import Const, Var
from astgrad.signatures import unwrap_cache
from astgrad.source import FunctionSource

MAX_DEPTH = 50
DEPTH_BY_VALUE = 400
MAX_CALLS = 2000  # of recursive functions that are inlined one into the other


def check_ends(lo: Lowering, source: FunctionSource, args: tuple[Any, ...],
          keywords: dict[str, Any], node: gast.AST) -> None:
    """Refuse a recursion whose end is not known: the same arguments, as far as facts tell."""
    inner = [call for call in lo.calls if call[0] == id(source.node)]
    if not inner or id(source.node) in lo.as_functions:
        return
    known = signature(lo, args, keywords)
    again = sum(call[1] == known for call in inner)
    lo.recursive_calls += 1
    deepest = DEPTH_BY_VALUE if lo.by_value else MAX_DEPTH
    by_chance = lo.by_value and not lo.any_branch and lo.undecided > inner[-1][2]
    if again > 1 or by_chance or len(inner) >= deepest or lo.recursive_calls > MAX_CALLS:
        may = as_loop(source) is not None and id(source.node) not in lo.as_loops
        lo.endless[id(source.node)] = may
        raise Deep(lo.refuse(node, f"how deep `{source.name}` recurses is known only at run time",
                             "write the recursion as a loop").problem)


def looped(lo: Lowering, source: FunctionSource, defaults: dict[str, Any]) -> FunctionSource:
    """The source of a call that has been entered, as a loop if the program is lowered with it."""
    if id(source.node) not in lo.as_loops or not calls_itself(lo, source):
        return source
    for name, value in defaults.items():
        lo.state.names[lo.frame, DEFAULT + name] = value
    return as_loop(source) or source


def calls_itself(lo: Lowering, source: FunctionSource) -> bool:
    """Whether a function's own name stands for it in its body."""
    try:
        found = lookup(lo, source.name, source.node)
    except Refusal:
        return False
    if isinstance(found, Closure):
        return found.node is source.node and found.frame is lo.frame.parent
    own = lo.frame.parent is None and isinstance(found, Known)
    return own and unwrap_cache(found.value) is lo.frame.function


def signature(lo: Lowering, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
    """What is known of a call's arguments before the program runs."""

    def known(value: Any) -> Any:
        match value:
            case Const():
                return value.key
            case Tup():
                return tuple(map(known, value.items))
            case Known():
                return id(value.value)
            case Var() | Ref():
                items = list_items(lo, value)
                if items is not None:
                    return ("list", *map(known, items))
                if isinstance(value, Ref) and isinstance(lo.state.heap[value.obj], Entries):
                    return "dict", len(lo.state.heap[value.obj].pairs)
                fact = lo.fact(value)
                sizes = fact.shape and tuple(n for n in fact.shape if isinstance(n, int))
                return fact.kind, fact.dtype, fact.rank, sizes
        return type(value).__name__

    return tuple(map(known, args)), tuple((k, known(v)) for k, v in keywords.items())


def list_items(lo: Lowering, value: Any) -> tuple[Any, ...] | None:
    content = lo.state.heap[value.obj] if isinstance(value, Ref) else None
    return content.values if isinstance(content, Items) else None
