"""Reverse mode: a block -> the same block with saves, and the block of its reverse sweep.

Each forward op has a segment of reverse ops; segments run backwards.  Inside loops, what
a segment reads of the forward trip is recomputed, restored or popped (see `tape`);
outside, it is still there, exported from branches where needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from astgrad.analysis.activity import Activity
from astgrad.analysis.builder import Builder
from astgrad.analysis.indexing import is_relabelling
from astgrad.errors import InternalError
from astgrad.ir.core import (
    TEMP,
    TEMP_BAR,
    UNDEFINED,
    Apply,
    Arg,
    Block,
    Const,
    For,
    If,
    Op,
    Var,
    While,
    With,
)  # fmt: skip
from astgrad.ir.fact import carried_adjoint
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import free_in_block, free_vars, substitute_block, vars_of
from astgrad.transform.adjoints import Bars, add_adjoints, as_wide, bar_name, contributions, zero
from astgrad.transform.calls import Derivatives, reverse_call
from astgrad.transform.checks import Shapes, check
from astgrad.transform.loops import LoopReverse, Seeds
from astgrad.transform.plan import NOWHERE, Plan, Settled, outer_reads, plan_for
from astgrad.transform.recompute import Recompute, written_in
from astgrad.transform.segments import Segment, alive
from astgrad.transform.surgery import identity
from astgrad.transform.tape import NOTHING, PUSH, Resolver, Tapes


@dataclass
class Region:
    """A block reversed: forward ops with saves, segments of reverse ops, adjoints."""

    forward: list[Op]
    reverse: list[Op]
    bars: Bars
    restored: dict[int, Arg] = field(default_factory=dict)
    saved: set[Var] = field(default_factory=set)


class Reverse:
    def __init__(self, active: Activity, functions: Derivatives) -> None:
        self.active, self.functions = active, functions
        self.tapes = Tapes()
        self.plans: dict[object, Plan] = {}
        self.views: dict[Var, Apply] = {}
        self.makers: dict[Var, Apply] = {}
        self.written: set[Var] = set()
        self.loose: set[Arg] = {Const(0.0)}  # adjoints that are a number where there is none
        self.around = NOTHING  # what the trip makes outside the block at hand
        self.shapes: Shapes | None = None  # of the primals whose adjoints are checked

    def loosen(self, bar: Arg, var: Var | None = None) -> None:
        """An adjoint, that of `var` if that may be absent, is 0.0 where there is none."""
        if var and not (var in self.active.unbound and var.fact.kind in ("array", "list")):
            return
        self.loose.add(bar)
        if isinstance(bar, Var) and bar.fact.kind == "array":
            bar.fact = replace(bar.fact, shape=None)

    def views_of(self, block: Block) -> dict[Var, Apply]:
        """The cheap ops that make variables of a block and of those around it."""
        for op in block.ops:
            if isinstance(op, Apply) and len(op.outs) == 1:
                self.makers[op.outs[0]] = op
            if isinstance(op, Apply) and op.rule.cheap and len(op.outs) == 1:
                self.views[op.outs[0]] = op
        return self.views

    # -- a region ---------------------------------------------------------------------

    def region(self, block: Block, bars: Bars, taped: bool, plan: Plan | None = None,
               given: dict[Var, Arg] | None = None, trip: bool = False) -> Region:
        """Reverse a block, given adjoints of its results' variables and of outer ones.

        `taped`: the block runs in a loop, so what the reverse reads must be saved; then
        `plan` says which storages are restored, `given` what is known at the start.
        `trip`: the block is a loop's body.
        """
        if not taped and not self.written:
            self.written = set(written_in(block.ops))
        around = self.around
        made = (*block.params, *(out for op in block.ops for out in op.outs)) if taped else ()
        outside = NOTHING if trip else around
        self.around = outside | frozenset(made)
        walk = Walk(self, block, dict(bars), taped, plan)
        walk.run()
        self.around = around
        if not taped:
            ops = [op for segment in walk.segments for op in segment.ops]
            return Region(walk.forward, ops, walk.bars)
        if plan is None:
            raise InternalError("a taped region needs a plan")
        segments = alive(walk.segments, walk.bars)
        first = Resolver(Tapes(), block, walk.forward, segments, plan, given or {})
        first.run(walk.bars)
        again = Recompute(block, walk.forward, given or {}, self.written, outside)
        resolver = Resolver(self.tapes, block, walk.forward, segments, plan, given or {},
                            *again.recipes(first.saved))
        forward, reverse, found = resolver.run(walk.bars)
        return Region(forward, reverse, found, resolver.restored(), resolver.saved)

    def planned(self, block: Block, bars: Bars, restore: frozenset[int], key: object,
                carried: tuple[Var, ...] = (), settled: Settled = NOWHERE) -> Plan:
        """How a taped block's values are had back: decided once from a dry run."""
        place = (block, restore, key)
        found = self.plans.get(place)
        if found is None:
            tapes, self.tapes = self.tapes, Tapes()
            walk = Walk(self, block, dict(bars), True, None)
            walk.run()
            self.tapes = tapes
            segments = alive(walk.segments, walk.bars)
            found = self.plans[place] = plan_for(block, segments, restore, carried,
                                                      settled)
        return found


class Walk:
    """One pass over a block's ops, from the last to the first."""

    def __init__(self, owner: Reverse, block: Block, bars: Bars, taped: bool,
                 plan: Plan | None) -> None:
        self.owner, self.active = owner, owner.active
        self.block, self.bars, self.taped, self.plan = block, bars, taped, plan
        self.build = Builder()
        self.forward: list[Op] = list(block.ops)
        self.segments: list[Segment] = []
        self.deferred: list[tuple[Apply, Arg]] = []
        self.build.made.update(owner.views_of(block))
        self.build.forward = owner.makers

    def run(self) -> None:
        for i in reversed(range(len(self.forward))):
            op = self.forward[i]
            if self.deferred and self._must_flush(op):
                self.flush()
            self.build.ops = []
            self.build.span = op.span
            self.build.hint = TEMP_BAR
            self.look_at(op)
            restored = self.op(i, op)
            self.segments.append(Segment(i, list(self.build.ops), restored))
        self.flush()

    def _must_flush(self, op: Op) -> bool:
        last = self.deferred[-1][0]
        if not isinstance(op, Apply) or op.span != last.span:
            return True
        targets = {v for d, _ in self.deferred for v in vars_of(d.args[0])}
        return bool(targets & set(op.outs))

    def flush(self) -> None:
        """Add what reads of arrays contribute, in the order of the reads."""
        if not self.deferred:
            return
        self.build.ops = []
        for op, g in reversed(self.deferred):
            self.build.span = op.span
            for arg, value in contributions(self.build, op, [g], self.active):
                self.add(arg, value)
        self.deferred.clear()
        if self.segments:
            last = self.segments[-1]
            self.segments[-1] = Segment(last.index, last.ops + self.build.ops, last.restored)
        else:
            self.segments.append(Segment(len(self.forward), list(self.build.ops), {}))

    # -- adjoints ----------------------------------------------------------------------

    def add(self, arg: Arg, value: Arg) -> None:
        for var in vars_of(arg):
            if var in self.active:
                have = self.bars.get(var)
                if have is None:
                    self.bars[var] = self.renamed(value, var)
                else:
                    name = bar_name(var)
                    if name == TEMP_BAR and isinstance(have, Var) and have.name.endswith("_bar"):
                        name = have.name
                    self.bars[var] = self.sum(self.build, have, value, name)

    def sum(self, build: Builder, a: Arg, b: Arg, name: str) -> Arg:
        """The sum of two adjoints of one value, which may both be the number 0.0."""
        loose = self.owner.loose
        if a in loose and fact_of_arg(b).kind == "list":
            made = build.apply("add_trees", a, b, name=name)
        else:
            made = add_adjoints(build, a, b, name)
        if a in loose and b in loose:
            loose.add(made)
        return made

    def renamed(self, value: Arg, var: Var) -> Arg:
        if isinstance(value, Var) and value.name == TEMP_BAR and var.name != TEMP:
            value.name = bar_name(var)
        return value

    def bar_var(self, var: Var, like: Var | None = None) -> Var:
        """A variable for an adjoint where paths meet."""
        made = Var(bar_name(like or var), carried_adjoint(var.fact))
        self.owner.loosen(made, var)
        return made

    def zero(self, build: Builder, var: Var) -> Arg:
        """The zero adjoint of a variable; of one that may be unbound, without reading it."""
        return Const(0.0) if var in self.active.unbound else zero(build, var)

    def take(self, outs: Iterable[Var]) -> list[Arg | None]:
        return [bar and self.whole(self.build, bar, out) for out, bar in
                [(out, self.bars.pop(out, None)) for out in outs]]

    def bar(self, var: Var) -> Arg | None:
        """The adjoint so far of a variable that is bound here."""
        bar = self.bars.get(var)
        if bar is not None:
            bar = self.bars[var] = self.whole(self.build, bar, var)
        return bar

    def whole(self, build: Builder, bar: Arg, var: Var) -> Arg:
        """The adjoint of a variable that is bound here, where it may be the number 0.0."""
        if bar not in self.owner.loose or var in self.active.unbound:
            return bar
        if var.fact.kind == "list":
            return build.apply("add_trees", zero(build, var), bar, name=bar_name(var))
        return build.apply("unbroadcast", bar, var) if var.fact.shape else bar

    def look_at(self, op: Op) -> None:
        """Check the adjoints of what an op made: they are complete."""
        for out in op.outs if self.owner.shapes is not None else ():
            bar = self.bars.get(out)
            if isinstance(bar, Var):
                self.build.add(check(bar, out, op.span, self.owner.shapes or {}))

    # -- ops ---------------------------------------------------------------------------

    def op(self, i: int, op: Op) -> dict[int, Arg]:
        match op:
            case Apply():
                if op.rule.name == "adjoint_of":  # its body is met once
                    self.forward[i] = identity(op)
                self.apply(i, op)
                return {}
            case If():
                return self.branches(i, op, (op.then, op.orelse))
            case With():
                return self.branches(i, op, (op.body,))
            case For() | While():
                return self.loop(i, op)
        raise InternalError(f"no such op: {op!r}")

    def apply(self, i: int, op: Apply) -> None:
        bars = self.take(op.outs)
        if all(bar is None for bar in bars):
            return
        if op.rule.called:
            reverse_call(self, i, op, bars)
            return
        if op.rule.name == "[]" and bars[0] is not None and not is_relabelling(op.args[1]):
            if any(v in self.active for v in vars_of(op.args[0])):
                self.deferred.append((op, bars[0]))
            return
        for arg, value in contributions(self.build, op, bars, self.active):
            self.add(arg, value)

    def branches(self, i: int, op: If | With, blocks: tuple[Block, ...]) -> dict[int, Arg]:
        out_bars = self.take(op.outs)
        outer = outer_reads(self.active, self.build, blocks)
        restore = self.wanted(op)
        if all(bar is None for bar in out_bars) and not restore:
            return {}
        regions = []
        known = {v: self.bar(v) for v in outer}
        for block in blocks:
            bars = {v: bar for v, bar in known.items() if bar is not None}
            build = Builder(self.build)
            seeded = Seeds(self, build, bars, block)
            for result, bar in zip(block.results, out_bars, strict=True):
                seeded.add(result, bar)
            regions.append((self.sub_region(block, seeded, restore, out_bars, op), build))
        changed = [
            v for v in outer
            if any(r.bars.get(v) is not self.bars.get(v) for r, _ in regions)
        ]
        self.merge(i, op, blocks, regions, changed, restore)
        return self.restored_of(op, restore)

    def sub_region(self, block: Block, seeded: Seeds, restore: frozenset[int],
                   out_bars: list[Arg | None], op: If | With) -> Region:
        if not self.taped:
            return self.owner.region(block, seeded.bars, False)
        key = tuple(bar is None for bar in out_bars)
        plan = self.owner.planned(block, seeded.bars, restore, key)
        given: dict[Var, Arg] = {}
        for j in plan.wanted(block):
            result = block.results[j]
            if isinstance(result, Var):
                given[result] = op.outs[j]
        return self.owner.region(block, seeded.bars, True, plan, given)

    def merge(self, i: int, op: If | With, blocks: tuple[Block, ...],
              regions: list[tuple[Region, Builder]], changed: list[Var],
              restore: frozenset[int]) -> None:
        """The reverse `If`: adjoints of outer variables and restored storages out."""
        reverse_blocks = []
        for region, seeds in regions:
            tail = Builder(self.build)
            results: list[Arg] = []
            for var in changed:
                bar = region.bars.get(var)
                results.append(self.zero(tail, var) if bar is None else
                               as_wide(tail, carried_adjoint(var.fact), bar))
            for j in sorted(restore):
                kept = region.restored.get(j)
                results.append(op.outs[j] if kept is None else kept)
            ops = (*seeds.ops, *region.reverse, *tail.ops)
            reverse_blocks.append(Block((), ops, tuple(results)))
        forward_blocks = [Block((), tuple(r.forward), b.results)
                          for (r, _), b in zip(regions, blocks, strict=True)]
        if not self.taped:
            op, forward_blocks, reverse_blocks = self.export(op, forward_blocks, reverse_blocks)
        outs = tuple(map(self.bar_var, changed))
        self.restored_outs = {j: Var(op.outs[j].name, op.outs[j].fact) for j in sorted(restore)}
        outs += tuple(self.restored_outs.values())
        if isinstance(op, If):
            self.forward[i] = replace(op, then=forward_blocks[0], orelse=forward_blocks[1])
            if any(b.ops or b.results for b in reverse_blocks):
                then, orelse = reverse_blocks
                self.build.add(If(outs, op.test, then, orelse, op.span))
        else:
            self.forward[i] = replace(op, body=forward_blocks[0])
            self.build.add(With(outs, op.manager, reverse_blocks[0], op.span))
        for var, out in zip(changed, outs, strict=False):
            self.bars[var] = out

    def restored_of(self, op: Op, restore: frozenset[int]) -> dict[int, Arg]:
        return dict(self.restored_outs) if restore else {}

    restored_outs: dict[int, Var]

    def export(self, op: If | With, forward: list[Block], reverse: list[Block]
               ) -> tuple[If | With, list[Block], list[Block]]:
        """Hand out of a branch what its reverse reads."""
        for k, block in enumerate(forward):
            made = [v for inner in block.ops for v in inner.outs]
            needed = free_in_block(reverse[k])
            exported = [v for v in made if v in needed]
            if not exported:
                continue
            known = {r: out for r, out in zip(block.results, op.outs, strict=True)
                     if isinstance(r, Var)}
            fresh = [v for v in exported if v not in known]
            outs = {v: known.get(v) or Var(v.name, v.fact) for v in exported}
            op = replace(op, outs=(*op.outs, *(outs[v] for v in fresh)))
            for m, other in enumerate(forward):
                extra = tuple(fresh) if m == k else (UNDEFINED,) * len(fresh)
                forward[m] = Block((), other.ops, (*other.results, *extra))
            reverse[k] = substitute_block(reverse[k], outs)
        return op, forward, reverse

    def wanted(self, op: Op) -> frozenset[int]:
        """Results of the op whose storage is to be restored to what it was before."""
        return self.plan.steps.get(op, frozenset()) if self.plan else frozenset()

    # -- loops -------------------------------------------------------------------------

    def loop(self, i: int, op: For | While) -> dict[int, Arg]:
        params = op.body.params[1:] if isinstance(op, For) else op.body.params
        restore = self.wanted(op)
        carried = [j for j, out in enumerate(op.outs)
                   if out in self.active or params[j] in self.active]
        carried = [j for j in carried if params[j].fact.may_vary or op.outs[j].fact.may_vary]
        outer = outer_reads(self.active, self.build, (op.body,))
        out_bars = self.take(op.outs)
        seeded = any(out_bars[j] is not None for j in carried)
        if not seeded and not restore:
            return {}
        if not seeded:
            carried, outer = [], []
        return LoopReverse(self, i, op, params, carried, outer, out_bars, restore).run()


__all__ = ["PUSH", "Region", "Reverse", "free_vars"]
