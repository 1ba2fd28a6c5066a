"""Directives of what repeats elements: np.repeat, np.tile, np.pad."""

from __future__ import annotations

from astgrad.analysis.axes import at, axis_of, between, length, plain, refusal
from astgrad.analysis.builder import DIRECTIVES, Builder, rank_zero
from astgrad.analysis.directives import reshaped_like
from astgrad.analysis.linear_algebra import like
from astgrad.ir.core import NONE, Arg, Const, Pack
from astgrad.ir.sizes import fact_of_arg


def unrepeat(build: Builder, g: Arg, x: Arg, repeats: Arg, axis: Arg) -> Arg:
    """The adjoint of np.repeat: the repetitions are summed."""
    if rank_zero(x):
        return build.apply("np.sum", g, NONE, Const(False))
    flat = plain(axis) is None
    rank = 1 if flat else fact_of_arg(x).rank
    where = 0 if flat else axis_of(axis, rank)
    if rank is None or where is None:
        raise refusal("np.repeat along an axis known only at run time", "write the axis out")
    if rank_zero(repeats):
        sizes = build.apply("np.size", x) if flat else None
        shape = [sizes] if sizes is not None else [length(build, x, i) for i in range(rank)]
        shape.insert(where + 1, repeats)
        blocks = build.apply("np.reshape", g, Pack("tuple", tuple(shape)))
        found = build.apply("np.sum", blocks, Const(where + 1), Const(False))
    else:
        n = build.apply("np.size", x) if flat else length(build, x, where)
        index = build.apply("np.repeat", build.apply("np.arange", n), repeats, NONE)
        base = build.apply("np.ravel", x) if flat else x
        zeros = build.apply("np.zeros_like", base)
        found = build.apply("add_at", zeros, at(index, where), g)
    return reshaped_like(build, found, x) if flat else found


def untile(build: Builder, g: Arg, x: Arg, reps: Arg) -> Arg:
    """The adjoint of np.tile: the copies are summed."""
    rank = fact_of_arg(x).rank
    if isinstance(reps, Pack):
        counts = list(reps.items)
    elif isinstance(reps, Const) and isinstance(reps.value, tuple | list):
        counts = [Const(n) for n in reps.value]
    elif rank_zero(reps):
        counts = [reps]
    else:
        counts = []
    if rank is None or not counts:
        return build.apply("untile", g, x, reps)
    counts = [Const(1)] * (rank - len(counts)) + counts
    sizes = [Const(1)] * (len(counts) - rank) + [length(build, x, i) for i in range(rank)]
    shape = tuple(n for pair in zip(counts, sizes, strict=True) for n in pair)
    copies = build.apply("np.reshape", g, Pack("tuple", shape))
    summed = build.apply("np.sum", copies, Const(tuple(range(0, len(shape), 2))), Const(False))
    return summed if len(counts) == rank else reshaped_like(build, summed, x)


INDEX_PADS = ("edge", "reflect", "symmetric", "wrap")


def unpad(build: Builder, g: Arg, x: Arg, width: Arg, mode: Arg, kind: Arg) -> Arg:
    """The adjoint of np.pad: the inner part, and for modes that repeat elements, the sum
    of each element's copies.
    """
    rank, name = fact_of_arg(x).rank, plain(mode)
    if name in ("constant", "empty") and rank is not None:
        pairs = widths(width, rank)
        if pairs is not None:
            index = []
            for i, (before, _) in enumerate(pairs):
                stop = build.apply("Add", before, length(build, x, i))
                index.append(between(before, stop))
            return build.apply("[]", g, index[0] if rank == 1 else Pack("tuple", tuple(index)))
    if name in INDEX_PADS and plain(kind) == "even":
        count = build.apply("np.arange", build.apply("np.size", x))
        source = build.apply("np.pad", reshaped_like(build, count, x), width, mode)
        zeros = build.apply("np.zeros_like", build.apply("np.ravel", x))
        return reshaped_like(build, build.apply("add_at", zeros, source, g), x)
    pairs = None if rank is None else widths(width, rank)
    if name in INDEX_PADS and plain(kind) == "odd" and pairs is not None:
        for i, (before, after) in enumerate(pairs):
            g = unpad_odd(build, g, length(build, x, i), (before, after), mode, i)
        return like(g, x)
    raise refusal(f"np.pad with mode {name!r}", "pad with a mode that copies elements, or "
                  "concatenate what is added")


def unpad_odd(build: Builder, g: Arg, n: Arg, pair: tuple[Arg, Arg], mode: Arg, axis: int) -> Arg:
    """Of an odd reflection, 2 * edge - x[i], along one axis: by the matrix that it is."""
    width = Pack("tuple", (Pack("tuple", pair), Const((0, 0))))
    return build.formula(
        "np.moveaxis(np.tensordot(np.pad(np.eye(n, dtype=d), w, mode=mode, reflect_type='odd'), g,"
        " axes=axes), 0, i)", n=n, d=Const(fact_of_arg(g).dtype or "float64"), w=width, mode=mode,
        g=g, axes=Const(((0,), (axis,))), i=Const(axis))


def pad_fill(build: Builder, g: Arg, x: Arg, width: Arg, mode: Arg, value: Arg) -> Arg:
    """The adjoint of what np.pad fills in, one number: g outside the inner part."""
    if not rank_zero(value):
        raise refusal("np.pad with several constant values", "pad one side after the other")
    return build.formula(
        "unbroadcast(g * np.pad(np.zeros_like(x), width, mode=mode, constant_values=1.0), value)",
        g=g, x=x, width=width, mode=mode, value=value)


def widths(width: Arg, rank: int) -> list[tuple[Arg, Arg]] | None:
    """(before, after) for each axis of np.pad."""
    if rank_zero(width):
        return [(width, width)] * rank
    rows = children(width)
    if rows is None:
        return None
    nested = [children(row) for row in rows]
    if all(row is None for row in nested):
        if len(rows) == 1:
            return [(rows[0], rows[0])] * rank
        return [(rows[0], rows[1])] * rank
    pairs = [(row[0], row[-1]) for row in nested if row is not None]
    return pairs * rank if len(pairs) == 1 else pairs


def children(arg: Arg) -> list[Arg] | None:
    if isinstance(arg, Pack):
        return list(arg.items)
    if isinstance(arg, Const) and isinstance(arg.value, tuple | list):
        return [Const(item) for item in arg.value]
    return None


DIRECTIVES |= {"unrepeat": unrepeat, "untile": untile, "unpad": unpad, "pad_fill": pad_fill}
