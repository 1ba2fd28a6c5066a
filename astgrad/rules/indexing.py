"""Indexing and selection."""

from astgrad.rules import folds, programs, selection
from astgrad.rules.table import composite, constant, linear

# fmt: off
linear("x[index]",                    x="add_at(np.zeros_like(x), index, g)",        alias="x", cheap=True)
linear("np.take(x, indices, axis=None, mode='raise')", x="untake(g, x, indices, axis)")
linear("np.take_along_axis(x, indices, axis)", x="put_along(g, x, indices, axis)")
composite("np.choose(a, choices)",               selection.choose)
composite("x.choose(choices)",                   selection.choose_method)
composite("np.compress(condition, a, axis=None)", selection.compress)
composite("x.compress(condition, axis=None)",    selection.compress_method)
composite("np.extract(condition, arr)",          selection.extract)
composite("np.select(condlist, choicelist, default=0)", selection.select)
composite("np.piecewise(x, condlist, funclist)", selection.piecewise)
composite("np.interp(x, xp, fp, left=None, right=None, period=None)", programs.interp)
composite("np.unique(ar, return_index=False, return_inverse=False, return_counts=False)", selection.unique)
composite("np.union1d(ar1, ar2)",                selection.union1d)
composite("np.intersect1d(ar1, ar2)",            selection.intersect1d)
composite("np.setdiff1d(ar1, ar2)",              selection.setdiff1d)
composite("np.trim_zeros(filt, trim='fb')",      selection.trim_zeros)
composite("np.sort_complex(a)",                  "np.sort(a + 0j)")
composite("np.apply_along_axis(func1d, axis, arr)", folds.apply_along_axis)
composite("np.apply_over_axes(func, a, axes)",   folds.apply_over_axes)
composite("np.fromfunction(function, shape)",    folds.fromfunction)
for name in ("tril_indices", "triu_indices"):
    constant(f"np.{name}(n, k=0, m=None)")
for name in ("tril_indices_from", "triu_indices_from"):
    constant(f"np.{name}(arr, k=0)")
constant("np.diag_indices(n, ndim=2)"), constant("np.diag_indices_from(arr)"), constant("np.ix_(*x)")
constant("np.unravel_index(indices, shape)"), constant("np.ravel_multi_index(indices, dims)")
constant("np.isin(element, test_elements, assume_unique=False, invert=False)")
