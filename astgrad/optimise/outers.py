"""Sums of outer products in the reverse sweep become one product of matrices, which writes its
result once.

`A_bar = np.outer(u, p) + np.outer(r, v)`   ->   `A_bar = np.array((u, r)).T @ np.array((p, v))`
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from operator import itemgetter

from astgrad.analysis.builder import Builder
from astgrad.ir.core import Apply, Arg, Block, Op, Pack, Var
from astgrad.ir.sizes import same_shape
from astgrad.ir.walk import all_ops, args_of, begins_reverse, blocks_of, vars_of, with_blocks

Term = tuple[bool, Arg]  # whether it is subtracted, and what


def merged_outers(ops: tuple[Op, ...], results: tuple[Arg, ...]) -> tuple[Op, ...]:
    """The ops with such sums merged; what they were merged from is left to dead code."""
    whole = Block((), ops, results)
    if not any(isinstance(op, Apply) and op.rule.name == "np.outer" for op in all_ops(whole)):
        return ops
    start = next((i for i, op in enumerate(ops) if begins_reverse(op)), len(ops))
    return (*ops[:start], *Merge(whole).block(ops[start:]))


class Merge:
    def __init__(self, whole: Block) -> None:
        self.uses = Counter(vars_of(*whole.results))
        for op in all_ops(whole):
            self.uses.update(vars_of(*args_of(op)))
            for block in blocks_of(op):
                self.uses.update(vars_of(*block.results))

    def block(self, ops: tuple[Op, ...]) -> tuple[Op, ...]:
        makers = {op.outs[0]: op for op in ops if isinstance(op, Apply) and len(op.outs) == 1}
        inner = {v for op in makers.values() if op.rule.name in ("Add", "Sub")
                 for v in vars_of(*op.args) if self.uses[v] == 1}  # the sum goes on
        made: list[Op] = []
        for op in ops:
            found = None
            if isinstance(op, Apply) and op.rule.name in ("Add", "Sub") and op.outs[0] not in inner:
                found = self.merged(op, list(self.terms(op, makers)), makers)
            blocks = tuple(Block(b.params, self.block(b.ops), b.results) for b in blocks_of(op))
            made += found or [with_blocks(op, blocks)]
        return tuple(made)

    def terms(self, op: Apply, makers: dict[Var, Apply], negative: bool = False) -> Iterator[Term]:
        """What a sum adds up, through parts that nothing else reads."""
        signs = {"Add": (False, False), "Sub": (False, True), "USub": (True,)}[op.rule.name]
        for arg, minus in zip(op.args, signs, strict=True):
            part = makers.get(arg) if isinstance(arg, Var) and self.uses[arg] == 1 else None
            if part is not None and part.rule.name in ("Add", "Sub", "USub"):
                yield from self.terms(part, makers, negative != minus)
            else:
                yield negative != minus, arg

    def merged(self, op: Apply, terms: list[Term], makers: dict[Var, Apply]) -> list[Op] | None:
        outers = [term for term in terms if self.is_outer(term[1], op.outs[0], makers)]
        rest = [term for term in terms if term not in outers]
        if len(outers) < 2:
            return None
        build = Builder()
        build.span = op.span
        left, right = [], []
        for minus, arg in outers:
            assert isinstance(arg, Var)
            u, v = makers[arg].args
            left.append(build.apply("USub", u) if minus else u)
            right.append(v)
        columns = build.apply(".T", build.apply("np.array", Pack("tuple", tuple(left))))
        rows = build.apply("np.array", Pack("tuple", tuple(right)))
        product = build.apply("MatMult", columns, rows)
        total: Arg | None = None
        for minus, arg in sorted((*rest, (False, product)), key=itemgetter(0)):
            name = "Sub" if minus else "Add"
            total = arg if total is None else build.apply(name, total, arg, name=op.outs[0].name)
        end = build.ops[-1]
        assert isinstance(end, Apply)
        return [*build.ops[:-1], Apply(op.outs, end.rule, end.args, op.span)]

    def is_outer(self, arg: Arg, whole: Var, makers: dict[Var, Apply]) -> bool:
        """Whether a term is an outer product of vectors, made for a sum of its shape."""
        op = makers.get(arg) if isinstance(arg, Var) and self.uses[arg] == 1 else None
        return (op is not None and op.rule.name == "np.outer"
                and all(isinstance(v, Var) and v.fact.rank == 1 and v.fact.dtype == whole.fact.dtype
                        for v in op.args)
                and same_shape(op.outs[0].fact.shape, whole.fact.shape))
