"""Lists of unknown length: what they hold, and a new content for them."""

from __future__ import annotations

from typing import Any

import gast

from astgrad.analysis.items import is_slice
from astgrad.frontend.aliases import check_whole, holding, note_items
from astgrad.frontend.effects import raised
from astgrad.frontend.lower import Ended, Lowering, unknown_key
from astgrad.frontend.state import items_among, reachable
from astgrad.frontend.values import Entries, Items, Obj, Ref, Tup
from astgrad.ir.core import Apply, Arg, Const, Pack, Var
from astgrad.ir.fact import UNKNOWN, Fact, join
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules import table


def check_items(lo: Lowering, have: Fact, value: Fact, node: gast.AST) -> None:
    """A list of unknown length holds items of one kind."""
    item = have.items[0]
    if UNKNOWN not in (item, value) and join(item, value) == UNKNOWN:
        raise lo.refuse(node, "a list of unknown length holds items of different kinds",
                        "use one list for each kind")


def share(lo: Lowering, container: Obj, value: Any) -> None:
    """Note that a container of unknown structure holds what `value` refers to."""
    if lo.fact(Ref(container)).kind != "list":
        return
    found = set(reachable(lo.state.heap, value))
    container.repeats = container.repeats or not container.shares.isdisjoint(found)
    container.shares |= found | items_among(found)


def make_dynamic(lo: Lowering, obj: Obj, node: gast.AST | None = None) -> None:
    """Turn a list of known items into one list value."""
    content = lo.state.heap[obj]
    if not isinstance(content, Items):
        return
    held: set[Obj] = set()
    structured = [v for v in content.values if not plain_item(lo, v)]
    if structured and node is not None:
        raise unknown_key(lo.refuse(node, f"which item of `{obj.name}` is meant is known only at "
                                          "run time, and its items are not arrays or numbers",
                                    "loop over the list itself"))
    items = tuple(lo.read(v) for v in content.values)
    facts = [fact_of_arg(i) for i in items]
    for fact in facts[1:]:
        check_items(lo, Fact("list", items=facts[:1]), fact, node)  # type: ignore[arg-type]
    pack = Pack("list", items)
    out = Var(obj.name, fact_of_arg(pack))
    row = table.row("list_of")
    lo.build.add(Apply((out,), row, (pack,), lo.build.span))
    lo.state.heap[obj] = out
    if not items:
        lo.empty.add(out)
    for value in content.values:
        found = set(reachable(lo.state.heap, value))
        obj.repeats = obj.repeats or not found.isdisjoint(held)
        held |= found
    obj.shares |= held | items_among(held)


def plain_item(lo: Lowering, value: Any) -> bool:
    """Whether a value can be an item of a list of unknown length."""
    if isinstance(value, Tup):
        return all(plain_item(lo, item) for item in value.items)
    if isinstance(value, Ref):
        content = lo.state.heap[value.obj]
        if isinstance(content, Items):
            return all(plain_item(lo, item) for item in content.values)
        return not isinstance(content, Entries)
    return isinstance(value, Var | Const | Pack)


def extend_by(lo: Lowering, target: Ref, source: Any, node: gast.AST) -> None:
    """`target.extend(source)`, where source is any iterable."""
    from astgrad.frontend import templates
    from astgrad.frontend.builtins import collected
    from astgrad.frontend.expressions import sequence_items

    made = collected(lo, source, node)
    items = sequence_items(lo, made)
    if items is not None:
        extend_list(lo, target, items, node)
    else:
        templates.expand(lo, templates.EXTEND, node, {"source": made, "items": target})


def extend_list(lo: Lowering, target: Ref, values: tuple[Any, ...], node: gast.AST) -> None:
    """`target.extend(values)`."""
    check_whole(lo, target, node)
    content = lo.state.heap[target.obj]
    lo.written.add(target.obj)
    if isinstance(content, Items):
        lo.state.heap[target.obj] = Items(content.values + values)
        return
    for value in values:
        check_items(lo, lo.fact(target), lo.fact(value), node)
        share(lo, target.obj, value)
        arg = lo.read(value)
        put_content(lo, target, lo.build.apply("append", lo.read(target), arg,
                                               name=target.obj.name))


def put_content(lo: Lowering, target: Ref, content: Arg) -> None:
    """A list of unknown length, or one inside it, has this content from now on."""
    obj, path = target.obj, target.path
    lo.resized.append(target)
    lo.written.add(obj)
    if path:
        row, around = ("setitem", ()) if len(path) == 1 else (
            "setitem_in", (Pack("tuple", path[:-1]),))
        content = lo.build.apply(row, lo.state.heap[obj], *around, path[-1], content,
                                 name=obj.name)
        lo.item_writes[content] = obj.name, len(path)
    lo.state.heap[obj] = content


def part_of(lo: Lowering, source: Ref, index: Arg) -> Any:
    """An item of a list of unknown length, or for a slice a new list with its items."""
    if not is_slice(index):
        check_filled(lo, source)
    made = lo.wrap(lo.build.apply("[]", lo.read(source), index))
    note_items(lo, source)
    if is_slice(index):
        return holding(lo, made, source)
    return lo.sharing(made, {source.obj, *source.obj.shares})


def check_filled(lo: Lowering, source: Ref) -> None:
    """An item of a list that has none: the path ends here, as in Python."""
    if lo.loops and not source.path and lo.state.heap[source.obj] in lo.empty:
        raise Ended(raised(lo, IndexError, "list index out of range"))
