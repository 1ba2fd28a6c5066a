"""Nests that become one: what is computed stays the same, and what must not be one is not."""

import numpy as np
import pytest
from trees import check_same

import astgrad

numba = pytest.importorskip("numba")


def loops_in(text):
    return text.split("# reverse")[0].count("for i in range")


def check(function, *args, argnums=0):
    """The text with loops, run by Python, and NumPy's."""
    text = astgrad.derivative_source(function, *args, argnums=argnums, compile="numba")
    space = {"np": np}
    exec(text.replace("@numba.njit(error_model=\"numpy\")\n", ""), space)
    ours = space[f"{function.__name__}_grad"](*args)
    theirs = astgrad.grad(function, argnums)(*args)
    check_same(ours, theirs)
    return text[text.index(f"def {function.__name__}_grad") :]


X = np.linspace(0.3, 1.2, 8)


def chain(x):
    y = np.sin(x)
    z = y * x + y
    return np.sum(z * y)


def test_a_chain_is_one_loop():
    text = check(chain, X)
    assert loops_in(text) == 1, text


def neighbours(x):
    y = np.sin(x)
    z = y.copy()
    z[1:] += y[:-1] * y[1:]
    return np.sum(z * y)


def test_a_neighbour_is_read_after_all_are_written():
    check(neighbours, X)


def ahead(x):
    y = x * x
    x = x.copy()
    x[:-1] = x[1:] * y[:-1]
    x[1:] = x[1:] + y[:-1]
    return np.sum(x * y)


def test_writes_that_overlap():
    check(ahead, X)


def columns(x):
    x = x.copy()
    for k in range(1, x.shape[1]):
        x[:, k] = x[:, k] * np.sin(x[:, k - 1])
        x[:, k] = x[:, k] / (1.0 + x[:, k - 1] ** 2)
        x[:, 0] = x[:, 0] + x[:, k]
    return np.sum(x)


def test_columns_that_are_apart_or_not():
    check(columns, np.outer(X, X))


def mirrored(x, k, m):
    x = x.copy()
    x[:, k] = np.sin(x[:, m])
    x[:, m] = x[:, k] * x[:, k]
    return np.sum(x * x)


@pytest.mark.parametrize(("k", "m"), [(0, 1), (2, 2), (-1, 7)])
def test_columns_that_may_be_the_same(k, m):
    check(mirrored, np.outer(X, X), k, m)


def summed_between(x):
    y = x * 2.0
    total = np.sum(y * y)
    z = y / total
    return np.sum(z * z * y)


def test_a_sum_is_whole_before_it_is_read():
    check(summed_between, X)


def of_two_sizes(x, y):
    a = np.sin(x)
    b = np.cos(y)
    return np.sum(a * a) + np.sum(b * x)


def test_sizes_are_still_compared():
    made = astgrad.grad(of_two_sizes, (0, 1), compile="numba")
    check_same(made(X, X), astgrad.grad(of_two_sizes, (0, 1))(X, X))
    with pytest.raises(ValueError, match="broadcast"):
        made(X, X[:5].copy())


def single(x):
    y = x.astype(np.float32)
    z = y * np.float32(3.0)
    return np.sum(z * y)


def test_what_is_stored_with_less_digits():
    check(single, X)


def bound_on_one_path(x, c, n):
    if n > 2:
        c = np.sin(c[1:]) * c[1:]
    total = np.sum(x * x)
    if n > 2:
        total += np.sum(c * x[1:])
    return total


@pytest.mark.parametrize("n", [1, 3])
def test_the_shape_of_what_is_made_on_one_path(n):
    check(bound_on_one_path, X, X, n)


def carried(x):
    y = x
    while np.sum(y) > 1.0:
        y = y * 0.5
        y = y - 0.1 * x
    return np.sum(y * x)


def test_the_shape_of_what_a_loop_carries():
    check(carried, X)
