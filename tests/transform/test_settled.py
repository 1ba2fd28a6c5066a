"""What no later write of a loop reaches is read where the loop left it, and not saved."""

import numpy as np
import pytest

import astgrad


def recurrence(a, x):
    y = np.zeros(len(a))
    y[0] = x[0]
    for i in range(1, len(a)):
        y[i] = np.sin(a[i] * y[i - 1]) + x[i]
    return np.sum(y * y)


def two_back(a, x):
    x = x.copy()
    for i in range(2, len(x)):
        x[i] = x[i - 1] * x[i - 2] * a[i]
    return np.sum(x)


def strided(a, x):
    x = x.copy()
    for i in range(1, len(x), 2):
        x[i] = x[i - 1] * x[i] * a[i]
    return np.sum(x)


def solved(a, x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = (x[i] - np.dot(np.outer(a, a)[i, :i], y[:i])) / a[i]
    return np.sum(y * y)


def backwards(a, x):
    x = x.copy()
    for i in range(len(x) - 2, -1, -1):
        x[i] = x[i] * a[i] - np.dot(x[i + 1 :], a[i + 1 :])
    return np.sum(np.sin(x))


def rows(a, x):
    grid = np.outer(a, x)
    for i in range(1, len(a)):
        grid[i, 1:] = grid[i - 1, :-1] * grid[i - 1, 1:] + grid[i, 1:]
    return np.sum(grid * grid)


def first_wraps(a, x):
    """`x[-1]` in the first trip is what the last one overwrites."""
    x = x.copy()
    for i in range(len(x)):
        x[i] = x[i] * x[i - 1] * a[i]
    return np.sum(x)


def ahead(a, x):
    """What is read here is written by the next trip."""
    x = x.copy()
    for i in range(len(x) - 1):
        x[i] = x[i + 1] * x[i] * a[i]
    return np.sum(x)


def twice(a, x):
    """The trip writes again what it has read."""
    x = x.copy()
    for i in range(1, len(x)):
        x[i] = x[i] * a[i]
        x[i - 1] = x[i] * x[i - 1]
        x[i] = x[i - 1] * x[i]
    return np.sum(x)


def overwritten_later(a, x):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = y[i - 1] * a[i]
    for i in range(len(x)):
        y[i] = np.sin(y[i] * x[i])
    return np.sum(y)


def in_a_loop(a, x):
    x = x.copy()
    for _ in range(3):
        for i in range(1, len(x)):
            x[i] = x[i - 1] * x[i] * a[i]
    return np.sum(x)


def stops(a, x):
    x = x.copy()
    for i in range(1, len(x)):
        x[i] = x[i - 1] * np.cos(x[i]) * a[i]
        if x[i] < 0.0:
            break
    return np.sum(x)


def spread(a, x):
    grid = np.zeros((len(a), len(x)))
    grid[0] = x
    for i in range(1, len(a)):
        s = 0.1 * a[i] * np.sum(np.sin(grid[i - 1]))
        grid[i] = s
        grid[i, 0] = s * s
    return np.sum(grid)


A = np.array([0.9, 1.3, 0.7, -1.1, 0.8])
X = np.array([0.4, 1.3, -0.7, 0.9, 1.2])
SETTLED = [recurrence, two_back, solved, backwards, rows, overwritten_later, stops]
ALL = [*SETTLED, strided, first_wraps, ahead, twice, in_a_loop, spread]


@pytest.mark.parametrize("function", ALL)
def test_the_derivative_is_right(function):
    astgrad.check_grads(function, (A, X), order=2)
    short = A[:1], X[:1]  # most loops do not run
    forward = astgrad.grad(function, (0, 1), mode="forward")(*short)
    np.testing.assert_allclose(astgrad.grad(function, (0, 1))(*short), forward, rtol=1e-12)


@pytest.mark.parametrize("function", [recurrence, two_back, solved])
def test_nothing_is_saved(function):
    assert "_saved" not in astgrad.derivative_source(function, A, X, argnums=(0, 1))


@pytest.mark.parametrize("function", [first_wraps, ahead, in_a_loop])
def test_what_changes_is_saved(function):
    assert "_saved" in astgrad.derivative_source(function, A, X, argnums=(0, 1))
