"""Attributes: fields and methods of objects, what is known of an array, names of a module."""

from __future__ import annotations

import dataclasses
import types
from typing import Any

import gast
import numpy as np

from astgrad.frontend.calls import METHODS, apply_row, call_function
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
    Super,
    Tup,
    certain,
)  # fmt: skip
from astgrad.frontend.writes import store
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
        case Super():
            return of_class(lo, value.receiver, class_of(lo, value.receiver), name, node,
                            value.after)
    return array_attribute(lo, value, name, node)


def class_of(lo: Lowering, value: Any) -> Any:
    """The class of an object or a named tuple; None for what is of no class of the user's."""
    if isinstance(value, Known):
        return type(value.value)
    content = lo.state.heap[value.obj] if isinstance(value, Ref) else value
    return content.cls if isinstance(content, Entries | Tup) else None


def of_class(lo: Lowering, value: Any, cls: Any, name: str, node: gast.AST,
             after: type | None = None) -> Any:
    """What an object finds in its class: a property's value, a method, a value.

    `after`: the class whose bases are asked alone, as `super()` does.
    """
    static: Any = getattr(cls if after is None else super(after, cls), name, None)
    if isinstance(static, property):
        return call_function(lo, static.fget, (value,), {}, node)
    if isinstance(static, types.FunctionType):
        line = cls.__mro__[0 if after is None else cls.__mro__.index(after) + 1 :]
        raw = next((k.__dict__[name] for k in line if name in k.__dict__), None)
        if isinstance(raw, staticmethod):
            return Known(static)
        return Partial(Known(static), (value,), ())
    if isinstance(static, types.MethodType):
        return Known(static)
    if after is not None and static is object.__init__:
        return Partial(Known(made), (value,), ())
    if after is None and (static is not None or hasattr(cls, name)):
        return lo.known_attribute(Known(cls, cls.__name__), name, node)
    if static is not None:
        return lo.known(static, name)
    raise lo.refuse(node, f"`{cls.__name__}` has no attribute {name!r} here")


def made(self: Any) -> None:
    """`object.__init__`."""


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
        case "flat" if isinstance(value, Ref):
            return flat_view(lo, value, node)
        case "real" if not fact.is_complex:
            return value
        case "real" | "imag":
            made = lo.build.apply(FIELDS[name], lo.read(value))
            return lo.wrap_shared(made, value.obj) if isinstance(value, Ref) else lo.wrap(made)
    return Method(value, name)


def flat_view(lo: Lowering, value: Ref, node: gast.AST) -> Ref:
    """The items of an array in C order, as a view: what is stored there is stored in the array."""
    made = apply_row(lo, table.row("np.ravel"), (value,), {}, node)
    if not (isinstance(made, Ref) and made.obj is value.obj):
        raise lo.refuse(node, "`.flat` of an array that is not known to lie in C order",
                        "use np.ravel, or index the array")
    return made


def set_part(lo: Lowering, target: Ref, name: str, value: Any, node: gast.AST) -> bool:
    """`z.real = v`, `z.imag = v`, `a.flat = v` of an array; False if it is something else."""
    fact, whole = lo.fact(target), Const(Ellipsis)
    if fact.kind != "array":
        return False
    spread = name == "flat" and lo.fact(value).is_numeric and lo.fact(value).rank == 0
    if spread or (name == "real" and not fact.is_complex):
        store(lo, target, whole, value, node)
    elif name in ("real", "imag") and fact.is_complex:
        other = lo.build.apply(FIELDS["imag" if name == "real" else "real"], lo.read(target))
        real, imag = (lo.read(value), other) if name == "real" else (other, lo.read(value))
        turned = lo.build.apply("Mult", Const(1j), imag)
        store(lo, target, whole, lo.wrap(lo.build.apply("Add", real, turned)), node)
    else:
        return False
    return True


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
