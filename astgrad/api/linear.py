"""`jvp`, `vjp` and `linearize` at example arguments -> printed and compiled functions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from astgrad.analysis.builder import exactly
from astgrad.api.build import (
    Compiled,
    Leaves,
    function_name,
    leaves_of,
    made,
    parameters_of,
    print_program,
    under_options,
    with_exact,
)  # fmt: skip
from astgrad.api.definitions import Definitions
from astgrad.derive.gradient import Call
from astgrad.derive.inside import Pullback, linear_map
from astgrad.derive.tangent import tangent
from astgrad.derive.transform import Transform, parameter_names
from astgrad.derive.trees import is_active, rebuilt_with_paths
from astgrad.emit.module import Parameter, Printed, module_text
from astgrad.emit.names import unique
from astgrad.frontend.entry import Program, deep, lower
from astgrad.frontend.values import Tup
from astgrad.ir.binding import bound
from astgrad.ir.core import (
    NONE,
    Arg,
    Block,
    Op,
    Pack,
    Var,
)  # fmt: skip
from astgrad.ir.fact import adjoint_fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import free_in_block, free_vars, vars_of
from astgrad.pipeline import Stages, cut, mark, simplify


@dataclass
class Along:
    """A primal with its tangent, before it is printed."""

    program: Program
    parameters: list[Parameter]
    layout: tuple[str, ...] | None  # the tangents' names where they are given by keyword
    ops: tuple[Op, ...]
    results: tuple[Arg, ...]
    stages: Stages


def prepared_jvp(transform: Transform, primals: tuple[Any, ...], tangents: tuple[Any, ...]
                 ) -> Along:
    names = parameter_names(transform.fun)
    dots = [free_name(dot_of(names, i), names) for i in range(len(tangents))]

    def body(lo: Any, positional: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        given = [lo.inputs.value(apart(t), (n,)) for n, t in zip(dots, tangents, strict=True)]
        rest = (None,) * (len(positional) - len(given))
        call = Call(lo.known(transform.fun), names, positional, keywords, lo.frame.source.node)
        return tangent(lo, transform, call, (*given, *rest))

    with transform.whole(), exactly(transform.strong_zero):
        program = lower(transform.fun, primals, {}, body)
    plain = all(kind == "plain" for kind in program.kinds.values())
    parameters = parameters_of(
        program, *(Parameter(n, "plain" if plain else "keyword") for n in dots))
    stages = Stages()
    stages.note("derivative", program.ops, (program.value,))
    ops, results = simplify(program.ops, (program.value,))
    stages.note("optimised", ops, results)
    return Along(program, parameters, None if plain else tuple(dots), ops, results, stages)


@deep()
@under_options
def build_jvp(transform: Transform, primals: tuple[Any, ...], tangents: tuple[Any, ...]
              ) -> Compiled:
    """`f_jvp(x, y, x_dot, y_dot)`; where f has other than plain parameters, by keyword."""
    along = prepared_jvp(transform, primals, tangents)
    program, name = along.program, f"{function_name(transform.fun)}_jvp"
    printed = print_program(program, name, along.parameters, leaves_of(program), along.ops,
                            along.results)
    compiled = made(program, module_text(printed), name)
    compiled.layout, compiled.stages = along.layout, along.stages
    return with_exact(compiled, transform, along.ops,
                      lambda: build_jvp(transform, primals, tangents))


def dot_of(names: list[str], i: int) -> str:
    return f"{names[i]}_dot" if i < len(names) else f"dot{i}"


def free_name(name: str, taken: list[str]) -> str:
    return free_name(f"{name}_", taken) if name in taken else name


def apart(value: Any) -> Any:
    """The same structure with arrays of their own."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, tuple):
        items = map(apart, value)
        return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
    if isinstance(value, list):
        return list(map(apart, value))
    if isinstance(value, dict):
        return {k: apart(v) for k, v in value.items()}
    return value


# -- two functions ----------------------------------------------------------------------------


@dataclass
class Ends:
    """The inputs of the linear part: parameters, and where each leaf is found in them."""

    parameters: list[Parameter]
    leaves: Leaves


def prepared_map(transform: Transform, primals: tuple[Any, ...]
                 ) -> tuple[Program, tuple[Op, ...], Pack, Ends]:
    """Both parts in one block, the pair of their results, the inputs of the second."""
    names = parameter_names(transform.fun)
    ends: list[Ends] = []

    def body(lo: Any, positional: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        call = Call(lo.known(transform.fun), names, positional, keywords, lo.frame.source.node)
        value, aux, linear = linear_map(lo, transform, call)
        result = Tup((value, aux)) if transform.has_aux else value
        lo.build.add(mark("reverse"))
        if isinstance(linear, Pullback):
            found = linear.call(lo, (seed_inputs(lo, linear, ends),))
            return Tup((result, Tup(found.items[: len(primals)])))  # the rest are defaults
        given = tangent_inputs(lo, linear, names, ends, len(primals))
        return Tup((result, linear.call(lo, given)))

    with transform.whole(), exactly(transform.strong_zero):
        program = lower(transform.fun, primals, {}, body)
    ops, (value,) = simplify(program.ops, (program.value,))
    assert isinstance(value, Pack)
    return program, ops, value, ends[-1]


@deep()
@under_options
def build_map(transform: Transform, primals: tuple[Any, ...]) -> Compiled:
    """`f_forward(x, y)` -> (result, saved values), and `f_reverse(seed, saved values)`."""
    program, ops, value, ends = prepared_map(transform, primals)
    stages = Stages()
    stages.note("optimised", ops, (value,))
    compiled = split(program, transform, ops, value, ends)
    compiled.stages = stages
    return with_exact(compiled, transform, ops, lambda: build_map(transform, primals))


def seed_inputs(lo: Any, linear: Pullback, ends: list[Ends]) -> Any:
    found: Leaves = []
    result = rebuilt_with_paths(lo, linear.heap, linear.value,
                                lambda path, arg: new_input(lo, arg, ("out_bar", *path), found))
    ends.append(Ends([Parameter("out_bar", "plain")], found))
    return result


def tangent_inputs(lo: Any, linear: Any, names: list[str], ends: list[Ends], count: int
                   ) -> tuple[Any, ...]:
    """Inputs for the tangents of the first `count` arguments; the rest stay as they are."""
    found: Leaves = []
    made: list[Any] = []
    parameters = []
    args = linear.inner.args
    for i, value in enumerate(args[:count]):
        name = dot_of(names, i)
        parameters.append(Parameter(name, "plain"))
        made.append(rebuilt_with_paths(lo, linear.inner.heap, value,
                                       partial(tangent_input, lo, name, found)))
    ends.append(Ends(parameters, found))
    return (*made, *[None] * len(args[count:]))


def tangent_input(lo: Any, name: str, found: Leaves, path: tuple[Any, ...], arg: Arg) -> Any:
    return new_input(lo, arg, (name, *path), found)


def new_input(lo: Any, like: Arg, path: tuple[Any, ...], found: Leaves) -> Any:
    if not is_active(like):
        return NONE
    var = Var(str(path[0]), adjoint_fact(fact_of_arg(like)))
    found.append((var, path))
    return lo.wrap(var)


def split(program: Program, transform: Transform, ops: tuple[Op, ...], value: Pack, ends: Ends
          ) -> Compiled:
    """Two functions, and what the second reads from the first as results and parameters."""
    names = map_names(transform)
    first, second, saved = halves(ops, value, ends)
    first = bound(first, saved)
    result, last = value.items
    given = (Pack("tuple", (result, *saved)),)
    definitions = Definitions(frozenset(names))
    one = print_program(program, names[0], parameters_of(program), leaves_of(program), first, given,
                        definitions)
    parameters, leaves = second_inputs(one, saved, ends)
    if transform.kind == "vjp":
        second = (mark("reverse"), *second)
    two = print_program(program, names[1], parameters, leaves, second, (last,), definitions)
    return made(program, module_text(one, two), *names)


def map_names(transform: Transform) -> tuple[str, str]:
    base = function_name(transform.fun)
    return f"{base}_forward", f"{base}_reverse" if transform.kind == "vjp" else f"{base}_tangent"


def halves(ops: tuple[Op, ...], value: Pack, ends: Ends
           ) -> tuple[tuple[Op, ...], tuple[Op, ...], list[Var]]:
    """The ops cut where the linear part begins; what it reads from the first is saved."""
    result, last = value.items
    first, second = read_first(*cut(ops), result)
    inputs = {var for var, _ in ends.leaves}
    needs = free_in_block(Block((), second, (last,)))
    return first, second, [var for var in needs if var not in inputs]


def second_inputs(one: Printed, saved: list[Var], ends: Ends) -> tuple[list[Parameter], Leaves]:
    """The parameters of the linear part: seeds or tangents, then what is saved."""
    kept = saved_names(one, saved, {p.name for p in ends.parameters})
    parameters = [*ends.parameters, *(Parameter(n, "plain") for n in kept.values())]
    return parameters, [*ends.leaves, *((var, (name,)) for var, name in kept.items())]


def read_first(first: tuple[Op, ...], second: tuple[Op, ...], result: Arg
               ) -> tuple[tuple[Op, ...], tuple[Op, ...]]:
    """The cut with what the result reads, such as its views, on the first side."""
    wanted = set(vars_of(result))
    moved: list[Op] = []
    for op in reversed(second):
        if wanted & set(op.outs):
            wanted.update(free_vars(op))
            moved.append(op)
    rest = tuple(op for op in second if op not in moved)
    return (*first, *reversed(moved)), rest


def saved_names(printed: Printed, saved: list[Var], taken: set[str]) -> dict[Var, str]:
    """A parameter's name for each saved value, that of the forward text where there is one."""
    taken = set(taken)
    names = {}
    for var in saved:
        try:
            name = printed.names[var]
        except KeyError:
            name = var.name
        names[var] = unique(name, taken.__contains__)
        taken.add(names[var])
    return names
