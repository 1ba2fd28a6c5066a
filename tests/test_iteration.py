"""Loops over what changes while they run: Python reads an item when its trip begins."""

import itertools

import numpy as np
import pytest

import astgrad
from astgrad.errors import UnsupportedError

VECTOR = np.array([1.1, 0.3, -1.1])


def zipped_with_letters(x):
    total = 0.0
    for _, v in zip("abc", x, strict=True):
        total += v**2
        x[2] = x[2] * v
    return total


def zipped_with_numbers(x):
    total = 0.0
    for c, v in zip((1.0, 2.0, 3.0), x, strict=True):
        total += c * v**2
        x *= v
    return total


def known_list(x):
    xs = [x * 1.0, x * 2.0, x * 3.0]
    total = 0.0
    for i, v in enumerate(xs):
        total += np.sum(v**2)
        if i < 2:
            xs[i + 1] = xs[i + 1] * v
    return total


def mapped(x):
    k = 1.0
    total = 0.0
    for v in map(lambda u: u * k, [x[0], x[1], x[2]]):  # noqa: C417 - as users write it
        k += v
        total += v * v
    return total


def items_of_a_dict(x):
    d = {"a": x[:2] * 1.0, "b": x[1:] * 2.0}
    total = 0.0
    for _, v in d.items():
        d["b"] = d["b"] * v
        total += np.sum(v**2)
    return total


def values_asked_for_later(x):
    d = {"a": x[:2] * 1.0, "b": x[1:] * 2.0}
    values = d.values()
    d["b"] = d["a"] ** 2
    return sum(np.sum(v**3) for v in values)


@pytest.mark.parametrize("f", [zipped_with_letters, zipped_with_numbers, known_list, mapped,
                               items_of_a_dict, values_asked_for_later])
def test_items_are_read_when_their_trip_begins(f):
    h, direction = 1e-6, np.array([0.3, -0.7, 0.5])
    slope = (f(VECTOR + h * direction) - f(VECTOR - h * direction)) / (2 * h)
    gradient = astgrad.grad(f)(VECTOR.copy())
    np.testing.assert_allclose(gradient @ direction, slope, rtol=1e-7)


def grows(x):
    xs = [x[0], x[1]]
    total = 0.0
    for v in xs:
        if len(xs) < 5:
            xs.append(v * v)
        total += v
    return total


def loses_keys(x):
    d = {"a": x[0], "b": x[1]}
    total = 0.0
    for key in d:  # noqa: PLC0206 - the body changes it
        total += d[key]
        d["c"] = total
    return total


@pytest.mark.parametrize("f", [grows, loses_keys])
def test_what_changes_its_length_under_a_loop_is_refused(f):
    with pytest.raises(UnsupportedError, match=r"while the loop runs over it"):
        astgrad.grad(f)(VECTOR)


def grows_unknown(x, n=3):
    xs = [x * (i + 1.0) for i in range(n)]
    total = 0.0
    for v in xs:
        total += np.sum(v**2)
        if len(xs) < 5:
            xs.append(v * 2.0)
    return total


def shrinks_unknown(x, n=3):
    xs = [x * (i + 1.0) for i in range(n)]
    total = 0.0
    for i, v in enumerate(xs):
        total += np.sum(v**2)
        if i == 0:
            xs.pop()
    return total


@pytest.mark.parametrize("f", [grows_unknown, shrinks_unknown])
def test_a_list_of_unknown_length_that_changes_under_a_loop_is_refused(f):
    with pytest.raises(UnsupportedError, match=r"while the loop runs over it"):
        astgrad.grad(f)(VECTOR, 3)


def generator_then_write(x):
    doubled = (v * 2.0 for v in x)
    x[0] = x[1] ** 2
    return sum(doubled)


def generator_of_a_name(x):
    k = 1.0
    scaled = (v * k for v in x)
    k = 3.0
    return sum(scaled)


def generator_in_a_loop_that_writes(x):
    total = 0.0
    for v in (u * 2.0 for u in x):
        total += v**2
        x[2] = x[2] * v
    return total


def pairs_in_a_loop_that_writes(x):
    total = 0.0
    for a, b in itertools.pairwise(x):
        total += a * b
        x[2] = x[2] * b
    return total


def chained(x):
    total = 0.0
    for a in itertools.chain(x, [x[0]]):
        total += a**2
        x[2] = x[2] * a
    return total


def filtered_then_written(x):
    positive = filter(lambda v: v > 0.0, x)
    x[0] = 3.0 * x[1] ** 2
    return sum(positive)


@pytest.mark.parametrize("f", [generator_then_write, generator_of_a_name, chained,
                               generator_in_a_loop_that_writes, pairs_in_a_loop_that_writes,
                               filtered_then_written])
def test_an_iterator_over_what_changes_before_it_is_asked_is_refused(f):
    with pytest.raises(UnsupportedError, match=r"changes before its items are asked for"):
        astgrad.grad(f)(VECTOR)


def generator_twice(x):
    squares = (v**2 for v in x)
    return sum(squares) + 3.0 * sum(squares)


def map_twice(x):
    squares = map(np.square, x)
    return sum(squares) + 3.0 * sum(squares)


def zip_twice(x):
    pairs = zip(x[1:], x, strict=False)
    total = 0.0
    for a, b in pairs:
        total += a * b
    for a, b in pairs:
        total += a * b
    return total


def zip_in_a_loop(x):
    pairs = zip(x[1:], x, strict=False)
    total = 0.0
    for _ in range(3):
        for a, b in pairs:
            total += a * b
    return total


@pytest.mark.parametrize("f", [generator_twice, map_twice, zip_twice, zip_in_a_loop])
def test_an_iterator_gives_its_items_once(f):
    with pytest.raises(UnsupportedError, match=r"gives its items once"):
        astgrad.grad(f)(VECTOR)


def each_on_its_own(x):
    scaled = (v * 2.0 for v in x)
    x = x**2
    total = 0.0
    for k in range(2):
        for a, b in zip(x, reversed(x), strict=True):
            total += a * b * k
        total += sum(v * k for v in x) + sum(map(np.square, x))
    pairs = zip(x, x, strict=True)
    return total * sum(scaled) + (sum(a * b for a, b in pairs) if x[0] > 0.0 else sum(
        a for a, _ in pairs))


def test_iterators_used_once():
    h, direction = 1e-6, np.array([0.3, -0.7, 0.5])
    slope = (each_on_its_own(VECTOR + h * direction) - each_on_its_own(VECTOR - h * direction)) / 2
    np.testing.assert_allclose(astgrad.grad(each_on_its_own)(VECTOR) @ direction, slope / h,
                               rtol=1e-7)
