"""scipy.stats: densities and distribution functions of common distributions.

A continuous law states its score, the slope of the log-density in z = (x - loc) / scale,
and the slopes by its shapes; location and scale follow.
"""

from __future__ import annotations

import re
import sys
from typing import Any

import numpy as np

import astgrad.rules.scipy_special  # noqa: F401 - its rows stand in these
from astgrad.errors import RuleError
from astgrad.rules.table import composite, elementwise

scipy: Any = sys.modules["scipy"]  # these rules are loaded after it

PSI = "scipy.special.digamma"
MILLS = "(0.3989422804014327 * np.exp(-0.5 * (a * z) ** 2 - scipy.special.log_ndtr(a * z)))"


# fmt: off
POWER = "scipy.special.xlogy(@ * z, z) / "  # the slope by c of a function of z**c, times c

CDF = {  # the slopes of the cdf by its shapes; @ is the density at z
    "gamma":      {"a": "gammainc_slope(a, z, 1)"},
    "erlang":     {"a": "gammainc_slope(a, z, 1)"},
    "invgamma":   {"a": "-gammainc_slope(a, 1.0 / z, 1)"},
    "dgamma":     {"a": "0.5 * np.sign(z) * gammainc_slope(a, np.absolute(z), 1)"},
    "loggamma":   {"c": "gammainc_slope(c, np.exp(z), 1)"},
    "chi2":       {"df": "0.5 * gammainc_slope(0.5 * df, 0.5 * z, 1)"},
    "chi":        {"df": "0.5 * gammainc_slope(0.5 * df, 0.5 * np.maximum(z, 0.0) ** 2, 1)"},
    "nakagami":   {"nu": "gammainc_slope(nu, nu * np.maximum(z, 0.0) ** 2, 1) + 0.5 * z * @ / nu"},
    "gennorm":    {"beta": "scipy.special.xlogy(@ * z, np.absolute(z)) / beta - 0.5 * np.sign(z) * gammainc_slope(1.0 / beta, np.absolute(z) ** beta, 1) / beta**2"},
    "beta":       {"a": "betainc_slope(a, b, z, 1, 0)", "b": "betainc_slope(a, b, z, 0, 1)"},
    "betaprime":  {"a": "betainc_slope(a, b, z / (1.0 + z), 1, 0)", "b": "betainc_slope(a, b, z / (1.0 + z), 0, 1)"},
    "f":          {"dfn": "0.5 * betainc_slope(0.5 * dfn, 0.5 * dfd, dfn * z / (dfd + dfn * z), 1, 0) + z / dfn * @",
                   "dfd": "0.5 * betainc_slope(0.5 * dfn, 0.5 * dfd, dfn * z / (dfd + dfn * z), 0, 1) - z / dfd * @"},
    "t":          {"df": "0.25 * np.sign(z) * betainc_slope(0.5, 0.5 * df, z**2 / (df + z**2), 0, 1) - 0.5 * z / df * @"},
    "lognorm":    {"s": "-(" + POWER + "s)"},
    "pareto":     {"b": POWER + "b"},
    "weibull_min": {"c": POWER + "c"},
    "weibull_max": {"c": "scipy.special.xlogy(@ * z, -z) / c"},
    "dweibull":   {"c": "scipy.special.xlogy(@ * z, np.absolute(z)) / c"},
    "invweibull": {"c": POWER + "c"},
    "powerlaw":   {"a": POWER + "a"},
    "fisk":       {"c": POWER + "c"},
    "loglaplace": {"c": POWER + "c"},
    "exponpow":   {"b": POWER + "b"},
    "lomax":      {"c": "scipy.special.xlog1py(@ * (1.0 + z), z) / c"},
    "gompertz":   {"c": "-(@ * np.expm1(-z) / c)"},
    "skewnorm":   {"a": "-(0.3183098861837907 * np.exp(-0.5 * z**2 * (1.0 + a**2)) / (1.0 + a**2))"},
    "rice":       {"b": "-(np.maximum(z, 0.0) * np.exp(-0.5 * (z - b) ** 2) * scipy.special.i1e(b * z))"},
    "johnsonsu":  {"a": "@ * np.sqrt(1.0 + z**2) / b", "b": "@ * np.sqrt(1.0 + z**2) * np.arcsinh(z) / b"},
    "fatiguelife": {"c": "-(2.0 * @ * z * (z - 1.0) / ((z + 1.0) * c))"},
    "genlogistic": {"c": "scipy.stats.genlogistic.cdf(z, c) * scipy.special.log_expit(z)"},
    "truncnorm":  {"a": "-np.where(@ > 0.0, scipy.stats.truncnorm.pdf(a, a, b) * scipy.stats.truncnorm.sf(z, a, b), 0.0)",
                   "b": "-np.where(@ > 0.0, scipy.stats.truncnorm.pdf(b, a, b) * scipy.stats.truncnorm.cdf(z, a, b), 0.0)"},
    "truncexpon": {"b": "-np.where(@ > 0.0, scipy.stats.truncexpon.cdf(z, b) / np.expm1(b), 0.0)"},
    "triang":     {"c": "-np.where(z < c, np.clip(z / c, 0.0, 1.0) ** 2, np.clip((1.0 - z) / (1.0 - c), 0.0, 1.0) ** 2)"},
}
# fmt: on


def law(name: str, score: str, at: str = "", **shapes: str) -> None:
    """Rows of pdf, logpdf, cdf, logcdf, sf, logsf and ppf; `z` stands for the standard x."""
    head = f"scipy.stats.{name}."
    params = "".join(f"{p}, " for p in shapes)
    tail = f"{params}loc=0, scale=1)"
    given = f"{params}loc=loc, scale=scale)"
    z = "standard(x, loc, scale)"
    s = f"({score})".replace("slope(a * z)", MILLS).replace("z", z)
    by = {p: text.replace("slope(a * z)", MILLS).replace("$", PSI).replace("z", z)
          for p, text in shapes.items()}
    slopes = {"x": f"over({s}, scale)", "loc": f"-over({s}, scale)",
              "scale": f"-((1.0 + {z} * {s}) / scale)"}
    elementwise(f"{head}logpdf(x, {tail}", at=at, **slopes, **by)
    elementwise(f"{head}pdf(x, {tail}", at=at,
                **{p: f"ans * ({text})" for p, text in (slopes | by).items()})
    density, log = f"{head}pdf(x, {given}", f"{head}logpdf(x, {given}"
    for kind, value, factor in (
            ("cdf", density, "({})"), ("sf", f"-{density}", "-({})"),
            ("logcdf", f"np.exp({log} - ans)", "({}) * np.exp(-ans)"),
            ("logsf", f"-np.exp({log} - ans)", "-(({}) * np.exp(-ans))")):
        elementwise(f"{head}{kind}(x, {tail}", at=at, x=value, loc=f"-({value})",
                    scale=f"-({value} * {z})", **by_shapes(name, kind, shapes, factor, "x"))
    there = f"{head}pdf(ans, {given}"
    for kind, sign in (("ppf", ""), ("isf", "-")):
        elementwise(f"{head}{kind}(q, {tail}", at="0 < x < 1", q=f"{sign}(1.0 / {there})",
                    loc="1.0", scale="(ans - loc) / scale",
                    **by_shapes(name, kind, shapes, f"-(({{}}) / {there})", "ans"))


def by_shapes(name: str, kind: str, shapes: dict[str, str], factor: str, x: str) -> dict[str, str]:
    """The slopes of a distribution function by its shapes: the cdf's at x, in `factor`."""
    density = f"scipy.stats.{name}.pdf(z, {', '.join(shapes)})"
    return refused(name, kind, shapes) | {
        p: factor.format(re.sub(r"\bz\b", f"standard({x}, loc, scale)", text.replace("@", density)))
        for p, text in CDF.get(name, {}).items()}


def refused(name: str, kind: str, shapes: dict[str, str]) -> dict[str, str]:
    return {p: f"no_rule('the derivative of scipy.stats.{name}.{kind} by {p}')" for p in shapes}


def counts(name: str, shapes: dict[str, str], before: str = "k") -> None:
    """Rows of pmf and logpmf, by the parameters; what has no slope is whole, and refused."""
    params = ", ".join(shapes)
    by = {p: text.replace("$", PSI) for p, text in shapes.items() if text}
    whole = {p: "" for p in (before, *shapes) if p not in by}
    head = f"scipy.stats.{name}."
    elementwise(f"{head}logpmf({before}, {params}, loc=0)", **by, **refused(name, "logpmf", whole))
    elementwise(f"{head}pmf({before}, {params}, loc=0)",
                **{p: f"ans * ({text})" for p, text in by.items()}, **refused(name, "pmf", whole))


def multivariate_normal_logpdf(x: Any, mean: Any = None, cov: Any = 1) -> Any:
    gap = x if mean is None else x - mean
    if np.ndim(cov) == 0 and (mean is None or np.ndim(mean) == 0):
        return -0.5 * (gap**2 / cov + np.log(6.283185307179586 * cov))
    d = gap.shape[-1]
    if np.ndim(cov) == 0:
        return -0.5 * (np.sum(gap**2, axis=-1) / cov + d * np.log(6.283185307179586 * cov))
    if np.ndim(cov) == 1:
        return -0.5 * np.sum(gap**2 / cov + np.log(6.283185307179586 * cov), axis=-1)
    _, logdet = np.linalg.slogdet(cov)
    if np.ndim(gap) == 1:
        square = gap @ np.linalg.solve(cov, gap)
    else:
        square = np.sum(gap * np.swapaxes(np.linalg.solve(cov, np.swapaxes(gap, -1, -2)), -1, -2), axis=-1)
    return -0.5 * (square + logdet + 1.8378770664093453 * d)


def multivariate_normal_pdf(x: Any, mean: Any = None, cov: Any = 1) -> Any:
    return np.exp(multivariate_normal_logpdf(x, mean, cov))


def dirichlet_logpdf(x: Any, alpha: Any) -> Any:
    total = np.sum(scipy.special.xlogy(alpha - 1.0, np.transpose(x)), axis=-1)
    return total + scipy.special.gammaln(np.sum(alpha)) - np.sum(scipy.special.gammaln(alpha))


def dirichlet_pdf(x: Any, alpha: Any) -> Any:
    return np.exp(dirichlet_logpdf(x, alpha))


def multinomial_logpmf(x: Any, n: Any, p: Any) -> Any:
    """The last probability is what the others leave, as in SciPy."""
    rest = p[..., :-1]
    whole = np.concatenate([rest, 1.0 - np.sum(rest, axis=-1, keepdims=True)], axis=-1)
    counts = np.asarray(x) * 1.0
    terms = scipy.special.xlogy(counts, whole) - scipy.special.gammaln(counts + 1.0)
    return scipy.special.gammaln(n + 1.0) + np.sum(terms, axis=-1)


def multinomial_pmf(x: Any, n: Any, p: Any) -> Any:
    return np.exp(multinomial_logpmf(x, n, p))


def multivariate_t_logpdf(x: Any, loc: Any = None, shape: Any = 1, df: Any = 1) -> Any:
    gap = x if loc is None else x - loc
    if np.ndim(shape) == 0:
        raise RuleError("multivariate_t of a number as shape has no rule: give a matrix")
    d = shape.shape[-1]
    _, logdet = np.linalg.slogdet(shape)
    if np.ndim(gap) == 1:
        square = gap @ np.linalg.solve(shape, gap)
    else:
        square = np.sum(gap * np.swapaxes(np.linalg.solve(shape, np.swapaxes(gap, -1, -2)), -1, -2), axis=-1)
    return (scipy.special.gammaln(0.5 * (df + d)) - scipy.special.gammaln(0.5 * df)
            - 0.5 * d * np.log(3.141592653589793 * df) - 0.5 * logdet
            - 0.5 * (df + d) * np.log1p(square / df))


def multivariate_t_pdf(x: Any, loc: Any = None, shape: Any = 1, df: Any = 1) -> Any:
    return np.exp(multivariate_t_logpdf(x, loc, shape, df))


def sem(a: Any, axis: Any = 0, ddof: Any = 1) -> Any:
    n = np.size(a) if axis is None else a.shape[axis]
    return np.std(a, axis=axis, ddof=ddof) / np.sqrt(n)


def zscore(a: Any, axis: Any = 0, ddof: Any = 0) -> Any:
    return ((a - np.mean(a, axis=axis, keepdims=True))
            / np.std(a, axis=axis, ddof=ddof, keepdims=True))


def moment(a: Any, order: Any = 1, axis: Any = 0) -> Any:
    return np.mean((a - np.mean(a, axis=axis, keepdims=True)) ** order, axis=axis)


def skew(a: Any, axis: Any = 0) -> Any:
    gap = a - np.mean(a, axis=axis, keepdims=True)
    return np.mean(gap**3, axis=axis) / np.mean(gap**2, axis=axis) ** 1.5


def kurtosis(a: Any, axis: Any = 0, fisher: Any = True) -> Any:
    gap = a - np.mean(a, axis=axis, keepdims=True)
    value = np.mean(gap**4, axis=axis) / np.mean(gap**2, axis=axis) ** 2
    return value - 3.0 if fisher else value


def entropy(pk: Any, qk: Any = None, base: Any = None, axis: Any = 0) -> Any:
    if qk is not None:
        pk, qk = np.broadcast_arrays(pk, qk)
    p = pk / np.sum(pk, axis=axis, keepdims=True)
    if qk is None:
        total = np.sum(scipy.special.entr(p), axis=axis)
    else:
        q = qk / np.sum(qk, axis=axis, keepdims=True)
        total = np.sum(scipy.special.rel_entr(p, q), axis=axis)
    return total if base is None else total / np.log(base)


# fmt: off
law("norm",      "-z")
law("halfnorm",  "-z", at="x > 0")
law("expon",     "-1.0", at="x > 0")
law("uniform",   "0.0 * z", at="0 < x < 1")
law("laplace",   "-np.sign(z)")
law("logistic",  "1.0 - 2.0 * scipy.special.expit(z)")
law("cauchy",    "-(2.0 * z / (1.0 + z**2))")
law("gumbel_r",  "np.exp(-z) - 1.0")
law("gumbel_l",  "1.0 - np.exp(z)")
law("rayleigh",  "1.0 / z - z", at="x > 0")
law("gamma",     "(a - 1.0) / z - 1.0", at="x > 0", a="np.log(z) - $(a)")
law("invgamma",  "1.0 / z**2 - (a + 1.0) / z", at="x > 0", a="-np.log(z) - $(a)")
law("chi2",      "(0.5 * df - 1.0) / z - 0.5", at="x > 0", df="0.5 * (np.log(0.5 * z) - $(0.5 * df))")
law("beta",      "(a - 1.0) / z - (b - 1.0) / (1.0 - z)", at="0 < x < 1",
    a="np.log(z) + $(a + b) - $(a)", b="np.log1p(-z) + $(a + b) - $(b)")
law("t",         "-((df + 1.0) * z / (df + z**2))",
    df="0.5 * ($(0.5 * (df + 1.0)) - $(0.5 * df) - 1.0 / df - np.log1p(z**2 / df) + (df + 1.0) * z**2 / (df * (df + z**2)))")
law("lognorm",   "-((1.0 + np.log(z) / s**2) / z)", at="x > 0", s="(np.log(z) ** 2 / s**2 - 1.0) / s")
law("pareto",    "-((b + 1.0) / z)", at="x > 1", b="1.0 / b - np.log(z)")
law("weibull_min", "(c - 1.0) / z - c * z ** (c - 1.0)", at="x > 0", c="1.0 / c + np.log(z) - z**c * np.log(z)")

law("maxwell",   "2.0 / z - z", at="x > 0")
law("levy",      "0.5 / z**2 - 1.5 / z", at="x > 0")
law("halfcauchy", "-(2.0 * z / (1.0 + z**2))", at="x > 0")
law("hypsecant", "-np.tanh(z)")
law("halflogistic", "-np.tanh(0.5 * z)", at="x > 0")
law("arcsine",   "0.5 / (1.0 - z) - 0.5 / z", at="0 < x < 1")
law("powerlaw",  "(a - 1.0) / z", at="0 < x < 1", a="1.0 / a + np.log(z)")
law("chi",       "(df - 1.0) / z - z", at="x > 0", df="np.log(z) - 0.34657359027997264 - 0.5 * $(0.5 * df)")
law("nakagami",  "(2.0 * nu - 1.0) / z - 2.0 * nu * z", at="x > 0", nu="np.log(nu) + 1.0 - $(nu) + 2.0 * np.log(z) - z**2")
law("weibull_max", "(c - 1.0) / z + c * (-z) ** (c - 1.0)", at="x < 0", c="1.0 / c + np.log(-z) - (-z) ** c * np.log(-z)")
law("genpareto", "-((1.0 + c) / (1.0 + c * z))", at="x > 0", c="np.log1p(c * z) / c**2 - (1.0 + 1.0 / c) * z / (1.0 + c * z)")
law("vonmises",  "-(kappa * np.sin(z))", kappa="np.cos(z) - scipy.special.i1(kappa) / scipy.special.i0(kappa)")
law("invgauss",  "0.5 / z**2 - 1.5 / z - 0.5 / mu**2", at="x > 0", mu="z / mu**3 - 1.0 / mu**2")
law("skewnorm",  "a * slope(a * z) - z", a="z * slope(a * z)")
law("loglaplace", "-((1.0 + c * np.sign(z - 1.0)) / z)", at="x > 0", c="1.0 / c - np.absolute(np.log(z))")
law("fisk",      "(c - 1.0) / z - 2.0 * c * z ** (c - 1.0) / (1.0 + z**c)", at="x > 0", c="1.0 / c + np.log(z) - 2.0 * z**c * np.log(z) / (1.0 + z**c)")
law("betaprime", "(a - 1.0) / z - (a + b) / (1.0 + z)", at="x > 0",
    a="np.log(z) - np.log1p(z) + $(a + b) - $(a)", b="$(a + b) - $(b) - np.log1p(z)")
law("gompertz",  "1.0 - c * np.exp(z)", at="x > 0", c="1.0 / c - np.expm1(z)")
law("gengamma",  "(c * a - 1.0) / z - c * z ** (c - 1.0)", at="x > 0", a="c * np.log(z) - $(a)", c="1.0 / c + a * np.log(z) - z**c * np.log(z)")
law("johnsonsu", "-(z / (1.0 + z**2)) - b * (a + b * np.arcsinh(z)) / np.sqrt(1.0 + z**2)",
    a="-(a + b * np.arcsinh(z))", b="1.0 / b - (a + b * np.arcsinh(z)) * np.arcsinh(z)")
law("f",         "(0.5 * dfn - 1.0) / z - 0.5 * (dfn + dfd) * dfn / (dfd + dfn * z)", at="x > 0",
    dfn="0.5 * (np.log(dfn * z / (dfd + dfn * z)) + 1.0 - (dfn + dfd) * z / (dfd + dfn * z) + $(0.5 * (dfn + dfd)) - $(0.5 * dfn))",
    dfd="0.5 * (np.log(dfd / (dfd + dfn * z)) + 1.0 - (dfn + dfd) / (dfd + dfn * z) + $(0.5 * (dfn + dfd)) - $(0.5 * dfd))")

law("alpha",     "(1.0 / z - a) / z**2 - 2.0 / z", at="x > 0", a="1.0 / z - a - np.exp(-0.9189385332046727 - 0.5 * a**2 - scipy.special.log_ndtr(a))")
law("anglit",    "-2.0 * np.tan(2.0 * z)")
law("bradford",  "-(c / (1.0 + c * z))", at="0 < x < 1", c="1.0 / c - 1.0 / ((1.0 + c) * np.log1p(c)) - z / (1.0 + c * z)")
law("burr12",    "(c - 1.0) / z - (d + 1.0) * c * z ** (c - 1.0) / (1.0 + z**c)", at="x > 0",
    c="1.0 / c + np.log(z) - (d + 1.0) * z**c * np.log(z) / (1.0 + z**c)", d="1.0 / d - np.log1p(z**c)")
law("cosine",    "-np.tan(0.5 * z)")
law("dgamma",    "(a - 1.0) / z - np.sign(z)", a="np.log(np.absolute(z)) - $(a)")
law("dweibull",  "((c - 1.0) - c * np.absolute(z) ** c) / z", c="1.0 / c + (1.0 - np.absolute(z) ** c) * np.log(np.absolute(z))")
law("erlang",    "(a - 1.0) / z - 1.0", at="x > 0", a="np.log(z) - $(a)")
law("exponpow",  "(b - 1.0) / z + b * z ** (b - 1.0) * (1.0 - np.exp(z**b))", at="x > 0", b="1.0 / b + np.log(z) * (1.0 + z**b * (1.0 - np.exp(z**b)))")
law("fatiguelife", "1.0 / (1.0 + z) - 1.5 / z - 0.5 * (1.0 - 1.0 / z**2) / c**2", at="x > 0", c="(z - 1.0) ** 2 / (z * c**3) - 1.0 / c")
law("genextreme", "((1.0 - c * z) ** (1.0 / c) - 1.0 + c) / (1.0 - c * z)", at="0 < x < 1",
    c="((1.0 - c * z) ** (1.0 / c) - 1.0) * (np.log1p(-c * z) / c**2 + z / (c * (1.0 - c * z))) + z / (1.0 - c * z)")
law("genlogistic", "(c + 1.0) * scipy.special.expit(-z) - 1.0", c="1.0 / c + scipy.special.log_expit(z)")
law("gennorm",   "-(beta * np.absolute(z) ** (beta - 1.0) * np.sign(z))",
    beta="1.0 / beta + $(1.0 / beta) / beta**2 - scipy.special.xlogy(np.absolute(z) ** beta, np.absolute(z))")
law("gibrat",    "-((1.0 + np.log(z)) / z)", at="x > 0")
law("invweibull", "(c * z ** (-c) - c - 1.0) / z", at="x > 0", c="1.0 / c + (z ** (-c) - 1.0) * np.log(z)")
law("johnsonsb", "1.0 / (1.0 - z) - 1.0 / z - b * (a + b * scipy.special.logit(z)) / (z * (1.0 - z))", at="0 < x < 1",
    a="-(a + b * scipy.special.logit(z))", b="1.0 / b - (a + b * scipy.special.logit(z)) * scipy.special.logit(z)")
law("levy_l",    "-(0.5 / z**2) - 1.5 / z", at="x < 0")
law("loggamma",  "c - np.exp(z)", c="z - $(c)")
law("loguniform", "-1.0 / z", at="x > 0", a="1.0 / (a * np.log(b / a))", b="-1.0 / (b * np.log(b / a))")
law("reciprocal", "-1.0 / z", at="x > 0", a="1.0 / (a * np.log(b / a))", b="-1.0 / (b * np.log(b / a))")
law("lomax",     "-((c + 1.0) / (1.0 + z))", at="x > 0", c="1.0 / c - np.log1p(z)")
law("moyal",     "0.5 * np.expm1(-z)")
law("rdist",     "-((c - 2.0) * z / (1.0 - z**2))", at="abs(x) < 1", c="0.5 * (np.log1p(-(z**2)) - $(0.5 * c) + $(0.5 * c + 0.5))")
law("rice",      "1.0 / z - z + b * scipy.special.i1e(b * z) / scipy.special.i0e(b * z)", at="x > 0", b="z * scipy.special.i1e(b * z) / scipy.special.i0e(b * z) - b")
law("semicircular", "-(z / (1.0 - z**2))", at="abs(x) < 1")
law("triang",    "np.where(z < c, 1.0 / z, -1.0 / (1.0 - z))", at="0 < x < 1", c="np.where(z < c, -1.0 / c, 1.0 / (1.0 - c))")
law("truncexpon", "-1.0", at="x > 0", b="-1.0 / np.expm1(b)")
law("truncnorm", "-z", a="scipy.stats.truncnorm.pdf(a, a, b)", b="-scipy.stats.truncnorm.pdf(b, a, b)")
law("wald",      "0.5 / z**2 - 1.5 / z - 0.5", at="x > 0")
law("wrapcauchy", "-2.0 * c * np.sin(z) / (1.0 + c**2 - 2.0 * c * np.cos(z))", at="x > 0",
    c="2.0 * (np.cos(z) - c) / (1.0 + c**2 - 2.0 * c * np.cos(z)) - 2.0 * c / (1.0 - c**2)")

counts("boltzmann", {"lambda_": "1.0 / np.expm1(lambda_) - (k - loc) - N / np.expm1(lambda_ * N)", "N": ""})
counts("betanbinom", {"n": "", "a": "$(a + n) - $(a + n + b + k - loc) + $(a + b) - $(a)", "b": "$(b + k - loc) - $(a + n + b + k - loc) + $(a + b) - $(b)"})
counts("yulesimon", {"alpha": "1.0 / alpha + $(alpha + 1.0) - $(k - loc + alpha + 1.0)"})
counts("logser",    {"p": "(k - loc) / p + 1.0 / ((1.0 - p) * np.log1p(-p))"})
counts("dlaplace",  {"a": "1.0 / np.sinh(a) - np.absolute(k - loc)"})
counts("planck",    {"lambda_": "1.0 / np.expm1(lambda_) - (k - loc)"})
counts("betabinom", {"n": "", "a": "$(k - loc + a) - $(n + a + b) + $(a + b) - $(a)", "b": "$(n - k + loc + b) - $(n + a + b) + $(a + b) - $(b)"})
counts("poisson",   {"mu": "(k - loc) / mu - 1.0"})
counts("bernoulli", {"p": "(k - loc) / p - (1 - k + loc) / (1.0 - p)"})
counts("binom",     {"n": "", "p": "(k - loc) / p - (n - k + loc) / (1.0 - p)"})
counts("geom",      {"p": "1.0 / p - (k - loc - 1) / (1.0 - p)"})
counts("nbinom",    {"n": "$(k - loc + n) - $(n) + np.log(p)", "p": "n / p - (k - loc) / (1.0 - p)"})

elementwise("scipy.stats.poisson.cdf(k, mu, loc=0)", mu="-scipy.stats.poisson.pmf(np.floor(k), mu, loc=loc)")
elementwise("scipy.stats.binom.cdf(k, n, p, loc=0)", p="-(n * scipy.stats.binom.pmf(np.floor(k), n - 1, p, loc=loc))")
elementwise("scipy.stats.geom.cdf(k, p, loc=0)",     p="np.floor(k - loc) * (1.0 - p) ** (np.floor(k - loc) - 1.0)")

composite("scipy.stats.multivariate_normal.logpdf(x, mean=None, cov=1)", multivariate_normal_logpdf)
composite("scipy.stats.multivariate_normal.pdf(x, mean=None, cov=1)", multivariate_normal_pdf)
composite("scipy.stats.dirichlet.logpdf(x, alpha)", dirichlet_logpdf)
composite("scipy.stats.dirichlet.pdf(x, alpha)", dirichlet_pdf)
composite("scipy.stats.multinomial.logpmf(x, n, p)", multinomial_logpmf)
composite("scipy.stats.multinomial.pmf(x, n, p)", multinomial_pmf)
composite("scipy.stats.multivariate_t.logpdf(x, loc=None, shape=1, df=1)", multivariate_t_logpdf)
composite("scipy.stats.multivariate_t.pdf(x, loc=None, shape=1, df=1)", multivariate_t_pdf)

composite("scipy.stats.gmean(a, axis=0)", "np.exp(np.mean(np.log(a), axis=axis))")
composite("scipy.stats.hmean(a, axis=0)", "1.0 / np.mean(1.0 / a, axis=axis)")
composite("scipy.stats.pmean(a, p, axis=0)", "np.mean(a ** p, axis=axis) ** (1.0 / p)")
composite("scipy.stats.variation(a, axis=0, ddof=0)", "np.std(a, axis=axis, ddof=ddof) / np.mean(a, axis=axis)")
composite("scipy.stats.sem(a, axis=0, ddof=1)", sem)
composite("scipy.stats.zscore(a, axis=0, ddof=0)", zscore)
composite("scipy.stats.moment(a, order=1, axis=0)", moment)
composite("scipy.stats.skew(a, axis=0)", skew)
composite("scipy.stats.kurtosis(a, axis=0, fisher=True)", kurtosis)
composite("scipy.stats.entropy(pk, qk=None, base=None, axis=0)", entropy)
