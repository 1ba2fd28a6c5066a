"""Arrays that are made: filled, counted, joined; and what is asked of shapes."""

from __future__ import annotations

from collections.abc import Callable

from astgrad.ir.core import NONE, TEMP, Apply, Arg, Const, Pack, Var
from astgrad.ir.fact import BOOL, INT, Fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.loops.element import cast, choose
from astgrad.loops.lower import Lowered, dtype_arg, handles, is_array
from astgrad.loops.slices import view
from astgrad.loops.values import Computed, Index, Value, given, stored
from astgrad.loops.views import as_axes, broadcast_to, constant, keep, shape_sizes, with_ones
from astgrad.loops.writing import ONE, ZERO, Uncompiled, Writing, of_dtype


@handles("[]")
def getitem(lo: Lowered, op: Apply) -> None:
    from astgrad.loops.masks import is_mask, picked

    out, (x, index) = op.outs[0], op.args
    fact = fact_of_arg(x)
    if fact.kind in ("tuple", "list"):
        inside = lo.scalar(x) if not isinstance(x, Pack) else x
        if isinstance(inside, Pack) and isinstance(index, Const):
            lo.stands_for(out, inside.items[index.value])
            return
        lo.write.add(Apply((out,), op.rule, (inside, lo.scalar(index)), op.span))
        return
    if not is_array(x):
        lo.known[out] = lo.scalar(x)
        return
    if is_mask(index):
        picked(lo, out, lo.value(x), index)
        return
    made = view(lo, lo.value(x), index)
    if made.repeats:
        lo.define(out, made)
    else:
        keep(lo, out, x, made)


# -- shapes ------------------------------------------------------------------------------


@handles(".shape", "np.shape")
def shape(lo: Lowered, op: Apply) -> None:
    lo.known[op.outs[0]] = Pack("tuple", lo.true_sizes(op.args[0]))


@handles("len")
def length(lo: Lowered, op: Apply) -> None:
    (x,) = op.args
    if fact_of_arg(x).kind in ("list", "tuple"):
        lo.known[op.outs[0]] = lo.write.apply(op.rule, lo.scalar(x), fact=INT)
    else:
        lo.known[op.outs[0]] = lo.true_sizes(x)[0]


@handles("np.size")
def size(lo: Lowered, op: Apply) -> None:
    whole: Arg = ONE
    for n in lo.true_sizes(op.args[0]):
        whole = lo.write.times(whole, n)
    lo.known[op.outs[0]] = whole


@handles("np.ndim")
def ndim(lo: Lowered, op: Apply) -> None:
    lo.known[op.outs[0]] = Const(lo.value(op.args[0]).rank)


# -- filled ------------------------------------------------------------------------------


def filled(lo: Lowered, out: Var, sizes: Index, ones: tuple[bool, ...], fill: Arg) -> None:
    fill = cast(lo.write, lo.scalar(fill), out.fact.dtype) if not isinstance(fill, Const) else fill
    made = Computed(given(*sizes), ones, lambda write, index: fill, fill)
    if not sizes:
        lo.known[out] = fill
        return
    if out in lo.delays:
        lo.values[out] = made
        return
    fact = Fact("array", out.fact.dtype, out.fact.shape or (None,) * len(sizes))
    simple = {0: "np.zeros", 1: "np.ones"}.get(fill.value if isinstance(fill, Const) else -1)
    if simple:
        lo.values[out] = stored(lo.allocate(out.name, fact, sizes, simple))
        return
    true = tuple(map(lo.write.at_least_zero, sizes))
    shape = true[0] if len(true) == 1 else Pack("tuple", true)
    lo.values[out] = stored(lo.write.apply("np.full", shape, fill, dtype_arg(fact.dtype),
                                           fact=fact, name=out.name))


FILLS = {"zeros": Const(0.0), "ones": Const(1.0)}


def number_of(fill: Const, dtype: str) -> Const:
    kinds: dict[str, type] = {"int": int, "bool": bool, "uin": int}
    return Const(kinds.get(dtype.rstrip("0123456789_")[:4].removesuffix("8"), float)(fill.value))


@handles("np.zeros", "np.ones", "np.empty", "np.full")
def of_shape(lo: Lowered, op: Apply) -> None:
    out, args = op.outs[0], op.args
    shape = lo.scalar(args[0])
    sizes = (shape.items if isinstance(shape, Pack) else
             tuple(map(Const, shape.value)) if isinstance(shape, Const)
             and isinstance(shape.value, tuple) else (shape,))
    ones = tuple(n == ONE for n in sizes)
    if op.rule.name == "np.empty":
        fact = Fact("array", out.fact.dtype, out.fact.shape or (None,) * len(sizes))
        lo.values[out] = stored(lo.allocate(out.name, fact, sizes))
        return
    fill = args[1] if op.rule.name == "np.full" else number_of(
        FILLS[op.rule.name[3:]], out.fact.dtype)
    filled(lo, out, sizes, ones, fill)


@handles("np.zeros_like", "np.ones_like", "np.full_like", "np.empty_like")
def like(lo: Lowered, op: Apply) -> None:
    out, x = op.outs[0], op.args[0]
    value = lo.value(x)
    sizes, name = lo.sizes(value), op.rule.name
    if op.args[-1] != NONE and name != "np.full_like":
        raise Uncompiled(f"`{name}` with a shape")
    if name == "np.empty_like" and sizes:
        lo.values[out] = stored(lo.allocate(out.name, out.fact, sizes))
        return
    fill = op.args[1] if name == "np.full_like" else number_of(
        FILLS.get(name[3:-5], Const(0.0)), out.fact.dtype)
    if is_array(fill):
        lo.define(out, broadcast_to(lo, lo.value(fill), sizes, value.ones))
    else:
        filled(lo, out, sizes, value.ones, fill)


@handles("np.eye", "np.identity", "np.tri")
def eye(lo: Lowered, op: Apply) -> None:
    env = dict(zip(op.rule.params, op.args, strict=True))
    n = lo.scalar(op.args[0])
    m = n if env.get("M", NONE) == NONE else lo.scalar(env["M"])
    k = lo.scalar(env.get("k", ZERO))
    test = "LtE" if op.rule.name == "np.tri" else "Eq"

    def at(write: Writing, index: Index) -> Arg:
        i, j = index
        found = write.apply(test, j, write.add_to(i, k), fact=BOOL)
        return choose(write, found, Const(1.0), Const(0.0), of_dtype(op.outs[0].fact.dtype))

    lo.define(op.outs[0], Computed(given(n, m), (n == ONE, m == ONE), at))


@handles("np.tril", "np.triu")
def triangle(lo: Lowered, op: Apply) -> None:
    x, k = lo.value(op.args[0]), lo.scalar(op.args[1])
    test = "LtE" if op.rule.name == "np.tril" else "GtE"
    fact = of_dtype(op.outs[0].fact.dtype)

    def at(write: Writing, index: Index) -> Arg:
        i, j = index[-2:]
        found = write.apply(test, j, write.add_to(i, k), fact=BOOL)
        return choose(write, found, x.at(write, index), Const(0.0), fact)

    lo.define(op.outs[0], Computed(x.sizes, x.ones, at))


def on_diagonal(lo: Lowered, v: Value, size_: Index, k: int, fact: Fact) -> Computed:
    """Zeros with v on a diagonal."""
    def at(write: Writing, index: Index) -> Arg:
        i, j = index
        found = write.apply("Eq", j, write.add_to(i, Const(k)), fact=BOOL)
        inner = Writing(write)
        ops, write_ops = inner, write
        value = v.at(ops, (i if k >= 0 else j,))
        return lazily(write_ops, found, inner, value, fact)

    return Computed(given(*size_), (False, False), at)


def lazily(write: Writing, test: Arg, inner: Writing, value: Arg, fact: Fact) -> Arg:
    """`value if test else 0.0`, the value computed only where it is wanted."""
    from astgrad.ir.core import Block, If

    out = Var(TEMP, fact)
    write.add(If((out,), test, Block((), tuple(inner.ops), (value,)),
                 Block((), (), (Const(0.0),)), write.span))
    return out


@handles("np.diag")
def diag(lo: Lowered, op: Apply) -> None:
    from astgrad.loops.views import diagonal

    out, (v, k) = op.outs[0], op.args
    value, offset = lo.value(v), constant(k)
    assert isinstance(offset, int)
    if value.rank == 2:
        lo.define(out, diagonal(lo, value, (k, ZERO, ONE)))
        return
    n = lo.write.add_to(lo.true_size(lo.write, value, 0), Const(abs(offset)))
    lo.define(out, on_diagonal(lo, value, (n, n), offset, of_dtype(out.fact.dtype)))


@handles("undiagonal")
def undiagonal(lo: Lowered, op: Apply) -> None:
    g, x, offset, one, two = op.args
    value = lo.value(x)
    if value.rank != 2 or (constant(one), constant(two)) != (0, 1):
        raise Uncompiled("np.diagonal of an array with more than two dimensions")
    k = constant(offset)
    assert isinstance(k, int)
    lo.define(op.outs[0], on_diagonal(lo, lo.value(g), lo.sizes(value), k,
                                      of_dtype(op.outs[0].fact.dtype)))


@handles("expand_to", "np.broadcast_to")
def expanded(lo: Lowered, op: Apply) -> None:
    g, like_ = op.args
    out = op.outs[0]
    if op.rule.name == "expand_to":
        value = lo.value(like_)
        sizes, ones = lo.sizes(value), value.ones
    else:
        sizes = shape_sizes(lo, lo.value(Const(0.0)), like_, False)
        ones = tuple(n == ONE for n in sizes)
    if not sizes:
        lo.known[out] = lo.scalar(g)
        return
    made = broadcast_to(lo, lo.value(g), sizes, ones)
    if is_array(g):
        keep(lo, out, g, made)
    else:
        lo.define(out, made)


# -- joined ------------------------------------------------------------------------------


@handles("np.array", "list_of")
def array(lo: Lowered, op: Apply) -> None:
    (items,) = op.args
    out = op.outs[0]
    if op.rule.name == "list_of":
        if not isinstance(items, Pack) or any(map(is_array, items.items)):
            items = Pack("list", tuple(lo.array(i) if is_array(i) else lo.scalar(i)
                                       for i in items.items)) if isinstance(items, Pack) else items
        lo.write.add(Apply((out,), op.rule, (lo.scalar(items),), op.span))
        return
    if isinstance(items, Pack):
        lo.values[out] = lo.literal(items)
    elif is_array(items):
        lo.define(out, lo.value(items))
    else:
        raise Uncompiled("np.array of a list that is built up")


@handles("np.stack")
def stack(lo: Lowered, op: Apply) -> None:
    items, axis = op.args
    if not isinstance(items, Pack):
        raise Uncompiled("np.stack of a list that is built up")
    rank = max((lo.value(item).rank for item in items.items), default=0) + 1
    lo.values[op.outs[0]] = lo.literal(items, as_axes(axis, rank)[0])


@handles("np.concatenate")
def concatenate(lo: Lowered, op: Apply) -> None:
    items, axis = op.args
    out = op.outs[0]
    if not isinstance(items, Pack):
        raise Uncompiled("np.concatenate of a list that is built up")
    parts = [lo.value(item) for item in items.items]
    k = constant(axis)
    if not isinstance(k, int):
        raise Uncompiled("np.concatenate of flattened arrays")
    k %= parts[0].rank
    starts, total = [], ZERO  # type: list[Arg], Arg
    for part in parts:
        starts.append(total)
        total = lo.write.add_to(total, lo.true_size(lo.write, part, k))
    sizes = [total if n == k else lo.size_over(parts, n) for n in range(parts[0].rank)]
    made = lo.allocate(out.name, out.fact, tuple(sizes))
    for part, start in zip(parts, starts, strict=True):
        made = lo.store(made, lo.sizes(part), offset(made, start, k), part)
    lo.values[out] = stored(made)


def offset(target: Var, start: Arg, axis: int
           ) -> Callable[[Writing, Index], tuple[Var, Index]]:
    def place(write: Writing, index: Index) -> tuple[Var, Index]:
        return target, tuple(write.add_to(i, start) if n == axis else i
                             for n, i in enumerate(index))
    return place


@handles("np.diff")
def diff(lo: Lowered, op: Apply) -> None:
    x, n, axis, *ends = op.args
    if n != ONE:
        raise Uncompiled("np.diff of a higher order")
    value = lo.value(x)
    k = constant(axis)
    assert isinstance(k, int)
    k %= value.rank
    before, after = (None if end == NONE else lo.value(end) for end in ends)
    if before is None and after is None:
        lo.define(op.outs[0], difference(lo, value, k, of_dtype(op.outs[0].fact.dtype)))
        return
    parts = [with_ones(p, tuple(range(value.rank))) if p.rank == 0 else p
             for p in (before, value, after) if p is not None]
    if value.rank != 1:
        raise Uncompiled("np.diff with prepend or append of an array with several dimensions")
    fact = Fact("array", op.outs[0].fact.dtype, (None,))
    starts, total = [], ZERO  # type: list[Arg], Arg
    for part in parts:
        starts.append(total)
        total = lo.write.add_to(total, lo.true_size(lo.write, part, 0))
    made = lo.allocate(TEMP, fact, (total,))
    for part, start in zip(parts, starts, strict=True):
        made = lo.store(made, lo.sizes(part), offset(made, start, 0), part)
    lo.define(op.outs[0], difference(lo, stored(made), 0, of_dtype(op.outs[0].fact.dtype)))


def difference(lo: Lowered, x: Value, axis: int, fact: Fact) -> Computed:
    def at(write: Writing, index: Index) -> Arg:
        ahead = tuple(write.add_to(i, ONE) if k == axis else i for k, i in enumerate(index))
        return write.apply("Sub", x.at(write, ahead), x.at(write, index), fact=fact)

    sizes = tuple((lambda write: write.subtract(lo.true_size(write, x, axis), ONE))
                  if k == axis else n for k, n in enumerate(x.sizes))
    return Computed(sizes, tuple(one and k != axis for k, one in enumerate(x.ones)), at)


@handles("np.outer")
def outer(lo: Lowered, op: Apply) -> None:
    a, b = (lo.value(arg) for arg in op.args)
    fact = of_dtype(op.outs[0].fact.dtype)
    if a.rank != 1 or b.rank != 1:
        raise Uncompiled("np.outer of arrays with several dimensions")

    def at(write: Writing, index: Index) -> Arg:
        x, y = a.at(write, a.aligned(index[:1])), b.at(write, b.aligned(index[1:]))
        return write.apply("Mult", x, y, fact=fact)

    lo.define(op.outs[0], Computed((*a.sizes, *b.sizes), (*a.ones, *b.ones), at))


@handles("np.cross")
def cross(lo: Lowered, op: Apply) -> None:
    a, b = lo.value(op.args[0]), lo.value(op.args[1])
    if a.rank != 1 or b.rank != 1:
        raise Uncompiled("np.cross of arrays with several dimensions")
    for v in (a, b):
        lo.checked_equal(lo.true_size(lo.write, v, 0), Const(3))
    write, fact = lo.write, of_dtype(op.outs[0].fact.dtype)
    items: list[Arg] = []
    for k in range(3):
        i, j = Const((k + 1) % 3), Const((k + 2) % 3)
        one, two = (write.apply("Mult", a.at(write, (p,)), b.at(write, (q,)), fact=fact)
                    for p, q in ((i, j), (j, i)))
        items.append(write.apply("Sub", one, two, fact=fact))
    lo.values[op.outs[0]] = lo.literal(Pack("list", tuple(items)))
