"""Changes of the length or the order of a list: items taken out, put in, turned, searched.

Where an index or the length is known only at run time, the list gets a new value.
"""

from __future__ import annotations

from typing import Any

import gast

from astgrad.frontend import templates
from astgrad.frontend.aliases import check_whole
from astgrad.frontend.arraylike import is_array
from astgrad.frontend.builtins import Args, Keywords, collected, method
from astgrad.frontend.calls import call
from astgrad.frontend.expressions import is_list, list_items, sequence_items
from astgrad.frontend.held import check_filled, extend_by, make_dynamic, part_of, put_content
from astgrad.frontend.iterate import add, length
from astgrad.frontend.lower import Lowering
from astgrad.frontend.ordering import sorted_
from astgrad.frontend.plain import UNPLAIN, plain
from astgrad.frontend.unread import unread
from astgrad.frontend.values import Items, Ref, Tup
from astgrad.ir.core import NONE, TEMP, Apply, Arg, Const, Pack, Var
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules import table

BACKWARDS = Const(slice(None, None, -1))
INDICES = (int, type(None))


def splice(lo: Lowering, target: Ref, first: Arg, last: Arg, values: Any, node: gast.AST) -> None:
    """`target[first:last] = values`."""
    check_whole(lo, target, node)
    lo.written.add(target.obj)
    items, new = list_items(lo, target), sequence_items(lo, values)
    bounds = plain(first), plain(last)
    if items is not None and new is not None and all(isinstance(b, INDICES) for b in bounds):
        changed = list(items)
        changed[slice(*bounds)] = new
        lo.state.heap[target.obj] = Items(tuple(changed))
        return
    make_dynamic(lo, target.obj, node)
    made = rest(lo, target, last) if is_start(first) and new == () else spliced(
        lo, target, first, last, values, node)
    put_content(lo, target, lo.read(made))
    target.obj.shares |= made.obj.shares
    target.obj.repeats = target.obj.repeats or made.obj.repeats


def spliced(lo: Lowering, target: Ref, first: Arg, last: Arg, values: Any, node: gast.AST) -> Ref:
    """A new list of the items before, the values, and the items after."""
    new = sequence_items(lo, values)
    if is_start(first) and new is not None:
        made, after = lo.new_object(Items(new)), rest(lo, target, last)
    else:
        made = slice_of(lo, target, NONE, Const(0) if first == NONE else first)
        after = rest(lo, target, last if last == NONE else end_of(lo, target, made, first, last))
        extend_by(lo, made, values, node)
    if last != NONE:
        extend_by(lo, made, after, node)
    return made


def rest(lo: Lowering, target: Ref, start: Arg) -> Any:
    """The items from a place on; from None on there are none."""
    if start == Const(0):
        return target
    return slice_of(lo, target, start, NONE) if start != NONE else slice_of(
        lo, target, NONE, Const(0))


def is_start(bound: Arg) -> bool:
    return bound in (NONE, Const(0))


def slice_of(lo: Lowering, ref: Ref, first: Arg, last: Arg) -> Any:
    known = isinstance(first, Const) and isinstance(last, Const)
    index: Arg = Pack("slice", (first, last, NONE))
    if known:
        index = Const(slice(plain(first), plain(last)))
    return part_of(lo, ref, index)


def end_of(lo: Lowering, target: Ref, head: Ref, first: Arg, last: Arg) -> Arg:
    """Where the items go on after `target[first:last]`, whose first item follows the head."""
    a, b = plain(first), plain(last)
    ordered = isinstance(a, int) and isinstance(b, int) and a <= b and (a < 0) == (b < 0)
    if is_start(first) or first == last or ordered:
        return last
    before = length(lo, lo.read(slice_of(lo, target, NONE, last)))
    return lo.build.apply("max", length(lo, lo.read(head)), before)


def remove_at(lo: Lowering, ref: Ref, at: Arg, node: gast.AST) -> None:
    """`del ref[at]`, where there is such an item."""
    if not isinstance(at, Const):
        at = lo.build.apply("Mod", at, length(lo, lo.read(ref)))
    last = NONE if at == Const(-1) else add(lo, at, Const(1))
    splice(lo, ref, at, last, Tup(()), node)


def store_slice(lo: Lowering, target: Ref, index: Arg, values: Any, node: gast.AST) -> None:
    """`target[index] = values`, where index is a slice."""
    start, stop, step = slice_bounds(index) or ()
    made = collected(lo, values, node)
    items, new = list_items(lo, target), list_items(lo, made)
    if plain(step) in (None, 1):
        splice(lo, target, start, stop, made, node)
    elif items is None or new is None or plain(index) is UNPLAIN:
        raise lo.refuse(node, "every so many items of a list are replaced",
                        "replace them one by one in a loop")
    else:
        check_whole(lo, target, node)
        changed = list(items)
        changed[plain(index)] = new
        lo.state.heap[target.obj] = Items(tuple(changed))
        lo.written.add(target.obj)


def delete(lo: Lowering, ref: Ref, index: Any, node: gast.AST) -> None:
    """`del ref[index]`."""
    bounds = slice_bounds(index)
    if bounds is None:
        at = lo.read(index)
        make_dynamic(lo, ref.obj, node)
        unread(lo, part_of(lo, ref, at))
        remove_at(lo, ref, at, node)
    elif bounds[2] in (NONE, Const(1)):
        splice(lo, ref, bounds[0], bounds[1], Tup(()), node)
    else:
        raise lo.refuse(node, "every so many items of a list are deleted",
                        "keep the others: `[... for ... if ...]`")


def slice_bounds(index: Any) -> tuple[Arg, ...] | None:
    """Start, stop and step of a slice; None of what is no slice."""
    if isinstance(index, Pack) and index.kind == "slice":
        return index.items
    if isinstance(index, Const) and isinstance(index.value, slice):
        return tuple(Const(part) for part in (index.value.start, index.value.stop,
                                              index.value.step))
    return None


@method("list", "insert")
def insert(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    ref, at, value = args
    splice(lo, ref, lo.read(at), lo.read(at), Tup((value,)), node)
    return NONE


@method("list", "pop")
def pop(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    check_whole(lo, args[0], node)
    ref, at = args[0], lo.read(args[1]) if len(args) > 1 else Const(-1)
    items, key = list_items(lo, ref), plain(at)
    if items is not None and isinstance(key, int):
        if not -len(items) <= key < len(items):
            raise lo.refuse(node, f"index {key} is out of range: {len(items)} items" if items
                            else "pop from an empty list")
        lo.state.heap[ref.obj] = Items((*items[:key], *items[key:][1:]))
        lo.written.add(ref.obj)
        return items[key]
    make_dynamic(lo, ref.obj, node)
    if at == Const(-1) and not ref.path:
        return pop_last(lo, ref)
    value = part_of(lo, ref, at)
    unread(lo, value)
    remove_at(lo, ref, at, node)
    return value


def pop_last(lo: Lowering, ref: Ref) -> Any:
    check_filled(lo, ref)
    content = lo.state.heap[ref.obj]
    fact = fact_of_arg(content)
    rest, value = Var(ref.obj.name, fact), Var(TEMP, fact.items[0])
    lo.build.add(Apply((rest, value), table.row("pop"), (content,), lo.build.span))
    put_content(lo, ref, rest)
    made = lo.wrap(value)
    if isinstance(made, Ref):
        made.obj.shares |= {ref.obj, *ref.obj.shares}
    return made


@method("list", "remove")
def remove(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    delete(lo, args[0], index(lo, args, keywords, node), node)
    return NONE


@method("list", "clear")
def clear(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    splice(lo, args[0], NONE, NONE, Tup(()), node)
    return NONE


@method("list", "reverse")
def reverse(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    check_whole(lo, args[0], node)
    items = list_items(lo, args[0])
    lo.written.add(args[0].obj)
    if items is not None:
        lo.state.heap[args[0].obj] = Items(items[::-1])
    else:
        put_content(lo, args[0], lo.read(part_of(lo, args[0], BACKWARDS)))
    return NONE


@method("list", "sort")
def sort(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    check_whole(lo, args[0], node)
    items = list_items(lo, args[0])
    found = sorted_(lo, (args[0] if items is None else Tup(items),), keywords, node)
    lo.written.add(args[0].obj)
    if items is not None:
        lo.state.heap[args[0].obj] = lo.state.heap[found.obj]
    else:
        put_content(lo, args[0], lo.read(found))
    return NONE


@method("list", "index")
@method("tuple", "index")
def index(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    values = [plain(one) for one in (*(sequence_items(lo, args[0]) or (UNPLAIN,)), *args[1:])]
    if UNPLAIN not in values:
        count = len(values) - len(args) + 1
        if values[count] not in values[:count]:
            raise lo.refuse(node, f"{values[count]!r} is not in the list")
        return Const(values[:count].index(*values[count:]))
    if len(args) > 2:
        raise lo.refuse(node, "a search of a part of a list", "search a slice of it")
    check_numbers(lo, args, node)
    return templates.expand(lo, templates.INDEX, node, {"source": args[0], "value": args[1]})


@method("list", "count")
@method("tuple", "count")
def count(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    values = [plain(one) for one in (*(sequence_items(lo, args[0]) or (UNPLAIN,)), args[1])]
    if UNPLAIN not in values:
        return Const(values[:-1].count(values[-1]))
    check_numbers(lo, args, node)
    return templates.expand(lo, templates.COUNT, node, {"source": args[0], "value": args[1]})


def check_numbers(lo: Lowering, args: Args, node: gast.AST) -> None:
    """Refuse a search for what is not compared as a number."""
    items = sequence_items(lo, args[0])
    facts = [lo.fact(one) for one in items] if items is not None else lo.fact(args[0]).items
    if not all(fact.kind in ("number", "scalar") for fact in (*facts, lo.fact(args[1]))):
        raise lo.refuse(node, "a search in a list of other than numbers", "keep the index itself")


def turned(lo: Lowering, function: Any, source: Any, node: gast.AST) -> Any:
    """`zip(*source)`."""
    items = sequence_items(lo, source)
    if items is not None:
        return call(lo, function, items, {}, node)
    if is_array(lo, source):
        return lo.apply("np.transpose", lo.read(source))
    if not is_list(lo, source):
        raise lo.refuse(node, "the length of what is unpacked is not known", "use a list")
    row = lo.fact(source).items[0]
    if row.kind == "tuple":
        return Tup(tuple(
            templates.expand(lo, templates.COLUMN, node, {"source": source, "j": Const(j)})
            for j in range(len(row.items))))
    if row.kind == "list":
        return templates.expand(lo, templates.COLUMNS, node, {"source": source})
    raise lo.refuse(node, "`zip(*...)` of other than tuples and lists",
                    "stack them, and use the transpose")


__all__ = ["delete", "insert", "pop", "store_slice", "turned"]
