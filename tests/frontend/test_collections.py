"""`collections`, and parts of arrays that are assigned: `.flat`, `.real`, `.imag`."""

import collections

import numpy as np
import pytest

import astgrad
from astgrad.errors import UnsupportedError


def queue(x):
    d = collections.deque([x, x * x])
    d.appendleft(3 * x)
    d.rotate(1)
    return d.popleft() * d.pop() * len(d) * d[0]


def moving(x, n):
    d = collections.deque()
    for i in range(n):
        d.append(x * i)
        if len(d) > 3:
            d.popleft()
    return d[0] * d[1] + sum(d)


def counted(x, n):
    d = collections.Counter()
    d["a"] += x
    d["a"] += x * x
    e = collections.defaultdict(float, b=x)
    for key in ("a", "b"):
        e[key] += x * n
    return d["a"] * d["missing"] + d["a"] * len(d) * e["a"] * e["b"]


def made_once(x):
    made = []

    def value():
        made.append(x)
        return x * len(made)

    d = collections.defaultdict(value)
    return d["a"] * d["b"] * d["a"] * len(d) + (0.0 if "c" in d else x)


def grouped(x):
    d = collections.defaultdict(list)
    for i in range(4):
        d[i % 2].append(x * i)
    e = collections.OrderedDict(a=x)
    e["b"] = x * x
    return sum(d[1]) * len(d) * e["a"] * list(e.values())[1]


def kinds(x):
    d, e = collections.deque([x]), collections.Counter([1, 1])
    if isinstance(d, list) or type(e) is dict:
        return x
    return d[0] * x * e[1] if isinstance(e, dict) else x


def flat(x):
    a = np.zeros((2, 3))
    a.flat[1] = x
    a.flat[2:4] = x * x
    a.flat[0] += x**3
    b = np.zeros((2, 2))
    b.flat = x
    return np.sum(a**2) * np.sum(b) + sum(a.flat)


def parts(x):
    z = np.zeros(2, complex)
    z.real = x * x
    z.imag = 2.0 * x
    z.real = z.imag * x
    a = np.ones(2)
    a.real = x
    return np.sum(np.abs(z) ** 2 * np.array([1.0, 2.0])) * np.sum(a)


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("function", [
    queue, lambda x: moving(x, 7), lambda x: moving(x, 40), lambda x: counted(x, 2.0), made_once,
    grouped, kinds, flat, parts,
])  # fmt: skip
def test_gradients(function, mode):
    gradient = astgrad.grad(function, mode=mode)(1.5)
    assert gradient == pytest.approx(astgrad.numerical_grad(function)(1.5), rel=1e-6)


def flat_of_columns(x):
    a = np.zeros((2, 3)).T
    a.flat[0] = x
    return np.sum(a)


def imag_of_real(x):
    a = np.zeros(2)
    a.imag = x
    return np.sum(a)


def key_of_a_dict(x):
    return collections.defaultdict(None, a=x)["b"]


@pytest.mark.parametrize(("function", "message"), [
    (flat_of_columns, "lie in C order"),
    (imag_of_real, "the attribute 'imag'"), (key_of_a_dict, "KeyError: 'b'"),
])  # fmt: skip
def test_refusals(function, message):
    with pytest.raises(UnsupportedError, match=message):
        astgrad.grad(function)(1.5)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_dicts_joined(mode):
    def f(x):
        d = {"a": x[0], "b": x[1]}
        e = d
        d |= {"b": x[1] ** 2, "c": d["a"] * x[0]}
        g = d | {"a": x[1] * 3.0}
        return sum(v * v for v in e.values()) + g["a"] * g["c"]

    x = np.array([0.3, 0.9])
    np.testing.assert_allclose(astgrad.grad(f, mode=mode)(x), astgrad.numerical_grad(f)(x), 1e-6)
