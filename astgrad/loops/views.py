"""Views: rows whose result leads into their operand; the index of one element is computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from astgrad.ir.core import Apply, Arg, Const, Pack, Var
from astgrad.ir.fact import INT
from astgrad.ir.sizes import fact_of_arg
from astgrad.loops.lower import HANDLERS, Lowered, is_array
from astgrad.loops.slices import view
from astgrad.loops.values import Computed, Index, Stored, Value, View, stored
from astgrad.loops.writing import ONE, ZERO, Uncompiled, Writing

Made = Callable[[Lowered, Value, tuple[Arg, ...]], Value]
VIEWS: dict[str, Made] = {}


def views(*names: str) -> Callable[[Made], Made]:
    """Register a view: in a program, and as a step of the path of a write."""
    def register(function: Made) -> Made:
        def handle(lo: Lowered, op: Apply) -> None:
            if not (is_array(op.args[0]) or is_array(op.outs[0])):
                lo.known[op.outs[0]] = lo.scalar(op.args[0])
                return
            keep(lo, op.outs[0], op.args[0], function(lo, lo.value(op.args[0]), op.args[1:]))

        VIEWS.update(dict.fromkeys(names, function))
        HANDLERS.update(dict.fromkeys(names, handle))
        return function
    return register


def keep(lo: Lowered, out: Var, x: Arg, made: Value) -> None:
    """A view is not made; a formula that is looked at more than once is, first."""
    if made.rank and isinstance(base_of(made), Computed) and out not in lo.delays:
        lo.define(out, made)
        return
    if made.rank == 0:
        lo.known[out] = made.at(lo.write, ())
    else:
        lo.values[out] = made


def base_of(value: Value) -> Value:
    while isinstance(value, View):
        value = value.base
    return value


def follow(lo: Lowered, x: Value, path: Arg) -> Value:
    """The view that a path of indices and view steps leads to."""
    for step in path.items if isinstance(path, Pack) else ():
        if isinstance(step, Pack) and step.kind == "step":
            made = VIEWS.get(step.keys[0].name)
            if made is None:
                raise Uncompiled(f"a write through `{step.keys[0].name}`")
            x = made(lo, x, step.items)
        else:
            x = view(lo, x, step)
    return x


def permuted(x: Value, order: tuple[int, ...]) -> View:
    """Axis k of the result is axis order[k] of x."""
    where = [order.index(k) for k in range(x.rank)]
    return View(tuple(x.sizes[k] for k in order), tuple(x.ones[k] for k in order), x,
                lambda write, index: tuple(index[k] for k in where),
                turned=x.rank == 2 and order == (1, 0))


@views(".T", "x.mT", ".mT", "np.matrix_transpose")
def transposed(lo: Lowered, x: Value, args: tuple[Arg, ...]) -> Value:
    return permuted(x, tuple(reversed(range(x.rank)))) if x.rank > 1 else x


@views("np.transpose")
def transpose(lo: Lowered, x: Value, args: tuple[Arg, ...]) -> Value:
    axes = constant(args[0]) if args else None
    order = tuple(reversed(range(x.rank))) if axes is None else axes
    return permuted(x, tuple(a % x.rank for a in order))


@views("np.swapaxes")
def swapaxes(lo: Lowered, x: Value, args: tuple[Arg, ...]) -> Value:
    order = list(range(x.rank))
    a, b = (constant(arg) % x.rank for arg in args)
    order[a], order[b] = order[b], order[a]
    return permuted(x, tuple(order))


@views("np.moveaxis")
def moveaxis(lo: Lowered, x: Value, args: tuple[Arg, ...]) -> Value:
    sources, ends = (as_axes(arg, x.rank) for arg in args)
    order = [k for k in range(x.rank) if k not in sources]
    for end, source in sorted(zip(ends, sources, strict=True)):
        order.insert(end, source)
    return permuted(x, tuple(order))


def constant(arg: Arg) -> Any:
    if isinstance(arg, Pack):
        return tuple(constant(item) for item in arg.items)
    if not isinstance(arg, Const):
        raise Uncompiled("an axis that is a variable")
    return arg.value


def as_axes(arg: Arg, rank: int) -> tuple[int, ...]:
    axes = constant(arg)
    if axes is None:
        return tuple(range(rank))
    if isinstance(axes, tuple):
        return tuple(a % rank for a in axes)
    assert isinstance(axes, int)
    return (axes % rank,)


def without(x: Value, axes: tuple[int, ...]) -> View:
    """x without axes of length 1."""
    kept = [k for k in range(x.rank) if k not in axes]
    where = {k: n for n, k in enumerate(kept)}
    return View(tuple(x.sizes[k] for k in kept), tuple(x.ones[k] for k in kept), x,
                lambda write, index: tuple(index[where[k]] if k in where else ZERO
                                           for k in range(x.rank)))


def with_ones(x: Value, axes: tuple[int, ...]) -> View:
    """x with axes of length 1 in these places of the result."""
    rank = x.rank + len(axes)
    kept = [k for k in range(rank) if k not in axes]
    sizes = iter(x.sizes)
    ones = iter(x.ones)
    return View(tuple((lambda _: ONE) if k in axes else next(sizes) for k in range(rank)),
                tuple(True if k in axes else next(ones) for k in range(rank)), x,
                lambda write, index: tuple(index[k] for k in kept))


@views("np.squeeze")
def squeeze(lo: Lowered, x: Value, args: tuple[Arg, ...]) -> Value:
    if not args or args[0] == Const(None):
        return without(x, tuple(k for k in range(x.rank) if x.ones[k]))
    axes = as_axes(args[0], x.rank)
    for axis in axes:
        if not x.ones[axis]:
            lo.equal(lo.write, x.size(lo.write, axis), ONE)
    return without(x, axes)


@views("np.expand_dims")
def expand_dims(lo: Lowered, x: Value, args: tuple[Arg, ...]) -> Value:
    axes = constant(args[0])
    many = axes if isinstance(axes, tuple) else (axes,)
    return with_ones(x, tuple(a % (x.rank + len(many)) for a in many))


@views("np.flip", "np.fliplr", "np.flipud")
def flip(lo: Lowered, x: Value, args: tuple[Arg, ...]) -> Value:
    axes = as_axes(args[0], x.rank) if args else ()
    if not args:
        raise Uncompiled("np.fliplr and np.flipud")

    def lead(write: Writing, index: Index) -> Index:
        return tuple(
            write.subtract(write.subtract(x.size(write, k), ONE), i) if k in axes else i
            for k, i in enumerate(index))

    return View(x.sizes, x.ones, x, lead)


@views("np.roll")
def roll(lo: Lowered, x: Value, args: tuple[Arg, ...]) -> Value:
    shifts, axis = args
    if axis == Const(None) and x.rank != 1:
        raise Uncompiled("np.roll of a flattened array")
    axes = as_axes(axis, x.rank)
    if len(axes) != 1:
        raise Uncompiled("np.roll along several axes")
    by = lo.scalar(shifts)

    def lead(write: Writing, index: Index) -> Index:
        return tuple(write.apply("Mod", write.subtract(i, by), x.size(write, k), fact=INT)
                     if k in axes else i for k, i in enumerate(index))

    return View(x.sizes, x.ones, x, lead)


@views("np.diagonal")
def diagonal(lo: Lowered, x: Value, args: tuple[Arg, ...]) -> Value:
    offset, one, two = (constant(arg) for arg in args)
    assert isinstance(offset, int)
    assert isinstance(one, int)
    assert isinstance(two, int)
    if x.rank != 2 or {one % 2, two % 2} != {0, 1}:
        raise Uncompiled("np.diagonal of an array with more than two dimensions")
    if one % 2 == 1:
        offset = -offset
    down, right = max(-offset, 0), max(offset, 0)

    def size(write: Writing) -> Arg:
        m = write.subtract(lo.true_size(write, x, 0), Const(down))
        n = write.subtract(lo.true_size(write, x, 1), Const(right))
        if write.key(m) == write.key(n) or write.same(m, n):
            return m
        return write.apply("min", m, n, fact=INT)

    def lead(write: Writing, index: Index) -> Index:
        return write.add_to(index[0], Const(down)), write.add_to(index[0], Const(right))

    return View((size,), (False,), x, lead)


def broadcast_to(lo: Lowered, x: Value, sizes: Index, ones: tuple[bool, ...]) -> View:
    """x repeated along axes of length 1 and in front."""
    made = []
    for k, size in enumerate(sizes):
        at = k - (len(sizes) - x.rank)
        if at >= 0 and not x.ones[at]:
            size = lo.equal(lo.write, size, x.size(lo.write, at))
        made.append(size)
    return View(tuple((lambda _, n=n: n) for n in made), ones, x,  # type: ignore[misc]
                lambda write, index: x.aligned(index), True)


def reshaped(lo: Lowered, x: Value, sizes: Index) -> View:
    """x in another shape, by the number that an element has in both."""
    ones = tuple(n == ONE for n in sizes)

    def lead(write: Writing, index: Index) -> Index:
        flat: Arg = ZERO
        for k, i in enumerate(index):
            if not ones[k]:
                flat = write.add_to(write.times(flat, sizes[k]), i)
        found: list[Arg] = []
        for k in reversed(range(x.rank)):
            if k == 0:
                found.append(flat)
                continue
            n = x.size(write, k)
            found.append(write.apply("Mod", flat, n, fact=INT))
            flat = write.apply("FloorDiv", flat, n, fact=INT)
        return tuple(reversed(found))

    return View(tuple((lambda _, n=n: n) for n in sizes), ones, x, lead)  # type: ignore[misc]


def shape_sizes(lo: Lowered, x: Value, shape: Arg, fits: bool = True) -> Index:
    """The sizes that a shape means for x; that of -1 is what is left."""
    shape = lo.scalar(shape)
    items: list[Arg] = list(shape.items) if isinstance(shape, Pack) else (
        [Const(v) for v in shape.value] if isinstance(shape, Const)
        and isinstance(shape.value, tuple) else [shape])
    write = lo.write
    if not fits:
        return tuple(items)
    whole: Arg = ONE
    for k in range(x.rank):
        whole = write.times(whole, lo.true_size(write, x, k))
    rest: Arg = ONE
    for item in items:
        if item != Const(-1):
            rest = write.times(rest, item)
    if Const(-1) in items:
        at = items.index(Const(-1))
        if rest == ONE:
            items[at] = whole
        else:
            items[at] = write.apply("FloorDiv", whole, write.help("some", rest), fact=INT)
            rest = write.times(rest, items[at])
            lo.checked_equal(whole, rest)
    elif write.key(whole) != write.key(rest):
        lo.checked_equal(whole, rest)
    return tuple(items)


@views("np.reshape")
def reshape(lo: Lowered, x: Value, args: tuple[Arg, ...]) -> Value:
    return reshaped(lo, x, shape_sizes(lo, x, args[0]))


@views("np.ravel", ".flatten()")
def ravel(lo: Lowered, x: Value, args: tuple[Arg, ...]) -> Value:
    return x if x.rank == 1 else reshaped(lo, x, shape_sizes(lo, x, Const(-1)))


@views("np.atleast_1d", "np.asarray", "np.asanyarray", "np.ascontiguousarray", ".real", "np.real")
def same(lo: Lowered, x: Value, args: tuple[Arg, ...]) -> Value:
    return x


def copied(lo: Lowered, op: Apply) -> None:
    out, x = op.outs[0], op.args[0]
    if not is_array(x):
        lo.stands_for(out, x)
        return
    value = lo.value(x)
    if isinstance(value, Stored) and out not in lo.delays:
        made = lo.write.apply(".copy()", value.var, fact=fact_of_arg(x), name=out.name)
        lo.values[out] = stored(made)
        return
    lo.define(out, View(value.sizes, value.ones, value, lambda write, index: index))


HANDLERS.update(dict.fromkeys((".copy()", "np.copy", "copied_any"), copied))
