"""Sizes that facts name, as values: from the axes of the inputs, and from what is computed of them.

A fact knows `n`, `n - 2`, `n // 4`, the length of `x[:k]`; where the inputs and the variables
that it mentions are there already, so is the size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from astgrad.ir.core import NONE, Arg, Const, Pack, Var
from astgrad.ir.fact import INT, Dim, Size
from astgrad.loops.writing import ONE, ZERO, Writing

if TYPE_CHECKING:
    from astgrad.loops.memory import Memory

ARITHMETIC = ("Mult", "FloorDiv", "Sub", "Add")


class Lengths:
    """`lengths(size)`: the size as an int of the program; None where that is not known."""

    def __init__(self, lo: Memory) -> None:
        self.lo = lo
        self.axes: dict[Any, tuple[Var, int]] = {}  # symbol: an input with that axis
        self.ints: dict[Any, Var] = {}  # symbol: an int of the program that has this size
        self.asked: list[Any] = []  # symbols that are being looked for

    def note(self, var: Var) -> None:
        """An input: its axes, or the int that it is."""
        for k, n in enumerate(var.fact.shape or ()) if var.fact.is_array else ():
            if isinstance(n, Dim) and n.add == 0:
                self.axes.setdefault(n.symbol, (var, k))
        if var.fact.is_int and isinstance(var.fact.size, Dim) and var.fact.size.add == 0:
            self.ints.setdefault(var.fact.size.symbol, var)

    def __call__(self, size: Size) -> Arg | None:
        found = self.exact(size)
        return None if found is None else self.lo.write.at_least_zero(found)

    def exact(self, size: Size) -> Arg | None:
        """The value that may be below 0."""
        if isinstance(size, int):
            return Const(size)
        if not isinstance(size, Dim):
            return None
        if any(size.symbol is asked for asked in self.asked):
            return None
        self.asked.append(size.symbol)
        found = self.symbol(size.symbol)
        self.asked.pop()
        return None if found is None else self.lo.write.add_to(found, Const(size.add))

    def symbol(self, symbol: Any) -> Arg | None:
        write = self.lo.write
        if symbol in self.axes:
            return write.size_of(*self.axes[symbol])
        if symbol in self.ints:
            return self.ints[symbol]
        match symbol:
            case ("slice", whole, item):
                return self.sliced(whole, item)
            case (str(op), a, b) if op in ARITHMETIC:
                one, two = self.exact(a), self.exact(b)
                if one is None or two is None or (op == "FloorDiv" and two == ZERO):
                    return None
                return computed(write, op, one, two)
        return None

    def sliced(self, whole: Size, item: Any) -> Arg | None:
        """The length of a slice without a step, of what is there already."""
        n = self(whole)
        if n is None:
            return None
        if isinstance(item, Const):
            parts: tuple[Arg, ...] = tuple(map(Const, (
                item.value.start, item.value.stop, item.value.step)))
        elif isinstance(item, Pack):
            found = [self.bound(i) for i in item.items]
            if None in found:
                return None
            parts = tuple(i for i in found if i is not None)
        else:
            return None
        if parts[2] not in (NONE, ONE):
            return None
        write = self.lo.write
        low = ZERO if parts[0] in (NONE, ZERO) else write.help("clamped", parts[0], n)
        high = n if parts[1] == NONE else write.help("clamped", parts[1], n)
        return write.subtract(high, low)


    def bound(self, part: Arg) -> Arg | None:
        """A bound of a slice, if it is there, or its size is."""
        if isinstance(part, Var) and part not in self.lo.seen:
            return self.exact(part.fact.size)
        return part if part == NONE else self.lo.scalar(part)


def computed(write: Writing, op: str, one: Arg, two: Arg) -> Arg:
    if op == "Mult":
        return write.times(one, two)
    if op == "Add":
        return write.add_to(one, two)
    if op == "Sub":
        return write.subtract(one, two)
    return write.apply("FloorDiv", one, two, fact=INT)
