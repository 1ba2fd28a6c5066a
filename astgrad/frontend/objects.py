"""Builtins that ask an object: `abs(v)` is `v.__abs__()` where a class of the user's defines it.

Imported after the modules whose handlers are asked for everything else.
"""

from __future__ import annotations

from typing import Any

import gast

from astgrad.frontend import builtins, makers, stepping
from astgrad.frontend.calls import BUILTINS, Handler, apply_row
from astgrad.frontend.lower import Lowering
from astgrad.frontend.special import asked, is_object
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


__all__ = ["builtins", "makers", "stepping"]
