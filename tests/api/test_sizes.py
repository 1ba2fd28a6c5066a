"""A text holds for all sizes but those that its example excluded: lengths of slices that are 1."""

import numpy as np
import pytest

import astgrad
from astgrad.api.keys import key_of, lengths


def inner(x, w):
    return np.sum(x[1:-1] * w)


def halves(x, w):
    n = len(x) // 2
    return np.sum((x[:n] + x[n : 2 * n]) * w)


def rows(table, x):
    n = table.shape[1]
    total = 0.0
    for i in range(len(x) // n):
        total = total + np.sum(np.tanh(x[i * n : (i + 1) * n] * table[i]))
    return total


def texts(derivative):
    return {compiled.text for compiled in derivative._cache.found.values()}


@pytest.mark.parametrize(("function", "least"), [(inner, 3), (halves, 2)])
@pytest.mark.parametrize("first", ["longer", "one"])
def test_slices_of_length_one(function, least, first):
    """The text for longer ones does not hold for them; theirs holds for all."""
    derivative = astgrad.grad(function, argnums=(0, 1))
    rng = np.random.default_rng(0)
    cases = [(least, 5), (8 + least, None), (least, 7)]
    for n, m in [(4 + least, None), *cases] if first == "longer" else cases:
        x = rng.normal(size=n)
        fits = n - 2 if function is inner else n // 2
        w = rng.normal(size=fits if m is None else m)
        found = derivative(x, w)
        wanted = astgrad.numerical_grad(function, argnums=(0, 1))(x, w)
        assert [a.shape for a in found] == [x.shape, w.shape]
        np.testing.assert_allclose(np.concatenate(found), np.concatenate(wanted), atol=1e-6)
    assert len(texts(derivative)) == (2 if first == "longer" else 1)


def test_what_is_not_of_length_one_needs_no_sum():
    assert "unbroadcast" not in astgrad.derivative_source(
        halves, np.ones(8), np.ones(4), argnums=(0, 1))


def test_lengths_that_depend_on_the_trip_are_not_assumed():
    rng = np.random.default_rng(0)
    derivative = astgrad.grad(rows, argnums=1)
    for shape, n in (((3, 4), 12), ((5, 2), 10)):
        table, x = rng.normal(size=shape), rng.normal(size=n)
        wanted = astgrad.numerical_grad(rows, argnums=1)(table, x)
        np.testing.assert_allclose(derivative(table, x), wanted, atol=1e-6)


def test_sizes_of_another_call():
    old, new = ((np.ones((2, 3)), [np.ones(2)]), (np.ones((5, 4)), [np.ones(5)]))
    assert lengths(key_of(old), key_of(new)) == {2: 5, 3: 4}
    many = [np.ones(2)] * 20
    assert lengths(key_of((many,)), key_of((many,))) is None


def shifted(x, n):
    """`before` is of another length than what the trip cuts; once it has one element."""
    total = 0.0
    for i in range(1, n):
        if i > 1:
            total += np.sum(before * x[:i])  # noqa: F821 - bound by the first trip
        before = np.sin(x[:i])
    return total


def shifted_in_a_list(x, n):
    parts, total = [], 0.0
    for i in range(1, n):
        if i > 1:
            total += np.sum(parts[i - 2] * x[:i])
        parts.append(np.sin(x[:i]))
    return total


def masked(x, y):
    """Lengths that only the values tell: one element against many."""
    return np.sum(np.sin(x[x > 0]) * y[y > 0])


@pytest.mark.parametrize("function", [shifted, shifted_in_a_list])
def test_what_an_earlier_trip_cut_has_another_length(function):
    x = np.array([0.5, 1.5, 2.0, 3.0])
    wanted = astgrad.numerical_grad(function)(x, 3)
    np.testing.assert_allclose(astgrad.grad(function)(x, 3), wanted, atol=1e-6)


def test_what_a_mask_leaves_may_be_one_element():
    x, y = np.array([-1.0, 2.0, -3.0]), np.array([1.0, 2.0, -4.0, 3.0])
    wanted = astgrad.numerical_grad(masked, argnums=(0, 1))(x, y)
    found = astgrad.grad(masked, argnums=(0, 1))(x, y)
    np.testing.assert_allclose(np.concatenate(found), np.concatenate(wanted), atol=1e-6)


def triangle(c, a):
    for i in range(len(c)):
        c[i, : i + 1] += a[i] * a[: i + 1]
    return np.sum(c * c)


def test_equal_bounds_make_equal_lengths():
    text = astgrad.derivative_source(triangle, np.ones((4, 4)), np.ones(4), argnums=(0, 1))
    assert "unbroadcast" not in text


def windows(x, w):
    total = 0.0
    for i in range(len(x) - len(w) + 1):
        total += np.sin(np.sum(x[i : i + len(w)] * w))
    return total


def windows_from_the_end(x, w):
    total = 0.0
    for i in range(len(x) - len(w), -1, -1):
        total += np.sin(np.sum(x[i : i + len(w)] * w))
    return total


def windows_past_the_end(x, w):
    """The last ones are shorter: one element is spread over the weights."""
    total = 0.0
    for i in range(1, len(x) - len(w) + 2):
        part = x[i : i + len(w)]
        total += np.sin(np.sum(part * w))
    return total


def fixed_windows(x):
    total = 0.0
    for i in range(1, len(x) - 1):
        total += np.sin(np.sum(x[i - 1 : i + 2] * np.ones(3)))
    return total


@pytest.mark.parametrize(("function", "args"), [
    (windows, (np.arange(6.0) / 5, np.array([0.5, -1.0, 2.0]))),
    (windows, (np.arange(3.0), np.arange(5.0))),
    (windows_from_the_end, (np.arange(6.0) / 5, np.array([0.5, -1.0, 2.0]))),
    (windows_past_the_end, (np.arange(6.0) / 5, np.array([0.5, -1.0]))),
    (fixed_windows, (np.arange(6.0) / 5,)),
])
def test_windows(function, args):
    astgrad.check_grads(function, args, order=2)


def test_windows_inside_need_no_sum():
    for function in (windows, windows_from_the_end):
        text = astgrad.derivative_source(function, np.ones(6), np.ones(3), argnums=(0, 1))
        assert "unbroadcast" not in text
    text = astgrad.derivative_source(windows_past_the_end, np.ones(6), np.ones(3), argnums=(0, 1))
    assert "unbroadcast" in text


def masked_store(x, y):
    """What is stored is as long as the place, or one element that is spread over it."""
    x = x.copy()
    positive = x > 0
    x[positive] = 0.5 * x[positive] * y[:1]
    x[positive] = y[y > 1] * 2.0
    return np.sum(np.sin(x))


def lists_of_arrays(parts, w):
    total = 0.0
    for part in parts:
        part = part * w
        part /= 1.0 + np.abs(part).max()
        total += np.sum(part)
    return total


@pytest.mark.parametrize(("function", "args"), [
    (masked_store, (np.array([0.5, -1.0, 2.0]), np.array([0.3, 1.2, 0.8]))),
    (lists_of_arrays, ([np.array([0.5, 1.5, 2.0]), np.array([0.7])], np.array([2.0, 1.0, 0.5]))),
])
def test_stores_of_unknown_length(function, args):
    astgrad.check_grads(function, args, order=2)
