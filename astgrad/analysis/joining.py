"""Directives of functions that join arrays, and of ranges."""

from __future__ import annotations

from astgrad.analysis.axes import DOTS, plain, refusal
from astgrad.analysis.builder import DIRECTIVES, Builder, rank_zero
from astgrad.analysis.directives import column
from astgrad.analysis.shapes import unbroadcast
from astgrad.ir.core import NONE, Arg, Const, Pack
from astgrad.ir.sizes import fact_of_arg


def joined(build: Builder, arrays: Arg, axis: int, least: int, row: str = "") -> Arg:
    """np.concatenate of arrays that are given at least so many axes."""
    if not isinstance(arrays, Pack):
        fact = fact_of_arg(arrays)
        item = fact.items[0] if fact.kind == "list" else fact
        rank = item.rank
        if item.kind == "list" or rank is None:
            raise refusal("stacking a list whose items are not known arrays", "use np.stack")
        rank = rank if fact_of_arg(arrays).kind == "list" else rank - 1
        if rank >= least:
            return build.apply("np.concatenate", arrays, Const(axis))
        if rank == 0 and least == 1:
            return build.apply("np.array", arrays)
        if rank + 1 == least:
            return build.apply("np.stack", arrays, Const(axis))
        raise refusal("stacking a list of numbers here", "use np.stack, and reshape")
    raised = tuple(build.apply(row, item) if (fact_of_arg(item).rank or 0) < least else item
                   for item in arrays.items)
    return build.apply("np.concatenate", Pack("tuple", raised), Const(axis))


def hstack(build: Builder, arrays: Arg) -> Arg:
    if isinstance(arrays, Pack):
        flat = max(ranks_of(arrays), default=0) <= 1
    else:
        fact = fact_of_arg(arrays)
        fact = fact.items[0] if fact.kind == "list" else fact
        flat = (fact.rank or 0) <= (1 if fact_of_arg(arrays).kind == "list" else 2)
    return joined(build, arrays, 0 if flat else 1, 1, "np.atleast_1d")


def ranks_of(arrays: Pack) -> list[int]:
    """The ranks that are known; of arrays that are joined, one of at least 1 is that of all."""
    found = [fact_of_arg(item).rank for item in arrays.items]
    ranks = [rank for rank in found if rank is not None]
    if None in found and max(ranks, default=0) == 0:
        raise refusal("joining arrays whose ranks are not known", "use np.concatenate(..., axis=)")
    return ranks


def vstack(build: Builder, arrays: Arg) -> Arg:
    return joined(build, arrays, 0, 2, "np.atleast_2d")


def dstack(build: Builder, arrays: Arg) -> Arg:
    if not isinstance(arrays, Pack):
        raise refusal("np.dstack of a list of unknown length", "use np.stack(..., axis=2)")
    return joined(build, arrays, 2, 3, "np.atleast_3d")


def column_stack(build: Builder, arrays: Arg) -> Arg:
    if not isinstance(arrays, Pack):
        fact = fact_of_arg(arrays)
        if fact.kind == "list" and fact.items[0].rank == 1:
            return build.apply("np.stack", arrays, Const(1))
        return joined(build, arrays, 1, 2)
    columns = tuple(as_columns(build, item) for item in arrays.items)
    return build.apply("np.concatenate", Pack("tuple", columns), Const(1))


def as_columns(build: Builder, array: Arg) -> Arg:
    """A vector as a column, a matrix as it is."""
    match fact_of_arg(array).rank:
        case 1:
            return column(build, array)
        case None:
            length = build.apply("[]", build.apply(".shape", array), Const(0))
            return build.apply("np.reshape", array, Pack("tuple", (length, Const(-1))))
    return array


def block(build: Builder, arrays: Arg) -> Arg:
    """np.block: the innermost lists are joined along the last axis, and so on outwards."""

    def depth(arg: Arg) -> int:
        return 1 + depth(arg.items[0]) if isinstance(arg, Pack) else 0

    def ranks(arg: Arg) -> int:
        if isinstance(arg, Pack):
            return max(map(ranks, arg.items))
        rank = fact_of_arg(arg).rank
        if rank is None:
            raise refusal("np.block of an array whose rank is not known", "use np.concatenate")
        return rank

    def join(arg: Arg, axis: int) -> Arg:
        if not isinstance(arg, Pack):
            lead = rank - (fact_of_arg(arg).rank or 0)
            if lead == 0:
                return arg
            if rank_zero(arg):
                shape = Pack("tuple", (Const(1),) * rank)
                return build.apply("np.reshape", arg, shape)
            return build.apply("[]", arg, Pack("tuple", (*(NONE,) * lead, DOTS)))
        parts = tuple(join(item, axis + 1) for item in arg.items)
        return build.apply("np.concatenate", Pack("tuple", parts), Const(axis))

    levels = depth(arrays)
    rank = max(levels, ranks(arrays))
    return join(arrays, -levels)


# -- ranges ------------------------------------------------------------------------------------


def unlinspace(build: Builder, g: Arg, x: Arg, num: Arg, endpoint: Arg, axis: Arg, start: Arg
               ) -> Arg:
    """The adjoint of an end of np.linspace: g weighted by the way to the other end."""
    ends = (Const(0.0), Const(1.0))
    weights = build.apply("np.linspace", *ends, num, endpoint)
    if plain(start):
        weights = build.apply("Sub", Const(1.0), weights)
    if (fact_of_arg(g).rank or 1) == 1:
        return build.apply("np.dot", weights, g)
    if plain(axis) != 0:
        g = build.apply("np.moveaxis", g, axis, Const(0))
    return unbroadcast(build, build.apply("np.tensordot", weights, g, Const(1)), x)


def unarange(build: Builder, g: Arg, start: Arg, stop: Arg, step: Arg, which: Arg) -> Arg:
    """The adjoint of np.arange by its start, its stop (none), its step."""
    if plain(which) == 1 or (plain(which) == 0 and plain(stop) is None):
        return Const(0.0)
    if plain(which) == 0:
        return build.apply("np.sum", g, NONE, Const(False))
    count = build.apply("np.arange", build.apply("np.size", g))
    return build.apply("np.dot", g, count)


DIRECTIVES |= {
    "hstack": hstack, "vstack": vstack, "dstack": dstack, "column_stack": column_stack,
    "block": block, "unlinspace": unlinspace, "unarange": unarange,
}  # fmt: skip
