"""Directives of np.fft: a discrete Fourier transform is its own transpose, up to lengths."""

from __future__ import annotations

from typing import Any

from astgrad.analysis.builder import DIRECTIVES, Builder
from astgrad.analysis.linear_algebra import like, rank_of, static
from astgrad.errors import RuleError
from astgrad.ir.core import NONE, Arg, Const, Pack
from astgrad.ir.sizes import fact_of_arg

SWAPPED = {None: "forward", "backward": "forward", "forward": None, "ortho": "ortho"}


def swapped(build: Builder, norm: Arg) -> Const:
    """The norm of the inverse transform that divides where this one does."""
    return Const(SWAPPED[static(norm, "norm")])


def fitted(build: Builder, value: Arg, a: Arg, n: Arg, axis: Arg) -> Arg:
    """The adjoint of cutting a, or filling it up, to n."""
    if n == NONE:
        return like(value, a)
    size = build.formula("np.shape(a)[axis]", a=a, axis=axis)
    have, want = fact_of_arg(n).size, fact_of_arg(size).size
    if have is not None and have == want:
        return like(value, a)
    return build.formula("resized(v, size, axis)", v=value, size=size, axis=axis)


def fitted_all(build: Builder, value: Arg, a: Arg, s: Arg, axes: Arg) -> Arg:
    if s == NONE:
        return like(value, a)
    for n, axis in zip(_sizes(s), _axes(a, s, axes), strict=True):
        if n != Const(-1):
            value = fitted(build, value, a, n, Const(axis))
    return like(value, a)


def _sizes(s: Arg) -> list[Arg]:
    if isinstance(s, Pack):
        return list(s.items)
    return [Const(n) for n in static(s, "s")]


def _axes(a: Arg, s: Arg, axes: Arg) -> list[int]:
    found = static(axes, "axes")
    if found is not None:
        return list(found)
    rank = rank_of(a)
    if rank is None:
        raise RuleError("a Fourier transform over all axes of an array of unknown rank: give axes=")
    return list(range(rank)) if s == NONE else list(range(rank - len(_sizes(s)), rank))


def lengths(build: Builder, a: Arg, n: Arg, axis: Arg) -> Arg:
    return build.formula("np.shape(a)[axis]", a=a, axis=axis) if n == NONE else n


def rfft_adjoint(build: Builder, g: Arg, a: Arg, n: Arg, axis: Arg, norm: Arg) -> Arg:
    size = lengths(build, a, n, axis)
    value = build.formula("np.real(np.fft.fft(g, n=size, axis=axis, norm=norm))",
                          g=g, size=size, axis=axis, norm=norm)
    return fitted(build, value, a, n, axis)


def irfft_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg, n: Arg, axis: Arg, norm: Arg) -> Arg:
    env = {"g": g, "axis": axis, "norm": swapped(build, norm),
           "n": build.formula("np.shape(ans)[axis]", ans=ans, axis=axis)}
    value = build.formula("doubled(np.conj(np.fft.rfft(g, axis=axis, norm=norm)), n, axis)", **env)
    return fitted(build, value, a, n, axis)


def rfftn_adjoint(build: Builder, g: Arg, a: Arg, s: Arg, axes: Arg, norm: Arg) -> Arg:
    found = _axes(a, s, axes)
    given: list[Any] = [NONE] * len(found) if s == NONE else _sizes(s)
    sizes = [lengths(build, a, NONE if n == Const(-1) else n, Const(axis))
             for n, axis in zip(given, found, strict=True)]
    value = build.formula("np.real(np.fft.fftn(g, s=s, axes=axes, norm=norm))", g=g, norm=norm,
                          s=Pack("tuple", tuple(sizes)), axes=Const(tuple(found)))
    return fitted_all(build, value, a, s, axes)


def irfftn_adjoint(build: Builder, g: Arg, ans: Arg, a: Arg, s: Arg, axes: Arg, norm: Arg) -> Arg:
    found = _axes(a, s, axes)
    last = Const(found[-1])
    env = {"g": g, "axes": Const(tuple(found)), "norm": swapped(build, norm), "last": last,
           "n": build.formula("np.shape(ans)[last]", ans=ans, last=last)}
    value = build.formula("doubled(np.conj(np.fft.rfftn(g, axes=axes, norm=norm)), n, last)", **env)
    return fitted_all(build, value, a, s, axes)


DIRECTIVES |= {
    "swapped": swapped, "fitted": fitted, "fitted_all": fitted_all, "rfft_adjoint": rfft_adjoint,
    "irfft_adjoint": irfft_adjoint, "rfftn_adjoint": rfftn_adjoint,
    "irfftn_adjoint": irfftn_adjoint,
}  # fmt: skip
