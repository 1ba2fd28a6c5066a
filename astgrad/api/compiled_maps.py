"""`compile="numba"` for `jvp`, `vjp` and `linearize`: their printed functions in compiled loops.

A linear map is two functions.  They are put into loops as one block, so that a tape is an
array of known size for both, and are cut apart there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from astgrad.analysis.builder import exactly
from astgrad.api.build import Compiled, function_name, leaves_of, parameters_of
from astgrad.api.compiled import Fallback, by_numba, contiguous, looped, owned, specialised
from astgrad.api.linear import (
    build_jvp,
    build_map,
    halves,
    map_names,
    prepared_jvp,
    prepared_map,
    second_inputs,
)  # fmt: skip
from astgrad.backend.numba import compile_loops
from astgrad.derive.transform import Transform
from astgrad.emit.jit import jit_function, jit_module
from astgrad.frontend.entry import deep
from astgrad.ir.binding import bound
from astgrad.ir.core import Apply, Arg, Const, Op, Pack, Var
from astgrad.loops.memory import dtype_arg
from astgrad.loops.program import HELPERS
from astgrad.rules.table import row


def build_compiled_jvp(transform: Transform, primals: tuple[Any, ...], tangents: tuple[Any, ...]
                       ) -> Compiled:
    """`build_jvp` by Numba."""
    fallback = Fallback(cache(lambda: build_jvp(transform, primals, tangents)),
                        transform.compile == "auto")
    return by_numba(fallback, lambda: compiled_jvp(transform, primals, tangents, fallback))


@deep()
def compiled_jvp(transform: Transform, primals: tuple[Any, ...], tangents: tuple[Any, ...],
                 fallback: Fallback) -> Compiled:
    with exactly(True):
        along = prepared_jvp(transform, primals, tangents)
    program, name = along.program, f"{function_name(transform.fun)}_jvp"
    leaves = leaves_of(program)
    foreign = [var for var, _ in leaves]
    ops, made, _ = looped(along.ops, along.results[0], foreign, foreign)
    loops = owned(ops, made, foreign)
    text = jit_module(jit_function(name, along.parameters, leaves, loops, HELPERS))
    (function,) = compile_loops(text, name)
    compiled = specialised(program, text, in_order(function))
    compiled.layout, compiled.fallback = along.layout, fallback
    return compiled


def build_compiled_map(transform: Transform, primals: tuple[Any, ...]) -> Compiled:
    """`build_map` by Numba."""
    fallback = Fallback(cache(lambda: build_map(transform, primals)), transform.compile == "auto")
    return by_numba(fallback, lambda: compiled_map(transform, primals, fallback))


@deep()
def compiled_map(transform: Transform, primals: tuple[Any, ...], fallback: Fallback) -> Compiled:
    with exactly(True):
        program, ops, value, ends = prepared_map(transform, primals)
    leaves, names = leaves_of(program), map_names(transform)
    inputs, seeds = [var for var, _ in leaves], [var for var, _ in ends.leaves]
    ops, made, _ = looped(ops, value, inputs, [*inputs, *seeds])
    assert isinstance(made, Pack)
    first, second, saved = halves(ops, made, ends)
    first = typed(first, saved)
    one = jit_function(names[0], parameters_of(program), leaves,
                       owned(first, Pack("tuple", (made.items[0], *saved)), inputs), HELPERS)
    parameters, given = second_inputs(one.printed, saved, ends)
    two = jit_function(names[1], parameters, given,
                       owned(second, made.items[1], [*seeds, *saved]), HELPERS)
    text = jit_module(one, two)
    forward, linear = compile_loops(text, *names)
    compiled = specialised(program, text, in_order(forward))
    compiled.second, compiled.fallback = in_order(linear), fallback
    return compiled


def typed(ops: tuple[Op, ...], saved: list[Var]) -> tuple[Op, ...]:
    """The ops with a value of its own kind where what is saved would be unbound on a path."""
    empty: list[Op] = []

    def stand_in(var: Var) -> Arg:
        if var.fact.kind != "array" or not var.fact.shape:
            return Const(np.zeros((), var.fact.dtype).item())
        made = Var(var.name, var.fact)
        shape = Pack("tuple", (Const(0),) * len(var.fact.shape))
        empty.append(Apply((made,), row("np.empty"), (shape, dtype_arg(var.fact.dtype))))
        return made

    ops = bound(ops, saved, stand_in)
    return (*empty, *ops)


def in_order(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its arrays as the loops are compiled for."""
    def called(*args: Any, **kwargs: Any) -> Any:
        return function(*map(contiguous, args), **{k: contiguous(v) for k, v in kwargs.items()})

    return called
