"""Only what is needed is saved: one source for what follows from it, nothing that does not change."""

import numpy as np
import pytest
from trees import check_near

import astgrad


def logistic(x, r, n):
    for _ in range(n):
        x = r * x * (1 - x)
    return x


def invariant(x, n):
    total, term = 0.0, 1.0
    for _ in range(n):
        term = term * (x / 2) ** 2 * np.exp(x)
        total += term
    return total


def gates(x, n):
    for _ in range(n):
        t = 1.0 / (1.0 + np.exp(-x))
        x = x * t + t**2
    return np.sum(x)


def branches(x, n):
    for i in range(n):
        y = x * 0.5
        if y > 0.3:
            x = np.sin(y) * x
        else:
            z = y + 1.0
            x = z * z * x
    return x


def nested(x, w, n):
    total = 0.0
    for i in range(n):
        scale = w[i] * x
        for j in range(i):
            t = scale * w[j]
            total += t * t * np.exp(scale)
        x = x * 0.9 + total * 0.01
    return total + x


def states(x, n):
    """What follows from a value of the trip, read after an inner loop that changes it."""
    for _ in range(n):
        y = x * x
        while x > 1.0:
            x = np.sqrt(x) * 0.9
        x = x * y * (y + x)
    return x


def buffer(a, n):
    a = a.copy()
    for i in range(1, n):
        t = a[i] - a[i - 1]
        a[i] = a[i] + t * t * a[i - 1]
        a[i - 1] = a[i] * t
    return np.sum(a**2)


def rows(a):
    a = a.copy()
    for i in range(len(a)):
        a[i] = a[i] / np.sqrt(np.sum(a[i] ** 2))
    return np.sum(a[:, 0])


W = np.array([0.5, 0.7, 0.2, 0.9])
X = np.array([0.3, -0.2])


def saved(fun, *args, **kwargs):
    return [row.variable for row in astgrad.storage(fun, *args, **kwargs).rows
            if row.name.rstrip("0123456789").endswith("_saved")]  # fmt: skip


@pytest.mark.parametrize(
    ("fun", "args", "argnums", "expected"),
    [
        (logistic, (0.3, 3.6, 5), (0, 1), ["x"]),
        (invariant, (0.3, 5), 0, ["term"]),
        (gates, (X, 3), 0, ["np.exp(-x)", "x"]),
        (branches, (0.7, 4), 0, ["x"]),
        (nested, (0.4, W, 4), 0, ["scale"]),
        (rows, (np.outer(W, W[:3]),), 0, ["a[i]", "math.sqrt(np.sum(t ** 2))"]),
    ],
)
def test_what_is_saved(fun, args, argnums, expected):
    assert sorted(saved(fun, *args, argnums=argnums)) == expected


CASES = [(logistic, (0.3, 3.6, 5)), (invariant, (0.3, 5)), (branches, (0.7, 4)),
         (nested, (0.4, W, 4)), (states, (1.7, 3)), (gates, (X, 3)), (rows, (np.outer(W, W[:3]) + np.eye(4, 3),)),
         (buffer, (np.array([0.3, 0.8, 0.4, 1.1]), 4))]  # fmt: skip


@pytest.mark.parametrize(("fun", "args"), CASES, ids=lambda c: getattr(c, "__name__", ""))
def test_and_the_derivative_is_right(fun, args):
    """The first by the reverse sweep, the second by forward over reverse and reverse twice."""
    astgrad.check_grads(fun, args, order=2)
    check_near(np.asarray(astgrad.grad(fun)(*args)),
               np.asarray(astgrad.grad(fun, mode="forward")(*args)), 1e-12)  # fmt: skip


def test_the_text_of_one_source():
    text = astgrad.derivative_source(logistic, 0.3, 3.6, 5)
    assert text.count(".append(") == 1
    assert "        x = x_saved.pop()\n" in text
    assert "        x_bar = x_bar * (1 - x) * r" in text


def test_side_effects_and_draws_are_not_made_again():
    def noisy(x, n):
        for _ in range(n):
            x = x * np.random.normal() * x
        return x

    np.random.seed(0)
    astgrad.grad(noisy)(0.5, 3)
    state = np.random.get_state()[1].copy()
    np.random.seed(0)
    noisy(0.5, 3)
    assert np.array_equal(state, np.random.get_state()[1])
