"""Results that overwrite an operand which nobody reads again.

    t = a * b; y = np.exp(t)   ->   t = a * b; y = out[np.exp](t, t)

The new op is an update of the operand, printed `np.exp(t, out=t)`; `t * c` is `t *= c`.  The
operand is an array that was made for the block at hand, of the result's dtype and shape.
What is said of its memory here is a try: `optimise/ownership.py` takes it back where
somebody else would see the write.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container

from astgrad.ir.core import TEMPORARY, Apply, Block, Op, Var
from astgrad.ir.sizes import fact_of_arg, same_shape
from astgrad.ir.walk import args_of, blocks_of, free_in_block, vars_of
from astgrad.optimise.rewriter import Rewriter
from astgrad.rules.updates import into, ufunc_of


class Reuse(Rewriter):
    def __init__(self, but: Container[Var]) -> None:
        self.but = but  # what is written as part of a statement anyhow

    def block(self, block: Block) -> Block:
        makers = {op.outs[0]: op for op in block.ops if isinstance(op, Apply) and op.outs}
        last: dict[Var, Op | None] = {}
        uses: Counter[Var] = Counter()
        for op in block.ops:
            read = [*vars_of(*args_of(op)), *(v for b in blocks_of(op) for v in free_in_block(b))]
            uses.update(read)
            last.update(dict.fromkeys(read, op))
        last.update(dict.fromkeys(vars_of(*block.results)))
        new = super().block(block)
        ops: list[Op] = []
        for op in new.ops:
            found = [arg for arg in vars_of(*args_of(op)) if last[arg] is op and arg in makers
                     and is_fresh(makers[arg]) and not elided(op, arg, uses)]
            ops.append(self.tried(op, found))
        return Block(new.params, tuple(ops), new.results)

    def tried(self, op: Op, operands: list[Var]) -> Op:
        if isinstance(op, Apply) and is_elementwise(op) and op.outs[0] not in self.but:
            for arg in operands:
                if fits(arg, op):
                    return Apply(op.outs, into(op.rule), (arg, *op.args), op.span)
        return op


def elided(op: Op, arg: Var, uses: Counter[Var]) -> bool:
    """Whether NumPy itself writes a large result into an operand that has no name."""
    return (isinstance(op, Apply) and arg.name in TEMPORARY and uses[arg] == 1
            and (op.rule.name in ("Add", "Mult") or (
                op.rule.name in ("Sub", "Div", "USub") and op.args[0] is arg)))


def is_elementwise(op: Apply) -> bool:
    return (ufunc_of(op.rule) is not None and op.outs[0].fact.kind == "array"
            and all(fact_of_arg(arg).kind in ("number", "scalar", "array") for arg in op.args))


def is_fresh(op: Apply) -> bool:
    """Whether an op makes an array of its own; views and stored arrays are left alone."""
    return len(op.outs) == 1 and op.rule.alias is None and op.rule.writes is None and (
        op.rule.kind in ("elementwise", "bilinear") or is_elementwise(op))


def fits(operand: Var, op: Apply) -> bool:
    """Whether the result has the dtype and shape of an operand, with two axes or more: of
    vectors most are short, and `out=` takes longer than it saves.
    """
    have, want = operand.fact, op.outs[0].fact
    return (have.kind == "array" and (have.rank or 0) > 1 and have.dtype == want.dtype
            and same_shape(have.shape, want.shape))


__all__ = ["Reuse"]
