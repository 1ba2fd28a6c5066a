"""Functions of the user's that a text defines once and calls: their rows, and how they are found.

A call is lowered as the ops of its body; each op's span notes the calls that led to it
(`Inlined`).  `astgrad.optimise.outline` makes functions of bodies that are the same.
"""

from __future__ import annotations

import ast

from astgrad.errors import InternalError, Span
from astgrad.ir.core import Block, Function, Var
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


def unfinished_row(name: str, effect: str = "raises") -> Row:
    """The row of a function that is being made, for the calls in its own body."""
    row = function_row(Function(name, (), UNFINISHED, recursive=True))
    row.effect = effect
    return row


def finish_row(row: Row, function: Function) -> None:
    """Give a row the function that it was for."""
    made = function_row(function)
    row.text, row.params, row.expression, row.called = (
        made.text, made.params, made.expression, function)


def finished(row: Row) -> Function:
    """The function of a row."""
    if row.called is None or not is_finished(row):
        raise InternalError(f"{row.name} has no function yet")
    return row.called


def is_finished(row: Row) -> bool:
    return row.called is None or row.called.block is not UNFINISHED


UNFINISHED = Block((), (), ())
