"""Sums, products, extremes along axes: loops that carry what has been found so far."""

from __future__ import annotations

from dataclasses import dataclass

from astgrad.ir.core import NONE, TEMP, TEMPORARY, Apply, Arg, Const, Pack, Var
from astgrad.ir.fact import BOOL, FLOAT, INT, Fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.loops.lower import Lowered, handles, is_array
from astgrad.loops.values import Computed, Index, Value, given, stored
from astgrad.loops.views import as_axes, constant, with_ones
from astgrad.loops.writing import ONE, ZERO, Uncompiled, Writing, of_dtype
from astgrad.rules.table import ROWS


@dataclass(frozen=True)
class Reduction:
    """What one starts with, how an element joins, whether there must be one."""

    start: dict[str, Arg]  # by the kind of dtype
    join: str
    some: bool = False

    def first(self, dtype: str) -> Arg:
        found = self.start.get(dtype[:3], self.start.get("flo"))
        if found is None:
            raise Uncompiled(f"this reduction of {dtype}")
        return found


INF = float("inf")
ALL = 2**63 - 1
REDUCTIONS = {
    "np.sum": Reduction({"flo": Const(0.0), "int": ZERO, "com": Const(0j), "boo": ZERO}, "Add"),
    "np.prod": Reduction({"flo": Const(1.0), "int": ONE, "com": Const(1 + 0j)}, "Mult"),
    "np.max": Reduction({"flo": Const(-INF), "int": Const(-ALL)}, "np.maximum", True),
    "np.min": Reduction({"flo": Const(INF), "int": Const(ALL)}, "np.minimum", True),
    "np.logaddexp.reduce": Reduction({"flo": Const(-INF)}, "log_add"),
}  # fmt: skip


def join(write: Writing, rule: str, found: Arg, more: Arg, fact: Fact, name: str = TEMP) -> Var:
    if rule in ROWS:
        return write.apply(rule, found, more, fact=fact, name=name)
    return write.help(rule, found, more, fact=fact, hint=name)


def reduced(lo: Lowered, what: str, x: Value, axes: tuple[int, ...], fact: Fact, name: str
            ) -> Value:
    """The reduction along these axes, without them; `fact` is of an element."""
    way = REDUCTIONS[what]
    name = "total" if name in (*TEMPORARY, "") else name
    start = way.first(fact.dtype)
    kept = tuple(k for k in range(x.rank) if k not in axes)
    sizes = tuple(lo.write.help("some", lo.true_size(lo.write, x, k))
                  if way.some and k in axes else x.size(lo.write, k) for k in range(x.rank))

    def total(write: Writing, index: Index) -> Arg:
        """Loops over the reduced axes, at an index of those that are kept."""
        def body(inner: Writing, every: Index, params: list[Var]) -> list[Arg]:
            at = dict(zip((*kept, *axes), every, strict=True))
            element = x.at(inner, tuple(at[k] for k in range(x.rank)))
            return [join(inner, way.join, params[0], element, fact, name)]

        like = Var(name, fact)
        (found,) = lo.nest(tuple(sizes[k] for k in axes), [start], [like], body, index, write)
        return found

    if not kept:
        found = total(lo.write, ())
        return Computed((), (), lambda write, index: found)
    outer = tuple(sizes[k] for k in kept)
    ones = tuple(x.ones[k] for k in kept)
    if x.rank - 1 in axes:
        value: Value = Computed(given(*outer), ones, total)
        return stored(lo.fill(value, Var(name, array_like(fact, ones))))
    return stored(in_rows(lo, way, x, axes, sizes, fact, name, start))


def in_rows(lo: Lowered, way: Reduction, x: Value, axes: tuple[int, ...], sizes: Index, fact: Fact,
            name: str, start: Arg) -> Var:
    """Where the last axis is kept: element by element into an array of what has been found."""
    kept = tuple(k for k in range(x.rank) if k not in axes)
    outer = tuple(sizes[k] for k in kept)
    ones = tuple(x.ones[k] for k in kept)
    like = array_like(fact, ones)
    out = lo.fill(Computed(given(*outer), ones, lambda write, index: start), Var(name, like))
    order = (*axes, *kept)

    def body(write: Writing, index: Index, params: list[Var]) -> list[Arg]:
        at = dict(zip(order, index, strict=True))
        element = x.at(write, tuple(at[k] for k in range(x.rank)))
        place = tuple(at[k] for k in kept)
        where = place[0] if len(place) == 1 else Pack("tuple", place)
        if way.join == "Add":
            return [write.apply("index_add", params[0], where, element, fact=like, name=name)]
        found = join(write, way.join, write.read(params[0], place), element, fact)
        return [write.apply("setitem", params[0], where, found, fact=like, name=name)]

    (made,) = lo.nest(tuple(sizes[k] for k in order), [out], [out], body)
    assert isinstance(made, Var)
    return made


def array_like(fact: Fact, ones: tuple[bool, ...]) -> Fact:
    dtype = {"float": "float64", "int": "int64"}.get(fact.dtype, fact.dtype)
    return Fact("array", dtype, tuple(1 if one else None for one in ones))


def arguments(op: Apply) -> dict[str, Arg]:
    env = dict(zip(op.rule.params, op.args, strict=True))
    for name in ("where", "initial"):
        if env.get(name, NONE) not in (NONE, Const(True)):
            raise Uncompiled(f"`{op.rule.name}` with `{name}=`")
    return env


def result_fact(op: Apply, x: Arg) -> Fact:
    dtype = op.outs[0].fact.dtype or fact_of_arg(x).dtype
    return of_dtype({"float": "float64", "int": "int64", "bool_": "bool"}.get(dtype, dtype))


def finished(lo: Lowered, out: Var, made: Value, axes: tuple[int, ...], keep: Arg) -> None:
    if keep != Const(False) and keep != NONE:
        rank = made.rank + len(axes)
        made = with_ones(made, tuple(a % rank for a in axes))
    if made.rank == 0:
        lo.known[out] = made.at(lo.write, ())
    else:
        lo.values[out] = made


@handles("np.sum", "np.prod", "np.max", "np.min", "np.logaddexp.reduce")
def reduction(lo: Lowered, op: Apply) -> None:
    env, out = arguments(op), op.outs[0]
    if not is_array(env["x"]):
        lo.known[out] = lo.scalar(env["x"])
        return
    x = lo.value(env["x"])
    axes = as_axes(env["axis"], x.rank)
    made = reduced(lo, op.rule.name, x, axes, result_fact(op, env["x"]), out.name)
    finished(lo, out, made, axes, env.get("keepdims", NONE))


def count(lo: Lowered, x: Value, axes: tuple[int, ...]) -> Arg:
    whole: Arg = ONE
    for k in axes:
        whole = lo.write.times(whole, lo.true_size(lo.write, x, k))
    return whole


def divided(x: Value, by: Arg, fact: Fact) -> Computed:
    def at(write: Writing, index: Index) -> Arg:
        return write.apply("Div", x.at(write, index), by, fact=fact)

    return Computed(x.sizes, x.ones, at)


@handles("np.mean")
def mean(lo: Lowered, op: Apply) -> None:
    env, out = arguments(op), op.outs[0]
    x, fact = lo.value(env["x"]), result_fact(op, env["x"])
    axes = as_axes(env["axis"], x.rank)
    total = reduced(lo, "np.sum", x, axes, fact, "total")
    made = divided(total, count(lo, x, axes), fact)
    if made.rank:
        made = stored(lo.fill(made, Var(out.name, array_like(fact, made.ones))))  # type: ignore[assignment]
    finished(lo, out, made, axes, env["keepdims"])


@handles("np.var", "np.std")
def variance(lo: Lowered, op: Apply) -> None:
    env, out = arguments(op), op.outs[0]
    if env.get("correction", NONE) != NONE:
        raise Uncompiled("np.var with `correction=`")
    x, fact = lo.value(lo.array(env["x"])), result_fact(op, env["x"])
    axes = as_axes(env["axis"], x.rank)
    n = count(lo, x, axes)
    centre = divided(reduced(lo, "np.sum", x, axes, fact, "total"), n, fact)
    middle = with_ones(stored(lo.fill(centre, Var("mean", array_like(fact, centre.ones))))
                       if centre.rank else fixed(lo, centre), axes)

    def square(write: Writing, index: Index) -> Arg:
        gap = write.apply("Sub", x.at(write, index), middle.at(write, middle.aligned(index)),
                          fact=fact)
        return write.apply("Pow", gap, Const(2), fact=fact)

    total = reduced(lo, "np.sum", Computed(x.sizes, x.ones, square), axes, fact, "total")
    less = lo.write.apply("Sub", n, lo.scalar(env["ddof"]), fact=INT)
    made = divided(total, less, fact)
    if op.rule.name == "np.std":
        inner = made
        made = Computed(made.sizes, made.ones, lambda write, index: write.apply(
            "np.sqrt", inner.at(write, index), fact=fact))
    if made.rank:
        made = stored(lo.fill(made, Var(out.name, array_like(fact, made.ones))))  # type: ignore[assignment]
    finished(lo, out, made, axes, env["keepdims"])


def fixed(lo: Lowered, value: Value) -> Computed:
    """A number that is computed once."""
    at = value.at(lo.write, ())
    return Computed((), (), lambda write, index: at)


@handles("np.linalg.norm")
def norm(lo: Lowered, op: Apply) -> None:
    x = lo.value(op.args[0])
    if any(arg not in (NONE, Const(False)) for arg in op.args[1:]):
        raise Uncompiled("np.linalg.norm with `ord=` or `axis=`")
    fact = result_fact(op, op.args[0])

    def square(write: Writing, index: Index) -> Arg:
        return write.apply("Pow", x.at(write, index), Const(2), fact=fact)

    squares = Computed(x.sizes, x.ones, square)
    total = reduced(lo, "np.sum", squares, tuple(range(x.rank)), fact, TEMP)
    lo.known[op.outs[0]] = lo.write.apply("np.sqrt", total.at(lo.write, ()), fact=fact,
                                          name=op.outs[0].name)


@handles("np.trace")
def trace(lo: Lowered, op: Apply) -> None:
    from astgrad.loops.views import diagonal

    x, *where = op.args
    fact = result_fact(op, x)
    made = reduced(lo, "np.sum", diagonal(lo, lo.value(x), tuple(where)), (0,), fact, "total")
    lo.known[op.outs[0]] = made.at(lo.write, ())


@handles("ties")
def ties(lo: Lowered, op: Apply) -> None:
    """Equal shares of the extreme elements."""
    x, best = lo.value(op.args[0]), lo.value(op.args[1])
    axes = as_axes(op.args[2], x.rank)
    fact = of_dtype(op.outs[0].fact.dtype)

    def mask(write: Writing, index: Index) -> Arg:
        return write.apply("Eq", x.at(write, index), best.at(write, best.aligned(index)), fact=BOOL)

    found = Computed(x.sizes, x.ones, mask)
    total = with_ones(reduced(lo, "np.sum", found, axes, INT, "count"), axes)

    def share(write: Writing, index: Index) -> Arg:
        return write.apply("Div", mask(write, index), total.at(write, total.aligned(index)),
                           fact=fact)

    lo.define(op.outs[0], Computed(x.sizes, x.ones, share))


@handles("unbroadcast")
def unbroadcast(lo: Lowered, op: Apply) -> None:
    """Sums along the axes along which x was broadcast."""
    g, x = lo.value(op.args[0]), lo.value(op.args[1])
    out, fact = op.outs[0], of_dtype(op.outs[0].fact.dtype)
    extra = max(g.rank - x.rank, 0)
    axes = (*range(extra), *(k + extra for k in range(x.rank) if g.rank == x.rank + extra
                             and x.ones[k] and not g.ones[k + extra]))
    if not axes:
        lo.expand_like(out, g, x)
        return
    made = reduced(lo, "np.sum", g, axes, fact, out.name)
    if len(axes) > extra:
        made = with_ones(made, tuple(a - extra for a in axes[extra:]))
    if made.rank == 0:
        lo.known[out] = made.at(lo.write, ())
        return
    lo.expand_like(out, made, x)


@handles("np.cumsum")
def cumsum(lo: Lowered, op: Apply) -> None:
    env, out = arguments(op), op.outs[0]
    x = lo.value(env["x"])
    if env["axis"] == NONE and x.rank != 1:
        raise Uncompiled("np.cumsum of a flattened array")
    axis = as_axes(env["axis"], x.rank)[0]
    base = lo.fill(x, Var(out.name, array_like(result_fact(op, env["x"]), x.ones)))
    value = stored(base)
    sizes = tuple(lo.write.subtract(lo.true_size(lo.write, value, k), ONE) if k == axis
                  else value.size(lo.write, k) for k in range(x.rank))

    def body(write: Writing, index: Index, params: list[Var]) -> list[Arg]:
        ahead = tuple(write.add_to(i, ONE) if k == axis else i for k, i in enumerate(index))
        where = ahead[0] if len(ahead) == 1 else Pack("tuple", ahead)
        return [write.apply("index_add", params[0], where, write.read(params[0], index),
                            fact=base.fact, name=out.name)]

    (made,) = lo.nest(sizes, [base], [base], body)
    assert isinstance(made, Var)
    lo.values[out] = stored(made)


@handles("np.argmax", "np.argmin")
def extreme_place(lo: Lowered, op: Apply) -> None:
    x, axis, _ = op.args
    if axis not in (NONE, ZERO) or lo.value(x).rank != 1:
        raise Uncompiled(f"`{op.rule.name}` along an axis")
    lo.known[op.outs[0]] = lo.write.apply(op.rule, lo.array(x), fact=INT, name=op.outs[0].name)


__all__ = ["FLOAT", "constant", "reduced"]
