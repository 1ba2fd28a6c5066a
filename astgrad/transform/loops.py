"""The reverse of a loop: a loop over the trips backwards, adjoints carried.

The adjoint of a carried value is carried; that of an outer value which the body reads is one more
carried value, an accumulator.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from astgrad.analysis.builder import Builder
from astgrad.ir.core import Arg, Block, Const, For, Pack, Undefined, Var, While
from astgrad.ir.fact import INT, Fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import vars_of
from astgrad.transform.adjoints import Bars, as_wide, bar_name, distribute, zero
from astgrad.transform.plan import NOWHERE, Settled
from astgrad.transform.settled import settled_places

if TYPE_CHECKING:
    from astgrad.transform.reverse import Walk


class Seeds:
    """The adjoints that a block starts from: those of its results and of outer values."""

    def __init__(self, walk: Walk, build: Builder, bars: Bars, block: Block) -> None:
        self.walk, self.build, self.bars = walk, build, bars
        self.local = {*block.params, *(out for op in block.ops for out in op.outs)}

    def add(self, result: Arg, bar: Arg | None) -> None:
        if bar is None or isinstance(result, Undefined):
            return
        loose = bar in self.walk.owner.loose
        if loose and isinstance(result, Pack):
            bar = self.build.apply("add_trees", bar, nothing(result))
        for part, value in distribute(self.build, result, bar):
            if loose:
                self.walk.owner.loosen(value)
            for var in vars_of(part):
                if var in self.walk.active:
                    if var not in self.local:
                        value = self.walk.whole(self.build, value, var)
                    have = self.bars.get(var)
                    self.bars[var] = value if have is None else self.walk.sum(
                        self.build, have, value, bar_name(var))


def nothing(display: Arg) -> Arg:
    """The number 0.0 for each item of a display."""
    if not isinstance(display, Pack):
        return Const(0.0)
    return Pack(display.kind, tuple(map(nothing, display.items)), display.keys)


def started(build: Builder, fact: Fact, init: Arg) -> Arg:
    """What a carried adjoint starts from: the element of a 0-d array where the primal is a
    number, so that the array is not written to.
    """
    first = fact_of_arg(init)
    whole = first.kind == "array" and first.shape == () and fact.kind in ("number", "scalar")
    return build.apply("[]", init, Const(())) if whole else as_wide(build, fact, init)


class LoopReverse:
    """The reverse of one loop, a `For` over its trips from the last to the first."""

    def __init__(self, walk: Walk, index: int, op: For | While, params: tuple[Var, ...],
                 carried: list[int], outer: list[Var], out_bars: list[Arg | None],
                 restore: frozenset[int]) -> None:
        self.walk, self.owner, self.build = walk, walk.owner, walk.build
        self.index, self.op, self.params = index, op, params
        self.carried, self.outer, self.out_bars, self.restore = carried, outer, out_bars, restore

    def run(self) -> dict[int, Arg]:
        op, count = self.op, len(self.op.outs)
        counted = isinstance(op, While) or op.stops
        if counted:
            op = self.counted(op)
        bar_params, inits = self.bar_params()
        seeds_build = Builder(self.build)
        seeds = Seeds(self.walk, seeds_build,
                      dict(zip(self.outer, bar_params[len(self.carried) :], strict=True)), op.body)
        for j, bar in zip(self.carried, bar_params, strict=False):
            seeds.add(op.body.results[j], bar)
        body = Block(op.body.params, op.body.ops, op.body.results)
        settled: Settled = NOWHERE
        if isinstance(self.op, For) and not self.walk.taped:
            settled = settled_places(self.op)
        plan = self.owner.planned(self.op.body, seeds.bars, self.restore,
                                  tuple(self.carried), self.params, settled)
        kept = plan.states(self.params, op.body.results)
        states = {j: Var(op.outs[j].name, op.outs[j].fact) for j in kept}
        target, bounds, backwards, given = self.trips(op, counted, count)
        for j, state in states.items():
            result = op.body.results[j]
            if isinstance(result, Var):
                given[result] = state
        region = self.owner.region(body, seeds.bars, True, plan, given, trip=True)
        self.walk.forward[self.index] = replace(
            op, body=Block(op.body.params, tuple(region.forward), op.body.results))
        tail = Builder(self.build)
        found = [region.bars.get(self.params[j]) for j in self.carried]
        backs = [self.no_adjoint(tail, j, bar_params[k]) if bar is None else bar
                 for k, (j, bar) in enumerate(zip(self.carried, found, strict=True))]
        backs += [region.bars[v] for v in self.outer]
        backs = [as_wide(tail, p.fact, bar) for p, bar in zip(bar_params, backs, strict=True)]
        changed = [k for k, (p, bar) in enumerate(zip(bar_params, backs, strict=True))
                   if k < len(self.carried) or bar is not p]
        self.outer = [self.outer[k - len(self.carried)] for k in changed if k >= len(self.carried)]
        bar_params = [bar_params[k] for k in changed]
        inits = [inits[k] for k in changed]
        backs = [backs[k] for k in changed]
        roots = [region.restored[j] for j in kept]
        outs = [Var(p.name, p.fact) for p in bar_params]
        self.owner.loose |= {out for out, p in zip(outs, bar_params, strict=True)
                             if p in self.owner.loose}
        state_outs = [Var(s.name, s.fact) for s in states.values()]
        self.build.add(For(
            (*outs, *state_outs), bounds, (*inits, *(op.outs[j] for j in kept)),
            Block((target, *bar_params, *states.values()),
                  (*seeds_build.ops, *region.reverse, *tail.ops), (*backs, *roots)),
            backwards, False, op.span))
        self.finish(outs)
        return {j: out for j, out in zip(kept, state_outs, strict=True) if j in self.restore}

    def bar_params(self) -> tuple[list[Var], list[Arg]]:
        params: list[Var] = []
        inits: list[Arg] = []
        for j in self.carried:
            out, bar = self.op.outs[j], self.out_bars[j]
            params.append(self.walk.bar_var(out, self.params[j]))
            inits.append(self.walk.zero(self.build, out) if bar is None else
                         started(self.build, params[-1].fact, bar))
        for var in self.outer:
            bar = self.walk.bar(var)
            params.append(self.walk.bar_var(var))
            inits.append(self.walk.zero(self.build, var) if bar is None else
                         started(self.build, params[-1].fact, bar))
        return params, inits

    def no_adjoint(self, build: Builder, j: int, like: Var) -> Arg:
        made = zero(build, like)
        if isinstance(made, Var):
            made.name = like.name
        return made

    def trips(self, op: For | While, counted: bool, count: int
              ) -> tuple[Var, tuple[Arg, ...], bool, dict[Var, Arg]]:
        """The reverse loop's target, its bounds and direction."""
        if not isinstance(op, For):
            return Var("_", INT), (Const(0), op.outs[count], Const(1)), False, {}
        target = op.body.params[0]
        new = Var(target.name, target.fact)
        if not counted:
            return new, op.bounds, not op.backwards, {target: new}
        start, _, step = op.bounds
        span = self.build.apply("Mult", step, op.outs[count])
        stop = op.outs[count] if is_int(step, 1) and is_int(start, 0) else self.build.apply(
            "Add", start, span)
        if is_int(step, 1) and is_int(start, 0):
            self.build.ops = [o for o in self.build.ops if not set(o.outs) & set(vars_of(span))]
        return new, (start, stop, step), True, {target: new}

    def counted(self, op: For | While) -> For | While:
        """The loop with one more carried value: how many trips were begun."""
        trips, param = Var("trips", INT), Var("trips", INT)
        build = Builder()
        after = build.apply("Add", param, Const(1), name="trips")
        results = list(op.body.results)
        results.insert(len(op.outs), after)
        body = Block((*op.body.params, param), (*op.body.ops, *build.ops), tuple(results))
        op = replace(op, outs=(*op.outs, trips), init=(*op.init, Const(0)), body=body)
        if isinstance(op, While):
            test = op.test
            op = replace(op, test=Block((*test.params, Var("trips", INT)), test.ops, test.results))
        return op

    def finish(self, outs: list[Var]) -> None:
        walk = self.walk
        for var, out in zip(self.outer, outs[len(self.carried) :], strict=True):
            walk.bars[var] = out
        for j, out in zip(self.carried, outs, strict=False):
            init = self.op.init[j]
            if not isinstance(init, Undefined):
                for part, value in distribute(walk.build, init, out):
                    walk.add(part, value)


def is_int(arg: Arg, value: int) -> bool:
    return isinstance(arg, Const) and type(arg.value) is int and arg.value == value
