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
from astgrad.analysis.identities import spread, unbroadcast
from astgrad.errors import RuleError
from astgrad.ir.core import NONE, Arg, Const, Pack, Var
from astgrad.ir.sizes import decided, fact_of_arg


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


def _is_complex(*args: Arg) -> bool:
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


def det_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg) -> Arg:
    """The cofactors; the derivative of log(det(a)) is better had from the inverse."""
    over = build.definition(g, "Div")
    if over and over[1] is ans:
        return build.formula("lift(g) * mT(np.linalg.inv(a))", g=over[0], a=a)
    return build.formula("lift(g) * cofactors(a)", g=g, a=a)


def slogdet_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg) -> Arg:
    sign, log = _items(g)
    if not _is_complex(a):
        return _or_zero(build, a, None if absent(log) else build.formula(
            "lift(g) * mT(np.linalg.inv(a))", g=log, a=a))
    parts = [] if absent(log) else [log]
    if not absent(sign):
        parts.append(build.formula("1j * np.imag(g * s)", g=sign, s=_items(ans)[0]))
    return build.formula("lift(g) * mT(np.linalg.inv(a))", g=_total(build, parts), a=a)


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


def _total(build: Builder, parts: list[Arg]) -> Arg:
    total = parts[0]
    for part in parts[1:]:
        total = build.apply("Add", total, part)
    return total


def _items(arg: Arg) -> tuple[Arg, ...]:
    assert isinstance(arg, Pack)
    return arg.items


def cholesky_adjoint(build: Builder, g: Arg, ans: Arg, upper: Arg) -> Arg:
    if static(upper, "upper"):
        g, ans = build.formula("mH(g)", g=g), build.formula("mH(c)", c=ans)
    m = build.formula("mT(c) @ g", c=ans, g=g)
    if _is_complex(ans):
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
        u, _, vh = _items(build.formula("np.linalg.svd(x, full_matrices=False)", x=x))
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


# -- decompositions --------------------------------------------------------------------------------


def gaps(build: Builder, w: Arg) -> Arg:
    """1 / (w[j] - w[i]) off the diagonal, 0 on it; repeated values give inf, and warn."""
    one = build.formula("np.eye(np.shape(w)[-1])", w=w)
    if rank_of(w) == 1:
        return build.formula("1.0 / (w - w[:, None] + one) - one", w=w, one=one)
    return build.formula("1.0 / (w[..., None, :] - w[..., :, None] + one) - one", w=w, one=one)


def eigh_adjoint(build: Builder, g: Arg, ans: Arg) -> Arg:
    """conj(v) (diag(g_w) + gaps * v' g_v, made Hermitian) v'."""
    (g_w, g_v), (w, v) = _items(g), _items(ans)
    if absent(g_v):
        return build.formula("columns(np.conj(v), g) @ mT(v)", v=v, g=g_w)
    m = build.formula("mT(v) @ g", v=v, g=g_v)
    m = build.formula("0.5 * gaps(w) * (m - mH(m))", w=w, m=m)
    if not absent(g_w):
        m = build.formula("m + diagonal(g)", m=m, g=g_w)
    return build.formula("np.conj(v) @ m @ mT(v)", v=v, m=m)


def diagonal(build: Builder, s: Arg) -> Arg:
    """Diagonal matrices."""
    if rank_of(s) == 1:
        return build.apply("np.diag", s, Const(0))
    return build.formula("s[..., None] * np.eye(np.shape(s)[-1])", s=s)


def eigvalsh_adjoint(build: Builder, g: Arg, a: Arg, uplo: Arg) -> Arg:
    v = _items(build.formula("np.linalg.eigh(a, uplo)", a=a, uplo=uplo))[1]
    return build.formula("columns(np.conj(v), g) @ mT(v)", v=v, g=g)


def eig_adjoint(build: Builder, g: Arg, ans: Arg) -> Arg:
    """v'^-1 (diag(g_w) + gaps * (v' g_v - v' conj(v) diag(Re(v' g_v)))) v'."""
    (g_w, g_v), (w, v) = _items(g), _items(ans)
    parts = [] if absent(g_w) else [diagonal(build, g_w)]
    if not absent(g_v):
        m = build.formula("mT(v) @ g", v=v, g=g_v)
        length = build.formula("np.real(np.sum(v * g, -2))", v=v, g=g_v)
        m = build.formula("m - columns(mT(v) @ np.conj(v), s)", m=m, v=v, s=length)
        parts.append(build.formula("gaps(w) * m", w=w, m=m))
    return build.formula("np.linalg.solve(mT(v), m @ mT(v))", v=v, m=_total(build, parts))


def eigvals_adjoint(build: Builder, g: Arg, a: Arg) -> Arg:
    v = _items(build.formula("np.linalg.eig(a)", a=a))[1]
    return build.formula("np.linalg.solve(mT(v), columns_of(g, v))", v=v, g=g)


def svd_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg, full: Arg) -> Arg:
    if not isinstance(ans, Pack):  # singular values only
        u, _, vh = _items(build.formula("np.linalg.svd(a, full_matrices=False)", a=a))
        return like(build.formula("columns(np.conj(u), g) @ np.conj(vh)", u=u, g=g, vh=vh), a)
    (g_u, g_s, g_vh), (u, s, vh) = _items(g), _items(ans)
    if static(full, "full_matrices") and not _known_square(a):
        k = build.formula("np.shape(s)[-1]", s=s)
        if not absent(g_u):
            g_u = build.formula(
                "g[..., :, :k]"
                " - np.conj(u[..., :, k:]) @ (mH(g[..., :, k:]) @ np.conj(u[..., :, :k]))",
                g=g_u, u=u, k=k)
        if not absent(g_vh):
            g_vh = build.formula(
                "g[..., :k, :]"
                " - np.conj(vh[..., :k, :]) @ mH(g[..., k:, :]) @ np.conj(vh[..., k:, :])",
                g=g_vh, vh=vh, k=k)
        u = build.formula("u[..., :, :k]", u=u, k=k)
        vh = build.formula("vh[..., :k, :]", vh=vh, k=k)
    if absent(g_u) and absent(g_vh):
        return like(build.formula("columns(np.conj(u), g) @ np.conj(vh)", u=u, g=g_s, vh=vh), a)
    return like(_svd_vectors(build, (g_u, g_s, g_vh), (u, s, vh), a), a)


def _known_square(a: Arg) -> bool:
    shape = fact_of_arg(a).shape
    return shape is not None and shape[-1] is not None and shape[-1] == shape[-2]


def _svd_vectors(build: Builder, bars: tuple[Arg, ...], found: tuple[Arg, ...], a: Arg) -> Arg:
    """conj(u) (core) conj(vh), and what leaves the spans of u and of vh."""
    (g_u, g_s, g_vh), (u, s, vh) = bars, found
    square = _known_square(a)
    f = build.formula("gaps(s**2)", s=s)
    parts: list[Arg] = []
    if not absent(g_u):
        m = build.formula("mT(u) @ g", u=u, g=g_u)
        parts.append(build.formula("columns(f * (m - mH(m)), s)", m=m, f=f, s=s))
        if _is_complex(u):  # the phase that is left: imaginary, on the diagonal
            parts.append(build.formula(
                "diagonal(1j * np.imag(np.sum(u * g, -2)) / s)", u=u, g=g_u, s=s))
    if not absent(g_vh):
        m = build.formula("np.conj(vh) @ mH(g)", vh=vh, g=g_vh)
        parts.append(build.formula("rows(s, f * (m - mH(m)))", m=m, f=f, s=s))
    if not absent(g_s):
        parts.append(diagonal(build, g_s))
    core = _total(build, parts)
    total = [build.formula("np.conj(u) @ core @ np.conj(vh)", u=u, core=core, vh=vh)]
    if not square and not absent(g_u):
        rest = build.formula("columns(g, 1.0 / s) @ np.conj(vh)", g=g_u, s=s, vh=vh)
        total.append(build.formula("r - np.conj(u) @ (mT(u) @ r)", r=rest, u=u))
    if not square and not absent(g_vh):
        rest = build.formula("columns(np.conj(u), 1.0 / s) @ g", u=u, s=s, g=g_vh)
        total.append(build.formula("r - (r @ mT(vh)) @ np.conj(vh)", r=rest, vh=vh))
    return _total(build, total)


def qr_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg, mode: Arg) -> Arg:
    kind = static(mode, "mode")
    if kind == "r":
        q = _items(build.formula("np.linalg.qr(a)", a=a))[0]
        return like(_qr(build, NONE, g, q, ans, a), a)
    shape = fact_of_arg(a).shape
    if kind == "complete" and not _known_square(a) and not _wide(shape):
        raise RuleError("np.linalg.qr with mode='complete' of a tall matrix has no derivative: "
                        "use mode='reduced'")
    if kind == "raw":
        raise RuleError("np.linalg.qr with mode='raw' has no rule: use mode='reduced'")
    (g_q, g_r), (q, r) = _items(g), _items(ans)
    return like(_qr(build, g_q, g_r, q, r, a), a)


def _wide(shape: Any) -> bool:
    """More columns than rows; the text then holds for matrices of this shape only."""
    if shape is None or shape[-2] == shape[-1]:
        return False
    m, n = decided(shape[-2]), decided(shape[-1])
    return m is not None and n is not None and m < n


def like(value: Arg, a: Arg) -> Arg:
    """The value, known to have the shape of a."""
    if isinstance(value, Var) and fact_of_arg(a).is_array:
        value.fact = replace(value.fact, shape=fact_of_arg(a).shape)
    return value


def _qr(build: Builder, g_q: Arg, g_r: Arg, q: Arg, r: Arg, a: Arg) -> Arg:
    if not _wide(fact_of_arg(a).shape):
        return _qr_tall(build, g_q, g_r, q, r)
    k = build.formula("np.shape(a)[-2]", a=a)
    if absent(g_r):
        g_r = build.apply("np.zeros_like", r)
    env = {"a": a, "g": g_r, "k": k, "q": q, "r": r}
    rest = build.formula("np.conj(a[..., :, k:]) @ mH(g[..., :, k:])", **env)
    g_q = rest if absent(g_q) else build.formula("g + rest", g=g_q, rest=rest)
    left = _qr_tall(build, g_q, build.formula("g[..., :, :k]", **env), q,
                    build.formula("r[..., :, :k]", **env))
    right = build.formula("np.conj(q) @ g[..., :, k:]", **env)
    return build.formula("np.concatenate([left, right], axis=-1)", left=left, right=right)


def _qr_tall(build: Builder, g_q: Arg, g_r: Arg, q: Arg, r: Arg) -> Arg:
    """(g_q + conj(q) (m made Hermitian from below)) r'^-1, m = r g_r' - g_q' q."""
    parts = [] if absent(g_r) else [build.formula("r @ mT(g)", r=r, g=g_r)]
    if not absent(g_q):
        parts.append(build.formula("-(mT(g) @ q)", g=g_q, q=q))
    m = _total(build, parts)
    if _is_complex(q):
        m = build.formula("0.5 * (np.tril(m) + np.tril(m, -1))", m=m)
        m = build.formula("np.conj(m + mH(m))", m=m)
    else:
        m = build.formula("np.tril(m) + mT(np.tril(m, -1))", m=m)
    m = build.formula("np.conj(q) @ m", q=q, m=m)
    if not absent(g_q):
        m = build.formula("g + m", g=g_q, m=m)
    return build.formula("mT(np.linalg.solve(r, mT(m)))", r=r, m=m)


# -- least squares ----------------------------------------------------------------------------


def pinv_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg) -> Arg:
    """-p' g p' + (1 - a p) g'p p' + p'p g' (1 - p a), the last two where they are not 0."""
    env = {"p": ans, "a": a, "g": g}
    total = build.formula("-(mT(p) @ g @ mT(p))", **env)
    env["left"] = build.formula("mH(g) @ np.conj(p) @ mT(p)", **env)
    env["right"] = build.formula("mT(p) @ np.conj(p) @ mH(g)", **env)
    total = build.formula("t + left - np.conj(a) @ (np.conj(p) @ left)", t=total, **env)
    return build.formula("t + right - (right @ np.conj(p)) @ np.conj(a)", t=total, **env)


def lstsq_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg, b: Arg, wanted: Arg) -> Arg:
    """x = pinv(a) b; the residuals are sums of squares of b - a x; s are singular values."""
    (g_x, g_res, _, g_s), (x, *_) = _items(g), _items(ans)
    for_a = static(wanted, "wanted") == "a"
    env: dict[str, Arg] = {"a": a, "b": b, "x": x}
    parts: list[Arg] = []
    if not absent(g_x):
        env["p"] = build.formula("np.linalg.pinv(a)", a=a)
        env["t"] = build.formula("mT(p) @ g", g=g_x, **env)
        parts.append(_lstsq_a(build, g_x, env) if for_a else env["t"])
    if not absent(g_res):
        slope = build.formula("2.0 * g * np.conj(b - a @ x)", g=g_res, **env)
        parts.append(build.formula("-outer_last(r, x)", r=slope, **env) if for_a else slope)
    if not absent(g_s) and for_a:
        u, _, vh = _items(build.formula("np.linalg.svd(a, full_matrices=False)", a=a))
        parts.append(build.formula("columns(np.conj(u), g) @ np.conj(vh)", u=u, g=g_s, vh=vh))
    return _total(build, parts) if parts else build.apply("np.zeros_like", a if for_a else b)


def _lstsq_a(build: Builder, g: Arg, env: dict[str, Arg]) -> Arg:
    value = build.formula(
        "outer_last(np.conj(b - a @ x), p @ np.conj(t)) - outer_last(t, x)", **env)
    rest = build.formula("outer_last(mT(p) @ np.conj(x), np.conj(g - mT(a) @ t))", g=g, **env)
    return build.apply("Add", value, rest)


DIRECTIVES |= {
    "mT": transpose_last, "mH": adjoint_last, "lift": lift, "columns": columns, "rows": rows,
    "columns_of": lambda build, g, v: rows(build, g, transpose_last(build, v)),
    "solve_transposed": solve_transposed, "solve_matrix": solve_matrix,
    "slogdet_adjoint": slogdet_adjoint, "cholesky_adjoint": cholesky_adjoint,
    "multi_dot_adjoints": multi_dot_adjoints, "norm_adjoint": norm_adjoint, "gaps": gaps,
    "eigh_adjoint": eigh_adjoint, "diagonal": diagonal, "eigvalsh_adjoint": eigvalsh_adjoint,
    "eig_adjoint": eig_adjoint, "eigvals_adjoint": eigvals_adjoint, "svd_adjoint": svd_adjoint,
    "qr_adjoint": qr_adjoint, "pinv_adjoint": pinv_adjoint, "lstsq_adjoint": lstsq_adjoint,
    "det_adjoint": det_adjoint, "minors_adjoint": minors_adjoint,
}  # fmt: skip
IDENTITIES["np.swapaxes"] = _swapaxes
