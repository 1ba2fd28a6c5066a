"""Builtins, and the methods of lists, dicts, tuples and arrays that are not rows."""

from __future__ import annotations

import ast
import builtins
import copy
import functools
from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from astgrad.frontend import templates
from astgrad.frontend.aliases import holding
from astgrad.frontend.calls import BUILTINS, METHODS, call
from astgrad.frontend.expressions import binary, list_items, sequence_items, text_value
from astgrad.frontend.iterate import is_zero, iteration, length
from astgrad.frontend.lazy import iterator, used
from astgrad.frontend.lower import Lowering
from astgrad.frontend.plain import UNPLAIN, plain
from astgrad.frontend.values import (
    Closure,
    Entries,
    Items,
    Iterable,
    Known,
    Partial,
    Range,
    Ref,
    Tup,
    certain,
)  # fmt: skip
from astgrad.ir.core import NONE, Apply, Const, Pack
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules.table import Row

Args = tuple[Any, ...]
Keywords = dict[str, Any]


def builtin(*targets: Any) -> Callable[[Any], Any]:
    def register(function: Any) -> Any:
        for target in targets:
            BUILTINS[target] = function
        return function

    return register


def method(kind: str, *names: str) -> Callable[[Any], Any]:
    def register(function: Any) -> Any:
        for name in names:
            METHODS[kind, name] = function
        return function

    return register


@builtin(len)
def len_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    (value,) = args
    items = sequence_items(lo, value)
    if items is not None:
        return Const(len(items))
    if isinstance(value, Ref) and isinstance(lo.state.heap[value.obj], Entries):
        return Const(len(lo.state.heap[value.obj].pairs))
    if isinstance(value, Const) and isinstance(value.value, str):
        return Const(len(value.value))
    if isinstance(value, Iterable | Range):
        bounds, bind = iteration(lo, value, node)
        if bounds is None:
            return Const(len(bind(None)))
        return bounds[1] if is_zero(bounds[0]) else lo.build.apply("range_len", *bounds)
    return length(lo, lo.read(value))


@builtin(range)
def range_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    values = [lo.read(a) for a in args]
    for value in values:
        fact = fact_of_arg(value)
        if fact.is_numeric and not fact.dtype.startswith(("int", "uint", "bool")):
            raise lo.refuse(node, "range() of something that is not an int", "use int(...)")
    if len(values) == 1:
        return Range(Const(0), values[0], Const(1))
    return Range(values[0], values[1], values[2] if len(values) > 2 else Const(1))


@builtin(slice)
def slice_value(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    parts = [lo.read(a) for a in args]
    start, stop, step = [NONE, *parts, NONE] if len(parts) == 1 else [*parts, NONE][:3]
    return Pack("slice", (start, stop, step))


@builtin(zip)
def zip_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return iterator(lo, "zip", args)


@builtin(enumerate)
def enumerate_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    start: Any = keywords.get("start", args[1] if len(args) > 1 else Const(0))
    return iterator(lo, "enumerate", (args[0], start))


@builtin(reversed)
def reversed_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return iterator(lo, "reversed", args)


@builtin(map)
def map_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return iterator(lo, "map", args)


@builtin(print)
def print_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    names = [f"a{i}" for i in range(len(args))]
    given = ", ".join([*names, *(f"{k}={k}" for k in keywords)])
    row = Row(f"print({given})", "constant", (*names, *keywords), {},
              ast.parse(f"print({given})", mode="eval").body, effect="io", name="print")
    values = tuple(lo.read(v) for v in (*args, *keywords.values()))
    lo.build.add(Apply((), row, values, lo.build.span))
    return NONE


TYPES = {"number": {"float": float, "int": int, "bool": bool, "complex": complex}}


@builtin(isinstance)
def isinstance_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    classes = plain(args[1])
    if classes is UNPLAIN:
        raise lo.refuse(node, "the classes of isinstance are not known here")
    sample = type_of(lo, args[0])
    if sample is None:
        raise lo.refuse(node, "the type of this value is not known here",
                        "pass example arguments or annotate the parameter")
    return Const(issubclass(sample, classes))


def type_of(lo: Lowering, value: Any) -> type | None:
    match value:
        case Tup():
            return value.cls or tuple
        case Known() | Const():
            return type(value.value)
        case Closure() | Partial():
            return type(len_)
        case Ref():
            content = lo.state.heap[value.obj]
            if value.obj.made_as is not None:
                return value.obj.made_as  # type: ignore[no-any-return]
            if isinstance(content, Items):
                return list
            if isinstance(content, Entries):
                return content.cls or dict
    fact = lo.fact(value)
    match fact.kind:
        case "number":
            return TYPES["number"][fact.dtype]
        case "scalar":
            return np.dtype(fact.dtype).type
        case "array":
            return np.ndarray if fact.shape is not None else None
        case "list":
            return list
    return None


@builtin(type)
def type_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    found = type_of(lo, args[0])
    if found is None:
        raise lo.refuse(node, "the type of this value is not known here")
    return lo.known(found)


@builtin(callable)
def callable_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return Const(isinstance(args[0], Closure | Partial)
                 or (isinstance(args[0], Known) and callable(args[0].value)))


@builtin(hasattr)
def hasattr_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    found = type_of(lo, args[0])
    name = plain(args[1])
    content = lo.state.heap.get(args[0].obj) if isinstance(args[0], Ref) else None
    has = isinstance(content, Entries) and content.cls and content.get(name) is not None
    return Const(bool(has) or hasattr(found, name))


@builtin(list, tuple)
def list_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return collected(lo, args[0] if args else Tup(()), node)


BUILTINS[tuple] = lambda lo, args, keywords, node: tuple_(lo, args, node)


def tuple_(lo: Lowering, args: Args, node: gast.AST) -> Any:
    made = collected(lo, args[0] if args else Tup(()), node)
    items = list_items(lo, made)
    return made if items is None else Tup(items)


def collected(lo: Lowering, source: Any, node: gast.AST) -> Any:
    """A list of what an iterable gives."""
    items = sequence_items(lo, source)
    if items is not None:
        used(lo, source, node)
        return lo.new_object(Items(items))
    source = certain(source)
    if isinstance(source, Ref) and lo.fact(source).kind == "list":
        used(lo, source, node)
        content = lo.state.heap[source.obj]
        if not source.path:
            return holding(lo, lo.new_object(content), source)
    bounds, bind = iteration(lo, source, node)
    if bounds is None:
        used(lo, source, node)
        return lo.new_object(Items(tuple(bind(None))))
    return templates.expand(lo, templates.LIST, node, {"source": source})


@builtin(dict)
def dict_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    entries = Entries(())
    if args:
        content = lo.state.heap.get(args[0].obj) if isinstance(args[0], Ref) else None
        if isinstance(content, Entries):
            entries = Entries(content.pairs)
        else:
            for pair in sequence_items(lo, collected(lo, args[0], node)) or ():
                key = plain(pair.items[0])
                entries = entries.put(key, pair.items[1])
    for key, value in keywords.items():
        entries = entries.put(key, value)
    return lo.new_object(entries)


@builtin(sum)
def sum_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    start: Any = keywords.get("start", args[1] if len(args) > 1 else Const(0))
    made = args[0] if isinstance(args[0], Tup) else collected(lo, args[0], node)
    items = sequence_items(lo, made)
    if items is not None:
        total: Any = start
        for value in items:
            total = value if is_zero(total) else binary(lo, "Add", total, value, node)
        return total
    return templates.expand(lo, templates.SUM, node, {"source": made, "total": start})


@builtin(functools.reduce)
def reduce_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    made = collected(lo, args[1], node)
    items = sequence_items(lo, made)
    if items is None:
        if len(args) < 3:
            raise lo.refuse(node, "reduce over a list of unknown length", "give a first value")
        return templates.expand(lo, templates.REDUCE, node,
                                {"source": made, "total": args[2], "step": args[0]})
    values = list(items)
    total = args[2] if len(args) > 2 else values.pop(0)
    for value in values:
        total = call(lo, args[0], (total, value), {}, node)
    return total


def extreme(name: str) -> Any:
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        if len(args) == 1:
            fact = lo.fact(args[0]) if isinstance(args[0], Ref) else None
            if fact is not None and fact.kind == "array":
                if fact.rank not in (1, None):
                    raise lo.refuse(node, f"{name}() of an array that has rows: Python compares "
                                    "the rows", f"write np.{name}")
                return lo.apply(f"np.{name}", lo.read(args[0]), NONE, Const(False))
            made = collected(lo, args[0], node)
            items = sequence_items(lo, made)
            if items is None:
                pick = Known(getattr(builtins, name), name)
                return templates.expand(lo, templates.EXTREME, node,
                                        {"source": made, "pick": pick})
            args = items
        best = args[0]
        for value in args[1:]:
            best = lo.apply(name, lo.read(best), lo.read(value))
        return best

    return handler


def quantifier(op: str) -> Any:
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        from astgrad.frontend.conditions import both, truth

        if isinstance(args[0], Ref) and lo.fact(args[0]).kind == "array":
            return lo.apply("np.all" if op == "And" else "np.any", lo.read(args[0]), NONE)
        made = collected(lo, args[0], node)
        items = sequence_items(lo, made)
        if items is None:
            text = templates.ALL if op == "And" else templates.ANY
            return templates.expand(lo, text, node, {"source": made})
        result: Any = Const(op == "And")
        for value in items:
            first = truth(lo, result, node)
            result = both(lo, first, functools.partial(truth, lo, value, node), op, node)
        return result

    return handler


BUILTINS[builtins.all], BUILTINS[builtins.any] = quantifier("And"), quantifier("Or")


@builtin(eval, exec, globals, locals)
def unseen(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    raise lo.refuse(node, "this reaches variables by their names, and astgrad cannot see which",
                    "write out what is meant")


@builtin(str, repr, format)
def str_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    """`f"{x}"`, `f"{x!r}"` and `f"{x:.2f}"` say the same."""
    called = lo.expr(node.func).value if isinstance(node, gast.Call) else str
    spec = plain(args[1]) if len(args) > 1 else ""
    if not args or keywords or not isinstance(spec, str) or (spec and called is not format):
        raise lo.refuse(node, f"`{called.__name__}` with these arguments", "write an f-string")
    known = plain(args[0])
    if known is not UNPLAIN:
        return Const(called(known, spec) if spec else called(known))
    conversion = ord("r") if called is repr else -1
    return text_value(lo, "format", (lo.read(args[0]),), ((conversion, spec),))


@builtin(copy.copy, copy.deepcopy)
def copy_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return copied(lo, args[0])


def copied(lo: Lowering, value: Any) -> Any:
    match value:
        case Tup():
            return Tup(tuple(copied(lo, i) for i in value.items), value.cls)
        case Ref():
            content = lo.state.heap[value.obj]
            if isinstance(content, Items):
                return lo.new_object(Items(tuple(copied(lo, i) for i in content.values)))
            if isinstance(content, Entries):
                pairs = tuple((k, copied(lo, v)) for k, v in content.pairs)
                return lo.new_object(Entries(pairs, content.cls))
            if lo.fact(value).kind == "array":
                return lo.apply(".copy()", lo.read(value))
            return lo.new_object(content)
    return value

