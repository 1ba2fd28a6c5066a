"""`with`: its body is a block of its own, whose values the statements after it read as results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from astgrad.analysis.builder import Builder
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Entries, Items, Maybe, Ref, Tup
from astgrad.ir.core import Arg, Block, Pack, Var, With


def enclosed(lo: Lowering, manager: Arg, body: Callable[[], Any], live: Any) -> None:
    """Lower `with manager: body`."""
    start, outer, span = lo.state, lo.build, lo.build.span
    lo.state, lo.build = start.copy(), Builder(outer)
    body()
    inner, state = lo.build, lo.state
    lo.build, lo.build.span = outer, span
    made = {var for op in inner.ops for var in op.outs}
    outs: dict[Var, Var] = {}

    def lift(arg: Any) -> Any:
        if isinstance(arg, Var) and arg in made:
            return outs.setdefault(arg, Var(arg.name, arg.fact))
        if isinstance(arg, Tup):
            return Tup(tuple(lift(i) for i in arg.items), arg.cls)
        if isinstance(arg, Items):
            return Items(tuple(lift(i) for i in arg.values))
        if isinstance(arg, Entries):
            return Entries(tuple((k, lift(v)) for k, v in arg.pairs), arg.cls)
        if isinstance(arg, Pack):
            return arg.rebuild(tuple(lift(i) for i in arg.items))
        if isinstance(arg, Ref):
            return Ref(arg.obj, tuple(lift(i) for i in arg.path))
        if isinstance(arg, Maybe):
            return Maybe(lift(arg.none), lift(arg.value))
        return arg

    state.heap = {obj: lift(content) for obj, content in state.heap.items()}
    kept = lo.places(state, state, live)
    state.names = {place: lift(state.names[place]) for place in kept}
    state.unbound = {place: lift(flag) for place, flag in state.unbound.items()}
    lo.state = state
    block = Block((), tuple(inner.ops), tuple(outs))
    lo.build.add(With(tuple(outs.values()), manager, block, span))
