"""Binding a call's arguments to the parameters of the function called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gast

from astgrad.frontend.lower import Lowering
from astgrad.frontend.names import children
from astgrad.frontend.values import Entries, Items, Known, Ref, Tup
from astgrad.ir.core import Var
from astgrad.rules.functions import Inlined
from astgrad.source import FunctionSource


def no_generator(lo: Lowering, source: FunctionSource, node: gast.AST) -> None:
    if isinstance(source.node, gast.AsyncFunctionDef):
        raise lo.refuse(node, f"`{source.name}` is async", "use an ordinary function")
    if getattr(source.node, "is_ordinary", False):
        return
    stack = children(source.node)
    while stack:
        inner = stack.pop()
        if isinstance(inner, gast.Yield | gast.YieldFrom):
            raise lo.refuse(node, f"`{source.name}` is a generator",
                            "build a list, and return it")
        if not isinstance(inner, gast.FunctionDef | gast.Lambda):
            stack += children(inner)
    source.node.is_ordinary = True


def bind_parameters(lo: Lowering, source: FunctionSource, args: tuple[Any, ...],
                    keywords: dict[str, Any], defaults: dict[str, Any], node: gast.AST
                    ) -> dict[str, Any]:
    spec = source.node.args
    positional = [p.id for p in (*spec.posonlyargs, *spec.args)]
    values: dict[str, Any] = dict(zip(positional, args, strict=False))
    extra = args[len(positional) :]
    rest = dict(keywords)
    if spec.vararg is not None:
        values[spec.vararg.id] = Tup(tuple(extra))
    elif extra:
        raise lo.refuse(node, f"{source.name}() takes {len(positional)} positional arguments, "
                              f"{len(args)} were given")
    for name in (*positional, *(p.id for p in spec.kwonlyargs)):
        if name in rest:
            if name in values:
                raise lo.refuse(node, f"{source.name}() got {name!r} twice")
            values[name] = rest.pop(name)
        elif name not in values:
            if name not in defaults:
                raise lo.refuse(node, f"{source.name}() misses its argument {name!r}")
            values[name] = defaults[name]
    if spec.kwarg is not None:
        values[spec.kwarg.id] = lo.new_object(Entries(tuple(rest.items())))
    elif rest:
        raise lo.refuse(node, f"{source.name}() has no parameter {next(iter(rest))!r}")
    return values


def inlined(lo: Lowering, source: FunctionSource, values: dict[str, Any]) -> Inlined:
    """A note of this call, for the spans of its ops."""
    names: dict[Var, str] = {}
    for name, value in values.items():
        for var, known in named_parts(lo, value, name):
            names.setdefault(var, known)
    return Inlined(source.name, id(source.node), names, lo.build.span)


def named_parts(lo: Lowering, value: Any, name: str) -> Iterator[tuple[Var, str]]:
    """The numbers and arrays in a value, with names that say where in it they are."""
    content = lo.state.heap[value.obj] if isinstance(value, Ref) else value
    match content:
        case Var():
            yield content, name
            return
        case Tup():
            keys = getattr(content.cls, "_fields", range(len(content.items)))
            pairs = tuple(zip(keys, content.items, strict=True))
        case Items():
            pairs = tuple(enumerate(content.values))
        case Entries():
            pairs = content.pairs
        case _:
            return
    for key, item in pairs:
        part = f"{name}_{key}"
        yield from named_parts(lo, item, part if part.isidentifier() else name)


def unpacked(lo: Lowering, value: Any, node: gast.AST) -> tuple[tuple[Any, Any], ...]:
    """The keys and values that `**` unpacks."""
    content = lo.state.heap.get(value.obj) if isinstance(value, Ref) else None
    if isinstance(content, Entries):
        return content.pairs
    if isinstance(value, Known) and isinstance(value.value, dict):
        return tuple((k, lo.known(v, str(k))) for k, v in value.value.items())
    raise lo.refuse(node, "`**` of something that is not a known dict")
