"""np.linalg: the formulas are in `analysis.linear_algebra`, chosen by rank and options."""

from __future__ import annotations

from typing import Any

import numpy as np

from astgrad.ir.core import Arg, Const
from astgrad.ir.fact import UNKNOWN, Dim, Fact, Shape, Size
from astgrad.ir.sizes import broadcast, fact_of_arg
from astgrad.rules.table import alias, bilinear, composite, constant, general, linear, runtime
from astgrad.runtime import linalg

REAL = {"complex64": "float32", "complex128": "float64"}
COMPLEX = {"float32": "complex64", "float64": "complex128"}


def _matrix(a: Arg) -> tuple[str, Shape]:
    """The dtype that LAPACK computes in, and the shape; a RuleError is not ours to raise."""
    fact = fact_of_arg(a)
    dtype = fact.dtype if fact.dtype in (*REAL, *COMPLEX) else "float64"
    return dtype, fact.shape if fact.kind == "array" and (fact.rank or 0) >= 2 else None


def _array(dtype: str, shape: Shape, *last: Size) -> Fact:
    """`last` dimensions below the stack that `shape` begins with."""
    if shape is None:
        return Fact("array", dtype, None)
    whole = (*shape[:-2], *last)
    return Fact("array", dtype, whole) if whole else Fact("scalar", dtype)


def _least(shape: Shape) -> Size:
    if shape is None:
        return None
    m, n = shape[-2:]
    if m == n or m is None or n is None:
        return m if m == n else None
    return min(m, n) if isinstance(m, int) and isinstance(n, int) else Dim(("Least", m, n))


def _true(arg: Arg) -> bool:
    return isinstance(arg, Const) and bool(arg.value)


def _ends(shape: Shape) -> tuple[Size, Size]:
    return (None, None) if shape is None else shape[-2:]  # type: ignore[return-value]


def _inv_fact(a: Arg, *_: Arg) -> Fact:
    dtype, shape = _matrix(a)
    return Fact("array", dtype, shape)


def _pinv_fact(a: Arg, *_: Arg) -> Fact:
    dtype, shape = _matrix(a)
    m, n = _ends(shape)
    return _array(dtype, shape, n, m)


def _solve_fact(a: Arg, b: Arg) -> Fact:
    (dtype, left), other = _matrix(a), fact_of_arg(b)
    right = other.shape if other.is_array else None
    both = np.result_type(dtype, _matrix(b)[0]).name
    if left is None or right is None:
        return Fact("array", both, None)
    if len(right) == vector_rank(left):
        return Fact("array", both, (*left[:-2], left[-1]))
    stack = broadcast(left[:-2], right[:-2])
    return Fact("array", both, None if stack is None else (*stack, *right[-2:]))


def vector_rank(left: tuple[Size, ...]) -> int:
    """The rank of a right-hand side that is one vector, or before NumPy 2 a stack of them."""
    return 1 if NUMPY_2 else len(left) - 1


def _slogdet_fact(a: Arg) -> Fact:
    dtype, shape = _matrix(a)
    return Fact("tuple", items=(_array(dtype, shape), _array(REAL.get(dtype, dtype), shape)))


def _eigh_fact(a: Arg, uplo: Arg) -> Fact:
    dtype, shape = _matrix(a)
    n = _ends(shape)[1]
    return Fact("tuple", items=(_array(REAL.get(dtype, dtype), shape, n),
                                _array(dtype, shape, n, n)))


def _eig_fact(a: Arg) -> Fact:
    dtype, shape = _matrix(a)
    n, dtype = _ends(shape)[1], COMPLEX.get(dtype, dtype)
    return Fact("tuple", items=(_array(dtype, shape, n), _array(dtype, shape, n, n)))


def _eigvals_fact(a: Arg) -> Fact:
    return _eig_fact(a).items[0]


def _svd_fact(a: Arg, full: Arg, vectors: Arg, hermitian: Arg) -> Fact:
    dtype, shape = _matrix(a)
    k, (m, n) = _least(shape), _ends(shape)
    s = _array(REAL.get(dtype, dtype), shape, k)
    if isinstance(vectors, Const) and not vectors.value:
        return s
    left, right = (m, n) if _true(full) else (k, k)
    return Fact("tuple", items=(_array(dtype, shape, m, left), s, _array(dtype, shape, right, n)))


def _qr_fact(a: Arg, mode: Arg) -> Fact:
    dtype, shape = _matrix(a)
    k, (m, n) = _least(shape), _ends(shape)
    kind = mode.value if isinstance(mode, Const) else "reduced"
    if kind == "r":
        return _array(dtype, shape, k, n)
    if kind == "complete":
        k = m
    return Fact("tuple", items=(_array(dtype, shape, m, k), _array(dtype, shape, k, n)))


def _lstsq_fact(a: Arg, b: Arg, rcond: Arg) -> Fact:
    dtype, shape = _matrix(a)
    right = fact_of_arg(b).shape
    x: Shape = None if right is None else (_ends(shape)[1], *right[1:])
    s = _array(REAL.get(dtype, dtype), shape, _least(shape))
    residuals = Fact("array", REAL.get(dtype, dtype), (None,))
    return Fact("tuple", items=(Fact("array", dtype, x), residuals, Fact("scalar", "int32"), s))


def _same_as_a(*args: Arg) -> Fact:
    fact = fact_of_arg(args[-1])
    return fact if fact.kind == "array" else UNKNOWN


def matrix_power(a: Any, n: int) -> Any:
    if n < 0:
        a, n = np.linalg.inv(a), -n
    if n == 0:
        return np.eye(a.shape[-1], dtype=a.dtype) + np.zeros_like(a)
    power = a
    for _ in range(n - 1):
        power = power @ a
    return power


def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    if axes is not None:
        a = np.moveaxis(a, axes, tuple(range(a.ndim - len(axes), a.ndim)))
    shape = a.shape[b.ndim :]
    return np.linalg.solve(np.reshape(a, (b.size, b.size)), np.ravel(b)).reshape(shape)


def tensorinv(a: Any, ind: int = 2) -> Any:
    shape = a.shape[ind:] + a.shape[:ind]
    size = 1
    for n in a.shape[ind:]:
        size = size * n
    return np.linalg.inv(np.reshape(a, (size, size))).reshape(shape)


def cond(x: Any, p: Any = None) -> Any:
    if p is None or p == 2:
        s = np.linalg.svd(x, compute_uv=False)
        return s[..., 0] / s[..., -1]
    if p == -2:
        s = np.linalg.svd(x, compute_uv=False)
        return s[..., -1] / s[..., 0]
    return np.linalg.norm(x, p, axis=(-2, -1)) * np.linalg.norm(np.linalg.inv(x), p, axis=(-2, -1))


def matrix_norm(x: Any, keepdims: bool = False, ord: Any = "fro") -> Any:
    return np.linalg.norm(x, ord=ord, axis=(-2, -1), keepdims=keepdims)


def vector_norm(x: Any, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    if axis is None:
        norm = np.linalg.norm(np.ravel(x), ord=ord)
        return np.reshape(norm, (1,) * x.ndim) if keepdims else norm
    if isinstance(axis, tuple) and len(axis) > 1:
        rest = tuple([i for i in range(x.ndim) if i not in [a % x.ndim for a in axis]])
        moved = np.transpose(x, (*rest, *axis))
        norm = np.linalg.norm(np.reshape(moved, (*[x.shape[i] for i in rest], -1)), ord=ord, axis=-1)
        return np.expand_dims(norm, axis) if keepdims else norm
    return np.linalg.norm(x, ord=ord, axis=axis, keepdims=keepdims)


NUMPY_2 = int(np.__version__.split(".")[0]) >= 2
RCOND = None if NUMPY_2 else "warn"  # what lstsq does where nothing is said


def named(function: str) -> Any:
    """The class of the named tuple that NumPy returns."""
    cls = type(getattr(np.linalg, function)(np.eye(1)))
    return cls if hasattr(cls, "_fields") else None


# fmt: off
general("np.linalg.solve(a, b)",     b="solve_transposed(g, a, b, ans)", a="solve_matrix(g, a, b, ans)", at="square", fact=_solve_fact)
general("np.linalg.inv(a)",          a="-(mT(ans) @ g @ mT(ans))",                at="square", fact=_inv_fact)
general("np.linalg.det(a)",          a="det_adjoint(g, ans, a)",                 at="square")
general("np.linalg.slogdet(a)",      a="slogdet_adjoint(g, ans, a)",              at="square",
        results=("sign", "logdet"), tuple_class=named("slogdet"), fact=_slogdet_fact)
general("np.linalg.cholesky(a, upper=False)", a="cholesky_adjoint(g, ans, upper)", at="spd", fact=_inv_fact)
general("np.linalg.norm(x, ord=None, axis=None, keepdims=False)", x="norm_adjoint(g, ans, x, ord, axis, keepdims)")
general("np.linalg.eigh(a, UPLO='L')", a="eigh_adjoint(g, ans)",                  at="symmetric",
        results=("w", "v"), tuple_class=named("eigh"), fact=_eigh_fact)
general("np.linalg.eigvalsh(a, UPLO='L')", a="eigvalsh_adjoint(g, a, UPLO)",      at="symmetric")
general("np.linalg.eig(a)",          a="eig_adjoint(g, ans)",                     at="square",
        results=("w", "v"), tuple_class=named("eig"), fact=_eig_fact)
general("np.linalg.eigvals(a)",      a="eigvals_adjoint(g, a)",                   at="square", fact=_eigvals_fact)
general("np.linalg.svd(a, full_matrices=True, compute_uv=True, hermitian=False)",
        a="svd_adjoint(g, ans, a, full_matrices)",
        results=("u", "s", "vh"), tuple_class=named("svd"), fact=_svd_fact)
general("np.linalg.qr(a, mode='reduced')", a="qr_adjoint(g, ans, a, mode)",
        results=("q", "r"), tuple_class=named("qr"), fact=_qr_fact)
general("np.linalg.pinv(a, rcond=None, hermitian=False)", a="pinv_adjoint(g, ans, a)", fact=_pinv_fact)
general(f"np.linalg.lstsq(a, b, rcond={RCOND!r})", a="lstsq_adjoint(g, ans, a, b, 'a')", b="lstsq_adjoint(g, ans, a, b, 'b')",
        results=("x", "residuals", "rank", "s"), fact=_lstsq_fact)
bilinear("np.linalg.multi_dot(arrays)", arrays="multi_dot_adjoints(g, arrays)")
composite("np.linalg.matrix_power(a, n)", matrix_power)
composite("np.linalg.tensorsolve(a, b, axes=None)", tensorsolve)
composite("np.linalg.tensorinv(a, ind=2)", tensorinv)
composite("np.linalg.cond(x, p=None)", cond)
constant("np.linalg.matrix_rank(A, tol=None, hermitian=False)")

composite("np.linalg.svdvals(x)",        "np.linalg.svd(x, compute_uv=False)")
composite("np.linalg.matrix_norm(x, keepdims=False, ord='fro')", matrix_norm)
composite("np.linalg.vector_norm(x, axis=None, keepdims=False, ord=2)", vector_norm)
alias("np.matrix_transpose", "np.linalg.matrix_transpose")
composite("np.linalg.matmul(a, b)",      "a @ b")
composite("np.linalg.outer(a, b)",       "np.outer(a, b)")
composite("np.linalg.tensordot(a, b, axes=2)", "np.tensordot(a, b, axes=axes)")
composite("np.linalg.trace(x, offset=0)", "np.trace(x, offset=offset, axis1=-2, axis2=-1)")
linear("np.linalg.diagonal(x, offset=0)", x="undiagonal(g, x, offset, -2, -1)", alias="x!", cheap=True)
composite("np.linalg.vecdot(a, b, axis=-1)", "np.sum(np.conj(a) * b, axis=axis)")
composite("np.linalg.cross(a, b, axis=-1)", "np.cross(a, b, axis=axis)")

runtime(linalg.cofactors, "cofactors(a)", fact=_same_as_a, a="second_minors(g, a)").kind = "general"
runtime(linalg.second_minors, "second_minors(g_, a)", fact=_same_as_a, g_="second_minors(g, a)",
        a="minors_adjoint(g, g_, a)").kind = "general"
