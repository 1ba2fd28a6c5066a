"""From a lowered program to the text of its derivative, stage by stage.

`derivative` runs: lower -> optimise -> differentiate -> optimise -> ownership -> print.
`Stages` keeps what each stage made, for `explain`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from astgrad.analysis.activity import Activity
from astgrad.analysis.builder import Builder, again, exact
from astgrad.analysis.cancelling import restored, stilled
from astgrad.analysis.options import OPTIONS
from astgrad.analysis.sharing import Sharing
from astgrad.emit.statements import MARK
from astgrad.ir.binding import bound
from astgrad.ir.core import Apply, Arg, Block, Const, Function, Op, Pack, Var
from astgrad.ir.sizes import fact_of_arg, same_shape
from astgrad.ir.walk import begins_reverse, free_in_block, vars_of
from astgrad.optimise.contractions import contracted
from astgrad.optimise.cse import cse, cse_before, cse_inside
from astgrad.optimise.dce import dce, settle
from astgrad.optimise.endings import has_endings, with_endings
from astgrad.optimise.fold import folded
from astgrad.optimise.motion import moved
from astgrad.optimise.ownership import own
from astgrad.optimise.shapes import saved_as_shapes
from astgrad.optimise.stores import settled_stores
from astgrad.rules.functions import function_row
from astgrad.rules.table import Row
from astgrad.transform.adjoints import add_adjoints, bar_name, check_keepers, distribute, zero
from astgrad.transform.calls import (
    Facts,
    Inlined,
    Reversed,
    Tangent,
    fresh,
    inlined,
    is_masked,
    pattern,
)  # fmt: skip
from astgrad.transform.checks import checks_of_inputs, with_shapes
from astgrad.transform.drafts import reversed_recursion, tangent_recursion
from astgrad.transform.forward import Forward
from astgrad.transform.recursion import level, recurs
from astgrad.transform.reverse import Reverse
from astgrad.transform.surgery import without_surgery
from astgrad.transform.tape import thread


@dataclass
class Stages:
    """What each stage made: (name, ops, results)."""

    made: list[tuple[str, tuple[Op, ...], tuple[Arg, ...]]] = field(default_factory=list)

    def note(self, name: str, ops: tuple[Op, ...], results: tuple[Arg, ...]) -> None:
        self.made.append((name, ops, results))


def simplify(ops: tuple[Op, ...], results: tuple[Arg, ...], *, last: bool = True
             ) -> tuple[tuple[Op, ...], tuple[Arg, ...]]:
    """`last`: nothing is differentiated afterwards."""
    for _, step in PASSES:
        step = step if last or step is not cse else cse_before
        ops, results = step(ops, results)
    return ops, results


def without_dead_code(ops: tuple[Op, ...], results: tuple[Arg, ...]
                      ) -> tuple[tuple[Op, ...], tuple[Arg, ...]]:
    if not has_endings(ops):
        return dce(ops, results)
    ops, results = settle(ops, results)  # a store that is gone may be all that a branch did
    made, results = dce(ops, results)
    return dce(with_endings(ops, made), results)


def finish(ops: tuple[Op, ...], results: tuple[Arg, ...], foreign: tuple[Var, ...]
           ) -> tuple[tuple[Op, ...], tuple[Arg, ...], Sharing]:
    """What follows the optimisation: copies where the text could otherwise overwrite."""
    speed = OPTIONS.get().speed
    ops, results = contracted(ops, results, speed)
    ops, results, sharing = own(ops, results, foreign, reuse=speed)
    return *dce(ops, results), sharing


PASSES = (
    ("unchanged by loops and branches", settle),
    ("products folded", folded),
    ("before loops", moved),
    ("common subexpressions", cse),
    ("unchanged by loops and branches, again", settle),
    ("zeros stored late or not at all", settled_stores),
    ("without dead code", without_dead_code),
)


def mark(text: str) -> Op:
    return Apply((), MARK, (Const(text),))


def cut(ops: tuple[Op, ...]) -> tuple[tuple[Op, ...], tuple[Op, ...]]:
    """What stands before the mark "reverse" that is last, and what comes after."""
    at = [i for i, op in enumerate(ops) if begins_reverse(op)][-1]
    return ops[:at], ops[at + 1 :]


def reverse(program_ops: tuple[Op, ...], seeds: dict[Var, Arg], wrt: list[Var],
            unsure: frozenset[Var] = frozenset()) -> tuple[tuple[Op, ...], list[Arg | None]]:
    """Forward sweep, reverse sweep, and the adjoints of `wrt` (None: zero).

    `unsure` are inputs that may be None.
    """
    while True:
        try:
            return reverse_sweep(program_ops, seeds, wrt, unsure)
        except Inlined as found:
            program_ops = inlined(program_ops, found.rule)


def reverse_sweep(program_ops: tuple[Op, ...], seeds: dict[Var, Arg], wrt: list[Var],
                  unsure: frozenset[Var]) -> tuple[tuple[Op, ...], list[Arg | None]]:
    program_ops = stilled(cse_inside(program_ops), seeds)  # so that one value has one tape
    active = Activity(program_ops, wrt, list(seeds), unsure)
    check_keepers(program_ops, active)
    engine = Reverse(active, FUNCTIONS)
    for var, bar in seeds.items():
        engine.loosen(bar, var)
    if OPTIONS.get().debug:
        engine.shapes = {}
        program_ops = with_shapes(program_ops, active, wrt, engine.shapes)
    region = engine.region(Block((), program_ops, ()), dict(seeds), False)
    checks = [] if engine.shapes is None else checks_of_inputs(wrt, region.bars, engine.shapes)
    parts = (*region.forward, mark("reverse"), *region.reverse, *checks)
    ops = restored(thread(parts, engine.tapes))
    return ops, [region.bars.get(var) for var in wrt]


def forward(program_ops: tuple[Op, ...], outputs: list[Var], dots: dict[Var, Arg]
            ) -> tuple[tuple[Op, ...], dict[Var, Arg]]:
    while True:
        active = Activity(program_ops, list(dots), outputs)
        check_keepers(program_ops, active)
        found = dict(dots)
        try:
            ops = Forward(active, FUNCTIONS).block(without_surgery(program_ops, active), found)
        except Inlined as asked:
            program_ops = inlined(program_ops, asked.rule)
            continue
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



# -- functions that the text defines ----------------------------------------------------------


class Functions:
    """What is made of a function when calls of it are differentiated, once for each demand."""

    def reversed(self, rule: Row, wanted: tuple[bool, ...], bars: Facts) -> Reversed:
        if recurs(rule):
            return reversed_recursion(rule, wanted, reversed_function)
        key = "reversed", wanted, bars, OPTIONS.get(), exact.get(), again.get()
        if key not in rule.derived:
            rule.derived[key] = reversed_function(rule, wanted, bars)
        found: Reversed = rule.derived[key]
        return found

    def tangent(self, rule: Row, dots: Facts, wanted: tuple[bool, ...]) -> Tangent:
        if recurs(rule):
            return tangent_recursion(rule, tuple(dot is not None for dot in dots), tangent_function)
        key = "tangent", dots, wanted, OPTIONS.get(), exact.get(), again.get()
        if key not in rule.derived:
            rule.derived[key] = tangent_function(rule, dots, wanted)
        found: Tangent = rule.derived[key]
        return found


FUNCTIONS = Functions()


def reversed_function(rule: Row, wanted: tuple[bool, ...], bars: Facts,
                      reads: tuple[int, ...] = ()) -> Reversed:
    """A function's forward sweep, and its reverse sweep, which is given `reads` in any case."""
    assert rule.called is not None
    function = fresh(rule.called)
    values = function.block.results
    lead, tail = Builder(), Builder()
    given: list[tuple[str, Arg]] = []
    seeds: dict[Var, Arg] = {}
    for value, fact in zip(values, bars, strict=True):
        if fact is None:
            continue
        given.append(pattern(value, fact, "bar"))
        for part, bar in distribute(lead, value, given[-1][1]):
            for var in vars_of(part):
                if not var.fact.may_vary:
                    continue
                have = seeds.get(var)
                seeds[var] = bar if have is None else add_adjoints(lead, have, bar, bar_name(var))
    asked = [v for arg, want in zip(function.args, wanted, strict=True) if want
             for v in vars_of(arg) if v.fact.may_vary]
    ops, made = reverse(function.block.ops, seeds, asked, function.unsure)
    tail.made.update({op.outs[0]: op for op in ops if isinstance(op, Apply) and len(op.outs) == 1})
    found = dict(zip(asked, made, strict=True))
    if function.recursive:
        ends = [level(tail, adjoint_of(tail, arg, found, function.unsure), arg, fact_of_arg(arg))
                if want else None for arg, want in zip(function.args, wanted, strict=True)]
    elif any(bar is not None and is_masked(tail, bar) for bar in made):
        raise Inlined(rule)
    else:
        ends = [adjoint_of(tail, arg, found, function.unsure) for arg in function.args]
    before, after = cut(ops)
    ops = (*before, mark("reverse"), *lead.ops, *after, *tail.ops)
    ops, results = simplify(ops, (*values, *(end for end in ends if end is not None)), last=False)
    rest = iter(results[len(values) :])
    ends = [None if end is None else next(rest) for end in ends]
    return divided(rule, replace(function, block=Block(
        function.block.params, ops, results[: len(values)])), given, ends, reads)


def adjoint_of(build: Builder, param: Arg, found: dict[Var, Arg | None], unsure: frozenset[Var]
               ) -> Arg | None:
    """The adjoint of a parameter, with zeros in a tuple that is not zero throughout."""
    if isinstance(param, Var):
        return found.get(param)
    parts = vars_of(param)
    bars = [found.get(v) for v in parts]
    if all(bar is None for bar in bars):
        return None
    return Pack("tuple", tuple(
        bar if bar is not None else
        Const(0.0) if (v in unsure and v.fact.kind not in ("list", "tape")) or (
            not v.fact.may_vary) else zero(build, v)
        for v, bar in zip(parts, bars, strict=True)))


def divided(rule: Row, function: Function, given: list[tuple[str, Arg]], ends: list[Arg | None],
            asked: tuple[int, ...]) -> Reversed:
    """The two sweeps of a block as functions; the second is given what it reads of the first."""
    first, second = cut(function.block.ops)
    values, recursive = function.block.results, function.recursive
    outs = tuple(bar for bar in ends
                 if bar is not None and (recursive or not isinstance(bar, Const)))
    made = {v for op in first for v in op.outs}.difference(vars_of(*values))
    loose = Activity(first, (), (), function.unsure).unbound
    first, second = saved_as_shapes(first, second, made - loose, outs)
    needs = free_in_block(Block((), second, outs))
    places = [*function.params, *((getattr(v, "name", "tape"), v) for v in values)]
    known = set(vars_of(*(arg for _, arg in given)))
    reads: list[int] = []
    for k, (_, place) in enumerate(places):
        parts = vars_of(place)
        if is_pattern(place) and known.isdisjoint(parts) and (
                k in asked or any(v in needs for v in parts)):
            reads.append(k)
            known.update(parts)
    saved = tuple(v for v in needs if v not in known)
    if not recursive and any(
            not (v.fact.is_numeric or v.fact.kind in ("list", "tuple", "tape")) for v in saved):
        raise Inlined(rule)
    tape = Pack("tuple", saved)
    forward = Function(f"{function.name}_forward", function.params, Block(
        function.block.params, bound(first, saved), (*values, tape)), function.unsure, recursive)
    params = (*given, *(places[k] for k in reads), *([("tape", tape)] if saved else []))
    flat = tuple(vars_of(*(arg for _, arg in params)))
    back = fresh(Function(f"{function.name}_reverse", params, Block(
        flat, (mark("reverse"), *second), outs), frozenset(loose.intersection(flat)), recursive))
    count = iter(range(len(outs)))
    bars = tuple(next(count) if bar is not None and (recursive or not isinstance(bar, Const))
                 else bar for bar in ends)
    return Reversed(function_row(forward) if saved else None, function_row(back),
                    fact_of_arg(tape) if saved else None, tuple(reads), bars,
                    tuple(map(fact_of_arg, outs)))


def is_pattern(place: Arg) -> bool:
    """Whether a value can be a parameter: a variable, or a tuple of different ones."""
    items = place.items if isinstance(place, Pack) else (place,)
    return all(isinstance(item, Var) for item in items) and len(set(items)) == len(items)


def tangent_function(rule: Row, dots: Facts, wanted: tuple[bool, ...]) -> Tangent:
    """A function that gives the tangents of its results too."""
    assert rule.called is not None
    function = fresh(rule.called)
    values = function.block.results
    seeds: dict[Var, Arg] = {}
    given: list[tuple[str, Arg]] = []
    for param, fact in zip(function.args, dots, strict=True):
        if fact is not None:
            given.append(pattern(param, fact, "dot"))
            seeds.update(zip(vars_of(param), vars_of(given[-1][1]), strict=True))
    asked = [v for value, want in zip(values, wanted, strict=True) if want for v in vars_of(value)]
    ops, found = forward(function.block.ops, asked, seeds)
    build = Builder()
    engine = Forward(Activity((), (), ()), FUNCTIONS)
    ends = [engine.dot(build, value, found) if want else None
            for value, want in zip(values, wanted, strict=True)]
    if function.recursive:
        ends = [level(build, end, value, fact_of_arg(value)) if want else None
                for end, value, want in zip(ends, values, wanted, strict=True)]
    params = (*function.params, *given)
    results = (*values, *(end for end in ends if end is not None))
    ops, results = simplify((*ops, *build.ops), results, last=False)
    flat = tuple(vars_of(*(arg for _, arg in params)))
    row = function_row(Function(f"{function.name}_tangent", params, Block(flat, ops, results),
                                function.unsure, function.recursive))
    return Tangent(row, tuple(fact is not None for fact in dots),
                   tuple((k, fact_of_arg(end)) for k, end in enumerate(ends) if end is not None))
