"""Comprehensions: unrolled over known items, else loops that append to a hidden list."""

from __future__ import annotations

from typing import Any

import gast

from astgrad.frontend.builtins import collected
from astgrad.frontend.conditions import truth
from astgrad.frontend.expressions import handles
from astgrad.frontend.iterate import iteration
from astgrad.frontend.lazy import deferred, read_late, used
from astgrad.frontend.listed import Listed
from astgrad.frontend.lower import Lowering, unknown_key
from astgrad.frontend.plain import UNPLAIN, plain
from astgrad.frontend.state import Place
from astgrad.frontend.statements import bind_target
from astgrad.frontend.templates import LIST, expand
from astgrad.frontend.values import Entries, Items
from astgrad.ir.core import Arg, Const

MOST = 16  # trips of a constant range that are written out


@handles(gast.GeneratorExp)
def generator(lo: Lowering, node: gast.GeneratorExp) -> Any:
    source = lo.expr(node.generators[0].iter)
    return deferred(lo, made_of(lo, node, source), (source,), read_late(node))


@handles(gast.ListComp)
def list_comp(lo: Lowering, node: Any) -> Any:
    return made_of(lo, node, lo.expr(node.generators[0].iter))


def made_of(lo: Lowering, node: Any, source: Any) -> Any:
    made = None
    if not any(isinstance(inner, gast.Lambda) for inner in gast.walk(node.elt)):
        made = attempt(lo, node, source, lambda: lo.expr(node.elt))
    if made is not None:
        return lo.new_object(Items(tuple(made)))
    return expand(lo, LIST, node, {"source": source}, node.elt, node.generators)


@handles(gast.DictComp)
def dict_comp(lo: Lowering, node: gast.DictComp) -> Any:
    source = lo.expr(node.generators[0].iter)
    made = attempt(lo, node, source, lambda: (plain(lo.expr(node.key)), lo.expr(node.value)))
    if made is None or any(key is UNPLAIN for key, _ in made):
        raise unknown_key(lo.refuse(node, "a dict with keys known only at run time",
                                    "use a list"))
    entries = Entries(())
    for key, value in made:
        entries = entries.put(key, value)
    return lo.new_object(entries)


def attempt(lo: Lowering, node: Any, source: Any, element: Any) -> list[Any] | None:
    """The items of a comprehension over known items; None, and no trace, where the
    items or a condition are not known.
    """
    kept = lo.snapshot()
    made = unrolled_items(lo, node, source, element, 0)
    if made is None:
        lo.restore(kept)
    return made


def unrolled_items(lo: Lowering, node: Any, source: Any, element: Any, depth: int
                   ) -> list[Any] | None:
    generator = node.generators[depth]
    bounds, bind = iteration(lo, source, node)
    if bounds is None:
        values = bind(None)
    elif all(isinstance(b, Const) for b in bounds):
        trips = range(*(b.value for b in bounds))
        if len(trips) > MOST:
            return None
        values = Listed(len(trips), lambda i: bind(Const(trips[i])))
    else:
        return None
    used(lo, source, node)
    shadowed = scope(lo, generator.target)
    made: list[Any] = []
    for value in values:
        bind_target(lo, generator.target, value)
        tests = [truth(lo, lo.expr(test), test) for test in generator.ifs]
        known = [test.value for test in tests if isinstance(test, Const)]
        if len(known) < len(tests):
            return None
        if not all(known):
            continue
        if depth + 1 == len(node.generators):
            made.append(element())
            continue
        inner_source = lo.expr(node.generators[depth + 1].iter)
        inner = unrolled_items(lo, node, inner_source, element, depth + 1)
        if inner is None:
            return None
        made.extend(inner)
    restore(lo, shadowed)
    return made


Shadowed = dict[Place, tuple[Any, Arg]]


def scope(lo: Lowering, target: gast.expr) -> Shadowed:
    """The names that a comprehension binds for itself, as they are outside of it."""
    places = [(lo.frame, n.id) for n in gast.walk(target) if isinstance(n, gast.Name)]
    return {place: (lo.state.names.get(place), lo.state.unbound_at(place)) for place in places}


def restore(lo: Lowering, shadowed: Shadowed) -> None:
    for place, (value, unbound) in shadowed.items():
        if value is None:
            lo.state.names.pop(place, None)
        else:
            lo.state.names[place] = value
            lo.state.unbound[place] = unbound


__all__ = ["collected", "dict_comp", "list_comp"]
