"""The incomplete gamma and beta functions by their shapes, and hyp1f1 by its parameters, against numbers computed with 60
digits, closed forms and recurrences.
"""

import numpy as np
import pytest

from astgrad.emit.module import names_in
from astgrad.runtime.gammas import betainc_slope, gamma_density, gammainc_slope
from astgrad.runtime.hypergeometric import hyp1f1_slope

GAMMA = [  # shape, x, order, derivative
    (0.0001, 1e-08, 1, -17.81181859502758),
    (0.03, 2.5, 1, -0.02757082736340332),
    (0.5, 0.5, 1, -0.6472003523777539),
    (2.5, 1.25, 1, -0.2226634715441981),
    (2.5, 40.0, 1, -2.526786070482876e-15),
    (7.0, 0.01, 1, -1.302240334848409e-17),
    (100.0, 90.0, 1, -0.02461191684397991),
    (100.0, 130.0, 1, -0.0008101300285622899),
    (5000.0, 5050.0, 1, -0.00437940027623324),
    (0.4, 0.3, 2, 0.5437933867328491),
    (3.0, 5.0, 2, -0.05866136487195219),
    (60.0, 50.0, 2, 0.004027101695400625),
]
BETA = [  # shapes, x, orders, derivative
    (0.01, 3.0, 0.2, 1, 0, -0.4931145372516753),
    (0.5, 0.5, 0.5, 1, 0, -0.5831218080616376),
    (2.0, 5.0, 0.001, 1, 0, -8.913494235346899e-5),
    (2.0, 5.0, 0.9, 0, 1, 0.0001176421801146724),
    (300.0, 4.0, 0.99, 1, 0, -0.002251372206796342),
    (300.0, 400.0, 0.45, 0, 1, 0.006941866735738898),
    (1.5, 80.0, 0.01, 0, 1, 0.004546505751505643),
    (0.7, 1.3, 0.6, 2, 0, 0.06322426333178177),
    (6.0, 2.5, 0.8, 1, 1, 0.02048019057168023),
    (0.3, 9.0, 0.05, 0, 2, -0.002561376018643132),
]


@pytest.mark.parametrize(("a", "x", "n", "expected"), GAMMA)
def test_gamma_by_its_shape(a, x, n, expected):
    np.testing.assert_allclose(gammainc_slope(a, x, n), expected, rtol=2e-11)


@pytest.mark.parametrize(("a", "b", "x", "i", "j", "expected"), BETA)
def test_beta_by_its_shapes(a, b, x, i, j, expected):
    np.testing.assert_allclose(betainc_slope(a, b, x, i, j), expected, rtol=2e-11)


def test_an_exponential_law():
    """gammainc(1 + a, x) to first order in a."""
    exp1 = pytest.importorskip("scipy.special", reason="SciPy is an optional extra").exp1
    x = np.geomspace(1e-3, 30.0, 40)
    expected = -exp1(x) - np.exp(-x) * (np.log(x) + np.euler_gamma)
    np.testing.assert_allclose(gammainc_slope(1.0, x, 1), expected, rtol=1e-10)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_shapes_one_apart(n):
    """gammainc(a + 1, x) = gammainc(a, x) - gamma_density(a + 1, x, 0)"""
    a, x = np.meshgrid(np.geomspace(0.1, 50.0, 12), np.geomspace(0.01, 80.0, 12))
    found = gammainc_slope(a, x, n) - gamma_density(a + 1.0, x, n)
    np.testing.assert_allclose(gammainc_slope(a + 1.0, x, n), found, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_powers(n):
    """betainc(a, 1, x) = x**a"""
    a, x = np.meshgrid(np.geomspace(0.01, 50.0, 12), np.linspace(0.02, 0.98, 12))
    expected = x**a * np.log(x) ** n
    np.testing.assert_allclose(betainc_slope(a, 1.0, x, n, 0), expected, rtol=1e-9, atol=1e-12)
    mirrored = betainc_slope(1.0, a, 1.0 - x, 0, n)
    np.testing.assert_allclose(mirrored, -expected, rtol=1e-9, atol=1e-12)


def test_ends_of_the_domain():
    x = np.array([0.0, np.inf, np.nan])
    np.testing.assert_array_equal(gammainc_slope(2.0, x, 1), [0.0, 0.0, np.nan])
    x = np.array([0.0, 1.0, np.nan])
    np.testing.assert_array_equal(betainc_slope(2.0, 3.0, x, 1, 0), [0.0, 0.0, np.nan])
    assert gammainc_slope(np.ones((0, 2)), 1.0, 1).shape == (0, 2)


@pytest.mark.parametrize("x", [0.0, 0.3, 5.0, 30.0, -0.3, -5.0, -30.0])
def test_hyp1f1_of_an_exponential(x):
    """hyp1f1(a, a, x) = exp(x): moving both parameters changes nothing, to second order."""
    a = np.array([0.2, 1.0, 3.5])
    value = np.exp(x)
    both = hyp1f1_slope(a, a, x, 1, 0, 0) + hyp1f1_slope(a, a, x, 0, 1, 0)
    np.testing.assert_allclose(both, 0.0, atol=1e-11 * max(value, 1.0))
    twice = (hyp1f1_slope(a, a, x, 2, 0, 0) + 2.0 * hyp1f1_slope(a, a, x, 1, 1, 0)
             + hyp1f1_slope(a, a, x, 0, 2, 0))
    np.testing.assert_allclose(twice, 0.0, atol=1e-10 * max(value, 1.0))


HYPER = [  # a, b, x, orders, derivative
    (0.5, 1.5, 2.0, 1, 0, 0, 3.353302102487316),
    (0.5, 1.5, -2.0, 0, 1, 0, 0.1910492905920508),
    (-2.3, 4.0, 12.0, 1, 0, 0, 3.605137234417149),
    (3.0, 0.7, -35.0, 1, 0, 0, 6.314778457774883e-7),
    (7.5, 2.5, 20.0, 0, 1, 0, -10453090933372.58),
    (1.2, 3.4, -6.0, 1, 1, 0, -0.01681406441865581),
    (1.2, 3.4, 6.0, 2, 0, 0, 50.96153201350371),
    (2.0, 5.0, -3.0, 1, 0, 1, 0.001326539194252732),
]


@pytest.mark.parametrize(("a", "b", "x", "i", "j", "n", "expected"), HYPER)
def test_hyp1f1_by_its_parameters(a, b, x, i, j, n, expected):
    np.testing.assert_allclose(hyp1f1_slope(a, b, x, i, j, n), expected, rtol=1e-11)


def test_hyp1f1_where_its_terms_cancel():
    assert np.isnan(hyp1f1_slope(-30.5, 0.5, 40.0, 1, 0, 0))


def test_helpers_of_a_helper_are_found_in_comprehensions():
    assert "exp" in names_in((lambda xs: {k: [np.exp(x) for x in xs] for k in xs}).__code__)
