"""Directives of eigenvalues, singular values, QR and least squares.

The formulas are transposes for the pairing of `linear_algebra`, and have their sources there.
"""

from __future__ import annotations

from typing import Any

from astgrad.analysis.builder import DIRECTIVES, Builder
from astgrad.analysis.linear_algebra import (
    absent,
    is_complex_valued,
    items_of,
    like,
    rank_of,
    static,
    total_of,
)
from astgrad.errors import RuleError
from astgrad.ir.core import NONE, Arg, Const, Pack
from astgrad.ir.sizes import decided, fact_of_arg


def gaps(build: Builder, w: Arg) -> Arg:
    """1 / (w[j] - w[i]) off the diagonal, 0 on it; repeated values give inf, and warn."""
    one = build.formula("np.eye(np.shape(w)[-1])", w=w)
    if rank_of(w) == 1:
        return build.formula("1.0 / (w - w[:, None] + one) - one", w=w, one=one)
    return build.formula("1.0 / (w[..., None, :] - w[..., :, None] + one) - one", w=w, one=one)


def eigh_adjoint(build: Builder, g: Arg, ans: Arg) -> Arg:
    """conj(v) (diag(g_w) + gaps * v' g_v, made Hermitian) v'."""
    (g_w, g_v), (w, v) = items_of(g), items_of(ans)
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
    v = items_of(build.formula("np.linalg.eigh(a, uplo)", a=a, uplo=uplo))[1]
    return build.formula("columns(np.conj(v), g) @ mT(v)", v=v, g=g)


def eig_adjoint(build: Builder, g: Arg, ans: Arg) -> Arg:
    """v'^-1 (diag(g_w) + gaps * (v' g_v - v' conj(v) diag(Re(v' g_v)))) v'."""
    (g_w, g_v), (w, v) = items_of(g), items_of(ans)
    parts = [] if absent(g_w) else [diagonal(build, g_w)]
    if not absent(g_v):
        m = build.formula("mT(v) @ g", v=v, g=g_v)
        length = build.formula("np.real(np.sum(v * g, -2))", v=v, g=g_v)
        m = build.formula("m - columns(mT(v) @ np.conj(v), s)", m=m, v=v, s=length)
        parts.append(build.formula("gaps(w) * m", w=w, m=m))
    return build.formula("np.linalg.solve(mT(v), m @ mT(v))", v=v, m=total_of(build, parts))


def eigvals_adjoint(build: Builder, g: Arg, a: Arg) -> Arg:
    v = items_of(build.formula("np.linalg.eig(a)", a=a))[1]
    return build.formula("np.linalg.solve(mT(v), columns_of(g, v))", v=v, g=g)


def svd_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg, full: Arg) -> Arg:
    if not isinstance(ans, Pack):  # singular values only
        u, _, vh = items_of(build.formula("np.linalg.svd(a, full_matrices=False)", a=a))
        return like(build.formula("columns(np.conj(u), g) @ np.conj(vh)", u=u, g=g, vh=vh), a)
    (g_u, g_s, g_vh), (u, s, vh) = items_of(g), items_of(ans)
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
        if is_complex_valued(u):  # the phase that is left: imaginary, on the diagonal
            parts.append(build.formula(
                "diagonal(1j * np.imag(np.sum(u * g, -2)) / s)", u=u, g=g_u, s=s))
    if not absent(g_vh):
        m = build.formula("np.conj(vh) @ mH(g)", vh=vh, g=g_vh)
        parts.append(build.formula("rows(s, f * (m - mH(m)))", m=m, f=f, s=s))
    if not absent(g_s):
        parts.append(diagonal(build, g_s))
    core = total_of(build, parts)
    total = [build.formula("np.conj(u) @ core @ np.conj(vh)", u=u, core=core, vh=vh)]
    if not square and not absent(g_u):
        rest = build.formula("columns(g, 1.0 / s) @ np.conj(vh)", g=g_u, s=s, vh=vh)
        total.append(build.formula("r - np.conj(u) @ (mT(u) @ r)", r=rest, u=u))
    if not square and not absent(g_vh):
        rest = build.formula("columns(np.conj(u), 1.0 / s) @ g", u=u, s=s, g=g_vh)
        total.append(build.formula("r - (r @ mT(vh)) @ np.conj(vh)", r=rest, vh=vh))
    return total_of(build, total)


def qr_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg, mode: Arg) -> Arg:
    kind = static(mode, "mode")
    if kind == "r":
        q = items_of(build.formula("np.linalg.qr(a)", a=a))[0]
        return like(_qr(build, NONE, g, q, ans, a), a)
    shape = fact_of_arg(a).shape
    if kind == "complete" and not _known_square(a) and not _wide(shape):
        raise RuleError("np.linalg.qr with mode='complete' of a tall matrix has no derivative: "
                        "use mode='reduced'")
    if kind == "raw":
        raise RuleError("np.linalg.qr with mode='raw' has no rule: use mode='reduced'")
    (g_q, g_r), (q, r) = items_of(g), items_of(ans)
    return like(_qr(build, g_q, g_r, q, r, a), a)


def _wide(shape: Any) -> bool:
    """More columns than rows; the text then holds for matrices of this shape only."""
    if shape is None or shape[-2] == shape[-1]:
        return False
    m, n = decided(shape[-2]), decided(shape[-1])
    return m is not None and n is not None and m < n


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
    m = total_of(build, parts)
    if is_complex_valued(q):
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
    (g_x, g_res, _, g_s), (x, *_) = items_of(g), items_of(ans)
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
        u, _, vh = items_of(build.formula("np.linalg.svd(a, full_matrices=False)", a=a))
        parts.append(build.formula("columns(np.conj(u), g) @ np.conj(vh)", u=u, g=g_s, vh=vh))
    return total_of(build, parts) if parts else build.apply("np.zeros_like", a if for_a else b)


def _lstsq_a(build: Builder, g: Arg, env: dict[str, Arg]) -> Arg:
    value = build.formula(
        "outer_last(np.conj(b - a @ x), p @ np.conj(t)) - outer_last(t, x)", **env)
    rest = build.formula("outer_last(mT(p) @ np.conj(x), np.conj(g - mT(a) @ t))", g=g, **env)
    return build.apply("Add", value, rest)


DIRECTIVES |= {
    "gaps": gaps, "eigh_adjoint": eigh_adjoint, "diagonal": diagonal,
    "eigvalsh_adjoint": eigvalsh_adjoint, "eig_adjoint": eig_adjoint,
    "eigvals_adjoint": eigvals_adjoint, "svd_adjoint": svd_adjoint, "qr_adjoint": qr_adjoint,
    "pinv_adjoint": pinv_adjoint, "lstsq_adjoint": lstsq_adjoint,
}  # fmt: skip
