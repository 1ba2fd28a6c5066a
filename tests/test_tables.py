"""What foreign code keeps outside its functions: tables, options, texts that choose a branch."""

import numpy as np
import pytest

import astgrad

POINTS = [0.5, 1.5]
FACTORS = [1.0, 2.0]
ROWS = [[2.0, 3.0], [4.0, 5.0]]
DOUBLED = {"scale": 2.0}
AS_SINE = {"fun": np.sin}


def read_in_a_loop_and_after_it(x, n):
    total = x
    for i in range(n):
        total = total + x**2 * POINTS[i % 2]
    return total * POINTS[n % 2]


def read_on_one_path(x, n):
    scale = POINTS[n % 2] * FACTORS[n % 2] if x > 0 else 1.0
    return x**2 * scale * POINTS[n % 2]


def read_in_a_branch_of_a_loop(x, n):
    i = 0
    while i < n:
        x = x**2 * POINTS[i % 2] if x > i else x * FACTORS[i % 2] * POINTS[i % 2]
        i += 1
    return x * POINTS[i % 2] + POINTS[0]


def looked_up(x, n):
    for i in range(n):
        if x <= POINTS[i]:
            row = ROWS[i]
            break
        elif i == n - 1:
            row = ROWS[-1]
    return row[1] * x**2


def series(x, n, factors=[0.5, 0.25, 0.125], scales={"a": 2.0}):
    total = 0.0
    for i in range(n):
        total += factors[i] * x**i * scales["a"]
    return total


def a_default_table(x, n):
    return series(x, n) * x


def secant(fun, x, args=(), kwargs={}):
    y = 1.1 * x
    for _ in range(6):
        x, y = y, y - fun(y, *args, **kwargs) * (y - x) / (
            fun(y, *args, **kwargs) - fun(x, *args, **kwargs))
    return x


def default_keywords(x, n):
    def fun(p, a, b=1.0):
        return p * p - a * b

    return secant(fun, 1.3, (x,)) + secant(fun, 1.7, (x,), {"b": 2.0})


def option(x, *, scale=1.0, fun=np.cos):
    return fun(scale * x)


def keywords_from_outside(x, n):
    return option(x, **AS_SINE) + option(x, **DOUBLED) + option(x, **{**AS_SINE, **DOUBLED})


@pytest.mark.parametrize("x", [0.7, -0.4])
@pytest.mark.parametrize("f", [read_in_a_loop_and_after_it, read_on_one_path,
                               read_in_a_branch_of_a_loop, looked_up, a_default_table,
                               keywords_from_outside])
def test_tables(f, x):
    astgrad.check_grads(lambda x: f(x, 2), (x,))


def test_keywords_that_a_default_leaves_empty():
    assert astgrad.grad(default_keywords)(2.0, 0) == pytest.approx(
        0.5 / np.sqrt(2.0) + 1.0 / np.sqrt(4.0))


def test_a_default_table_is_read_at_each_call(monkeypatch):
    gradient = astgrad.grad(a_default_table)
    gradient(0.7, 2)
    monkeypatch.setitem(series.__defaults__[1], "a", 4.0)
    assert gradient(0.7, 2) == pytest.approx(2.0 + 2.0 * 0.7)
    monkeypatch.setattr(series, "__defaults__", ([1.0, 2.0], series.__defaults__[1]))
    assert gradient(0.7, 2) == pytest.approx(4.0 + 16.0 * 0.7)


def chosen(x, y):
    method = "product" if x > y else "sine"
    if method == "product":
        return x * y**2
    return np.sin(x) * y if method != "none" else x


def chosen_or_none(x, y):
    method = "product" if x > y else None
    if method is None:
        return x * y
    return x * y**2 if method == "product" else x


def ordered(x, y):
    method = "abc" if x > y else "d"
    if "b" in method:
        return x * y**2
    return x * x * y if method < "c" else y * x**3


def listed(x, y):
    found = []
    if x < y:
        found.append("u")
    if x < 2 * y:
        found.append("v")
    total = 0.0
    for name in found:
        total += x * y if name == "u" else x**2
    return total * y if "u" in found else total + x


@pytest.mark.parametrize("y", [0.4, 0.9])
@pytest.mark.parametrize("f", [chosen, chosen_or_none, ordered, listed])
def test_texts_that_are_chosen_at_run_time(f, y):
    astgrad.check_grads(f, (0.7, y))


def made_here(x, a, n):
    items = (x, 2.0 * x, x * x)
    total = 0.0
    for i in range(n):
        total += items[i] * x
    return total


def given(x, a, n):
    total = 1.0
    for i in range(n):
        total = total + a[i] * x ** (i + 1)
    return total * a[-1]


def in_pairs(x, a, n):
    items = ((x, a[0]), (x * x, a[1]))
    for i in range(n):
        factor, term = items[i % 2]
        x = x * factor + term * items[i % 2][0]
    return x


def chosen_number(x, a, n):
    for i in range(n):
        x = x + (1.0, x)[i % 2] * a[1] ** 2
    return x


@pytest.mark.parametrize("f", [made_here, given, in_pairs, chosen_number])
def test_items_of_tuples_by_a_number_known_at_run_time(f):
    astgrad.check_grads(f, (0.7, (1.2, 0.8, -0.4), 3))


def table_of_an_argument(x, table, n):
    for i in range(n):
        x = x + table[i] * x**2
    return x


def test_a_table_that_does_not_change_is_not_saved():
    table = [2.0, 3.0, 4.0]
    text = astgrad.derivative_source(table_of_an_argument, 0.1, table, 3, argnums=(0, 1))
    assert text.count(".append(") == 1  # x
    astgrad.check_grads(table_of_an_argument, (0.1, table, 3))
