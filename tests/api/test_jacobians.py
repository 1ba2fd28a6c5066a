"""Jacobians and Hessians: `y.shape + x.shape`, structures, both modes."""

import itertools

import numpy as np
import pytest

import astgrad

RNG = np.random.default_rng(0)
SHAPES = [(), (3,), (2, 3)]


def linear_map(shape_y, shape_x):
    size_y, size_x = int(np.prod(shape_y)), int(np.prod(shape_x))
    matrix = RNG.standard_normal((size_y, size_x))

    def function(x):
        return np.reshape(matrix @ np.reshape(np.sin(x), (size_x,)), shape_y)

    return function, matrix


@pytest.mark.parametrize("shape_y", SHAPES, ids=str)
@pytest.mark.parametrize("shape_x", SHAPES[1:], ids=str)
@pytest.mark.parametrize("make", [astgrad.jacfwd, astgrad.jacrev, astgrad.jacobian])
def test_shapes_and_values(make, shape_y, shape_x):
    function, matrix = linear_map(shape_y, shape_x)
    x = RNG.standard_normal(shape_x)
    expected = (matrix * np.cos(x).reshape(-1)).reshape(shape_y + shape_x)
    found = make(function)(x)
    assert found.shape == shape_y + shape_x
    np.testing.assert_allclose(found, expected, 1e-12)


@pytest.mark.parametrize("make", [astgrad.jacfwd, astgrad.jacrev])
def test_structures(make):
    def function(d, s):
        return {"p": d["a"] * s, "q": (np.sum(d["b"]), 1)}

    args = {"a": np.array([1.0, 2.0]), "b": np.array([3.0, 4.0, 5.0]), "n": 3}, 7.0
    found = make(function, argnums=(0, 1))(*args)
    by_d, by_s = found["p"]
    np.testing.assert_array_equal(by_d["a"], 7.0 * np.eye(2))
    np.testing.assert_array_equal(by_d["b"], np.zeros((2, 3)))
    assert by_d["n"] is None
    np.testing.assert_array_equal(by_s, [1.0, 2.0])
    by_d, by_s = found["q"][0]
    np.testing.assert_array_equal(by_d["b"], np.ones(3))
    assert by_s == 0.0
    assert found["q"][1] is None


def wave(u, c):
    u = u.copy()
    for _ in range(4):
        u[1:-1] += c * u[1:-1] * (u[:-2] - 2.0 * u[1:-1] + u[2:])
    return u


@pytest.mark.parametrize("make", [astgrad.jacfwd, astgrad.jacrev, astgrad.jacobian])
def test_loops_with_writes(make):
    u = np.linspace(0.1, 1.0, 5) ** 2
    found = make(wave)(u, 0.1)
    step = 1e-6
    expected = np.stack([(wave(u + step * e, 0.1) - wave(u - step * e, 0.1)) / (2 * step)
                         for e in np.eye(5)], axis=1)
    np.testing.assert_allclose(found, expected, 1e-6, 1e-8)


def test_newton_converges_quadratically():
    def loss(x):
        total = 0.0
        for i in range(3):
            total = total + np.cosh(x[i] - i) + (x[i] * x[i - 1]) ** 2
        return total

    x, errors = np.array([0.5, 0.6, 0.7]), []
    for _ in range(12):
        gradient = astgrad.grad(loss)(x)
        errors.append(np.linalg.norm(gradient))
        x = x - np.linalg.solve(astgrad.hessian(loss)(x), gradient)
    assert errors[-1] < 1e-12
    late = [e for e in errors if 1e-12 < e < 0.1]
    assert all(b <= 10 * a**2 for a, b in itertools.pairwise(late))


def test_hvp_is_the_hessian_times_a_vector():
    def loss(x):
        return np.sum(np.sin(x) * x[::-1] ** 2)

    x, v = RNG.standard_normal(4), RNG.standard_normal(4)
    (found,) = astgrad.hvp(loss, (x,), (v,))
    np.testing.assert_allclose(found, astgrad.hessian(loss)(x) @ v, 1e-12)


def test_ggnvp():
    t, y = np.linspace(0, 1, 6), np.linspace(1, 2, 6)

    def residual(p):
        return p[0] * np.exp(p[1] * t) - y

    p, v = np.array([1.0, 0.5]), np.array([0.3, -0.7])
    jac = astgrad.jacobian(residual)(p)
    (found,) = astgrad.ggnvp(lambda r: 0.5 * np.sum(r**2), residual, (p,), (v,))
    np.testing.assert_allclose(found, jac.T @ (jac @ v), 1e-12)


def test_value_and_jacobian_runs_the_function_once(capsys):
    def function(x):
        print("once")
        return x**2

    value, jac = astgrad.value_and_jacobian(function)(np.array([1.0, 2.0]))
    assert capsys.readouterr().out == "once\n"
    np.testing.assert_array_equal(value, [1.0, 4.0])
    np.testing.assert_array_equal(jac, [[2.0, 0.0], [0.0, 4.0]])


def test_derivative_of_a_curve():
    found = astgrad.derivative(lambda t: {"p": np.array([1.0, 2.0]) * t**2, "n": 3})(2.0)
    np.testing.assert_array_equal(found["p"], [4.0, 8.0])
    assert found["n"] is None


def test_elementwise_grad():
    x = np.linspace(0.1, 1.0, 6).reshape(2, 3)
    np.testing.assert_allclose(astgrad.elementwise_grad(np.sin)(x), np.cos(x), 1e-15)
    np.testing.assert_allclose(
        astgrad.elementwise_grad(astgrad.elementwise_grad(np.sin))(x), -np.sin(x), 1e-15)
