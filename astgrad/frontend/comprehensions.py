"""Comprehensions and generator expressions: loops that append to a hidden list."""

from __future__ import annotations

from typing import Any

import gast

from astgrad.frontend.builtins import collected, comprehension
from astgrad.frontend.expressions import UNPLAIN, handles, plain, truth
from astgrad.frontend.iterate import iteration
from astgrad.frontend.lower import Lowering
from astgrad.frontend.statements import bind_target
from astgrad.frontend.values import Entries, Items
from astgrad.ir.core import Const


@handles(gast.ListComp, gast.GeneratorExp)
def list_comp(lo: Lowering, node: Any) -> Any:
    made = unrolled_items(lo, node, lambda: lo.expr(node.elt), 0)
    if made is not None:
        return lo.new_object(Items(tuple(made)))
    if len(node.generators) > 1 or node.generators[0].ifs:
        raise lo.refuse(node, "a comprehension with conditions over a range known at run time",
                        "write the loop, and append")
    generator = node.generators[0]
    shadowed = scope(lo, generator.target)

    def element(value: Any) -> Any:
        bind_target(lo, generator.target, value)
        return lo.expr(node.elt)

    try:
        return comprehension(lo, lo.expr(generator.iter), element, node)
    finally:
        restore(lo, generator.target, shadowed)


@handles(gast.DictComp)
def dict_comp(lo: Lowering, node: gast.DictComp) -> Any:
    made = unrolled_items(lo, node, lambda: (plain(lo.expr(node.key)), lo.expr(node.value)), 0)
    if made is None or any(key is UNPLAIN for key, _ in made):
        raise lo.refuse(node, "a dict with keys known only at run time", "use a list")
    entries = Entries(())
    for key, value in made:
        entries = entries.put(key, value)
    return lo.new_object(entries)


def unrolled_items(lo: Lowering, node: Any, element: Any, depth: int) -> list[Any] | None:
    """The items of a comprehension over known items; None where they are not known."""
    if depth == len(node.generators):
        return [element()]
    generator = node.generators[depth]
    source = lo.expr(generator.iter)
    bounds, bind = iteration(lo, source, node)
    if bounds is not None:
        if not all(isinstance(b, Const) for b in bounds) or len(range(*(b.value for b in bounds))) > 16:
            return None
        values = [bind(Const(i)) for i in range(*(b.value for b in bounds))]
    else:
        values = bind(None)
    shadowed = scope(lo, generator.target)
    made: list[Any] = []
    for value in values:
        bind_target(lo, generator.target, value)
        tests = [truth(lo, lo.expr(test), test) for test in generator.ifs]
        if not all(isinstance(test, Const) for test in tests):
            raise lo.refuse(node, "a comprehension with a condition known only at run time",
                            "use np.where, or write the loop")
        if all(test.value for test in tests):
            inner = unrolled_items(lo, node, element, depth + 1)
            if inner is None:
                return None
            made.extend(inner)
    restore(lo, generator.target, shadowed)
    return made


def scope(lo: Lowering, target: gast.expr) -> dict[str, Any]:
    names = [n.id for n in gast.walk(target) if isinstance(n, gast.Name)]
    return {name: lo.state.names.get((lo.frame, name)) for name in names}


def restore(lo: Lowering, target: gast.expr, shadowed: dict[str, Any]) -> None:
    for name, value in shadowed.items():
        if value is None:
            lo.state.names.pop((lo.frame, name), None)
        else:
            lo.state.names[lo.frame, name] = value


__all__ = ["collected", "dict_comp", "list_comp"]
