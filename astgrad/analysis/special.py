"""Directives of SciPy's rules."""

from __future__ import annotations

from astgrad.analysis.builder import DIRECTIVES, Builder
from astgrad.analysis.identities import spread, unbroadcast
from astgrad.ir.core import NONE, Arg, Const


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


def standard(build: Builder, x: Arg, loc: Arg, scale: Arg) -> Arg:
    """(x - loc) / scale."""
    if loc != Const(0):
        x = build.formula("x - loc", x=x, loc=loc)
    return over(build, x, scale)


def over(build: Builder, x: Arg, scale: Arg) -> Arg:
    return x if scale == Const(1) else build.formula("x / scale", x=x, scale=scale)


DIRECTIVES |= {
    "logsumexp_adjoint": logsumexp_adjoint, "logsumexp_weights": logsumexp_weights,
    "standard": standard, "over": over,
}  # fmt: skip
