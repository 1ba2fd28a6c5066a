"""`debug=True`: each adjoint is looked at when it is complete.

In the forward sweep the shapes of active arrays get names (`with_shapes`), so that the reverse
sweep can compare with them; a check stands where the op that made the primal is reversed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from astgrad.analysis.activity import Activity
from astgrad.analysis.builder import Builder
from astgrad.errors import Span
from astgrad.ir.core import NONE, TEMP, Apply, Arg, Block, Const, Op, Var, While
from astgrad.ir.fact import Shape
from astgrad.ir.walk import blocks_of, with_blocks
from astgrad.rules.checks import CHECK_ADJOINT

Shapes = dict[Var, Arg]
NAMELESS = (TEMP, "result")


def with_shapes(ops: tuple[Op, ...], active: Activity, inputs: Iterable[Var], found: Shapes
                ) -> tuple[Op, ...]:
    """The ops with the shapes of active arrays, after what makes them; `found` is filled.

    Arrays that are known to have one shape share it.
    """
    build = Builder()
    known: dict[Shape, Arg] = {}
    note(build, inputs, known, found)
    _walk(build, ops, active, known, found)
    return tuple(build.ops)


def _walk(build: Builder, ops: tuple[Op, ...], active: Activity, known: dict[Shape, Arg],
          found: Shapes) -> None:
    for op in ops:
        blocks = []
        for block in blocks_of(op):
            inner = Builder()
            if isinstance(op, While) and block is op.test:
                inner.ops = list(block.ops)
            else:
                _walk(inner, block.ops, active, dict(known), found)
            blocks.append(Block(block.params, tuple(inner.ops), block.results))
        build.add(with_blocks(op, tuple(blocks)))
        note(build, (v for v in op.outs if v in active and v not in active.unbound), known, found)


def note(build: Builder, made: Iterable[Var], known: dict[Shape, Arg], found: Shapes) -> None:
    for var in made:
        if var.fact.kind != "array":
            continue
        sizes = var.fact.shape
        if sizes is None or None in sizes or sizes not in known:
            known[sizes] = build.apply(".shape", var, name=f"{var.name}_shape")
        found[var] = known[sizes]


def check(bar: Var, primal: Var, span: Span | None, shapes: Shapes) -> Op:
    """The op that looks at a complete adjoint."""
    fact = primal.fact
    shape: Arg = shapes.get(primal, NONE)
    if fact.kind in ("number", "scalar"):
        shape = Const(())
    dtype = fact.dtype if fact.is_numeric and fact.is_float else ""
    return Apply((), CHECK_ADJOINT, (bar, shape, Const(dtype), Const(named(primal)),
                                     Const(place(span))), span)


def checks_of_inputs(wrt: list[Var], bars: Mapping[Var, Arg], shapes: Shapes) -> list[Op]:
    """Checks of the adjoints of the inputs, at the end."""
    made = []
    for var in wrt:
        bar = bars.get(var)
        if isinstance(bar, Var):
            made.append(check(bar, var, None, shapes))
    return made


def named(primal: Var) -> str:
    return "an expression" if primal.name in NAMELESS else f"`{primal.name}`"


def place(span: Span | None) -> str:
    if span is None:
        return "an argument"
    return f"{span.short()}: {span.statement()}"
