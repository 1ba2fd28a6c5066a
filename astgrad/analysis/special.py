"""Directives of SciPy's rules."""

from __future__ import annotations

from astgrad.analysis.builder import DIRECTIVES, Builder
from astgrad.analysis.linear_algebra import (
    absent,
    items_of,
    like,
    rank_of,
    static,
    total_of,
    transpose_last,
)
from astgrad.analysis.shapes import spread, unbroadcast
from astgrad.errors import RuleError
from astgrad.ir.core import NONE, Arg, Const, Pack
from astgrad.ir.sizes import fact_of_arg


def logsumexp_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg, axis: Arg, b: Arg, keepdims: Arg
                      ) -> Arg:
    g = spread(build, g, a, axis, keepdims)
    if b == NONE:
        return build.formula("g * scipy.special.softmax(a, axis=axis)", g=g, a=a, axis=axis)
    total = spread(build, ans, a, axis, keepdims)
    return unbroadcast(build, build.formula("g * b * np.exp(a - t)", g=g, a=a, b=b, t=total), a)


def logsumexp_weights(build: Builder, g: Arg, ans: Arg, a: Arg, axis: Arg, b: Arg, keepdims: Arg
                      ) -> Arg:
    g = spread(build, g, a, axis, keepdims)
    total = spread(build, ans, a, axis, keepdims)
    return unbroadcast(build, build.formula("g * np.exp(a - t)", g=g, a=a, t=total), b)


def several(build: Builder, g: Arg, x: Arg, *slopes: Arg) -> Arg:
    """What the results that have an adjoint contribute to x, elementwise."""
    parts = [build.apply("Mult", bar, slope) for bar, slope in zip(items_of(g), slopes, strict=True)
             if not absent(bar)]
    return unbroadcast(build, total_of(build, parts), x)


INCOMPLETE = {  # the slope by m of the integrals of 1 / Delta and of Delta, on (-pi/2, pi/2)
    "F": ("0.7853981633974483 * scipy.special.hyp2f1(1.5, 1.5, 2.0, m)",
          "s**3 * scipy.special.elliprd(c**2, 1.0, 1.0 - m * s**2) / 6.0"),
    "E": ("-0.7853981633974483 * scipy.special.hyp2f1(0.5, 1.5, 2.0, m)",
          "-(s**3 * scipy.special.elliprd(c**2, 1.0 - m * s**2, 1.0) / 6.0)"),
}


def incomplete(build: Builder, kind: Arg, phi: Arg, m: Arg) -> Arg:
    """The slope by m of an incomplete elliptic integral: of its whole half turns, and the rest."""
    turn, rest = INCOMPLETE[static(kind, "kind")]
    turns = build.formula("np.round(phi / 3.141592653589793)", phi=phi)
    left = build.formula("phi - 3.141592653589793 * n", phi=phi, n=turns)
    env = {"n": turns, "m": m, "s": build.apply("np.sin", left), "c": build.apply("np.cos", left)}
    return build.formula(f"n * ({turn}) + {rest}", **env)


def amplitude_slope(build: Builder, ans: Arg, m: Arg) -> Arg:
    """The slope of Jacobi's amplitude by m."""
    dn, phi = items_of(ans)[2:]
    return build.formula("-(dn * incomplete('F', phi, m))", dn=dn, phi=phi, m=m)


def delta_slope(build: Builder, ans: Arg, m: Arg) -> Arg:
    """The slope of dn by m."""
    sn, cn, dn, _ = items_of(ans)
    return build.formula("-(0.5 * sn**2 + m * sn * cn * slope) / dn", sn=sn, cn=cn, dn=dn, m=m,
                         slope=amplitude_slope(build, ans, m))


def standard(build: Builder, x: Arg, loc: Arg, scale: Arg) -> Arg:
    """(x - loc) / scale."""
    if loc != Const(0):
        x = build.formula("x - loc", x=x, loc=loc)
    return over(build, x, scale)


def over(build: Builder, x: Arg, scale: Arg) -> Arg:
    return x if scale == Const(1) else build.formula("x / scale", x=x, scale=scale)


def spence_slope(build: Builder, z: Arg) -> Arg:
    """log(z) / (1 - z), at z = 1 too; SciPy's hyp2f1 is not exact at complex numbers."""
    if fact_of_arg(z).is_complex:
        return build.formula("np.log(z) / (1.0 - z)", z=z)
    return build.formula("-scipy.special.hyp2f1(1.0, 1.0, 2.0, 1.0 - z)", z=z)


def lower_degree(build: Builder, n: Arg) -> Arg:
    """n - 1, and 0 below: the term is multiplied by n then."""
    if isinstance(n, Const) and isinstance(n.value, int):
        return Const(max(n.value - 1, 0))
    return build.formula("np.maximum(n - 1, 0)", n=n)


def sign_of_real(build: Builder, z: Arg) -> Arg:
    """sign(z), for a function of abs(real(z)), which has no complex derivative."""
    if fact_of_arg(z).is_complex:
        raise RuleError("this function has no derivative by a complex argument: it scales by the "
                        "real part alone; use the unscaled function")
    return build.apply("np.sign", z)


# -- scipy.linalg ----------------------------------------------------------------------------------


def triangular_solved(build: Builder, g: Arg, a: Arg, trans: Arg, lower: Arg, unit: Arg) -> Arg:
    turned = _trans(trans)
    if turned == 2:
        a = build.apply("np.conj", a)
    return build.formula(
        "scipy.linalg.solve_triangular(a, g, trans=t, lower=lower, unit_diagonal=unit)",
        a=a, g=g, t=Const(0 if turned else 1), lower=lower, unit=unit)


def triangular_matrix(build: Builder, g: Arg, a: Arg, ans: Arg, trans: Arg, lower: Arg, unit: Arg
                      ) -> Arg:
    left, right = triangular_solved(build, g, a, trans, lower, unit), ans
    if _trans(trans):
        left, right = right, left
    value = build.formula("outer_last(left, right)", left=left, right=right)
    if _trans(trans) == 2:
        value = build.apply("np.conj", value)
    below, ones = static(lower, "lower"), static(unit, "unit_diagonal")
    k = Const(0 if not ones else -1 if below else 1)
    return build.formula("-np.tril(v, k)" if below else "-np.triu(v, k)", v=value, k=k)


def _trans(trans: Arg) -> int:
    found: int | str = static(trans, "trans")
    return {"N": 0, "T": 1, "C": 2}[found] if isinstance(found, str) else found


def _bands(l_and_u: Arg) -> tuple[Arg, Arg]:
    if isinstance(l_and_u, Pack):
        l, u = l_and_u.items
        return l, u
    l, u = static(l_and_u, "l_and_u")
    return Const(l), Const(u)


def band_solved(build: Builder, g: Arg, l_and_u: Arg, ab: Arg) -> Arg:
    l, u = _bands(l_and_u)
    return build.formula("scipy.linalg.solve_banded((u, l), transposed_band(ab, l, u), g)",
                         ab=ab, g=g, l=l, u=u)


def band_matrix(build: Builder, g: Arg, l_and_u: Arg, ab: Arg, ans: Arg) -> Arg:
    l, u = _bands(l_and_u)
    solved = band_solved(build, g, l_and_u, ab)
    return build.formula("-band_outer(t, ans, l, u)", t=solved, ans=ans, l=l, u=u)


def in_block(build: Builder, function: str, a: Arg, e: Arg) -> Arg:
    """The derivative of a matrix function at a in the direction e: a corner of its value
    at a matrix of twice the size.
    """
    n = build.formula("np.shape(a)[-1]", a=a)
    value = build.formula(f"{function}(np.block([[a, e], [np.zeros_like(a), a]]))", a=a, e=e)
    return build.formula("v[..., :n, n:]", v=value, n=n)


def expm_adjoint(build: Builder, g: Arg, a: Arg) -> Arg:
    if rank_of(a) != 2:
        return like(in_block(build, "scipy.linalg.expm", transpose_last(build, a), g), a)
    return build.formula("scipy.linalg.expm_frechet(mT(a), g, compute_expm=False)", a=a, g=g)


def expm_second(build: Builder, g: Arg, a: Arg, e: Arg) -> Arg:
    """The derivative of expm_frechet(a, e) by a, from the matrix of twice the size."""
    n = build.formula("np.shape(a)[-1]", a=a)
    env = {"a": transpose_last(build, a), "e": transpose_last(build, e), "g": g, "n": n,
           "o": build.apply("np.zeros_like", a)}
    value = build.formula("scipy.linalg.expm_frechet(np.block([[a, o], [e, a]]), "
                          "np.block([[o, g], [o, o]]), compute_expm=False)", **env)
    return like(build.formula("v[:n, :n] + v[n:, n:]", v=value, n=n), a)


def logm_adjoint(build: Builder, g: Arg, a: Arg) -> Arg:
    return like(in_block(build, "scipy.linalg.logm_of", transpose_last(build, a), g), a)


def real_like(build: Builder, value: Arg, a: Arg) -> Arg:
    """A function of a real matrix may be complex: then it raises, and no real rule is used."""
    return value if fact_of_arg(a).is_complex else build.apply("still_real", value)


def diagonal_blocks(build: Builder, g: Arg, arrays: Arg) -> Arg:
    """The blocks of g on the diagonal."""
    if not isinstance(arrays, Pack) or any(rank_of(a) != 2 for a in arrays.items):
        raise RuleError("scipy.linalg.block_diag: give matrices, each as an argument of its own")
    row: Arg = Const(0)
    column: Arg = Const(0)
    blocks = []
    for a in arrays.items:
        env = {"a": a, "i": row, "j": column}
        low = build.formula("i + np.shape(a)[0]", **env)
        right = build.formula("j + np.shape(a)[1]", **env)
        blocks.append(like(build.formula("g[i:low, j:right]", g=g, low=low, right=right, **env), a))
        row, column = low, right
    return Pack("list", tuple(blocks))


def unconvolved(build: Builder, name: Arg, g: Arg, a: Arg, b: Arg, mode: Arg) -> Arg:
    """What g contributes to a: its place in the full convolution, convolved with b reversed."""
    if static(mode, "mode") != "full":
        g = build.formula("placed(g, full_shape(a, b))", g=g, a=a, b=b)
    function = f"scipy.signal.{static(name, 'name')}"
    return like(build.formula(f"{function}(g, np.flip(b), mode='valid')", g=g, b=b), a)


DIRECTIVES |= {
    "unconvolved": unconvolved,
    "sign_of_real": sign_of_real, "lower_degree": lower_degree,
    "spence_slope": spence_slope,
    "logsumexp_adjoint": logsumexp_adjoint, "logsumexp_weights": logsumexp_weights,
    "several": several, "incomplete": incomplete, "amplitude_slope": amplitude_slope,
    "delta_slope": delta_slope, "standard": standard, "over": over,
    "triangular_solved": triangular_solved,
    "triangular_matrix": triangular_matrix, "band_solved": band_solved,
    "band_matrix": band_matrix, "expm_adjoint": expm_adjoint, "expm_second": expm_second,
    "logm_adjoint": logm_adjoint, "real_like": real_like, "diagonal_blocks": diagonal_blocks,
}  # fmt: skip
