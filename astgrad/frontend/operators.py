"""Functions of `operator` that write to what they are given, and those that make functions."""

from __future__ import annotations

import operator
from typing import Any

import gast

from astgrad.frontend.attributes import method_or_field
from astgrad.frontend.builtins import Args, Keywords, builtin
from astgrad.frontend.calls import BUILTINS, Handler, call
from astgrad.frontend.expressions import item
from astgrad.frontend.getters import GETTERS, attributes_of, items_of, method_result
from astgrad.frontend.lower import Lowering
from astgrad.frontend.plain import plain
from astgrad.frontend.statements import delete_item
from astgrad.frontend.values import Known, Partial, Tup
from astgrad.frontend.writes import augment, store
from astgrad.ir.core import NONE


@builtin(operator.setitem)
def setitem(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    store(lo, args[0], args[1], args[2], node)
    return NONE


@builtin(operator.getitem)
def getitem(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return item(lo, args[0], args[1], node)


@builtin(operator.delitem)
def delitem(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    delete_item(lo, args[0], args[1], node)
    return NONE


def in_place(op: str) -> Handler:
    """`a += b` as a function, whose value is what `a` is then bound to."""
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        return augment(lo, args[0], op, args[1], node)

    return handler


BUILTINS |= {getattr(operator, name): in_place(op) for name, op in {
    "iadd": "Add", "isub": "Sub", "imul": "Mult", "itruediv": "Div", "ifloordiv": "FloorDiv",
    "imod": "Mod", "ipow": "Pow", "imatmul": "MatMult", "iconcat": "Add"}.items()}


def getter(function: Any) -> Handler:
    """`itemgetter(*keys)` and its like: a partial call."""
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        return Partial(Known(function), args, tuple(keywords.items()))

    return handler


BUILTINS |= {cls: getter(function) for cls, function in GETTERS.items()}


@builtin(items_of)
def items(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    *keys, value = args
    found = tuple(item(lo, value, key, node) for key in keys)
    return found[0] if len(found) == 1 else Tup(found)


@builtin(attributes_of)
def attributes(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    *names, value = args
    found = []
    for name in names:
        one = value
        for part in plain(name).split("."):
            one = method_or_field(lo, one, part, node)
        found.append(one)
    return found[0] if len(found) == 1 else Tup(tuple(found))


@builtin(method_result)
def result_of_method(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    name, *given, value = args
    return call(lo, method_or_field(lo, value, plain(name), node), tuple(given), keywords, node)
