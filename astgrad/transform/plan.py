"""Which storages the reverse of a trip restores, decided from the needs of a dry run.

The versions of one storage inside a block form a chain. Where what the reverse reads of them can be
had back by undoing the writes, the pieces that these overwrote are saved, not the versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from astgrad.analysis.activity import Activity
from astgrad.analysis.builder import Builder
from astgrad.analysis.indexing import getitem_fact
from astgrad.ir.core import (
    Apply,
    Arg,
    Block,
    For,
    If,
    Op,
    Var,
    While,
    With,
)  # fmt: skip
from astgrad.ir.walk import free_in_block, free_vars
from astgrad.transform.segments import Segment

UPDATES = ("setitem", "index_add", "add_at", "setitem_in", "index_add_in", "append")
SHAPE_ONLY = ("np.zeros_like", "np.ones_like", "np.full_like", "np.empty_like", "np.shape",
              ".shape", "len", "np.size", "np.ndim")


Place = tuple[int, Var, Arg]  # the carried value, what it is after the loop, the index
Settled = Mapping[Var, Place]  # values of a trip that are still there at the end
NOWHERE: Settled = MappingProxyType({})


def previous(op: Op, var: Var) -> Arg | None:
    """The version of the storage that op made `var` from, if it can be restored."""
    match op:
        case Apply() if op.rule.name in UPDATES:
            return op.args[0]
        case For() | While():
            j = op.outs.index(var)
            if j >= len(op.init):
                return None
            params = op.body.params[1:] if isinstance(op, For) else op.body.params
            return op.init[j] if root(op.body, op.body.results[j])[0] is params[j] else None
        case If():
            j = op.outs.index(var)
            a, b = (root(block, block.results[j])[0] for block in (op.then, op.orelse))
            return a if a is b and isinstance(a, Var) else None
        case With():
            found = root(op.body, op.body.results[op.outs.index(var)])[0]
            inner = {out for made in op.body.ops for out in made.outs}
            return found if isinstance(found, Var) and found not in inner else None
    return None


def root(block: Block, result: Arg) -> tuple[Arg | None, list[tuple[Op, Var]]]:
    """The first version of a result's storage, and the (op, version) steps to it."""
    makers = {var: op for op in block.ops for var in op.outs}
    steps: list[tuple[Op, Var]] = []
    arg: Arg | None = result
    while isinstance(arg, Var) and arg in makers:
        before = previous(makers[arg], arg)
        if not isinstance(before, Var):
            break
        steps.append((makers[arg], arg))
        arg = before
    return arg, steps


@dataclass
class Plan:
    """`steps`: per forward op, which results are undone; `chains`: result -> its root."""

    carried: tuple[Var, ...] = ()  # a loop body's parameters that match its results
    steps: dict[Op, frozenset[int]] = field(default_factory=dict)
    chains: dict[int, tuple[Var, list[tuple[Op, Var]]]] = field(default_factory=dict)
    swaps: set[int] = field(default_factory=set)
    settled: dict[Var, Place] = field(default_factory=dict)

    def states(self, params: tuple[Var, ...], results: tuple[Arg, ...]) -> list[int]:
        """Carried values that the reverse loop carries backwards."""
        return sorted(set(self.chains) | self.swaps)

    def wanted(self, block: Block) -> list[int]:
        return sorted(self.chains)


def plan_for(block: Block, segments: list[Segment], restore: frozenset[int],
             carried: tuple[Var, ...], settled: Settled) -> Plan:
    needs = {s.index: local_needs(block, s.ops) - settled.keys() for s in segments}
    needed = {var for found in needs.values() for var in found}
    position = {var: i for i, op in enumerate(block.ops) for var in op.outs}
    plan = Plan(carried)
    taken: set[Var] = set()
    for j, result in enumerate(block.results):
        first, steps = root(block, result)
        if not isinstance(first, Var) or not steps or result in taken:
            continue
        outer = first in block.params or first not in position
        if not outer or (first in carried and first is not carried[j]):
            continue  # made here, or of what another carried value was
        versions = {first, *(version for _, version in steps)}
        if j in restore or worth(versions, steps, needs, needed, block):
            plan.chains[j] = (first, steps)
            taken.add(result)  # type: ignore[arg-type]
            for op, version in steps:
                k = op.outs.index(version)
                plan.steps[op] = plan.steps.get(op, frozenset()) | {k}
    for j, param in enumerate(carried):
        result = block.results[j]
        if j not in plan.chains and param in needed and result in needed and result is not param:
            plan.swaps.add(j)
    plan.settled = {var: place for var, place in settled.items()
                    if place[0] not in plan.chains and place[0] not in plan.swaps}
    return plan


def worth(versions: set[Var], steps: list[tuple[Op, Var]], needs: dict[int, set[Var]],
          needed: set[Var], block: Block) -> bool:
    """Whether restoring the storage is cheaper than saving what is read from it."""
    direct = any(v in needed and v.fact.kind in ("array", "list") for v in versions)
    if direct:
        return True
    pieces = sum(10 if not isinstance(op, Apply) else 1 for op, _ in steps)
    makers = {var: op for op in block.ops for var in op.outs}
    reads = [
        var for var in needed
        if isinstance(op := makers.get(var), Apply) and op.rule.name == "[]"
        and op.args[0] in versions
    ]
    elements = all(isinstance(op, Apply) and is_element(op) for op, _ in steps)
    return len(reads) > pieces or (elements and any(var.fact.rank for var in reads))


def is_element(op: Apply) -> bool:
    """Whether a write is of one element."""
    if op.rule.name not in ("setitem", "index_add"):
        return False
    place = getitem_fact(op.args[0], op.args[1])
    return place is not None and place.kind in ("number", "scalar")


def local_needs(block: Block, ops: list[Op]) -> set[Var]:
    """Variables of the block that reverse ops read (other than for their shape)."""
    local = set(block.params) | {var for op in block.ops for var in op.outs}
    made: set[Var] = set()
    found: set[Var] = set()
    for op in ops:
        if not (isinstance(op, Apply) and op.rule.name in SHAPE_ONLY):
            found.update(v for v in free_vars(op) if v not in made)
        made.update(op.outs)
    return found & local


def outer_reads(active: Activity, build: Builder, blocks: tuple[Block, ...]) -> list[Var]:
    """Active outer variables that blocks read, and the arrays that these are views of."""
    found: dict[Var, None] = {}
    for block in blocks:
        for var in free_in_block(block):
            while var in active and var not in found:
                found[var] = None
                view = build.definition(var, "[]")
                if view and isinstance(view[0], Var):
                    var = view[0]
    return list(found)
