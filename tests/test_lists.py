# ruff: noqa: RUF005 - the sum of two lists is what is tried
"""Lists of unknown length: joined, and holding arrays, lists and tuples that stores replace."""

import numpy as np
import pytest

import astgrad
from astgrad.errors import UnsupportedError
from tests.judged import judged

VECTOR = np.array([1.1, 0.3, -1.1, -0.9, -1.0])
SQUARE = np.array([[0.9, -1.2, -0.9], [1.0, 0.3, -0.3], [-1.1, 0.8, 0.2]])


def sum_of_lists(x, n):
    a = []
    for i in range(n):
        a.append(x[i])
    b = a + [x[0]]
    return sum(b) * len(b)


def two_lists_joined(x, n):
    a = []
    b = []
    for i in range(n):
        a.append(x[i])
        b.append(x[i] ** 2)
    c = a + b
    s = 0.0
    for k, v in enumerate(c):
        s += v * k
    return s


def list_argument_joined(xs, n):
    ys = xs + xs
    ys += [xs[0]]
    return sum([v * k for k, v in enumerate(ys)])


def lists_in_a_list_joined(x, n):
    a = [[x[i]] for i in range(n)]
    a[1] = a[0] + a[1]
    a[0] = a[0] + [x[2] * 2]
    return sum([sum(v) for v in a])


def lists_in_a_list_extended(x, n):
    a = [[x[i]] for i in range(n)]
    for i in range(n):
        a[i] += [x[i] ** 2]
        a[i].extend([x[0], x[1]])
    return sum([sum(v) * len(v) for v in a])


def tuples_into_a_list(x, n):
    box = [(0.0, 0.0)] * n
    for i in range(n):
        box[i] = (x[i], x[i] ** 2)
    s = 0.0
    for a, b in box:
        s += a * b + a
    return s


def tuples_with_constants(x, n):
    box = [(0.0, 1.0) for _ in range(n)]
    for i in range(n):
        box[i] = (x[i], 3.0)
    s = 0.0
    for i in range(n):
        s += box[i][0] * box[i - 1][1]
    return s


def tuples_from_their_neighbours(y, n):
    box = [(y[0] + i, y[1]) for i in range(n)]
    for i in range(1, n):
        box[i] = (box[i][1] * 2.0, box[i - 1][0] + box[i][0])
    return sum([v[0] * v[1] for v in box])


def tuples_with_arrays(y, n):
    box = []
    for i in range(n):
        box.append((y[i], y * i))
    for i in range(1, n):
        a, b = box[i - 1]
        box[i] = (a * box[i][0], b + box[i][1] * a)
    return sum([v[0] * np.sum(v[1]) for v in box])


def tuples_swapped(y, n):
    box = [(y[i], y[i + 1]) for i in range(n)]
    tot = 0.0
    for i in range(n):
        box[i], box[i - 1] = box[i - 1], box[i]
        a, b = box[0]
        box[0] = (b * y[0], a)
        tot += box[i][0] * box[-1][1]
    return tot


def arrays_replaced(x, n):
    xs = [x * i for i in range(n)]
    for i in range(n):
        xs[i][1] = xs[i][0] * x[2]
        xs[i] = np.ones(5) * x[i]
        xs[i - 1][2] *= x[3]
        xs[i][i] += xs[i - 1][0]
    return sum([np.sum(v * v) for v in xs])


def array_replaced_by_zeros(x, n):
    xs = [x * (i + 1) for i in range(n)]
    s = 0.0
    for i in range(n):
        s += xs[i][0] * xs[i][2]
        xs[i][1] = s
        xs[0] = np.zeros(5)
    return s + xs[1][1] + xs[0][0]


def lists_replaced(x, n):
    xs = [[x[i], x[i] ** 2] for i in range(n)]
    for i in range(n):
        t = xs[i][0]
        xs[i][1] *= t
        xs[i] = [t, t * x[0], 1.0]
        xs[i - 1] = xs[i - 1] + [xs[i][1]]
    return sum([sum(v) * v[0] for v in xs])


def heap_of_pairs(x, n):
    h = []
    for i in range(n):
        h.append((abs(x[i]) + i * 0.01, x[i] * x[0]))
        k = len(h) - 1
        while k > 0 and h[k][0] < h[(k - 1) // 2][0]:
            h[k], h[(k - 1) // 2] = h[(k - 1) // 2], h[k]
            k = (k - 1) // 2
    return h[0][1] * h[0][0] + h[-1][1]


def rows_eliminated(A, n):
    M = [list(r) for r in A]
    for k in range(n):
        p = M[k][k]
        M[k] = [v / p for v in M[k]]
        for i in range(n):
            if i != k:
                f = M[i][k]
                M[i] = [a - f * b for a, b in zip(M[i], M[k])]
        M[k], M[0] = M[0], M[k]
    return M[0][0] * M[1][2] + sum([sum(r) for r in M])


def polynomials(x, n):
    p = [1.0]
    for i in range(n):
        q = [0.0] * (len(p) + 1)
        for j, c in enumerate(p):
            q[j] += c * x[i]
            q[j + 1] += c
        p = q
    d = [k * c for k, c in enumerate(p)][1:]
    return sum([c**2 for c in p]) + d[0] * d[-2]


PROGRAMS = [
    (sum_of_lists, VECTOR, 3),
    (two_lists_joined, VECTOR, 3),
    (list_argument_joined, [0.5 + 0.1 * k for k in range(25)], 3),
    (lists_in_a_list_joined, VECTOR, 3),
    (lists_in_a_list_extended, VECTOR, 3),
    (tuples_into_a_list, VECTOR, 3),
    (tuples_with_constants, VECTOR, 3),
    (tuples_from_their_neighbours, VECTOR, 3),
    (tuples_with_arrays, VECTOR, 3),
    (tuples_swapped, VECTOR, 3),
    (arrays_replaced, VECTOR, 3),
    (array_replaced_by_zeros, VECTOR, 3),
    (lists_replaced, VECTOR, 3),
    (heap_of_pairs, VECTOR, 5),
    (rows_eliminated, SQUARE, 2),
    (polynomials, VECTOR, 4),
]


@pytest.mark.parametrize(("f", "args"), [(f, args) for f, *args in PROGRAMS])
def test_lists(f, args):
    outcome = judged(f, *args)
    assert outcome.status == "ok", outcome


def one_item_in_all_trips(x, n):
    a = [x * 1.0 for _ in range(n)]
    b = []
    for i in range(n):
        b.append(a[0])
    b[0][0] = x[1] * 3
    return sum([np.sum(v * v) for v in b])


def extended_by_itself(x, n):
    a = [x * 1.0 for _ in range(n)]
    a.extend(a)
    a[0][0] = x[1] * 3
    return sum([np.sum(v * v) for v in a])


def its_own_item_again(x, n):
    a = [x * 1.0 for _ in range(n)]
    a.append(a[0])
    a[0][0] = x[1] * 3
    return sum([np.sum(v * v) for v in a])


def joined_in_a_loop(x, n):
    a = [x * 1.0 for _ in range(n)]
    b = a
    for i in range(n):
        b = b + a
    b[0][0] = x[1] * 3
    return sum([np.sum(v * v) for v in b])


def item_over_another(x, n):
    a = [x * 1.0 for _ in range(n)]
    a[0] = a[1]
    a[0][0] = x[1] * 3
    return sum([np.sum(v * v) for v in a])


def item_of_the_last_trip(x, n):
    a = [x * 1.0 for _ in range(n)]
    for i in range(1, n):
        a[i] = a[i - 1]
        a[i][i] = 2 * x[0]
    return sum([np.sum(v * v) for v in a])


def joined_slices(x, n):
    a = [x * 1.0 for _ in range(n)]
    b = a[1:] + a[:1]
    b[0][0] = x[1] * 3
    return sum([np.sum(v * v) for v in a])


def not_a_swap(x, n):
    a = [x * 1.0 for _ in range(n)]
    a[0], a[1] = a[1], a[1]
    a[0][0] *= x[1] * 3
    return sum([np.sum(v * v) for v in a])


def display_of_items(x, n):
    a = [x * 1.0 for _ in range(n)]
    b = [a[0], a[0], a[1]]
    for i in range(n):
        b[i][0] *= x[1] * 3
    return sum([np.sum(v * v) for v in b])


def lists_joined_twice(x, n):
    a = [[x[i]] for i in range(n)]
    b = a + a
    b[0].append(x[2] ** 2)
    b[1][0] = x[3] * 2
    return sum([sum(v) * len(v) for v in b])


@pytest.mark.parametrize(
    "f",
    [
        one_item_in_all_trips,
        extended_by_itself,
        its_own_item_again,
        joined_in_a_loop,
        item_over_another,
        item_of_the_last_trip,
        joined_slices,
        not_a_swap,
        display_of_items,
        lists_joined_twice,
    ],
)
def test_a_write_that_is_seen_through_another_item_or_list(f):
    with pytest.raises(UnsupportedError, match=r"which something else may hold too|may share memory|may be the same object"):
        astgrad.grad(f)(VECTOR, 3)


def rows_swapped(A, n):
    rows = [list(r) for r in A]
    for k in range(n):
        rows[k], rows[n] = rows[n], rows[k]
        rows[k][0] = rows[k][0] * rows[k + 1][1]
        rows[k + 1][2] += rows[k][0]
    return sum([sum(r) * r[0] for r in rows])


def grid_copied(A, n):
    grid = [[A[i, j] * 1.0 for j in range(3)] for i in range(3)]
    for _ in range(n):
        new = [row[:] for row in grid]
        for i in range(3):
            new[i][0] = grid[i][1] * grid[i - 1][2]
        grid = new
    return sum([sum(row) for row in grid])


def rows_of_their_own(x, n):
    rows = []
    for i in range(n):
        row = np.zeros(3)
        row[0] = x[i]
        rows.append(row)
    for i in range(n):
        rows[i][1] = rows[i - 1][0] * x[i]
    return sum([np.sum(r * r) for r in rows])


@pytest.mark.parametrize(
    ("f", "args"),
    [(rows_swapped, (SQUARE, 2)), (grid_copied, (SQUARE, 2)), (rows_of_their_own, (VECTOR, 3))],
)
def test_a_write_into_an_item_that_nothing_else_holds(f, args):
    outcome = judged(f, *args)
    assert outcome.status == "ok", outcome


def test_what_is_not_known_to_be_a_list_is_not_changed_quietly():
    def f(x):
        items = []
        for i in range(x.shape[0]):
            items.insert(0, 1.0)
            items.append(x[i])
        return sum(items)

    with pytest.raises(UnsupportedError, match="is not known to be a list"):
        astgrad.grad(f)(np.array([0.3, 0.7]))
