"""Lists in compiled loops: the items of one that is read or written at indices are rows of an array."""

import numpy as np
import pytest
from trees import check_same

import astgrad
from astgrad.errors import UnsupportedError

numba = pytest.importorskip("numba")


def check_gradient(function, *args, argnums=0):
    made = astgrad.grad(function, argnums, compile="numba")
    check_same(made(*args), astgrad.grad(function, argnums)(*args))
    return made.source(*args)


def recurrent(weights, state, steps):
    """Rows of the state in a list, each replaced in each step."""
    hidden = [state[i] for i in range(len(state))]
    x = np.ones(state.shape[1])
    for _ in range(steps):
        for i in range(len(hidden)):
            before = hidden[i]
            hidden[i] = np.tanh(before * weights[i] + x)
            x = hidden[i] * before
    return np.sum(x) + np.sum(hidden[0] * hidden[-1])


def test_items_that_are_replaced(strict):
    rng = np.random.default_rng(0)
    text = check_gradient(recurrent, rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), 5,
                          argnums=(0, 1))
    assert "zeros_list" not in text


def kept_item(x):
    """An item that is read after another took its place."""
    items = [np.sin(x), x * x]
    first = items[0]
    items[0] = first * items[1]
    items[1] = items[0] + first
    return np.sum(items[1] * first)


def test_an_item_outlives_its_place(strict):
    check_gradient(kept_item, np.linspace(0.1, 1.0, 3))


def aliased(x):
    """Two names of one list; a copy of it."""
    items = [x[0], x[1]]
    same, other = items, list(items)
    same[0] = items[1] * x[2]
    return items[0] * other[0] + items[-1]


def test_two_names_and_a_copy(strict):
    check_gradient(aliased, np.array([2.0, 3.0, 5.0]))


def stacked(x, n):
    rows = [x]
    for i in range(n):
        rows.append(np.cos(rows[i]) * x)
    whole = np.stack(rows, axis=1)
    return np.sum(whole[:, 1:] * whole[:, :-1])


@pytest.mark.parametrize("n", [0, 1, 20])
def test_a_stack_of_what_was_built(n, strict):
    check_gradient(stacked, np.linspace(0.1, 1.0, 3), n)


def across(x, y):
    return np.sum(np.stack((x * y, np.sin(x), y), 1)[:, 1:] ** 2)


def test_a_stack_along_another_axis(strict):
    x = np.linspace(0.1, 1.0, 4)
    check_gradient(across, x, x[::-1].copy(), argnums=(0, 1))


def out_of_range(x, i):
    items = [v * v for v in x]
    items[i] = items[i] * x[0]
    return items[1]


def test_an_index_out_of_range():
    made = astgrad.grad(out_of_range, compile="numba")
    x = np.ones(2)
    assert made(x, -1).tolist() == [1.0, 2.0]
    with pytest.raises(IndexError, match="list index out of range"):
        made(x, 2)


def of_several_lengths(x):
    items = [x[:k] for k in range(len(x))]
    total = 0.0
    for i in range(len(x)):
        items[i] = items[i] * x[0]
        total += np.sum(items[i])
    return total


def test_items_of_several_shapes_are_refused():
    with pytest.raises(UnsupportedError, match="Numba cannot compile this"):
        astgrad.derivative_source(of_several_lengths, np.arange(1.0, 5.0), compile="numba")
