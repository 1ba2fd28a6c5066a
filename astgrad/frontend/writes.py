"""Writes: to elements of arrays and lists, keys of dicts, attributes of objects.

A write makes a new version of the object that owns the storage, through the path of a
view.  It is refused where another live name may share the storage ambiguously.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import gast

from astgrad.analysis.indexing import index_items, item_kind
from astgrad.analysis.infer import fact_of_arg
from astgrad.frontend.expressions import UNPLAIN, plain
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Closure, Entries, Items, Maybe, Obj, Partial, Ref, Tup, certain
from astgrad.ir.core import Apply, Arg, Const, Pack, Var
from astgrad.ir.fact import Fact
from astgrad.rules import table

ELLIPSIS = Const(Ellipsis)
WRITABLE_STEPS = (".T", "np.reshape", "np.ravel", "np.transpose", "np.swapaxes", "np.squeeze",
                  "np.expand_dims", "np.flip", "np.moveaxis", ".real", "np.diagonal_view")


def store(lo: Lowering, target: Any, index: Any, value: Any, node: gast.AST) -> None:
    """`target[index] = value`."""
    target = certain(target)
    if isinstance(target, Ref):
        content = lo.state.heap[target.obj]
        if isinstance(content, Entries):
            key = plain(index)
            if key is UNPLAIN:
                raise lo.refuse(node, "a dict is written at a key known only at run time",
                                "use a list or an array indexed by number")
            check_aliases(lo, target.obj, node)
            lo.state.heap[target.obj] = content.put(key, value)
            lo.written.add(target.obj)
            return
        if isinstance(content, Items):
            key = plain(index)
            if isinstance(key, int):
                values = list(content.values)
                values[key] = value
                lo.state.heap[target.obj] = Items(tuple(values))
                lo.written.add(target.obj)
                return
            make_dynamic(lo, target.obj, node)
        share(lo, target.obj, value)
        write(lo, "setitem", target, lo.read(index), lo.read(value), node)
        return
    raise lo.refuse(node, "only arrays, lists and dicts can be written to")


def write(lo: Lowering, row: str, target: Ref, index: Arg, value: Arg, node: gast.AST) -> None:
    """A new version of the storage behind target: `row` is setitem, index_add or add_at."""
    fact = lo.fact(target)
    obj = target.obj
    _check_storage(lo, obj, fact, value, node)
    check_aliases(lo, obj, node)
    path, index = _merge(target.path, index)
    content = lo.state.heap[obj]
    if path and row == "add_at":
        view = lo.build.apply("add_at", lo.follow(content, path), index, value)
        row, index, value = "setitem", ELLIPSIS, view
    if path:
        _check_path(lo, path, node)
        args = (content, Pack("tuple", path), index, value)
        row = f"{row}_in"
    else:
        args = (content, index, value)
    new = lo.build.apply(row, *args, name=obj.name)
    lo.state.heap[obj] = new
    lo.written.add(obj)


def _check_storage(lo: Lowering, obj: Obj, fact: Fact, value: Arg, node: gast.AST) -> None:
    if obj.external:
        raise lo.refuse(node, f"{obj.external} is written to: it belongs to the outside",
                        "copy it first, or pass it as an argument and return it")
    if fact.kind == "unknown" or (fact.shape is None and fact.kind != "list"):
        raise lo.refuse(node, "what is written to is not known to be an array",
                        "pass example arguments or annotate the parameter")
    have = fact_of_arg(value)
    if fact.kind == "array" and fact.dtype[:1] in "iub" and have.is_numeric and have.is_float:
        raise lo.refuse(node, f"a {have.dtype} is stored into an array of {fact.dtype}, "
                              "which truncates it", "make the array of dtype float")
    if fact.kind == "array" and have.is_complex and not fact.is_complex:
        raise lo.refuse(node, f"a {have.dtype} is stored into an array of {fact.dtype}",
                        "make the array complex, or store np.real of it")


def _merge(path: tuple[Arg, ...], index: Arg) -> tuple[tuple[Arg, ...], Arg]:
    """`A[i][j]` is `A[i, j]` where i is made of ints."""
    while path and not (isinstance(path[-1], Pack) and path[-1].kind == "step"):
        first = index_items(path[-1])
        if any(item_kind(i) != "int" for i in first):
            break
        if index == ELLIPSIS:
            index = path[-1]
        else:
            index = Pack("tuple", (*first, *index_items(index)))
        path = path[:-1]
    return path, index


def _check_path(lo: Lowering, path: tuple[Arg, ...], node: gast.AST) -> None:
    for step in path:
        if isinstance(step, Pack) and step.kind == "step":
            row = step.keys[0]
            if row.name not in WRITABLE_STEPS:
                raise lo.refuse(node, f"a view made by {row.name} is written to",
                                "write to the array itself")


def check_aliases(lo: Lowering, obj: Obj, node: gast.AST) -> None:
    """Refuse the write if a live name may share obj's storage without being its view."""
    for name, other in live_objects(lo):
        if other is obj:
            continue
        if may_share(obj, other):
            notes = tuple(
                (f"`{o.name}` is bound here", o.span) for o in (obj, other) if o.span is not None
            )
            raise lo.refuse(
                node, f"this writes to `{obj.name}`, which may share memory with `{name}`",
                "copy one of them first", notes)


def may_share(a: Obj, b: Obj) -> bool:
    return a is b or a in b.shares or b in a.shares or not a.shares.isdisjoint(b.shares)


def live_objects(lo: Lowering) -> Iterator[tuple[str, Obj]]:
    seen: set[Obj] = set()
    for (frame, name), value in lo.state.names.items():
        if frame.live is None or name in frame.live or name == "$value":
            for obj in reachable(lo.state.heap, value):
                if obj not in seen:
                    seen.add(obj)
                    yield name, obj


def reachable(heap: Mapping[Obj, Any], value: Any) -> Iterator[Obj]:
    match value:
        case Ref():
            yield value.obj
            content = heap.get(value.obj)
            if isinstance(content, Items):
                for item in content.values:
                    yield from reachable(heap, item)
            elif isinstance(content, Entries):
                for _, item in content.pairs:
                    yield from reachable(heap, item)
        case Maybe():
            yield from reachable(heap, value.value)
        case Tup():
            for item in value.items:
                yield from reachable(heap, item)
        case Partial():
            for item in value.args:
                yield from reachable(heap, item)
        case Closure():
            for _, item in value.defaults:
                yield from reachable(heap, item)


def share(lo: Lowering, container: Obj, value: Any) -> None:
    """Note that a container of unknown structure holds what `value` refers to."""
    if lo.fact(Ref(container)).kind != "list":
        return
    container.shares.update(reachable(lo.state.heap, value))


def make_dynamic(lo: Lowering, obj: Obj, node: gast.AST | None = None) -> None:
    """Turn a list of known items into one list value."""
    content = lo.state.heap[obj]
    if not isinstance(content, Items):
        return
    items = tuple(lo.read(v) for v in content.values)
    pack = Pack("list", items)
    out = Var(obj.name, fact_of_arg(pack))
    row = table.row("list_of")
    lo.build.add(Apply((out,), row, (pack,), lo.build.span))
    lo.state.heap[obj] = out
    for value in content.values:
        share(lo, obj, value)


def augment(lo: Lowering, target: Any, op: str, value: Any, node: gast.AST) -> Any:
    """`target op= value` for a name: in place for an array, else the new value."""
    from astgrad.frontend.expressions import binary, list_items

    target, value = certain(target), certain(value)
    if isinstance(target, Ref):
        fact = lo.fact(target)
        if fact.kind == "array" and fact.shape is not None:
            augment_item(lo, target, ELLIPSIS, op, value, node)
            return target
        items = list_items(lo, value)
        if op == "Add" and items is not None and fact.kind == "list":
            extend_list(lo, target, items, node)
            return target
        if fact.kind in ("array", "unknown"):
            raise lo.refuse(node, "whether this changes an array in place is not known",
                            "pass example arguments or annotate the parameter")
    return binary(lo, op, target, value, node)


def augment_item(lo: Lowering, target: Ref, index: Arg, op: str, value: Any, node: gast.AST) -> None:
    """`target[index] op= value` on an array, as NumPy does it."""
    from astgrad.analysis.indexing import is_basic

    arg = lo.read(value)
    if op in ("Add", "Sub") and is_basic(index):
        if op == "Sub":
            arg = lo.build.apply("USub", arg)
        write(lo, "index_add", target, index, arg, node)
        return
    view = lo.read(target)
    old = view if index == ELLIPSIS else lo.build.apply("[]", view, index)
    write(lo, "setitem", target, index, lo.build.apply(op, old, arg), node)


def extend_list(lo: Lowering, target: Ref, values: tuple[Any, ...], node: gast.AST) -> None:
    """`target.extend(values)`."""
    content = lo.state.heap[target.obj]
    lo.written.add(target.obj)
    if isinstance(content, Items):
        lo.state.heap[target.obj] = Items(content.values + values)
        return
    for value in values:
        share(lo, target.obj, value)
        arg = lo.read(value)
        new = lo.build.apply("append", content, arg, name=target.obj.name)
        content = lo.state.heap[target.obj] = new
