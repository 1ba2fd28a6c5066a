"""Sums of products without the array of products; products of stacks of matrices by BLAS.

    np.sum(a * b)                        ->  np.einsum("ij,ij->", a, b)
    np.sum(x**2, axis=0)                 ->  np.einsum("ij,ij->j", x, x)
    np.einsum("nki,kij->nkj", a, b)      ->  swapped(swapped(a) @ b)

What is added is the same, in another order.  So only double precision is changed, and all
this only by `optimise="speed"`.  In the reverse sweep, whose order is nobody's, a sum over
two vectors is `a @ b` in every text, and numbers are taken out of sums:

    np.sum(a * (b / s))                  ->  np.sum(a * b) / s
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from astgrad.analysis.builder import Builder, rank_zero
from astgrad.ir.core import NONE, Apply, Arg, Block, Const, Op, Pack, Var
from astgrad.ir.sizes import fact_of_arg, same_shape
from astgrad.ir.walk import (
    all_ops,
    args_of,
    begins_reverse,
    blocks_of,
    vars_of,
    with_blocks,
)  # fmt: skip
from astgrad.optimise.dce import dce

LETTERS = "ijklmnpq"
ALL = slice(None)
ROWS = ("np.sum", "np.einsum")


def contracted(ops: tuple[Op, ...], results: tuple[Arg, ...], speed: bool
               ) -> tuple[tuple[Op, ...], tuple[Arg, ...]]:
    """The program with such sums and products; what they were made of is gone."""
    whole = Block((), ops, results)
    if not any(isinstance(op, Apply) and op.rule.name in ROWS for op in all_ops(whole)):
        return ops, results
    start = 0 if speed else next((i for i, op in enumerate(ops) if begins_reverse(op)), len(ops))
    made = Contract(whole, speed).ops(ops[start:])
    return dce((*ops[:start], *made), results)


class Contract:
    def __init__(self, whole: Block, speed: bool) -> None:
        self.speed = speed
        self.uses = Counter(vars_of(*whole.results))
        for op in all_ops(whole):
            self.uses.update(vars_of(*args_of(op)))
            for block in blocks_of(op):
                self.uses.update(vars_of(*block.results))

    def ops(self, ops: tuple[Op, ...]) -> tuple[Op, ...]:
        makers = {op.outs[0]: op for op in ops if isinstance(op, Apply) and len(op.outs) == 1}
        made: list[Op] = []
        for op in ops:
            found: list[Op] | None = None
            if isinstance(op, Apply) and op.rule.name == "np.sum":
                found = self.sum(op, makers)
            elif isinstance(op, Apply) and op.rule.name == "np.einsum" and self.speed:
                found = product(op)
            made += found or [with_blocks(op, tuple(
                replace(b, ops=self.ops(b.ops)) for b in blocks_of(op)))]
        return tuple(made)

    def sum(self, op: Apply, makers: dict[Var, Apply]) -> list[Op] | None:
        """The sum of a product that nothing else reads."""
        x, axis, keepdims, *rest = op.args
        inner = self.own(x, makers)
        factors = None if inner is None else factors_of(inner)
        if (factors is None or rest != [NONE, NONE, Const(True)] or not isinstance(axis, Const)
                or keepdims not in (Const(True), Const(False))):
            return None
        scales: list[tuple[str, Arg]] = []
        a, b = (self.without_scales(arg, makers, scales) for arg in factors)
        build = Builder()
        build.span = op.span
        shape = fact_of_arg(a).shape
        rank = len(shape or ())
        alike = same_shape(shape, fact_of_arg(b).shape)
        if alike and rank == 1 and keepdims == Const(False):
            total = build.apply("MatMult", a, b)
        elif alike and self.speed and rank <= len(LETTERS):
            total = product_sum(build, a, b, rank, axis, keepdims == Const(True))
        elif scales:
            total = build.apply("np.sum", build.apply("Mult", a, b), axis, keepdims)
        else:
            return None
        for name, scale in scales:
            total = build.apply(name, total, scale)
        return ended(build, op)

    def own(self, arg: Arg, makers: dict[Var, Apply]) -> Apply | None:
        """What makes a value that nothing else reads."""
        return makers.get(arg) if isinstance(arg, Var) and self.uses[arg] == 1 else None

    def without_scales(self, arg: Arg, makers: dict[Var, Apply], scales: list[tuple[str, Arg]]
                       ) -> Arg:
        """An array before it was multiplied with, or divided by, numbers."""
        maker = self.own(arg, makers)
        if maker is not None and maker.rule.name in ("Mult", "Div"):
            a, b = maker.args
            if maker.rule.name == "Mult" and rank_zero(a):
                a, b = b, a
            if rank_zero(b) and fact_of_arg(b).dtype in ("float", "float64") and is_double(a):
                found = self.without_scales(a, makers, scales)
                scales.append((maker.rule.name, b))
                return found
        return arg


def product_sum(build: Builder, a: Arg, b: Arg, rank: int, axis: Const, keepdims: bool) -> Arg:
    """`np.sum(a * b, axis, keepdims)` as an einsum."""
    axes = axis.value if isinstance(axis.value, tuple) else (axis.value,)
    summed = {*range(rank)} if axis == NONE else {k % rank for k in axes}
    letters = LETTERS[:rank]
    kept = "".join(c for k, c in enumerate(letters) if k not in summed)
    total = build.apply("np.einsum", Const(f"{letters},{letters}->{kept}"), Pack("tuple", (a, b)))
    if keepdims:
        places = tuple(None if k in summed else ALL for k in range(rank))
        total = build.apply("[]", total, Const(places))
    return total


def factors_of(op: Apply) -> tuple[Arg, Arg] | None:
    """The two arrays whose product an op is."""
    match op.rule.name:
        case "Mult":
            a, b = op.args
        case "Pow" if op.args[1] in (Const(2), Const(2.0)):
            a = b = op.args[0]
        case "np.square":
            a = b = op.args[0]
        case _:
            return None
    return (a, b) if is_double(a) and is_double(b) else None


def is_double(arg: Arg) -> bool:
    fact = fact_of_arg(arg)
    return bool(fact.kind == "array" and fact.dtype == "float64" and fact.shape)


def product(op: Apply) -> list[Op] | None:
    """An einsum of two stacks of matrices as `@`, where the letters' sizes are known to agree."""
    subscripts, operands, _ = op.args
    if not (isinstance(subscripts, Const) and isinstance(operands, Pack)
            and len(operands.items) == 2 and all(map(is_double, operands.items))):
        return None
    given, arrow, out = subscripts.value.replace(" ", "").partition("->")
    a, b = given.split(",")
    if not arrow or "." in given or any(len({*word}) < len(word) for word in (a, b, out)):
        return None
    shared, ends = {*a} & {*b}, {*out}
    summed, left, right = shared - ends, {*a} - shared, {*b} - shared
    if (len(summed), len(left), len(right)) != (1, 1, 1) or not left | right <= ends:
        return None
    x, y = operands.items
    sizes = [dict(zip(word, fact_of_arg(arg).shape or (), strict=True))
             for word, arg in ((a, x), (b, y))]
    if not all(same_shape((sizes[0][c],), (sizes[1][c],)) for c in shared):
        return None
    (m,), (n,), (inner,) = left, right, summed
    if out.index(n) < out.index(m):
        (a, x, m), (b, y, n) = (b, y, n), (a, x, m)
    stack = "".join(c for c in out if c in shared)
    build = Builder()
    build.span = op.span
    found = build.apply("MatMult", ordered(build, x, a, stack + m + inner),
                        ordered(build, y, b, stack + inner + n))
    ordered(build, found, stack + m + n, out)
    return ended(build, op)


def ordered(build: Builder, x: Arg, have: str, want: str) -> Arg:
    """An array with its axes in another order."""
    if have == want:
        return x
    if len(have) == 2:
        return build.apply(".T", x)
    return build.apply("np.transpose", x, Const(tuple(map(have.index, want))))


def ended(build: Builder, op: Apply) -> list[Op]:
    """The ops that were built, the last with the result of the op that they replace."""
    end = build.ops[-1]
    assert isinstance(end, Apply)
    return [*build.ops[:-1], Apply(op.outs, end.rule, end.args, op.span)]


__all__ = ["contracted"]
