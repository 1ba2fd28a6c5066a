"""scipy.stats: densities and distribution functions of common distributions.

A continuous law states its score, the slope of the log-density in z = (x - loc) / scale,
and the slopes by its shapes; location and scale follow.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

import astgrad.rules.scipy_special  # noqa: F401 - its rows stand in these
from astgrad.rules.table import composite, elementwise

scipy: Any = sys.modules["scipy"]  # these rules are loaded after it

PSI = "scipy.special.digamma"
MILLS = "(0.3989422804014327 * np.exp(-0.5 * (a * z) ** 2 - scipy.special.log_ndtr(a * z)))"


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
    for kind, value in (("cdf", density), ("sf", f"-{density}"),
                        ("logcdf", f"np.exp({log} - ans)"), ("logsf", f"-np.exp({log} - ans)")):
        elementwise(f"{head}{kind}(x, {tail}", at=at, x=value, loc=f"-({value})",
                    scale=f"-({value} * {z})", **refused(name, kind, shapes))
    elementwise(f"{head}ppf(q, {tail}", at="0 < x < 1", q=f"1.0 / {head}pdf(ans, {given}",
                loc="1.0", scale="(ans - loc) / scale", **refused(name, "ppf", shapes))
    elementwise(f"{head}isf(q, {tail}", at="0 < x < 1", q=f"-(1.0 / {head}pdf(ans, {given})",
                loc="1.0", scale="(ans - loc) / scale", **refused(name, "isf", shapes))


def refused(name: str, kind: str, shapes: dict[str, str]) -> dict[str, str]:
    return {p: f"no_rule('the derivative of scipy.stats.{name}.{kind} by {p}')" for p in shapes}


def counts(name: str, shapes: dict[str, str], before: str = "k") -> None:
    """Rows of pmf and logpmf, by the parameters; a shape without a slope is an int."""
    params = ", ".join(shapes)
    by = {p: text.replace("$", PSI) for p, text in shapes.items() if text}
    head = f"scipy.stats.{name}."
    elementwise(f"{head}logpmf({before}, {params}, loc=0)", **by)
    elementwise(f"{head}pmf({before}, {params}, loc=0)",
                **{p: f"ans * ({text})" for p, text in by.items()})


def multivariate_normal_logpdf(x: Any, mean: Any = None, cov: Any = 1) -> Any:
    gap = x if mean is None else x - mean
    if np.ndim(cov) == 0 and (mean is None or np.ndim(mean) == 0):
        return -0.5 * (gap**2 / cov + np.log(6.283185307179586 * cov))
    d = x.shape[-1]
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
