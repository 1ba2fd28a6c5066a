"""The shape of a pass that goes through a program op by op."""

from __future__ import annotations

from astgrad.ir.core import Arg, Block, Op
from astgrad.ir.walk import blocks_of, with_blocks


class Rewriter:
    """Rebuilds blocks from the inside out; `op` may give several ops."""

    def block(self, block: Block) -> Block:
        ops: list[Op] = []
        for op in block.ops:
            inner = blocks_of(op)
            if inner:
                op = with_blocks(op, tuple(self.block(b) for b in inner))
            ops.extend(self.op(op))
        return Block(block.params, tuple(ops), self.results(block))

    def op(self, op: Op) -> list[Op]:
        return [op]

    def results(self, block: Block) -> tuple[Arg, ...]:
        return block.results
