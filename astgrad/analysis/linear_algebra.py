"""Directives of np.linalg: which formula holds for these ranks, orders and options.

All formulas are transposes for the pairing `Re(sum(x_bar * x_dot))`, so none of them
conjugates what is holomorphic.  Sources: Giles 2008 (An extended collection of matrix
derivative results), Townsend 2016 (Differentiating the SVD), Golub and Pereyra 1973
(pseudo-inverses), Murray 2016 (Cholesky), Walter and Lehmann 2012 (QR), Boeddeker et al.
2017 (complex eigendecompositions).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from astgrad.analysis.builder import DIRECTIVES, IDENTITIES, Builder, rank_zero
from astgrad.analysis.shapes import spread, unbroadcast
from astgrad.errors import RuleError
from astgrad.ir.core import NONE, Arg, Const, Pack, Var
from astgrad.ir.sizes import fact_of_arg


def rank_of(arg: Arg) -> int | None:
    fact = fact_of_arg(arg)
    return 0 if fact.kind in ("number", "scalar") else fact.rank


def absent(arg: Arg) -> bool:
    return arg == NONE


def static(arg: Arg, name: str) -> Any:
    """The value of an option that decides which formula holds."""
    if isinstance(arg, Pack) and all(isinstance(i, Const) for i in arg.items):
        return tuple(i.value for i in arg.items)  # type: ignore[union-attr]
    if not isinstance(arg, Const):
        raise RuleError(f"{name} must be known before the program runs: write it as a constant")
    return arg.value


def like(value: Arg, a: Arg) -> Arg:
    """The value, known to have the shape of a."""
    if isinstance(value, Var) and fact_of_arg(a).is_array:
        value.fact = replace(value.fact, shape=fact_of_arg(a).shape)
    return value


# -- shapes ----------------------------------------------------------------------------------


def transpose_last(build: Builder, a: Arg) -> Arg:
    if rank_of(a) in (0, 1):
        return a
    return build.formula("a.T" if rank_of(a) == 2 else "np.swapaxes(a, -1, -2)", a=a)


def adjoint_last(build: Builder, a: Arg) -> Arg:
    return transpose_last(build, build.apply("np.conj", a))


def lift(build: Builder, g: Arg) -> Arg:
    """One number for each matrix, to be multiplied with matrices."""
    return g if rank_zero(g) else build.formula("g[..., None, None]", g=g)


def columns(build: Builder, v: Arg, s: Arg) -> Arg:
    """The columns of v, each times its element of s."""
    if rank_of(v) == 2:
        return build.formula("v * s", v=v, s=s)
    return build.formula("v * s[..., None, :]", v=v, s=s)


def rows(build: Builder, s: Arg, v: Arg) -> Arg:
    return build.formula("s[..., :, None] * v", v=v, s=s)


def _swapaxes(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    inner = build.definition(args[0], "np.swapaxes")
    return inner[0] if inner and inner[1:] == args[1:] else None


def is_complex_valued(*args: Arg) -> bool:
    return any(fact_of_arg(a).is_complex for a in args)


# -- systems -----------------------------------------------------------------------------------


def solve_transposed(build: Builder, g: Arg, a: Arg, b: Arg, ans: Arg) -> Arg:
    """What g contributes to the right-hand side."""
    return unbroadcast(build, _solved(build, g, a, ans), b)


def solve_matrix(build: Builder, g: Arg, a: Arg, b: Arg, ans: Arg) -> Arg:
    solved = _solved(build, g, a, ans)
    if _is_vector(a, ans):
        if rank_of(a) == 2:
            return build.formula("-np.outer(t, ans)", t=solved, ans=ans)
        value = build.formula("-(t[..., :, None] * ans[..., None, :])", t=solved, ans=ans)
    else:
        value = build.formula("-(t @ mT(ans))", t=solved, ans=ans)
    return unbroadcast(build, value, a)


def _is_vector(a: Arg, ans: Arg) -> bool:
    """Whether the right-hand side was one vector, or a stack of them."""
    n, m = rank_of(a), rank_of(ans)
    return n is not None and m == n - 1


def _solved(build: Builder, g: Arg, a: Arg, ans: Arg) -> Arg:
    if _is_vector(a, ans) and rank_of(a) != 2:
        return build.formula("np.linalg.solve(mT(a), g[..., None])[..., 0]", a=a, g=g)
    return build.formula("np.linalg.solve(mT(a), g)", a=a, g=g)


def covariance_adjoint(build: Builder, g: Arg, ans: Arg, mean: Arg, cov: Arg) -> Arg:
    """Of normal draws, however they are made of cov: with d_x = d_cov @ inv(cov) @ (x - mean) / 2
    they stay normal, and their covariance becomes cov + d_cov.
    """
    n = build.formula("np.shape(cov)[0]", cov=cov)
    rows = build.formula("np.reshape(g, (-1, n))", g=g, n=n)
    gap = build.formula("np.reshape(ans - mean, (-1, n))", ans=ans, mean=mean, n=n)
    t = build.formula("mT(g) @ mT(np.linalg.solve(cov, mT(x)))", g=rows, cov=cov, x=gap)
    return like(build.formula("0.25 * (t + mT(t))", t=t), cov)


def det_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg) -> Arg:
    """The cofactors; the derivative of log(det(a)) is better had from the inverse."""
    over = build.definition(g, "Div")
    if over and over[1] is ans:
        return build.formula("lift(g) * mT(np.linalg.inv(a))", g=over[0], a=a)
    return build.formula("lift(g) * cofactors(a)", g=g, a=a)


def slogdet_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg) -> Arg:
    sign, log = items_of(g)
    if not is_complex_valued(a):
        return _or_zero(build, a, None if absent(log) else build.formula(
            "lift(g) * mT(np.linalg.inv(a))", g=log, a=a))
    parts = [] if absent(log) else [log]
    if not absent(sign):
        parts.append(build.formula("1j * np.imag(g * s)", g=sign, s=items_of(ans)[0]))
    return build.formula("lift(g) * mT(np.linalg.inv(a))", g=total_of(build, parts), a=a)


def minors_adjoint(build: Builder, h: Arg, g: Arg, a: Arg) -> Arg:
    """The third derivative of det(a), at g and h; a is regular."""
    trace = "np.trace({}, axis1=-2, axis2=-1)"
    i = build.formula("np.linalg.inv(a)", a=a)
    env = {"i": i, "p": build.formula("i @ g", i=i, g=g), "q": build.formula("i @ h", i=i, h=h)}
    env["s"] = build.formula(f"lift({trace.format('p')})", **env)
    env["t"] = build.formula(f"lift({trace.format('q')})", **env)
    env["r"] = build.formula(f"lift({trace.format('p @ q')})", **env)
    env["m"] = build.formula("p @ q + q @ p - s * q - t * p", **env)
    env["m"] = build.formula("m + (s * t - r) * np.eye(np.shape(p)[-1])", **env)
    return build.formula("lift(np.linalg.det(a)) * mT(m @ i)", a=a, **env)


def _or_zero(build: Builder, like: Arg, value: Arg | None) -> Arg:
    return build.apply("np.zeros_like", like) if value is None else value


def total_of(build: Builder, parts: list[Arg]) -> Arg:
    total = parts[0]
    for part in parts[1:]:
        total = build.apply("Add", total, part)
    return total


def items_of(arg: Arg) -> tuple[Arg, ...]:
    assert isinstance(arg, Pack)
    return arg.items


def cholesky_adjoint(build: Builder, g: Arg, ans: Arg, upper: Arg) -> Arg:
    if static(upper, "upper"):
        g, ans = build.formula("mH(g)", g=g), build.formula("mH(c)", c=ans)
    m = build.formula("mT(c) @ g", c=ans, g=g)
    if is_complex_valued(ans):
        m = build.formula("np.tril(m) + np.tril(m, -1)", m=m)
        m = build.formula("0.5 * (m + mH(m))", m=m)
    else:
        m = build.formula("np.tril(m) + mT(np.tril(m, -1))", m=m)
    return build.formula(
        "0.5 * np.linalg.solve(mT(c), mH(np.linalg.solve(mT(c), m)))", c=ans, m=m)


def multi_dot_adjoints(build: Builder, g: Arg, arrays: Arg) -> Arg:
    """One chain of products for each factor."""
    factors = arrays.items if isinstance(arrays, Pack) else None
    if factors is None:
        raise RuleError("np.linalg.multi_dot of a list whose length is not known; write a loop")
    return Pack("list", tuple(_factor(build, g, factors, k) for k in range(len(factors))))


def _factor(build: Builder, g: Arg, factors: tuple[Arg, ...], k: int) -> Arg:
    before = [transpose_last(build, f) for f in reversed(factors[:k])]
    after = [transpose_last(build, f) for f in reversed(factors[k + 1 :])]
    row, column = rank_of(factors[0]) == 1, rank_of(factors[-1]) == 1
    if not row and not column:
        return _chain(build, [*before, g, *after])
    if row and not column:  # the vector g belongs to the right-hand chain
        after = [g, *after]
    elif column and not row:
        before = [*before, g]
    sides = [_chain(build, side) for side in (before, after) if side]
    value = sides[0] if len(sides) == 1 else build.apply("np.outer", *sides)
    return build.apply("Mult", g, value) if row and column else value


def _chain(build: Builder, factors: list[Arg]) -> Arg:
    if len(factors) == 1:
        return factors[0]
    if len(factors) == 2:
        return build.apply("MatMult", *factors)
    return build.apply("np.linalg.multi_dot", Pack("list", tuple(factors)))


# -- norms ---------------------------------------------------------------------------------------


def norm_adjoint(build: Builder, g: Arg, ans: Arg, x: Arg, ord: Arg,  # noqa: A002 - NumPy's name
                 axis: Arg, keepdims: Arg) -> Arg:
    order, axes = static(ord, "ord"), static(axis, "axis")
    matrix = isinstance(axes, tuple | list) and len(axes) == 2
    if axes is None and order is not None:
        if rank_of(x) is None:
            raise RuleError("np.linalg.norm with ord= of an array of unknown rank: give axis=")
        matrix = rank_of(x) == 2
    if order in (None, "fro") or (order == 2 and not matrix):
        scale = build.formula("safe_divide(g, ans)", g=g, ans=ans)
        scale = spread(build, scale, x, Const(axes), keepdims)
        return build.formula("scale * np.conj(x)", scale=scale, x=x)
    if matrix:
        return _matrix_norm(build, g, ans, x, order, axes or (-2, -1), keepdims)
    return _vector_norm(build, g, ans, x, order, Const(axes), keepdims)


def _vector_norm(build: Builder, g: Arg, ans: Arg, x: Arg, order: Any, axis: Const, keepdims: Arg
                 ) -> Arg:
    if order == 0:
        return build.apply("np.zeros_like", x)
    g = spread(build, g, x, axis, keepdims)
    slope = build.formula("g * sign_of(x)", g=g, x=x)
    if order == 1:
        return slope
    env = {"s": slope, "x": x, "best": spread(build, ans, x, axis, keepdims), "axis": axis}
    if abs(order) == np.inf:
        return build.formula("s * ties(np.absolute(x), best, axis)", **env)
    return build.formula("s * safe_divide(np.absolute(x), best) ** p", p=Const(order - 1), **env)


def _matrix_norm(build: Builder, g: Arg, ans: Arg, x: Arg, order: Any, axes: tuple[int, ...],
                 keepdims: Arg) -> Arg:
    """The two axes are moved last, and the adjoint's back."""
    rank = rank_of(x)
    if rank is None:
        raise RuleError("a matrix norm of an array of unknown rank")
    if isinstance(keepdims, Const) and keepdims.value:
        g = build.apply("np.squeeze", g, Const(axes))
        ans = build.apply("np.squeeze", ans, Const(axes))
    last = tuple(a % rank for a in axes) == (rank - 2, rank - 1)
    if not last:
        x = build.apply("np.moveaxis", x, Const(axes), Const((-2, -1)))
    value = _norm_of_last(build, g, ans, x, order)
    return value if last else build.apply("np.moveaxis", value, Const((-2, -1)), Const(axes))


def _norm_of_last(build: Builder, g: Arg, ans: Arg, x: Arg, order: Any) -> Arg:
    env: dict[str, Arg] = {"x": x, "g": lift(build, g)}
    if order in (2, -2, "nuc"):
        u, _, vh = items_of(build.formula("np.linalg.svd(x, full_matrices=False)", x=x))
        env |= {"u": build.apply("np.conj", u), "vh": build.apply("np.conj", vh)}
        if order == "nuc":
            return build.formula("g * (u @ vh)", **env)
        k = ":1" if order == 2 else "-1:"
        return build.formula(f"g * (u[..., :, {k}] @ vh[..., {k}, :])", **env)
    axis = -2 if abs(order) == 1 else -1
    best = ans if rank_zero(ans) else build.formula("b[..., None]", b=ans)
    sums = build.formula("np.sum(np.absolute(x), axis)", x=x, axis=Const(axis))
    share = build.formula("ties(s, best, -1)", s=sums, best=best)
    share = build.formula("s[..., None, :]" if axis == -2 else "s[..., :, None]", s=share)
    return build.formula("g * share * sign_of(x)", share=share, **env)


DIRECTIVES |= {
    "covariance_adjoint": covariance_adjoint,
    "mT": transpose_last, "mH": adjoint_last, "lift": lift, "columns": columns, "rows": rows,
    "columns_of": lambda build, g, v: rows(build, g, transpose_last(build, v)),
    "solve_transposed": solve_transposed, "solve_matrix": solve_matrix,
    "slogdet_adjoint": slogdet_adjoint, "cholesky_adjoint": cholesky_adjoint,
    "multi_dot_adjoints": multi_dot_adjoints, "norm_adjoint": norm_adjoint,
    "det_adjoint": det_adjoint, "minors_adjoint": minors_adjoint,
}  # fmt: skip
IDENTITIES["np.swapaxes"] = _swapaxes
