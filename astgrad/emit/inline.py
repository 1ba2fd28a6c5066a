"""Which ops are written as part of another's expression: what is read once, and where
nothing that it reads is written before it would be evaluated.
"""

from __future__ import annotations

from collections import Counter

from astgrad.analysis.sharing import Sharing
from astgrad.analysis.updates import is_update, writes_items
from astgrad.errors import Span
from astgrad.ir.core import (
    TEMPORARY,
    UNDEFINED,
    Apply,
    Arg,
    Block,
    For,
    If,
    Op,
    Var,
    While,
)  # fmt: skip
from astgrad.ir.walk import all_ops, args_of, blocks_of, vars_of

ALWAYS = (".shape", "np.shape")
LIMIT = 14  # nodes of an expression that is grown by inlining


class Inline:
    """`var in inline`: var has no name of its own; `inline.op(var)` is what makes it."""

    def __init__(self, block: Block, sharing: Sharing) -> None:
        self.sharing = sharing
        self.chosen: dict[Var, Op] = {}
        self.sizes: dict[Var, int] = {}
        self.uses: Counter[Var] = Counter()
        self._count(block)
        self._block(block, set())

    def __contains__(self, var: object) -> bool:
        return var in self.chosen

    def span(self, arg: Arg) -> Span | None:
        """The place of the op that is written where its result is read."""
        return self.chosen[arg].span if isinstance(arg, Var) and arg in self.chosen else None

    def _count(self, block: Block) -> None:
        for op in all_ops(block):
            self.uses.update(vars_of(*args_of(op)))
            for inner in blocks_of(op):
                self.uses.update(vars_of(*inner.results))
        self.uses.update(vars_of(*block.results))

    def _block(self, block: Block, outer: set[Var]) -> None:
        for op in block.ops:
            for inner in blocks_of(op):
                self._block(inner, outer)
        for i, op in enumerate(block.ops):
            if isinstance(op, Apply) and self.candidate(op):
                place = self.reader(block, i, op.outs[0])
                if place is not None and self.movable(op, block.ops[i + 1 : place]):
                    self.chosen[op.outs[0]] = op
                    self.sizes[op.outs[0]] = self.size(op)
            elif isinstance(op, Apply) and op.rule.name == "pop":
                self._popped(op, block.ops[i + 1] if i + 1 < len(block.ops) else None)
            elif isinstance(op, If) and self.expression_like(op):
                place = self.reader(block, i, op.outs[0])
                if place is not None and not any(map(self.disturbs, block.ops[i + 1 : place])):
                    self.chosen[op.outs[0]] = op

    def _popped(self, op: Apply, following: Op | None) -> None:
        """`x[i] = saved.pop()`: a popped value that only the next statement reads.

        A store takes its value first, but `+=` what it adds to; `list_add_tree` writes it twice.
        """
        rest, value = op.outs
        if (value.name in TEMPORARY and self.uses[value] == 1 and isinstance(following, Apply)
                and is_update(following) and value in following.args
                and following.rule.name != "list_add_tree"
                and (following.rule.name.startswith("setitem")
                     or rest not in self._read(following))):
            self.chosen[value] = op

    def _read(self, op: Op) -> set[Var]:
        """The variables that an op reads, through what is written inside it."""
        found = set(vars_of(*args_of(op)))
        return found.union(*(self._read(self.chosen[v]) for v in found if v in self.chosen))

    def candidate(self, op: Apply) -> bool:
        if len(op.outs) != 1 or op.rule.effect or is_update(op):
            return False
        out = op.outs[0]
        if op.rule.name in ALWAYS:
            return True
        if op.rule.name in (".copy()", "new_list") and out.name not in TEMPORARY:
            return False
        return self.uses[out] == 1 and (out.name in TEMPORARY or self.trivial(op))

    def trivial(self, op: Apply) -> bool:
        return False

    def size(self, op: Apply) -> int:
        return 1 + sum(self.sizes.get(v, 0) for v in vars_of(*op.args))

    def reader(self, block: Block, i: int, var: Var) -> int | None:
        """The index of the op in this block that reads var itself; len for the results."""
        for k in range(i + 1, len(block.ops)):
            op = block.ops[k]
            if var in vars_of(*args_of(op)):
                if isinstance(op, For | While) and var not in vars_of(*op.init):
                    return k
                if isinstance(op, For | While):
                    return None
                if isinstance(op, Apply) and self.sizes.get(var, 0) > LIMIT:
                    return None
                if (isinstance(op, Apply) and is_update(op)
                        and var in vars_of(op.args[op.rule.index(op.rule.writes or "x")])):
                    return None
                return k
            if any(var in set(_reads(b)) for b in blocks_of(op)):
                return None
        return len(block.ops) if var in vars_of(*block.results) else None

    def movable(self, op: Apply, between: tuple[Op, ...]) -> bool:
        reads = self.memory(op)
        return not any(self.disturbs(other, reads) for other in between)

    def memory(self, op: Apply) -> frozenset[object]:
        found: frozenset[object] = frozenset()
        for var in vars_of(*op.args):
            inner = self.chosen.get(var)
            if isinstance(inner, Apply):
                found |= self.memory(inner)
            found |= self.sharing.own.get(var, frozenset())
            found |= self.sharing.hold.get(var, frozenset())
        return found

    def disturbs(self, op: Op, reads: frozenset[object] | None = None) -> bool:
        """Whether an op writes what is read, or has an effect to keep the order of."""
        if isinstance(op, Apply):
            if not is_update(op):
                return bool(op.rule.effect) and reads is None
            if reads is None:
                return True
            target = op.args[op.rule.index(op.rule.writes or "x")]
            wrote = self.sharing.ids(target)
            if writes_items(op):
                wrote |= self.sharing.held(target)
            return bool(wrote & reads)
        if isinstance(op, For | While) and reads is not None:
            for out, init in zip(op.outs, op.init, strict=True):
                shared = self.sharing.ids(init) | self.sharing.held(init)
                if ("carried", out) in self.sharing.written and shared & reads:
                    return True
        return any(self.disturbs(inner, reads) for b in blocks_of(op) for inner in b.ops)

    def expression_like(self, op: If) -> bool:
        """Whether a branch is one conditional expression: all ops inlined on both sides."""
        if len(op.outs) != 1 or self.uses[op.outs[0]] != 1 or op.outs[0].name not in TEMPORARY:
            return False
        if UNDEFINED in (*op.then.results, *op.orelse.results):
            return False
        return self.pure_branches(op)

    def read_names(self, value: Arg) -> list[Var]:
        """The named variables that an arg reads, through what is written inside it."""
        found = []
        for var in vars_of(value):
            made = self.chosen.get(var)
            if made is None:
                found.append(var)
            elif isinstance(made, Apply):
                for arg in made.args:
                    found.extend(self.read_names(arg))
            elif isinstance(made, If):
                for arg in (made.test, *made.then.results, *made.orelse.results):
                    found.extend(self.read_names(arg))
        return found

    def pure_branches(self, op: If) -> bool:
        return all(
            out in self.chosen for block in (op.then, op.orelse)
            for inner in block.ops for out in inner.outs
        ) and not any(not inner.outs for b in (op.then, op.orelse) for inner in b.ops)


def _reads(block: Block) -> list[Var]:
    found = list(vars_of(*block.results))
    for op in all_ops(block):
        found.extend(vars_of(*args_of(op)))
        for inner in blocks_of(op):
            found.extend(vars_of(*inner.results))
    return found


__all__ = ["Inline"]
