"""Draws: kept as drawn, and differentiated by location, scale and the like."""

import numpy as np
import pytest
from rules.derivatives import check, primal

import astgrad

NEW = "rng = np.random.default_rng(3); "
OLD = "rng = np.random.RandomState(3); "
GLOBAL = "np.random.seed(3); "
BOTH = """
rng.LAW(a, b, 4) | 0,p
rng.LAW(a, b) | 3,p3
rng.LAW(loc=a, scale=b, size=(2, 3)) | 3,p
rng.LAW(a, b) | 0,p
rng.LAW(a) | 21
rng.uniform(a, a + b, 5) | 0,p
rng.uniform(a, a + b) | 3,p3
rng.exponential(a, (2, 2)) | p
rng.rayleigh(a) | p3
rng.gamma(2.0, a, 3) | p
rng.lognormal(a, b, 3) | 0,p
rng.weibull(a, 3) | p
rng.power(a, 3) | p
rng.pareto(a, 3) | p
rng.multivariate_normal(a, np.eye(3), 4) | 3
rng.multivariate_normal(a, np.eye(3)) | 3
a * rng.poisson(2.0, 3) | 3
a * rng.standard_normal() | 3
a * rng.standard_normal((2, 3)) * rng.random_sample(3) | 3
a * rng.standard_gamma(2.0) | 3
a * rng.choice(3) | 3
a[rng.permutation(3)] | 3
a * rng.dirichlet(np.ones(3)) | 3
"""
ONE = [
    (NEW + "a * rng.integers(5, size=3)", "3"), (NEW + "a * rng.random(3)", "3"),
    (NEW + "a * rng.standard_normal(3, dtype=np.float32)", "3"), (OLD + "a * rng.randn(3)", "3"),
    (OLD + "a * rng.randint(0, 5, 3)", "3"), (GLOBAL + "np.random.normal(a, b, 4)", "0,p"),
    (GLOBAL + "a * np.random.rand(3)", "3"), (GLOBAL + "a * np.random.randn(2, 3)", "3"),
    (GLOBAL + "np.random.uniform(a, a + b) * np.random.normal(b)", "3,p3"),
]  # fmt: skip


def cases():
    for line in BOTH.strip().splitlines():
        text, shapes = line.split(" | ")
        for law in ("normal", "laplace", "logistic", "gumbel") if "LAW" in text else ("",):
            yield OLD + text.replace("LAW", law), shapes
            if "random_sample" not in text:
                yield NEW + text.replace("LAW", law), shapes
    yield from ONE


@pytest.mark.sample(15)
@pytest.mark.parametrize(("text", "shapes"), list(cases()))
def test_rule(text, shapes):
    rng = np.random.default_rng(1)
    arguments = {}
    for name, code in zip("ab", shapes.split(","), strict=False):
        size = tuple(map(int, code.lstrip("p0")))
        value = rng.uniform(0.5, 2.0, size) if code[0] == "p" else rng.standard_normal(size)
        arguments[name] = value if size else float(value)
    check(text, **arguments)


def test_a_draw_is_made_once():
    f = primal("np.sum(rng.normal(a, 1.0, 3) ** 2)", ["a", "rng"])
    drawn = np.random.default_rng(5)
    gradient = astgrad.grad(f)(1.0, drawn)
    other = np.random.default_rng(5)
    assert gradient == pytest.approx(2.0 * np.sum(other.normal(1.0, 1.0, 3)))
    assert drawn.random() == other.random()


def test_transforming_draws_nothing():
    np.random.seed(7)
    expected = np.random.random()
    np.random.seed(7)
    f = primal("np.sum(a * np.random.normal(a, 1.0))", ["a"])
    astgrad.grad(f).source(np.ones(3))
    assert np.random.random() == expected


LAWS = [
    ("gamma(a, b, 5)", "gamma", {"a": 1.7, "scale": 0.6}),
    ("standard_gamma(a, 5)", "gamma", {"a": 0.4}),
    ("chisquare(a, 5)", "chi2", {"df": 3.4}),
    ("beta(a, b, 5)", "beta", {"a": 1.7, "b": 0.6}),
    ("f(a, b, 5)", "f", {"dfn": 3.7, "dfd": 5.6}),
    ("standard_t(a, 5)", "t", {"df": 3.7}),
]


@pytest.mark.parametrize("start", [NEW, OLD])
@pytest.mark.parametrize(("call", "name", "shapes"), LAWS)
def test_the_quantile_of_a_draw_stays(start, call, name, shapes):
    """The slopes by the shapes are those of the quantile function, to second order."""
    law = getattr(pytest.importorskip("scipy.stats", reason="SciPy is an optional extra"), name)
    weight = np.random.default_rng(1).standard_normal(5)
    params, point = list("ab"[: len(shapes)]), list(shapes.values())
    draw = primal(f"{start}rng.{call}", params)
    places = law.cdf(draw(*point), **shapes)

    def value(*at):
        return np.sum(weight * law.ppf(places, **dict(zip(shapes, at, strict=True))) ** 2)

    loss = primal(f"{start}np.sum(weight * rng.{call} ** 2)", params, weight=weight)
    argnums = tuple(range(len(point)))
    gradient = astgrad.grad(loss, argnums)(*point)
    hessian = astgrad.hessian(loss, argnums)(*point)
    for i in argnums:
        np.testing.assert_allclose(gradient[i], slope_at(value, point, i), rtol=1e-5, atol=1e-5)
        for j in argnums:
            number = slope_at(lambda *at, j=j: slope_at(value, at, j), point, i)
            np.testing.assert_allclose(hessian[i][j], number, rtol=1e-3, atol=1e-4)


def slope_at(f, point, i, step=1e-3):
    ahead, back = ([x + s * (k == i) for k, x in enumerate(point)] for s in (step, -step))
    return (f(*ahead) - f(*back)) / (2 * step)


def test_a_mean_over_a_dirichlet_law():
    """Its derivative by the shapes, from many draws."""
    f = primal(f"{NEW}x = rng.dirichlet(a, 20000); np.mean(x[:, 0]**2 * x[:, 1])", ["a"])

    def mean(a):
        n = np.sum(a)
        return a[0] * (a[0] + 1.0) * a[1] / (n * (n + 1.0) * (n + 2.0))

    a = np.array([1.5, 0.7, 2.2])
    np.testing.assert_allclose(astgrad.grad(f)(a), astgrad.grad(mean)(a), rtol=0.05)


def test_a_mean_over_normal_vectors():
    """The mean of exp(x @ v) is exp(m @ v + v @ c @ v / 2)."""
    v, m, c = np.array([0.3, -0.5]), np.array([0.1, 0.2]), np.array([[2.0, 0.5], [0.5, 1.0]])
    f = primal(f"{NEW}np.mean(np.exp(rng.multivariate_normal(m, c, 50000) @ v))", ["m", "c"], v=v)
    m_bar, c_bar = astgrad.grad(f, (0, 1))(m, c)
    mean = np.exp(m @ v + 0.5 * v @ c @ v)
    np.testing.assert_allclose(m_bar, mean * v, rtol=0.02)
    np.testing.assert_allclose(c_bar, 0.5 * mean * np.outer(v, v), rtol=0.05)
    np.testing.assert_allclose(c_bar, c_bar.T, rtol=1e-12)


@pytest.mark.parametrize("call", [
    "rng.wald(a, 1.0)", "rng.noncentral_chisquare(a, 1.0)", "rng.vonmises(0.0, a)",
])  # fmt: skip
def test_parameters_without_a_derivative_are_refused(call):
    f = primal(f"{NEW}np.sum({call})", ["a"])
    with pytest.raises(astgrad.errors.AstgradError):
        astgrad.grad(f)(np.ones(3))
