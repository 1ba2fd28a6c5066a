"""Builtins that ask an object: `abs(v)` is `v.__abs__()` where a class of the user's defines it,
and `super()`.

Imported after the modules whose handlers are asked for everything else.
"""

from __future__ import annotations

from typing import Any

import gast

from astgrad.frontend import builtins, makers, stepping
from astgrad.frontend.attributes import class_of
from astgrad.frontend.calls import BUILTINS, Handler, apply_row
from astgrad.frontend.lookup import lookup
from astgrad.frontend.lower import Lowering
from astgrad.frontend.special import asked, is_object
from astgrad.frontend.values import Known, Super
from astgrad.rules import table

CONVERSIONS: dict[Any, str] = {
    abs: "__abs__", float: "__float__", int: "__int__", complex: "__complex__",
    round: "__round__", len: "__len__", iter: "__iter__",
}


def conversion(target: Any, name: str) -> Handler:
    """`abs(value)` and its like: the method of an object's class, else what it was before."""
    before = BUILTINS.get(target)

    def handler(lo: Lowering, args: tuple[Any, ...], keywords: dict[str, Any], node: gast.AST
                ) -> Any:
        if args and is_object(lo, args[0]):
            return asked(lo, args[0], name, *args[1:], node=node, what=f"`{name}`")
        if before is not None:
            return before(lo, args, keywords, node)
        row = table.resolve(target)
        assert row is not None
        return apply_row(lo, row, args, keywords, node)

    return handler


BUILTINS |= {target: conversion(target, name) for target, name in CONVERSIONS.items()}


@builtins.builtin(super)
def super_(lo: Lowering, args: tuple[Any, ...], keywords: dict[str, Any], node: gast.AST) -> Any:
    """`super()` in a method, and `super(cls, self)`."""
    frame = lo.frame
    cells = dict(zip(frame.function.__code__.co_freevars, frame.function.__closure__ or (),
                     strict=True))
    params = [*frame.source.node.args.posonlyargs, *frame.source.node.args.args]
    if not args and frame.parent is None and "__class__" in cells and params:
        receiver, after = lookup(lo, params[0].id, node), cells["__class__"].cell_contents
    elif len(args) == 2 and isinstance(args[0], Known):
        after, receiver = args[0].value, args[1]
    else:
        raise lo.refuse(node, "`super()` outside a method", "name the class and call its method")
    cls = class_of(lo, receiver)
    if not (isinstance(after, type) and isinstance(cls, type) and issubclass(cls, after)):
        raise lo.refuse(node, "the class that `super()` starts from is not known here",
                        "name the class and call its method")
    return Super(receiver, after)


__all__ = ["builtins", "makers", "stepping"]
