"""Recursion whose depth is known only at run time: as a loop, or as a function in the text."""

import math
import re

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


def mixed(derivative):
    """One number of the gradients that a derivative gives."""
    def number(*given):
        total = 0.0
        for part in derivative(*given):
            total = total * 0.7 + np.sum(np.sin(part))
        return total

    return number


@tails
def test_a_tail_call_is_a_trip_of_a_loop(f, args, argnums):
    agrees(f, args, argnums)
    text = astgrad.derivative_source(f, *args, argnums=argnums)
    assert "while " in text


@tails
def test_second_order_of_a_loop(f, args, argnums):
    agrees(mixed(astgrad.grad(f, argnums=argnums)), args, argnums, rtol=1e-4)


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
    assert astgrad.grad(inner)(0.5) == pytest.approx(slope, rel=1e-6)


# -- other calls: a function with a call of itself -------------------------------------------------


def factorial(x):
    return x * x if x < 1.0 else x * factorial(x - 1.0)


def fibonacci(x, y):
    if x < 1.5:
        return x * y
    return fibonacci(x - 1.0, y) + y * fibonacci(x - 2.0, y * 0.5)


def simpson(a, b, k, eps=1e-4):
    m = 0.5 * (a + b)
    fa, fm, fb = math.sin(k * a * a), math.sin(k * m * m), math.sin(k * b * b)
    whole = (b - a) / 6 * (fa + 4 * fm + fb)
    p, q = 0.5 * (a + m), 0.5 * (m + b)
    fl, fr = math.sin(k * p * p), math.sin(k * q * q)
    halves = (b - a) / 12 * (fa + 4 * fl + 2 * fm + 4 * fr + fb)
    if abs(halves - whole) < 15 * eps:
        return halves + (halves - whole) / 15
    return simpson(a, m, k, eps / 2) + simpson(m, b, k, eps / 2)


def ackermann(m, x):
    if m < 0.5:
        return x + 0.3
    if x < 0.5:
        return ackermann(m - 1.0, 1.0 + 0.1 * x) * 0.5
    return ackermann(m - 1.0, ackermann(m, x - 1.0) * 0.4)


def even(x, y):
    return y if x < 0.5 else 2.0 * odd(x - 1.0, math.sin(y) * x)


def odd(x, y):
    return y * y if x < 0.5 else even(x - 1.0, y + x) + y


def pair(x, y):
    if x < 0.5:
        return x, y
    a, b = pair(x * 0.5, y + x)
    return a * b + x, b * math.cos(a)


def paired(x, y):
    a, b = pair(x, y)
    return a * b


def smooth(u, k):
    n = np.sum(u * u)
    if n < 1.0:
        return u * k
    v = np.tanh(u * 0.8)
    return smooth(v, k) * u + v


def smoothed(u, k):
    return np.sum(smooth(u, k) * u) + np.sum(smooth(u * 2.0, k))


def shrinks(u, k):
    if len(u) < 3 or np.sum(u) < 0.1:
        return np.sum(np.sin(u)) * k
    return shrinks(u[1:] * k, k) + u[0] * shrinks(u[:-1], k)


def in_dict(p, x):
    if x < 0.3:
        return p["a"] * x
    q = {"a": p["a"] * 0.9, "b": [p["b"][1], p["b"][0] * x]}
    return in_dict(q, x * q["b"][0]) + p["b"][0]


def dicts(x, y):
    return in_dict({"a": x, "b": [y, 0.5]}, x)


def many(x, y):
    if x < 0.4:
        return x * y
    total = 0.0
    for i in range(3):
        total = total + many(x * 0.5 - 0.02 * i, y * (i + 1.0))
    return total * x


def judged(x, y):
    if x < 0.4:
        return x * y
    z = judged(x * 0.6, y)
    if z > 0.3:
        return z * x
    return z + y * judged(x * 0.3, z)


def closure(x, y):
    c = x * y

    def go(t):
        if t < 0.3:
            return t * c
        return go(t * 0.5) * t + c

    return go(x) + go(y)


def helper(t, y):
    return math.exp(-t * y) * t


def helped(x, y):
    if x < 0.3:
        return helper(x, y)
    return helped(x - 0.25, helper(y, x)) + helper(x, x) * y


def counted(x, y, depth=0):
    if x < 0.2 or depth > 12:
        return x * depth + y
    return counted(x * 0.7, y * x, depth + 1) * x + counted(x * 0.4, y, depth=depth + 2)


class Model:
    def __init__(self, w):
        self.w = w

    def run(self, x):
        if x < 0.3:
            return self.w * x
        return self.run(x * 0.5) * self.w + x


model = Model(0.7)


def method(x, y):
    return model.run(x) * y + Model(y).run(x)


def raises(x, y):
    if x < 0:
        raise ValueError("negative")
    assert y > -5.0
    if x < 0.3:
        return x * y
    return raises(x - 0.25, y) * x


def gamma(x, y):
    if x < 0.25:
        return math.exp(y)
    return gamma(x - 0.25, y * x) if y > 0.5 else x * gamma(x * 0.5, y + 0.1)


GENERAL = [
    (factorial, (3.5,)), (fibonacci, (6.3, 0.7)), (simpson, (0.1, 2.0, 1.3)),
    (ackermann, (1.7, 1.9)), (even, (3.7, 0.4)), (odd, (3.7, 0.4)), (paired, (0.9, 0.2)),
    (smoothed, (U * 2, 0.7)), (shrinks, (np.abs(U), 0.9)), (dicts, (1.3, 0.8)),
    (many, (1.9, 0.6)), (judged, (2.3, 0.6)), (closure, (1.9, 0.7)), (helped, (1.35, 0.6)),
    (counted, (1.9, 0.6)), (method, (1.9, 0.6)), (raises, (1.9, 0.6)), (gamma, (1.9, 0.6))]
general = pytest.mark.parametrize(("f", "args"), GENERAL,
                                  ids=lambda v: getattr(v, "__name__", ""))


def every(args):
    return tuple(range(len(args)))


@general
def test_a_function_calls_itself(f, args):
    agrees(f, args, every(args))
    text = astgrad.derivative_source(f, *args, argnums=every(args))
    defined = re.findall(r"^def (\w+)_reverse\(", text, re.MULTILINE)
    assert defined
    assert all(text.count(f"{name}_reverse(") > 1 for name in defined)


@general
def test_modes_agree(f, args):
    """<u_bar, J u_dot>, with the pullback called twice."""
    along = tuple(np.cos(np.arange(np.size(a))) if np.ndim(a) else 0.3 for a in args)
    value, slope = astgrad.jvp(f, args, along)
    again, pullback = astgrad.vjp(f, *args)
    assert value == again == f(*args)
    for seed in (1.0, -0.5):
        found = sum(np.sum(g * v) for g, v in zip(pullback(seed), along, strict=True))
        np.testing.assert_allclose(found, seed * slope, rtol=1e-9, atol=1e-12)


@general
def test_checked(f, args, monkeypatch):
    given = tuple(a.copy() if isinstance(a, np.ndarray) else a for a in args)
    wanted = astgrad.grad(f, argnums=every(args))(*given)
    for before, after in zip(args, given, strict=True):
        np.testing.assert_array_equal(before, after)
    monkeypatch.setenv("ASTGRAD_CHECK", "1")
    for found in (astgrad.grad(f, argnums=every(args))(*args),
                  astgrad.grad(f, argnums=every(args), debug=True)(*args),
                  astgrad.value_and_grad(f, argnums=every(args))(*args)[1]):
        for one, other in zip(found, wanted, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-12)


@general
def test_second_order(f, args):
    slopes = mixed(astgrad.grad(f, argnums=every(args)))
    agrees(slopes, args, every(args), rtol=1e-5)
    agrees(lambda *given: astgrad.jvp(f, given, given)[1], args, every(args), rtol=1e-5)


@pytest.mark.sample(8)
@general
def test_third_order(f, args):
    slopes = mixed(astgrad.grad(f, argnums=every(args)))
    agrees(mixed(astgrad.grad(slopes, argnums=every(args))), args, every(args), rtol=1e-4)


def test_the_text():
    text = astgrad.derivative_source(factorial, 3.5)
    assert re.search(r"\w+, factorial_tape = factorial_forward\(t\d*\)", text)
    assert re.search(r"x_bar \+= factorial_reverse\([^,]+, t\d*, factorial_tape\)", text)
    text = astgrad.derivative_source(lambda x: astgrad.jvp(factorial, (x,), (1.0,))[1], 3.5)
    assert "factorial_tangent_tape = factorial_tangent_forward(" in text
    text = astgrad.derivative_source(factorial, 3.5, mode="forward")
    assert re.search(r"\w+, \w+ = factorial_tangent\(x - 1.0, x_dot\)", text)


def test_two_places_have_one_function():
    text = astgrad.derivative_source(lambda x, y: factorial(x) * factorial(x * y), 3.5, 0.7)
    assert text.count("def ") == 3


def test_as_deep_as_python_goes():
    def total(x):
        return x if x < 1.0 else 0.5 * x + total(x - 1.0)

    assert astgrad.grad(total)(300.5) == pytest.approx(151.0)
    with pytest.raises(RecursionError):
        astgrad.grad(total)(1e6)


def test_an_array_that_is_handed_back_is_not_shared():
    def settle(u, k):
        if np.sum(u * u) < 1.0:
            return u
        v = settle(u * 0.5, k)
        return v if k > 2.0 else settle(v, k) * k

    def f(u, k):
        v = settle(u, k)
        w = v * 1.0
        return np.sum(v * w)

    agrees(f, (U * 3.0, 0.7), (0, 1))
    agrees(f, (U * 0.3, 0.7), (0, 1))
    value, pullback = astgrad.vjp(settle, U * 0.3, 0.7)
    assert not np.shares_memory(value, pullback(value)[0])


def test_a_write_to_what_may_be_an_argument():
    def settle(u):
        return u if np.sum(u * u) < 1.0 else settle(u * 0.5) + 0.1

    def f(u):
        u = u * 1.0
        v = settle(u)
        v[0] = 2.0 * u[1]
        return np.sum(u * u) + np.sum(v)

    try:
        agrees(f, (U * 0.3,), (0,))
    except UnsupportedError:
        return
    agrees(f, (U * 3.0,), (0,))


TABLE = np.array([0.3, 0.7])


def test_an_array_from_outside_that_is_handed_back():
    """A write to it is one to what is outside: refused, or right."""
    def looked_up(x):
        return TABLE if x < 0.3 else looked_up(x * 0.5)[::1]

    def last(x, base):
        def go(t):
            return base if t < 0.3 else go(t * 0.5) if t < 5.0 else go(t * 0.3) * 1.0

        return go(x)

    def writes_to_table(x):
        found = looked_up(x) if x > 0.1 else TABLE * 2.0
        found[0] = x * x
        return np.sum(TABLE) * found[0]

    def writes_to_base(x):
        base = np.ones(2) * x
        found = last(x, base)
        found[0] = 3.0 * x * x
        return np.sum(base * base)

    for f in (writes_to_table, writes_to_base):
        kept = TABLE.copy()
        try:
            found = astgrad.grad(f)(1.7)
        except UnsupportedError:
            continue
        finally:
            TABLE[:] = kept
        assert found == pytest.approx(differences(f, (1.7,), (0,))[0], rel=1e-6)
        TABLE[:] = kept


def test_results_that_grow():
    def steps(x):
        if x < 0.3:
            return np.array([x])
        return np.concatenate((steps(x * 0.5), np.array([x * x])))

    def f(x):
        return np.sum(np.sin(steps(x)) * np.arange(len(steps(x))))

    agrees(f, (2.9,), (0,))


def test_a_count_outside_is_refused():
    def f(x):
        count = 0

        def go(t):
            nonlocal count
            count += 1
            return t if t < 0.3 else t * go(t * 0.5)

        return go(x) * count

    with pytest.raises(UnsupportedError, match="assigns to `count`"):
        astgrad.grad(f)(1.7)


def test_a_custom_derivative_of_what_recurses():
    @astgrad.custom_jvp
    def product(x):
        return x * x if x < 1.0 else x * product_of(x - 1.0)

    @product.defjvp
    def _(primals, tangents):
        return astgrad.jvp(product_of, primals, tangents)

    with pytest.raises(UnsupportedError, match="a rule by tangents calls"):
        astgrad.grad(lambda x: product(x) * x)(3.5)


def product_of(x):
    return x * x if x < 1.0 else x * product_of(x - 1.0)


def test_a_derivative_inside():
    def find(x, c):
        slope = astgrad.grad(lambda t: t * t * t - c)(x)
        value = x * x * x - c
        return x if abs(value) < 1e-12 else find(x - value / slope, c) * 1.0

    assert astgrad.grad(find, argnums=1)(1.5, 2.0) == pytest.approx(2.0 ** (-2 / 3) / 3)


# -- what is refused ------------------------------------------------------------------------------


def writes(u, k):
    u[0] = u[0] * k
    return np.sum(u) if u[0] < 0.3 else k * writes(u, k)


def tells(x):
    print(x)
    return x if x < 0.3 else x * tells(x * 0.5)


def endless(x):
    return x * endless(x * 0.5)


def draws(x, rng):
    return x if x < 0.3 else x * draws(x * 0.5, rng) + rng.normal()


def changes(x, p):
    return x if x < 0.3 else x * changes(x * 0.5, (p, x))


def in_itself(x):
    return x if x < 0.3 else in_itself(x * 0.5) * astgrad.grad(in_itself)(x * 0.3)


def appends(x, found):
    found.append(x)
    return x if x < 0.3 else x * appends(x * 0.5, found)


def gives_functions(x):
    return (lambda t: t * x) if x < 0.3 else gives_functions(x * 0.5)


def calls_function(x):
    return gives_functions(x)(x) * 1.0


def none_at_times(x):
    if x < 0.3:
        return None
    y = none_at_times(x * 0.5)
    return x if y is None else x * y


@pytest.mark.parametrize(("f", "args", "message"), [
    (writes, (U + 1.0, 0.7), "writes to `u`"), (tells, (1.0,), "prints"),
    (draws, (1.0, np.random.default_rng(0)), "."), (endless, (1.0,), "no path"),
    (changes, (1.0, 0.5), "structure"), (in_itself, (1.0,), "itself"),
    (lambda x: appends(x, []), (1.0,), "structure"), (calls_function, (1.0,), "."),
    (none_at_times, (1.0,), ".")], ids=lambda v: getattr(v, "__name__", ""))
def test_what_is_refused(f, args, message):
    with pytest.raises(UnsupportedError, match=message) as error:
        astgrad.grad(f)(*args)
    assert all(problem.span is not None for problem in error.value.problems)
