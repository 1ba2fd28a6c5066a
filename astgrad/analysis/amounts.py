"""Sizes, trip counts and bytes as the user would write them: `len(x)`, `n - 1`, `8 * n`."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

import numpy as np

from astgrad.errors import InternalError
from astgrad.ir.core import Arg, Const, For, Var, While
from astgrad.ir.fact import Dim, Fact, Size
from astgrad.ir.sizes import Origin, Symbol, fact_of_arg

SIGNS = {"Mult": "*", "Sub": "-", "Add": "+", "FloorDiv": "//"}
NUMBER_BYTES = {"float": 8, "int": 8, "bool": 1, "complex": 16}


class Amounts:
    """Texts in terms of the parameters whose facts are given: (path, fact) of each leaf."""

    def __init__(self, leaves: Iterable[tuple[tuple[object, ...], Fact]]) -> None:
        self.names: dict[str, str] = {}
        for path, fact in leaves:
            for axis, size in enumerate(fact.shape or ()):
                if isinstance(size, Dim) and isinstance(size.symbol, Symbol) and not size.add:
                    text = shown(path)
                    text = f"len({text})" if len(fact.shape or ()) == 1 else f"{text}.shape[{axis}]"
                    self.names.setdefault(size.symbol, text)

    def size(self, size: Size) -> str | None:
        """A dimension; None where it is not known in terms of the arguments."""
        if not isinstance(size, Dim):
            return None if size is None else str(size)
        base = self.symbol(size.symbol)
        if base is None or not size.add:
            return base
        return f"({base} {'+' if size.add > 0 else '-'} {abs(size.add)})"

    def symbol(self, symbol: Any) -> str | None:
        if isinstance(symbol, Symbol):
            return self.names.get(symbol)
        if isinstance(symbol, Origin):
            return shown(tuple(map(ast.literal_eval, symbol)))
        match symbol:
            case (str(op), a, b) if op in SIGNS:
                left, right = self.size(a), self.size(b)
                return f"({left} {SIGNS[op]} {right})" if left and right else None
            case ("Least", a, b):
                return self.size(a) or self.size(b)
        return None

    def trips(self, loop: For | While) -> str:
        """How often a loop runs."""
        line = f"trips of line {loop.span.line}" if loop.span else "trips"
        if not isinstance(loop, For) or loop.stops or loop.bounds[2] not in (Const(1), Const(-1)):
            return line
        start, stop = loop.bounds[:2] if loop.bounds[2] == Const(1) else loop.bounds[1::-1]
        low, high = count_of(start), count_of(stop)
        if isinstance(low, int):
            found = self.size(high + -low if isinstance(high, Dim) else
                              None if high is None else high - low)
            return found or line
        return line

    def bytes(self, fact: Fact, name: str) -> str:
        """The bytes of the data of one value."""
        match fact.kind:
            case "number":
                return str(NUMBER_BYTES[fact.dtype])
            case "scalar":
                return str(np.dtype(fact.dtype).itemsize)
            case "array" if fact.dtype and fact.shape is not None:
                sizes = [self.size(size) for size in fact.shape]
                if None in sizes:
                    return f"{np.dtype(fact.dtype).itemsize} * {name}.size"
                return product([np.dtype(fact.dtype).itemsize, *sizes])
            case "tuple":  # what a function of the text has saved
                parts = [self.bytes(item, name) for item in fact.items]
                whole = sum(int(part) for part in parts if part.isdigit())
                rest = [part for part in parts if not part.isdigit()]
                return " + ".join([str(whole), *rest] if whole or not rest else rest)
        return f"bytes of {name}"


def count_of(arg: Arg) -> Size:
    if isinstance(arg, Const):
        return arg.value if isinstance(arg.value, int) else None
    return fact_of_arg(arg).size if isinstance(arg, Var) else None


def product(factors: Iterable[object]) -> str:
    """Constant factors multiplied, in front of the others."""
    whole, rest = 1, []
    for factor in factors:
        text = str(factor)
        if text.isdigit():
            whole *= int(text)
        else:
            rest += [text]
    if len(rest) == 1 and whole == 1:
        return rest[0].removeprefix("(").removesuffix(")") if rest[0][0] == "(" else rest[0]
    return " * ".join([str(whole), *rest] if whole != 1 or not rest else rest)


def shown(path: tuple[object, ...]) -> str:
    """A leaf's place as it is read: `x`, `params['w']`, `self.rate`, `pair[0]`."""
    if not path:
        raise InternalError("a leaf without a place")
    text = str(path[0])
    for step in path[1:]:
        if isinstance(step, list):
            text += f"[{step[0]!r}]"
        elif isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{str(step).lstrip('.')}"
    return text
