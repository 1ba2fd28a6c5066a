"""`grad` as a function: argnums, aux, kinds, keywords, methods; what it refuses."""

import functools
import inspect
from collections import namedtuple
from dataclasses import dataclass

import numpy as np
import pytest

import astgrad


def product(x, y, *, z=2.0):
    return x * y * z


def test_argnums():
    assert astgrad.grad(product)(3.0, 5.0) == 10.0
    assert astgrad.grad(product, 1)(3.0, 5.0) == 6.0
    assert astgrad.grad(product, -1)(3.0, 5.0) == 6.0
    assert astgrad.grad(product, (0, 1))(3.0, 5.0) == (10.0, 6.0)
    assert astgrad.grad(product, (0,))(3.0, 5.0) == (10.0,)
    assert astgrad.grad(product, "y")(3.0, 5.0) == 6.0
    assert astgrad.grad(product, ("z", "x"))(3.0, 5.0) == (15.0, 10.0)
    assert astgrad.grad(product)(y=5.0, x=3.0, z=1.0) == 5.0


def test_decorators():
    @astgrad.grad
    def one(x):
        return x**2

    @astgrad.grad(argnums=1)
    def two(x, y):
        return x * y**2

    assert one(3.0) == 6.0
    assert two(2.0, 3.0) == 12.0
    assert not hasattr(one, "__wrapped__")


def test_signature_name_and_doc():
    def area(width, height=2.0):
        """The area."""
        return width * height

    made = astgrad.grad(area)
    assert inspect.signature(made) == inspect.signature(area)
    assert made.__name__ == "area_grad"
    assert made.__doc__ == "The area."
    assert made(3.0) == 2.0


def test_has_aux():
    def function(x):
        return np.sum(x**2), {"double": 2 * x, "name": "aux"}

    x = np.array([1.0, 2.0])
    gradient, aux = astgrad.grad(function, has_aux=True)(x)
    np.testing.assert_array_equal(gradient, 2 * x)
    np.testing.assert_array_equal(aux["double"], 2 * x)
    assert aux["name"] == "aux"
    (value, aux), gradient = astgrad.value_and_grad(function, has_aux=True)(x)
    assert value == 5.0
    _, pullback, aux = astgrad.vjp(function, x, has_aux=True)
    np.testing.assert_array_equal(pullback(1.0)[0], 2 * x)
    _, along, aux = astgrad.jvp(function, (x,), (x,), has_aux=True)
    assert along == 10.0


@pytest.mark.parametrize("kind", [float, np.float64, np.float32, np.float16, np.longdouble])
def test_gradients_have_the_kind_of_the_argument(kind):
    assert type(astgrad.grad(lambda x: x * x)(kind(3))) is kind
    array = np.ones(3, kind)
    found = astgrad.grad(lambda x: np.sum(x * x))(array)
    assert (found.dtype, found.shape) == (array.dtype, array.shape)


def test_zero_dimensional_array():
    found = astgrad.grad(lambda x: x * x)(np.array(3.0))
    assert type(found) is np.ndarray
    assert found.shape == ()
    assert found == 6.0


Pair = namedtuple("Pair", "a b")


@dataclass
class Model:
    w: np.ndarray
    rate: float
    steps: int = 3

    def loss(self, x):
        return np.sum(self.w * x) * self.rate

    def __call__(self, x):
        return np.sum(self.w * x**2)


def test_structures():
    x = np.array([1.0, 2.0])
    pair = astgrad.grad(lambda p: np.sum(p.a) * p.b)(Pair(x, 3.0))
    assert type(pair) is Pair
    assert pair.b == 3.0
    np.testing.assert_array_equal(pair.a, [3.0, 3.0])
    model = astgrad.grad(Model.loss)(Model(x, 2.0), x)
    assert type(model) is Model
    np.testing.assert_array_equal(model.w, 2 * x)
    assert model.rate == 5.0
    assert model.steps is None
    nested = astgrad.grad(lambda d: d["a"][0] * d["a"][1]["b"])({"a": [2.0, {"b": 3.0, "s": "t"}]})
    assert nested == {"a": [3.0, {"b": 2.0, "s": None}]}


def test_methods_callables_and_partials():
    x = np.array([1.0, 2.0])
    model = Model(x, 2.0)
    np.testing.assert_array_equal(astgrad.grad(model.loss)(x), 2 * x)
    np.testing.assert_array_equal(astgrad.grad(model)(x), 2 * x * x)
    assert astgrad.grad(functools.partial(product, z=7.0))(3.0, 5.0) == 35.0


def test_unused_arguments_get_zeros():
    found = astgrad.grad(lambda x, y: x * x, (0, 1))(2.0, {"a": np.ones(2), "b": 1.0})
    assert found[0] == 4.0
    np.testing.assert_array_equal(found[1]["a"], np.zeros(2))
    assert found[1]["b"] == 0.0


def test_complex():
    def real_loss(z):
        return np.abs(z) ** 2

    assert astgrad.grad(real_loss)(3 + 4j) == pytest.approx(6 - 8j)
    assert astgrad.grad(lambda z: z**3, holomorphic=True)(1 + 2j) == pytest.approx(3 * (1 + 2j) ** 2)


def test_nothing_is_shared():
    x = np.ones(3)
    value, gradient = astgrad.value_and_grad(lambda x, y: np.sum(x * y), (0, 1))(x, x)
    assert not np.shares_memory(gradient[0], gradient[1])
    assert not np.shares_memory(gradient[0], x)


def written(a, b):
    a[0] = 2.0 * a[1]
    return np.sum(a * b)


def test_one_array_as_two_arguments():
    x = np.array([1.0, 2.0])
    separate = astgrad.grad(written, 1)(x, x.copy())
    np.testing.assert_array_equal(separate, [4.0, 2.0])
    with pytest.raises(TypeError, match="are one array"):
        astgrad.grad(written, (0, 1))(x, x)
    both = np.arange(1.0, 4.0)
    with pytest.raises(ValueError, match="shares memory"):
        astgrad.grad(written)(both[:2], both[1:])


REFUSED = [
    (lambda: astgrad.grad(lambda x: x)(3),
     "the argument 'x' is an int, which cannot be differentiated: pass a float, or name another "
     "argument in argnums"),
    (lambda: astgrad.grad(lambda x: x)(True),
     "the argument 'x' is a bool, which cannot be differentiated: pass a float, or name another "
     "argument in argnums"),
    (lambda: astgrad.grad(lambda x: np.sum(x))(np.arange(3)),
     "the argument 'x' is an array of int64 with 1 dimension, which cannot be differentiated: "
     "pass a float, or name another argument in argnums"),
    (lambda: astgrad.grad(lambda x: 1.0)("text"),
     "the argument 'x' is not a number, which cannot be differentiated: pass a float, or name "
     "another argument in argnums"),
    (lambda: astgrad.grad(lambda x: x * np.ones(3))(1.0),
     "grad needs a function that returns one number, and this one returns an array of float64 "
     "with 1 dimension: use vjp or jacobian, or has_aux=True"),
    (lambda: astgrad.grad(lambda x: (x, x))(1.0),
     "grad needs a function that returns one number, and this one returns a tuple: use vjp or "
     "jacobian, or has_aux=True"),
    (lambda: astgrad.grad(lambda x: x, argnums=2)(3.0),
     "argnums is 2, and the function is called with 1 positional argument"),
    (lambda: astgrad.grad(lambda x, y: x, argnums="q")(3.0, 4.0),
     "argnums names 'q', which is neither a parameter nor a value that the function reads from "
     "outside: the parameters are x, y"),
    (lambda: astgrad.grad(lambda x: x, argnums=1.5)(3.0),
     "argnums is 1.5: give an int, a parameter's name, or a tuple"),
    (lambda: astgrad.grad(lambda x: x, mode="sideways"),
     "mode is 'sideways': give 'reverse' or 'forward'"),
    (lambda: astgrad.grad(3), "grad differentiates a function, and was given 3"),
    (lambda: astgrad.grad(lambda x: x * 1j)(1.0),
     "grad of a function with a complex result: take its real part or absolute value, or pass "
     "holomorphic=True"),
    (lambda: astgrad.grad(lambda x: x, has_aux=True)(1.0),
     "has_aux=True: the function must return a pair (value, aux)"),
    (lambda: astgrad.derivative(lambda x: x)(np.ones(2)),
     "derivative differentiates by one number, and the argument 'x' is not one: use grad, jvp "
     "or jacobian"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_refused(call, message):
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value) == message
