"""Directives of the rules of shapes and products: what an adjoint is, where ranks and
displays are known.  Each is a function (builder, args) that appends rows; the runtime
helper of the same name stands in where a rank or a length is not known.
"""

from __future__ import annotations

from itertools import pairwise

from astgrad.analysis.builder import DIRECTIVES, Builder, rank_zero
from astgrad.analysis.identities import FULL, transpose_last, unbroadcast
from astgrad.analysis.infer import fact_of_arg
from astgrad.ir.core import NONE, Arg, Const, Pack

DOTS = Const(Ellipsis)


def plain(arg: Arg) -> object:
    """The value of a constant arg; a display of constants as a tuple; else `...`."""
    if isinstance(arg, Const):
        return arg.value
    if isinstance(arg, Pack) and arg.kind in ("tuple", "list"):
        items = tuple(plain(item) for item in arg.items)
        return ... if ... in items else items
    return ...


def at(index: Arg, axis: int) -> Arg:
    """The subscript that takes `index` along an axis, counted from the end if negative."""
    if axis == 0:
        return index
    if axis > 0:
        return Pack("tuple", (*(FULL,) * axis, index))
    return Pack("tuple", (DOTS, index, *(FULL,) * (-axis - 1)))


def between(start: Arg, stop: Arg) -> Arg:
    return Pack("slice", (start, stop, NONE))


def axis_of(axis: Arg, rank: int | None) -> int | None:
    """A known axis, counted from the front; None where it is not known."""
    value = plain(axis)
    if rank is None or not isinstance(value, int):
        return None
    return value % rank if rank else 0


def length(build: Builder, x: Arg, axis: int) -> Arg:
    """The size of x along an axis."""
    shape = fact_of_arg(x).shape
    if shape is not None and isinstance(shape[axis], int):
        return Const(shape[axis])
    return build.apply("[]", build.apply(".shape", x), Const(axis))


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
    depth = 0
    while fact.kind == "list":
        fact, depth = fact.items[0], depth + 1
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
    return build.apply("np.reshape", g, build.apply("np.shape", x))


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


# -- products ----------------------------------------------------------------------------------


def column(build: Builder, v: Arg) -> Arg:
    """v[..., None]"""
    return build.apply("[]", v, Pack("tuple", (DOTS, NONE)))


def uncolumn(build: Builder, v: Arg) -> Arg:
    return build.apply("[]", v, Pack("tuple", (DOTS, Const(0))))


def outer(build: Builder, a: Arg, b: Arg) -> Arg:
    """a[..., :, None] * b[..., None, :]"""
    if fact_of_arg(a).rank == fact_of_arg(b).rank == 1:
        return build.apply("np.outer", a, b)
    if fact_of_arg(b).rank != 1:
        b = build.apply("[]", b, Pack("tuple", (DOTS, NONE, FULL)))
    return build.apply("Mult", column(build, a), b)


def matmul_left(build: Builder, g: Arg, a: Arg, b: Arg) -> Arg:
    """The adjoint of a in a @ b."""
    ranks = fact_of_arg(a).rank, fact_of_arg(b).rank
    match ranks:
        case (1, 1):
            return build.apply("Mult", g, b)
        case (1, 2):
            return build.apply("MatMult", b, g)
        case (1, int()):
            return unbroadcast(build, uncolumn(build, build.apply("MatMult", b, column(build, g))), a)
        case (int(), 1):
            return outer(build, g, b)
        case (int(), int()):
            return unbroadcast(build, build.apply("MatMult", g, transpose_last(build, b)), a)
    return build.apply("matmul_left_any", g, a, b)


def matmul_right(build: Builder, g: Arg, a: Arg, b: Arg) -> Arg:
    """The adjoint of b in a @ b."""
    ranks = fact_of_arg(a).rank, fact_of_arg(b).rank
    match ranks:
        case (1, 1):
            return build.apply("Mult", g, a)
        case (2, 1):
            return build.apply("MatMult", g, a)
        case (1, int()):
            return outer(build, a, g)
        case (int(), 1):
            back = build.apply("MatMult", transpose_last(build, a), column(build, g))
            return unbroadcast(build, uncolumn(build, back), b)
        case (int(), int()):
            return unbroadcast(build, build.apply("MatMult", transpose_last(build, a), g), b)
    return build.apply("matmul_right_any", g, a, b)


def dot_left(build: Builder, g: Arg, a: Arg, b: Arg) -> Arg:
    """The adjoint of a in np.dot(a, b): a product, or a sum over the last axis of a and
    the last but one of b, without broadcasting."""
    if rank_zero(a) or rank_zero(b):
        return unbroadcast(build, build.apply("Mult", g, b), a)
    first, second = fact_of_arg(a).rank, fact_of_arg(b).rank
    if first is None or second is None:
        return build.apply("dot_left_any", g, a, b)
    if second <= 2:
        return matmul_left(build, g, a, b)
    others = tuple(i for i in range(second) if i != second - 2)
    mine = tuple(range(first - 1, first + second - 2))
    return build.apply("np.tensordot", g, b, Const((mine, others)))


def dot_right(build: Builder, g: Arg, a: Arg, b: Arg) -> Arg:
    if rank_zero(a) or rank_zero(b):
        return unbroadcast(build, build.apply("Mult", a, g), b)
    first, second = fact_of_arg(a).rank, fact_of_arg(b).rank
    if first is None or second is None:
        return build.apply("dot_right_any", g, a, b)
    if first <= 2 and second <= 2:
        return matmul_right(build, g, a, b)
    mine = tuple(range(first - 1))
    back = build.apply("np.tensordot", a, g, Const((mine, mine)))
    return back if second <= 2 else build.apply("np.moveaxis", back, Const(0), Const(second - 2))


DIRECTIVES |= {
    "unarray": unarray, "unstack": unstack, "split_like": split_like, "undiag": undiag,
    "unsort": unsort, "undiff": undiff, "undiff_before": undiff_before,
    "undiff_after": undiff_after, "untrace": untrace, "matmul_left": matmul_left,
    "matmul_right": matmul_right, "dot_left": dot_left, "dot_right": dot_right,
    "reshaped_like": reshaped_like,
}  # fmt: skip
