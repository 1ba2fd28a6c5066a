"""Gradients by the fields of a method's object, and by values that a function captures."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

import astgrad

X = np.array([0.3, 0.4])
W, B = np.array([1.0, 2.0]), 2.0
PARAMS = {"a": 1.5, "k": np.ones(2)}


class Base:
    def __init__(self):
        self.w = np.array([1.0, 2.0])
        self.b = 0.5
        self.name = "base"

    @property
    def doubled(self):
        return 2.0 * self.b

    def loss(self, x):
        return np.sum(self.w * x) * self.doubled

    def __call__(self, x):
        return self.loss(x) ** 2


class Model(Base):
    def scaled(self, x, times):
        for _ in range(times):
            self.w = self.w * x
        self.count = times
        return np.sum(self.w**2)

    def broken(self, x):
        self.w = x
        return self.missing


@dataclass
class Point:
    w: np.ndarray
    b: float

    def loss(self, x):
        return np.sum(self.w * x) * self.b


def test_the_fields_of_self():
    model = Model()
    found = astgrad.grad(model.loss, "self")(X)
    assert type(found) is SimpleNamespace
    np.testing.assert_allclose(found.w, X * 1.0)
    assert found.b == pytest.approx(2.0 * np.sum(model.w * X))
    assert found.name is None
    model.w = np.array([10.0, 20.0])
    assert astgrad.grad(model.loss, "self")(X).b == pytest.approx(20.0 * np.sum([0.3, 0.8]))


def test_with_other_arguments():
    model = Model()
    gradient = astgrad.value_and_grad(model.loss, ("self", 0))
    value, (of_self, of_x) = gradient(X)
    assert value == model.loss(X)
    np.testing.assert_allclose(of_self.w, X)
    np.testing.assert_allclose(of_x, model.w)
    assert "def loss_value_and_grad(self, x):" in gradient.source(X)
    np.testing.assert_allclose(astgrad.grad(model.loss, ("x", "self"))(x=X)[0], model.w)


def test_a_dataclass_and_a_callable_object():
    point = Point(W, B)
    found = astgrad.grad(point.loss, "self")(X)
    assert type(found) is Point
    np.testing.assert_allclose(found.w, B * X)
    model = Model()
    assert astgrad.grad(model, "self")(X).b == pytest.approx(4.0 * model(X))


def test_a_method_that_writes_to_self():
    model = Model()
    before = vars(model).copy()
    for argnums in (0, "self"):
        found = astgrad.grad(model.scaled, argnums)(X, 2)
        expected = 4.0 * model.w**2 * X**3 if argnums == 0 else 2.0 * model.w * X**4
        np.testing.assert_allclose(found if argnums == 0 else found.w, expected)
    assert vars(model) == before
    gradient = astgrad.grad(model.scaled)
    first = gradient(X, 2)
    model.w = 2.0 * model.w
    np.testing.assert_allclose(gradient(X, 2), 4.0 * first)


def test_directions_of_a_method_that_writes_to_self():
    model = Model()
    before = vars(model).copy()
    gradient = astgrad.grad(model.scaled)(X, 2)
    out, pullback = astgrad.vjp(model.scaled, X, 2)
    assert vars(model) == before
    np.testing.assert_allclose(pullback(1.0)[0], gradient)
    assert pullback(1.0)[1] is None
    assert len(pullback(1.0)) == 2
    value, along = astgrad.jvp(model.scaled, (X, 2), (np.ones_like(X), None))
    assert vars(model) == before
    np.testing.assert_allclose([value, along], [out, np.sum(gradient)])
    with pytest.raises(astgrad.AstgradError, match="has no attribute 'missing'"):
        astgrad.vjp(model.broken, X)


def outside(x):
    return np.sum(W * x) * B


def enclosed():
    q = np.array([3.0, 4.0])

    def f(x):
        return np.sum(q**2 * x)

    return f


def test_captured_values():
    np.testing.assert_allclose(astgrad.grad(outside, "W")(X), B * X)
    w, b, x = astgrad.grad(outside, ("W", "B", 0))(X)
    np.testing.assert_allclose(w, B * X)
    np.testing.assert_allclose(x, B * W)
    assert b == pytest.approx(np.sum(W * X))
    np.testing.assert_allclose(astgrad.grad(enclosed(), "q")(X), [6.0 * 0.3, 8.0 * 0.4])
    assert "def outside_grad(x, *, W, B):" in astgrad.grad(outside, "W").source(X)


def test_captured_structures():
    def f(x):
        return np.sum(PARAMS["a"] * PARAMS["k"] * x)

    found = astgrad.grad(f, "PARAMS")(X)
    assert found["a"] == pytest.approx(0.7)
    np.testing.assert_allclose(found["k"], 1.5 * X)


def test_other_derivatives_by_captured_values():
    np.testing.assert_allclose(astgrad.jacobian(lambda x: W**2 * x, "W")(X), np.diag(2 * W * X))
    np.testing.assert_allclose(astgrad.hessian(lambda x: np.sum(W**3 * x), "W")(X),
                               np.diag(6 * W * X))
    assert astgrad.grad(astgrad.grad(lambda x: B**3 * x, "B"), "B")(3.0) == 36.0
    assert astgrad.derivative(lambda x: B**2 * x, "B")(3.0) == 12.0
    assert astgrad.grad(outside, "B", mode="forward")(X) == pytest.approx(np.sum(W * X))


@pytest.mark.parametrize(("name", "message"), [
    ("w", "neither a parameter nor a value that the function reads from outside"),
    ("X", "nor a value that the function reads"), ("np", "'np' is not a number"),
])  # fmt: skip
def test_names_that_are_not_read(name, message):
    with pytest.raises(TypeError, match=message):
        astgrad.grad(outside, name)(X)


class Counted:
    """Notes in itself how often it was called, and what it found."""

    def __init__(self):
        self.w = np.array([1.0, 2.0])
        self.calls = 0
        self.found = 0.0

    def loss(self, x, scale=1.0):
        self.calls += 1
        self.found = np.sum(x * self.w)
        return self.found**2 * np.sum(x) * scale


def test_second_order_of_a_method_that_writes_to_its_object():
    counted, v = Counted(), np.array([1.0, -1.0])
    hessian = astgrad.hessian(counted.loss)(X)
    (found,) = astgrad.hvp(counted.loss, (X,), (v,))
    np.testing.assert_allclose(found, hessian @ v)
    by_x, by_scale = astgrad.hvp(counted.loss, (X, 2.0), (v, 0.5))
    gradient = astgrad.grad(counted.loss)(X)
    np.testing.assert_allclose(by_x, 2.0 * hessian @ v + 0.5 * gradient)
    assert by_scale == pytest.approx(gradient @ v)
    assert (counted.calls, counted.found) == (0, 0.0)


def test_linear_map_of_a_method_that_writes_to_its_object():
    counted, v = Counted(), np.array([1.0, -1.0])
    out, along = astgrad.linearize(counted.loss, X)
    assert out == pytest.approx(Counted().loss(X))
    assert along(v) == pytest.approx(astgrad.grad(counted.loss)(X) @ v)
    assert counted.calls == 0


class Sampled:
    """A sequence that NumPy makes an array of by its items."""

    def __init__(self, values):
        self.values = values

    def __len__(self):
        return 2

    def __getitem__(self, index):
        if index > 1:
            raise IndexError(index)
        return self.values[index] ** 2


class Doubled:
    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return self.values * 2


class Closed:
    def __init__(self, values):
        self.values = values


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_objects_that_numpy_makes_arrays_of(mode):
    def by_items(x):
        return np.sum(np.array(Sampled(x)) * x)

    def by_array(x):
        return np.sum(Doubled(x)) + np.mean(np.asarray(Doubled(x)) ** 2)

    for f in (by_items, by_array):
        np.testing.assert_allclose(astgrad.grad(f, mode=mode)(X), astgrad.numerical_grad(f)(X), 1e-6)
    with pytest.raises(astgrad.AstgradError, match="`Closed` is given to NumPy"):
        astgrad.grad(lambda x: np.sum(Closed(x)), mode=mode)(X)


class Linear:
    power = 3.0

    def __init__(self, k):
        super().__init__()
        self.k = k

    def value(self, x):
        return self.k * x

    @property
    def doubled(self):
        return 2.0 * self.k

    @staticmethod
    def cubed(x):
        return x**3

    @classmethod
    def raised(cls, x):
        return x**cls.power


class Shifted(Linear):
    def value(self, x):
        return super().value(x) + 1.0


class Scaled(Shifted):
    power = 2.0

    def __init__(self, k):
        super().__init__(k)
        self.scale = 2.0

    def value(self, x):
        return super().value(x) ** 2 * self.scale + super(Shifted, self).value(x) * super().power

    def parts(self, x):
        return super().cubed(x) + super().raised(x) * self.doubled

    @property
    def doubled(self):
        return super().doubled ** 2


SCALED = Scaled(1.5)


@pytest.mark.parametrize("f", [
    lambda x: SCALED.value(x) * SCALED.parts(x), lambda x: Scaled(x).value(x) * Scaled(x).parts(x),
])
def test_super(f):
    astgrad.check_grads(f, (0.7,))
    assert astgrad.vjp(f, 0.7)[0] == pytest.approx(f(0.7))
