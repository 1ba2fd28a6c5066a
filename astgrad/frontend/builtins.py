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

from astgrad.analysis.infer import fact_of_arg
from astgrad.frontend.calls import BUILTINS, METHODS, apply_row, call, shape_of
from astgrad.frontend.expressions import (
    UNPLAIN, binary, list_items, plain, sequence_items, text_value,
)  # fmt: skip
from astgrad.frontend.loops import is_zero, iteration
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import (
    Closure, Entries, Items, Iterable, Known, Partial, Range, Ref, Tup,
)  # fmt: skip
from astgrad.frontend.writes import ELLIPSIS, extend_list, make_dynamic, store, write
from astgrad.ir.core import NONE, Apply, Const, Pack, Var
from astgrad.ir.fact import Fact
from astgrad.rules import table
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
    fact = lo.fact(value)
    if fact.kind == "array" and fact.shape:
        if isinstance(fact.shape[0], int):
            return Const(fact.shape[0])
        out = Var("n", Fact("number", "int", size=fact.shape[0]))
        lo.build.add(Apply((out,), table.row("len"), (lo.read(value),), lo.build.span))
        return out
    return lo.build.apply("len", lo.read(value))


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


@builtin(zip)
def zip_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return Iterable("zip", args)


@builtin(enumerate)
def enumerate_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    start = keywords.get("start", args[1] if len(args) > 1 else Const(0))
    return Iterable("enumerate", (args[0], start))


@builtin(reversed)
def reversed_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return Iterable("reversed", args)


@builtin(map)
def map_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return Iterable("map", args)


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
        return lo.new_object(Items(items))
    if isinstance(source, Ref) and lo.fact(source).kind == "list":
        content = lo.state.heap[source.obj]
        if not source.path:
            ref = lo.new_object(content)
            ref.obj.shares |= source.obj.shares
            return ref
    bounds, bind = iteration(lo, source, node)
    if bounds is None:
        return lo.new_object(Items(tuple(bind(None))))
    return comprehension(lo, source, lambda value: value, node)


def comprehension(lo: Lowering, source: Any, element: Callable[[Any], Any], node: gast.AST) -> Any:
    """`[element(v) for v in source]` as a loop that appends."""
    target = gast.Name("$item", gast.Store(), None, None)
    result = gast.Name("$list", gast.Load(), None, None)
    lo.state.names[lo.frame, "$list"] = lo.new_object(Items(()), "items")
    from astgrad.frontend.loops import for_

    body = gast.Expr(gast.Call(gast.Name("$append", gast.Load(), None, None), [], []))
    loop = gast.For(target, gast.Name("$source", gast.Load(), None, None), [body], [], None)
    for part in (loop, body, body.value, body.value.func, target, result, loop.iter):
        gast.copy_location(part, node)
    lo.state.names[lo.frame, "$source"] = source

    def append(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        value = element(lo.state.names[lo.frame, "$item"])
        extend_list(lo, lo.state.names[lo.frame, "$list"], (value,), node)
        return NONE

    holder = Known(append)
    BUILTINS[append] = append
    lo.state.names[lo.frame, "$append"] = holder
    make_dynamic_if_looping(lo, source, node)
    try:
        for_(lo, loop, [])
    finally:
        del BUILTINS[append]
    made = lo.state.names.pop((lo.frame, "$list"))
    for name in ("$source", "$append", "$item"):
        lo.state.names.pop((lo.frame, name), None)
    return made


def make_dynamic_if_looping(lo: Lowering, source: Any, node: gast.AST) -> None:
    bounds, _ = iteration(lo, source, node)
    if bounds is not None:
        make_dynamic(lo, lo.state.names[lo.frame, "$list"].obj, node)


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
    start = keywords.get("start", args[1] if len(args) > 1 else Const(0))
    made = args[0] if isinstance(args[0], Tup) else collected(lo, args[0], node)
    items = sequence_items(lo, made)
    if items is not None:
        total = start
        for value in items:
            total = value if is_zero(total) else binary(lo, "Add", total, value, node)
        return total
    return folded(lo, made, start, lambda a, b: binary(lo, "Add", a, b, node), node)


def folded(lo: Lowering, source: Any, start: Any, step: Callable[[Any, Any], Any],
           node: gast.AST) -> Any:
    """Fold a list of unknown length, as a loop over a hidden name."""
    raise lo.refuse(node, "this builtin over a list of unknown length",
                    "write the loop, or make an array and use np.sum")


@builtin(functools.reduce)
def reduce_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    items = sequence_items(lo, collected(lo, args[1], node))
    if items is None:
        raise lo.refuse(node, "reduce over a list of unknown length", "write the loop")
    values = list(items)
    total = args[2] if len(args) > 2 else values.pop(0)
    for value in values:
        total = call(lo, args[0], (total, value), {}, node)
    return total


def extreme(name: str) -> Any:
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        if keywords:
            raise lo.refuse(node, f"{name}() with {', '.join(keywords)}", "write the comparison")
        if len(args) == 1:
            fact = lo.fact(args[0]) if isinstance(args[0], Ref) else None
            if fact is not None and fact.kind == "array":
                return lo.apply(f"np.{name}", lo.read(args[0]), NONE, Const(False))
            items = sequence_items(lo, collected(lo, args[0], node))
            if items is None:
                raise lo.refuse(node, f"{name}() of a list of unknown length", f"use np.{name}")
            args = items
        best = args[0]
        for value in args[1:]:
            best = lo.apply(name, lo.read(best), lo.read(value))
        return best

    return handler


BUILTINS[max], BUILTINS[min] = extreme("max"), extreme("min")


def quantifier(op: str) -> Any:
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        from astgrad.frontend.expressions import both, truth

        if isinstance(args[0], Ref) and lo.fact(args[0]).kind == "array":
            return lo.apply("np.all" if op == "And" else "np.any", lo.read(args[0]), NONE)
        items = sequence_items(lo, collected(lo, args[0], node))
        if items is None:
            raise lo.refuse(node, "any()/all() of a list of unknown length", "write the loop")
        result: Any = Const(op == "And")
        for value in items:
            first = truth(lo, result, node)
            result = both(lo, first, functools.partial(truth, lo, value, node), op, node)
        return result

    return handler


BUILTINS[builtins.all], BUILTINS[builtins.any] = quantifier("And"), quantifier("Or")


@builtin(str, repr, format)
def str_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    known = plain(args[0])
    if known is not UNPLAIN:
        return Const(str(known))
    return text_value(lo, "format", (lo.read(args[0]),), ((-1, ""),))


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


# -- arrays -----------------------------------------------------------------------------------


@builtin(np.shape)
def np_shape(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return shape_of(lo, args[0], node)


@builtin(np.ndim)
def np_ndim(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    rank = lo.fact(args[0]).rank
    return lo.apply("np.ndim", lo.read(args[0])) if rank is None else Const(rank)


@builtin(np.array, np.asarray)
def np_array(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    value = args[0]
    keywords.pop("dtype", None) if plain(keywords.get("dtype")) in (None, float) else None
    if isinstance(value, Ref) and lo.fact(value).kind == "array":
        row = ".copy()"
        if keywords.get("dtype") is not None:
            return apply_row(lo, table.row(".astype()"), (value, keywords["dtype"]), {}, node)
        return lo.apply(row, lo.read(value))
    return apply_row(lo, table.row("np.array"), args, keywords, node)


BUILTINS[np.asarray] = lambda lo, args, keywords, node: (
    args[0]
    if isinstance(args[0], Ref) and lo.fact(args[0]).kind == "array" and not keywords
    else np_array(lo, args, keywords, node)
)


@method("array", "reshape")
def reshape(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    shape = args[1] if len(args) == 2 else Tup(args[1:])
    return apply_row(lo, table.row("np.reshape"), (args[0], shape), keywords, node)


@method("array", "transpose")
def transpose(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    axes = () if len(args) == 1 else (args[1] if len(args) == 2 else Tup(args[1:]),)
    return apply_row(lo, table.row("np.transpose"), (args[0], *axes), keywords, node)


@method("array", "item")
def item_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    value = lo.read(args[0])
    if len(args) > 1:
        value = lo.build.apply("[]", value, lo.read(args[1] if len(args) == 2 else Tup(args[1:])))
    return lo.apply("float", value)


@method("array", "fill")
def fill(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    store(lo, args[0], ELLIPSIS, args[1], node)
    return NONE


@method("array", "sort")
def sort(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    made = apply_row(lo, table.row("np.sort"), args, keywords, node)
    store(lo, args[0], ELLIPSIS, made, node)
    return NONE


@method("array", "tolist")
def tolist(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return collected(lo, args[0], node)


@builtin(np.copyto)
def copyto(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    value = args[1]
    if "where" in keywords:
        value = lo.apply("np.where", lo.read(keywords["where"]), lo.read(value), lo.read(args[0]))
    store(lo, args[0], ELLIPSIS, value, node)
    return NONE


@builtin(np.put)
def put(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    target = args[0]
    if lo.fact(target).rank != 1:
        target = apply_row(lo, table.row("np.ravel"), (target,), {}, node)
    store(lo, target, args[1], args[2], node)
    return NONE


@builtin(np.fill_diagonal)
def fill_diagonal(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    n = lo.build.apply("min", lo.build.apply("[]", lo.build.apply(".shape", lo.read(args[0])), Const(0)),
                       lo.build.apply("[]", lo.build.apply(".shape", lo.read(args[0])), Const(1)))
    index = lo.apply("np.arange", n, NONE, NONE)
    store(lo, args[0], Tup((index, index)), args[1], node)
    return NONE


@method("ufunc", "at")
def ufunc_at(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    ufunc, target, index, *rest = args
    value = lo.read(rest[0])
    if ufunc.value is np.subtract:
        value = lo.build.apply("USub", value)
    elif ufunc.value is not np.add:
        raise lo.refuse(node, f"np.{ufunc.value.__name__}.at", "use np.add.at, or a loop")
    write(lo, "add_at", target, lo.read(index), value, node)
    return NONE


@method("ufunc", "outer")
def ufunc_outer(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    ufunc, a, b = args
    left = lo.read(a)
    index = Pack("tuple", (*(Const(slice(None)),) * (lo.fact(a).rank or 0),
                           *(NONE,) * (lo.fact(b).rank or 0)))
    return call(lo, ufunc, (lo.apply("[]", left, index), b), {}, node)


REDUCTIONS = {np.add: "np.sum", np.multiply: "np.prod", np.maximum: "np.max", np.minimum: "np.min"}


@method("ufunc", "reduce")
def ufunc_reduce(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    name = REDUCTIONS.get(args[0].value, f"{args[0].text}.reduce")
    if name not in table.ROWS:
        raise lo.refuse(node, f"{name} cannot be differentiated yet", "write the loop")
    if len(args) == 2:
        keywords.setdefault("axis", Const(0))
    return apply_row(lo, table.row(name), args[1:], keywords, node)


# -- lists, dicts, tuples ---------------------------------------------------------------------


@method("list", "append")
def append(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    extend_list(lo, args[0], args[1:], node)
    return NONE


@method("list", "extend")
def extend(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    items = sequence_items(lo, collected(lo, args[1], node))
    if items is None:
        raise lo.refuse(node, "extend by a list of unknown length", "append in a loop")
    extend_list(lo, args[0], items, node)
    return NONE


@method("list", "insert")
def insert(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    items, at = list_items(lo, args[0]), plain(args[1])
    if items is None or not isinstance(at, int):
        raise lo.refuse(node, "insert into a list of unknown length", "append, and read backwards")
    values = list(items)
    values.insert(at, args[2])
    lo.state.heap[args[0].obj] = Items(tuple(values))
    return NONE


@method("list", "pop")
def pop(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    items = list_items(lo, args[0])
    at = plain(args[1]) if len(args) > 1 else -1
    if items is not None and isinstance(at, int):
        values = list(items)
        if not values:
            raise lo.refuse(node, "pop from an empty list")
        value = values.pop(at)
        lo.state.heap[args[0].obj] = Items(tuple(values))
        return value
    if items is not None:
        make_dynamic(lo, args[0].obj, node)
    if at != -1:
        raise lo.refuse(node, "pop from inside a list of unknown length", "pop from its end")
    content = lo.state.heap[args[0].obj]
    fact = fact_of_arg(content)
    rest, value = Var(args[0].obj.name, fact), Var("t", fact.items[0])
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
    items = list_items(lo, args[0])
    if items is None:
        raise lo.refuse(node, "reverse of a list of unknown length", "read it backwards")
    lo.state.heap[args[0].obj] = Items(items[::-1])
    return NONE


def entries_of(lo: Lowering, value: Any) -> Entries:
    content: Entries = lo.state.heap[value.obj]
    return content


@method("dict", "items")
def items_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    pairs = entries_of(lo, args[0]).pairs
    return Tup(tuple(Tup((lo.known(k), v)) for k, v in pairs))


@method("dict", "values")
def values_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return Tup(tuple(v for _, v in entries_of(lo, args[0]).pairs))


@method("dict", "keys")
def keys_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return Tup(tuple(lo.known(k) for k, _ in entries_of(lo, args[0]).pairs))


@method("dict", "get")
def get_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    key = plain(args[1])
    if key is UNPLAIN:
        raise lo.refuse(node, "the key of this dict is known only at run time")
    found = entries_of(lo, args[0]).get(key)
    return found if found is not None else (args[2] if len(args) > 2 else NONE)


@method("dict", "pop")
def dict_pop(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    key = plain(args[1])
    found = entries_of(lo, args[0]).get(key)
    if found is None:
        if len(args) > 2:
            return args[2]
        raise lo.refuse(node, f"KeyError: {key!r}")
    lo.state.heap[args[0].obj] = entries_of(lo, args[0]).drop(key)
    return found


@method("dict", "update")
def update_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    entries = entries_of(lo, args[0])
    extra = dict_(lo, args[1:], keywords, node)
    for key, value in entries_of(lo, extra).pairs:
        entries = entries.put(key, value)
    lo.state.heap[args[0].obj] = entries
    lo.written.add(args[0].obj)
    return NONE


@method("dict", "setdefault")
def setdefault(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    key = plain(args[1])
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
    name = node.func.attr  # type: ignore[attr-defined]
    if any(v is UNPLAIN for v in values):
        return text_value(lo, "text", (), ())
    return lo.known(getattr(values[0], name)(*values[1:]))


for _name in ("upper", "lower", "strip", "split", "startswith", "endswith", "join", "replace",
              "format"):
    METHODS["text", _name] = text_method
