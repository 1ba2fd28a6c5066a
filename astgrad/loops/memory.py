"""Where each value of a program in loops is: its number, its memory, or its formula.

`Values` knows what every variable has become, gives sizes, writes the loops that compute
elements, and puts what is computed into memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from astgrad.analysis.sharing import Sharing
from astgrad.ir.core import (
    NONE,
    TEMP,
    Apply,
    Arg,
    Block,
    Const,
    For,
    Op,
    Pack,
    Undefined,
    Var,
)  # fmt: skip
from astgrad.ir.fact import INT, Fact, Size
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import substitute_block
from astgrad.loops.delay import Delays
from astgrad.loops.lengths import Lengths
from astgrad.loops.lists import tapes_of
from astgrad.loops.tapes import Stack
from astgrad.loops.values import Computed, Index, Stored, Value, given, stored
from astgrad.loops.writing import ONE, ZERO, Uncompiled, Writing, helper

AXES = ("i", "j", "k", "l", "m", "n")
Body = Callable[[Writing, Index, list[Var]], list[Arg]]


def row_of(target: Var, k: int) -> Callable[[Writing, Index], tuple[Var, Index]]:
    """Where a row of an array is."""
    return lambda write, index: (target, (Const(k), *index))


def is_array(arg: Arg) -> bool:
    """Whether an arg is an array with axes; those without are numbers here."""
    fact = fact_of_arg(arg)
    return (fact.kind == "array" and fact.shape != ()) or fact.kind == "unknown"


class Memory:
    def __init__(self, block: Block, sharing: Sharing) -> None:
        self.write = Writing()
        self.delays = Delays(block, sharing)
        self.values: dict[Var, Value] = {}
        self.known: dict[Var, Arg] = {}
        self.tapes = tapes_of(block)
        self.stacks: dict[Var, Stack] = {}
        self.around: tuple[Op, ...] = ()  # the ops whose blocks are being written
        self.seen: set[Var] = set()  # what is defined here
        self.lengths = Lengths(self)
        self.independent: set[Var] = set()  # the targets of loops whose trips may run at once

    # -- args ----------------------------------------------------------------------------

    def scalar(self, arg: Arg) -> Arg:
        """A number, or what else is no array."""
        if isinstance(arg, Var):
            if arg in self.known:
                return self.known[arg]
            if is_array(arg):
                raise Uncompiled(f"`{arg.name}` is an array, where a number is needed")
        if isinstance(arg, Pack):
            return arg.rebuild(tuple(map(self.scalar, arg.items)))
        return arg

    def value(self, arg: Arg) -> Value:
        if isinstance(arg, Var) and arg in self.values:
            return self.values[arg]
        if is_array(arg) and isinstance(arg, Var) and arg not in self.known:
            if arg.fact.kind == "unknown":
                raise Uncompiled(f"what `{arg.name}` is is not known")
            return stored(arg)
        if isinstance(arg, Const) and isinstance(arg.value, list | tuple):
            arg = Pack("list", tuple(map(Const, arg.value)))
        if isinstance(arg, Pack) and arg.kind in ("list", "tuple"):
            return self.literal(arg)
        fact = fact_of_arg(arg)
        if not fact.is_numeric and arg not in self.known:
            raise Uncompiled(f"a value that is no number or array ({fact.kind})")
        at = self.scalar(arg)
        return Computed((), (), lambda write, index: at)

    def literal(self, pack: Pack, axis: int = 0) -> Value:
        """An array made of a display of numbers, or of arrays along a new axis."""
        items = [self.value(item) for item in pack.items]
        facts = [fact_of_arg(item) for item in pack.items]
        dtype = np.result_type(*(np.dtype(f.dtype) for f in facts)).name
        sizes, ones = self.broadcast(items)
        shape: list[Size] = [1 if one else None for one in ones]
        shape.insert(axis, len(items))
        fact = Fact("array", dtype, tuple(shape))
        whole = (*sizes[:axis], Const(len(items)), *sizes[axis:])

        def body(write: Writing, index: Index, params: list[Var]) -> list[Arg]:
            (made,) = params
            for k, item in enumerate(items):
                where = (*index[:axis], Const(k), *index[axis:])
                at = where[0] if len(where) == 1 else Pack("tuple", where)
                element = item.at(write, item.aligned(index))
                made = write.apply("setitem", made, at, element, fact=fact, name=made.name)
            return [made]

        out = self.allocate(TEMP, fact, whole)
        (made,) = self.nest(sizes, [out], [out], body)
        assert isinstance(made, Var)
        return stored(made)

    def array(self, arg: Arg, name: str = "") -> Var:
        """The array in memory, contiguous unless it is what some name stands for."""
        value = self.value(arg)
        if isinstance(value, Stored):
            return value.var
        fact = fact_of_arg(arg)
        hint = name or (arg.name if isinstance(arg, Var) else TEMP)
        made = self.fill(value, Var(hint, fact))
        if isinstance(arg, Var):
            self.values[arg] = stored(made)
        return made

    def handed(self, arg: Arg, like: Var) -> Arg:
        """What a block hands on for a variable."""
        if isinstance(arg, Undefined):
            return arg
        if is_array(like):
            if like.fact.shape is None:
                raise Uncompiled(f"the number of dimensions of `{like.name}` is not known")
            if not is_array(arg):
                raise Uncompiled(f"`{like.name}` is a number on one path and an array on another")
            if self.value(arg).rank != len(like.fact.shape):
                raise Uncompiled(f"`{like.name}` has other dimensions on another path")
            return self.array(arg)
        if is_array(arg):
            raise Uncompiled(f"`{like.name}` is a number on one path and an array on another")
        if like.fact.is_numeric and arg == NONE:
            raise Uncompiled(f"`{like.name}` is None on one path")
        return self.scalar(arg)

    # -- sizes ---------------------------------------------------------------------------

    def true_size(self, write: Writing, value: Value, axis: int) -> Arg:
        return write.at_least_zero(value.size(write, axis))

    def place(self, write: Writing, i: Arg, value: Value, axis: int) -> Arg:
        """An int index, checked and counted from the front."""
        n = self.true_size(write, value, axis)
        if isinstance(i, Const) and isinstance(n, Const):
            if not -n.value <= i.value < n.value:
                raise Uncompiled("an index out of bounds")
            return Const(i.value % n.value)
        if write.within(i, write.highest(n)):
            return i
        return write.help("place", i, n)

    def equal(self, write: Writing, m: Arg, n: Arg) -> Arg:
        """The size of two axes; a check, unless it is known that they are equal."""
        m, n = write.at_least_zero(m), write.at_least_zero(n)
        if write.key(m) == write.key(n) or write.same(m, n):
            return m
        return write.help("same_size", m, n, hint="n")

    def broadcast(self, values: list[Value]) -> tuple[tuple[Arg, ...], tuple[bool, ...]]:
        """The sizes of an elementwise result; those that are not 1 must be equal."""
        rank = max((v.rank for v in values), default=0)
        sizes: list[Arg] = [ONE] * rank
        ones = [True] * rank
        for value in values:
            for k in range(value.rank):
                at = rank - value.rank + k
                if value.ones[k]:
                    continue
                size = value.size(self.write, k)
                sizes[at] = size if ones[at] else self.equal(self.write, sizes[at], size)
                ones[at] = False
        return tuple(sizes), tuple(ones)

    def checked_equal(self, m: Arg, n: Arg) -> None:
        """Raise where two sizes differ, unless they are known to be equal."""
        write = self.write
        if write.key(m) != write.key(n) and not write.same(m, n):
            write.add(Apply((), replace(helper("same_size"), effect="raises"), (m, n), write.span))

    def true_sizes(self, arg: Arg) -> Index:
        value = self.value(arg)
        return tuple(self.true_size(self.write, value, k) for k in range(value.rank))

    def size_over(self, values: list[Value], axis: int) -> Arg:
        """The size of an axis that is the same for all of them."""
        size = self.true_size(self.write, values[0], axis)
        for value in values[1:]:
            size = self.equal(self.write, size, value.size(self.write, axis))
        return size

    def equal_axes(self, a: Value, i: int, b: Value, j: int) -> None:
        """Raise where two axes that are summed over together differ in length."""
        self.checked_equal(self.true_size(self.write, a, i), self.true_size(self.write, b, j))

    def fitted(self, place: Value, value: Value) -> Index:
        """The sizes of a place; a value that is written there must be broadcast to them."""
        sizes = list(self.sizes(place))
        for k in range(value.rank):
            at = place.rank - value.rank + k
            if not value.ones[k]:
                sizes[at] = self.equal(self.write, sizes[at], value.size(self.write, k))
        return tuple(sizes)

    def fact_like(self, value: Value, arg: Arg) -> Fact:
        return Fact("array", fact_of_arg(arg).dtype,
                    tuple(1 if one else None for one in value.ones))

    def put(self, out: Var, value: Value) -> None:
        """Define a variable, of a value that may be in memory already."""
        if value.rank == 0:
            self.known[out] = value.at(self.write, ())
        elif isinstance(value, Stored):
            self.values[out] = value
        else:
            self.define(out, value)

    def expand_like(self, out: Var, g: Value, x: Value) -> None:
        """g, broadcast to the shape of x where that is larger."""
        if g.rank == x.rank == 0:
            self.known[out] = g.at(self.write, ())
            return
        sizes, ones = [], []
        for k in range(x.rank):
            at = k - (x.rank - g.rank)
            size = x.size(self.write, k)
            if at >= 0 and not g.ones[at]:
                size = self.equal(self.write, g.size(self.write, at), size)
            sizes.append(size)
            ones.append(x.ones[k])
        self.put(out, g if g.rank == x.rank and g.ones == x.ones else Computed(
            given(*sizes), tuple(ones), lambda write, index: g.at(write, g.aligned(index))))

    # -- loops ---------------------------------------------------------------------------

    def nest(self, sizes: Index, carried: list[Var | Arg], facts: list[Var], body: Body,
             index: Index = (), outer: Writing | None = None) -> list[Arg]:
        """Loops over all indices; `facts` name what is carried; what they end with.

        An array that is carried is read under the name that it has in the innermost loop.
        """
        write = outer or self.write
        if not sizes:
            return body(write, index, carried)  # type: ignore[arg-type]
        if sizes[0] == ONE:
            return self.nest(sizes[1:], carried, facts, body, (*index, ZERO), write)
        first = [c for c in carried if isinstance(c, Var) and c.fact.kind == "array"]
        return self.loop_over(sizes, carried, facts, body, index, write, {v: v for v in first})

    def loop_over(self, sizes: Index, carried: list[Var | Arg], facts: list[Var], body: Body,
                  index: Index, write: Writing, first: dict[Arg, Var]) -> list[Arg]:
        """The outermost loop of a nest; `first`: what each carried array was called before."""
        if not sizes:
            return body(write, index, carried)  # type: ignore[arg-type]
        if sizes[0] == ONE:
            return self.loop_over(sizes[1:], carried, facts, body, (*index, ZERO), write, first)
        inner = Writing(write)
        i = Var(AXES[min(len(index), 5)], INT)
        inner.loops[i] = (ZERO, sizes[0])
        params = [Var(v.name, v.fact) for v in facts]
        names: dict[Arg, Var] = {
            p: first[c] for c, p in zip(carried, params, strict=True) if c in first}
        results = self.loop_over(sizes[1:], params, facts, body, (*index, i), inner, names)  # type: ignore[arg-type]
        outs = tuple(Var(v.name, v.fact) for v in facts)
        block = Block((i, *params), tuple(inner.ops), tuple(results))
        block = substitute_block(block, {before: now for now, before in names.items()})
        write.add(For(outs, (ZERO, sizes[0], ONE), tuple(carried), block, span=write.span))
        return list(outs)

    def allocate(self, name: str, fact: Fact, sizes: Index, row: str = "np.empty") -> Var:
        write = self.write
        true = tuple(map(write.at_least_zero, sizes))
        shape = true[0] if len(true) == 1 else Pack("tuple", true)
        return write.apply(row, shape, dtype_arg(fact.dtype), fact=fact, name=name)

    def sizes(self, value: Value) -> Index:
        return tuple(value.size(self.write, k) for k in range(value.rank))

    def fill(self, value: Value, like: Var) -> Var:
        """Compute all elements of a value into new memory."""
        sizes = self.sizes(value)
        fact = replace(like.fact, shape=tuple(
            1 if one else self.write.exactly(size)
            for one, size in zip(value.ones, sizes, strict=True)))
        if isinstance(value, Computed) and value.constant in (Const(0.0), Const(1.0)):
            return self.allocate(like.name, fact, sizes,
                                 "np.ones" if value.constant == Const(1.0) else "np.zeros")
        out = self.allocate(like.name, fact, sizes)
        return self.store(out, sizes, lambda write, index: (out, index), value)

    def store(self, target: Var, sizes: Index,
              place: Callable[[Writing, Index], tuple[Var, Index]], value: Value,
              rule: str = "setitem", apart: bool = True) -> Var:
        """Write a value to all places of a target, in loops; the value is broadcast.

        `apart`: no two indices lead to one place, so that the trips may run in any order.
        """
        def body(write: Writing, index: Index, params: list[Var]) -> list[Arg]:
            element_ = value.at(write, value.aligned(index))
            _, at = place(write, index)
            where = at[0] if len(at) == 1 else Pack("tuple", at)
            return [write.apply(rule, params[0], where, element_, fact=target.fact,
                                name=target.name)]

        (out,) = self.nest(sizes, [target], [target], body)
        assert isinstance(out, Var)
        made = self.write.ops[-1]
        if apart and isinstance(made, For) and out in made.outs:
            self.independent.add(made.body.params[0])
        return out

    def define(self, out: Var, value: Value) -> None:
        """Keep a value as a formula where it is delayed; else put it into memory."""
        like = out
        if out.fact.kind == "unknown" or out.fact.shape is None:
            like = Var(out.name, Fact("array", out.fact.dtype or "float64", (None,) * value.rank))
        self.values[out] = value
        if value.rank == 0:
            self.known[out] = value.at(self.write, ())
        elif out not in self.delays:
            self.values[out] = stored(self.fill(value, like))


def dtype_arg(dtype: str) -> Const:
    """A dtype as compiled code names it; None for float64."""
    if dtype in ("float64", "float", ""):
        return NONE
    scalar = np.dtype(dtype).type
    return Const(scalar, "np.bool_" if dtype == "bool" else f"np.{scalar.__name__}")
