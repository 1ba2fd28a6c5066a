"""The linear part of a differentiated function, as ops that can be put in again and again.

`pullback` differentiates a lowered function in reverse, `pushforward` forward: the ops of
the primal are emitted once, with all effects; the `Linear` that comes back holds the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from astgrad.analysis.activity import Activity
from astgrad.analysis.builder import Builder
from astgrad.derive.apart import Inner, emit
from astgrad.frontend.lower import Lowering
from astgrad.ir.core import Apply, Arg, Block, Const, Op, Var
from astgrad.ir.fact import adjoint_fact
from astgrad.ir.walk import begins_reverse, refresh, substitute, substitute_arg
from astgrad.pipeline import cut, forward, project, reverse
from astgrad.transform.calls import inlined
from astgrad.transform.surgery import without_surgery


@dataclass
class Linear:
    """`inputs`: variable of the primal -> that of its seed; `outputs`: None is zero."""

    ops: tuple[Op, ...]
    inputs: dict[Var, Var]
    outputs: dict[Var, Arg | None]
    table: dict[Var, Arg]

    def at(self, build: Builder, seeds: dict[Var, Arg]) -> dict[Var, Arg | None]:
        """Put the ops into a block, at these seeds (those that lack are zero)."""
        table = dict(self.table)
        for var, seed in self.inputs.items():
            given = seeds.get(var)
            table[seed] = zero_seed(build, var, table) if given is None else given
        wanted = {var: arg for var, arg in self.outputs.items() if arg is not None}
        block = refresh(Block((), self.ops, tuple(wanted.values())), table)
        for op in block.ops:
            build.add(op)
        found = dict(zip(wanted, block.results, strict=True))
        return {var: found.get(var) for var in self.outputs}


def zero_seed(build: Builder, var: Var, table: dict[Var, Arg]) -> Arg:
    if var.fact.kind == "number":
        return Const(0j) if var.fact.is_complex else Const(0.0)
    return build.apply("np.zeros_like", substitute_arg(var, table), name=f"{var.name}_bar")


def unit(build: Builder, var: Var, table: dict[Var, Arg]) -> Arg:
    """The seed 1 of a number; a NumPy value where that is one."""
    if var.fact.kind == "number":
        return Const(1.0 + 0j) if var.fact.is_complex else Const(1.0)
    return build.apply("np.ones_like", substitute_arg(var, table), name=f"{var.name}_bar")


def pullback(lo: Lowering, inner: Inner, outs: list[Var], wrt: list[Var]) -> Linear:
    """Emit the forward sweep; the reverse sweep, from seeds of `outs` to adjoints of `wrt`."""
    before, linear = reverse_parts(inner, outs, wrt)
    emit(lo, before, inner.table)
    return linear


def reverse_parts(inner: Inner, outs: list[Var], wrt: list[Var]
                  ) -> tuple[tuple[Op, ...], Linear]:
    seeds = {out: Var(f"{out.name}_bar", adjoint_fact(out.fact)) for out in outs}
    ops, bars = reverse(inner.ops, dict(seeds), wrt)
    before, after = cut(ops)
    return before, Linear(after, seeds, dict(zip(wrt, bars, strict=True)), inner.table)


def pushforward(lo: Lowering, inner: Inner, outs: list[Var], wrt: list[Var]) -> Linear:
    """Emit the primal; the tangents of `outs` from those of `wrt`.

    Where tangents are computed inside loops or branches of the primal, the linear part is
    the transpose of the reverse sweep, which reads what the primal saved.
    """
    ops = inlined(inner.ops)
    inner = replace(inner, ops=without_surgery(ops, Activity(ops, wrt, outs)))
    dots = {var: Var(f"{var.name}_dot", adjoint_fact(var.fact)) for var in wrt}
    ops, found = forward(inner.ops, outs, dict(dots))
    own = set(inner.ops)
    if all(op in own for op in ops if not isinstance(op, Apply)):
        emit(lo, inner.ops, inner.table)
        made = {var for op in own for var in op.outs}  # calls of functions make it once more
        rest = tuple(replace(op, outs=tuple(Var("_", v.fact) if v in made else v for v in op.outs))
                     for op in ops if op not in own)
        return Linear(rest, dots, {out: found.get(out) for out in outs}, inner.table)
    return transposed(lo, inner, outs, wrt, dots)


def transposed(lo: Lowering, inner: Inner, outs: list[Var], wrt: list[Var],
               dots: dict[Var, Var]) -> Linear:
    before, back = reverse_parts(inner, outs, wrt)
    emit(lo, before, inner.table)
    seeds: dict[Var, Arg] = {}
    lead, tail = Builder(), Builder()
    for var in wrt:
        bar = back.outputs[var]
        bar = None if bar is None else project(tail, bar, var)
        if isinstance(bar, Var):
            have = seeds.get(bar)
            seeds[bar] = dots[var] if have is None else lead.apply("Add", have, dots[var])
    ends = list(back.inputs.values())
    ops, bars = reverse((*lead.ops, *back.ops, *tail.ops), seeds, ends)
    zeros = Builder()
    ends_at = {seed: zero_seed(zeros, out, back.table) for out, seed in back.inputs.items()}
    rest = tuple(substitute(op, ends_at) for op in ops if not begins_reverse(op))
    found = dict(zip(outs, bars, strict=True))
    return Linear((*zeros.ops, *rest), dots, found, back.table)

