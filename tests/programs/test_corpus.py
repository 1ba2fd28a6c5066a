"""Every program of the corpus: reverse and forward against differences and each other, and second order."""

import copy
import inspect

import numpy as np
import pytest
from trees import (
    along,
    check_apart,
    check_near,
    check_structure,
    component,
    direction,
    dot,
    frozen,
    leaves,
    limit,
    size,
    slope,
    slopes,
    still,
)  # fmt: skip

import astgrad

from . import PROGRAMS
from .derived import argnums_of, example, gradient_of

SECONDS = 60  # for one derivative of one program

# Programs that are refused, or fail, today; each line goes when its reason does.
NOT_YET: dict[str, str] = {
}
NOT_FORWARD: dict[str, str] = {
    "worklist": "jvp or vjp: a Python float's gradient is a NumPy number",
}
NOT_SECOND: dict[str, str] = {}

SCALAR = [program for program in PROGRAMS if program.result == "scalar"]
OTHERS = [program for program in PROGRAMS if program.result != "scalar"]


def cases(programs, *reasons):
    known = {name: reason for each in reasons for name, reason in each.items()}
    return [
        pytest.param(
            program,
            id=program.name,
            marks=[pytest.mark.xfail(reason=known[program.name], strict=True)]
            if program.name in known
            else [],
        )
        for program in programs
    ]


def drawn(program, seed=0):
    """Arguments, and a tangent for each of `argnums`."""
    args, rng = example(program, seed), np.random.default_rng(100 + seed)
    return args, [direction(args[place], rng) for place in argnums_of(program)]


def tangents_of(program, args, tangents):
    """A tangent for every primal: zero for those that are not differentiated."""
    given = dict(zip(argnums_of(program), tangents, strict=True))
    return tuple(given.get(place, still(arg)) for place, arg in enumerate(args))


def test_the_reasons_are_of_programs():
    names = {program.name for program in PROGRAMS}
    assert {*NOT_YET, *NOT_FORWARD, *NOT_SECOND} <= names


@pytest.mark.parametrize("program", cases(SCALAR, NOT_YET))
def test_reverse(program):
    """Against differences along one direction in each argument; the arguments stay, memory is apart."""
    args, tangents = drawn(program)
    argnums = argnums_of(program)
    before = frozen(args)
    with limit(SECONDS):
        gradient = gradient_of(program)(*args)
    assert frozen(args) == before
    for place, entry in zip(argnums, gradient, strict=True):
        check_structure(args[place], entry)
    check_apart(args, *gradient)
    for place, entry, tangent in zip(argnums, gradient, tangents, strict=True):
        expected, error = slope(program.function, along(args, (place,), [tangent]))
        check_near(dot(entry, tangent), expected, 1e-8, size(entry, tangent), error)


@pytest.mark.sample(40)
@pytest.mark.parametrize("program", cases(SCALAR, NOT_YET, NOT_FORWARD))
def test_modes_agree(program):
    """jvp, vjp, `grad` in both modes: the same numbers."""
    args, tangents = drawn(program, 1)
    argnums = argnums_of(program)
    before = frozen(args)
    every = tangents_of(program, args, tangents)
    with limit(SECONDS):
        gradient = gradient_of(program)(*args)
        out, tangent = astgrad.jvp(program.function, args, every)
        value, pullback = astgrad.vjp(program.function, *args)
        forward = astgrad.grad(program.function, argnums=argnums, mode="forward")(*args)
        once, twice = pullback(np.float64(1.0)), pullback(2.0)
    assert frozen(args) == before
    check_near(out, value, 1e-14)
    assert value == program.function(*copy.deepcopy(args))
    check_near(tangent, dot(gradient, tangents), 1e-10, size(gradient, tangents))
    for k, place in enumerate(argnums):
        check_structure(args[place], forward[k])
        check_structure(args[place], once[place])
        for ours, first, second, third in zip(
            *map(leaves, (gradient[k], once[place], twice[place], forward[k])), strict=True
        ):
            largest = float(np.max(np.abs(ours), initial=0.0))
            check_near(first, ours, 1e-12, largest)
            check_near(second, 2 * np.asarray(ours), 1e-12, largest)
            check_near(third, ours, 1e-9, largest)
    check_apart(args, *(entry for entry in (*once, *twice) if entry is not None))


@pytest.mark.parametrize("program", cases(OTHERS, NOT_YET, NOT_FORWARD))
def test_results_that_are_structures(program):
    """jvp against differences, and vjp against jvp by the dot-product identity."""
    args, tangents = drawn(program, 2)
    argnums = argnums_of(program)
    before = frozen(args)
    with limit(SECONDS):
        out, tangent = astgrad.jvp(program.function, args, tangents_of(program, args, tangents))
        value, pullback = astgrad.vjp(program.function, *args)
    seed = direction(value, np.random.default_rng(3))
    kept = frozen(seed)
    adjoints = pullback(seed)
    assert (frozen(args), frozen(seed)) == (before, kept)
    check_structure(value, tangent)
    check_apart(args, out, value, tangent, seed, *(a for a in adjoints if a is not None))
    expected = slopes(program.function, along(args, argnums, tangents))
    for ours, (theirs, error) in zip(leaves(tangent), expected, strict=True):
        check_near(ours, theirs, 1e-8, float(np.max(np.abs(theirs), initial=0.0)), error)
    chosen = [adjoints[place] for place in argnums]
    check_near(dot(chosen, tangents), dot(seed, tangent), 1e-10, size(seed, tangent))


@pytest.mark.sample(16)
@pytest.mark.parametrize("program", cases(
    [p for p in SCALAR if p.smooth >= 2], NOT_YET, NOT_FORWARD, NOT_SECOND))  # fmt: skip
def test_second_order(program):
    """Forward over reverse, and reverse over reverse, against differences of the gradient."""
    args, tangents = drawn(program, 4)
    argnums = argnums_of(program)
    before = frozen(args)
    derivative = gradient_of(program)
    names = list(inspect.signature(program.function).parameters)[: len(args)]
    inner = component(derivative, names, args, argnums, tangents)
    with limit(SECONDS):
        product = astgrad.grad(inner, argnums=argnums)(*args)
        _, tangent = astgrad.jvp(derivative, args, tangents_of(program, args, tangents))
    assert frozen(args) == before
    expected = slopes(derivative, along(args, argnums, tangents))
    found = zip(leaves(product), leaves(tangent), expected, strict=True)
    for reverse, forward, (theirs, error) in found:
        check_near(reverse, theirs, 1e-6, float(np.max(np.abs(theirs), initial=0.0)), 10 * error)
        check_near(forward, reverse, 1e-9, float(np.max(np.abs(theirs), initial=0.0)))
