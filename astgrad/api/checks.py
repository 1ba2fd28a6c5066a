"""`numerical_grad`, `check_grads`: derivatives against differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from astgrad.api import tree
from astgrad.api.calls import jvp, sequence, vjp
from astgrad.errors import ArgumentError


class GradientError(AssertionError):
    """A derivative and a difference disagree."""


def numerical_grad(fun: Callable[..., Any], argnums: int | tuple[int, ...] = 0, *,
                   method: str = "central", step: float | None = None) -> Callable[..., Any]:
    """The gradient by differences: central ones of error O(step**2), or forward ones, O(step).

    By a complex number z = x + iy: dL/dx - i dL/dy of a real result, as `grad`; of a complex
    one the derivative along x.

    >>> round(numerical_grad(lambda x: x**3)(2.0), 6)
    12.0
    """
    if method not in ("central", "forward"):
        raise ArgumentError(f"method is {method!r}: give 'central' or 'forward'")

    def gradient(*args: Any) -> Any:
        places = argnums if isinstance(argnums, tuple) else (argnums,)
        found = tuple(_one(fun, args, i, method, step) for i in places)
        return found if isinstance(argnums, tuple) else found[0]

    return gradient


def _one(fun: Callable[..., Any], args: tuple[Any, ...], place: int, method: str,
         step: float | None) -> Any:
    vector, unflatten = tree.flatten(args[place])

    def at(values: Any) -> Any:
        return fun(*args[:place], unflatten(values), *args[place + 1 :])

    def along(i: int, size: complex) -> Any:
        ahead, behind = vector.copy(), vector.copy()
        ahead[i] += size
        if method == "central":
            behind[i] -= size
        return (at(ahead) - at(behind)) / abs(2 * size if method == "central" else size)

    made = np.zeros(vector.shape, vector.dtype)
    is_complex = [np.iscomplexobj(leaf) for leaf in tree.leaves(args[place])
                  for _ in range(np.size(leaf))]
    for i in range(vector.size):
        size = step or default_step(vector[i], vector.dtype, method)
        made[i] = slope = along(i, size)
        if is_complex[i] and not np.iscomplexobj(slope):
            made[i] -= 1j * along(i, 1j * size)
    return unflatten(made)


def default_step(value: Any, dtype: Any, method: str) -> float:
    """Where rounding and truncation errors are of one size."""
    power = 1 / 3 if method == "central" else 1 / 2
    return float(np.finfo(dtype).eps ** power * max(1.0, abs(value)))


def check_grads(fun: Callable[..., Any], args: Any, order: int = 2,
                modes: tuple[str, ...] = ("forward", "reverse"), *, directions: int = 3,
                rtol: float = 1e-5, atol: float = 1e-7, seed: int = 0) -> None:
    """Check derivatives up to `order` along random directions from the unit ball.

    In all float and complex arguments, against central differences of the function (or of
    the derivative of the order below).  Raises `GradientError`, an AssertionError, that
    names argument, direction and size of a discrepancy.

    >>> import astgrad
    >>> astgrad.check_grads(lambda x, y: x * y**2, (2.0, 3.0))
    """
    args = sequence("args", args)
    unknown = set(modes) - {"forward", "reverse"}
    if unknown:
        raise ArgumentError(f"modes has {min(unknown)!r}: give 'forward' and 'reverse'")
    rng = np.random.default_rng(seed)
    for mode in modes:
        along = _forward if mode == "forward" else _reverse
        derived = fun
        for n in range(1, order + 1):
            for _ in range(directions):
                _check(derived, args, along, rng, (n, mode, rtol, atol))
            if n < order:
                derived = _next(derived, args, rng)


def _forward(fun: Callable[..., Any], args: tuple[Any, ...], delta: Any, weight: Any) -> Any:
    return tree.dot(jvp(fun, args, masked(delta))[1], weight)


def _reverse(fun: Callable[..., Any], args: tuple[Any, ...], delta: Any, weight: Any) -> Any:
    """<pullback(weight), delta>, the transpose over the real numbers: its real part counts."""
    bars = vjp(fun, *args)[1](masked(weight))
    return np.real(sum(tree.dot(bar, d) for bar, d in zip(bars, delta, strict=True)))


def masked(value: Any) -> Any:
    """None in the place of what is not float."""
    if isinstance(value, dict):
        return {k: masked(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        items = [masked(v) for v in value]
        return value._make(items) if hasattr(value, "_make") else type(value)(items)
    if hasattr(value, "__dict__") and not callable(value):
        kind: Any = type(value)
        made = kind.__new__(kind)
        made.__dict__.update({k: masked(v) for k, v in vars(value).items()})
        return made
    return value if tree.is_float(value) else None


def unit(value: Any, rng: np.random.Generator) -> Any:
    """A direction from the unit ball, in the structure of a value."""
    def draw(leaf: Any) -> Any:
        made = rng.standard_normal(np.shape(leaf))
        if np.iscomplexobj(leaf):
            made = made + 1j * rng.standard_normal(np.shape(leaf))
        return made.astype(leaf.dtype) if isinstance(leaf, np.ndarray) else type(leaf)(made)

    drawn = tree.map(draw, value)
    length = np.sqrt(abs(tree.dot(drawn, tree.map(np.conj, drawn))))
    return tree.map(lambda x: type(x)(x / length) if not isinstance(x, np.ndarray) else
                    (x / length).astype(x.dtype), drawn) if length else drawn


def _check(fun: Callable[..., Any], args: tuple[Any, ...], along: Any, rng: Any,
           how: tuple[int, str, float, float]) -> None:
    order, mode, rtol, atol = how
    weight = unit(fun(*args), rng)
    for i, arg in enumerate(args):
        if not tree.leaves(arg):
            continue
        delta = tuple(unit(a, rng) if j == i else tree.scale(0.0, a) for j, a in enumerate(args))
        size = max([1.0, *(float(np.max(np.abs(leaf), initial=0.0)) for leaf in tree.leaves(arg))])
        eps = min(np.finfo(np.asarray(leaf).dtype).eps for leaf in tree.leaves(arg))
        step = float(eps ** (1 / 3)) * size

        def at(e: float, delta: Any = delta) -> Any:
            moved = tuple(tree.map(lambda x, d: x + e * d, a, d)
                          for a, d in zip(args, delta, strict=True))
            return tree.dot(fun(*moved), weight)

        expected = (at(step) - at(-step)) / (2 * step)
        expected = np.real(expected) if mode == "reverse" else expected
        got = along(fun, args, delta, weight)
        if not abs(got - expected) <= atol + rtol * max(abs(expected), abs(got)):
            raise GradientError(
                f"order {order}, {mode} mode, argument {i}: the derivative along {delta[i]!r} is "
                f"{got!r}, and the difference {expected!r}")


def _next(fun: Callable[..., Any], args: tuple[Any, ...], rng: Any) -> Callable[..., Any]:
    """The derivative along one direction, as a function of the arguments."""
    delta = tuple(masked(unit(a, rng)) for a in args)

    def along(*primals: Any) -> Any:
        return jvp(fun, primals, delta)[1]

    return along
