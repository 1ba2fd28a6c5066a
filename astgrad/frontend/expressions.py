"""Expressions: one function for each class of node."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gast
import numpy as np

from astgrad.analysis.indexing import index_items, is_basic, item_kind
from astgrad.analysis.items import is_slice
from astgrad.frontend.aliases import from_outside
from astgrad.frontend.arraylike import as_array, is_array, is_display
from astgrad.frontend.attributes import method_or_field
from astgrad.frontend.calls import call
from astgrad.frontend.held import make_dynamic, part_of
from astgrad.frontend.listed import VIEWS, viewed
from astgrad.frontend.lookup import lookup
from astgrad.frontend.lower import EXPRESSIONS, Lowering, unknown_key
from astgrad.frontend.names import ITEM_METHODS
from astgrad.frontend.parameters import unpacked
from astgrad.frontend.plain import UNPLAIN, plain
from astgrad.frontend.special import asked, operated
from astgrad.frontend.unread import divides_by_zero
from astgrad.frontend.values import (
    CONTAINERS,
    Closure,
    Entries,
    Items,
    Iterable,
    Known,
    Ref,
    Tup,
    certain,
)  # fmt: skip
from astgrad.ir.core import NONE, Arg, Const, Pack
from astgrad.rules import table


def handles(*classes: type) -> Callable[[Any], Any]:
    def register(function: Any) -> Any:
        for cls in classes:
            EXPRESSIONS[cls] = function
        return function

    return register


@handles(gast.Constant)
def constant(lo: Lowering, node: gast.Constant) -> Any:
    return Const(node.value)


@handles(gast.Name)
def name(lo: Lowering, node: gast.Name) -> Any:
    return lookup(lo, node.id, node)


@handles(gast.BinOp)
def binop(lo: Lowering, node: gast.BinOp) -> Any:
    left = lo.expr(node.left)
    if isinstance(left, Ref) and left.path and not calls_something(node.right):
        left = lo.read(left)  # in the order of the text
    right = lo.expr(node.right)
    return binary(lo, type(node.op).__name__, left, right, node)


def calls_something(node: gast.AST) -> bool:
    return any(isinstance(inner, gast.Call | gast.NamedExpr) for inner in gast.walk(node))


def binary(lo: Lowering, op: str, left: Any, right: Any, node: gast.AST) -> Any:
    from astgrad.frontend import templates

    left, right = certain(left), certain(right)
    if (made := operated(lo, op, left, right, node)) is not None:
        return made
    left, right = operands(lo, left, right)
    if op == "Add" and isinstance(left, Tup) and isinstance(right, Tup):
        return Tup(left.items + right.items)
    for a, b in ((left, right), (right, left)):
        sequence = sequence_items(lo, a)
        if sequence is not None and op == "Mult" and isinstance(b, Const):
            items = sequence * b.value
            return Tup(items) if isinstance(a, Tup) else lo.new_object(Items(items))
    if op == "Add":
        a, b = list_items(lo, left), list_items(lo, right)
        if a is not None and b is not None:
            return lo.new_object(Items(a + b))
        if is_list(lo, left) and is_list(lo, right):
            return templates.expand(lo, templates.CONCAT, node, {"source": left, "more": right})
    if op == "Mult" and (is_list(lo, left) or is_list(lo, right)):
        source, count = (left, right) if is_list(lo, left) else (right, left)
        return templates.expand(lo, templates.REPEAT, node, {"source": source, "n": count})
    if op == "Mod" and isinstance(left, Const) and isinstance(left.value, str):
        return text_value(lo, "percent", (left, lo.read(right)))
    a, b = lo.read(left), lo.read(right)
    if divides_by_zero(op, a, b):
        return lo.apply(replace(table.row(op), effect="raises"), a, b)
    return lo.apply(op, a, b)


def operands(lo: Lowering, left: Any, right: Any) -> tuple[Any, Any]:
    """The sides of an operator; beside an array, a list or a tuple stands for an array."""
    if is_array(lo, left) and is_display(lo, right):
        return left, as_array(lo, right)
    if is_array(lo, right) and is_display(lo, left):
        return as_array(lo, left), right
    return left, right


def sequence_items(lo: Lowering, value: Any) -> tuple[Any, ...] | None:
    if isinstance(value, Iterable) and value.kind in VIEWS:
        return viewed(lo, value.kind, lo.state.heap[value.parts[0].obj])
    return value.items if isinstance(value, Tup) else list_items(lo, value)


def list_items(lo: Lowering, value: Any) -> tuple[Any, ...] | None:
    if isinstance(value, Ref):
        content = lo.state.heap[value.obj]
        if isinstance(content, Items):
            return content.values
    return None


def is_list(lo: Lowering, value: Any) -> bool:
    return isinstance(value, Ref) and lo.fact(value).kind == "list"


def text_value(lo: Lowering, kind: str, items: tuple[Arg, ...], keys: tuple[Any, ...] = ()) -> Any:
    return Pack(kind, items, keys)


@handles(gast.NamedExpr)
def walrus(lo: Lowering, node: gast.NamedExpr) -> Any:
    value = lo.expr(node.value)
    lo.bind(node.target.id, value)
    return value


@handles(gast.Tuple)
def tuple_display(lo: Lowering, node: gast.Tuple) -> Any:
    return Tup(elements(lo, node.elts))


@handles(gast.List)
def list_display(lo: Lowering, node: gast.List) -> Any:
    return lo.new_object(Items(elements(lo, node.elts)))


def elements(lo: Lowering, nodes: list[gast.expr]) -> tuple[Any, ...]:
    items: list[Any] = []
    for node in nodes:
        if isinstance(node, gast.Starred):
            value = sequence_items(lo, lo.expr(node.value))
            if value is None:
                raise lo.refuse(node, "the length of what is unpacked is not known",
                                "index it, or unpack a tuple")
            items.extend(value)
        else:
            items.append(lo.expr(node))
    return tuple(items)


@handles(gast.Dict)
def dict_display(lo: Lowering, node: gast.Dict) -> Any:
    entries = Entries(())
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            for k, v in unpacked(lo, lo.expr(value), value):
                entries = entries.put(k, v)
            continue
        known = plain(lo.expr(key))
        if known is UNPLAIN:
            raise unknown_key(lo.refuse(key, "a dict with keys known only at run time",
                                        "use a list indexed by number"))
        entries = entries.put(known, lo.expr(value))
    return lo.new_object(entries)


@handles(gast.Lambda)
def lambda_(lo: Lowering, node: gast.Lambda) -> Any:
    return closure(lo, node, "<lambda>")


def closure(lo: Lowering, node: Any, name: str) -> Closure:
    args = node.args
    positional = [*args.posonlyargs, *args.args]
    pairs = list(zip(reversed(positional), reversed(args.defaults), strict=False))
    pairs += [(a, d) for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d]
    defaults = tuple((a.id, lo.expr(d)) for a, d in pairs)
    return Closure(node, lo.frame, defaults, name)


@handles(gast.JoinedStr)
def fstring(lo: Lowering, node: gast.JoinedStr) -> Any:
    items: list[Arg] = []
    keys: list[Any] = []
    for part in node.values:
        if isinstance(part, gast.Constant):
            keys.append(part.value)
        else:
            spec = part.format_spec
            text = "".join(v.value for v in spec.values) if spec else ""
            keys.append((part.conversion, text))
            items.append(lo.arg(part.value))
    if all(isinstance(i, Const) and isinstance(i.value, str | int) for i in items):
        return Const(_formatted(keys, items))
    return Pack("format", tuple(items), tuple(keys))


def _formatted(keys: list[Any], items: list[Any]) -> str:
    values = iter(items)
    return "".join(
        k if isinstance(k, str) else format(next(values).value, k[1]) for k in keys
    )


@handles(gast.Attribute)
def attribute(lo: Lowering, node: gast.Attribute) -> Any:
    base = place(lo, node.value) if node.attr in ITEM_METHODS else lo.expr(node.value)
    return method_or_field(lo, base, node.attr, node)


CHANGES = frozenset(("append", "extend", "insert", "pop", "remove", "clear", "sort", "reverse",
                     "update", "setdefault", "popitem", "add", "discard"))


@handles(gast.Call)
def call_node(lo: Lowering, node: gast.Call) -> Any:
    function = lo.expr(node.func)
    if isinstance(node.func, gast.Attribute) and node.func.attr in CHANGES and (
            isinstance(function, Known)
            and isinstance(getattr(function.value, "__self__", None), CONTAINERS)):
        raise from_outside(lo, f"`{function.text.rpartition('.')[0]}`, from outside,", node)
    if isinstance(function, Known) and function.value is zip and len(node.args) == 1 and (
            isinstance(node.args[0], gast.Starred)):
        from astgrad.frontend.splices import turned

        return turned(lo, function, lo.expr(node.args[0].value), node)
    if len(node.args) and isinstance(node.args[0], gast.GeneratorExp):
        folded = fold_generator(lo, function, node)
        if folded is not None:
            return folded
    args = elements(lo, node.args)
    keywords: dict[str, Any] = {}
    for keyword in node.keywords:
        value = lo.expr(keyword.value)
        if keyword.arg is not None:
            keywords[keyword.arg] = value
            continue
        keywords.update(unpacked(lo, value, node))
    return call(lo, function, args, keywords, node)


def fold_generator(lo: Lowering, function: Any, node: gast.Call) -> Any:
    """`sum(... for ...)` and its like as a loop, without the list."""
    from astgrad.frontend import templates
    from astgrad.frontend.iterate import iteration

    texts = {sum: templates.SUM, any: templates.ANY, all: templates.ALL}
    text = texts.get(function.value) if isinstance(function, Known) else None
    if text is None or node.keywords:
        return None
    inner: gast.GeneratorExp = node.args[0]
    kept = lo.snapshot()
    source = lo.expr(inner.generators[0].iter)
    bounds, _ = iteration(lo, source, node)
    if bounds is None:
        lo.restore(kept)
        return None
    values = {"source": source}
    if function.value is sum:
        values["total"] = lo.expr(node.args[1]) if len(node.args) > 1 else Const(0)
    return templates.expand(lo, text, inner, values, inner.elt, inner.generators)


@handles(gast.Subscript)
def subscript(lo: Lowering, node: gast.Subscript) -> Any:
    return item(lo, lo.expr(node.value), lo.expr(node.slice), node)


@handles(gast.Slice)
def slice_(lo: Lowering, node: gast.Slice) -> Any:
    parts = [NONE if p is None else lo.arg(p) for p in (node.lower, node.upper, node.step)]
    if all(isinstance(p, Const) for p in parts):
        return Const(slice(*(p.value for p in parts)))  # type: ignore[union-attr]
    return Pack("slice", tuple(parts))


def place(lo: Lowering, node: gast.expr) -> Any:
    """What a store or a method changes: an item of a list as a place in the list."""
    if not isinstance(node, gast.Subscript):
        return lo.expr(node)
    base = place(lo, node.value)
    index = lo.expr(node.slice)
    if isinstance(base, Ref) and base.path and lo.fact(base).kind == "list" and (
            not is_slice(lo.read(index))):
        return Ref(base.obj, (*base.path, lo.read(index)))
    return item(lo, base, index, node, whole=False)


def item(lo: Lowering, value: Any, index: Any, node: gast.AST, *, whole: bool = True) -> Any:
    """`value[index]`: an element, a view, or what a gather gives.

    Not `whole`: an item of a list stays a path into the list, to be written at once.
    """
    value, index = certain(value), certain(index)
    key = plain(index)
    if isinstance(value, Known) and (value.value is np.r_ or value.value is np.c_):
        from astgrad.frontend.makers import joined

        return joined(lo, value.value, index, node)
    if isinstance(value, Tup) or list_items(lo, value) is not None:
        found = _structural_item(lo, value, key, index, node)
        if found is not None:
            return found
    if isinstance(value, Ref):
        content = lo.state.heap[value.obj]
        if isinstance(content, Entries) and content.cls is not None:
            return asked(lo, value, "__getitem__", index, node=node, what="`__getitem__`")
        if isinstance(content, Entries):
            return _entry(lo, value, content, known_key(lo, index, node), node)
        if lo.fact(value).kind == "array":
            return array_item(lo, value, lo.read(index), node)
        fact = lo.fact(value)
        if not whole and fact.kind == "list" and fact.items[0].kind in ("array", "list") and (
                not is_slice(lo.read(index))):
            return Ref(value.obj, (*value.path, lo.read(index)))
        return part_of(lo, value, lo.read(index))
    if isinstance(value, Const | Known) and key is not UNPLAIN:
        try:
            return lo.known(plain(value)[key])
        except (TypeError, KeyError, IndexError) as error:
            raise lo.refuse(node, f"{type(error).__name__}: {error}") from None
    if isinstance(value, Known):
        raise lo.refuse(node, f"which item of `{value.text}` is meant is known only at run time",
                        "put the values in an array")
    return lo.apply("[]", lo.read(value), lo.read(index))


def known_key(lo: Lowering, value: Any, node: gast.AST) -> Any:
    """The key that is meant, as a Python value."""
    key = plain(value)
    if key is UNPLAIN:
        raise unknown_key(lo.refuse(node, "the key of this dict is known only at run time",
                                    "use a list or an array indexed by number"))
    return key


def _entry(lo: Lowering, ref: Ref, content: Entries, key: Any, node: gast.AST) -> Any:
    found = content.get(key)
    if found is None and ref.obj.default is not None:
        from astgrad.frontend.queues import missing

        return missing(lo, ref, content, key, node)
    if found is None:
        raise lo.refuse(node, f"KeyError: {key!r}", f"the keys are {[k for k, _ in content.pairs]}")
    return found


def _structural_item(lo: Lowering, value: Any, key: Any, index: Any, node: gast.AST) -> Any:
    items = sequence_items(lo, value) or ()
    if isinstance(key, slice):
        chosen = items[key]
        return Tup(chosen) if isinstance(value, Tup) else lo.new_object(Items(chosen))
    if isinstance(key, int):
        if not -len(items) <= key < len(items):
            raise lo.refuse(node, f"index {key} is out of range: {len(items)} items")
        return items[key]
    if isinstance(value, Ref) and value.obj in lo.state.heap:
        make_dynamic(lo, value.obj, node)
        return None
    if isinstance(value, Tup) and items and not all(isinstance(v, Const) for v in items):
        return item(lo, lo.new_object(Items(items)), index, node)
    return None


def array_item(lo: Lowering, ref: Ref, index: Arg, node: gast.AST) -> Any:
    fact = lo.fact(ref)
    if not is_basic(index):
        return lo.apply("[]", lo.read(ref), index)
    if fact.shape is None and all(item_kind(i) == "int" for i in index_items(index)):
        # a number or a row: its value now, which may share memory with the array
        return lo.wrap_shared(lo.build.apply("[]", lo.read(ref), index), ref.obj)
    view = Ref(ref.obj, (*ref.path, index))
    made = lo.fact(view)
    if made.kind in ("array", "unknown"):
        return view
    return lo.build.apply("[]", lo.read(ref), index)
