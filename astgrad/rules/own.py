"""Rows for functions that are not the table's: a template, and derivatives of the user's own.

`own_row("fast.f(x, y=1.0)", ...)` finds the function, makes the row and puts it into the
table.  What is wrong with the template is a `RuleError` here.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from astgrad.errors import RuleError
from astgrad.references import reference
from astgrad.rules import table
from astgrad.rules.table import Row

KINDS: dict[str, Callable[..., Row]] = {
    "elementwise": table.elementwise, "linear": table.linear, "bilinear": table.bilinear,
    "general": table.general, "constant": table.constant,
}  # fmt: skip


@dataclass(frozen=True)
class Own:
    """Derivatives as functions: `vjp(g, ans, *args)` and `jvp(tangents, ans, *args)`."""

    vjp: Callable[..., Any] | None
    jvp: Callable[..., Any] | None


def own_row(text: str, function: Any, kind: str, own: Own | None, at: str,
            derivatives: dict[str, str]) -> tuple[Row, Row | None]:
    """A row of the table for a function from outside, and the one that it replaces."""
    call = call_of(text)
    dotted = ast.unparse(call.func)
    function = found(dotted, text) if function is None else function
    if not callable(function):
        raise RuleError(f"the row {text!r}: {dotted!r} is {function!r}, which is not a function")
    needs = reference(function, dotted)
    name = needs.text if needs.module else f"{needs.text} at {id(function):x}"
    taken = table.resolve(function)
    if taken is not None and taken.function is None:
        raise RuleError(f"the row {text!r}: {taken.name} has a rule, {taken.text!r}")
    named = ast.parse(needs.text, mode="eval").body
    table.MODULES.add(needs.root)
    former = table.ROWS.pop(name, None)
    options: dict[str, Any] = {"at": at} if kind != "constant" else {}
    try:
        row = KINDS[kind](ast.unparse(ast.Call(named, call.args, call.keywords)), name=name,
                          **options, **derivatives)
    except BaseException:
        if former is not None:
            table.ROWS[name] = former
        raise
    row.function, row.needs, row.own = function, needs, own
    row.evaluate = table.Sparing(row)
    table.BY_FUNCTION.clear()
    return row, former


def call_of(text: str) -> ast.Call:
    """The template, if it is one: `module.f(x, *rest, option=default)`."""
    try:
        call = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise RuleError(f"the row {text!r} is not a call ({error.msg})") from None
    if not isinstance(call, ast.Call):
        raise RuleError(f"the row {text!r} is not a call: write it as \"module.f(x, y)\"")
    for arg in call.args:
        inner = arg.value if isinstance(arg, ast.Starred) else arg
        if not isinstance(inner, ast.Name):
            raise RuleError(f"the row {text!r}: {ast.unparse(arg)!r} is not a parameter's name")
    for keyword in call.keywords:
        try:
            ast.literal_eval(keyword.value)
        except ValueError:
            raise RuleError(f"the row {text!r}: the default {ast.unparse(keyword.value)!r} is not "
                            "a literal") from None
    return call


def found(dotted: str, text: str) -> Any:
    """What a dotted name stands for; its module is imported."""
    parts = dotted.split(".")
    parts[0] = {"np": "numpy"}.get(parts[0], parts[0])
    for count in reversed(range(1, len(parts))):
        name = ".".join(parts[:count])
        try:
            value: Any = sys.modules.get(name) or import_module(name)
        except ImportError:
            continue
        for part in parts[count:]:
            if not hasattr(value, part):
                raise RuleError(f"the row {text!r}: {name!r} has no {part!r}")
            value = getattr(value, part)
        return value
    raise RuleError(f"the row {text!r}: no module leads to {dotted!r}; pass the function itself: "
                    f"rule({text!r}, {parts[-1]}, ...)")
