"""`with`: the body is a block of its own, and so is its reverse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from astgrad.analysis.builder import Builder
from astgrad.frontend.lower import Lowering
from astgrad.frontend.state import mapped
from astgrad.frontend.statements import Live, handles
from astgrad.frontend.values import Known
from astgrad.ir.core import Arg, Block, Pack, Var, With

MANAGERS: list[tuple[Any, Callable[[Any, Any, Any], None]]] = []  # set by the interface


@handles(gast.With)
def with_(lo: Lowering, node: gast.With, rest: list[gast.stmt]) -> bool:
    """`with np.errstate(...)`: the body is a block of its own, its reverse too."""
    if len(node.items) > 1:
        inner = gast.With(node.items[1:], node.body, None)
        gast.copy_location(inner, node)
        node = gast.With(node.items[:1], [inner], None)
        gast.copy_location(node, node.body[0])
    context = node.items[0].context_expr
    function = lo.expr(context.func) if isinstance(context, gast.Call) else None
    for manager, handler in MANAGERS:
        if isinstance(function, Known) and function.value is manager:
            handler(lo, node, context)
            return False
    if not isinstance(function, Known) or function.value not in (np.errstate, np.printoptions):
        raise lo.refuse(context, "this context manager is not known to leave values alone",
                        "use np.errstate, or move the `with` out of the function")
    keywords = {k.arg: lo.arg(k.value) for k in context.keywords}
    manager = Pack("call", tuple(keywords.values()), (function, *keywords))
    frame, live = lo.frame, set(lo.live_after(node))
    enclosed(lo, manager, lambda: lo.statements(node.body), Live(lo, frame, live))
    return False


def enclosed(lo: Lowering, manager: Arg, body: Callable[[], Any], live: Live) -> None:
    """Lower `with manager: body`."""
    start, outer, span = lo.state, lo.build, lo.build.span
    lo.state, lo.build = start.copy(), Builder(outer)
    body()
    inner, state = lo.build, lo.state
    lo.build, lo.build.span = outer, span
    made = {var for op in inner.ops for var in op.outs}
    outs: dict[Var, Var] = {}

    def lift(value: Any) -> Any:
        return mapped(value, lambda var: outs.setdefault(var, Var(var.name, var.fact))
                      if var in made else var)

    state.heap = {obj: lift(content) for obj, content in state.heap.items()}
    kept = lo.places(state, state, live)
    state.names = {place: lift(state.names[place]) for place in kept}
    state.unbound = {place: lift(flag) for place, flag in state.unbound.items()}
    lo.state = state
    block = Block((), tuple(inner.ops), tuple(outs))
    lo.build.add(With(tuple(outs.values()), manager, block, span))
