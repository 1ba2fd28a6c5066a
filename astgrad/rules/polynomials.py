"""Polynomials, as coefficients from the highest power down; sums of statistics."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from astgrad.errors import RuleError
from astgrad.rules.table import composite

# mypy: disable-error-code="no-any-return"


def polyval(p: Any, x: Any) -> Any:
    y = np.zeros_like(x) + p[0]
    for k in range(1, len(p)):
        y = y * x + p[k]
    return y


def coefficients(c: Any) -> Any:
    """Those of one series."""
    if np.ndim(c) != 1:
        raise RuleError("several series at once have no rule: give each its vector of coefficients")
    return c


def ascending_polyval(x: Any, c: Any) -> Any:
    return np.polyval(coefficients(c)[::-1], x)


# Sums of orthogonal polynomials, by Clenshaw's recurrence from the highest down.


def chebval(x: Any, c: Any) -> Any:
    c, b, later = coefficients(c), 0.0 * x, 0.0 * x
    for k in range(len(c) - 1, 0, -1):
        b, later = c[k] + 2.0 * x * b - later, b
    return c[0] + x * b - later


def legval(x: Any, c: Any) -> Any:
    c, b, later = coefficients(c), 0.0 * x, 0.0 * x
    for k in range(len(c) - 1, -1, -1):
        b, later = c[k] + (2 * k + 1) / (k + 1) * x * b - (k + 1) / (k + 2) * later, b
    return b


def hermval(x: Any, c: Any) -> Any:
    c, b, later = coefficients(c), 0.0 * x, 0.0 * x
    for k in range(len(c) - 1, -1, -1):
        b, later = c[k] + 2.0 * x * b - 2.0 * (k + 1) * later, b
    return b


def hermeval(x: Any, c: Any) -> Any:
    c, b, later = coefficients(c), 0.0 * x, 0.0 * x
    for k in range(len(c) - 1, -1, -1):
        b, later = c[k] + x * b - (k + 1) * later, b
    return b


def lagval(x: Any, c: Any) -> Any:
    c, b, later = coefficients(c), 0.0 * x, 0.0 * x
    for k in range(len(c) - 1, -1, -1):
        b, later = c[k] + (2 * k + 1 - x) / (k + 1) * b - (k + 1) / (k + 2) * later, b
    return b


def series_at(value: Any, c: Any, shift: Any, scale: Any, x: Any) -> Any:
    """A series of np.polynomial, its domain mapped onto its window."""
    return value(shift + scale * x, c)


def polyadd(a1: Any, a2: Any) -> Any:
    short, long = (a1, a2) if len(a1) < len(a2) else (a2, a1)
    return np.concatenate((long[: len(long) - len(short)], long[len(long) - len(short) :] + short))


def polysub(a1: Any, a2: Any) -> Any:
    return np.polyadd(a1, -a2)


def polyder(p: Any, m: Any = 1) -> Any:
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


def polyint(p: Any, m: Any = 1) -> Any:
    for _ in range(m):
        p = np.concatenate((p / np.arange(len(p), 0, -1), np.zeros(1)))
    return p


def polydiv(u: Any, v: Any) -> Any:
    n = len(u) - len(v) + 1
    rest = u / 1.0
    quotient = np.zeros(n, rest.dtype)
    for k in range(n):
        factor = rest[k] / v[0]
        quotient[k] = factor
        rest = np.concatenate((rest[:k], rest[k : k + len(v)] - factor * v, rest[k + len(v) :]))
    return quotient, rest[n:]


def poly(seq_of_zeros: Any) -> Any:
    """The product of the factors x - zero."""
    if seq_of_zeros.ndim != 1:
        raise RuleError("np.poly of a matrix has no rule: give its eigenvalues")
    n = len(seq_of_zeros)
    a = np.concatenate((np.ones(1), np.zeros(n))) + 0.0 * np.sum(seq_of_zeros)
    for k in range(n):
        a = a - seq_of_zeros[k] * np.concatenate((np.zeros(1), a[:-1]))
    return a


def roots(p: Any) -> Any:
    """The eigenvalues of the companion matrix; p[0] is not zero."""
    n = len(p) - 1
    below = np.eye(n, k=-1)
    top = np.concatenate((-p[1:] / p[0], np.zeros((n - 1) * n)))
    return np.linalg.eigvals(below + np.reshape(top, (n, n)))


def polyfit(x: Any, y: Any, deg: Any, rcond: Any = None, full: Any = False, w: Any = None,
            cov: Any = False) -> Any:
    if full or cov:
        raise RuleError("np.polyfit with full or cov has no rule: use np.linalg.lstsq")
    powers = np.vander(x, deg + 1)
    if w is not None:
        powers = powers * w[:, None]
        y = np.reshape(w, (-1,) + (1,) * (y.ndim - 1)) * y
    scale = np.sqrt(np.sum(powers * powers, axis=0))
    c = np.linalg.lstsq(powers / scale, y, len(x) * 2.220446049250313e-16)[0]
    return np.transpose(np.transpose(c) / scale)


def vander(x: Any, N: Any = None, increasing: Any = False) -> Any:
    count = len(x) if N is None else N
    powers = np.arange(count) if increasing else np.arange(count)[::-1]
    return x[:, None] ** powers


# -- statistics ------------------------------------------------------------------------------


def mean(data: Any) -> Any:
    return sum(data) / len(data)


def pvariance(data: Any, mu: Any = None) -> Any:
    centre = mean(data) if mu is None else mu
    return sum([(x - centre) ** 2 for x in data]) / len(data)


def variance(data: Any, xbar: Any = None) -> Any:
    centre = mean(data) if xbar is None else xbar
    return sum([(x - centre) ** 2 for x in data]) / (len(data) - 1)


def pstdev(data: Any, mu: Any = None) -> Any:
    return math.sqrt(pvariance(data, mu))


def stdev(data: Any, xbar: Any = None) -> Any:
    return math.sqrt(variance(data, xbar))


def median(data: Any) -> Any:
    ordered = sorted(data)
    n = len(ordered)
    if n % 2 == 1:
        return ordered[n // 2]
    return (ordered[n // 2 - 1] + ordered[n // 2]) / 2


def geometric_mean(data: Any) -> Any:
    return math.exp(mean([math.log(x) for x in data]))


def harmonic_mean(data: Any) -> Any:
    return len(data) / sum([1.0 / x for x in data])


# fmt: off
composite("np.polyval(p, x)", polyval)
composite("np.polynomial.polynomial.polyval(x, c)", ascending_polyval)
composite("np.polynomial.chebyshev.chebval(x, c)", chebval)
composite("np.polynomial.legendre.legval(x, c)", legval)
composite("np.polynomial.hermite.hermval(x, c)", hermval)
composite("np.polynomial.hermite_e.hermeval(x, c)", hermeval)
composite("np.polynomial.laguerre.lagval(x, c)", lagval)
composite("np.polyadd(a1, a2)", polyadd)
composite("np.polysub(a1, a2)", polysub)
composite("np.polymul(a1, a2)", "np.convolve(a1, a2)")
composite("np.polydiv(u, v)", polydiv)
composite("np.polyder(p, m=1)", polyder)
composite("np.polyint(p, m=1)", polyint)
composite("np.poly(seq_of_zeros)", poly)
composite("np.roots(p)", roots)
composite("np.polyfit(x, y, deg, rcond=None, full=False, w=None, cov=False)", polyfit)
composite("np.vander(x, N=None, increasing=False)", vander)
composite("statistics.mean(data)", mean)
composite("statistics.fmean(data)", mean)
composite("statistics.median(data)", median)
composite("statistics.geometric_mean(data)", geometric_mean)
composite("statistics.harmonic_mean(data)", harmonic_mean)
composite("statistics.pvariance(data, mu=None)", pvariance)
composite("statistics.variance(data, xbar=None)", variance)
composite("statistics.pstdev(data, mu=None)", pstdev)
composite("statistics.stdev(data, xbar=None)", stdev)
