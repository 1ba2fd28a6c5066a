"""Loops, jumps and writes in every combination, against central differences: the matrix of the loops issue.

{0, 1, n trips} and {the jump taken, not taken} are run-time arguments of every program; {for, while} x
{plain, break, continue, return, else, nested} x {what is written} x {how} are its text.
"""

import copy
import inspect

import numpy as np
import pytest
from trees import (
    along,
    check_near,
    component,
    define,
    direction,
    dot,
    frozen,
    leaves,
    limit,
    size,
    slope,
    slopes,
)

import astgrad

LOOPS = ("for", "while")
FLOWS = ("plain", "break", "continue", "return", "else", "nested")
FORMS = ("before", "after", "augmented", "rebound")
ARGNUMS = (0, 1)
SECONDS = 60

# what is written: how it begins, where it is written, what is read; `{j}` is the trip
TARGETS = {
    "number": ("a = s * x[0]", "a", "a"),
    "slice": ("a = np.sin(x)", "a[{j}:]", "np.sum(a[:-1] * x[1:])"),
    "element": ("a = x", "a[{j}]", "a[{j} - 1]"),
    "view": ("a = np.outer(x, x)\n    row = a[1]", "row[{j}]", "a[1, {j} - 1]"),
    "alias": ("a = x * s\n    b = a", "b[{j}]", "a[{j} - 1]"),
    "append": ("a = [s]", "a[-1]", "a[-1]"),
    "dict": ('a = {{"k": s * x[1], "other": x[0]}}', 'a["k"]', 'a["k"]'),
}


def body(target, form, j):
    """The two or three statements of a trip, of which a jump may stand after the first."""
    _, place, read = TARGETS[target]
    place, read = place.format(j=j), read.format(j=j)
    value = f"np.sin(x[{j}] * s + t)"
    use = f"t = t + {read} ** 2 * x[{j}]"
    if form == "augmented":
        return [use, f"{place} += 0.5 * {value}", f"t += 0.1 * {read}"]
    if form == "rebound":
        return [use, f"{place} = {place} + 0.5 * {value}", f"t = t + 0.1 * {read}"]
    write = f"a.append({value} * {read})" if target == "append" else f"{place} = {value} * {read}"
    return [write, use] if form == "before" else [use, write]


def program(loop, flow, target, form):
    """The text of one program."""
    begin, place, read = TARGETS[target]
    first, *rest = body(target, form, "j" if flow == "nested" else "i")
    end = read.format(j=0)
    jump = {
        "break": ["if i == stop:", "    break"],
        "continue": ["if i == stop:", *(["    i += 1"] if loop == "while" else []), "    continue"],
        "return": ["if i == stop:", f"    return t * s + {end}"],
        "else": ["if i == stop:", "    break"],
    }.get(flow, [])
    trip = [first, *jump, *rest]
    if flow == "nested":
        trip = [
            "for j in range(i + 1):",
            *(f"    {line}" for line in [first, "if j == stop:", "    break", *rest]),
            "t = t * 0.9",
        ]
    lines = [*begin.format().split("\n    "), "t = s * 0.3"]
    if loop == "for":
        lines += ["for i in range(n):", *(f"    {line}" for line in trip)]
    else:
        lines += ["i = 0", "while i < n:", *(f"    {line}" for line in trip), "    i += 1"]
    if flow == "else":
        lines += ["else:", f"    t = t * s + {end}"]
    total = "sum(a)" if target == "append" else "a['other']" if target == "dict" else "np.sum(a)"
    lines.append(f"return t + s * {end} + np.sum(x**2) + 0.1 * {total}")
    return "def f(x, s, n, stop):\n" + "".join(f"    {line}\n" for line in lines)


def combinations():
    for loop in LOOPS:
        for flow in FLOWS:
            for target in TARGETS:
                for form in FORMS:
                    yield pytest.param(loop, flow, target, form, id=f"{loop}-{flow}-{target}-{form}")


MATRIX = list(combinations())


def inputs():
    """Arguments for 0, 1 and n trips, with the jump taken and not."""
    x = np.array([0.7, -0.4, 0.9, 0.3])
    yield from ((x.copy(), 0.6, n, stop) for n in (0, 1, 3) for stop in (0, 1, 9) if stop < n or stop == 9)


@pytest.mark.sample(50)
@pytest.mark.parametrize(("loop", "flow", "target", "form"), MATRIX)
def test_first_order(loop, flow, target, form):
    text = program(loop, flow, target, form)
    f = define(text)
    derivative = astgrad.grad(f, argnums=ARGNUMS)
    forward = astgrad.grad(f, argnums=ARGNUMS, mode="forward")
    rng = np.random.default_rng(0)
    for args in inputs():
        before = frozen(args)
        tangents = [direction(args[place], rng) for place in ARGNUMS]
        expected, error = slope(f, along(args, ARGNUMS, tangents))
        with limit(SECONDS):
            found = derivative(*args)
            again = forward(*args)
            out, tangent = astgrad.jvp(f, args, (*tangents, None, None))
            _, pullback = astgrad.vjp(f, *args)
        assert frozen(args) == before
        check_near(dot(found, tangents), expected, 1e-8, size(found, tangents), error)
        check_near(tangent, dot(found, tangents), 1e-11, size(found, tangents))
        check_near(out, f(*copy.deepcopy(args)), 1e-14)
        for ours, theirs, third in zip(*map(leaves, (found, again, pullback(1.0)[:2])), strict=True):
            check_near(theirs, ours, 1e-11, float(np.max(np.abs(ours))))
            check_near(third, ours, 1e-11, float(np.max(np.abs(ours))))


@pytest.mark.sample(15)
@pytest.mark.parametrize(("loop", "flow", "target", "form"), MATRIX)
def test_second_order(loop, flow, target, form):
    """Forward over reverse and reverse over reverse."""
    f = define(program(loop, flow, target, form))
    derivative = astgrad.grad(f, argnums=ARGNUMS)
    rng = np.random.default_rng(1)
    names = list(inspect.signature(f).parameters)
    tangents = [direction(entry, rng) for entry in next(inputs())[:2]]
    inner = component(derivative, names, next(inputs()), ARGNUMS, tangents)
    twice = astgrad.grad(inner, argnums=ARGNUMS)
    for args in inputs():
        before = frozen(args)
        expected = slopes(derivative, along(args, ARGNUMS, tangents))
        with limit(SECONDS):
            _, over = astgrad.jvp(derivative, args, (*tangents, None, None))
            product = twice(*args)
        assert frozen(args) == before
        for ours, mixed, (theirs, error) in zip(leaves(product), leaves(over), expected, strict=True):
            largest = float(np.max(np.abs(theirs)))
            check_near(ours, theirs, 1e-7, largest, 10 * error)
            check_near(mixed, ours, 1e-9, largest)


def test_the_primals_run():
    """Every program of the matrix is a sound one, whatever the sample."""
    for case in MATRIX:
        f = define(program(*case.values))
        values = [float(f(*args)) for args in inputs()]
        assert np.all(np.isfinite(values))
        assert len(set(values)) >= 3
