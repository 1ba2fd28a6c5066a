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


@pytest.mark.parametrize("call", [
    "rng.gamma(a)", "rng.beta(a, 1.0)", "rng.wald(a, 1.0)", "rng.standard_t(a)",
    "rng.vonmises(0.0, a)", "rng.multivariate_normal(np.zeros(3), np.diag(a))", "rng.dirichlet(a)",
])  # fmt: skip
def test_parameters_without_a_derivative_are_refused(call):
    f = primal(f"{NEW}np.sum({call})", ["a"])
    with pytest.raises(astgrad.errors.AstgradError):
        astgrad.grad(f)(np.ones(3))
