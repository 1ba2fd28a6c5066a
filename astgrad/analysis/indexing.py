"""The fact and the nature of an indexing expression: basic, mask, integer array."""

from __future__ import annotations

from dataclasses import replace

from astgrad.ir.core import Arg, Const, Pack, Var
from astgrad.ir.fact import UNKNOWN, Dim, Fact, Shape, Size
from astgrad.ir.sizes import broadcast, fact_of_arg, window


def index_items(index: Arg) -> tuple[Arg, ...]:
    if isinstance(index, Pack) and index.kind == "tuple":
        return index.items
    if isinstance(index, Const) and isinstance(index.value, tuple):
        return tuple(Const(item) for item in index.value)
    return (index,)


def item_kind(item: Arg) -> str:
    """One of "int", "slice", "new", "dots", "mask", "array", "list" and "unknown"."""
    if isinstance(item, Pack):
        return "slice" if item.kind == "slice" else "list"
    if isinstance(item, Const):
        match item.value:
            case None:
                return "new"
            case slice():
                return "slice"
            case _ if item.value is Ellipsis:
                return "dots"
            case bool():
                return "unknown"
            case list():
                return "list"
    fact = fact_of_arg(item)
    if fact.is_int:
        return "int"
    if fact.kind == "array" and fact.dtype == "bool":
        return "mask"
    if fact.kind == "array" and fact.dtype.startswith(("int", "uint")):
        return "int" if fact.shape == () else "array"
    return "list" if fact.kind in ("list", "tuple") else "unknown"


def is_basic(index: Arg) -> bool:
    """Whether the result is a view: ints, slices, None and ... only."""
    return all(item_kind(i) in ("int", "slice", "new", "dots") for i in index_items(index))


def no_repeats(index: Arg) -> bool:
    """Whether each element is selected at most once, as far as kinds tell."""
    return all(item_kind(i) in ("int", "slice", "new", "dots", "mask") for i in index_items(index))


def merged(path: tuple[Arg, ...], index: Arg) -> tuple[tuple[Arg, ...], Arg]:
    """`A[i][j]` is `A[i, j]` where i is made of ints."""
    while path and not (isinstance(path[-1], Pack) and path[-1].kind == "step"):
        first = index_items(path[-1])
        if any(item_kind(i) != "int" for i in first):
            break
        if index == Const(Ellipsis):
            index = path[-1]
        else:
            index = Pack("tuple", (*first, *index_items(index)))
        path = path[:-1]
    return path, index


def is_relabelling(index: Arg) -> bool:
    """Whether the result has all elements, and new axes: `x[:, None]`."""
    items = index_items(index)
    return Const(None) in items and all(
        item_kind(i) in ("new", "dots") or i == Const(slice(None)) for i in items)


def without_new(index: Arg) -> Arg:
    """The index of a relabelled array that gives the array back: `x[:, 0]`."""
    items = tuple(Const(0) if item == Const(None) else item for item in index_items(index))
    return items[0] if len(items) == 1 else Pack("tuple", items)


def getitem_fact(x: Arg, index: Arg) -> Fact | None:
    """The fact of `x[index]`; None where NumPy is to be asked."""
    fact = fact_of_arg(x)
    if fact.kind == "list":
        return fact.items[0] if item_kind(index) == "int" else fact
    if fact.kind == "tuple":
        if isinstance(index, Const) and isinstance(index.value, int):
            return fact.items[index.value]
        return UNKNOWN
    if fact.kind != "array":
        return UNKNOWN
    items = index_items(index)
    kinds = [item_kind(item) for item in items]
    if fact.shape is None:
        return replace(fact, shape=None)
    if not set(kinds) <= {"int", "slice", "new", "dots"}:
        return _advanced(fact, items, kinds)
    return _basic(fact, items, kinds)


def _basic(fact: Fact, items: tuple[Arg, ...], kinds: list[str]) -> Fact:
    consumed = sum(kind in ("int", "slice") for kind in kinds)
    rest = len(fact.shape or ()) - consumed
    if rest < 0:
        return UNKNOWN
    sizes = list(fact.shape or ())
    shape: list[Size] = []
    if "dots" not in kinds:
        items, kinds = (*items, Const(Ellipsis)), [*kinds, "dots"]
    for item, kind in zip(items, kinds, strict=True):
        match kind:
            case "int":
                sizes.pop(0)
            case "slice":
                shape.append(slice_size(sizes.pop(0), item))
            case "new":
                shape.append(1)
            case "dots":
                shape.extend(sizes[:rest])
                del sizes[:rest]
    if not shape and "dots" not in [item_kind(i) for i in items[:-1]]:
        return Fact("scalar", fact.dtype)
    return replace(fact, shape=tuple(shape))


def _advanced(fact: Fact, items: tuple[Arg, ...], kinds: list[str]) -> Fact:
    if "unknown" in kinds:
        return replace(fact, shape=None)
    if kinds == ["mask"]:
        mask = fact_of_arg(items[0])
        if mask.shape is None:
            return replace(fact, shape=None)
        rest = (fact.shape or ())[len(mask.shape) :]
        return replace(fact, shape=(Dim(("mask", items[0])), *rest))
    if "mask" in kinds or "dots" in kinds:
        return replace(fact, shape=None)
    index_shape: Shape = ()
    for item, kind in zip(items, kinds, strict=True):
        if kind in ("array", "list"):
            index_shape = broadcast(index_shape, _list_shape(item))
    if index_shape is None:
        return replace(fact, shape=None)
    return replace(fact, shape=_placed(fact, items, kinds, index_shape))


def _placed(fact: Fact, items: tuple[Arg, ...], kinds: list[str], index: tuple[Size, ...]) -> Shape:
    places = [i for i, kind in enumerate(kinds) if kind in ("array", "list", "int")]
    together = places == list(range(places[0], places[-1] + 1))
    sizes = list(fact.shape or ())
    shape: list[Size] = [] if together else list(index)
    done = not together
    for item, kind in zip(items, kinds, strict=True):
        if kind == "new":
            shape.append(1)
        elif kind == "slice":
            shape.append(slice_size(sizes.pop(0), item))
        else:
            sizes.pop(0)
            if not done:
                shape.extend(index)
                done = True
    return (*shape, *sizes)


def _list_shape(item: Arg) -> Shape:
    fact = fact_of_arg(item)
    if isinstance(item, Pack):
        return (len(item.items),)
    if isinstance(item, Const) and isinstance(item.value, list | tuple):
        return (len(item.value),)
    return fact.shape if fact.kind == "array" else None


def slice_size(size: Size, item: Arg) -> Size:
    """The length of a slice of a dimension."""
    start, stop, step = _slice_parts(item)
    if step not in (None, 1):
        if isinstance(size, int) and all(isinstance(p, int | None) for p in (start, stop, step)):
            return len(range(*slice(start, stop, step).indices(size)))
        return size if (start, stop, step) == (None, None, -1) else _symbolic(size, item)
    if start is None:
        start = 0
    if stop is None:
        stop = size
    if isinstance(size, int) and isinstance(start, int) and isinstance(stop, int):
        return len(range(*slice(start, stop).indices(size)))
    if isinstance(start, int) and isinstance(size, Dim):
        return _dim_slice(size, start, stop, item)
    inside = None if isinstance(start, str) or isinstance(stop, str) else window(size, start, stop)
    return _symbolic(size, item) if inside is None else inside


def _dim_slice(size: Dim, start: int, stop: Size | str, item: Arg) -> Size:
    if isinstance(stop, int) and stop < 0:
        stop = size + stop
    if start >= 0 and isinstance(stop, Dim) and stop.symbol == size.symbol and (
            stop.add <= size.add):
        return stop + -start
    return _symbolic(size, item)


def _symbolic(size: Size, item: Arg) -> Size:
    """A dimension of its own: equal where size and bounds are the same values."""
    if size is None:
        return None
    items = item.items if isinstance(item, Pack) else (None, None, None)
    bounds = (part if known == "unknown" else known  # else as the variable that it is
              for part, known in zip(items, _slice_parts(item), strict=True))
    return Dim(("slice", size, *bounds))


def _slice_parts(item: Arg) -> tuple[Size | str, Size | str, Size | str]:
    if isinstance(item, Const):
        return item.value.start, item.value.stop, item.value.step
    assert isinstance(item, Pack)
    start, stop, step = (_bound(part) for part in item.items)
    return start, stop, step


def _bound(part: Arg) -> Size | str:
    if isinstance(part, Const):
        return part.value  # type: ignore[no-any-return]
    if isinstance(part, Var) and part.fact.size is not None:
        return part.fact.size
    return "unknown"
