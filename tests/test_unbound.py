# ruff: noqa: F821, F823 - here names are read before the text binds them
"""Variables that are bound on some paths only, and read on those."""

import numpy as np
import pytest

import astgrad
from astgrad.errors import UnsupportedError
from tests.judged import judged

VECTOR = np.array([1.1, 0.3, -1.1, -0.9, -1.0])
SQUARE = np.array([[0.9, -1.2, -0.9], [1.0, 0.3, -0.3], [-1.1, 0.8, 0.2]])


def in_a_with_block(x, n):
    s = 0.0
    for i in range(n):
        with np.errstate(all="ignore"):
            if i > 0:
                y = np.tanh(x[i] * x)
                z = y * y
        if i > 0:
            s = s + np.sum(z * y) * s + np.sum(y)
    return s


def in_nested_branches(x, n):
    s = 1.0
    for i in range(n):
        if i > 0:
            if i != 2:
                y = np.tanh(x[i] * x)
        if i > 0 and i != 2:
            s = s * np.sum(y * y) + np.sum(y)
    return s


def a_list_that_a_trip_binds_and_breaks(x, limit):
    n = 0
    y = x
    while True:
        if n < 1:
            pair = [np.sin(x), x]
        if np.all(y > limit):
            break
        y = y + pair[-1] * pair[0]
        n += 1
    return np.sum(y)


def a_list_that_no_trip_binds(x, n):
    s = 0.0
    for _ in range(n):
        if 0.7 < x[0] < 1.0:
            pair = [np.maximum(x, 1.0), x[0]]
        if 0.7 < x[0] < 1.0:
            s = s + np.sum(pair[0] * x) * pair[1]
    return s + x[1]


def a_branch_before_a_break(x, n):
    s = 1.0
    k = 0
    while s and k < n:
        if np.exp(x[k]) > 2.5:
            if x[0] > 0:
                s = s * x[k]
            break
        with np.errstate(all="ignore"):
            s = s * np.sin(x[k])
        k += 1
    return s * np.sum(x)


def list_in_a_branch(x, c, n):
    a = x * 1.0
    if c:
        y = []
        for i in range(n):
            y.append(a**2 * i)
    for i in range(n):
        if c:
            a = a * y[i] + 1
    return np.sum(a)


def list_in_each_branch(x, c, n):
    a = x * 1.0
    if c:
        y = [x[0] * i for i in range(n)]
        y[0] = 2 * y[1]
    else:
        z = [x * 3.0 for _ in range(n)]
    for i in range(n):
        if c:
            a = a * y[i] + 1
            y[i] = y[i] * y[i - 1]
        elif i:
            z[i] = z[i] * z[i - 1]
    if c:
        return np.sum(a) + sum(y)
    return np.sum(z[-1]) * np.sum(z[0])


def list_that_the_first_trip_makes(x, n):
    tot = 0.0
    for i in range(n):
        if i == 0:
            hist = [x * x]
        else:
            hist.append(hist[-1] * x[i] + hist[0])
    for h in hist:
        tot += np.sum(h) * tot + h[0]
    return tot


def dict_in_a_branch(x, c, n):
    if c:
        p = {"w": x * 2, "b": [x, x[:2] * x[1:3]]}
    for i in range(n):
        if c:
            p["w"] = p["w"] * x[i] + p["b"][1][0]
            p["b"][0] = p["w"] * p["b"][0]
    return np.sum(p["b"][0]) if c else x[0]


def bound_in_some_trips(x, tol):
    it = 0
    while True:
        if it > 5:
            break
        it += 1
        if it % 2:
            r = np.tanh(x * it)
            continue
        x = x + r * 0.1
        if np.sum(np.abs(r)) < tol:
            break
    return np.sum(x * r)


def array_that_the_first_trip_makes(x, n):
    for i in range(n):
        if i == 0:
            acc = np.zeros_like(x)
        acc += x * i
        acc[i] *= x[i]
    return np.sum(acc**2)


def branch_inside_with(x, s):
    with np.errstate(all="ignore"):
        if x.shape[0] > 9:
            x[:] = s * x[:]
    return np.mean(x)


def one_of_several_kinds(y, n):
    d1 = {"a": 1.0, "b": y}
    h1 = 0.0
    for _ in range(n):
        h1 = d1["b"]
    d1["b"][:] /= np.concatenate((h1[1:2], y[1:]))
    return np.sum(d1["b"])


def adjoint_of_what_another_branch_made(x, A, s):
    x[0] = 1.0
    if s:
        for _ in range(0):
            A[1] = A.T @ x
            x[0] *= 1.0
        x[:] = 1.0
    return np.sum(A)


def first_trip_binds(x, n):
    acc = 1.0
    for i in range(n):
        if i == 0:
            e = np.cos(x)
        else:
            e = e * x
        acc = acc * 0.5 + e.mean()
    return acc


def first_trip_of_a_while_loop_binds(x, n):
    i = 0
    while i < n:
        if i:
            e = e * x
        else:
            e = np.cos(x)
        i += 1
    return np.sum(e)


def number_that_the_first_trip_binds(x, n):
    for i in range(n):
        if i:
            e = e * x[0]
        else:
            e = np.cos(x[0])
    return np.sum(e)


def choice_by_trip(x, n):
    for i in range(n):
        e = np.cos(x) if i == 0 else e * x
    return np.sum(e)


def pair_by_trip(x, n):
    for i in range(n):
        if i == 0:
            a, b = x[0], x * 2
        else:
            a, b = a * b[i], b * a
    return a + np.sum(b)


def what_trips_before_bound(x, n):
    s = 0.0
    for i in range(n):
        if i > 1:
            s += prev @ older
        if i > 0:
            older = prev
        prev = x * x[i]
    return s


def dict_that_the_first_inner_trip_makes(x, n):
    s = 0.0
    for i in range(n):
        for j in range(2):
            if i + j == 0:
                m = {"k": x[0], "v": [x[1]]}
            else:
                m["k"] = m["k"] * x[i]
                m["v"].append(m["k"])
        s += m["k"] * m["v"][-1]
    return s


def bound_at_a_countdown(x, n):
    while True:
        if n == 3:
            k = 0
            acc = x[0]
        else:
            acc = acc * x[k]
            k += 1
        n -= 1
        if n < 0:
            return acc


def bound_after_it_is_read(x, n):
    total = 0.0
    for i in range(n):
        if i > 0:
            total = total + f * x[i]

        def g(v):
            return v * v

        f = g(x[i])
    return total


def bound_in_two_places(x, n):
    for i in range(n):
        if i > 0:
            y = y + z
        z = x * i
        if i == 0:
            y = z
    return np.sum(y)


def list_that_an_inner_first_trip_makes(x, n):
    acc1 = 0.0
    for i2 in range(n):
        acc2 = 1.02
        for i3 in range(3):
            if i3 == 0:
                xs1 = [np.maximum(x, 0.65), np.log1p(x**2)]
            else:
                xs1.append(np.sin(x))
            acc2 = acc2 * -0.96 + sum([np.sum(np.sin(v)) for v in xs1])
        acc1 += acc2
    return acc1


PROGRAMS = [
    (first_trip_binds, VECTOR, 3),
    (first_trip_of_a_while_loop_binds, VECTOR, 3),
    (number_that_the_first_trip_binds, VECTOR, 3),
    (choice_by_trip, VECTOR, 3),
    (pair_by_trip, VECTOR, 3),
    (what_trips_before_bound, VECTOR, 4),
    (dict_that_the_first_inner_trip_makes, VECTOR, 3),
    (bound_at_a_countdown, VECTOR, 3),
    (bound_after_it_is_read, VECTOR, 4),
    (bound_in_two_places, VECTOR, 4),
    (list_that_an_inner_first_trip_makes, VECTOR, 2),
    (in_a_with_block, VECTOR, 4),
    (in_nested_branches, VECTOR, 4),
    (a_list_that_a_trip_binds_and_breaks, VECTOR, -2.0),
    (a_list_that_a_trip_binds_and_breaks, VECTOR, 0.0),
    (a_list_that_no_trip_binds, VECTOR, 2),
    (a_list_that_no_trip_binds, VECTOR - 0.3, 2),
    (a_branch_before_a_break, VECTOR, 5),
    (a_branch_before_a_break, VECTOR - 0.2, 5),
    (list_in_a_branch, VECTOR, True, 3),
    (list_in_a_branch, VECTOR, False, 3),
    (list_in_a_branch, VECTOR, True, 0),
    (list_in_each_branch, VECTOR, True, 3),
    (list_in_each_branch, VECTOR, False, 3),
    (list_that_the_first_trip_makes, VECTOR, 4),
    (dict_in_a_branch, VECTOR, True, 3),
    (dict_in_a_branch, VECTOR, False, 3),
    (bound_in_some_trips, VECTOR, 1e-3),
    (array_that_the_first_trip_makes, VECTOR, 4),
    (branch_inside_with, VECTOR, 1.1),
    (one_of_several_kinds, VECTOR, 1),
    (adjoint_of_what_another_branch_made, VECTOR[:3], SQUARE, -0.4),
]


@pytest.mark.parametrize(("f", "args"), [(f, args) for f, *args in PROGRAMS])
def test_what_is_bound_on_some_paths(f, args):
    outcome = judged(f, *args)
    assert outcome.status == "ok", outcome


e = 7.0


def test_a_global_of_the_same_name_is_not_read():
    """The assignment makes `e` a name of the function, on all its paths."""

    def f(x, n):
        for i in range(n):
            if i == 0:
                e = 2.0 * x
            else:
                e = e * x
        return np.sum(e)

    np.testing.assert_allclose(astgrad.grad(f)(VECTOR, 2), 4.0 * VECTOR)


def test_what_is_read_before_anything_binds_it():
    def f(x):
        y = x + e
        e = y
        return e

    with pytest.raises(UnsupportedError, match="`e` is not bound here"):
        astgrad.grad(f)(1.0)


def test_what_is_none_in_the_first_trip_has_no_shape_for_another():
    def f(x):
        before = None
        for _ in range(2):
            if before is not None:
                total = np.sum(before)
            before = np.tanh(x + x[0])
        return total

    x = np.array([-1.2, 0.3])
    t, u = np.tanh(2 * x[0]), np.tanh(x[0] + x[1])
    tt, uu = -2 * t * (1 - t * t), -2 * u * (1 - u * u)
    np.testing.assert_allclose(astgrad.jacobian(astgrad.grad(f))(x),
                               [[4 * tt + uu, uu], [uu, uu]])


def three_back(x, n):
    before = earlier = earliest = None
    for _ in range(n):
        new = x - 0.3 * (x * x - 2.0)
        if earliest is not None:
            new = new + 0.01 * earliest
        earliest, earlier, before, x = earlier, before, x, new
    return np.sum(x * x)


def until_it_settles(x, n):
    before = earlier = None
    i = 0
    while i < n:
        new = x - 0.3 * (x * x - 2.0)
        if before is not None and earlier is not None and np.all(earlier == x):
            raise ValueError("stuck")
        if np.all(np.abs(new - x) < 1e-9):
            return np.sum(new * x)
        earlier, before, x = before, x, new
        i += 1
    return np.sum(x)


@pytest.mark.parametrize("x", [1.2, np.array([1.2, 0.7])])
@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("f", [three_back, until_it_settles])
def test_what_was_None_before_the_loop_is_handed_on(f, n, x):
    astgrad.check_grads(lambda x: f(x, n), (x,))
