"""Which arrays are not made, but computed where they are read: `np.sin(x) * y` in one loop.

What one op of the same block reads, once, where nothing that it is computed from is
written in between.  A view may be read anywhere while its storage is not written.
"""

from __future__ import annotations

from collections import Counter

from astgrad.analysis.sharing import Ids, Sharing, is_update
from astgrad.ir.core import Apply, Block, For, Op, Var, While
from astgrad.ir.walk import all_ops, args_of, blocks_of, free_vars, vars_of


class Delays:
    """`var in delays`: the value of var is not put into memory where it is defined."""

    def __init__(self, block: Block, sharing: Sharing) -> None:
        self.sharing = sharing
        self.uses: Counter[Var] = Counter(vars_of(*block.results))
        for op in all_ops(block):
            self.uses.update(vars_of(*args_of(op)))
            for inner in blocks_of(op):
                self.uses.update(vars_of(*inner.results))
        self.chosen: dict[Var, Ids] = {}  # and the storages that it is computed from
        self.block(block)

    def __contains__(self, var: Var) -> bool:
        return var in self.chosen

    def block(self, block: Block) -> None:
        readers: dict[Var, int] = {}
        for k, op in enumerate(block.ops):
            for var in vars_of(*args_of(op)):
                readers.setdefault(var, k)
        for i, op in enumerate(block.ops):
            for inner in blocks_of(op):
                self.block(inner)
            if not isinstance(op, Apply) or len(op.outs) != 1 or is_update(op):
                continue
            out = op.outs[0]
            place = readers.get(out)
            if self.uses[out] != 1 or place is None or op.rule.effect:
                continue
            if isinstance(block.ops[place], For | While):
                continue
            reads = self.memory(op)
            if not any(self.disturbs(other, reads) for other in block.ops[i + 1 : place]):
                self.chosen[out] = reads

    def memory(self, op: Apply) -> Ids:
        found: Ids = frozenset()
        for var in vars_of(*op.args):
            found |= self.sharing.own.get(var, frozenset()) | self.chosen.get(var, frozenset())
            found |= self.sharing.hold.get(var, frozenset())
        return found

    def disturbs(self, op: Op, reads: Ids) -> bool:
        """Whether an op writes to what is read."""
        if isinstance(op, Apply):
            if not is_update(op):
                return False
            target = op.args[op.rule.index(op.rule.writes or "x")]
            return bool((self.sharing.ids(target) | self.sharing.held(target)) & reads)
        if isinstance(op, For | While):
            for out, init in zip(op.outs, op.init, strict=True):
                if ("carried", out) in self.sharing.written and self.sharing.ids(init) & reads:
                    return True
        return any(self.disturbs(inner, reads) for b in blocks_of(op) for inner in b.ops)


__all__ = ["Delays", "free_vars"]
