"""What derivatives are for: Newton's method, curve fits, optimisers, ODEs, bilevel problems."""

import numpy as np
import pytest
import scipy.optimize

import astgrad

RNG = np.random.default_rng(0)
A = RNG.standard_normal((6, 4))


def loss(x):
    """A smooth, strictly convex loss with a loop and writes into an array."""
    smoothed = np.zeros(len(A))
    for i in range(len(A)):
        smoothed[i] = A[i] @ x
        if i > 0:
            smoothed[i] += 0.5 * smoothed[i - 1]
    return np.sum(smoothed**4 + np.cosh(0.5 * smoothed)) + 0.1 * np.sum((x - 1.0) ** 2)


GRADIENT, HESSIAN = astgrad.grad(loss), astgrad.hessian(loss)


def quadratic(errors):
    """Whether the last errors above rounding square from step to step."""
    seen = [e for e in errors if e > 1e-13]
    orders = [np.log(c / b) / np.log(b / a)
              for a, b, c in zip(seen, seen[1:], seen[2:], strict=False) if a < 0.3]
    return errors[-1] < 1e-12 and max(orders) > 1.7


def test_the_hessian():
    x = np.linspace(-0.5, 0.5, 4)
    hessian = HESSIAN(x)
    np.testing.assert_allclose(hessian, hessian.T, 1e-12)
    columns = [(GRADIENT(x + 1e-5 * e) - GRADIENT(x - 1e-5 * e)) / 2e-5 for e in np.eye(4)]
    np.testing.assert_allclose(hessian, np.array(columns), 1e-7, 1e-9)


def solution():
    x = np.zeros(4)
    for _ in range(30):
        x = x - np.linalg.solve(HESSIAN(x), GRADIENT(x))
    return x


def test_newton():
    best, x, errors = solution(), np.full(4, 0.3), []
    for _ in range(11):
        x = x - np.linalg.solve(HESSIAN(x), GRADIENT(x))
        errors.append(float(np.linalg.norm(x - best)))
    assert quadratic(errors), errors


def conjugate_gradients(product, b):
    x, r = np.zeros_like(b), b.copy()
    p = r.copy()
    for _ in range(2 * len(b)):
        if r @ r < 1e-28:
            break
        q = product(p)
        step = (r @ r) / (p @ q)
        x, old = x + step * p, r
        r = r - step * q
        p = r + (r @ r) / (old @ old) * p
    return x


def test_newton_cg_by_hvp():
    best, x, errors = solution(), np.full(4, 0.3), []
    for _ in range(11):
        at = x
        x = x - conjugate_gradients(lambda v: astgrad.hvp(loss, (at,), (v,))[0], GRADIENT(x))
        errors.append(float(np.linalg.norm(x - best)))
    assert quadratic(errors), errors


def test_gauss_newton():
    """A curve fit: residuals and their Jacobian; the true parameters come back."""
    t = np.linspace(0.0, 3.0, 30)

    def model(p):
        return p[0] * np.exp(-p[1] * t) + p[2]

    data = model(np.array([2.0, 1.3, 0.5]))
    p = np.array([1.0, 1.0, 0.0])
    for _ in range(12):
        residual, jacobian = astgrad.value_and_jacobian(lambda p: model(p) - data)(p)
        p = p - np.linalg.lstsq(jacobian, residual, rcond=None)[0]
    np.testing.assert_allclose(p, [2.0, 1.3, 0.5], 1e-10)
    fit = scipy.optimize.least_squares(lambda p: model(p) - data, [1.0, 1.0, 0.0],
                                       jac=astgrad.jacobian(lambda p: model(p) - data))
    np.testing.assert_allclose(fit.x, p, 1e-6)
    product = astgrad.ggnvp(lambda r: 0.5 * np.sum(r**2), model, (p,), (np.ones(3),))[0]
    jacobian = astgrad.jacobian(model)(p)
    np.testing.assert_allclose(product, jacobian.T @ jacobian @ np.ones(3))


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def test_rosenbrock_by_scipy():
    start = np.array([0.5, 1.3, 0.7, 1.2])
    for method, options in (
        ("BFGS", {}), ("trust-exact", {"hess": astgrad.hessian(rosenbrock)}),
        ("trust-ncg", {"hessp": lambda x, v: astgrad.hvp(rosenbrock, (x,), (v,))[0]}),
    ):  # fmt: skip
        found = scipy.optimize.minimize(astgrad.value_and_grad(rosenbrock), start, jac=True,
                                        method=method, **options)
        assert found.success, method
        np.testing.assert_allclose(found.x, 1.0, atol=1e-4)
    np.testing.assert_allclose(astgrad.hessian(rosenbrock)(start),
                               scipy.optimize.rosen_hess(start), 1e-12)


def test_a_root():
    def f(x):
        return np.array([x[0] ** 2 + x[1] ** 2 - 4.0, x[0] * x[1] - 1.0])

    found = scipy.optimize.root(f, [2.0, 0.3], jac=astgrad.jacobian(f))
    assert found.success
    np.testing.assert_allclose(f(found.x), 0.0, atol=1e-10)


def predator_prey(y0, p, steps):
    """The end of an ODE, integrated by the midpoint method in a loop."""
    y, h = y0, 2.0 / steps

    def slope(y):
        return np.array([p[0] * y[0] - p[1] * y[0] * y[1], p[2] * y[0] * y[1] - p[3] * y[1]])

    for _ in range(steps):
        y = y + h * slope(y + 0.5 * h * slope(y))
    return y


def test_sensitivities_of_an_ode():
    """By both modes; and those by the initial value solve the variational equation."""
    y0, p = np.array([1.0, 0.5]), np.array([1.1, 0.4, 0.1, 0.4])
    forward = astgrad.jacfwd(predator_prey, (0, 1))(y0, p, 40)
    reverse = astgrad.jacrev(predator_prey, (0, 1))(y0, p, 40)
    for i, given in enumerate((y0, p)):
        np.testing.assert_allclose(forward[i], reverse[i], 1e-10)
        for j in range(len(given)):
            args = [[y0, p], [y0, p]]
            for sign, each in ((1, args[0]), (-1, args[1])):
                each[i] = given + sign * 1e-6 * np.eye(len(given))[j]
            slope = (predator_prey(*args[0], 40) - predator_prey(*args[1], 40)) / 2e-6
            np.testing.assert_allclose(forward[i][:, j], slope, 1e-6, 1e-8)


def test_a_bilevel_problem():
    """The gradient by a penalty through all steps of the inner optimiser."""
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((12, 3)), rng.standard_normal(12)
    xv, yv = rng.standard_normal((8, 3)), rng.standard_normal(8)

    def inner(w, penalty):
        return np.mean((x @ w - y) ** 2) + np.exp(penalty) * np.sum(w**2)

    def outer(penalty):
        w = np.zeros(3)
        for _ in range(200):
            w = w - 0.1 * astgrad.grad(inner)(w, penalty)
        return np.mean((xv @ w - yv) ** 2)

    found = astgrad.grad(outer)(-1.0)
    assert found == pytest.approx(astgrad.numerical_grad(outer)(-1.0), rel=1e-6)
    exact = np.exp(-1.0)
    h = 2 * x.T @ x / 12 + 2 * exact * np.eye(3)
    w = np.linalg.solve(h, 2 * x.T @ y / 12)
    implicit = -(2 * xv.T @ (xv @ w - yv) / 8) @ np.linalg.solve(h, 2 * exact * w)
    assert found == pytest.approx(implicit, rel=1e-3)


def test_training_a_dict_of_parameters():
    x = np.linspace(-1.0, 1.0, 20)[:, None]
    y = np.sin(2.0 * x[:, 0])
    params = {"w": RNG.standard_normal((1, 8)), "b": np.zeros(8), "v": RNG.standard_normal(8)}

    def error(params):
        return np.mean((np.tanh(x @ params["w"] + params["b"]) @ params["v"] - y) ** 2)

    step = astgrad.value_and_grad(error)
    first, _ = step(params)
    momentum = astgrad.tree.scale(0.0, params)
    for _ in range(150):
        value, gradient = step(params)
        momentum = astgrad.tree.map(lambda m, g: 0.9 * m + g, momentum, gradient)
        params = astgrad.tree.map(lambda p, m: p - 0.05 * m, params, momentum)
    assert value < 0.02 * first
