"""Which values of a trip need no tape: the reverse sweep can make them again from fewer others.

In: the values that would be saved, and what makes the trip's values.  Out: those to be made
again (`recipes`, with the steps between).  A value is made again where a few cheap
operations lead to it from what is saved anyway, or does not change in the loop; and a
value is saved in place of several that follow from it.

    t = 1 - x; s = r * x; y = s * t      t and s are read: save x, and make both from it
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from astgrad.ir.core import Apply, Block, Const, For, Op, Var, While
from astgrad.ir.walk import all_ops, vars_of

OPERATORS = frozenset("Add Sub Mult Div USub Not Lt LtE Gt GtE Eq NotEq".split())
QUICK = OPERATORS | {"np.absolute", "np.fabs", "np.sign", "np.square", "np.maximum", "np.minimum"}
ON_NUMBERS = OPERATORS | frozenset("Pow FloorDiv Mod abs float int min max".split())
LIMIT = 4  # what a value may cost: an operation on numbers is 1
ON_ARRAYS = 2
PER_AXIS = 8  # the weight of an array to be saved, where a number is 1


class Recompute:
    """What may be made again, from `fixed` (there at the start of a reverse trip) and tapes."""

    def __init__(self, block: Block, ops: Iterable[Op], fixed: Iterable[Var], written: set[Var],
                 around: frozenset[Var]) -> None:
        """`written`: versions of arrays that are written; `around`: of the trip, not the block."""
        self.makers: dict[Var, Op] = {}
        self.position: dict[Var, int] = dict.fromkeys(block.params, -1)
        for i, op in enumerate(ops):
            for var in op.outs:
                self.position[var], self.makers[var] = i, op
        self.fixed = {var for var in fixed if var.fact.kind in ("number", "scalar")}
        self.written, self.around = written, around
        self.steady: dict[Var, bool] = {}

    def recipes(self, saved: Iterable[Var]) -> tuple[frozenset[Var], frozenset[Var]]:
        """The values to make again, if those of `saved` are wanted, and those to save."""
        kept = set(saved)
        wanted = frozenset(kept)
        kept -= self.dropped(kept)
        while True:
            source = self.source(kept, wanted)
            if source is None:
                break
            kept.add(source)
            kept -= self.dropped(kept) - {source}
        found: set[Var] = set()
        for var in wanted - kept:
            self.steps(var, kept, found)
        return frozenset(found), frozenset(kept)

    def dropped(self, kept: set[Var]) -> set[Var]:
        """Those of `kept` that the others lead to; what is made last goes first."""
        left = set(kept)
        for var in sorted(kept, key=self.order, reverse=True):
            if self.cost(var, left - {var}) <= LIMIT:
                left.discard(var)
        return kept - left

    def order(self, var: Var) -> tuple[int, str]:
        return self.position[var], var.name

    def source(self, kept: set[Var], wanted: frozenset[Var]) -> Var | None:
        """A value that is better saved than those that follow from it."""
        best, gain = None, 0
        for var in sorted(self.candidates(kept), key=self.order):
            gone = self.dropped(kept | {var}) - {var}
            saving = sum(map(weight, gone)) - weight(var)
            if saving > gain:
                best, gain = var, saving
        return best

    def candidates(self, kept: set[Var]) -> set[Var]:
        """What the values that are saved are made from, a few steps back."""
        found: set[Var] = set()
        front = set(kept)
        for _ in range(LIMIT):
            front = {v for var in front if (op := self.makers.get(var)) is not None
                     and self.price(op, var) < inf for v in vars_of(*op.args)}  # type: ignore[union-attr]
            front = {v for v in front if v in self.position and v not in found}
            found |= front
        return {v for v in found - kept - self.fixed if self.savable(v)}

    def savable(self, var: Var) -> bool:
        """Whether a tape can hold a value as it is: not an array that is written in place."""
        return var.fact.kind in ("number", "scalar") or (
            var.fact.kind == "array" and var not in self.written and var in self.makers
            and not is_view(self.makers[var]))

    # -- costs -------------------------------------------------------------------------------

    def cost(self, var: Var, given: set[Var]) -> float:
        """What it takes to make a value from `given`; inf where that cannot be."""
        if var in given or var in self.fixed:
            return 0
        if var not in self.position:
            return 0 if self.is_steady(var) else inf
        op = self.makers.get(var)
        if not isinstance(op, Apply):
            return inf
        total = self.price(op, var)
        for operand in dict.fromkeys(vars_of(*op.args)):
            if total > LIMIT:
                return inf
            total += self.cost(operand, given)
        return total

    def price(self, op: Op, var: Var) -> float:
        if not isinstance(op, Apply) or len(op.outs) != 1 or not repeatable(op):
            return inf
        if self.is_steady(var):
            return 1
        if op.rule.cheap:
            return inf if any(v in self.written for v in vars_of(*op.args)) else 0.5
        if op.rule.name in QUICK or squares(op):
            return ON_ARRAYS if var.fact.kind == "array" else 1
        numbers = var.fact.kind in ("number", "scalar")
        quick = op.rule.name in ON_NUMBERS or op.rule.name.startswith("math.")
        return 1 if numbers and quick else inf

    def is_steady(self, var: Var) -> bool:
        """Whether a value is the same in all trips: made from outer values alone."""
        if var not in self.position:
            return var not in self.around and var not in self.written
        if var not in self.steady:
            op = self.makers.get(var)
            self.steady[var] = (
                isinstance(op, Apply) and repeatable(op) and len(op.outs) == 1
                and all(self.is_steady(v) for v in vars_of(*op.args)))
        return self.steady[var]

    def steps(self, var: Var, kept: set[Var], found: set[Var]) -> None:
        """The values that are made on the way to one."""
        if var in kept or var in self.fixed or var in found or var not in self.position:
            return
        op = self.makers[var]
        assert isinstance(op, Apply)
        found.add(var)
        for operand in vars_of(*op.args):
            self.steps(operand, kept, found)


def repeatable(op: Apply) -> bool:
    return not (op.rule.effect or op.rule.writes or op.rule.kind == "opaque")


def squares(op: Apply) -> bool:
    return op.rule.name == "Pow" and isinstance(op.args[1], Const) and op.args[1].value == 2


def is_view(op: Op) -> bool:
    return isinstance(op, Apply) and (op.rule.name == "[]" or op.rule.alias is not None)


def weight(var: Var) -> int:
    fact = var.fact
    if fact.kind in ("number", "scalar", "static"):
        return 1
    rank = fact.rank if fact.kind == "array" else None
    return int(PER_AXIS ** (2 if rank is None else rank))


def written_in(ops: Iterable[Op]) -> Iterable[Var]:
    """Versions of arrays that some op writes in place, or a loop hands on: not numbers."""
    for op in all_ops(Block((), tuple(ops), ())):
        if isinstance(op, Apply) and op.rule.writes is not None:
            yield from vars_of(op.args[op.rule.index(op.rule.writes)])
            yield op.outs[0]
        elif isinstance(op, For | While):
            params = op.body.params[1:] if isinstance(op, For) else op.body.params
            for group in (op.outs, params):
                yield from (v for v in group if v.fact.kind != "number")
            yield from (v for v in vars_of(*op.init) if v.fact.kind != "number")


