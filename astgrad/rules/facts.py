"""Facts of rows whose results' shapes depend on values, or that probing cannot find."""

from __future__ import annotations

from typing import Any

import numpy as np

from astgrad.ir.core import Arg, Const, Pack
from astgrad.ir.fact import Dim, Fact, Kind, Shape, Size
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


def arange(start: Arg, stop: Arg, step: Arg, dtype: Arg) -> Fact:
    """As many elements as ints tell; floats do not."""
    values: list[Any] = [getattr(arg, "value", arg) for arg in (start, stop, step)]
    if values[1] is None:
        start, stop, values = Const(0), start, [0, values[0], values[2]]
    kinds = [of(arg) for arg, value in zip((start, stop, step), values, strict=True)
             if value is not None]
    wanted = getattr(dtype, "value", None)
    name = np.result_type(*map(array_dtype, kinds)).name
    name = name if wanted is None else np.dtype(wanted).name
    if all(type(value) is int or value is None for value in values):
        known = range(values[0], values[1], 1 if values[2] is None else values[2])
        return Fact("array", name, (len(known),))
    size = of(stop).size if values[0] == 0 and values[2] in (None, 1) else None
    return Fact("array", name, (size if of(stop).is_int else None,))


def repeat(x: Arg, repeats: Arg, axis: Arg) -> Fact:
    """The axis repeated has a length of its own, unless all is written out."""
    fact, where, times = of(x), getattr(axis, "value", ...), getattr(repeats, "value", None)
    dtype = array_dtype(fact)
    if where is None:
        sizes = fact.shape if fact.kind == "array" else ()
        count = None if sizes is None or None in sizes else sizes
        whole = count is not None and all(isinstance(n, int) for n in count)
        total = int(np.prod(count)) if whole else None  # type: ignore[arg-type]
        return Fact("array", dtype, (_repeated(total, times),))
    if fact.shape is None or fact.kind != "array" or not isinstance(where, int):
        return Fact("array", dtype, fact.shape if fact.shape is None else (None,) * len(fact.shape))
    at = where % len(fact.shape)
    new = _repeated(fact.shape[at], times)
    return Fact("array", dtype, (*fact.shape[:at], new, *fact.shape[at + 1 :]))


def _repeated(size: Size, times: object) -> Size:
    if isinstance(times, int):
        return size if times == 1 else size * times if isinstance(size, int) else None
    return sum(times) if isinstance(times, tuple | list) and len(times) > 1 else None


def frexp(x: Arg) -> Fact:
    fact = of(x)
    if fact.kind == "number":
        return Fact("tuple", items=(Fact("number", "float"), Fact("number", "int")))
    kind: Kind = "array" if fact.kind == "array" else "scalar"
    dtype = array_dtype(fact)
    return Fact("tuple", items=(Fact(kind, dtype if dtype[0] == "f" else "float64", fact.shape),
                                Fact(kind, "int32", fact.shape)))
