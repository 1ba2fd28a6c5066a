"""Recursion whose depth is known only at run time: as a loop, or as a function in the text."""

import math

import numpy as np
import pytest

import astgrad
from astgrad.errors import UnsupportedError

# -- calls in tail position: a loop -------------------------------------------------------------


def newton(x, tolerance):
    return x if abs(x * x - 2) < tolerance else newton(x - (x * x - 2) / (2 * x), tolerance)


def root(x, c, tolerance=1e-12):
    """A root of x**2 - c."""
    value = x * x - c
    if abs(value) < tolerance:
        return x
    slope = 2.0 * x
    return root(x - value / slope, c)


def bisection(low, high, c, *, steps=0):
    middle = 0.5 * (low + high)
    if high - low < 1e-3 * c or steps > 60:
        return middle * c, steps
    if middle * middle > c:
        return bisection(low, middle, c, steps=steps + 1)
    return bisection(middle, c=c, steps=steps + 1, high=high)


def middle(low, high, c):
    return bisection(low, high, c)[0]


def swapping(a, b):
    if a < 0.1:
        return b
    elif a > b:
        return swapping(b * 0.7, a)
    else:
        total = a + b
    return swapping(a * 0.5, total * math.sin(b))


def shrunk(p):
    if p["x"] < 0.3:
        return p["x"] * p["y"][1]
    return shrunk({"x": p["x"] * p["y"][0], "y": (p["y"][1], p["y"][0] + 0.1)})


def from_dict(x, y):
    return shrunk({"x": x, "y": (y, 0.5)})


def settled(u, k):
    step = np.tanh(u * k)
    if np.sum(step * step) < 0.2:
        return np.sum(u * step)
    return settled(u - 0.3 * step, k)


def in_place(u, k):
    u[0] = u[0] * k
    u[1:] = u[1:] * 0.7 + u[:-1] * 0.1
    if np.max(u) < 0.4:
        return np.sum(u * u)
    return in_place(u, k * 0.9)


def written(u, k):
    u = u.copy()
    return in_place(u, k) + np.sum(u)


def bound_inside(x, y):
    factor = y * y

    def halved(z):
        if z < factor:
            return z * y
        return halved(z * y)

    return halved(x) + halved(2.0 * x)


def power(x, n, product=1.0):
    if n == 0:
        return product
    return power(x, n - 1, product * x)


def in_loop_too(x, y):
    for _ in range(3):
        if x > 2.0:
            return x * y
        x = x + y * 0.3
    if x > 1.5:
        return in_loop_too(y * x, x * 0.4)
    return in_loop_too(x + 0.2, y)


U = np.array([0.3, -0.4, 0.8, 0.1, 0.5])
TAILS = [(newton, (1.5, 1e-9), (0,)), (root, (1.5, 3.0), (0, 1)), (root, (1.5, 3.0, 1e-3), (0, 1)),
         (middle, (0.0, 2.0, 0.7), (0, 1, 2)), (swapping, (1.3, 0.9), (0, 1)),
         (from_dict, (1.3, 0.9), (0, 1)), (settled, (U, 0.7), (0, 1)),
         (written, (U, 0.7), (0, 1)), (bound_inside, (1.3, 0.8), (0, 1)),
         (in_loop_too, (0.3, 0.4), (0, 1)), (power, (1.1, 7), (0,))]
tails = pytest.mark.parametrize(("f", "args", "argnums"), TAILS,
                                ids=lambda v: getattr(v, "__name__", ""))


def differences(f, args, argnums, h=1e-6):
    """The slope of f along a direction, and that direction."""
    along = [np.cos(np.arange(np.size(args[i])) + i).reshape(np.shape(args[i])) for i in argnums]
    values = []
    for step in (h, -h):
        moved = [np.array(a) if isinstance(a, np.ndarray) else a for a in args]
        for i, direction in zip(argnums, along, strict=True):
            moved[i] = moved[i] + step * direction
            moved[i] = float(moved[i]) if np.ndim(moved[i]) == 0 else moved[i]
        values.append(f(*moved))
    return (values[0] - values[1]) / (2 * h), along


def agrees(f, args, argnums, rtol=1e-6):
    slope, along = differences(f, args, argnums)
    for mode in ("reverse", "forward"):
        found = astgrad.grad(f, argnums=argnums, mode=mode)(*args)
        total = sum(np.sum(g * v) for g, v in zip(found, along, strict=True))
        np.testing.assert_allclose(total, slope, rtol=rtol, atol=1e-8)


@tails
def test_a_tail_call_is_a_trip_of_a_loop(f, args, argnums):
    agrees(f, args, argnums)
    text = astgrad.derivative_source(f, *args, argnums=argnums)
    assert "while " in text


@tails
def test_second_order_of_a_loop(f, args, argnums):
    first = astgrad.grad(f, argnums=argnums)

    def slopes(*given):
        found = first(*given)
        total = 0.0
        for part in found:
            total = total * 0.7 + np.sum(part)
        return total

    agrees(slopes, args, argnums, rtol=1e-4)


def test_one_text_serves_all_depths():
    derivative = astgrad.grad(power)
    texts = {derivative.source(1.1, n) for n in (3, 7)}
    assert len(texts) == 1
    assert "while not n == 0:" in texts.pop()


def test_a_name_that_a_call_has_not_bound_is_unbound():
    def strange(x):
        if x > 2.0:
            y = x
        if x > 1.0:
            return strange(x * 0.5)
        return x * y

    with pytest.raises((UnboundLocalError, UnsupportedError)):
        astgrad.grad(strange)(3.0)


def test_a_wrapped_function_is_not_a_loop():
    def doubled(g):
        return lambda x: 2.0 * g(x)

    def halves(x):
        return x if x < 0.1 else halves(x * x)

    inner = halves
    halves = doubled(halves)
    slope = (inner(0.5 + 1e-6) - inner(0.5 - 1e-6)) / 2e-6
    try:
        found = astgrad.grad(inner)(0.5)
    except UnsupportedError:
        return
    assert found == pytest.approx(slope, rel=1e-6)
