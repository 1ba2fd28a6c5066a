"""`storage`: what is saved, where, how much and why; and that memory agrees with it."""

import copy
import tracemalloc

import numpy as np
import pytest
from programs import PROGRAMS

import astgrad
from astgrad.api.storage import Saved

U = np.linspace(1.0, 2.0, 6)


def squares(x1, x2, x3, x4):
    a = x1 * x2
    b = x3 + x4
    c = a - b
    return c**2


def relax(u, steps):
    u = u.copy()
    for _ in range(steps):
        u[1:-1] = np.sqrt(u[:-2] * u[2:])
    return np.sum(u**2)


def heat(u, alpha, steps):
    u = u.copy()
    for _ in range(steps):
        u[1:-1] += alpha * (u[:-2] - 2.0 * u[1:-1] + u[2:])
    return np.sum(u)


def rollout(x, w, n):
    h = x
    for _ in range(n):
        h = np.tanh(h * w)
    return np.sum(h)


def nested(x, n):
    total = 0.0
    for i in range(1, n):
        while x > i:
            x = np.sin(x)
        for j in range(i):
            if j % 2:
                total += x**3
            x = x * total
    return total


def shown(report):
    return [(row.variable, row.bytes, row.here, row.reason, row.source) for row in report.rows]


def test_of_three_only_one():
    """WORKED_EXAMPLES A2."""
    report = astgrad.storage(squares, 1.0, 2.0, 3.0, 4.0, argnums=(0, 1, 2, 3))
    (row,) = report.rows
    assert row == Saved("c", "c", "8", 8, "read", "test_storage.py", row.line, "return c**2")
    assert report.total == 8
    lines = squares.__code__.co_firstlineno
    assert row.line == lines + 4


def test_what_is_overwritten_and_what_is_read():
    report = astgrad.storage(relax, U, 5)
    write = "u[1:-1] = np.sqrt(u[:-2] * u[2:])"
    assert shown(report) == [
        ("u", "8 * len(u)", 48, "read", "return np.sum(u**2)"),
        ("u[1:-1]", "8 * (len(u) - 2) * steps", 160, "overwritten", write),
        ("np.sqrt(u[:-2] * u[2:])", "8 * (len(u) - 2) * steps", 160, "read", write),
    ]
    assert report.total == 368


def test_a_linear_loop_saves_nothing():
    """But the array after it, whose shape is read."""
    assert shown(astgrad.storage(heat, U, 0.1, 5)) == [
        ("u", "8 * len(u)", 48, "read", "return np.sum(u)")]


def test_nothing_saved():
    report = astgrad.storage(lambda x: 3.0 * x, 1.0)
    assert (report.rows, report.total) == ((), 0)
    assert str(report).endswith(" saves nothing")


def test_the_table():
    place = f"test_storage.py:{rollout.__code__.co_firstlineno + 3}"
    why = f"read by {place}: h = np.tanh(h * w)"
    assert str(astgrad.storage(rollout, U, U, 4, argnums=(0, 1))) == (
        "rollout_grad saves\n"
        "saved  bytes           here  why\n"
        f"h      8 * len(x)        48  {why}\n"
        f"h      8 * len(x) * n   192  {why}\n"
        "total                   240")


def test_trips_that_are_not_known():
    first = nested.__code__.co_firstlineno
    text = " ".join(row.bytes for row in astgrad.storage(nested, 2.5, 4).rows)
    assert f"8 * (n - 1) * trips of line {first + 3}" in text


def test_every_tape_of_the_text_has_a_row():
    report = astgrad.storage(nested, 2.5, 4)
    text = astgrad.derivative_source(nested, 2.5, 4)
    tapes = {line.split()[0] for line in text.splitlines() if line.endswith("= []")}
    assert tapes == {row.name for row in report.rows if row.name.endswith(("saved", "saved1"))}


def test_without_example_arguments_nothing_is_measured():
    def annotated(x: float):
        y = x * x
        return y * y

    report = astgrad.storage(annotated)
    assert [row.here for row in report.rows] == [None]
    assert report.total is None
    assert "?" in str(report)


def test_forward_mode_saves_nothing():
    assert astgrad.storage(rollout, U, U, 4, mode="forward").rows == ()


def test_of_a_derivative_and_of_keywords():
    gradient = astgrad.value_and_grad(rollout, "w")
    assert astgrad.storage(
        gradient, U, kwargs={"w": U, "n": 2}).total == 144
    with pytest.raises(TypeError, match="was given a jacobian"):
        astgrad.storage(astgrad.jacobian(rollout), U, U, 3)


def test_effects_are_not_repeated(capsys):
    def noisy(x):
        y = x * x
        print("ran")
        return y * y

    report = astgrad.storage(noisy, 3.0)
    assert capsys.readouterr().out == ""
    assert [row.here for row in report.rows] == [None]


def test_arguments_stay():
    kept = U.copy()
    astgrad.storage(relax, U, 3)
    assert np.array_equal(U, kept)


def peak(function, args):
    """The most memory that a call takes at a time."""
    args = copy.deepcopy(args)
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        function(*args)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


LARGE = ("heat", "wave_equation", "gray_scott", "hidden_markov", "gram_schmidt",
         "vertical_advection")  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_the_peak_is_what_the_report_says(name):
    """More than the primal's by what is saved, and little else: adjoints and temporaries."""
    program = next(p for p in PROGRAMS if p.name == name)
    args = program.make(np.random.default_rng(0), 8 if name == "vertical_advection" else 30)
    gradient = astgrad.grad(program.function, argnums=program.argnums)
    gradient(*args)  # compiled
    saved = astgrad.storage(program.function, *args, argnums=program.argnums).total
    extra = peak(gradient, args) - peak(program.function, args)
    assert 0.9 * saved < extra < 1.3 * saved
