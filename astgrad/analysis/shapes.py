"""Directives: questions of shape that rules ask, and facts answer."""

from __future__ import annotations

from astgrad.analysis.builder import DIRECTIVES, Builder, rank_zero
from astgrad.ir.core import NONE, Arg, Const, Pack, Var
from astgrad.ir.fact import Fact
from astgrad.ir.sizes import alike, fact_of_arg, not_one, same_shape

FULL = Const(slice(None))


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
        if alike(size, have.shape[lead + i]) or not_one(size):
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


def known_dimensions(fact: Fact) -> bool:
    return fact.shape is not None and None not in fact.shape


def shape_source(build: Builder, like: Arg) -> Arg:
    """A variable of the same fact that is there already, for a value read for its shape."""
    fact = fact_of_arg(like)
    while isinstance(like, Var) and fact.kind == "array" and fact.shape != ():
        op = build.forward.get(like)
        same = [a for a in op.args if isinstance(a, Var) and a.fact == fact] if op else []
        maps = op is not None and (op.rule.kind in ("elementwise", "constant")
                                   or op.rule.name == "np.where")
        if not (op and maps and same and (known_dimensions(fact) or (
                op.rule.kind == "elementwise"
                and all(arg == same[0] or rank_zero(arg) for arg in op.args)))):
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


def beside(build: Builder, g: Arg, x: Arg, axis: Arg, keepdims: Arg) -> Arg:
    """A reduction's result with the reduced axes, of length 1, so that it broadcasts with x."""
    if rank_zero(g):
        return g
    if not (isinstance(axis, Const) and isinstance(keepdims, Const)):  # known when it runs
        kept = build.apply("np.sum", x, axis, Const(True))
        return build.apply("np.reshape", g, build.apply("np.shape", kept))
    if axis.value is not None and not keepdims.value:
        g = insert_axes(build, g, x, axis)
    return g


def spread(build: Builder, g: Arg, x: Arg, axis: Arg, keepdims: Arg) -> Arg:
    """The adjoint of a reduction's result, broadcast back over the reduced axes."""
    return expand(build, beside(build, g, x, axis, keepdims), x)


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
    "unbroadcast": unbroadcast, "expand": expand, "beside": beside,
    "spread": spread, "count": count,
    "power_slope": power_slope, "outer_last": outer_last, "mT": transpose_last,
    "follow": Builder.expand_path,
}  # fmt: skip
