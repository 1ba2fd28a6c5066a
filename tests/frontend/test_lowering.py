"""The lowered program does what Python does: `same` compares values, kinds and structures."""

import functools
import math

import numpy as np
import pytest
from lowered import lowered_value, same
from programs import PROGRAMS

from astgrad.errors import AliasError, UnsupportedError
from astgrad.frontend.entry import lower

X = np.array([0.5, -1.5, 2.0, 0.25])
A = np.arange(12.0).reshape(3, 4) / 7.0
NOT_YET = set()


def refused(function, *args):
    with pytest.raises(UnsupportedError) as caught:
        lower(function, args, {})
    text = str(caught.value)
    assert "$" not in text
    assert "^" in text
    return text


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_the_corpus(program):
    for seed in range(2):
        args = program.make(np.random.default_rng(seed), 1)
        if program.name in NOT_YET:
            refused(program.function, *args)
        else:
            same(program.function, *args)


# -- aliases ----------------------------------------------------------------------------


def add_then_read(a, b):
    a[0] = 3.0 * a[1]
    return np.sum(a * b)


def test_one_array_as_two_arguments_is_one_storage():
    x = X.copy()
    same(add_then_read, x, x)
    same(add_then_read, x, x.copy())


def test_a_written_argument_that_overlaps_another_is_refused():
    x = X.copy()
    with pytest.raises(AliasError, match="shares memory"):
        lower(add_then_read, (x[:3], x[1:]), {})


def ambiguous(x, c):
    a, b = x * 1.0, x * 2.0
    y = a if c > 0 else b
    a[0] = 5.0
    return y[0]


def test_an_ambiguous_write_is_refused():
    assert "may share memory" in refused(ambiguous, X, 1.0)


def ping_pong(x, n):
    a, b = x.copy(), np.zeros_like(x)
    for _ in range(n):
        b[1:] = 0.5 * a[:-1] + a[1:]
        b[0] = a[0]
        a, b = b, a
    return a - b


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_ping_pong_is_not_ambiguous(n):
    same(ping_pong, X, n)


def overlapping(x):
    x = x.copy()
    x[1:] = x[:-1] + x[1:]
    x[::-1] += x
    return x


def test_overlapping_slices():
    same(overlapping, X)


def swapped(x, i, j):
    x = x.copy()
    x[i], x[j] = x[j], x[i]
    return x


def test_swap():
    same(swapped, X, 0, 2)


def raveled(a):
    b = 1.0 - a
    flat = b.ravel()
    flat += 1.0
    return b


def test_ravel_of_an_array_in_fortran_order_is_not_a_view():
    same(raveled, A)
    try:
        same(raveled, np.asfortranarray(A))
    except UnsupportedError as error:
        assert "may share memory" in str(error)


def over_a_rebound_name(y, s):
    for v in y:
        y -= 1.0
        s *= v
        y = 1.0 + y
    return s


def test_a_loop_runs_over_the_object_not_the_name():
    try:
        same(over_a_rebound_name, X[:2], 1.0)
    except UnsupportedError as error:
        assert "may share memory" in str(error)


# -- jumps, names ------------------------------------------------------------------------


def best_of(values, limit):
    best = None
    for v in values:
        if v > limit:
            continue
        if best is None or v > best:
            best = v
    return -1.0 if best is None else best * 2.0


@pytest.mark.parametrize("limit", [-5.0, 0.3, 9.0])
def test_none_until_found(limit):
    same(best_of, X, limit)


def falls_off(x):
    if x > 0:
        return x


def uses_none(x):
    y = falls_off(x)
    return 0.5 if y is None else y * y


@pytest.mark.parametrize("x", [-1.0, 2.0])
def test_a_function_that_may_return_none(x):
    same(uses_none, x)


def halves(x):
    while (y := x / 2) > 1:
        x = y
    return x + y


def exhausted(x, n):
    k = 0
    while k < n and (k := k + 1):
        if x[k] < -5.0:
            break
    else:
        x = x * 2.0
    return x


def test_walrus_in_a_while_test():
    same(halves, 11.0)
    for n in (0, 1, 3):
        same(exhausted, X, n)


def promoted(x, n):
    s, p = 0, 0.0
    for i in range(n):
        s += x[i]
        p = p + x
    return s, p


@pytest.mark.parametrize("n", [1, 3])
def test_accumulators_change_their_kind(n):
    same(promoted, X, n)


def returns_inside(x, n):
    for i in range(n):
        for j in range(i + 1):
            if x[i] * x[j] < 0:
                return i * 10 + j
    return -1


@pytest.mark.parametrize("n", [0, 1, 2, 4])
def test_return_from_two_loops(n):
    same(returns_inside, X, n)


# -- containers --------------------------------------------------------------------------


def item_then_replaced(x, n):
    xs = [x * k for k in range(n)]
    last = xs[-1]
    xs.append(x + 1.0)
    xs[0] = x - 1.0
    return last * xs[0] + xs[-1]


def test_an_item_is_the_object_not_the_place():
    same(item_then_replaced, X, 40)


def grid(n):
    rows = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            rows[i][j] = rows[i - 1][j] + i * j + 1.0
    return rows[n - 1][n - 1]


def one_row_thrice(x, n):
    rows = [[0.0, 1.0]] * 3
    for i in range(n):
        rows[i][0] = x
    return rows[0][0] + rows[2][0]


def test_lists_of_lists():
    same(grid, 4)
    assert "more than once" in refused(one_row_thrice, 2.0, 1)


def built(x, n):
    xs, total = [], 0.0
    for i in range(n):
        xs.append(x * i)
    while xs:
        total = total * 0.5 + np.sum(xs.pop())
    return total + sum(v * v for v in x if v > 0) + max([v for v in x if v != 2.0])


@pytest.mark.parametrize("n", [0, 1, 4])
def test_lists_built_in_loops(n):
    same(built, X, n)


def keys_by_number(x, n):
    d = {}
    for k in range(3):
        d[f"w{k}"] = x * k
    for k in range(3):
        x = x + d[f"w{k}"]
    return x


def run_time_keys(x, n):
    d = {}
    for k in range(n):
        d[k] = x
    return d[0]


def test_keys_of_a_short_loop():
    same(keys_by_number, X, 2)
    same(run_time_keys, X, 2)


def starred(x):
    first, *rest, last = x
    return first + 2.0 * sum(rest) - last


def zipped(x, names):
    total = 0.0
    for name, v in zip(names, x):
        total += len(name) * v
    return total


def test_unpacking_and_zip():
    same(starred, X)
    same(zipped, X[:2], ["a", "bb", "c"])


# -- functions ---------------------------------------------------------------------------


def power(x, n):
    return 1.0 if n == 0 else x * power(x, n - 1)


def cube(x):
    return power(x, 3) + power(x, 40)


def test_recursion_that_ends_statically():
    same(cube, 1.01)
    same(power, 1.01, 3)


def late_binding(x):
    fs = [lambda y, k=k: y * k + s for k in range(3)]
    s = 2.0 * x
    half = functools.partial(math.pow, x)
    return sum(f(x) for f in fs) + half(2.0)


def counted(x, n):
    total = 0.0

    def push(v):
        nonlocal total
        total += v * total + 1.0

    for k in range(n):
        push(x * k)
    return total


def test_closures():
    same(late_binding, 1.5)
    same(counted, 0.3, 4)


def formatted(x, n):
    label = f"{n:>3}|{x:.2f}|{x!r}"
    assert len(label) > 3, label
    return x * len("%d" % n)


def test_texts():
    same(formatted, 1.25, 12)


def numpy_inside(x):
    mask = np.tri(len(x))
    return np.where(mask > 0, x, 0.0), np.logaddexp.reduce(x)


def test_numpys_own_functions_are_not_inlined():
    same(numpy_inside, X)


# -- refusals ----------------------------------------------------------------------------


def two_problems(x):
    try:
        y = x
    except ValueError:
        y = 2.0
    z = y + 1.0
    match x:
        case 1.0:
            w = 2.0
    return z * w


def truncated(x):
    k = np.zeros(3, dtype=int)
    k[0] = x
    return k[0]


def test_all_problems_are_reported_once():
    text = refused(two_problems, 1.0)
    assert text.count("test_lowering.py") == 2
    assert "truncates" in refused(truncated, 1.5)


def test_unbound_names_raise():
    def unbound(n):
        for _ in range(n):
            y = 2.0
        return y

    assert lowered_value(unbound, 1) == 2.0
    with pytest.raises(UnboundLocalError):
        lowered_value(unbound, 0)
