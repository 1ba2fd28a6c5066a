"""Products of matrices and vectors: loops, or for two matrices the library's product."""

from __future__ import annotations

from astgrad.ir.core import Apply, Arg, Const, Pack, Var
from astgrad.ir.fact import Fact
from astgrad.loops.lower import Lowered, handles, is_array
from astgrad.loops.reductions import array_like, reduced
from astgrad.loops.values import Computed, Index, Stored, Value, View, given, stored
from astgrad.loops.views import as_axes
from astgrad.loops.writing import ZERO, Uncompiled, Writing, of_dtype

Labels = str


@handles("MatMult", "np.dot", "np.inner", "np.vdot")
def product(lo: Lowered, op: Apply) -> None:
    one, two = op.args
    out = op.outs[0]
    if not (is_array(one) and is_array(two)):
        raise Uncompiled(f"`{op.rule.name}` of a number")
    a, b = lo.value(one), lo.value(two)
    fact = of_dtype(out.fact.dtype)
    inner = op.rule.name in ("np.inner", "np.vdot")
    if inner and (a.rank, b.rank) != (1, 1):
        raise Uncompiled(f"`{op.rule.name}` of matrices")
    if op.rule.name == "np.dot" and max(a.rank, b.rank) > 2:
        raise Uncompiled("np.dot of arrays with more than two dimensions")
    lo.equal_axes(a, a.rank - 1, b, max(b.rank - 2, 0))
    if (a.rank, b.rank) == (2, 2):
        lo.values[out] = stored(matrices(lo, one, two, out))
        return
    batch = "abcdefgh"[: max(a.rank, b.rank, 2) - 2]
    left = ("" if a.rank == 1 else batch[len(batch) - (a.rank - 2) :] + "i") + "k"
    right = "k" if b.rank == 1 else batch[len(batch) - (b.rank - 2) :] + "kj"
    result = batch + ("i" if a.rank > 1 else "") + ("j" if b.rank > 1 else "")
    if not result and a.rank == 1:
        lo.known[out] = contracted(lo, [(a, left), (b, right)], "", fact, out.name).at(lo.write, ())
        return
    for value, arg in ((a, one), (b, two)):
        if isinstance(value, Computed):
            lo.array(arg)
    a, b = lo.value(one), lo.value(two)
    lo.put(out, contracted(lo, [(a, left), (b, right)], result, fact, out.name))


def matrices(lo: Lowered, one: Arg, two: Arg, out: Var) -> Var:
    return lo.write.apply("np.dot", operand(lo, one), operand(lo, two), fact=out.fact,
                          name=out.name)


def operand(lo: Lowered, arg: Arg) -> Var:
    """A matrix as the library takes it: in memory, or the transpose of what is."""
    value = lo.value(arg)
    if isinstance(value, View) and value.turned and isinstance(value.base, Stored):
        shape = value.base.var.fact.shape or ()
        return lo.write.apply(".T", value.base.var, fact=Fact(
            "array", value.base.var.fact.dtype, tuple(reversed(shape))))
    return lo.array(arg)


def contracted(lo: Lowered, operands: list[tuple[Value, Labels]], result: Labels, fact: Fact,
               name: str) -> Value:
    """The sum of products of elements over the labels that the result does not have."""
    sizes: dict[str, Arg] = {}
    for value, labels in operands:
        for k, label in enumerate(labels):
            size = value.size(lo.write, k)
            if label not in sizes or sizes[label] == Const(1):
                sizes[label] = size
            elif not value.ones[k]:
                sizes[label] = lo.equal(lo.write, sizes[label], size)
    summed = "".join(label for label in sizes if label not in result)
    order = result + summed
    last = all(not summed or labels[-1:] == summed[-1] or summed[-1] not in labels
               for _, labels in operands)
    if not last:  # the fastest axis of some operand is kept: sum in rows
        order = result[:-1] + summed + result[-1:]
    places = [order.index(label) for label in result + summed]

    def at(write: Writing, index: Index) -> Arg:
        where = {label: index[order.index(label)] for label in order}
        found: Arg | None = None
        for value, labels in operands:
            element = value.at(write, value.aligned(tuple(where[label] for label in labels)))
            found = element if found is None else write.apply("Mult", found, element, fact=fact)
        assert found is not None
        return found

    whole = Computed(given(*(sizes[label] for label in order)),
                     tuple(sizes[label] == Const(1) for label in order), at)
    axes = tuple(order.index(label) for label in summed)
    del places
    if not axes:
        return whole
    return reduced(lo, "np.sum", whole, axes, fact, name)


@handles("np.einsum")
def einsum(lo: Lowered, op: Apply) -> None:
    subscripts, items = op.args[:2]
    if not (isinstance(subscripts, Const) and isinstance(items, Pack)):
        raise Uncompiled("np.einsum with these arguments")
    text = str(subscripts.value).replace(" ", "")
    given_, arrow, result = text.partition("->")
    labels = given_.split(",")
    if "." in text or any(len(set(each)) != len(each) for each in labels):
        raise Uncompiled("np.einsum with `...` or a repeated index")
    if not arrow:
        every = "".join(labels)
        result = "".join(sorted(c for c in set(every) if every.count(c) == 1))
    operands = [(lo.value(item), each) for item, each in zip(items.items, labels, strict=True)]
    out = op.outs[0]
    lo.put(out, contracted(lo, operands, result, of_dtype(out.fact.dtype), out.name))


@handles("np.tensordot")
def tensordot(lo: Lowered, op: Apply) -> None:
    a, b = lo.value(op.args[0]), lo.value(op.args[1])
    axes = op.args[2]
    if isinstance(axes, Const) and isinstance(axes.value, int):
        mine = tuple(range(a.rank - axes.value, a.rank))
        theirs = tuple(range(axes.value))
    else:
        pair = axes.items if isinstance(axes, Pack) else tuple(map(Const, axes.value))  # type: ignore[union-attr]
        mine, theirs = as_axes(pair[0], a.rank), as_axes(pair[1], b.rank)
    names = iter("abcdefghijklmnopqrstuvw")
    left = [next(names) for _ in range(a.rank)]
    right = [next(names) for _ in range(b.rank)]
    for m, n in zip(mine, theirs, strict=True):
        right[n] = left[m]
    result = [c for c in (*left, *right) if not (c in left and c in right)]
    out = op.outs[0]
    lo.put(out, contracted(lo, [(a, "".join(left)), (b, "".join(right))], "".join(result),
                           of_dtype(out.fact.dtype), out.name))


__all__ = ["ZERO", "array_like"]
