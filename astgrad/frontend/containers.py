"""Methods of lists, dicts, tuples and text."""

from __future__ import annotations

from typing import Any

import gast

from astgrad.frontend.aliases import check_whole, holding
from astgrad.frontend.builtins import Args, Keywords, dict_, method
from astgrad.frontend.calls import METHODS
from astgrad.frontend.expressions import known_key, text_value
from astgrad.frontend.held import extend_by, extend_list
from astgrad.frontend.listed import VIEWS
from astgrad.frontend.lower import Lowering
from astgrad.frontend.plain import UNPLAIN, plain
from astgrad.frontend.values import Entries, Iterable, Tup
from astgrad.ir.core import NONE


@method("list", "append")
def append(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    extend_list(lo, args[0], args[1:], node)
    return NONE


@method("list", "extend")
def extend(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    extend_by(lo, args[0], args[1], node)
    return NONE


@method("list", "copy")
@method("dict", "copy")
def shallow(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return holding(lo, lo.new_object(lo.state.heap[args[0].obj]), args[0])


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
