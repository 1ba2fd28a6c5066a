"""Directives of scipy.linalg: eigenvalues of pairs, triangular and polar factors.

The formulas are transposes for the pairing of `linear_algebra`.  Sources: Giles 2008 (an
extended collection of matrix derivative results); Murray 2016 for the triangular factors.
"""

from __future__ import annotations

from astgrad.analysis.builder import DIRECTIVES, Builder
from astgrad.analysis.linear_algebra import absent, items_of, like, static, total_of
from astgrad.errors import RuleError
from astgrad.ir.core import Arg, Const, Pack
from astgrad.ir.fact import Size
from astgrad.ir.sizes import decided, fact_of_arg


def hermitian_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg, b: Arg, lower: Arg, wanted: Arg
                      ) -> Arg:
    """Of a, as eigh_adjoint; b has a part in each eigenvalue and in each vector's length."""
    if not isinstance(ans, Pack):  # eigenvalues only
        ans = build.formula("scipy.linalg.eigh(a, b=b, lower=lower)", a=a, b=b, lower=lower)
        g = Pack("tuple", (g, Const(None)))
    if static(wanted, "wanted") == "a":
        return build.formula("eigh_adjoint(g, ans)", g=g, ans=ans)
    (g_w, g_v), (w, v) = items_of(g), items_of(ans)
    parts = [] if absent(g_w) else [build.formula("diagonal(w * g)", w=w, g=g_w)]
    if not absent(g_v):
        m = build.formula("mT(v) @ g", v=v, g=g_v)
        k = build.formula("columns(gaps(w) * m, w)", w=w, m=m)
        k = build.formula("k + diagonal(0.5 * np.sum(v * g, -2))", k=k, v=v, g=g_v)
        parts.append(build.formula("0.5 * (k + mH(k))", k=k))
    return build.formula("-(np.conj(v) @ m @ mT(v))", v=v, m=total_of(build, parts))


def _square(a: Arg, name: str) -> None:
    shape = fact_of_arg(a).shape
    if shape is None or len(shape) != 2 or not _same(*shape):
        raise RuleError(f"scipy.linalg.{name} has a rule for one square matrix")


def _same(m: Size, n: Size) -> bool:
    """Whether two sizes are equal; the text then holds for this size only."""
    return (m is not None and m == n) or (decided(m) is not None and decided(m) == decided(n))


def lu_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg, permute_l: Arg) -> Arg:
    _square(a, "lu")
    if static(permute_l, "permute_l"):
        raise RuleError("scipy.linalg.lu with permute_l=True has no rule: multiply p @ l")
    (_, g_l, g_u), (p, low, u) = items_of(g), items_of(ans)
    parts = []
    if not absent(g_l):
        parts.append(build.formula("np.tril(mT(l) @ g, -1)", l=low, g=g_l))
    if not absent(g_u):
        parts.append(build.formula("np.triu(g @ mT(u))", u=u, g=g_u))
    if not parts:
        return build.apply("np.zeros_like", a)
    return build.formula("p @ between(core, l, u)", core=total_of(build, parts), p=p, l=low, u=u)


def lu_factor_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg) -> Arg:
    _square(a, "lu_factor")
    (g_lu, _), (lu, piv) = items_of(g), items_of(ans)
    if absent(g_lu):
        return build.apply("np.zeros_like", a)
    low = build.formula("np.tril(lu, -1) + np.eye(np.shape(lu)[-1])", lu=lu)
    env = {"l": low, "u": build.formula("np.triu(lu)", lu=lu), "g": g_lu, "piv": piv}
    env["core"] = build.formula(
        "np.tril(mT(l) @ np.tril(g, -1), -1) + np.triu(np.triu(g) @ mT(u))", **env)
    return like(build.formula("between(core, l, u)[np.argsort(pivoted(piv))]", **env), a)


def between(build: Builder, core: Arg, low: Arg, up: Arg) -> Arg:
    """l'^-1 core u'^-1."""
    half = build.formula("scipy.linalg.solve_triangular(l, core, trans=1, lower=True, "
                         "unit_diagonal=True)", l=low, core=core)
    return build.formula("mT(scipy.linalg.solve_triangular(u, mT(half)))", u=up, half=half)


def polar_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg, side: Arg) -> Arg:
    """Of a = u p; a = p u is its mirror image."""
    (g_u, g_p), (u, p) = items_of(g), items_of(ans)
    turned = static(side, "side") == "left"
    shape = fact_of_arg(a).shape
    rows, columns = (shape[1], shape[0]) if turned and shape else shape or (None, None)
    if shape is None or len(shape) != 2 or not _at_least(rows, columns):
        raise RuleError("scipy.linalg.polar has a rule for one matrix with at least as many rows "
                        "as columns (side='left': columns as rows)")
    if turned:
        u = build.formula("mH(u)", u=u)
        g_u = g_u if absent(g_u) else build.formula("mH(g)", g=g_u)
    g_u = g_u if absent(g_u) else build.apply("np.conj", g_u)
    g_p = g_p if absent(g_p) else build.apply("np.conj", g_p)
    value = build.apply("np.conj", _polar(build, g_u, g_p, u, p, square=_same(rows, columns)))
    return like(build.formula("mH(v)", v=value) if turned else value, a)


def _at_least(m: Size, n: Size) -> bool:
    return _same(m, n) or (decided(m) or 0) >= (decided(n) or 1)


def _polar(build: Builder, g_u: Arg, g_p: Arg, u: Arg, p: Arg, *, square: bool) -> Arg:
    """u (g_p + y - y') + (1 - u u') g_u p^-1, where p y + y p = u' g_u - g_p p."""
    env = {"u": u, "p": p, "gu": g_u, "gp": g_p}
    parts = [] if absent(g_u) else [build.formula("mH(u) @ gu", **env)]
    if not absent(g_p):
        parts.append(build.formula("-(gp @ p)", **env))
    env["y"] = build.formula("scipy.linalg.solve_sylvester(p, p, t)", t=total_of(build, parts), p=p)
    env["core"] = build.formula("y - mH(y)", **env)
    if not absent(g_p):
        env["core"] = build.formula("gp + core", **env)
    value = build.formula("u @ core", **env)
    if square or absent(g_u):
        return value
    env["rest"] = build.formula("mH(np.linalg.solve(p, mH(gu)))", **env)
    return build.formula("v + rest - u @ (mH(u) @ rest)", v=value, **env)


DIRECTIVES |= {
    "hermitian_adjoint": hermitian_adjoint, "lu_adjoint": lu_adjoint,
    "lu_factor_adjoint": lu_factor_adjoint, "between": between, "polar_adjoint": polar_adjoint,
}  # fmt: skip
