"""scipy.linalg.  What NumPy has too is NumPy's; the rest calls SciPy with the transpose."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from astgrad.errors import RuleError
from astgrad.ir.core import Arg, Const
from astgrad.ir.fact import UNKNOWN, Fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules.linalg import _matrix, _solve_fact
from astgrad.rules.table import alias, bilinear, composite, general, linear, runtime
from astgrad.runtime import bands

scipy: Any = sys.modules["scipy"]  # these rules are loaded after it


def _as_a(a: Arg, *_: Arg) -> Fact:
    dtype, shape = _matrix(a)
    return Fact("array", dtype, shape)


def _as_second(_: Arg, b: Arg, *rest: Arg) -> Fact:
    fact = fact_of_arg(b)
    return fact if fact.is_array else UNKNOWN


def _frechet(a: Arg, e: Arg, whole: Arg) -> Fact:
    if not isinstance(whole, Const) or whole.value:
        raise RuleError("scipy.linalg.expm_frechet: give compute_expm=False, and call expm")
    return _as_a(a)


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


def solve(a: Any, b: Any, lower: bool = False, overwrite_a: bool = False, overwrite_b: bool = False,
          check_finite: bool = True, assume_a: Any = None, transposed: bool = False) -> Any:
    return np.linalg.solve(np.swapaxes(a, -1, -2) if transposed else a, b)


def eigh(a: Any, b: Any = None, lower: bool = True, eigvals_only: bool = False) -> Any:
    side: Any = "L" if lower else "U"
    if b is None:
        return np.linalg.eigvalsh(a, side) if eigvals_only else np.linalg.eigh(a, side)
    factor = np.linalg.cholesky(b)
    half = np.linalg.solve(factor, a)
    w, v = np.linalg.eigh(np.conj(np.linalg.solve(factor, np.conj(half.T)).T), side)
    return w if eigvals_only else (w, np.linalg.solve(np.conj(factor.T), v))


def eigvalsh(a: Any, b: Any = None, lower: bool = True) -> Any:
    return eigh(a, b, lower, True)


def qr(a: Any, overwrite_a: bool = False, lwork: Any = None, mode: str = "full",
       pivoting: bool = False) -> Any:
    if pivoting:
        raise ValueError("scipy.linalg.qr with pivoting")
    if mode == "r":
        return (np.linalg.qr(a, "r"),)
    return np.linalg.qr(a, "complete" if mode == "full" else "reduced")


def discrete_lyapunov(a: Any, q: Any) -> Any:
    n = a.shape[0]
    left = np.eye(n * n) - np.kron(a, np.conj(a))
    return np.reshape(np.linalg.solve(left, np.ravel(q)), (n, n))


def solve_toeplitz(c_or_cr: Any, b: Any) -> Any:
    if isinstance(c_or_cr, tuple):
        return np.linalg.solve(scipy.linalg.toeplitz(c_or_cr[0], c_or_cr[1]), b)
    return np.linalg.solve(scipy.linalg.toeplitz(c_or_cr), b)


def cosm(A: Any) -> Any:
    if np.iscomplexobj(A):
        return 0.5 * (scipy.linalg.expm(1j * A) + scipy.linalg.expm(-1j * A))
    return np.real(scipy.linalg.expm(1j * A))


def sinm(A: Any) -> Any:
    if np.iscomplexobj(A):
        return -0.5j * (scipy.linalg.expm(1j * A) - scipy.linalg.expm(-1j * A))
    return np.imag(scipy.linalg.expm(1j * A))


def circulant(c: Any) -> Any:
    n = len(c)
    return c[(np.arange(n)[:, None] - np.arange(n)) % n]


def hankel(c: Any, r: Any = None) -> Any:
    last = np.zeros_like(c[1:]) if r is None else r[1:]
    values = np.concatenate([c, last])
    return values[np.arange(len(c))[:, None] + np.arange(len(last) + 1)]


def toeplitz(c: Any, r: Any = None) -> Any:
    if r is None:
        r = np.conj(c)
    values = np.concatenate([r[:0:-1], c])
    return values[np.arange(len(c))[:, None] - np.arange(len(r)) + (len(r) - 1)]


L = "scipy.linalg."
# fmt: off
composite(L + "solve(a, b, lower=False, overwrite_a=False, overwrite_b=False, check_finite=True, assume_a=None, transposed=False)", solve)
composite(L + "inv(a, overwrite_a=False, check_finite=True)",  "np.linalg.inv(a)")
composite(L + "det(a, overwrite_a=False, check_finite=True)",  "np.linalg.det(a)")
composite(L + "norm(a, ord=None, axis=None, keepdims=False, check_finite=True)", "np.linalg.norm(a, ord=ord, axis=axis, keepdims=keepdims)")
composite(L + "pinv(a)",               "np.linalg.pinv(a)")
composite(L + "pinvh(a)",              "np.linalg.pinv(a, hermitian=True)")
composite(L + "eigh(a, b=None, lower=True, eigvals_only=False)", eigh)
composite(L + "eigvalsh(a, b=None, lower=True)", eigvalsh)
composite(L + "eig(a)",                "np.linalg.eig(a)")
composite(L + "eigvals(a)",            "np.linalg.eigvals(a)")
composite(L + "svd(a, full_matrices=True, compute_uv=True)", "np.linalg.svd(a, full_matrices=full_matrices, compute_uv=compute_uv)")
composite(L + "svdvals(a)",            "np.linalg.svd(a, compute_uv=False)")
composite(L + "qr(a, overwrite_a=False, lwork=None, mode='full', pivoting=False)", qr)
composite(L + "lstsq(a, b)",           "np.linalg.lstsq(a, b, rcond=2.220446049250313e-16)")
composite(L + "solve_continuous_lyapunov(a, q)", "scipy.linalg.solve_sylvester(a, np.conj(a.T), q)")
composite(L + "solve_discrete_lyapunov(a, q)", discrete_lyapunov)
composite(L + "solve_toeplitz(c_or_cr, b)", solve_toeplitz)
composite(L + "cosm(A)", cosm)
composite(L + "sinm(A)", sinm)
composite(L + "circulant(c)", circulant)
composite(L + "hankel(c, r=None)", hankel)
composite(L + "khatri_rao(a, b)", "np.reshape(a[:, None, :] * b[None, :, :], (-1, np.shape(a)[1]))")
alias(L + "solve_continuous_lyapunov", L + "solve_lyapunov")
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
general(L + "expm_frechet(A, E, compute_expm=True)", E="scipy.linalg.expm_frechet(mT(A), g, compute_expm=False)", A="expm_second(g, A, E)", fact=_frechet)
general(L + "logm(A)",                 A="logm_adjoint(g, A)", fact=_as_a)
linear(L + "block_diag(*arrs)",        arrs="diagonal_blocks(g, arrs)")
composite(L + "toeplitz(c, r=None)", toeplitz)

runtime(bands.transposed_band, "transposed_band(ab, l, u)", ab="transposed_band(g, u, l)")
bilinear("band_outer(x, y, l, u)", x="band_times(g, y, l, u)", y="band_times(transposed_band(g, l, u), x, u, l)").evaluate = bands.band_outer
bilinear("band_times(ab, x, l, u)", ab="band_outer(g, x, l, u)", x="band_times(transposed_band(ab, l, u), g, u, l)").evaluate = bands.band_times
