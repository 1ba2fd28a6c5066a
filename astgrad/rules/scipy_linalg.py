"""scipy.linalg.  What NumPy has too is NumPy's; the rest calls SciPy with the transpose."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np

from astgrad.errors import RuleError
from astgrad.ir.core import Arg, Const
from astgrad.ir.fact import UNKNOWN, Fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules.linalg import REAL, _array, _eigh_fact, _ends, _matrix, _solve_fact
from astgrad.rules.table import alias, bilinear, composite, general, linear, runtime
from astgrad.runtime import bands
from astgrad.runtime.bands import pivoted

scipy: Any = sys.modules["scipy"]  # these rules are loaded after it


def _as_a(a: Arg, *_: Arg) -> Fact:
    dtype, shape = _matrix(a)
    return Fact("array", dtype, shape)


def _as_last(*args: Arg) -> Fact:
    """The shape of the last, and the dtype of all."""
    fact = fact_of_arg(args[-1])
    dtype = np.result_type(*(_matrix(arg)[0] for arg in args)).name
    return replace(fact, dtype=dtype) if fact.is_array else UNKNOWN


def _frechet(a: Arg, e: Arg, whole: Arg) -> Fact:
    if not isinstance(whole, Const) or whole.value:
        raise RuleError("scipy.linalg.expm_frechet: give compute_expm=False, and call expm")
    if fact_of_arg(a).rank != 2 or fact_of_arg(e).rank != 2:
        raise RuleError("scipy.linalg.expm_frechet has a rule for two matrices: write the loop "
                        "over a stack of them")
    fact = _as_a(a)
    made = scipy.linalg.expm_frechet(np.eye(1, dtype=fact.dtype), np.eye(1), compute_expm=False)
    return replace(fact, dtype=made.dtype.name)


def _logm(a: Arg) -> Fact:
    fact = _as_a(a)
    return replace(fact, dtype=scipy.linalg.logm(np.eye(1, dtype=fact.dtype)).dtype.name)


def _solve(a: Arg, b: Arg, *_: Arg) -> Fact:
    return _solve_fact(a, b)


def _eigh(a: Arg, b: Arg, lower: Arg, only: Arg) -> Fact:
    values, vectors = _eigh_fact(a, lower).items
    if fact_of_arg(b).is_complex:
        vectors = replace(vectors, dtype=_matrix(b)[0])
    return values if isinstance(only, Const) and only.value else Fact("tuple", items=(values, vectors))


def _lu(a: Arg, _: Arg) -> Fact:
    matrix = _as_a(a)
    return Fact("tuple", items=(replace(matrix, dtype=REAL.get(matrix.dtype, matrix.dtype)),
                                matrix, matrix))


def _lu_factor(a: Arg, *_: Arg) -> Fact:
    matrix = _as_a(a)
    return Fact("tuple", items=(matrix, Fact("array", "int32", matrix.shape and matrix.shape[:1])))


def _polar(a: Arg, side: Arg) -> Fact:
    dtype, shape = _matrix(a)
    m, n = _ends(shape)
    size = n if side == Const("right") else m
    return Fact("tuple", items=(Fact("array", dtype, shape), _array(dtype, shape, size, size)))


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


def qr(a: Any, overwrite_a: bool = False, lwork: Any = None, mode: str = "full",
       pivoting: bool = False) -> Any:
    if pivoting:
        raise RuleError("scipy.linalg.qr with pivoting has no rule: order the columns before")
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


def solve_circulant(c: Any, b: Any) -> Any:
    return np.linalg.solve(scipy.linalg.circulant(c), b)


def tanm(A: Any) -> Any:
    return np.linalg.solve(scipy.linalg.cosm(A), scipy.linalg.sinm(A))


def tanhm(A: Any) -> Any:
    return np.linalg.solve(scipy.linalg.coshm(A), scipy.linalg.sinhm(A))


def lu_solve(lu_and_piv: Any, b: Any, trans: int = 0, overwrite_b: bool = False,
             check_finite: bool = True) -> Any:
    lu, piv = lu_and_piv
    order = pivoted(piv)
    if trans == 0:
        half = scipy.linalg.solve_triangular(lu, b[order], lower=True, unit_diagonal=True)
        return scipy.linalg.solve_triangular(lu, half)
    half = scipy.linalg.solve_triangular(lu, b, trans=trans)
    whole = scipy.linalg.solve_triangular(lu, half, trans=trans, lower=True, unit_diagonal=True)
    return whole[np.argsort(order)]


def orthogonal_procrustes(A: Any, B: Any) -> Any:
    u, p = scipy.linalg.polar(np.conj(A.T) @ B)
    return u, np.real(np.trace(p))


def matmul_toeplitz(c_or_cr: Any, x: Any) -> Any:
    if isinstance(c_or_cr, tuple):
        return scipy.linalg.toeplitz(c_or_cr[0], c_or_cr[1]) @ x
    return scipy.linalg.toeplitz(c_or_cr) @ x


def solveh_banded(ab: Any, b: Any, overwrite_ab: bool = False, overwrite_b: bool = False,
                  lower: bool = False, check_finite: bool = True) -> Any:
    """The band on the other side of the diagonal, and then any band."""
    u = ab.shape[0] - 1
    band = [ab[k] for k in range(u + 1)]
    for k in range(1, u + 1):
        if lower:
            band.insert(0, np.concatenate([np.zeros_like(ab[k, :k]), np.conj(ab[k, : ab.shape[1] - k])]))
        else:
            band.append(np.concatenate([np.conj(ab[u - k, k:]), np.zeros_like(ab[u - k, :k])]))
    return scipy.linalg.solve_banded((u, u), np.stack(band), b)


def circulant(c: Any) -> Any:
    if np.ndim(c) != 1:
        raise RuleError("a circulant or Toeplitz matrix of an array with rows has no rule: ravel it")
    n = len(c)
    return c[(np.arange(n)[:, None] - np.arange(n)) % n]


def hankel(c: Any, r: Any = None) -> Any:
    last = np.zeros_like(c[1:]) if r is None else r[1:]
    values = np.concatenate([c, last])
    return values[np.arange(len(c))[:, None] + np.arange(len(last) + 1)]


def toeplitz(c: Any, r: Any = None) -> Any:
    if np.ndim(c) != 1:
        raise RuleError("a circulant or Toeplitz matrix of an array with rows has no rule: ravel it")
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
general(L + "eigh(a, b=None, lower=True, eigvals_only=False)", results=("w", "v"), fact=_eigh, at="symmetric",
        a="hermitian_adjoint(g, ans, a, b, lower, 'a')", b="hermitian_adjoint(g, ans, a, b, lower, 'b')")
composite(L + "eigvalsh(a, b=None, lower=True)", "scipy.linalg.eigh(a, b=b, lower=lower, eigvals_only=True)")
composite(L + "eigvalsh_tridiagonal(d, e)", "scipy.linalg.eigh(np.diag(d) + np.diag(e, 1) + np.diag(e, -1), eigvals_only=True)")
general(L + "lu(a, permute_l=False)",  a="lu_adjoint(g, ans, a, permute_l)", results=("p", "l", "u"), fact=_lu, at="square")
general(L + "lu_factor(a, overwrite_a=False, check_finite=True)", a="lu_factor_adjoint(g, ans, a)", results=("lu", "piv"), fact=_lu_factor, at="square")
composite(L + "lu_solve(lu_and_piv, b, trans=0, overwrite_b=False, check_finite=True)", lu_solve)
general(L + "polar(a, side='right')",  a="polar_adjoint(g, ans, a, side)", results=("u", "p"), fact=_polar, at="square")
composite(L + "orthogonal_procrustes(A, B)", orthogonal_procrustes)
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
composite(L + "coshm(A)", "0.5 * (scipy.linalg.expm(A) + scipy.linalg.expm(-A))")
composite(L + "sinhm(A)", "0.5 * (scipy.linalg.expm(A) - scipy.linalg.expm(-A))")
composite(L + "tanm(A)", tanm)
composite(L + "tanhm(A)", tanhm)
composite(L + "solve_circulant(c, b)", solve_circulant)
composite(L + "matmul_toeplitz(c_or_cr, x)", matmul_toeplitz)
composite(L + "solveh_banded(ab, b, overwrite_ab=False, overwrite_b=False, lower=False, check_finite=True)", solveh_banded)
composite(L + "circulant(c)", circulant)
composite(L + "hankel(c, r=None)", hankel)
composite(L + "khatri_rao(a, b)", "np.reshape(a[:, None, :] * b[None, :, :], (-1, np.shape(a)[1]))")
alias(L + "solve_continuous_lyapunov", L + "solve_lyapunov")
composite(L + "cholesky(a, lower=False, overwrite_a=False, check_finite=True)", cholesky)
composite(L + "cho_factor(a, lower=False, overwrite_a=False, check_finite=True)", cho_factor)
composite(L + "cho_solve(c_and_lower, b, overwrite_b=False, check_finite=True)", cho_solve)
general(L + "solve_triangular(a, b, trans=0, lower=False, unit_diagonal=False, overwrite_b=False, check_finite=True)", fact=_solve,
        b="triangular_solved(g, a, trans, lower, unit_diagonal)", a="triangular_matrix(g, a, ans, trans, lower, unit_diagonal)")
general(L + "solve_banded(l_and_u, ab, b, overwrite_ab=False, overwrite_b=False, check_finite=True)", fact=lambda l, ab, b, *_: _as_last(ab, b),
        b="band_solved(g, l_and_u, ab)", ab="band_matrix(g, l_and_u, ab, ans)")
general(L + "solve_sylvester(a, b, q)", q="scipy.linalg.solve_sylvester(mT(a), mT(b), g)", fact=_as_last,
        a="-(scipy.linalg.solve_sylvester(mT(a), mT(b), g) @ mT(ans))", b="-(mT(ans) @ scipy.linalg.solve_sylvester(mT(a), mT(b), g))")
composite(L + "sqrtm(A)",              "real_like(scipy.linalg.sqrtm_of(A), A)")
composite(L + "logm(A)",               "real_like(scipy.linalg.logm_of(A), A)")
general(L + "sqrtm(A)", name=L + "sqrtm_of", A="scipy.linalg.solve_sylvester(mT(ans), mT(ans), g)", fact=_as_a)
general(L + "expm(A)",                 A="expm_adjoint(g, A)", fact=_as_a)
general(L + "expm_frechet(A, E, compute_expm=True)", E="scipy.linalg.expm_frechet(mT(A), g, compute_expm=False)", A="expm_second(g, A, E)", fact=_frechet)
general(L + "logm(A)", name=L + "logm_of", A="logm_adjoint(g, A)", fact=_logm)
linear(L + "block_diag(*arrs)",        arrs="diagonal_blocks(g, arrs)")
composite(L + "toeplitz(c, r=None)", toeplitz)

runtime(bands.still_real, "still_real(x)", alias="x", fact=fact_of_arg, x="g")
runtime(bands.pivoted, "pivoted(piv)", fact=fact_of_arg)
runtime(bands.transposed_band, "transposed_band(ab, l, u)", ab="transposed_band(g, u, l)")
bilinear("band_outer(x, y, l, u)", x="band_times(g, y, l, u)", y="band_times(transposed_band(g, l, u), x, u, l)").evaluate = bands.band_outer
bilinear("band_times(ab, x, l, u)", ab="band_outer(g, x, l, u)", x="band_times(transposed_band(ab, l, u), g, u, l)").evaluate = bands.band_times
