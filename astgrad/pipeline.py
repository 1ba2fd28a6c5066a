"""From a lowered program to the text of its derivative, stage by stage.

`derivative` runs: lower -> optimise -> differentiate -> optimise -> ownership -> print.
`Stages` keeps what each stage made, for `explain`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from astgrad.analysis.activity import Activity
from astgrad.analysis.builder import Builder
from astgrad.analysis.options import OPTIONS
from astgrad.analysis.sharing import Sharing
from astgrad.emit.statements import MARK
from astgrad.ir.core import Apply, Arg, Block, Const, Op, Var
from astgrad.ir.fact import same_shape
from astgrad.ir.sizes import fact_of_arg
from astgrad.optimise.cse import cse, cse_inside
from astgrad.optimise.dce import dce, settle
from astgrad.optimise.endings import has_endings, with_endings
from astgrad.optimise.fold import folded
from astgrad.optimise.ownership import own
from astgrad.transform.adjoints import zero
from astgrad.transform.checks import checks_of_inputs, with_shapes
from astgrad.transform.forward import Forward
from astgrad.transform.reverse import Reverse
from astgrad.transform.surgery import without_surgery
from astgrad.transform.tape import thread


@dataclass
class Stages:
    """What each stage made: (name, ops, results)."""

    made: list[tuple[str, tuple[Op, ...], tuple[Arg, ...]]] = field(default_factory=list)

    def note(self, name: str, ops: tuple[Op, ...], results: tuple[Arg, ...]) -> None:
        self.made.append((name, ops, results))


def simplify(ops: tuple[Op, ...], results: tuple[Arg, ...]
             ) -> tuple[tuple[Op, ...], tuple[Arg, ...]]:
    for _, step in PASSES:
        ops, results = step(ops, results)
    return ops, results


def without_dead_code(ops: tuple[Op, ...], results: tuple[Arg, ...]
                      ) -> tuple[tuple[Op, ...], tuple[Arg, ...]]:
    made = dce(ops, results)
    if has_endings(ops):
        made = dce(with_endings(ops, made), results)
    return made, results


def finish(ops: tuple[Op, ...], results: tuple[Arg, ...], foreign: tuple[Var, ...]
           ) -> tuple[tuple[Op, ...], tuple[Arg, ...], Sharing]:
    """What follows the optimisation: copies where the text could otherwise overwrite."""
    ops, results, sharing = own(ops, results, foreign)
    return dce(ops, results), results, sharing


PASSES = (
    ("unchanged by loops and branches", settle),
    ("products folded", folded),
    ("common subexpressions", cse),
    ("unchanged by loops and branches, again", settle),
    ("without dead code", without_dead_code),
)


def mark(text: str) -> Op:
    return Apply((), MARK, (Const(text),))


def reverse(program_ops: tuple[Op, ...], seeds: dict[Var, Arg], wrt: list[Var]
            ) -> tuple[tuple[Op, ...], list[Arg | None]]:
    """Forward sweep, reverse sweep, and the adjoints of `wrt` (None: zero)."""
    program_ops = cse_inside(program_ops)  # so that one value has one tape
    active = Activity(program_ops, wrt, list(seeds))
    engine = Reverse(active)
    if OPTIONS.get().debug:
        engine.shapes = {}
        program_ops = with_shapes(program_ops, active, wrt, engine.shapes)
    region = engine.region(Block((), program_ops, ()), dict(seeds), False)
    checks = [] if engine.shapes is None else checks_of_inputs(wrt, region.bars, engine.shapes)
    parts = (*region.forward, mark("reverse"), *region.reverse, *checks)
    ops = thread(parts, engine.tapes)
    return ops, [region.bars.get(var) for var in wrt]


def forward(program_ops: tuple[Op, ...], outputs: list[Var], dots: dict[Var, Arg]
            ) -> tuple[tuple[Op, ...], dict[Var, Arg]]:
    active = Activity(program_ops, list(dots), outputs)
    found = dict(dots)
    ops = Forward(active).block(without_surgery(program_ops, active), found)
    return tuple(ops), found


def project(build: Builder, bar: Arg | None, leaf: Var, suffix: str = "bar") -> Arg:
    """An adjoint as the input wants it: its kind, dtype and shape."""
    fact = leaf.fact
    if bar is None:
        return zero(build, leaf)
    have = fact_of_arg(bar)
    name = f"{leaf.name}_{suffix}"
    match fact.kind:
        case "number":
            if have.kind == "number" and have.dtype == fact.dtype:
                return bar
            if isinstance(bar, Const):
                return Const(float(bar.value)) if fact.dtype == "float" else bar
            return build.apply(fact.dtype, bar)
        case "scalar":
            if have.kind == "scalar" and have.dtype == fact.dtype:
                return bar
            wide = {"float128": "longdouble", "complex256": "clongdouble"}
            return build.apply(f"np.{wide.get(fact.dtype, fact.dtype)}", bar)
        case "array" if fact.shape is None:
            return build.apply("project", bar, leaf, name=name)
        case "array":
            if have.kind != "array" or not same_shape(have.shape, fact.shape):
                if have.shape is None or have.kind == "unknown":
                    return build.apply("project", bar, leaf, name=name)
                bar = (build.apply("np.full_like", leaf, bar) if have.kind != "array"
                       else build.apply("expand_to", bar, leaf))
            if have.dtype != fact.dtype and fact_of_arg(bar).dtype != fact.dtype:
                return build.apply(".astype()", bar, Const(fact.dtype))
    return bar

