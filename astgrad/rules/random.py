"""np.random, legacy functions and generators: draws stay as drawn, and are
differentiated by location, scale and the like (reparametrisation).  By a shape: so that the
draw's quantile stays (implicit reparametrisation; Figurnov, Mohamed and Mnih 2018).

A row's facts come from `size` and the parameters: no draw is made to find them.
"""

from __future__ import annotations

from collections.abc import Callable

from astgrad.ir.core import Arg, Const, Pack
from astgrad.ir.fact import UNKNOWN, Fact, Shape, Size
from astgrad.ir.sizes import broadcast, fact_of_arg
from astgrad.rules.table import Row, _add, constant

GENERATOR = Fact("static", "Generator")


def _of(arg: Arg) -> Fact:
    return fact_of_arg(arg)


def _size_shape(size: Arg) -> Shape:
    """The shape that `size` asks for."""
    if isinstance(size, Const):
        value = size.value
        return tuple(value) if isinstance(value, tuple | list) else (value,)
    if isinstance(size, Pack):
        return tuple(_extent(item) for item in size.items)
    fact = _of(size)
    if fact.is_int:
        return (_extent(size),)
    return tuple(f.size for f in fact.items) if fact.kind == "tuple" else None


def _extent(arg: Arg) -> Size:
    return arg.value if isinstance(arg, Const) else _of(arg).size


def _none(arg: Arg) -> bool:
    return isinstance(arg, Const) and arg.value is None


def drawn(dtype: str, params: tuple[str, ...], event: str = "") -> Callable[..., Fact]:
    """The fact of a draw: `size`, or the broadcast parameters; then the event's shape."""

    def fact(*args: Arg) -> Fact:
        given = dict(zip(params, args, strict=True))
        size = given.pop("size")
        wanted = given.pop("dtype", None)
        kind = dtype
        if isinstance(wanted, Const) and wanted.value is not None:
            import numpy as np

            kind = np.dtype(wanted.value).name
        last: Shape = ()
        if event:
            shape = _of(given.pop(event)).shape
            last = None if not shape else shape[-1:]
        given.pop("rng", None)
        facts = [] if event else [_of(arg) for arg in given.values()]
        if not _none(size):
            shape = _size_shape(size)
        elif any(not f.is_numeric and f.kind != "static" for f in facts):
            return UNKNOWN
        else:
            shape = ()
            for one in facts:
                shape = broadcast(shape, one.shape if one.is_array else ())
        if shape is None or last is None:
            return Fact("array", kind, None)
        if not (*shape, *last) and _none(size):
            return Fact("number", "int" if kind == "int64" else "float")
        return Fact("array", kind, (*shape, *last))

    return fact


def draws(text: str, *, dtype: str = "float64", event: str = "", owner: str = "both",
          kind: str = "elementwise", **derivatives: str) -> None:
    """Rows `np.random.text` and `rng.text`; a parameter without a derivative is refused
    where it is active, unless the result is an int.
    """
    for prefix in ("np.random.", "rng."):
        if owner not in ("both", prefix):
            continue
        row = _add(prefix + text, kind, {}, effect="draws")
        _complete(row, dtype, event, derivatives)


def _complete(row: Row, dtype: str, event: str, derivatives: dict[str, str]) -> None:
    from astgrad.rules.table import _parse

    row.fact = drawn(dtype, row.params, event)
    for param in row.params:
        if param in ("rng", "size", "dtype"):
            continue
        derivative = derivatives.get(param)
        if derivative is None and dtype == "int64":
            continue
        name = row.name.strip(".()")
        derivative = derivative or f"no_rule('the derivative of {name} by {param}')"
        row.derivatives[param] = _parse(derivative, row.text)
    if dtype == "int64":
        row.kind = "constant"


def fisher(i: int, j: int) -> str:
    """What a draw of the F law changes by half of its degrees of freedom, through the beta law."""
    place = "0.5 * dfnum, 0.5 * dfden, dfnum * ans / (dfden + dfnum * ans)"
    return (f"0.5 * (dfden + dfnum * ans) ** 2 / (dfnum * dfden) * betainc_slope({place}, {i}, {j})"
            f" / beta_density({place}, 0, 0)")


# fmt: off
for law in ("normal", "laplace", "logistic", "gumbel"):
    draws(f"{law}(loc=0.0, scale=1.0, size=None)", loc="1.0", scale="(ans - loc) / scale")
draws("uniform(low=0.0, high=1.0, size=None)",    low="(high - ans) / (high - low)", high="(ans - low) / (high - low)")
draws("exponential(scale=1.0, size=None)",        scale="ans / scale")
draws("rayleigh(scale=1.0, size=None)",           scale="ans / scale")
draws("gamma(shape, scale=1.0, size=None)",       scale="ans / scale",
      shape="-(scale * gammainc_slope(shape, ans / scale, 1) / gamma_density(shape, ans / scale, 0))")
draws("standard_gamma(shape, size=None)",         shape="-(gammainc_slope(shape, ans, 1) / gamma_density(shape, ans, 0))")
draws("chisquare(df, size=None)",                 df="-(gammainc_slope(0.5 * df, 0.5 * ans, 1) / gamma_density(0.5 * df, 0.5 * ans, 0))")
draws("beta(a, b, size=None)",                    a="-(betainc_slope(a, b, ans, 1, 0) / beta_density(a, b, ans, 0, 0))",
      b="-(betainc_slope(a, b, ans, 0, 1) / beta_density(a, b, ans, 0, 0))")
draws("f(dfnum, dfden, size=None)",               dfnum=f"-({fisher(1, 0)} + ans / dfnum)", dfden=f"ans / dfden - {fisher(0, 1)}")
draws("standard_t(df, size=None)",
      df="0.5 * ans / df - 0.25 * (df + ans**2) ** 2 / (df * ans) * betainc_slope(0.5, 0.5 * df, ans**2 / (df + ans**2), 0, 1)"
         " / beta_density(0.5, 0.5 * df, ans**2 / (df + ans**2), 0, 0)")
draws("dirichlet(alpha, size=None)", event="alpha", kind="general",
      alpha="unbroadcast((np.sum(g * ans, axis=-1, keepdims=True) - g) * betainc_slope(alpha, np.sum(alpha) - alpha, ans, 1, 0)"
            " / ((1.0 - ans) * beta_density(alpha, np.sum(alpha) - alpha, ans, 0, 0)), alpha)")
draws("lognormal(mean=0.0, sigma=1.0, size=None)", mean="ans", sigma="ans * (np.log(ans) - mean) / sigma")
draws("weibull(a, size=None)",                    a="-(ans * np.log(ans) / a)")
draws("power(a, size=None)",                      a="-(ans * np.log(ans) / a)")
draws("pareto(a, size=None)",                     a="-((1.0 + ans) * np.log1p(ans) / a)")
draws("triangular(left, mode, right, size=None)",
      left="np.where(ans < mode, 1.0 - 0.5 * (ans - left) * (1.0 / (right - left) + safe_divide(1.0, mode - left)), 0.5 * (right - ans) / (right - left))",
      mode="np.where(ans < mode, safe_divide(0.5 * (ans - left), mode - left), safe_divide(0.5 * (right - ans), right - mode))",
      right="np.where(ans < mode, 0.5 * (ans - left) / (right - left), 1.0 - 0.5 * (right - ans) * (1.0 / (right - left) + safe_divide(1.0, right - mode)))")
draws("noncentral_chisquare(df, nonc, size=None)")
draws("vonmises(mu, kappa, size=None)", mu="1.0")
draws("wald(mean, scale, size=None)")
draws("multivariate_normal(mean, cov, size=None)", event="mean", kind="general",
      mean="unbroadcast(g, mean)", cov="covariance_adjoint(g, ans, mean, cov)")
draws("standard_cauchy(size=None)")
draws("standard_normal(size=None)", owner="np.random.")
draws("standard_normal(size=None, dtype=None)", owner="rng.")
draws("standard_exponential(size=None)", owner="np.random.")
draws("standard_exponential(size=None, dtype=None)", owner="rng.")
draws("random(size=None)", owner="np.random.")
draws("random(size=None, dtype=None)", owner="rng.")
draws("random_sample(size=None)")
draws("binomial(n, p, size=None)", dtype="int64")
draws("poisson(lam=1.0, size=None)", dtype="int64")
draws("geometric(p, size=None)", dtype="int64")
draws("negative_binomial(n, p, size=None)", dtype="int64")
draws("hypergeometric(ngood, nbad, nsample, size=None)", dtype="int64")
draws("zipf(a, size=None)", dtype="int64")
draws("logseries(p, size=None)", dtype="int64")
draws("randint(low, high=None, size=None)", dtype="int64")
draws("integers(low, high=None, size=None)", dtype="int64", owner="rng.")
constant("np.random.default_rng(seed=None)", effect="draws", fact=lambda seed: GENERATOR)
constant("np.random.RandomState(seed=None)", effect="draws", fact=lambda seed: GENERATOR)
