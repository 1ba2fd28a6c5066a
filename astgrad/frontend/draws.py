"""`rng.choice(x)` and `rng.permutation(x)`: places are drawn, and x is read there."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from astgrad.frontend.arraylike import as_array, is_array, is_display
from astgrad.frontend.builtins import Args, Keywords
from astgrad.frontend.calls import BUILTINS, METHODS
from astgrad.frontend.expressions import item
from astgrad.frontend.iterate import length
from astgrad.frontend.lower import Lowering
from astgrad.frontend.opaque import opaque, opaque_method
from astgrad.frontend.values import Known, Method


def at_places(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST, draw: Any) -> Any:
    """x at the places that `draw` gives for len(x)."""
    array = as_array(lo, args[0]) if is_display(lo, args[0]) else args[0]
    if "axis" in keywords:
        raise lo.refuse(node, "a draw along an axis", "draw indices, and use np.take")
    places = draw((length(lo, lo.read(array)), *args[1:]), keywords)
    return item(lo, array, places, node)


def drawn_from(name: str) -> Any:
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        method, rest = Method(args[0], name), args[1:]

        def draw(given: Args, options: Keywords) -> Any:
            return opaque_method(lo, method, given, options, node)

        if lo.fact(args[0]).kind not in ("static", "unknown"):
            raise lo.refuse(node, f"`.{name}()` of an array cannot be differentiated yet",
                            f"use a random generator: rng.{name}(x)")
        chosen = rest and (is_array(lo, rest[0]) or is_display(lo, rest[0]))
        return at_places(lo, rest, keywords, node, draw) if chosen else draw(rest, keywords)

    return handler


def drawn_globally(name: str) -> Any:
    function = Known(getattr(np.random, name), f"np.random.{name}")

    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        def draw(given: Args, options: Keywords) -> Any:
            return opaque(lo, function, given, options, node)

        chosen = args and (is_array(lo, args[0]) or is_display(lo, args[0]))
        return at_places(lo, args, keywords, node, draw) if chosen else draw(args, keywords)

    return handler


for kind in ("choice", "permutation"):
    METHODS["array", kind] = drawn_from(kind)
    BUILTINS[getattr(np.random, kind)] = drawn_globally(kind)
