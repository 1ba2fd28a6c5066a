"""scipy.linalg.  What NumPy has too is NumPy's; the rest calls SciPy with the transpose."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from astgrad.ir.core import Arg
from astgrad.ir.fact import UNKNOWN, Fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules.linalg import _matrix, _solve_fact
from astgrad.rules.table import bilinear, composite, general, linear, runtime
from astgrad.runtime import bands

scipy: Any = sys.modules["scipy"]  # these rules are loaded after it


def _as_a(a: Arg, *_: Arg) -> Fact:
    dtype, shape = _matrix(a)
    return Fact("array", dtype, shape)


def _as_second(_: Arg, b: Arg, *rest: Arg) -> Fact:
    fact = fact_of_arg(b)
    return fact if fact.is_array else UNKNOWN


def _solve(a: Arg, b: Arg, *_: Arg) -> Fact:
    return _solve_fact(a, b)


def cholesky(a: Any, lower: bool = False) -> Any:
    factor = np.linalg.cholesky(a)
    return factor if lower else turned(factor)


def turned(x: Any) -> Any:
    return np.conj(x.T) if x.ndim == 2 else np.conj(np.swapaxes(x, -1, -2))


def cho_factor(a: Any, lower: bool = False) -> Any:
    factor = np.linalg.cholesky(a)
    return (factor if lower else turned(factor)), lower


def cho_solve(c_and_lower: Any, b: Any) -> Any:
    c, lower = c_and_lower
    half = scipy.linalg.solve_triangular(c, b, trans=0 if lower else 2, lower=lower)
    return scipy.linalg.solve_triangular(c, half, trans=2 if lower else 0, lower=lower)


def toeplitz(c: Any, r: Any = None) -> Any:
    if r is None:
        r = np.conj(c)
    values = np.concatenate([r[:0:-1], c])
    return values[np.arange(len(c))[:, None] - np.arange(len(r)) + (len(r) - 1)]


L = "scipy.linalg."
# fmt: off
composite(L + "solve(a, b, assume_a=None, lower=False, overwrite_a=False, overwrite_b=False, check_finite=True)", "np.linalg.solve(a, b)")
composite(L + "inv(a, overwrite_a=False, check_finite=True)",  "np.linalg.inv(a)")
composite(L + "det(a, overwrite_a=False, check_finite=True)",  "np.linalg.det(a)")
composite(L + "norm(a, ord=None, axis=None, keepdims=False, check_finite=True)", "np.linalg.norm(a, ord=ord, axis=axis, keepdims=keepdims)")
composite(L + "pinv(a)",               "np.linalg.pinv(a)")
composite(L + "eigh(a, lower=True)",   "np.linalg.eigh(a)")
composite(L + "eigvalsh(a, lower=True)", "np.linalg.eigvalsh(a)")
composite(L + "eigvals(a)",            "np.linalg.eigvals(a)")
composite(L + "svd(a, full_matrices=True, compute_uv=True)", "np.linalg.svd(a, full_matrices=full_matrices, compute_uv=compute_uv)")
composite(L + "svdvals(a)",            "np.linalg.svd(a, compute_uv=False)")
composite(L + "kron(a, b)",            "np.kron(a, b)")
composite(L + "cholesky(a, lower=False, overwrite_a=False, check_finite=True)", cholesky)
composite(L + "cho_factor(a, lower=False, overwrite_a=False, check_finite=True)", cho_factor)
composite(L + "cho_solve(c_and_lower, b, overwrite_b=False, check_finite=True)", cho_solve)
general(L + "solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False, overwrite_b=False, check_finite=True)", fact=_solve,
        b="triangular_solved(g, a, trans, lower, unit_diagonal)", a="triangular_matrix(g, a, ans, trans, lower, unit_diagonal)")
general(L + "solve_banded(l_and_u, ab, b, overwrite_ab=False, overwrite_b=False, check_finite=True)", fact=lambda l, ab, b, *_: _as_second(l, b),
        b="band_solved(g, l_and_u, ab)", ab="band_matrix(g, l_and_u, ab, ans)")
general(L + "solve_sylvester(a, b, q)", q="scipy.linalg.solve_sylvester(mT(a), mT(b), g)", fact=lambda a, b, q: _as_second(a, q),
        a="-(scipy.linalg.solve_sylvester(mT(a), mT(b), g) @ mT(ans))", b="-(mT(ans) @ scipy.linalg.solve_sylvester(mT(a), mT(b), g))")
general(L + "sqrtm(A)",                A="scipy.linalg.solve_sylvester(mT(ans), mT(ans), g)", fact=_as_a)
general(L + "expm(A)",                 A="expm_adjoint(g, A)", fact=_as_a)
general(L + "expm_frechet(A, E, compute_expm=True)", E="scipy.linalg.expm_frechet(mT(A), g, compute_expm=False)", A="expm_second(g, A, E)", fact=_as_a)
general(L + "logm(A)",                 A="logm_adjoint(g, A)", fact=_as_a)
linear(L + "block_diag(*arrs)",        arrs="diagonal_blocks(g, arrs)")
composite(L + "toeplitz(c, r=None)", toeplitz)

runtime(bands.transposed_band, "transposed_band(ab, l, u)", ab="transposed_band(g, u, l)")
bilinear("band_outer(x, y, l, u)", x="band_times(g, y, l, u)", y="band_times(transposed_band(g, l, u), x, u, l)").evaluate = bands.band_outer
bilinear("band_times(ab, x, l, u)", ab="band_outer(g, x, l, u)", x="band_times(transposed_band(ab, l, u), g, u, l)").evaluate = bands.band_times
