"""Directives of the rules of shapes: what an adjoint is, where ranks and
displays are known.  Each is a function (builder, args) that appends rows; the runtime
helper of the same name stands in where a rank or a length is not known.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from astgrad.analysis.axes import DOTS, at, axis_of, between, length, plain, refusal
from astgrad.analysis.builder import DIRECTIVES, IDENTITIES, Builder, rank_zero
from astgrad.analysis.shapes import unbroadcast
from astgrad.ir.core import NONE, Arg, Const, Pack, Var
from astgrad.ir.sizes import fact_of_arg

# -- displays and sequences ------------------------------------------------------------------


def unarray(build: Builder, g: Arg, items: Arg, index: tuple[int, ...] = ()) -> Arg:
    """The adjoint of a display of numbers and arrays: g taken apart in the same way."""
    if isinstance(items, Pack):
        parts = (unarray(build, g, item, (*index, i)) for i, item in enumerate(items.items))
        return Pack(items.kind, tuple(parts), items.keys)
    if index:
        place = Const(index[0]) if len(index) == 1 else Const(index)
        g = build.apply("[]", g, place)
    fact = fact_of_arg(items)
    if fact.kind not in ("list", "tuple"):
        return g
    if fact.kind == "tuple":
        parts = (unarray(build, build.apply("[]", g, Const(i)), Const(None))
                 for i in range(len(fact.items)))
        return Pack("tuple", tuple(parts))
    inner, depth = fact, 0
    while inner.kind == "list":
        inner, depth = inner.items[0], depth + 1
    return build.apply("listed", g, Const(depth))


def unstack(build: Builder, g: Arg, arrays: Arg, axis: Arg) -> Arg:
    """The adjoint of np.stack: one slice for each array."""
    where = axis_of(axis, fact_of_arg(g).rank)
    if not isinstance(arrays, Pack) or where is None:
        return build.apply("unstack", g, arrays, axis)
    parts = (build.apply("[]", g, at(Const(i), where)) for i in range(len(arrays.items)))
    return Pack(arrays.kind, tuple(parts))


def split_like(build: Builder, g: Arg, arrays: Arg, axis: Arg) -> Arg:
    """The adjoint of np.concatenate: the part of g that each array filled."""
    if not isinstance(arrays, Pack):
        return build.apply("split_like", g, arrays, axis)
    flat = plain(axis) is None
    where = 0 if flat else axis_of(axis, fact_of_arg(g).rank)
    if where is None:
        return build.apply("split_like", g, arrays, axis)
    ends: list[Arg] = [Const(0)]
    for array in arrays.items:
        size = build.apply("np.size", array) if flat else length(build, array, where)
        ends.append(build.apply("Add", ends[-1], size) if len(ends) > 1 else size)
    ends[0], ends[-1] = NONE, NONE
    parts = [build.apply("[]", g, at(between(a, b), where)) for a, b in pairwise(ends)]
    if flat:
        parts = [reshaped_like(build, part, x) for part, x in zip(parts, arrays.items, strict=True)]
    return Pack(arrays.kind, tuple(parts))


def reshaped_like(build: Builder, g: Arg, x: Arg) -> Arg:
    rank = fact_of_arg(g).rank
    if fact_of_arg(x).kind in ("number", "scalar") and rank:
        return build.apply("[]", g, Const((0,) * rank if rank > 1 else 0))
    made = build.apply("np.reshape", g, build.apply("np.shape", x))
    if isinstance(made, Var) and made is not g:
        made.fact = replace(made.fact, shape=fact_of_arg(x).shape)
    return made


def unsqueezed(build: Builder, g: Arg, x: Arg, axis: Arg) -> Arg:
    if fact_of_arg(x).kind != "array" or not isinstance(axis, Const) or axis.value is None:
        return reshaped_like(build, g, x)
    return build.apply("np.expand_dims", g, axis)


def unexpanded(build: Builder, g: Arg, x: Arg, axis: Arg) -> Arg:
    if fact_of_arg(x).kind != "array" or not isinstance(axis, Const):
        return reshaped_like(build, g, x)
    return build.apply("np.squeeze", g, axis)


# -- diagonals, order, differences -----------------------------------------------------------


def undiag(build: Builder, g: Arg, v: Arg, k: Arg) -> Arg:
    """The adjoint of np.diag, which builds a matrix or takes a diagonal out of one."""
    match fact_of_arg(v).rank:
        case 1:
            return build.apply("np.diagonal", g, k, Const(0), Const(1))
        case 2:
            return build.apply("undiagonal", g, v, k, Const(0), Const(1))
    return build.apply("undiag", g, v, k)


def unsort(build: Builder, g: Arg, x: Arg, axis: Arg) -> Arg:
    """The adjoint of np.sort: each element goes back to where it stood."""
    shape = x
    if plain(axis) is None:
        x, axis = build.apply("np.ravel", x), Const(0)
    order = build.apply("np.argsort", x, axis, Const("stable"))
    place = build.apply("np.argsort", order, axis, NONE)
    if fact_of_arg(x).rank == 1:
        found = build.apply("[]", g, place)
    else:
        found = build.apply("np.take_along_axis", g, place, axis)
    return found if x is shape else reshaped_like(build, found, shape)


def untrace(build: Builder, g: Arg, x: Arg, offset: Arg, axis1: Arg, axis2: Arg) -> Arg:
    """The adjoint of np.trace: g on the diagonal."""
    if fact_of_arg(x).rank == 2:
        rows, columns = length(build, x, 0), length(build, x, 1)
        return build.apply("Mult", g, build.apply("np.eye", rows, columns, offset))
    return build.apply("undiagonal", column(build, g), x, offset, axis1, axis2)


def _diff(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    """`x[1:] - x[:-1]`, whose adjoint needs no array between zeros."""
    x, n, axis, *ends = args
    fact, where = fact_of_arg(x), plain(axis)
    if (plain(n) != 1 or not isinstance(where, int) or not fact.rank or not fact.is_float
            or not -fact.rank <= where < fact.rank or any(end != NONE for end in ends)):
        return None
    after, before = (build.apply("[]", x, at(between(*ends), where % fact.rank))
                     for ends in ((Const(1), NONE), (NONE, Const(-1))))
    return build.apply("Sub", after, before)


IDENTITIES["np.diff"] = _diff


def _differences(build: Builder, g: Arg, n: Arg, axis: Arg) -> Arg:
    """The adjoint of np.diff: minus the difference of g between zeros."""
    times = plain(n)
    if not isinstance(times, int):
        return build.apply("undiff_any", g, n, axis)
    for _ in range(times):
        zero = Const(0.0)
        g = build.apply("USub", build.apply("np.diff", g, Const(1), axis, zero, zero))
    return g


def _parts_of_diff(build: Builder, g: Arg, n: Arg, axis: Arg, ends: tuple[Arg, Arg]
                   ) -> tuple[Arg, Arg, Arg]:
    """What a difference's adjoint gives to prepend, x and append."""
    whole = _differences(build, g, n, axis)
    where = plain(axis)
    assert isinstance(where, int)
    first, last = (Const(0) if plain(end) is None else Const(1) if rank_zero(end)
                   else length(build, end, where) for end in ends)
    stop = NONE if plain(last) == 0 else build.apply("USub", last)
    pieces = (between(NONE, first), between(first, stop), between(stop, NONE))
    before, middle, after = (build.apply("[]", whole, at(piece, where)) for piece in pieces)
    return before, middle if plain(first) != 0 or plain(last) != 0 else whole, after


def undiff(build: Builder, g: Arg, x: Arg, n: Arg, axis: Arg, *ends: Arg) -> Arg:
    """The adjoint of x in np.diff(x, n, axis, prepend, append)."""
    if all(plain(end) is None for end in ends):
        return _differences(build, g, n, axis)
    if plain(n) == 1 and all(rank_zero(end) and plain(end) is not None for end in ends):
        return build.apply("USub", build.apply("np.diff", g, Const(1), axis, NONE, NONE))
    return _parts_of_diff(build, g, n, axis, ends)[1]  # type: ignore[arg-type]


def undiff_before(build: Builder, g: Arg, n: Arg, axis: Arg, *ends: Arg) -> Arg:
    return unbroadcast(build, _parts_of_diff(build, g, n, axis, ends)[0], ends[0])  # type: ignore[arg-type]


def undiff_after(build: Builder, g: Arg, n: Arg, axis: Arg, *ends: Arg) -> Arg:
    return unbroadcast(build, _parts_of_diff(build, g, n, axis, ends)[2], ends[1])  # type: ignore[arg-type]


def unpartition(build: Builder, g: Arg, ans: Arg, x: Arg, axis: Arg) -> Arg:
    """The adjoint of np.partition: g in order, and then as x is.  np.argpartition need not leave
    the elements beside the places as np.partition does.
    """
    if plain(axis) is None:
        flat = build.apply("np.ravel", x)
        return reshaped_like(build, unpartition(build, g, ans, flat, Const(0)), x)
    order = build.apply("np.argsort", ans, axis, Const("stable"))
    sorted_g = build.apply("np.take_along_axis", g, order, axis)
    return unsort(build, sorted_g, x, axis)


def untranspose(build: Builder, g: Arg, axes: Arg) -> Arg:
    order = plain(axes)
    if order is None:
        return build.apply("np.transpose", g, NONE)
    if isinstance(order, tuple | list):
        n = len(order)
        back = sorted(range(n), key=lambda i: order[i] % n)
        return build.apply("np.transpose", g, Const(tuple(back)))
    return build.apply("np.transpose", g, build.apply("inverse_axes", axes))


def unroll_axis(build: Builder, g: Arg, axis: Arg, start: Arg) -> Arg:
    """The adjoint of np.rollaxis(x, axis, start)."""
    rank, source, stop = fact_of_arg(g).rank, plain(axis), plain(start)
    if rank is None or not isinstance(source, int) or not isinstance(stop, int):
        raise refusal("np.rollaxis with axes known only at run time", "use np.moveaxis")
    source, stop = source % rank, stop % rank if stop < 0 else stop
    place = stop - 1 if source < stop else stop
    return build.apply("np.moveaxis", g, Const(place), Const(source))


def negative(build: Builder, arg: Arg) -> Arg:
    """-arg, of each item of a display."""
    if isinstance(arg, Pack):
        return arg.rebuild(tuple(negative(build, item) for item in arg.items))
    if isinstance(arg, Const):
        value = arg.value
        return Const(tuple(-v for v in value) if isinstance(value, tuple) else -value)
    return build.apply("USub", arg)


def unroll(build: Builder, g: Arg, shift: Arg, axis: Arg) -> Arg:
    """The adjoint of np.roll."""
    return build.apply("np.roll", g, negative(build, shift), axis)


def cast(build: Builder, g: Arg, x: Arg) -> Arg:
    """The adjoint of a change of dtype: g in the dtype of x; none for a whole number."""
    have, want = fact_of_arg(g), fact_of_arg(x)
    if have.is_complex and not want.is_complex:
        g = build.apply("np.real", g)
        have = fact_of_arg(g)
    if want.kind == "array" and have.dtype != want.dtype and want.dtype:
        return build.apply(".astype()", g, Const(want.dtype))
    return g


def untake(build: Builder, g: Arg, x: Arg, indices: Arg, axis: Arg) -> Arg:
    """The adjoint of np.take: g is added at the indices."""
    if plain(axis) is None:
        zeros = build.apply("np.zeros_like", build.apply("np.ravel", x))
        return reshaped_like(build, build.apply("add_at", zeros, indices, g), x)
    where = axis_of(axis, fact_of_arg(x).rank)
    if where is None:
        raise refusal("np.take along an axis known only at run time", "write the axis out")
    zeros = build.apply("np.zeros_like", x)
    return build.apply("add_at", zeros, at(indices, where), g)


def column(build: Builder, v: Arg) -> Arg:
    """v[..., None]"""
    return build.apply("[]", v, Pack("tuple", (DOTS, NONE)))


DIRECTIVES |= {
    "unarray": unarray, "unstack": unstack, "split_like": split_like, "undiag": undiag,
    "unsort": unsort, "undiff": undiff, "undiff_before": undiff_before,
    "undiff_after": undiff_after, "untrace": untrace, "reshaped_like": reshaped_like,
    "unsqueezed": unsqueezed, "unexpanded": unexpanded,
    "unpartition": unpartition, "untranspose": untranspose, "unroll_axis": unroll_axis,
    "unroll": unroll, "cast": cast, "untake": untake, }  # fmt: skip
