"""Functions of the user's that a text defines once and calls: their rows, and how they are found.

A call is lowered as the ops of its body; each op's span notes the calls that led to it
(`Inlined`).  `astgrad.optimise.outline` makes functions of bodies that are the same.
"""

from __future__ import annotations

import ast

from astgrad.errors import Span
from astgrad.ir.core import Function, Var
from astgrad.rules.table import Row


class Inlined:
    """One call whose ops stand in the caller's block."""

    __slots__ = ("name", "names", "settled", "source", "span")

    def __init__(self, name: str, source: int, names: dict[Var, str], span: Span | None) -> None:
        self.name = name
        self.source = source  # the function's text, by identity
        self.names = names  # of the arguments and results, in the function
        self.span = span  # of the call
        self.settled = False  # whether it is decided that its ops stay where they are


def function_row(function: Function) -> Row:
    """The row of calls of a function: one parameter for each arg."""
    params = tuple(f"p{i}" for i in range(len(function.params)))
    call = ast.Call(ast.Name(function.name, ast.Load()),
                    [ast.Name(p, ast.Load()) for p in params], [])
    return Row(ast.unparse(call), "call", params, {}, call, name=function.name, called=function)
