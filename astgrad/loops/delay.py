"""Which arrays are not made, but computed where they are read: `np.sin(x) * y` in one loop.

What one op of the same block reads, once, where nothing that it is computed from is
written in between.  A view may be read anywhere while its storage is not written.
"""

from __future__ import annotations

from collections import Counter

from astgrad.analysis.sharing import Ids, Sharing
from astgrad.analysis.updates import is_update
from astgrad.ir.core import Apply, Block, For, Op, Var, While
from astgrad.ir.walk import all_ops, args_of, blocks_of, free_vars, is_mark, vars_of, with_blocks


def gathered(block: Block, sharing: Sharing) -> Block:
    """The op that alone reads a copy moves up to the copy, so that the copy is not made.

    t = u[1:].copy(); u[1:] = 0; v = 2 * t   ->   t = u[1:].copy(); v = 2 * t; u[1:] = 0
    """
    delays = Delays(block, sharing)
    ops = []
    for op in block.ops:
        inner = blocks_of(op)
        ops.append(with_blocks(op, tuple(gathered(b, sharing) for b in inner)) if inner else op)
    made = {out: k for k, op in enumerate(ops) for out in op.outs}
    for i, op in enumerate(ops):
        if not (isinstance(op, Apply) and op.rule.name == ".copy()"):
            continue
        out = op.outs[0]
        readers = [k for k in range(i + 1, len(ops)) if out in free_vars(ops[k])]
        if delays.uses[out] != 1 or len(readers) != 1 or out in delays:
            continue
        reader = ops[readers[0]]
        if not (isinstance(reader, Apply) and reader.rule.kind == "elementwise"):
            continue
        others = [v for v in vars_of(*reader.args) if v is not out]
        between = ops[i + 1 : readers[0]]
        if (not any(map(is_mark, between)) and all(made.get(v, -1) <= i for v in others)
                and not any(o in between_outs(between) for o in others)
                and not any(delays.disturbs(b, delays.memory(reader) - delays.memory(op))
                            for b in between)):
            ops[i + 1 : readers[0] + 1] = [reader, *between]
            made = {out: k for k, op in enumerate(ops) for out in op.outs}
    return Block(block.params, tuple(ops), block.results)


def between_outs(ops: list[Op]) -> set[Var]:
    return {out for op in ops for out in op.outs}


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
                shared = self.sharing.ids(init) | self.sharing.held(init)
                if ("carried", out) in self.sharing.written and shared & reads:
                    return True
        return any(self.disturbs(inner, reads) for b in blocks_of(op) for inner in b.ops)


__all__ = ["Delays", "gathered"]
