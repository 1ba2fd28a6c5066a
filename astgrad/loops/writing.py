"""Ops of one block while they are written, and the arithmetic of indices and sizes.

Sizes and indices are ints: `Const`s or variables of ops.  `add(i, 1)` folds what is known.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from astgrad.errors import Problem, Span
from astgrad.ir.core import TEMP, Apply, Arg, Const, Op, Pack, Var
from astgrad.ir.fact import BOOL, INT, Dim, Fact, Size
from astgrad.ir.sizes import Origin, Symbol
from astgrad.rules.table import Row, row
from astgrad.runtime import scalars

ZERO, ONE = Const(0), Const(1)


class Uncompiled(Exception):  # noqa: N818 - caught inside, and shown as an error
    """What loops cannot be written for; whoever knows the user's statement adds it."""

    def __init__(self, message: str, span: Span | None = None, fix: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(message, span, fix)


@cache
def helper(name: str) -> Row:
    """The row of a helper on elements; `name` is that of a function of `runtime.scalars`."""
    function: Callable[..., Any] = getattr(scalars, name)
    params = tuple(inspect.signature(function).parameters)
    text = f"{name}({', '.join(params)})"
    expression = ast.parse(text, mode="eval").body
    return Row(text, "constant", params, {}, expression, name=name, evaluate=function)


class Writing:
    """The ops of a block; what it makes stands for `span`, the user's statement."""

    def __init__(self, outer: Writing | None = None) -> None:
        self.ops: list[Op] = []
        self.made: dict[Var, Apply] = outer.made if outer else {}
        self.loops: dict[Var, tuple[Arg, Arg]] = outer.loops if outer else {}  # i: start, stop
        self.small: set[Var] = outer.small if outer else set()  # ints that are counted up
        self.relied: set[Var] = outer.relied if outer else set()  # ints taken to be small
        self.span: Span | None = outer.span if outer else None

    def add(self, op: Op) -> None:
        self.ops.append(op)
        if isinstance(op, Apply) and len(op.outs) == 1:
            self.made[op.outs[0]] = op

    def apply(self, made: Row | str, *args: Arg, fact: Fact, name: str = TEMP) -> Var:
        """The result of a row or, where it has no such name, of a helper."""
        rule = row(made) if isinstance(made, str) else made
        args += tuple(Const(rule.defaults[p]) for p in rule.params[len(args) :])
        out = Var(name, fact)
        self.add(Apply((out,), rule, args, self.span))
        return out

    def help(self, name: str, *args: Arg, fact: Fact = INT, hint: str = TEMP) -> Var:
        return self.apply(helper(name), *args, fact=fact, name=hint)

    # -- arithmetic of sizes and indices -----------------------------------------------

    def split(self, arg: Arg) -> tuple[Arg | None, int]:
        """An index as a variable part and a constant."""
        if isinstance(arg, Const):
            return None, int(arg.value)
        op = self.made.get(arg) if isinstance(arg, Var) else None
        if op is not None and op.rule.name in ("Add", "Sub") and isinstance(op.args[1], Const):
            base, more = self.split(op.args[0])
            step = int(op.args[1].value)
            return base, more + (step if op.rule.name == "Add" else -step)
        return arg, 0

    def add_to(self, a: Arg, b: Arg) -> Arg:
        """a + b"""
        (one, m), (two, n) = self.split(a), self.split(b)
        if one is None or two is None:
            return self.shifted(one if two is None else two, m + n)
        return self.shifted(self.apply("Add", one, two, fact=INT), m + n)

    def shifted(self, base: Arg | None, by: int) -> Arg:
        if base is None:
            return Const(by)
        if by == 0:
            return base
        return self.apply("Add" if by > 0 else "Sub", base, Const(abs(by)), fact=INT)

    def subtract(self, a: Arg, b: Arg) -> Arg:
        """a - b"""
        (one, m), (two, n) = self.split(a), self.split(b)
        if two is None:
            return self.shifted(one, m - n)
        if one is not None and self.key(one) == self.key(two):
            return Const(m - n)
        return self.shifted(self.apply("Sub", ZERO if one is None else one, two, fact=INT), m - n)

    def times(self, a: Arg, b: Arg) -> Arg:
        if isinstance(a, Const) and isinstance(b, Const):
            return Const(a.value * b.value)
        for one, other in ((a, b), (b, a)):
            if one == ONE:
                return other
            if one == ZERO:
                return ZERO
        return self.apply("Mult", a, b, fact=INT)

    def at_least_zero(self, size: Arg) -> Arg:
        if isinstance(size, Const):
            return Const(max(0, size.value))
        base, by = self.split(size)
        op = self.made.get(base) if isinstance(base, Var) else None
        if by >= 0 and op is not None and op.rule.name in ("[]", "max", "len", "same_size", "some"):
            return size
        return self.apply("max", size, ZERO, fact=Fact("number", "int", size=self.exactly(size)))

    def size_of(self, var: Var, axis: int) -> Arg:
        """The length of an axis of an array in memory."""
        known = (var.fact.shape or ())[axis]
        if isinstance(known, int):
            return Const(known)
        shape = self.apply(".shape", var, fact=Fact("tuple"))
        return self.apply("[]", shape, Const(axis), fact=Fact("number", "int", size=known))

    def read(self, var: Var, index: tuple[Arg, ...]) -> Var:
        """An element of an array in memory."""
        at = index[0] if len(index) == 1 else Pack("tuple", index)
        return self.apply("[]", var, at, fact=Fact("scalar", var.fact.dtype))

    # -- how large an int can be -------------------------------------------------------

    def lowest(self, arg: Arg, depth: int = 8) -> int | None:
        """A number that an int is not below."""
        base, by = self.split(arg)
        if base is None:
            return by
        if isinstance(base, Var) and base in self.loops and depth:
            start = self.lowest(self.loops[base][0], depth - 1)
            return None if start is None else start + by
        op = self.made.get(base) if isinstance(base, Var) else None
        if op is not None and op.rule.name in ("[]", "max"):  # a length, or max(n, 0)
            shape = op.args[0]
            length = isinstance(shape, Var) and shape.fact.kind == "tuple"
            return by if length or op.args[1] == ZERO else None
        return None

    def highest(self, arg: Arg, depth: int = 8) -> Size:
        """A size that an int is not above."""
        base, by = self.split(arg)
        if base is None:
            return by
        if isinstance(base, Var) and base in self.loops and depth:
            stop = self.highest(self.loops[base][1], depth - 1)
            return None if stop is None else stop + (by - 1)
        size = base.fact.size if isinstance(base, Var) else None
        return None if size is None else size + by

    def within(self, i: Arg, size: Size, inclusive: bool = False) -> bool:
        """Whether 0 <= i < size (<=, if inclusive) is proved."""
        low, high = self.lowest(i), self.highest(i)
        if low is None or low < 0 or high is None or size is None:
            return False
        if isinstance(high, Dim) and isinstance(size, Dim):
            known = high.symbol == size.symbol
            return known and high.add <= size.add - (0 if inclusive else 1)
        if isinstance(high, int) and isinstance(size, int):
            return high <= size - (0 if inclusive else 1)
        return False

    def is_small(self, *args: Arg) -> bool:
        """Whether the sum or product of two ints is far from 64 bits: sizes, indices, constants."""
        return sum(self.bits(arg, 6) for arg in args) <= 63

    def bits(self, arg: Arg, depth: int) -> int:
        if isinstance(arg, Const):
            return int(arg.value).bit_length() if isinstance(arg.value, int) else 64
        if not isinstance(arg, Var) or depth == 0:
            return 64
        size = arg.fact.size
        if isinstance(size, Dim) and isinstance(size.symbol, Symbol | Origin):
            self.relied.add(arg)
            return 32
        if arg in self.loops or arg in self.small:
            return 32
        op = self.made.get(arg)
        if op is None or op.rule.name not in ("Add", "Sub", "Mult", "Mod", "FloorDiv", "USub"):
            return 64
        parts = [self.bits(a, depth - 1) for a in op.args]
        return sum(parts) if op.rule.name == "Mult" else max(parts) + 1

    # -- the same value? ---------------------------------------------------------------

    def same(self, m: Arg, n: Arg) -> bool:
        """Whether two lengths are equal, as facts know them."""
        one, two = self.exactly(m), self.exactly(n)
        return one is not None and one == two

    def exactly(self, size: Arg) -> Size:
        """A length as facts know it."""
        base, _ = self.split(size)
        return None if base is not None and base in self.loops else self.highest(size)

    def key(self, arg: Arg) -> Any:
        """Equal for args that are surely equal: by how they were made, sizes and indices."""
        if isinstance(arg, Pack):
            return tuple(map(self.key, arg.items))
        if not isinstance(arg, Var):
            return arg
        op = self.made.get(arg)
        if op is None or op.rule.effect or op.rule.writes or op.rule.kind == "opaque":
            return arg
        if op.rule.name == ".shape":
            return (".shape", op.args[0])
        if op.rule.name == "[]":
            shape = op.args[0]
            sized = isinstance(shape, Var) and shape.fact.kind == "tuple" and shape in self.made
            return ("[]", self.key(shape), op.args[1]) if sized else arg
        if arg.fact.kind == "array":
            return arg
        return (op.rule.name, *map(self.key, op.args))


def of_dtype(dtype: str) -> Fact:
    return BOOL if dtype == "bool" else Fact("scalar", dtype)
