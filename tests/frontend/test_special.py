"""Classes with special methods, and iterators that are taken item by item."""

import dataclasses
import typing

import numpy as np
import pytest

import astgrad
from astgrad.errors import UnsupportedError


class Pair(typing.NamedTuple):
    a: float
    b: float

    def total(self):
        return self.a * self.b

    @property
    def twice(self):
        return 2 * self.a

    @classmethod
    def of(cls, u):
        return cls(u, 2 * u)

    def __add__(self, other):
        return Pair(self.a + other.a, self.b * other.b)


@dataclasses.dataclass(eq=False)
class Vector:
    x: float
    y: float
    scale = 2.0

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        if isinstance(k, Vector):
            return self.x * k.x + self.y * k.y
        return Vector(self.x * k, self.y * k)

    def __rmul__(self, k):
        return self * k

    def __sub__(self, other):
        return NotImplemented

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __iadd__(self, other):
        self.x += other.x
        return self

    def __lt__(self, other):
        return self.x < other.x

    def __abs__(self):
        return (self.x**2 + self.y**2) ** 0.5

    def __bool__(self):
        return self.x > 100

    def __float__(self):
        return self.x


class Shift(Vector):
    def __radd__(self, other):
        return other.x * self.y

    def __rsub__(self, other):
        return other.x * self.x


class Bag:
    def __init__(self, items):
        self.items = items

    def __getitem__(self, i):
        return self.items[i] * 2

    def __setitem__(self, i, value):
        self.items[i] = value * 3

    def __len__(self):
        return len(self.items)

    def __iter__(self):
        return iter(self.items)

    def __contains__(self, key):
        return key == 3

    def __call__(self, x):
        return self.items[0] * x

    def __matmul__(self, other):
        return self.items[0] * other


def added(x):
    p, v = Pair(x, x) + Pair(x * x, x), Vector(x, 2 * x) + Vector(x * x, 1.0)
    return p.a * p.b * v.x * v.y


def named_tuple(x):
    return Pair(x, x * x).total() * Pair(x, x).twice * Pair.of(x).b


def scaled(x):
    v = 2.0 * Vector(x, 2 * x) * x
    return v * -v * Vector.scale * v.scale


def in_place(x):
    v = w = Vector(x, 2 * x)
    v += Vector(x * x, x)
    return v.x * w.x * v.y


def compared(x):
    v = Vector(x, 2 * x)
    if v:
        return x
    if not v < Vector(3.0, 1.0):
        return x
    return abs(v) * float(v) if Vector(0.0, 0.0) < v else x


def summed(x):
    v = sum([Vector(x, x), Vector(x, x * x)], Vector(0.0, 0.0))
    return v.x * v.y


def reflected(x):
    """The class further down is asked first; what is left to the other class goes there."""
    return (Vector(x, x) + Shift(x * x, x)) * (Vector(x, x) - Shift(x * x, x))


def subscripts(x):
    bag = Bag(np.array([x, x * x]))
    bag[0] = x**3
    bag[1] += x
    return bag.items[0] * bag[1] * bag(x) * len(bag) * (bag @ x)


def looped(x):
    total = 0.0
    for item in Bag([x, x * x]):
        total += item * x
    for item in Bag(np.array([x, x * x, 3.0])):
        total += item * x
    return total * (3 in Bag([])) + sum(Bag([x, x * x])) * (4 not in Bag([]))


def stepped(x):
    items = iter([x, 2 * x, x * x])
    total = next(items)
    for item in items:
        total = total * item
    return total * next(iter([]), x) * next(item for item in [1.0, x, 3 * x] if item > 1.2)


def stepped_in_a_loop(x):
    items = iter([x, 2 * x, x * x])
    for _ in range(3):
        x = x * next(items)
    return x


def first_that_fits(x):
    a = np.arange(5.0) * x
    return next(e for e in a if e > 2.0) * next((e for e in a if e > 200.0), x * x)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("function", [
    added, named_tuple, scaled, in_place, compared, summed, reflected, subscripts, looped, stepped,
    stepped_in_a_loop, first_that_fits,
])  # fmt: skip
def test_gradients(function, mode):
    gradient = astgrad.grad(function, mode=mode)(1.5)
    assert gradient == pytest.approx(astgrad.numerical_grad(function)(1.5), rel=1e-6)


def a_class_without(x):
    return Bag([x]) + 1.0


def fields_by_subscript(x):
    return Vector(x, x)["x"]


def store_into_fields(x):
    v = Vector(x, x)
    v["x"] = x * x
    return v.x


def an_array_before_an_object(x):
    return (np.ones(2) * Vector(x, x))[0].x


def after_the_end(x):
    items = iter([x])
    return next(items) * next(items)


def two_of_one(x):
    items = iter([x, x * x, x, 1.0])
    return sum(a * b for a, b in zip(items, items, strict=False))


def within_its_loop(x):
    items = iter([x, x * x])
    for item in items:
        x = x + item * next(items)
    return x


def of_another_length(x):
    items = iter([x, x * x])
    if x > 1:
        next(items)
    return next(items)


@pytest.mark.parametrize(("function", "message"), [
    (a_class_without, "`Bag` defines no such operator"),
    (fields_by_subscript, "`Vector` defines no `__getitem__`"),
    (store_into_fields, "`Vector` defines no `__setitem__`"),
    (an_array_before_an_object, "each element of the array"),
    (after_the_end, "has no more items"),
    (two_of_one, "gives its items once"),
    (within_its_loop, "gives its items once"),
    (of_another_length, "not known one by one"),
])  # fmt: skip
def test_refusals(function, message):
    with pytest.raises(UnsupportedError, match=message):
        astgrad.grad(function)(1.5)


def test_values_of_a_class_are_read_anew():
    gradient = astgrad.grad(lambda x: x * Vector(x, x).scale)
    assert gradient(1.5) == 2.0
    Vector.scale = 5.0
    try:
        assert gradient(1.5) == 5.0
    finally:
        Vector.scale = 2.0
