"""Attributes: fields and methods of objects, what is known of an array, names of a module."""

from __future__ import annotations

import dataclasses
import types
from typing import Any

import gast
import numpy as np

from astgrad.frontend.calls import METHODS, call_function
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import (
    Closure,
    Derived,
    Entries,
    Items,
    Known,
    Method,
    Partial,
    Ref,
    Tup,
    certain,
)  # fmt: skip
from astgrad.ir.core import Apply, Const, Pack, Var
from astgrad.ir.fact import INT, Fact
from astgrad.rules import table


def method_or_field(lo: Lowering, value: Any, name: str, node: gast.AST) -> Any:
    value = certain(value)
    match value:
        case Known():
            return lo.known_attribute(value, name, node)
        case Tup() if value.cls is not None and name in value.cls._fields:
            return value.items[value.cls._fields.index(name)]
        case Ref():
            content = lo.state.heap[value.obj]
            if isinstance(content, Entries) and content.cls is not None:
                found = content.get(name)
                return found if found is not None else of_class(lo, value, content.cls, name, node)
            if isinstance(content, Items | Entries):
                return Method(value, name)
        case Tup() if value.cls is not None and ("tuple", name) not in METHODS:
            return of_class(lo, value, value.cls, name, node)
        case Tup():
            return Method(value, name)
        case Const() if isinstance(value.value, str):
            return Method(value, name)
        case Pack() | Closure() | Partial() | Derived():
            return Method(value, name)
    return array_attribute(lo, value, name, node)


def of_class(lo: Lowering, value: Ref | Tup, cls: Any, name: str, node: gast.AST) -> Any:
    """What an object finds in its class: a property's value, a method, a value."""
    static: Any = getattr(cls, name, None)
    if isinstance(static, property):
        return call_function(lo, static.fget, (value,), {}, node)
    if isinstance(static, types.FunctionType):
        raw = next((k.__dict__[name] for k in cls.__mro__ if name in k.__dict__), None)
        if isinstance(raw, staticmethod):
            return Known(static)
        return Partial(Known(static), (value,), ())
    if isinstance(static, types.MethodType):
        return Known(static)
    if static is not None or hasattr(cls, name):
        return lo.known_attribute(Known(cls, cls.__name__), name, node)
    raise lo.refuse(node, f"`{cls.__name__}` has no attribute {name!r} here")


FIELDS = {"T": ".T", "mT": ".mT", "real": ".real", "imag": ".imag"}


def array_attribute(lo: Lowering, value: Any, name: str, node: gast.AST) -> Any:
    fact = lo.fact(value)
    match name:
        case "shape":
            return shape_of(lo, value, node)
        case "ndim" if fact.rank is not None:
            return Const(fact.rank)
        case "size":
            return lo.apply("np.size", lo.read(value))
        case "dtype" if fact.dtype and fact.kind != "number":
            return Known(np.dtype(fact.dtype), f"{fact.dtype!r}")
        case "T" if isinstance(value, Ref):
            if fact.rank in (0, 1):
                return value
            return Ref(value.obj, (*value.path, Pack("step", (), (table.row(".T"),))))
        case "mT" if hasattr(np.ndarray, "mT") and isinstance(value, Ref):
            return Ref(value.obj, (*value.path, Pack("step", (), (table.row(".mT"),))))
        case "real" if not fact.is_complex:
            return value
        case "real" | "imag":
            made = lo.build.apply(FIELDS[name], lo.read(value))
            return lo.wrap_shared(made, value.obj) if isinstance(value, Ref) else lo.wrap(made)
    return Method(value, name)


def shape_of(lo: Lowering, value: Any, node: gast.AST) -> Any:
    fact = lo.fact(value)
    if fact.kind in ("number", "scalar"):
        return Tup(())
    arg = lo.read(value)
    if fact.shape is None:
        out = Var("shape", Fact("list", items=(INT,)))
        lo.build.add(Apply((out,), table.row("np.shape"), (arg,), lo.build.span))
        return lo.wrap(out)
    items: list[Any] = []
    for i, size in enumerate(fact.shape):
        if isinstance(size, int):
            items.append(Const(size))
            continue
        shape = lo.build.apply(".shape", arg)
        out = Var("n", dataclasses.replace(INT, size=size))
        lo.build.add(Apply((out,), table.row("[]"), (shape, Const(i)), lo.build.span))
        items.append(out)
    return Tup(tuple(items))
