"""Loops: `for` and `while`, their `else`, and what leaves them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gast

from astgrad.analysis.builder import Builder
from astgrad.frontend.conditions import truth
from astgrad.frontend.fixpoint import fixpoint
from astgrad.frontend.head import Head
from astgrad.frontend.iterate import is_one, is_zero, iteration, no_trips
from astgrad.frontend.lazy import check_sizes, lists_of, used
from astgrad.frontend.listed import Listed
from astgrad.frontend.lower import FLAGS, Lowering, Refusal
from astgrad.frontend.names import Names, stores
from astgrad.frontend.state import FALSE, mapped
from astgrad.frontend.statements import Live, bind_target, handles
from astgrad.frontend.values import Obj, Ref
from astgrad.ir.core import Apply, Arg, Block, Const, For, If, Var, While
from astgrad.ir.fact import INT, Dim, Fact
from astgrad.ir.sizes import Trip, fact_of_arg
from astgrad.ir.walk import all_ops, refresh


def written_names(body: list[gast.stmt]) -> Names:
    """Names whose objects the body may change: subscripts, attributes, methods."""
    found = set()
    for statement in body:
        for node in gast.walk(statement):
            if isinstance(node, gast.Subscript | gast.Attribute):
                base = node.value
                while isinstance(base, gast.Subscript | gast.Attribute):
                    base = base.value
                stored = isinstance(node.ctx, gast.Store)
                method = isinstance(node, gast.Attribute) and node.attr in MUTATORS
                if isinstance(base, gast.Name) and (stored or method):
                    found.add(base.id)
            elif isinstance(node, gast.AugAssign) and isinstance(node.target, gast.Name):
                found.add(node.target.id)
    return frozenset(found)


MUTATORS = ("append", "extend", "insert", "pop", "fill", "sort", "remove", "clear")


def seeds_of(lo: Lowering, body: list[gast.stmt]) -> list[Obj]:
    seeds = []
    for name in sorted(written_names(body)):
        value = lo.state.names.get((lo.frame, name))
        if isinstance(value, Ref) and lo.fact(value).kind == "array":
            seeds.append(value.obj)
    return list(dict.fromkeys(seeds))


@handles(gast.For)
def for_(lo: Lowering, node: gast.For, rest: list[gast.stmt]) -> bool:
    source = lo.expr(node.iter)
    bounds, bind = iteration(lo, source, node)
    used(lo, source, node)
    live = lo.head_names(node) | lo.live_after(node)
    names = stores([node.target, *node.body])
    if bounds is None:
        return unrolled(lo, node, bind, rest)
    over = (lo.frame, f"$over {id(node)}")
    lo.state.names[over] = source
    lists, before = list(lists_of(lo, source)), len(lo.resized)
    try:
        done = run_over(lo, node, bounds, bind, live, names, rest)
        check_sizes(lo, lists, before, node)
        return done
    finally:
        lo.state.names.pop(over, None)


def run_over(lo: Lowering, node: gast.For, bounds: Any, bind: Callable[[Any], Any], live: Names,
             names: Names, rest: list[gast.stmt]) -> bool:
    """A loop over a range; written out where its body needs known keys."""
    trips = known_trips(bounds, MOST_BY_VALUE if lo.by_value else MOST)
    if trips is None:
        return looped(lo, node, bounds, bind, live, names, rest)
    kept = lo.snapshot()
    lo.unrolling += 1
    try:
        return looped(lo, node, bounds, bind, live, names, rest)
    except Refusal as refusal:
        if not refusal.unrolls:
            raise
        lo.restore(kept)
    finally:
        lo.unrolling -= 1
    listed = Listed(len(trips), lambda i: bind(Const(trips[i])))
    return unrolled(lo, node, lambda _: listed, rest)


MOST = 32  # trips of a loop that is written out where its body needs known keys
MOST_BY_VALUE = 512


def known_trips(bounds: Any, most: int) -> range | None:
    if not all(isinstance(b, Const) for b in bounds):
        return None
    trips = range(*(b.value for b in bounds))
    return trips if len(trips) <= most else None


def stop_flag(lo: Lowering) -> Arg:
    flag: Arg = lo.state.names[lo.frame, "$stop"]
    return flag


def looped(lo: Lowering, node: gast.For, bounds: Any, bind: Callable[[Any], Any], live: Names,
           names: Names, rest: list[gast.stmt]) -> bool:
    """A loop over a range of indices."""
    target = Var("_", INT)
    lo.counters.loop(target, bounds)

    def body() -> Arg:
        target.fact = replace(INT, size=Dim(trip(*bounds)))  # of this lowering, not of the last
        item = bind(target)
        named = isinstance(node.target, gast.Name) and item is target
        target.name = node.target.id if named else "i"
        bind_target(lo, node.target, item)
        lo.statements(node.body)
        return stop_flag(lo)

    outer_flags = save_flags(lo)
    head, built, stop = fixpoint(lo, node, live, body, seeds_of(lo, node.body), names)
    stops = not (isinstance(stop, Const) and stop.value is False)
    results = list(head.results)
    bound = [place for place in head.bound_in_all()
             if place[0] is not lo.frame or place[1] in live]
    head.without_trips = dict.fromkeys(bound, no_trips(lo, bounds)) if bound else {}
    finish(lo, node, head, outer_flags, rest, stops, stop, results,
           lambda outs, flags: For(
               tuple(outs), bounds, tuple(head.inits) + flags[0],
               Block((target, *head.params, *flags[1]), tuple(built.ops),
                     (*results, *flags[2], *((stop,) if stops else ()))),
               False, stops, lo.build.span))
    return False


def trip(start: Arg, stop: Arg, step: Arg) -> Trip:
    """The number of a trip, with what its range tells of it."""
    if not (isinstance(step, Const) and isinstance(step.value, int)):
        return Trip()
    first, end = ((start, stop) if step.value > 0 else (stop, start))
    sizes = [fact_of_arg(arg).size for arg in (first, end)]
    if step.value > 0:
        return Trip(isinstance(sizes[0], int) and sizes[0] >= 0, sizes[1])
    return Trip(isinstance(sizes[0], int) and sizes[0] >= -1,
                None if sizes[1] is None else sizes[1] + 1)


def save_flags(lo: Lowering) -> dict[str, Any]:
    return {flag: lo.state.names.get((lo.frame, flag), FALSE) for flag in FLAGS}


def finish(lo: Lowering, node: Any, head: Head, outer: dict[str, Any], rest: list[gast.stmt],
           stops: bool, stop: Arg, results: list[Arg],
           make: Callable[[list[Var], Any], Any]) -> None:
    """Bind the loop's results, then its `else`, then a return from inside."""
    end = head.end
    returned = end.names[lo.frame, "$return"]
    carries_return = not (isinstance(returned, Const) and returned.value is False)
    broken = end.names[lo.frame, "$broke"]
    carries_stop = bool(node.orelse) and broken != FALSE
    inits: list[Arg] = []
    params: list[Var] = []
    backs: list[Arg] = []
    flags: list[str] = []
    outcomes = (carries_return, "$return", returned), (carries_stop, "$broke", broken)
    for wanted, name, value in outcomes:
        if wanted:
            flags.append(name)
            inits.append(FALSE)
            params.append(Var("returned" if name == "$return" else "broke", Fact("number", "bool")))
            backs.append(value)
    outs = [Var(p.name, p.fact) for p in head.params] + [Var(p.name, p.fact) for p in params]
    lo.build.add(make(outs, (tuple(inits), tuple(params), tuple(backs))))
    table: dict[Var, Any] = dict(zip(head.params, outs, strict=False))
    lo.state = head.state.copy()
    lo.state.spent = end.spent
    lo.state.heap = {o: rename(c, table) for o, c in head.state.heap.items()}
    lo.state.names = {p: rename(v, table) for p, v in head.state.names.items()}
    lo.state.unbound = {p: rename(v, table) for p, v in head.state.unbound.items()}
    lo.state.unbound |= head.without_trips
    lo.with_outside(lo.state)
    for obj, content in end.heap.items():
        lo.state.heap.setdefault(obj, content)
    flag_outs = dict(zip(flags, outs[len(head.params) :], strict=True))
    for flag in FLAGS:
        lo.state.names[lo.frame, flag] = outer[flag]
    orelse(lo, node, flag_outs.get("$broke", FALSE))
    if "$return" in flag_outs:
        set_returned(lo, flag_outs["$return"])


def orelse(lo: Lowering, node: Any, left: Arg) -> None:
    """The `else` of a loop, run where nothing left the loop."""
    if node.orelse and left == FALSE:
        lo.statements(node.orelse)
    elif node.orelse and not isinstance(left, Const):
        live = Live(lo, lo.frame, set(lo.live_after(node)))
        lo.branch(left, lambda: None, lambda: lo.statements(node.orelse), live)


def set_returned(lo: Lowering, returned: Arg) -> None:
    """A return from the body, or from the `else` that ran where the body did not return."""
    for flag in FLAGS:
        other = lo.state.names[lo.frame, flag]
        if other == FALSE:
            lo.state.names[lo.frame, flag] = returned
        elif isinstance(other, Var):
            out = Var("done", Fact("number", "bool"))
            lo.build.add(If((out,), returned, Block((), (), (Const(True),)),
                            Block((), (), (other,)), lo.build.span))
            lo.state.names[lo.frame, flag] = out


def rename(value: Any, table: dict[Var, Any]) -> Any:
    return mapped(value, lambda var: table.get(var, var))


@handles(gast.While)
def while_(lo: Lowering, node: gast.While, rest: list[gast.stmt]) -> bool:
    live = lo.head_names(node) | lo.live_after(node)
    names = stores([node.test, *node.body])
    test_block: list[Any] = []
    plain_test = not any(isinstance(n, gast.NamedExpr) for n in gast.walk(node.test))

    def body() -> Arg:
        test_block.clear()
        outer = lo.build
        before = lo.state.copy()
        lo.build = Builder(outer)
        test = truth(lo, lo.expr(node.test), node.test)
        pure = plain_test and all(not isinstance(op, Apply) or not op.rule.effect
                                  for op in all_ops(Block((), tuple(lo.build.ops), ())))
        pure = pure and lo.state.heap == before.heap
        if pure:
            test_block.extend((lo.build.ops, test))
            lo.build, lo.state.unbound = outer, before.unbound
            lo.statements(node.body)
            return stop_flag(lo)
        for op in lo.build.ops:
            outer.add(op)
        lo.build = outer

        def leave() -> None:
            lo.state.names[lo.frame, "$stop"] = Const(True)
            lo.state.names[lo.frame, "$jump"] = Const(True)

        lo.branch(test, lambda: lo.statements(node.body), leave,
                  Live(lo, lo.frame, set(live)))
        return stop_flag(lo)

    outer_flags = save_flags(lo)
    head, built, stop = fixpoint(lo, node, live, body, seeds_of(lo, node.body), names)
    stops = not (isinstance(stop, Const) and stop.value is False)
    results = list(head.results)

    def make(outs: list[Var], flags: Any) -> While:
        inits, params, backs = flags
        if test_block:
            fresh = tuple(Var(p.name, p.fact) for p in (*head.params, *params))
            table = dict(zip((*head.params, *params), fresh, strict=True))
            test = refresh(Block((), tuple(test_block[0]), (test_block[1],)), dict(table))
            test = Block(fresh, test.ops, test.results)
        else:
            fresh = tuple(Var(p.name, p.fact) for p in (*head.params, *params))
            test = Block(fresh, (), (Const(True),))
        return While(tuple(outs), tuple(head.inits) + inits, test,
                     Block((*head.params, *params), tuple(built.ops),
                           (*results, *backs, *((stop,) if stops else ()))),
                     stops, lo.build.span)

    finish(lo, node, head, outer_flags, rest, stops, stop, results, make)
    return False


def unrolled(lo: Lowering, node: gast.For, bind: Callable[[Any], Any],
             rest: list[gast.stmt]) -> bool:
    """A loop over known items: one copy of the body for each."""
    outer = save_flags(lo)
    _unroll(lo, node, bind(None), 0)
    stop = stop_flag(lo)
    returned = lo.state.names[lo.frame, "$return"]
    for flag in FLAGS:
        lo.state.names[lo.frame, flag] = outer[flag]
    orelse(lo, node, stop)
    if not (isinstance(returned, Const) and returned.value is False):
        set_returned(lo, returned)
    return False


def _unroll(lo: Lowering, node: gast.For, values: Listed, at: int) -> None:
    for flag in FLAGS:
        lo.state.names[lo.frame, flag] = FALSE
    if at == len(values):
        values.end()
        return
    lo.state.names[lo.frame, "$jump"] = FALSE
    bind_target(lo, node.target, values[at])
    lo.statements(node.body)
    stop = stop_flag(lo)
    if isinstance(stop, Const):
        if not stop.value:
            _unroll(lo, node, values, at + 1)
        return
    live = Live(lo, lo.frame, set(lo.head_names(node) | lo.live_after(node)))

    def more() -> None:
        _unroll(lo, node, values, at + 1)

    lo.branch(stop, lambda: None, more, live)


__all__ = ["is_one", "is_zero", "iteration"]
