"""Identities that hold bit for bit (signed zeros aside), applied as ops are made, and the
directives: shape questions that rules ask and facts answer.
"""

from __future__ import annotations

from astgrad.analysis.builder import DIRECTIVES, IDENTITIES, Builder, is_number, rank_zero
from astgrad.analysis.indexing import index_items
from astgrad.ir.core import NONE, TEMP, TEMPORARY, Arg, Const, Pack, Var
from astgrad.ir.fact import Fact, same_shape
from astgrad.ir.sizes import fact_of_arg, never_one

FULL = Const(slice(None))


def same_kind(a: Arg, like: Fact) -> bool:
    fact = fact_of_arg(a)
    return fact.kind == like.kind and same_shape(fact.shape, like.shape)


def as_filled(build: Builder, arg: Arg) -> tuple[Arg, Arg] | None:
    """(like, fill) where arg is a scalar spread over a shape."""
    found = build.definition(arg, "np.full_like")
    if found is not None:
        return found[0], found[1]
    found = build.definition(arg, "np.ones_like")
    if found is not None:
        return found[0], Const(1.0)
    found = build.definition(arg, "expand_to")
    return (found[1], found[0]) if found is not None else None


def _through_fill(build: Builder, name: str, a: Arg, b: Arg) -> Arg | None:
    """`full_like(x, c) op y`: `c op y` where y has x's shape; `full_like(x, c op s)`."""
    for spread, other, left in ((a, b, True), (b, a, False)):
        filled = as_filled(build, spread)
        if filled is None:
            continue
        like, fill = filled
        if same_kind(other, fact_of_arg(like)):
            return build.apply(name, *((fill, other) if left else (other, fill)))
        if rank_zero(other):
            value = build.apply(name, *((fill, other) if left else (other, fill)))
            return expand(build, value, like)
    return None


def _through_where(build: Builder, name: str, a: Arg, b: Arg) -> Arg | None:
    """`where(c, g, 0.0) op y`: `where(c, g op y, 0.0)`, so that y counts where c holds only."""
    for left, masked, other in ((True, a, b), (False, b, a)):
        found = build.definition(masked, "np.where")
        if found is None or (name == "Div" and not left):
            continue
        if not (rank_zero(other) or same_kind(other, fact_of_arg(masked))):
            continue
        test, then, orelse = found
        if is_number(orelse, 0.0):
            return build.apply("np.where", test, build.apply(
                name, *((then, other) if left else (other, then))), orelse)
        if is_number(then, 0.0):
            return build.apply("np.where", test, then, build.apply(
                name, *((orelse, other) if left else (other, orelse))))
    return None


def _add(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    a, b = args
    if fact_of_arg(a).kind == fact_of_arg(b).kind == "list":
        return _add_lists(build, a, b)
    for nothing, other in ((a, b), (b, a)):
        if is_number(nothing, 0.0) and (_is_floating(other) or _are_ints(a, b)):
            return other
    placed = accumulate(build, a, b)
    if placed is not None:
        return placed
    filled = as_filled(build, b)
    if filled is not None and same_kind(a, fact_of_arg(filled[0])):
        return build.apply("Add", a, filled[1], name=getattr(a, "name", TEMP))
    negated = build.definition(b, "USub")
    if negated:
        return build.apply("Sub", a, negated[0])
    negated = build.definition(a, "USub")
    if negated:
        return build.apply("Sub", b, negated[0])
    return None


def _add_lists(build: Builder, a: Arg, b: Arg) -> Arg:
    """The sum of two adjoints of a list (a program's own `+` of lists never comes here)."""
    made = build.definition(b, "list_add")
    if made and build.definition(made[0], "zeros_list"):
        return build.apply("list_add", a, *made[1:], name=getattr(a, "name", TEMP))
    return build.apply("add_lists", a, b)


def _sub(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    if is_number(args[1], 0.0) and (_is_floating(args[0]) or _are_ints(*args)):
        return args[0]
    negated = build.definition(args[1], "USub")
    return build.apply("Add", args[0], negated[0]) if negated else None


def accumulate(build: Builder, a: Arg, b: Arg, *, alike: bool = False) -> Arg | None:
    """Adding zeros with one place set is adding at that place; `alike`: both are arrays of
    one shape, as the adjoints of one value are.
    """
    alike = alike or same_kind(a, fact_of_arg(b))
    for rows, name in ((("setitem", "index_add"), "index_add"), (("add_at",), "add_at"),
                       (("setitem_in", "index_add_in"), "index_add_in")):
        for row in rows:
            made = build.definition(b, row)
            whole = alike and fact_of_arg(a).dtype == fact_of_arg(b).dtype
            if made and whole and build.definition(made[0], "np.zeros_like"):
                return build.apply(name, a, *made[1:], name=getattr(a, "name", TEMP))
    return None


def _is_floating(arg: Arg) -> bool:
    return fact_of_arg(arg).is_float


def _mul(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    a, b = args
    for one, other in ((a, b), (b, a)):
        if is_number(one, 1.0) and (_is_floating(other) or _are_ints(a, b)):
            return other
        if is_number(one, 0.0) and _are_ints(a, b):
            return one
        if is_number(one, 1.0) and isinstance(other, Var) and _is_int(other):
            return build.apply("float", other)
        if is_number(one, -1.0) and _is_floating(other):
            return build.apply("USub", other)
    for i, arg in enumerate(args):
        negated = build.definition(arg, "USub")
        if negated:
            rest = (negated[0], b) if i == 0 else (a, negated[0])
            return build.apply("USub", build.apply("Mult", *rest))
    for factor, other in ((b, a), (a, b)):
        over = build.definition(factor, "Div")
        if over and is_number(over[0], 1.0) and getattr(factor, "name", TEMP) in TEMPORARY and (
                not build.faithful):
            return build.apply("Div", other, over[1])
    return _through_where(build, "Mult", a, b) or _through_fill(build, "Mult", a, b)


def _is_int(arg: Arg) -> bool:
    fact = fact_of_arg(arg)
    return fact.kind == "number" and fact.dtype == "int"


def _are_ints(a: Arg, b: Arg) -> bool:
    return _is_int(a) and _is_int(b)


def _div(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    a, b = args
    if is_number(b, 1.0) and _is_floating(a):
        return a
    negated = build.definition(a, "USub")
    if negated:
        return build.apply("USub", build.apply("Div", negated[0], b))
    return _through_where(build, "Div", a, b) or _through_fill(build, "Div", a, b)


def _neg(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    inner = build.definition(args[0], "USub")
    if inner:
        return inner[0]
    found = build.definition(args[0], "np.where")
    if found and (is_number(found[1], 0.0) or is_number(found[2], 0.0)):
        branches = (arg if is_number(arg, 0.0) else build.apply("USub", arg) for arg in found[1:])
        return build.apply("np.where", found[0], *branches)
    difference = build.definition(args[0], "Sub")
    cut = fact_of_arg(args[0]).is_complex  # the sign of a zero says on which side of a cut
    if difference and not cut and not isinstance(difference[0], Const):
        return build.apply("Sub", difference[1], difference[0])
    filled = as_filled(build, args[0])
    if filled:
        return expand(build, build.apply("USub", filled[1]), filled[0])
    return None


def _pow(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    return args[0] if is_number(args[1], 1) and _is_floating(args[0]) else None


def _conj(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    fact = fact_of_arg(args[0])
    return args[0] if fact.is_numeric and not fact.is_complex and fact.dtype else None


def _transpose(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    inner = build.definition(args[0], ".T")
    if inner:
        return inner[0]
    return args[0] if fact_of_arg(args[0]).rank in (0, 1) else None


def _reshape(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    shape = build.definition(args[1], "np.shape")
    if shape and same_kind(args[0], fact_of_arg(shape[0])):
        return args[0]
    return None


def _getitem(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    """An item of a display."""
    x, index = args
    if index == Const(Ellipsis) and fact_of_arg(x).kind == "array":
        return x
    if isinstance(x, Pack) and x.kind in ("tuple", "list") and isinstance(index, Const):
        return x.items[index.value] if type(index.value) is int else None
    if negated := build.definition(x, "USub"):
        kept = _kept(build, negated[0], index_items(index))
        return build.apply("USub", kept) if kept else None
    return _kept(build, x, index_items(index))


def _kept(build: Builder, x: Arg, items: tuple[Arg, ...]) -> Arg | None:
    """`np.sum(x, axis=1, keepdims=True)[:, 0]`: the axes need not be kept."""
    total = build.definition(x, "np.sum")
    if not total or total[2:] != (Const(True), NONE, NONE, Const(True)):
        return None
    zeros = tuple(k for k, item in enumerate(items) if item == Const(0))
    whole = all(item in (FULL, Const(0)) for item in items)
    if whole and total[1] in (Const(zeros), Const(zeros[0] if len(zeros) == 1 else None)):
        return build.apply("np.sum", total[0], total[1], Const(False))
    return None


def _float(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    fact = fact_of_arg(args[0])
    return args[0] if fact.kind == "number" and fact.dtype == "float" else None


def _full_like(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    like, fill, dtype = args
    if dtype != NONE:
        return None
    if is_number(fill, 1.0):
        return build.apply("np.ones_like", like)
    if is_number(fill, 0.0):
        return build.apply("np.zeros_like", like)
    return None


def _where(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    """What a test that is known chooses, where it has the shape of the whole."""
    test, then, orelse = args
    if not isinstance(test, Const) or not isinstance(test.value, bool):
        return None
    chosen, other = (then, orelse) if test.value else (orelse, then)
    whole = fact_of_arg(chosen)
    plain = rank_zero(other) and fact_of_arg(other).kind == "number"
    same = plain or (same_kind(other, whole) and fact_of_arg(other).dtype == whole.dtype)
    return chosen if whole.kind == "array" and same else None


IDENTITIES |= {
    "Add": _add, "Sub": _sub, "Mult": _mul, "Div": _div, "USub": _neg, "Pow": _pow,
    "np.conj": _conj, ".T": _transpose, "np.reshape": _reshape, "float": _float,
    "np.full_like": _full_like, "[]": _getitem, "np.where": _where,
}  # fmt: skip


# -- directives ---------------------------------------------------------------------------


def unbroadcast(build: Builder, g: Arg, x: Arg) -> Arg:
    """Sum g down to the shape of x, as the transpose of broadcasting x."""
    have, want = fact_of_arg(g), fact_of_arg(x)
    if have.is_complex and not want.is_complex and want.dtype:
        return unbroadcast(build, build.apply("np.real", g), x)
    if rank_zero(g):
        return g if rank_zero(x) else expand(build, g, x)
    if same_shape(have.shape, want.shape) and not rank_zero(x):
        return g
    if negated := build.definition(g, "USub"):
        return build.apply("USub", unbroadcast(build, negated[0], x))
    if rank_zero(x):
        return build.apply("np.sum", g, NONE, Const(False))
    if have.shape is None or want.shape is None or len(have.shape) < len(want.shape):
        return build.apply("unbroadcast", g, x)
    lead = len(have.shape) - len(want.shape)
    ones = []
    for i, size in enumerate(want.shape):
        if size == have.shape[lead + i] or never_one(size):
            continue
        if size != 1:
            return build.apply("unbroadcast", g, x)
        ones.append(lead + i)
    if ones:
        g = build.apply("np.sum", g, _axes(ones), Const(True))
    if lead:
        g = build.apply("np.sum", g, _axes(list(range(lead))), Const(False))
    return g


def _axes(axes: list[int]) -> Const:
    return Const(axes[0] if len(axes) == 1 else tuple(axes))


def shape_source(build: Builder, like: Arg) -> Arg:
    """A variable of the same fact that is there already, for a value read for its shape."""
    fact = fact_of_arg(like)
    while isinstance(like, Var) and fact.kind == "array" and fact.shape and None not in fact.shape:
        op = build.forward.get(like)
        same = [a for a in op.args if isinstance(a, Var) and a.fact == fact] if op else []
        if op is None or op.rule.kind not in ("elementwise", "constant") or not same:
            break
        like = same[0]
    return like


def expand(build: Builder, g: Arg, like: Arg) -> Arg:
    """Broadcast g to the shape of `like`; the transpose of `unbroadcast`."""
    have, want = fact_of_arg(g), fact_of_arg(like)
    if rank_zero(like):
        return g
    if same_shape(have.shape, want.shape) and have.kind == "array":
        return g
    if rank_zero(g) and (have.dtype in ("float", "int", want.dtype)):
        return build.apply("np.full_like", shape_source(build, like), g)
    return build.apply("expand_to", g, like)


def spread(build: Builder, g: Arg, x: Arg, axis: Arg, keepdims: Arg) -> Arg:
    """The adjoint of a reduction's result, broadcast back over the reduced axes."""
    if rank_zero(g):
        return expand(build, g, x)
    if isinstance(axis, Const) and axis.value is not None and not is_true(keepdims):
        g = insert_axes(build, g, x, axis)
    elif not isinstance(axis, Const):
        g = build.apply("np.expand_dims", g, axis)
    return expand(build, g, x)


def is_true(arg: Arg) -> bool:
    return isinstance(arg, Const) and bool(arg.value)


def insert_axes(build: Builder, g: Arg, x: Arg, axis: Const) -> Arg:
    rank = fact_of_arg(x).rank
    axes = axis.value if isinstance(axis.value, tuple) else (axis.value,)
    if rank is None:
        return build.apply("np.expand_dims", g, axis)
    axes = tuple(sorted(a % rank for a in axes))
    if axes == tuple(range(len(axes))):
        return g
    last = max(i for i in range(rank) if i in axes)
    items = tuple(NONE if i in axes else FULL for i in range(last + 1))
    return build.apply("[]", g, Pack("tuple", items))


def count(build: Builder, x: Arg, axis: Arg) -> Arg:
    """How many elements a reduction over `axis` sums."""
    if rank_zero(x):
        return Const(1.0)
    if not isinstance(axis, Const):
        return build.apply("count_along", x, axis)
    if axis.value is None:
        return build.apply("np.size", x)
    axes = axis.value if isinstance(axis.value, tuple) else (axis.value,)
    total: Arg = Const(1)
    for i, a in enumerate(axes):
        size = dimension(build, x, a)
        total = size if i == 0 else build.apply("Mult", total, size)
    return total


def dimension(build: Builder, x: Arg, axis: int) -> Arg:
    shape = fact_of_arg(x).shape
    if shape is not None and shape[axis] == 1:
        return Const(1)
    return build.apply("[]", build.apply(".shape", x), Const(axis))


def power_slope(build: Builder, x: Arg, y: Arg) -> Arg:
    """d/dx x**y; an exponent of 0 gives 0, of 1 gives 1, of 2 gives 2x."""
    if isinstance(y, Const) and isinstance(y.value, int | float):
        n = y.value
        if n == 0:
            return Const(0.0)
        if n == 1:
            return Const(1.0)
        less = Const(n - 1)
        return build.apply("Mult", Const(float(n)), build.apply("Pow", x, less))
    if fact_of_arg(y).is_int:
        return build.apply("power_slope", x, y)
    return build.apply("power_slope", x, y)


def outer_last(build: Builder, a: Arg, b: Arg) -> Arg:
    """`a @ b.T` over the last axes; an outer product of vectors."""
    if fact_of_arg(a).rank == fact_of_arg(b).rank == 1:
        return build.apply("np.outer", a, b)
    return build.apply("MatMult", a, transpose_last(build, b))


def transpose_last(build: Builder, a: Arg) -> Arg:
    """The transpose of the last two axes."""
    if fact_of_arg(a).rank == 2:
        return build.apply(".T", a)
    return build.apply("np.swapaxes", a, Const(-1), Const(-2))


DIRECTIVES |= {
    "unbroadcast": unbroadcast, "expand": expand, "spread": spread, "count": count,
    "power_slope": power_slope, "outer_last": outer_last, "mT": transpose_last,
    "follow": Builder.expand_path,
}  # fmt: skip
