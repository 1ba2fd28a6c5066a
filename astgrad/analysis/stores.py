"""Identities of stores into adjoints: what NumPy spreads is not spread before, and what is
added to zeros is stored.
"""

from __future__ import annotations

from collections.abc import Callable

from astgrad.analysis.builder import IDENTITIES, Builder, rank_zero
from astgrad.analysis.identities import as_filled
from astgrad.analysis.indexing import is_basic
from astgrad.analysis.overlap import apart, axes
from astgrad.ir.core import TEMP, Arg
from astgrad.ir.sizes import fact_of_arg


def narrow(build: Builder, value: Arg) -> Arg:
    """The value before it was spread over an array's shape, for an op that spreads it."""
    spread = build.definition(value, "expand_to")
    filled = as_filled(build, value)
    if spread:
        return spread[0]
    return filled[1] if filled and rank_zero(filled[1]) else value


def narrowed(row: str) -> Callable[[Builder, tuple[Arg, ...]], Arg | None]:
    def identity(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
        x, *between, value = args
        into, given = fact_of_arg(x), fact_of_arg(value)
        if build.faithful or into.kind != "array" or into.dtype != given.dtype:
            return None
        less = narrow(build, value)
        return None if less is value else build.apply(row, x, *between, less, name=name_of(x))

    return identity


def added(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    x, index, value = args
    if not build.faithful and untouched(build, x, index):
        return build.apply("setitem", x, index, value, name=name_of(x))
    return narrowed("index_add")(build, args)


def untouched(build: Builder, x: Arg, index: Arg) -> bool:
    """Whether the elements at the index of an array that began as zeros still are."""
    rank = fact_of_arg(x).rank
    if rank is None or not is_basic(index):
        return False
    mine = axes(index, rank)
    while not build.definition(x, "np.zeros_like"):
        stored = build.definition(x, "setitem") or build.definition(x, "index_add")
        if not stored or not is_basic(stored[1]):
            return False
        theirs = axes(stored[1], rank)
        if not any(apart(a, b, unknown) or apart(b, a, unknown)
                   for a, b in zip(mine, theirs, strict=True)):
            return False
        x = stored[0]
    return True


def unknown(a: Arg, b: Arg) -> bool:
    """Nothing is known of the order of two indices."""
    return False


def name_of(x: Arg) -> str:
    return getattr(x, "name", TEMP)


def shared(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    """`ties` compares with what broadcasts."""
    x, best, axis = args
    spread = build.definition(best, "expand_to")
    return build.apply("ties", x, spread[0], axis) if spread else None


IDENTITIES |= {
    "setitem": narrowed("setitem"), "setitem_in": narrowed("setitem_in"), "index_add": added,
    "index_add_in": narrowed("index_add_in"), "ties": shared,
}  # fmt: skip
