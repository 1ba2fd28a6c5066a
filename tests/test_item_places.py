"""Items of lists under names of their own: `row = rows[i]; row[j] = v` writes to the list's item."""

import numpy as np
import pytest

import astgrad
from astgrad.errors import UnsupportedError
from tests.judged import judged

X = np.array([0.9, 1.1, -0.4])


def two_buffers_in_turn(x):
    bufs = [x * 1.0, np.zeros_like(x)]
    for i in range(4):
        src = bufs[i % 2]
        dst = bufs[(i + 1) % 2]
        dst[1:-1] = 0.5 * (src[:-2] + src[2:])
    return np.sum(bufs[0] ** 2)


def rows_by_name(x):
    rows = [[0.0]*3 for _ in range(3)]
    for i in range(3):
        row = rows[i]
        for j in range(3):
            row[j] = x[i] * x[j]
    return sum(sum(r) for r in rows)


def recurrence_of_rows(x):
    rows = [x * (i + 1.0) for i in range(3)]
    for i in range(1, 3):
        prev = rows[i - 1]
        cur = rows[i]
        for j in range(len(x)):
            cur[j] = np.sin(cur[j]) * prev[j]
    return np.sum(rows[2] * rows[1])


def grid_by_rows(x):
    grid = [[0.0 for _ in range(3)] for _ in range(3)]
    for i in range(3):
        r = grid[i]
        r[0] = x[i]
        for j in range(1, 3):
            r[j] = r[j - 1] * x[j] + (grid[i - 1][j] if i > 0 else 0.0)
    return sum([sum(r) for r in grid])


def buckets(x):
    adj = [[] for _ in range(3)]
    for i in range(6):
        bucket = adj[i % 3]
        bucket.append(x[i % 3] * i)
    return sum([sum(b) ** 2 for b in adj])


def an_item_on_two_paths(x):
    bufs = [x * 1.0, x * 2.0]
    for i in range(3):
        d = bufs[i % 2]
        if x[0] > 0:
            e = bufs[(i + 1) % 2]
        else:
            e = d
        d[1] = e[0] * x[1]
        e[2] += d[1]
    return np.sum(bufs[0]**2) + np.sum(bufs[1]**3)


def the_top_of_a_stack(x):
    stack = [x * 1.0]
    for i in range(3):
        top = stack[-1]
        top[0] *= x[1]
        stack.append(top * 0.5)
        top = stack[-1]
        top[2] += x[0]
    return sum([np.sum(s**2) for s in stack])


def an_item_of_a_list_in_a_dict(x):
    d = {"a": [x*1.0, x*2.0]}
    for i in range(4):
        w = d["a"][i % 2]
        w[i % 3] = np.cos(w[(i+1) % 3])
    return np.sum(d["a"][0] * d["a"][1])


def elements_of_two_buffers(x):
    bufs = [x * 1.0, np.zeros_like(x)]
    for i in range(4):
        src = bufs[i % 2]
        dst = bufs[(i + 1) % 2]
        for j in range(1, len(x) - 1):
            dst[j] = 0.5 * (src[j - 1] + src[j + 1]) * src[j]
    return np.sum(bufs[0] ** 2) + np.sum(bufs[1]**3)


def elimination_by_rows(x):
    m = [[x[i]*x[j] for j in range(3)] for i in range(3)]
    for k in range(3):
        pivot = m[k]
        for i in range(k + 1, 3):
            row = m[i]
            f = row[k] / (1.0 + pivot[k])
            for j in range(3):
                row[j] -= f * pivot[j]
    return sum([sum(r) for r in m])


def slot_rebound(x):
    bufs = [x * 1.0, x * 2.0]
    for i in range(3):
        d = bufs[i % 2]
        d[0] = x[1] * i
        bufs[i % 2] = x * 3.0
        d[1] = 5.0 * x[0]
    return np.sum(bufs[0]) + np.sum(d)


def items_swapped(x):
    m = [[x[i]*x[j] for j in range(3)] for i in range(3)]
    for k in range(2):
        r = m[k]
        m[k], m[k+1] = m[k+1], m[k]
        r[0] = 7.0 * x[0]
    return sum([sum(r) * (i+1) for i, r in enumerate(m)])


def an_item_kept_elsewhere(x):
    bufs = [x * 1.0, x * 2.0]
    keep = []
    for i in range(2):
        d = bufs[i]
        keep.append(d)
        d[0] = x[1]
    return np.sum(keep[0]*keep[1])


@pytest.mark.parametrize("f", [
    two_buffers_in_turn, rows_by_name, recurrence_of_rows, grid_by_rows, buckets, an_item_on_two_paths, the_top_of_a_stack, an_item_of_a_list_in_a_dict, elements_of_two_buffers, elimination_by_rows,
])
def test_items_are_places(f):
    outcome = judged(f, X)
    assert outcome.status == "ok", outcome


@pytest.mark.parametrize("f", [slot_rebound, items_swapped, an_item_kept_elsewhere])
def test_a_list_that_changes_under_a_name_of_its_item(f):
    with pytest.raises(UnsupportedError, match=r"is one of its items|may be the same object"):
        astgrad.grad(f)(X)


def squares_in_place(x):
    items = [x * 1.0, x * 2.0]
    for i in range(2):
        items[i] -= 0.1 * items[i] * items[i]
    return np.sum(items[0]) + np.sum(items[1] ** 2)


def products_through_a_name(x):
    items = [x * 1.0, x * 2.0, x * 3.0]
    for i in range(3):
        item = items[i]
        item -= 0.1 * item * item
        item[i] *= x[0] * np.sum(item)
    return np.sum(items[0]) + np.sum(items[1] ** 2) + np.sum(items[2])


@pytest.mark.parametrize("f", [squares_in_place, products_through_a_name])
def test_what_is_read_of_an_adjoint_is_read_before_it_is_added_to(f):
    """Both terms of the product's adjoint read the item, before either is added to it."""
    outcome = judged(f, X)
    assert outcome.status == "ok", outcome
