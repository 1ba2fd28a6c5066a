"""Reductions and order statistics."""

from astgrad.rules import bodies, facts
from astgrad.rules.table import alias, composite, constant, general, linear

# fmt: off
linear("np.sum(x, axis=None, keepdims=False, dtype=None, initial=None, where=True)",  x="spread(g, x, axis, keepdims)")
linear("np.mean(x, axis=None, keepdims=False, dtype=None, where=True)",   x="mean_adjoint(g, x, axis, keepdims, where)")
linear("np.cumsum(x, axis=None, dtype=None)",     x="uncumsum(g, x, axis)")
general("np.prod(x, axis=None, keepdims=False, dtype=None, initial=None, where=True)",  x="beside(g, x, axis, keepdims) * others(x, axis)")
general("np.cumprod(x, axis=None, dtype=None)",   x="uncumprod(g, ans, x, axis)")
general("np.max(x, axis=None, keepdims=False, initial=None, where=True)", x="beside(g, x, axis, keepdims) * ties(x, beside(ans, x, axis, keepdims), axis)")
general("np.min(x, axis=None, keepdims=False, initial=None, where=True)", x="beside(g, x, axis, keepdims) * ties(x, beside(ans, x, axis, keepdims), axis)")
general("np.nanmax(x, axis=None, keepdims=False)", x="beside(g, x, axis, keepdims) * ties(x, beside(ans, x, axis, keepdims), axis)")
general("np.nanmin(x, axis=None, keepdims=False)", x="beside(g, x, axis, keepdims) * ties(x, beside(ans, x, axis, keepdims), axis)")
general("np.var(x, axis=None, ddof=0, keepdims=False, correction=None, where=True)",
        x="var_adjoint(g, x, axis, ddof, keepdims, where)")
general("np.std(x, axis=None, ddof=0, keepdims=False, correction=None, where=True)",
        x="std_adjoint(g, ans, x, axis, ddof, keepdims, where)")
composite("np.ptp(x, axis=None, keepdims=False)", "np.max(x, axis=axis, keepdims=keepdims) - np.min(x, axis=axis, keepdims=keepdims)")
composite("np.average(a, axis=None, weights=None, returned=False, keepdims=False)", bodies.average)
general("np.median(x, axis=None, keepdims=False)", x="unquantile(g, x, 0.5, axis, 'linear', keepdims, False)")
general("np.quantile(x, q, axis=None, method='linear', keepdims=False)",
        x="unquantile(g, x, q, axis, method, keepdims, False)",        q="quantile_by_q(g, x, q, axis, method)")
general("np.percentile(x, q, axis=None, method='linear', keepdims=False)",
        x="unquantile(g, x, percent(q), axis, method, keepdims, False)", q="quantile_by_q(g, x, percent(q), axis, method) / 100.0")
general("np.nanmedian(x, axis=None, keepdims=False)", x="unquantile(g, x, 0.5, axis, 'linear', keepdims, True)")
general("np.nanquantile(x, q, axis=None, keepdims=False)",
        x="unquantile(g, x, q, axis, 'linear', keepdims, True)",        q="no_rule('the derivative of np.nanquantile by q')")
general("np.nanpercentile(x, q, axis=None, keepdims=False)",
        x="unquantile(g, x, percent(q), axis, 'linear', keepdims, True)", q="no_rule('the derivative of np.nanpercentile by q')")
composite("np.nansum(x, axis=None, dtype=None, keepdims=False, initial=None, where=True)",  "np.sum(np.where(np.isnan(x), 0.0, x), axis=axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)")
composite("np.nanprod(x, axis=None, dtype=None, keepdims=False, initial=None, where=True)", "np.prod(np.where(np.isnan(x), 1.0, x), axis=axis, dtype=dtype, keepdims=keepdims, initial=initial, where=where)")
composite("np.nancumsum(x, axis=None, dtype=None)",   "np.cumsum(np.where(np.isnan(x), 0.0, x), axis=axis, dtype=dtype)")
composite("np.nancumprod(x, axis=None, dtype=None)",  "np.cumprod(np.where(np.isnan(x), 1.0, x), axis=axis, dtype=dtype)")
composite("np.nanmean(a, axis=None, keepdims=False, where=True)", bodies.nanmean)
composite("np.nanvar(a, axis=None, ddof=0, keepdims=False, where=True)", bodies.nanvar)
composite("np.nanstd(a, axis=None, ddof=0, keepdims=False, where=True)", bodies.nanstd)
composite("np.cumulative_sum(x, axis=None, dtype=None, include_initial=False)", bodies.cumulative_sum)
composite("np.cumulative_prod(x, axis=None, dtype=None, include_initial=False)", bodies.cumulative_prod)
composite("np.trapezoid(y, x=None, dx=1.0, axis=-1)", bodies.trapezoid)
composite("np.cov(m, y=None, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None)", bodies.cov)
composite("np.corrcoef(x, y=None, rowvar=True)",      bodies.corrcoef)

general("np.sort(x, axis=-1, kind=None)",              x="unsort(g, x, axis)")
general("np.partition(x, kth, axis=-1)",               x="unpartition(g, ans, x, axis)")
for name in ("argmax", "argmin", "any", "all", "count_nonzero", "nanargmax", "nanargmin"):
    constant(f"np.{name}(x, axis=None, keepdims=False)")
constant("np.argsort(x, axis=-1, kind=None)"), constant("np.argpartition(x, kth, axis=-1)")
constant("np.lexsort(keys, axis=-1)"), constant("np.searchsorted(a, v, side='left', sorter=None)")
constant("np.digitize(x, bins, right=False)"), constant("np.nonzero(x)", fact=facts.nonzero)
constant("np.flatnonzero(x)", fact=facts.some_places), constant("np.argwhere(x)", fact=facts.argwhere)
linear("np.bincount(x, weights=None, minlength=0)",   weights="g[x]", fact=facts.bincount)
general("np.logaddexp.reduce(x, axis=0, keepdims=False)", x="beside(g, x, axis, keepdims) * share_exp(x, beside(ans, x, axis, keepdims))")
alias("np.max", "np.amax")
alias("np.min", "np.amin")
alias("np.trapezoid", "np.trapz")
