"""Loops over what changes while they run: Python reads an item when its trip begins."""

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
