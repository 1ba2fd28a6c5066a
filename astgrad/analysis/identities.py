"""Identities, applied as ops are made: in the user's own operations they hold bit for bit (signed
zeros aside), in those of derivatives up to rounding.
"""

from __future__ import annotations

import itertools

from astgrad.analysis.builder import IDENTITIES, Builder, is_number, is_power_of_two, rank_zero
from astgrad.analysis.indexing import index_items
from astgrad.analysis.shapes import FULL, expand
from astgrad.ir.core import NONE, TEMP, TEMPORARY, Arg, Const, Pack, Var
from astgrad.ir.fact import Fact
from astgrad.ir.sizes import broadcast, fact_of_arg, same_shape


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
        want, have, rest = (fact_of_arg(arg) for arg in (like, fill, other))
        whole = want.kind == rest.kind and same_shape(broadcast(have.shape, rest.shape), want.shape)
        if other == like or same_kind(other, want) or whole:
            return build.apply(name, *((fill, other) if left else (other, fill)))
        if rank_zero(other):
            value = build.apply(name, *((fill, other) if left else (other, fill)))
            return expand(build, value, like)
    return None


def _fill_of_factor(build: Builder, a: Arg, b: Arg) -> Arg | None:
    """`full_like(x, c) * p * y`: `c * p * y` where y has x's shape."""
    for spread, other in itertools.permutations(build.definition(a, "Mult") or (), 2):
        filled = as_filled(build, spread)
        if filled is not None and (b == filled[0] or (
                same_kind(b, fact_of_arg(filled[0]))
                and fact_of_arg(b).dtype == fact_of_arg(filled[0]).dtype)):
            return build.apply("Mult", build.apply("Mult", filled[1], other), b)
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
    if not build.faithful and _is_floating(a) and build.same(a, b):
        return build.apply("Mult", Const(2.0), a)
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
    inner = build.definition(b, "Mult")
    if inner and isinstance(a, Const) and isinstance(inner[0], Const) and not build.faithful and (
            is_power_of_two(a.value) or is_power_of_two(inner[0].value)):
        return build.apply("Mult", build.apply("Mult", a, inner[0]), inner[1])
    return _through_where(build, "Mult", a, b) or _through_fill(build, "Mult", a, b) or (
        _fill_of_factor(build, a, b))


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
    if not build.faithful and (turned := _transposed_product(build, args[0])):
        return turned
    return args[0] if fact_of_arg(args[0]).rank in (0, 1) else None


def _transposed_product(build: Builder, product: Arg) -> Arg | None:
    """`(a.T @ b).T` as `b.T @ a`, `outer(a, b).T` as `outer(b, a)`."""
    factors = build.definition(product, "np.outer")
    if factors:
        return build.apply("np.outer", factors[1], factors[0])
    factors = build.definition(product, "MatMult")
    if factors and all(fact_of_arg(f).rank == 2 for f in factors) and any(
            build.definition(f, ".T") for f in factors):
        a, b = (build.apply(".T", factor) for factor in factors)
        return build.apply("MatMult", b, a)
    return None


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
    """What a test that is known chooses, where it has the shape of the whole; a mask once."""
    test, then, orelse = args
    inner = build.definition(then, "np.where")
    if inner and inner[0] is test and is_number(orelse, 0.0) and is_number(inner[2], 0.0):
        return then
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
