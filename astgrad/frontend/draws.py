"""`rng.choice(x)`, `.permutation(x)`, `.shuffle(x)`: places are drawn, and x is read there."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from astgrad.frontend import templates
from astgrad.frontend.aliases import check_whole
from astgrad.frontend.arraylike import as_array, is_array, is_display
from astgrad.frontend.builtins import Args, Keywords
from astgrad.frontend.calls import BUILTINS, METHODS
from astgrad.frontend.expressions import item, list_items
from astgrad.frontend.held import put_content
from astgrad.frontend.iterate import length
from astgrad.frontend.lower import Lowering
from astgrad.frontend.opaque import opaque, opaque_method
from astgrad.frontend.ordering import taken
from astgrad.frontend.values import Items, Known, Method, Ref
from astgrad.frontend.writes import ELLIPSIS, store
from astgrad.ir.core import NONE, Const, Var
from astgrad.ir.fact import UNKNOWN, Fact


def at_places(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST, draw: Any) -> Any:
    """x at the places that `draw` gives for len(x)."""
    array = as_array(lo, args[0]) if is_display(lo, args[0]) else args[0]
    if "axis" in keywords:
        raise lo.refuse(node, "a draw along an axis", "draw indices, and use np.take")
    places = draw((length(lo, lo.read(array)), *args[1:]), keywords)
    return item(lo, array, places, node)


def shuffled(lo: Lowering, target: Any, keywords: Keywords, node: gast.AST, draw: Any) -> Any:
    """`shuffle(target)`: the permutation of its length that is drawn, from the same numbers."""
    if keywords or not isinstance(target, Ref):
        raise lo.refuse(node, "a shuffle along an axis, or of something that is not an array",
                        "draw a permutation of indices, and read the array there")
    items = list_items(lo, target)
    places = draw((length(lo, lo.read(target)),), keywords)
    drawn = lo.read(places)
    if isinstance(drawn, Var) and drawn.fact == UNKNOWN:
        drawn.fact = Fact("array", "int64", (None,))
    if items is not None:
        check_whole(lo, target, node)
        picks = (lo.apply("[]", drawn, Const(i)) for i in range(len(items)))
        lo.state.heap[target.obj] = Items(tuple(taken(lo, items, pick, node) for pick in picks))
        lo.written.add(target.obj)
    elif lo.fact(target).kind == "list":
        check_whole(lo, target, node)
        values = {"source": target, "places": places}
        put_content(lo, target, lo.read(templates.expand(lo, templates.PICK, node, values)))
    else:
        store(lo, target, ELLIPSIS, item(lo, target, places, node), node)
    return NONE


def drawn_from(name: str) -> Any:
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        method = Method(args[0], "permutation" if name == "shuffle" else name)
        rest = args[1:]

        def draw(given: Args, options: Keywords) -> Any:
            return opaque_method(lo, method, given, options, node)

        if lo.fact(args[0]).kind not in ("static", "unknown"):
            raise lo.refuse(node, f"`.{name}()` of an array cannot be differentiated yet",
                            f"use a random generator: rng.{name}(x)")
        if name == "shuffle":
            return shuffled(lo, rest[0], keywords, node, draw)
        chosen = rest and (is_array(lo, rest[0]) or is_display(lo, rest[0]))
        return at_places(lo, rest, keywords, node, draw) if chosen else draw(rest, keywords)

    return handler


def drawn_globally(name: str) -> Any:
    drawn = "permutation" if name == "shuffle" else name
    function = Known(getattr(np.random, drawn), f"np.random.{drawn}")

    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        def draw(given: Args, options: Keywords) -> Any:
            return opaque(lo, function, given, options, node)

        if name == "shuffle":
            return shuffled(lo, args[0], keywords, node, draw)
        chosen = args and (is_array(lo, args[0]) or is_display(lo, args[0]))
        return at_places(lo, args, keywords, node, draw) if chosen else draw(args, keywords)

    return handler


for kind in ("choice", "permutation", "shuffle"):
    METHODS["array", kind] = drawn_from(kind)
    BUILTINS[getattr(np.random, kind)] = drawn_globally(kind)
