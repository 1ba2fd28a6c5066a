"""Directives of reductions, cumulative products, order statistics, elementwise kinks."""

from __future__ import annotations

from typing import Any

from astgrad.analysis.axes import at, axis_of, between, length, plain
from astgrad.analysis.builder import DIRECTIVES, IDENTITIES, Builder, rank_zero
from astgrad.analysis.directives import reshaped_like
from astgrad.analysis.shapes import expand, spread
from astgrad.errors import Problem, UnsupportedError
from astgrad.ir.core import NONE, Arg, Const, Pack
from astgrad.ir.sizes import fact_of_arg

TRUE, FALSE = Const(True), Const(False)


def refuse(build: Builder, what: Arg) -> Arg:
    """A derivative that there is no rule for."""
    raise UnsupportedError([Problem(f"{plain(what)} has no rule", build.span,
                                    "give it a rule with astgrad.rule, or write it out")])


def sign_of(build: Builder, x: Arg) -> Arg:
    """The derivative of abs(x)."""
    if fact_of_arg(x).is_complex:
        return build.formula("safe_divide(np.conj(x), np.absolute(x))", x=x)
    return build.apply("np.sign", x)


def plus_one(build: Builder, x: Arg) -> Arg:
    """x + 1, where a root has its cut: `x + 1.0` would lose the sign of a zero imaginary part."""
    return build.formula("x - -1.0" if fact_of_arg(x).is_complex else "x + 1.0", x=x)


def arc_root(build: Builder, x: Arg) -> Arg:
    """sqrt(1 - x**2), on the side of its cuts that a complex x is on."""
    if fact_of_arg(x).is_complex:
        return build.formula("np.sqrt(-(x - 1.0)) * np.sqrt(plus_one(x))", x=x)
    return build.formula("np.sqrt(1.0 - x**2)", x=x)


def frexp_adjoint(build: Builder, g: Arg, ans: Arg) -> Arg:
    """The mantissa is x / 2**exponent, and the exponent stays."""
    assert isinstance(g, Pack)
    assert isinstance(ans, Pack)
    if g.items[0] == NONE:
        return Const(0.0)
    return build.formula("g * np.ldexp(1.0, -n)", g=g.items[0], n=ans.items[1])


# -- cumulative ------------------------------------------------------------------------------


def flipped(build: Builder, x: Arg, axis: Arg) -> Arg:
    if fact_of_arg(x).rank == 1:
        return build.apply("[]", x, Const(slice(None, None, -1)))
    return build.apply("np.flip", x, axis)


def uncumsum(build: Builder, g: Arg, x: Arg, axis: Arg) -> Arg:
    """The adjoint of np.cumsum: the sum of what follows."""
    if plain(axis) is None and fact_of_arg(x).rank != 1:
        return reshaped_like(build, uncumsum(build, g, g, Const(0)), x)
    axis = Const(0) if fact_of_arg(x).rank == 1 else axis
    total = build.apply("np.cumsum", flipped(build, g, axis), axis)
    return flipped(build, total, axis)


def uncumprod(build: Builder, g: Arg, ans: Arg, x: Arg, axis: Arg) -> Arg:
    """The adjoint of np.cumprod, zeros included: the product of what stands before, times
    h[k] = g[k] + x[k+1] * h[k+1].
    """
    if plain(axis) is None and fact_of_arg(x).rank != 1:
        flat = build.apply("np.ravel", x)
        return reshaped_like(build, uncumprod(build, g, ans, flat, Const(0)), x)
    where = axis_of(Const(0) if plain(axis) is None else axis, fact_of_arg(x).rank)
    if where is None:
        return refuse(build, Const("np.cumprod along an axis known only at run time"))
    follow = build.apply("scan_back", g, x, Const(where))
    return build.apply("Mult", before(build, ans, where), follow)


def before(build: Builder, products: Arg, where: int) -> Arg:
    """Cumulative products moved on by one, behind a 1."""
    head = build.apply("[]", products, at(between(NONE, Const(1)), where))
    rest = build.apply("[]", products, at(between(NONE, Const(-1)), where))
    ones = build.apply("np.ones_like", head)
    return build.apply("np.concatenate", Pack("tuple", (ones, rest)), Const(where))


def unother(build: Builder, g: Arg, x: Arg, axis: Arg) -> Arg:
    """The adjoint of other_products(x, axis) = left * right, cumulative products of what
    stands before and behind.
    """
    if plain(axis) is None and fact_of_arg(x).rank != 1:
        flat = build.apply("np.ravel", x)
        return reshaped_like(build, unother(build, build.apply("np.ravel", g), flat, Const(0)), x)
    where = axis_of(Const(0) if plain(axis) is None else axis, fact_of_arg(x).rank)
    if where is None:
        return refuse(build, Const("np.prod along an axis known only at run time"))
    place = Const(where)
    back = flipped(build, x, place)
    left, right = build.apply("np.cumprod", x, place), build.apply("np.cumprod", back, place)
    first = before(build, left, where)
    second = before(build, right, where)
    on_left = build.apply("Mult", g, flipped(build, second, place))
    on_right = build.apply("Mult", flipped(build, g, place), flipped(build, first, place))
    one = uncumprod(build, unbefore(build, on_left, where), left, x, place)
    two = uncumprod(build, unbefore(build, on_right, where), right, back, place)
    return build.apply("Add", one, flipped(build, two, place))


def unbefore(build: Builder, g: Arg, where: int) -> Arg:
    """The adjoint of `before`."""
    rest = build.apply("[]", g, at(between(Const(1), NONE), where))
    head = build.apply("[]", g, at(between(NONE, Const(1)), where))
    zeros = build.apply("np.zeros_like", head)
    return build.apply("np.concatenate", Pack("tuple", (rest, zeros)), Const(where))


def others(build: Builder, x: Arg, axis: Arg) -> Arg:
    """The product of the other elements, for each."""
    return Const(1.0) if rank_zero(x) else build.apply("other_products", x, axis)


def percent(build: Builder, q: Arg) -> Arg:
    value = plain(q)
    if isinstance(value, tuple | list):
        return Const(tuple(v / 100.0 for v in value))
    if fact_of_arg(q).kind in ("list", "tuple"):
        q = build.apply("np.array", q)
    return build.apply("Div", q, Const(100.0))


# -- order statistics ------------------------------------------------------------------------


def unquantile(build: Builder, g: Arg, x: Arg, q: Arg, axis: Arg, method: Arg, keepdims: Arg,
               skip: Arg) -> Arg:
    """The adjoint of a quantile: shared by the order statistics next to its place."""
    shares = build.apply("quantile_shares", x, q, axis, method, skip)
    if rank_zero(q):
        return build.apply("Mult", spread(build, g, x, axis, keepdims), shares)
    rank = fact_of_arg(x).rank
    if (fact_of_arg(q).kind == "array" and fact_of_arg(q).rank != 1) or rank is None:
        return refuse(build, Const("quantiles at an array of more than one dimension"))
    if not plain(keepdims):
        axes = plain(axis)
        if axes is None:
            axes = tuple(range(rank))
        axes = axes if isinstance(axes, tuple) else (axes,)
        g = build.apply("np.expand_dims", g, Const(tuple(sorted(a % rank + 1 for a in axes))))
    return build.apply("np.sum", build.apply("Mult", g, shares), Const(0), FALSE)


def quantile_by_q(build: Builder, g: Arg, x: Arg, q: Arg, axis: Arg, method: Arg) -> Arg:
    """The adjoint of a quantile's place: each place's share of g, times the slope there."""
    if fact_of_arg(q).kind in ("list", "tuple"):
        q = build.apply("np.array", q)
    slope = build.apply("quantile_slope", x, q, axis, method)
    if rank_zero(q):
        return build.formula("np.sum(g * np.reshape(slope, np.shape(g)))", g=g, slope=slope)
    shares = build.formula("g * np.reshape(slope, np.shape(g))", g=g, slope=slope)
    return build.formula("np.sum(np.reshape(shares, (np.size(q), -1)), 1)", shares=shares, q=q)


# -- options that are other programs -----------------------------------------------------------


def masked(name: str, neutral: float | None) -> None:
    """`where=` and `initial=` of a reduction: a mask, and one more element."""

    def identity(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
        x, axis, keepdims, *dtype, initial, where = args
        if where != TRUE:
            fill = initial if neutral is None else Const(neutral)
            x = build.apply("np.where", where, x, fill)
            return build.apply(name, x, axis, keepdims, *dtype, initial)
        if isinstance(axis, Const) and isinstance(axis.value, tuple) and name == "np.prod":
            return several_axes(build, name, x, axis.value, keepdims, *dtype, initial)
        if initial != NONE:
            total = build.apply(name, x, axis, keepdims, *dtype)
            return build.apply(JOIN[name], total, initial)
        return None

    IDENTITIES[name] = identity


JOIN = {"np.sum": "Add", "np.prod": "Mult", "np.max": "np.maximum", "np.min": "np.minimum"}


def several_axes(build: Builder, name: str, x: Arg, axes: tuple[int, ...], keepdims: Arg,
                 *dtype_and_initial: Arg) -> Arg:
    """A reduction over several axes, one after the other from the last."""
    *dtype, initial = dtype_and_initial
    rank = fact_of_arg(x).rank
    for a in sorted((a % rank if rank else a for a in axes), reverse=True):
        x = build.apply(name, x, Const(a), keepdims, *dtype)
    return x if initial == NONE else build.apply(JOIN[name], x, initial)


def mean_adjoint(build: Builder, g: Arg, x: Arg, axis: Arg, keepdims: Arg, where: Arg) -> Arg:
    """The adjoint of np.mean: a share of g for each element that counts."""
    if where == TRUE:
        return build.formula("spread(g, x, axis, keepdims) / count(x, axis)",
                             g=g, x=x, axis=axis, keepdims=keepdims)
    n = number_of(build, x, axis, keepdims, where)
    return build.formula("np.where(where, spread(g / n, x, axis, keepdims), 0.0)",
                         g=g, n=n, x=x, axis=axis, keepdims=keepdims, where=where)


def number_of(build: Builder, x: Arg, axis: Arg, keepdims: Arg, where: Arg) -> Arg:
    mask = expand(build, where, x)
    return build.apply("np.sum", mask, axis, keepdims)


def _corrected(name: str) -> None:
    """`correction=` is `ddof=`."""

    def identity(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
        x, axis, _, keepdims, correction, where = args
        if correction == NONE:
            return None
        return build.apply(name, x, axis, correction, keepdims, NONE, where)

    IDENTITIES[name] = identity


def var_adjoint(build: Builder, g: Arg, x: Arg, axis: Arg, ddof: Arg, keepdims: Arg, where: Arg
                ) -> Arg:
    """The adjoint of np.var: 2 conj(x - mean) / n."""
    if where == TRUE:
        return build.formula(
            "spread(g, x, axis, keepdims) * 2.0 * np.conj(x - np.mean(x, axis=axis, keepdims=True))"
            " / (count(x, axis) - ddof)", g=g, x=x, axis=axis, keepdims=keepdims, ddof=ddof)
    n = build.apply("Sub", number_of(build, x, axis, keepdims, where), ddof)
    return apart(build, build.formula("2.0 * g / n", g=g, n=n), x, axis, keepdims, where)


def std_adjoint(build: Builder, g: Arg, ans: Arg, x: Arg, axis: Arg, ddof: Arg, keepdims: Arg,
                where: Arg) -> Arg:
    """The adjoint of np.std: conj(x - mean) / (n std), 0 where the data are constant."""
    if where == TRUE:
        return build.formula(
            "spread(safe_divide(g, ans), x, axis, keepdims)"
            " * np.conj(x - np.mean(x, axis=axis, keepdims=True)) / (count(x, axis) - ddof)",
            g=g, ans=ans, x=x, axis=axis, keepdims=keepdims, ddof=ddof)
    n = build.apply("Sub", number_of(build, x, axis, keepdims, where), ddof)
    return apart(build, build.formula("safe_divide(g, n * ans)", g=g, n=n, ans=ans), x, axis,
                 keepdims, where)


def apart(build: Builder, g: Arg, x: Arg, axis: Arg, keepdims: Arg, where: Arg) -> Arg:
    """g times what the elements that count are apart from their mean."""
    centre = build.apply("np.mean", x, axis, TRUE, NONE, where)
    return build.formula("np.where(where, spread(g, x, axis, keepdims) * np.conj(x - centre), 0.0)",
                         g=g, x=x, axis=axis, keepdims=keepdims, where=where, centre=centre)


def clipped(build: Builder, x: Arg, low: Arg, high: Arg, least: Arg, most: Arg) -> Arg:
    return build.apply("clip", x, low if least == NONE else least, high if most == NONE else most)


def _take(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    x, indices, axis, mode = args
    if plain(mode) == "raise":
        return None
    where = axis_of(axis, fact_of_arg(x).rank)
    size = build.apply("np.size", x) if where is None else length(build, x, where)
    if fact_of_arg(indices).kind in ("list", "tuple"):
        indices = build.apply("np.array", indices)
    if plain(mode) == "wrap":
        indices = build.apply("Mod", indices, size)
    else:
        indices = build.apply("clip", indices, Const(0), build.apply("Sub", size, Const(1)))
    return build.apply("np.take", x, indices, axis)


def _ravel(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    fact = fact_of_arg(args[0])
    return args[0] if fact.kind == "array" and fact.rank == 1 else None


def _moveaxis(build: Builder, args: tuple[Arg, ...]) -> Arg | None:
    x, source, destination = args
    rank = fact_of_arg(x).rank
    if rank is None or plain(source) is ... or plain(destination) is ...:
        return None

    def places(value: Any) -> list[int]:
        return [v % rank for v in (value if isinstance(value, tuple) else (value,))]

    return x if places(plain(source)) == places(plain(destination)) else None


masked("np.sum", 0.0)
masked("np.prod", 1.0)
masked("np.max", None)
masked("np.min", None)
_corrected("np.var")
_corrected("np.std")
IDENTITIES |= {"np.take": _take,
               "np.ravel": _ravel, "np.moveaxis": _moveaxis}  # fmt: skip
DIRECTIVES |= {
    "no_rule": refuse, "clipped": clipped, "percent": percent, "others": others,
    "sign_of": sign_of, "arc_root": arc_root,
    "plus_one": plus_one, "uncumsum": uncumsum, "uncumprod": uncumprod,
    "unother": unother, "quantile_by_q": quantile_by_q, "unquantile": unquantile,
    "var_adjoint": var_adjoint,
    "std_adjoint": std_adjoint, "frexp_adjoint": frexp_adjoint, "mean_adjoint": mean_adjoint,
}  # fmt: skip
