"""Calls of functions that the text defines: right in both modes, at any order, and readable."""

import dataclasses
import inspect
import math
import pickle
import re
import traceback
import typing

import numpy as np
import pytest
from trees import leaves

import astgrad
from astgrad.analysis.options import options
from astgrad.optimise import outline
from tests.judged import judged


def curve(x, y):
    a = x * y + 1.0
    b = math.sin(a) * x
    c = math.exp(-b * b) + y
    d = a * b + c
    e = d / (1.0 + c * c)
    f = math.tanh(e) + a * d
    return f * math.cos(b) - e * d


def bent(x, y):
    if x > 0.2:
        a = math.exp(x) * y
        b = math.sin(a) * a
        c = a * b - math.cos(b)
    else:
        a = x * y * y
        c = math.tanh(a) + a * x
    for _ in range(3):
        c = c * a * 0.3 + math.sin(c)
    return c * math.sin(a) + x


def outer(x, y):
    w = curve(x, y)
    q = curve(y, w)
    r = math.sin(w) * q + x
    s = r * w * q + math.cos(r)
    t = s * r + math.exp(-s * s)
    return t * s + math.sin(t) * r + x * t


def smooth(u, k):
    v = np.tanh(u * k)
    w = v[1:] * v[:-1]
    total = np.zeros(len(u))
    total[1:] += w
    total[:-1] += w * w
    return total * np.exp(-v) + np.sin(u) * k


def pair(u, k):
    v = np.sin(u) * k
    w = v * v + u
    z = np.exp(-w) * v + np.cos(w * k)
    return z * w, np.sum(z * v) + k * k


# -- what calls them: three times and more, in loops, in each other ---------------------------


def chain(x, y):
    a = curve(x, y)
    b = curve(a, x)
    return curve(b, y) + a


def twice_itself(x, y):
    return curve(x, y) * curve(x, x) + curve(y, 0.5)


def in_a_loop(x, y):
    z = x
    for _ in range(4):
        z = curve(z, y) * 0.5 + curve(y, z)
    return z


def with_branches(x, y):
    return bent(x, y) * bent(y, x) - bent(y * 0.2, y)


def in_a_branch(x, y):
    if x > y:
        return curve(x, y)
    return curve(y, x) * curve(x, x + y)


def nested(x, y):
    return outer(x, y) * outer(y, x) + curve(x * y, y)


def arrays(u, k):
    v = smooth(u, k)
    v = smooth(v, k) + v
    return np.sum(smooth(v, k * k))


def arrays_in_a_loop(u, k):
    v = u.copy()
    for _ in range(3):
        v[1:] = smooth(v, k)[1:] * 0.5
        v = v + smooth(u, k)
    return np.sum(v * v)


def several_results(u, k):
    a, s = pair(u, k)
    b, t = pair(a, k)
    return np.sum(a * b) * s + t


class Point(typing.NamedTuple):
    x: float
    y: float


@dataclasses.dataclass
class State:
    a: float
    b: list


def step(p, q):
    a = math.sin(p.x) * p.y
    b = math.exp(-a * a) + q.a * a
    c = math.cos(b) * q.b[0] + q.b[1] * a
    d = math.tanh(c) * b + a * c
    return Point(d * a, c + b), State(d, [a * b, c])


def structures(x, y):
    p, q = Point(x, y), State(x, [y, 0.5])
    for _ in range(2):
        p, q = step(p, q)
        p, q = step(p, q)
    return p.x * q.a + q.b[1] * p.y


def layer(p, x):
    h = np.tanh(x * p["w"] + p["more"][0])
    g = np.exp(-h * h) * h * p["more"][1]
    s = np.sum(g * g) + 1.0
    return {"h": h * g / s, "s": s}


def layers(u, k):
    p, q = {"w": u, "more": [k, 0.5]}, {"w": u * u, "more": [0.3, k]}
    first = layer(p, np.sin(u))
    second = layer(q, first["h"])
    third = layer(p, second["h"] + first["h"])
    return np.sum(third["h"]) * first["s"] + second["s"] * third["s"]


def while_loop(x, y):
    while x < 2.0:
        x = x + abs(curve(x, y)) + 0.3 * abs(curve(y, x)) + 0.1
    return x


NUMBERS = (chain, twice_itself, in_a_loop, with_branches, in_a_branch, nested, while_loop,
           structures)
ARRAYS = (arrays, arrays_in_a_loop, several_results, layers)
U = np.array([0.3, -0.4, 0.8, 0.1, 0.5])
CASES = [*((f, (0.3, 0.4)) for f in NUMBERS), *((f, (U, 0.7)) for f in ARRAYS)]
each = pytest.mark.parametrize(("f", "args"), CASES, ids=lambda v: getattr(v, "__name__", ""))


def dots(args):
    return tuple(np.cos(a) if isinstance(a, np.ndarray) else 0.5 for a in args)


def first(f):
    return astgrad.grad(f, argnums=(0, 1))


def summed(f):
    def total(a, b):
        x, y = astgrad.grad(f, argnums=(0, 1))(a, b)
        return np.sum(np.sin(x)) + np.sum(y)

    return total


KINDS = {
    "grad": first,
    "value_and_grad": lambda f: astgrad.value_and_grad(f, argnums=(0, 1)),
    "forward": lambda f: astgrad.grad(f, argnums=(0, 1), mode="forward"),
    "jvp": lambda f: lambda *a: astgrad.jvp(f, a, dots(a)),
    "vjp": lambda f: lambda *a: astgrad.vjp(f, *a)[1](1.5),
    "grad of grad": lambda f: first(summed(f)),
    "jvp of grad": lambda f: lambda *a: astgrad.jvp(first(f), a, dots(a)),
    "grad of jvp": lambda f: first(lambda a, b: astgrad.jvp(f, (a, b), (0.5 * a, b))[1]),
    "hessian": lambda f: astgrad.hessian(f, argnums=(0, 1)),
    "third": lambda f: first(summed(summed(f))),
}  # fmt: skip


def agree(ours, expected):
    """Unless two structures have the same numbers, fail; NaN agrees with nothing."""
    ours, expected = list(leaves(ours)), list(leaves(expected))
    assert len(ours) == len(expected)
    for one, other in zip(ours, expected, strict=True):
        np.testing.assert_allclose(one, other, 1e-9, 1e-12, equal_nan=False)


@pytest.mark.sample(50)
@pytest.mark.parametrize("kind", KINDS)
@each
def test_as_if_it_were_written_in_its_place(f, args, kind):
    found = KINDS[kind](f)(*args)
    with options(calls=False):
        wanted = KINDS[kind](f)(*args)
    agree(found, wanted)


@each
def test_the_text_calls_it(f, args):
    text = first(f).source(*args)
    assert re.search(r"^def \w+_reverse\(", text, re.MULTILINE)
    with options(calls=False):
        assert "_reverse(" not in first(f).source(*args)


@each
def test_the_text_runs_and_is_differentiated_again(f, args):
    gradient = first(f).compiled(*args)
    agree(first(summed_of(gradient))(*args), first(summed(f))(*args))


def summed_of(gradient):
    def total(a, b):
        x, y = gradient(a, b)
        return np.sum(np.sin(x)) + np.sum(y)

    return total


@each
def test_checked_and_looked_at(f, args, monkeypatch):
    wanted = first(f)(*args)
    agree(astgrad.grad(f, argnums=(0, 1), debug=True)(*args), wanted)
    monkeypatch.setenv("ASTGRAD_CHECK", "1")
    agree(astgrad.grad(f, argnums=(0, 1))(*args), wanted)
    assert astgrad.storage(f, *args, argnums=(0, 1)).total is not None


def test_the_helper_is_written_once():
    text = first(chain).source(0.3, 0.4)
    assert text.count("def curve_forward(") == text.count("    t3 = math.exp(") == 1
    assert "a, curve_tape = curve_forward(x, y)" in text
    assert "curve_reverse(b_bar, a, x, curve_tape1)" in text


def test_parts_of_structures_are_named_by_their_places():
    text = first(structures).source(0.3, 0.4)
    assert "def step_forward(p_x, p_y, q_a, q_b_0, q_b_1):" in text
    text = first(layers).source(U, 0.7)
    assert "def layer_forward(p_w, p_more_0" in text


@each
def test_a_debugged_text_calls_it_too(f, args):
    text = astgrad.grad(f, argnums=(0, 1), debug=True).source(*args)
    assert re.search(r"^def \w+_reverse\(", text, re.MULTILINE)


def test_an_argument_may_be_a_constant_or_come_twice():
    text = first(twice_itself).source(0.3, 0.4)
    assert "curve_forward(y, 0.5)" in text
    assert "curve_forward(x, x)" in text


def test_forward_mode_has_one_function_too():
    def slope(x):
        return astgrad.jvp(chain, (x, x), (1.0, 0.5))[1]

    assert "def curve_tangent_forward(x, y, x_dot, y_dot):" in astgrad.derivative_source(slope, 0.3)


# -- what stays in its place --------------------------------------------------------------------


def small(x):
    return math.sin(x) * x


def calls_small(x):
    return small(x) + small(x * x) + small(x + 1.0)


def calls_once(x, y):
    return curve(x * y, y)


def calls_alike(x, y):
    return curve(x, y) + 2.0 * curve(x, y)


def writes(u, k):
    u[0] = np.sin(k) * k
    u[1] = np.cos(u[0]) * u[2]
    u[2] = u[1] * u[0] + k
    u[3] = np.exp(-u[2]) * u[1]


def calls_writer(u, k):
    u = u.copy()
    writes(u, k)
    writes(u[::-1], k * k)
    writes(u, k + 1.0)
    return np.sum(u * u)


def tells(x):
    a = math.sin(x) * x
    b = math.exp(a) * a
    print("told")
    c = a * b + math.cos(b)
    return c * a + math.tanh(c) * b


def calls_teller(x):
    return tells(x) + tells(x * x)


@pytest.mark.parametrize(("f", "args"), [
    (calls_small, (0.3,)), (calls_once, (0.3, 0.4)), (calls_alike, (0.3, 0.4)),
    (calls_writer, (U, 0.3)), (calls_teller, (0.3,))], ids=lambda v: getattr(v, "__name__", ""))
def test_nothing_changes(f, args):
    text = astgrad.grad(f).source(*args)
    with options(calls=False):
        assert astgrad.grad(f).source(*args) == text


def logs(x, k):
    a = np.log(x)
    b = np.sin(a * k)
    c = np.exp(b + k)
    d = np.cos(c - k)
    e = np.tanh(d * k)
    f = np.sin(e) + k
    return np.exp(f * k) - k


def masked(x, k):
    good = x > 0
    return np.sum(np.where(good, logs(x, k), 0.0) + np.where(good, logs(x, k + 1.0), 0.0))


def test_zeros_of_where_win_inside_the_helper_too():
    x = np.array([0.0, 1.0, 2.0])
    with np.errstate(all="ignore"):
        found = astgrad.grad(masked)(x, 0.5)
        with options(calls=False):
            agree(found, astgrad.grad(masked)(x, 0.5))
    assert found[0] == 0.0


def test_arguments_stay_as_they_are_and_results_share_nothing():
    u, k = U.copy(), 0.7
    (value, (u_bar, _)), again = astgrad.value_and_grad(arrays, argnums=(0, 1))(u, k), U.copy()
    np.testing.assert_array_equal(u, again)
    assert not np.shares_memory(u, u_bar)
    assert isinstance(value, float)


def test_complex_numbers():
    def f(z):
        a = turned(z, 0.5 + 0.2j)
        b = turned(a, z)
        return np.sum(np.abs(turned(b, a)) ** 2)

    def turned(z, w):
        a = z * w + np.conj(z)
        b = np.exp(1j * a) * w
        c = a * b - np.sin(b)
        d = c * np.conj(a) + b * z
        return d * 0.1 + np.cos(c) * w

    z = np.array([0.3 + 0.1j, -0.2 + 0.4j])
    with options(calls=False):
        wanted = astgrad.grad(f)(z)
    agree(astgrad.grad(f)(z), wanted)
    assert "turned_reverse(" in astgrad.grad(f).source(z)


def test_an_error_in_the_helper_names_its_line():
    def root(x):
        a = math.sin(x) * x
        b = math.exp(a) * a - 5.0
        c = a * b + math.cos(b)
        d = c * a + math.tanh(c) * b
        return math.sqrt(d - 100.0) * c + a * d

    def f(x):
        return root(x) + root(x * x)

    with pytest.raises(ValueError, match="math domain error") as error:
        with options(calls=True):
            astgrad.grad(f, debug=False).compiled(0.5)(0.5)
    names = [frame.name for frame in traceback.extract_tb(error.value.__traceback__)]
    assert "root_forward" in names
    with pytest.raises(ValueError, match="math domain error") as error:
        astgrad.vjp(f, 0.5)
    assert any("math.sqrt(d - 100.0)" in note for note in error.value.__notes__)


def test_inspect_finds_all_of_it():
    compiled = first(chain).compiled(0.3, 0.4)
    assert "curve_forward(" in inspect.getsource(compiled)
    assert len(list(leaves(compiled(0.3, 0.4)))) == 2


def test_two_processes_would_print_the_same():
    texts = {astgrad.grad(nested, argnums=(0, 1)).source(0.3, 0.4) for _ in range(2)}
    assert len(texts) == 1


def test_what_is_refused_in_a_helper_can_be_pickled():
    def refused(x):
        try:
            return x * x
        finally:
            pass

    with pytest.raises(astgrad.UnsupportedError) as error:
        astgrad.grad(lambda x: refused(x) + refused(x + 1.0))(0.3)
    assert str(pickle.loads(pickle.dumps(error.value))) == str(error.value)


def test_every_stage_can_be_shown():
    assert "curve_reverse(" in str(astgrad.explain(chain, 0.3, 0.4))


def test_a_tape_may_hold_what_a_path_leaves_unbound(monkeypatch):
    monkeypatch.setattr(outline, "SMALL", 1)
    monkeypatch.setattr(outline, "SEVERAL", 1)

    def f(y, x, a):
        z = y + 1.0
        if not x >= 1.0:
            z[z > 1.0] += 1.0
            return np.sum(z * z)
        return a[0] ** 2

    y = np.array([0.4, 1.3, 0.4])
    for x in (0.5, 2.0):
        outcome = judged(f, y, x, y * y)
        assert outcome.status == "ok", outcome
