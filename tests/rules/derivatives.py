"""Rows against differences: an expression in both modes, to second order, and its types.

`check("np.linalg.inv(a)", a=array)` differentiates the weighted sum of the expression by
every float argument.  Statements may stand before the expression, parted by `;`.
"""

import itertools
import linecache

import numpy as np

import astgrad

COUNT = itertools.count()


def function_of(source, **space):
    """The function `f` of a text, with its source where inspect finds it."""
    name = f"<rule {next(COUNT)}>"
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    space |= {"np": np, "astgrad": astgrad, "__name__": "tests.rules.case"}
    exec(compile(source, name, "exec"), space)
    return space["f"]


def primal(text, params, **space):
    *before, result = (part.strip() for part in text.split(";"))
    body = "".join(f"    {line}\n" for line in [*before, f"return {result}"])
    return function_of(f"def f({', '.join(params)}):\n{body}", **space)


def loss_of(text, params, is_complex, **space):
    """`f(*params, weight)`: a real number, the weighted sum of the expression."""
    *before, result = (part.strip() for part in text.split(";"))
    total = "np.sum(weight * out)"
    lines = [*before, f"out = {result}",
             f"return np.real({total})" if is_complex else f"return {total}"]
    body = "".join(f"    {line}\n" for line in lines)
    return function_of(f"def f({', '.join(params)}, weight):\n{body}", **space)


def direction(value, rng, scale=1.0):
    noise = rng.standard_normal(np.shape(value)) * scale
    if np.iscomplexobj(value):
        noise = noise + 1j * rng.standard_normal(np.shape(value)) * scale
    if isinstance(value, np.ndarray):
        return np.asarray(noise)
    return type(value)(noise)


def differences(f, args, dots, step=1e-5):
    """The derivative of a real function along a direction, to fourth order."""
    def at(e):
        return f(*(x if d is None else x + e * d for x, d in zip(args, dots, strict=True)))

    return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)


def pairing(bars, dots):
    """Re(sum(x_bar * x_dot)): how much the directions change the loss."""
    return sum(np.real(np.sum(bar * dot)) for bar, dot in zip(bars, dots, strict=True))


def close(a, b, rtol, what):
    scale = max(abs(a), abs(b), 1e-3)
    assert abs(a - b) <= rtol * scale, f"{what}: {a} is not {b}"


def same_type(bar, value):
    assert type(bar) is type(value), (type(bar), type(value))
    if isinstance(value, np.ndarray | np.generic):
        assert bar.dtype == value.dtype, (bar.dtype, value.dtype)
        assert bar.shape == value.shape, (bar.shape, value.shape)


def check(text, *, symmetric=(), second=True, forward=True, rtol=1e-6, space=None, step=1e-5,
          **arguments):
    """Compare both modes, first and second order, with differences along a direction.

    `symmetric` names the arguments that are varied as Hermitian matrices only.
    """
    space = space or {}
    rng = np.random.default_rng(0)
    params, args = list(arguments), list(arguments.values())
    out = primal(text, params, **space)(*args)
    is_complex = np.iscomplexobj(out)
    weight = rng.standard_normal(np.shape(out))
    if is_complex:
        weight = weight + 1j * rng.standard_normal(np.shape(out))
    loss = loss_of(text, params, is_complex, **space)
    active = tuple(i for i, x in enumerate(args) if np.asarray(x).dtype.kind in "fc")
    dots = {i: direction(args[i], rng) for i in active}
    for i in active:
        if params[i] in symmetric:
            dots[i] = dots[i] + np.conj(np.swapaxes(dots[i], -1, -2))
    grad = astgrad.grad(loss, argnums=active)
    bars = grad(*args, weight)
    for i, bar in zip(active, bars, strict=True):
        same_type(bar, args[i])
    along = [dots.get(i) for i in range(len(args))]
    numbers = differences(lambda *xs: float(loss(*xs, weight)), args, along, step)
    moved = list(dots.values())
    close(pairing(bars, moved), numbers, rtol, "reverse")
    if forward:
        forwards(loss, active, args, weight, moved, pairing(bars, moved))
    if second:
        seconds(grad, active, args, weight, along, rng, rtol, step)
    return grad.source(*args, weight)


def bind(f, active, args, weight):
    """f as a function of its float arguments only."""
    names = [f"x{i}" for i in range(len(args))]
    given = ", ".join([*names, "weight"])
    moved = ", ".join(names[i] for i in active)
    space = {name: args[i] for i, name in enumerate(names) if i not in active}
    return function_of(f"def f({moved}):\n    return inner({given})\n",
                       inner=f, weight=weight, **space)


def forwards(loss, active, args, weight, dots, expected):
    inner = bind(loss, active, args, weight)
    _, dot = astgrad.jvp(inner, [args[i] for i in active], dots)
    close(dot, expected, 1e-9, "forward against reverse")


def seconds(grad, active, args, weight, along, rng, rtol, step):
    """The gradient of <gradient, v>, and the tangent of the gradient, against differences."""
    vectors = [direction(args[i], rng) for i in active]
    terms = [f"np.sum(np.real(bars[{k}] * v{k}))" for k in range(len(active))]
    inner = bind(grad, active, args, weight)
    moved = ", ".join(f"x{i}" for i in active)
    total = function_of(
        f"def f({moved}):\n    bars = inner({moved})\n    return {' + '.join(terms)}\n",
        inner=inner, **{f"v{k}": v for k, v in enumerate(vectors)})
    points, dots = [args[i] for i in active], [along[i] for i in active]
    numbers = differences(lambda *xs: float(total(*xs)), points, dots, step)
    bars = astgrad.grad(total, argnums=tuple(range(len(active))))(*points)
    close(pairing(bars, dots), numbers, 10 * rtol, "second order, reverse")
    _, dot = astgrad.jvp(total, points, dots)
    close(dot, numbers, 10 * rtol, "second order, forward")
