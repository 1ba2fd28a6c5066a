"""WORKED_EXAMPLES A1 to A3, C, D, E, F and G, in numbers, in reverse and in forward mode.

The numbers are those of the notes, or the closed formulas that the notes derive.
"""

import math

import numpy as np
import pytest

import astgrad

MODES = ("reverse", "forward")
A = np.array([[1.0, 2.0, -1.0], [0.5, -0.3, 2.0]])
X = np.array([0.3, -1.2, 2.0])
U = np.array([1.0, 2.0, -0.5])


@pytest.fixture(params=MODES)
def grad(request):
    """`astgrad.grad` in one of the two modes."""

    def made(fun, argnums=0):
        return astgrad.grad(fun, argnums, mode=request.param)

    return made


def close(found, expected):
    """Both have one structure, the same shapes and the same numbers."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            close(found[key], value)
    elif isinstance(expected, list | tuple):
        assert type(found) is type(expected)
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            close(one, other)
    else:
        assert np.shape(found) == np.shape(expected)
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-12)


def statements(text):
    """A printed derivative without its comments."""
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))


# -- A: traces --------------------------------------------------------------------------------


def a1(x1, x2):
    v3 = np.log(x1)
    v4 = x1 * x2
    v5 = np.sin(x2)
    v6 = v3 + v4
    return v6 - v5


def test_a1_gradient(grad):
    close(grad(a1, (0, 1))(2.0, 5.0), (5.5, 2.0 - math.cos(5.0)))


def test_a1_value():
    value, adjoint = astgrad.value_and_grad(a1)(2.0, 5.0)
    assert (round(value, 3), adjoint) == (11.652, 5.5)


def a1_trace(x1, x2):
    v3 = np.log(x1)
    v4 = x1 * x2
    v5 = np.sin(x2)
    v6 = v3 + v4
    return x1, x2, v3, v4, v5, v6, v6 - v5


def test_a1_primal_and_forward_trace():
    values, tangents = astgrad.jvp(a1_trace, (2.0, 5.0), (1.0, 0.0))
    assert [round(float(v), 3) for v in values] == [2, 5, 0.693, 10, -0.959, 10.693, 11.652]
    close(tuple(tangents), (1.0, 0.0, 0.5, 5.0, 0.0, 5.5, 5.5))


def test_a1_reverse_trace():
    """The adjoint of each step: the derivative of what follows it."""

    def rest(v3, v4, v5):
        v6 = v3 + v4
        return v6 - v5

    close(astgrad.grad(rest, (0, 1, 2))(0.693, 10.0, -0.959), (1.0, 1.0, -1.0))
    close(astgrad.grad(lambda v6, v5: v6 - v5, (0, 1))(10.693, -0.959), (1.0, -1.0))


def a2(x1, x2, x3, x4):
    a = x1 * x2
    b = x3 + x4
    c = a - b
    return c**2


def test_a2_gradient(grad):
    x1, x2, x3, x4 = 1.5, -2.0, 0.25, 3.0
    c = x1 * x2 - (x3 + x4)
    expected = (2 * c * x2, 2 * c * x1, -2 * c, -2 * c)
    close(grad(a2, (0, 1, 2, 3))(x1, x2, x3, x4), expected)


def a3(v1):
    return (np.exp(v1) + 1) * np.exp(v1)


def test_a3_gradient(grad):
    e = math.exp(0.7)
    close(grad(a3)(0.7), (e + 1) * e + e * e)


def test_a3_computes_exp_once():
    assert statements(astgrad.grad(a3).source(0.7)).count("exp(") == 1


# -- C: matrix calculus -----------------------------------------------------------------------


def test_c1_squared_error_of_one_row(grad):
    w, y = np.array([0.5, 0.1, -0.7]), 0.4
    close(grad(lambda w: (np.dot(X, w) - y) ** 2)(w), 2 * (X @ w - y) * X)


def test_c2_squared_error(grad):
    w, y = np.array([0.5, 0.1, -0.7]), np.array([1.0, -2.0])
    close(grad(lambda w: np.sum((A @ w - y) ** 2))(w), 2 * A.T @ (A @ w - y))


def test_c2_as_a_norm(grad):
    w, y = np.array([0.5, 0.1, -0.7]), np.array([1.0, -2.0])
    close(grad(lambda w: np.linalg.norm(A @ w - y) ** 2)(w), 2 * A.T @ (A @ w - y))


def test_c3_matrix_product():
    W = np.arange(12.0).reshape(3, 4) / 7
    Z_bar = np.cos(np.arange(8.0)).reshape(2, 4)
    Z, pullback = astgrad.vjp(lambda X, W: X @ W, A, W)
    close(Z, A @ W)
    close(pullback(Z_bar), (Z_bar @ W.T, A.T @ Z_bar))


def test_c3_through_a_scalar(grad):
    W = np.arange(12.0).reshape(3, 4) / 7
    Z_bar = np.cos(A @ W)
    close(grad(lambda X, W: np.sum(np.sin(X @ W)), (0, 1))(A, W), (Z_bar @ W.T, A.T @ Z_bar))


def du(x):
    """The Jacobian of u(x) = sin(x) * U: of a vector function."""
    return np.diag(np.cos(x) * U)


def u(x):
    return np.sin(x) * U


def v(x):
    return x**3


def dv(x):
    return np.diag(3 * x**2)


SCALARS = {
    "a": (lambda x: 2.5, np.zeros(3)),
    "a u": (lambda x: 2.5 * np.sum(u(x)), 2.5 * U * np.cos(X)),
    "sum": (lambda x: np.sum(x), np.ones(3)),
    "norm squared": (lambda x: np.sum(x**2), 2 * X),
    "u + v": (lambda x: np.sum(u(x)) + np.sum(v(x)), U * np.cos(X) + 3 * X**2),
    "u v": (lambda x: np.sum(x) * np.sum(x**2), np.sum(X**2) + np.sum(X) * 2 * X),
    "<u, v>": (lambda x: np.dot(u(x), v(x)), u(X) @ dv(X) + v(X) @ du(X)),
}
VECTORS = {
    "a": (lambda x: np.array([1.0, 2.0]), np.zeros((2, 3))),
    "x": (lambda x: x, np.eye(3)),
    "A x": (lambda x: A @ x, A),
    "x^T A": (lambda x: x @ A.T, A),
    "a u": (lambda x: 2.5 * u(x), 2.5 * du(X)),
    "A u": (lambda x: A @ u(x), A @ du(X)),
    "u + v": (lambda x: u(x) + v(x), du(X) + dv(X)),
}


@pytest.mark.parametrize("name", SCALARS)
def test_c4_scalar_table(name, grad):
    function, expected = SCALARS[name]
    close(grad(function)(X), expected)


@pytest.mark.parametrize("jacobian", ["jacobian", "jacfwd", "jacrev"])
@pytest.mark.parametrize("name", VECTORS)
def test_c4_vector_table(name, jacobian):
    function, expected = VECTORS[name]
    close(getattr(astgrad, jacobian)(function)(X), expected)


SHAPES = ((), (2,), (2, 3))


@pytest.mark.parametrize("x_shape", SHAPES, ids=str)
@pytest.mark.parametrize("y_shape", SHAPES, ids=str)
@pytest.mark.parametrize("jacobian", ["jacfwd", "jacrev"])
def test_c5_shapes(y_shape, x_shape, jacobian):
    """`y.shape + x.shape`, and the numbers of a linear map."""
    weights = np.cos(np.arange(math.prod(y_shape + x_shape))).reshape(y_shape + x_shape)
    x = np.full(x_shape, 0.5) if x_shape else 0.5
    close(getattr(astgrad, jacobian)(linear_map(weights, x_shape))(x), weights)


def linear_map(weights, x_shape):
    """The linear function of x whose derivative is `weights`."""
    if len(x_shape) == 0:
        return lambda x: weights * x
    if len(x_shape) == 1:
        return lambda x: np.tensordot(weights, x, 1)
    return lambda x: np.tensordot(weights, x, 2)


NUMBERS = {
    "constant": (lambda x: 3.0, lambda x: 0.0),
    "power": (lambda x: x**5, lambda x: 5 * x**4),
    "exp": (lambda x: np.exp(x), math.exp),
    "log": (lambda x: np.log(x), lambda x: 1 / x),
    "sin": (lambda x: np.sin(x), math.cos),
    "sum rule": (lambda x: x**2 + np.sin(x), lambda x: 2 * x + math.cos(x)),
    "product rule": (lambda x: x**2 * np.sin(x), lambda x: 2 * x * math.sin(x) + x**2 * math.cos(x)),
    "quotient rule": (lambda x: np.sin(x) / x, lambda x: math.cos(x) / x - math.sin(x) / x**2),
    "chain rule": (lambda x: np.exp(np.sin(x**2)),
                   lambda x: math.exp(math.sin(x**2)) * math.cos(x**2) * 2 * x),
}  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS)
def test_c6_scalar_rules(name, grad):
    function, derivative = NUMBERS[name]
    close(grad(function)(1.3), derivative(1.3))


# -- D: kinks ---------------------------------------------------------------------------------


def test_d_kinks(grad):
    assert grad(lambda x: np.maximum(x, 0.0))(0.0) == 0.5
    assert grad(abs)(0.0) == 0.0


# -- E: a network -----------------------------------------------------------------------------


def network(x, params, label):
    h1 = 1 / (1 + np.exp(-(x @ params["W1"] + params["b1"])))
    h2 = np.tanh(h1 @ params["W2"] + params["b2"])
    z = h2 @ params["W3"] + params["b3"]
    y = np.exp(z) / np.sum(np.exp(z))
    return -np.log(y[label])


def network_by_logits(x, params, label):
    h1 = 1 / (1 + np.exp(-(x @ params["W1"] + params["b1"])))
    h2 = np.tanh(h1 @ params["W2"] + params["b2"])
    z = h2 @ params["W3"] + params["b3"]
    return -z[label] + np.log(np.sum(np.exp(z)))


def by_hand(x, params, label):
    h1 = 1 / (1 + np.exp(-(x @ params["W1"] + params["b1"])))
    h2 = np.tanh(h1 @ params["W2"] + params["b2"])
    z = h2 @ params["W3"] + params["b3"]
    z_bar = np.exp(z) / np.sum(np.exp(z))
    z_bar[label] -= 1
    h2_bar = (z_bar @ params["W3"].T) * (1 - h2**2)
    h1_bar = (h2_bar @ params["W2"].T) * h1 * (1 - h1)
    bars = {"W1": np.outer(x, h1_bar), "b1": h1_bar, "W2": np.outer(h1, h2_bar), "b2": h2_bar,
            "W3": np.outer(h2, z_bar), "b3": z_bar}
    return h1_bar @ params["W1"].T, bars


def network_data():
    rng = np.random.default_rng(0)
    sizes = {"W1": (4, 5), "b1": 5, "W2": (5, 6), "b2": 6, "W3": (6, 3), "b3": 3}
    return rng.normal(size=4), {name: rng.normal(size=size) for name, size in sizes.items()}


@pytest.mark.parametrize("loss", [network, network_by_logits])
def test_e_network(loss, grad):
    x, params = network_data()
    close(grad(loss, (0, 1))(x, params, 2), by_hand(x, params, 2))


def test_e_one_reverse_sweep():
    """The products of both sweeps are there once: one more for each layer's input."""
    x, params = network_data()
    text = statements(astgrad.grad(network_by_logits, (0, 1)).source(x, params, 2))
    assert text.count("np.tanh(") == 1
    assert text.count(" @ ") == 6


# -- F: data structures -----------------------------------------------------------------------


def test_f_the_same_key_twice(grad):
    def f(d):
        b = d["cat"]
        return b**2 + 3 * d["cat"] + d["dog"]

    close(grad(f)({"cat": 2.0, "dog": 5.0, "cow": 1.0}), {"cat": 7.0, "dog": 1.0, "cow": 0.0})


def test_f_the_same_item_twice(grad):
    def f(t):
        b = t[1]
        return np.sum(b * t[0]) + np.sum(t[1] ** 2)

    one, two = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    close(grad(f)((one, two)), (two, one + 2 * two))
    close(grad(f)([one, two]), [two, one + 2 * two])


def test_f_nested(grad):
    def f(d):
        (a, b), cats = d["pair"], d["cats"]
        return a * b + cats[0]["x"] * d["pair"][0] + cats[1]["x"] ** 2

    d = {"pair": (2.0, 3.0), "cats": [{"x": 5.0}, {"x": 7.0}]}
    close(grad(f)(d), {"pair": (8.0, 2.0), "cats": [{"x": 2.0}, {"x": 14.0}]})


# -- G: checking ------------------------------------------------------------------------------


def smooth(params, scale):
    return np.sum(np.sin(params["w"]) * params["b"]) * scale**2


def unit_direction(rng, like):
    parts = {name: rng.normal(size=value.shape) for name, value in like.items()}
    length = np.sqrt(sum(np.sum(part**2) for part in parts.values()))
    return {name: part / length for name, part in parts.items()}


def moved(params, delta, eps):
    return {name: value + eps * delta[name] for name, value in params.items()}


def test_g_gradient_check(grad):
    """<delta, gradient> against central differences, several directions, all arguments."""
    rng = np.random.default_rng(1)
    params, eps = {"w": rng.normal(size=(3, 2)), "b": rng.normal(size=2)}, 1e-6
    gradient, scale_bar = grad(smooth, (0, 1))(params, 1.7)
    for _ in range(5):
        delta, step = unit_direction(rng, params), float(rng.normal())
        inner = sum(np.sum(delta[name] * gradient[name]) for name in params) + step * scale_bar
        ahead = smooth(moved(params, delta, eps), 1.7 + eps * step)
        behind = smooth(moved(params, delta, -eps), 1.7 - eps * step)
        assert math.isclose(inner, (ahead - behind) / (2 * eps), rel_tol=1e-7)


def test_g_orders_of_the_differences(grad):
    """Halving the step halves a forward difference's error, and quarters a central one's."""
    slope = grad(lambda x: np.exp(np.sin(x)))(0.8)

    def f(x):
        return math.exp(math.sin(x))

    def errors(eps):
        one_sided = (f(0.8 + eps) - f(0.8)) / eps
        central = (f(0.8 + eps) - f(0.8 - eps)) / (2 * eps)
        return abs(one_sided - slope), abs(central - slope)

    (one, two), (half, quarter) = errors(1e-3), errors(5e-4)
    assert math.isclose(one / half, 2, rel_tol=1e-2)
    assert math.isclose(two / quarter, 4, rel_tol=1e-2)
