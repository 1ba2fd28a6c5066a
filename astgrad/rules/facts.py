"""Facts of rows whose results' shapes depend on values, or that probing cannot find."""

from __future__ import annotations

from typing import Any

import numpy as np

from astgrad.ir.core import Arg, Const, Pack
from astgrad.ir.fact import Dim, Fact, Shape, Size
from astgrad.ir.sizes import broadcast, example, reshaped
from astgrad.ir.sizes import fact_of_arg as of


def array_dtype(fact: Fact) -> str:
    """The dtype of an array made of such a value."""
    names = {"float": "float64", "int": "int64", "complex": "complex128", "": "float64"}
    return names.get(fact.dtype, fact.dtype)


def some_places(*_: Arg) -> Fact:
    return Fact("array", "int64", (None,))


def nonzero(x: Arg) -> Fact:
    rank = of(x).rank
    return Fact("unknown", "", None) if rank is None else Fact("tuple", items=(some_places(),) * rank)


def argwhere(x: Arg) -> Fact:
    return Fact("array", "int64", (None, of(x).rank))


def bincount(x: Arg, weights: Arg, minlength: Arg) -> Fact:
    whole = isinstance(weights, Const)
    return Fact("array", "int64" if whole else "float64", (None,))


def unique_places(x: Arg) -> Fact:
    return Fact("tuple", items=(some_places(), Fact("array", "int64", of(x).shape), some_places()))


def broadcast_to(x: Arg, shape: Arg) -> Fact:
    return reshaped(x, shape)


def broadcast_shapes(shapes: Arg) -> Fact:
    whole: Shape = ()
    for item in shapes.items if isinstance(shapes, Pack) else ():
        fact = of(item)
        if fact.kind != "tuple":
            return Fact("unknown", "", None)
        whole = broadcast(whole, tuple(size.size for size in fact.items))
    if not isinstance(shapes, Pack) or whole is None:
        return Fact("unknown", "", None)
    return Fact("tuple", items=tuple(Fact("number", "int", size=size) for size in whole))


def squeeze(x: Arg, axis: Arg) -> Fact:
    """Without an axis, only sizes that are known to be 1, or not to be, can be told."""
    fact = of(x)
    dtype = array_dtype(fact)
    if fact.shape is None or fact.kind != "array" or not isinstance(axis, Const):
        return Fact("array", dtype, () if fact.shape == () else None)
    rank = len(fact.shape)
    if axis.value is None:
        if not all(map(settled, fact.shape)):
            return Fact("array", dtype, None)
        return Fact("array", dtype, tuple(n for n in fact.shape if n != 1))
    axes = axis.value if isinstance(axis.value, tuple) else (axis.value,)
    gone = {a % rank for a in axes}
    return Fact("array", dtype, tuple(n for i, n in enumerate(fact.shape) if i not in gone))


def settled(size: Size) -> bool:
    """Whether a size is 1, or known not to be: an argument's own dimension."""
    own = isinstance(size, Dim) and size.add == 0 and not isinstance(size.symbol, tuple)
    return isinstance(size, int) or own


def cross(a: Arg, b: Arg, axisa: Arg, axisb: Arg, axisc: Arg, axis: Arg) -> Fact:
    """Vectors in space; two vectors that are known to be in the plane give numbers."""
    facts = (of(a), of(b))
    places: list[Any] = [getattr(p, "value", ...) for p in (axisa, axisb, axisc)]
    if isinstance(axis, Const) and axis.value is not None:
        places = [axis.value] * 3
    dtype = np.result_type(*map(array_dtype, facts)).name
    if any(f.shape is None or f.kind != "array" for f in facts) or ... in places:
        return Fact("array", dtype, None)
    rest, sizes = [], []
    for fact, place in zip(facts, places, strict=False):
        shape = list(fact.shape or ())
        sizes.append(shape.pop(place))
        rest.append(tuple(shape))
    batch = broadcast(*rest)
    if all(example(size) == 2 for size in sizes):
        return Fact("array", dtype, batch) if batch else Fact("scalar", dtype)
    if batch is None:
        return Fact("array", dtype, None)
    where = places[2] % (len(batch) + 1)
    return Fact("array", dtype, (*batch[:where], 3, *batch[where:]))



def einsum(subscripts: Arg, operands: Arg, _: Arg) -> Fact:
    """Sizes by letter, as far as one operand tells; the dtype that NumPy computes in."""
    text = getattr(subscripts, "value", None)
    items = operands.items if isinstance(operands, Pack) else ()
    facts = [of(item) for item in items]
    dtype = np.result_type(*map(array_dtype, facts)).name if facts else "float64"
    if not isinstance(text, str) or any(f.shape is None or not f.is_numeric for f in facts):
        return Fact("array", dtype, None)
    inputs, arrow, output = text.replace(" ", "").partition("->")
    sizes: dict[str, Size] = {}
    dots: Shape = ()
    for term, fact in zip(inputs.split(","), facts, strict=True):
        shape = list(fact.shape or ())
        head, ellipsis, tail = term.partition("...")
        ends = (*zip(head, shape, strict=False), *zip(reversed(tail), reversed(shape), strict=False))
        for letter, size in ends:
            if sizes.get(letter) in (None, 1):
                sizes[letter] = size
        if ellipsis and dots is not None:
            dots = broadcast(dots, tuple(shape[len(head) : len(shape) - len(tail)]))
    if not arrow:
        letters = sorted(set(inputs) - set(".,"))
        output = "..." * ("..." in inputs) + "".join(c for c in letters if inputs.count(c) == 1)
    head, ellipsis, tail = output.partition("...")
    if ellipsis and dots is None:
        return Fact("array", dtype, None)
    middle = dots if ellipsis and dots else ()
    whole = (*(sizes[c] for c in head), *middle, *(sizes[c] for c in tail))
    return Fact("array", dtype, whole) if whole else Fact("scalar", dtype)
