"""Methods of lists, dicts, tuples and text."""

from __future__ import annotations

from typing import Any

import gast

from astgrad.frontend.builtins import Args, Keywords, dict_, method
from astgrad.frontend.calls import METHODS
from astgrad.frontend.expressions import known_key, list_items, text_value
from astgrad.frontend.listed import VIEWS
from astgrad.frontend.lower import Lowering
from astgrad.frontend.plain import UNPLAIN, plain
from astgrad.frontend.values import Entries, Items, Iterable, Ref, Tup
from astgrad.frontend.writes import check_whole, extend_by, extend_list, make_dynamic
from astgrad.ir.core import NONE, TEMP, Apply, Const, Var
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules import table


@method("list", "append")
def append(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    extend_list(lo, args[0], args[1:], node)
    return NONE


@method("list", "extend")
def extend(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    extend_by(lo, args[0], args[1], node)
    return NONE


@method("list", "insert")
def insert(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    check_whole(lo, args[0], node)
    items, at = list_items(lo, args[0]), plain(args[1])
    if items is None and at == 0 and not args[0].path:
        first = lo.new_object(Items((args[2],)))
        extend_by(lo, first, args[0], node)
        lo.resized.append(args[0])
        lo.state.heap[args[0].obj] = lo.state.heap[first.obj]
        args[0].obj.shares |= first.obj.shares
        return NONE
    if items is None or not isinstance(at, int):
        raise lo.refuse(node, "insert into a list of unknown length", "append, and read backwards")
    values = list(items)
    values.insert(at, args[2])
    lo.state.heap[args[0].obj] = Items(tuple(values))
    return NONE


@method("list", "pop")
def pop(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    check_whole(lo, args[0], node)
    items = list_items(lo, args[0])
    at = plain(args[1]) if len(args) > 1 else -1
    if args[0].path:
        raise lo.refuse(node, "pop from a list inside a list", "pop before you store it there")
    if items is not None and isinstance(at, int):
        values = list(items)
        if not values:
            raise lo.refuse(node, "pop from an empty list")
        value = values.pop(at)
        lo.state.heap[args[0].obj] = Items(tuple(values))
        return value
    if items is not None:
        make_dynamic(lo, args[0].obj, node)
    if at == 0:
        content = lo.state.heap[args[0].obj]
        first = lo.wrap_shared(lo.build.apply("[]", content, Const(0)), args[0].obj)
        lo.resized.append(args[0])
        lo.state.heap[args[0].obj] = lo.build.apply("[]", content, Const(slice(1, None)))
        lo.written.add(args[0].obj)
        return first
    if at != -1:
        raise lo.refuse(node, "pop from inside a list of unknown length", "pop from its end")
    lo.resized.append(args[0])
    content = lo.state.heap[args[0].obj]
    fact = fact_of_arg(content)
    rest, value = Var(args[0].obj.name, fact), Var(TEMP, fact.items[0])
    lo.build.add(Apply((rest, value), table.row("pop"), (content,), lo.build.span))
    lo.state.heap[args[0].obj] = rest
    lo.written.add(args[0].obj)
    made = lo.wrap(value)
    if isinstance(made, Ref):
        made.obj.shares |= {args[0].obj, *args[0].obj.shares}
    return made


@method("list", "copy")
@method("dict", "copy")
def shallow(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    ref = lo.new_object(lo.state.heap[args[0].obj])
    ref.obj.shares |= args[0].obj.shares
    return ref


@method("list", "reverse")
def reverse(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    check_whole(lo, args[0], node)
    items = list_items(lo, args[0])
    if items is None:
        raise lo.refuse(node, "reverse of a list of unknown length", "read it backwards")
    lo.state.heap[args[0].obj] = Items(items[::-1])
    return NONE


def entries_of(lo: Lowering, value: Any) -> Entries:
    content: Entries = lo.state.heap[value.obj]
    return content


def view_of(kind: str) -> Any:
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        return Iterable(kind, args)

    return handler


for _view in VIEWS:
    METHODS["dict", _view] = view_of(_view)


@method("dict", "get")
def get_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    key = known_key(lo, args[1], node)
    found = entries_of(lo, args[0]).get(key)
    return found if found is not None else (args[2] if len(args) > 2 else NONE)


@method("dict", "pop")
def dict_pop(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    check_whole(lo, args[0], node)
    key = known_key(lo, args[1], node)
    found = entries_of(lo, args[0]).get(key)
    if found is None:
        if len(args) > 2:
            return args[2]
        raise lo.refuse(node, f"KeyError: {key!r}")
    lo.state.heap[args[0].obj] = entries_of(lo, args[0]).drop(key)
    return found


@method("dict", "update")
def update_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    check_whole(lo, args[0], node)
    entries = entries_of(lo, args[0])
    extra = dict_(lo, args[1:], keywords, node)
    for key, value in entries_of(lo, extra).pairs:
        entries = entries.put(key, value)
    lo.state.heap[args[0].obj] = entries
    lo.written.add(args[0].obj)
    return NONE


@method("dict", "setdefault")
def setdefault(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    check_whole(lo, args[0], node)
    key = known_key(lo, args[1], node)
    entries = entries_of(lo, args[0])
    if entries.get(key) is None:
        lo.state.heap[args[0].obj] = entries = entries.put(key, args[2])
    return entries.get(key)


@method("tuple", "_replace")
def replace_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    fields = args[0].cls._fields
    return Tup(tuple(keywords.get(f, v) for f, v in zip(fields, args[0].items, strict=True)),
               args[0].cls)


@method("tuple", "_asdict")
def asdict_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    fields = args[0].cls._fields
    return lo.new_object(Entries(tuple(zip(fields, args[0].items, strict=True))))


@method("tuple", "index")
@method("tuple", "count")
@method("list", "index")
def sequence_query(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    raise lo.refuse(node, "searching a sequence inside a derivative", "use the index itself")


def text_method(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    values = [plain(a) for a in args]
    name = node.func.attr
    if keywords or any(v is UNPLAIN for v in values):
        if name in ("split", "startswith", "endswith"):
            raise lo.refuse(node, f"`{name}` of a text that is known only at run time",
                            "ask the values themselves")
        items = tuple(map(lo.read, (*args, *keywords.values())))
        return text_value(lo, "text", items, (name, *keywords))
    return lo.known(getattr(values[0], name)(*values[1:]))


for _name in ("upper", "lower", "strip", "split", "startswith", "endswith", "join", "replace",
              "format"):
    METHODS["text", _name] = text_method
