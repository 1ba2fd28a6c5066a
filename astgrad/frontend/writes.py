"""Writes: to elements of arrays and lists, keys of dicts, attributes of objects.

A write makes a new version of the object that owns the storage, through the path of a
view.  It is refused where another live name may share the storage ambiguously.
"""

from __future__ import annotations

from typing import Any

import gast

from astgrad.analysis.indexing import merged
from astgrad.analysis.items import is_slice
from astgrad.analysis.overlap import clobbers
from astgrad.frontend.aliases import (
    check_aliases,
    check_own,
    check_whole,
    from_outside,
    may_share,
)  # fmt: skip
from astgrad.frontend.arraylike import as_array, is_array, is_display
from astgrad.frontend.held import check_items, extend_by, make_dynamic, share
from astgrad.frontend.lower import Lowering, unknown_key
from astgrad.frontend.plain import UNPLAIN, plain
from astgrad.frontend.state import is_hidden_reference, reachable
from astgrad.frontend.values import CONTAINERS, Entries, Items, Known, Obj, Ref, certain
from astgrad.ir.core import Arg, Const, Pack, Var
from astgrad.ir.fact import Fact
from astgrad.ir.sizes import fact_of_arg

ELLIPSIS = Const(Ellipsis)
WRITABLE_STEPS = (".T", "np.reshape", "np.ravel", "np.transpose", "np.swapaxes", "np.squeeze",
                  "np.expand_dims", "np.flip", "np.moveaxis", ".real", "np.diagonal_view")


def store(lo: Lowering, target: Any, index: Any, value: Any, node: gast.AST) -> None:
    """`target[index] = value`."""
    target = certain(target)
    if isinstance(target, Ref):
        content = lo.state.heap[target.obj]
        if isinstance(content, Entries) and content.cls is not None:
            from astgrad.frontend.special import asked

            asked(lo, target, "__setitem__", index, value, node=node, what="`__setitem__`")
            return
        if isinstance(content, Entries):
            key = plain(index)
            if key is UNPLAIN:
                raise unknown_key(lo.refuse(node, "a dict is written at a key known only at "
                                            "run time", "use a list or an array indexed by number"))
            check_own(lo, target.obj, node)
            check_aliases(lo, target.obj, node)
            lo.state.heap[target.obj] = content.put(key, value)
            lo.written.add(target.obj)
            return
        if isinstance(content, Items):
            key = plain(index)
            if isinstance(key, int):
                check_whole(lo, target, node)
                if not -len(content.values) <= key < len(content.values):
                    raise lo.refuse(node, f"index {key} is out of range: "
                                          f"{len(content.values)} items")
                values = list(content.values)
                values[key] = value
                lo.state.heap[target.obj] = Items(tuple(values))
                lo.written.add(target.obj)
                return
        if lo.fact(target).kind == "list" and is_slice(lo.read(index)):
            from astgrad.frontend.splices import store_slice

            store_slice(lo, target, lo.read(index), value, node)
            return
        if isinstance(content, Items):
            make_dynamic(lo, target.obj, node)
        if is_array(lo, target) and is_display(lo, value):
            value = as_array(lo, value)
        if lo.fact(target).kind == "list":
            check_items(lo, lo.fact(target), lo.fact(value), node)
        share(lo, target.obj, value)
        check_overlap(lo, target, lo.read(index), value, node)
        write(lo, "setitem", target, lo.read(index), lo.read(value), node)
        return
    if isinstance(target, Known) and isinstance(target.value, CONTAINERS):
        raise from_outside(lo, f"`{target.text}`, from outside,", node)
    raise lo.refuse(node, "only arrays, lists and dicts can be written to")


def check_overlap(lo: Lowering, target: Ref, index: Arg, value: Any, node: gast.AST) -> None:
    """Refuse a store whose result depends on the order in which NumPy walks the array."""
    value = certain(value)
    base = Ref(target.obj)
    if not (isinstance(value, Ref) and value.obj is target.obj and lo.fact(base).kind == "array"):
        return
    path, index = merged(target.path, index)
    to = (*path, index) if index != ELLIPSIS or not path else path
    of: tuple[Arg, ...] = (ELLIPSIS,)
    if value.path:
        path, index = merged(value.path[:-1], value.path[-1])
        of = (*path, index)
    if clobbers(lo.read(base), to, of, lo.read(value), lo.counters):
        raise lo.refuse(node, f"a view of `{target.obj.name}` is stored into another: where they "
                              "overlap, NumPy may read items that it has just written",
                        "copy the right side first: `... = (...).copy()`")


def write(lo: Lowering, row: str, target: Ref, index: Arg, value: Arg, node: gast.AST) -> None:
    """A new version of the storage behind target: `row` is setitem, index_add or add_at."""
    fact = lo.fact(target)
    obj = target.obj
    _check_storage(lo, obj, fact, value, node)
    if fact.kind == "list":
        check_whole(lo, target, node)
    else:
        check_aliases(lo, obj, node)
    content = lo.state.heap[obj]
    path = target.path
    if lo.fact(Ref(obj)).kind == "array":
        path, index = merged(path, index)
    elif path and obj.repeats:
        raise lo.refuse(node, f"an item of `{obj.name}` is written to, which holds one object "
                              "more than once", "make a copy for each item")
    if path and row == "add_at":
        view = lo.build.apply("add_at", lo.follow(content, path), index, value)
        row, index, value = "setitem", ELLIPSIS, view
    if path:
        _check_path(lo, path, node)
        args: tuple[Any, ...] = (content, Pack("tuple", path), index, value)
        row = f"{row}_in"
    else:
        args = (content, index, value)
    new = lo.build.apply(row, *args, name=obj.name)
    if path and isinstance(new, Var):
        lo.item_writes[new] = obj.name, len(path)
    lo.state.heap[obj] = new
    lo.written.add(obj)


def _check_storage(lo: Lowering, obj: Obj, fact: Fact, value: Arg, node: gast.AST) -> None:
    check_own(lo, obj, node)
    if fact.kind == "unknown":
        raise lo.refuse(node, "what is written to is not known to be an array",
                        "pass example arguments or annotate the parameter")
    have = fact_of_arg(value)
    if fact.kind == "array" and fact.dtype[:1] in "iub" and have.is_numeric and have.is_float:
        raise lo.refuse(node, f"a {have.dtype} is stored into an array of {fact.dtype}, "
                              "which truncates it", "make the array of dtype float")
    if fact.kind == "array" and have.is_complex and not fact.is_complex:
        raise lo.refuse(node, f"a {have.dtype} is stored into an array of {fact.dtype}",
                        "make the array complex, or store np.real of it")


def _check_path(lo: Lowering, path: tuple[Arg, ...], node: gast.AST) -> None:
    for step in path:
        if isinstance(step, Pack) and step.kind == "step":
            row = step.keys[0]
            if row.name not in WRITABLE_STEPS:
                raise lo.refuse(node, f"a view made by {row.name} is written to",
                                "write to the array itself")


def augment(lo: Lowering, target: Any, op: str, value: Any, node: gast.AST) -> Any:
    """`target op= value` for a name: in place for an array, else the new value."""
    from astgrad.frontend.expressions import binary
    from astgrad.frontend.special import class_of, in_place, is_dict

    target, value = certain(target), certain(value)
    if op == "BitOr" and is_dict(lo, target) and is_dict(lo, value):
        check_whole(lo, target, node)
        lo.state.heap[target.obj] = lo.state.heap[binary(lo, op, target, value, node).obj]
        lo.written.add(target.obj)
        return target
    if class_of(lo, target) is not None:
        made = in_place(lo, op, target, value, node)
        return binary(lo, op, target, value, node) if made is None else made
    if isinstance(target, Ref):
        fact = lo.fact(target)
        if fact.kind == "array" and fact.shape is not None:
            augment_item(lo, target, ELLIPSIS, op, value, node)
            return target
        if op == "Add" and fact.kind == "list":
            extend_by(lo, target, value, node)
            return target
        if fact.kind == "array" and not_shared(lo, target.obj, root_name(node)):
            old, new = lo.read(target), binary(lo, op, target, value, node)
            if lo.fact(new).dtype == fact_of_arg(old).dtype:
                return new  # a number, or an array that nothing else refers to
        if fact.kind in ("array", "unknown"):
            raise lo.refuse(node, "whether this changes an array in place is not known",
                            "pass example arguments or annotate the parameter")
    return binary(lo, op, target, value, node)


def root_name(node: gast.AST) -> str:
    """The name that the target of an augmented assignment starts from."""
    base: Any = node.target if isinstance(node, gast.AugAssign) else node
    while isinstance(base, gast.Subscript | gast.Attribute):
        base = base.value
    return base.id if isinstance(base, gast.Name) else ""


def not_shared(lo: Lowering, obj: Obj, root: str) -> bool:
    """Whether obj is reached once, from `root` or another name, by all that may be read."""
    count = 0
    for (frame, name), value in lo.state.names.items():
        live = frame.live is None or name in frame.live or is_hidden_reference(name)
        if live or name == root:
            for other in reachable(lo.state.heap, value):
                if other is not obj and may_share(obj, other):
                    return False
                count += other is obj
    return count <= 1 and not obj.external


def augment_item(lo: Lowering, target: Ref, index: Arg, op: str, value: Any, node: gast.AST
                 ) -> None:
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
