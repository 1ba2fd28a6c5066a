"""What an array is to a loop: its sizes, and its element at an index.

`Stored` is in memory; `View` leads each index to one of another value; `Computed` is an
element's formula.  Only what is stored, or a view of it, can be written to: `place` gives
the variable in memory and the index there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from astgrad.ir.core import Arg, Var
from astgrad.loops.writing import ONE, ZERO, Uncompiled, Writing

Index = tuple[Arg, ...]
Sizes = tuple[Callable[[Writing], Arg], ...]  # of each axis; a negative size stands for 0


@dataclass(frozen=True, eq=False)
class Value:
    """`ones`: the axes whose length is 1, so that they are broadcast."""

    sizes: Sizes
    ones: tuple[bool, ...]

    @property
    def rank(self) -> int:
        return len(self.sizes)

    def size(self, write: Writing, axis: int) -> Arg:
        return ONE if self.ones[axis] else self.sizes[axis](write)

    def at(self, write: Writing, index: Index) -> Arg:
        raise NotImplementedError

    def place(self, write: Writing, index: Index) -> tuple[Var, Index]:
        raise Uncompiled("a write to a computed array")

    def aligned(self, index: Index) -> Index:
        """The index of a value that is broadcast to a longer index."""
        index = index[len(index) - self.rank :]
        return tuple(ZERO if one else i for i, one in zip(index, self.ones, strict=True))


@dataclass(frozen=True, eq=False)
class Stored(Value):
    var: Var

    def at(self, write: Writing, index: Index) -> Arg:
        return write.read(self.var, index)

    def place(self, write: Writing, index: Index) -> tuple[Var, Index]:
        return self.var, index


@dataclass(frozen=True, eq=False)
class View(Value):
    base: Value
    lead: Callable[[Writing, Index], Index]
    repeats: bool = False  # whether two indices may lead to one element
    turned: bool = False  # whether it is the transpose of a matrix

    def at(self, write: Writing, index: Index) -> Arg:
        return self.base.at(write, self.lead(write, index))

    def place(self, write: Writing, index: Index) -> tuple[Var, Index]:
        return self.base.place(write, self.lead(write, index))


@dataclass(frozen=True, eq=False)
class Computed(Value):
    element: Callable[[Writing, Index], Arg]
    constant: Arg | None = None  # what every element is

    def at(self, write: Writing, index: Index) -> Arg:
        return self.element(write, index)


def stored(var: Var) -> Stored:
    shape = var.fact.shape
    if shape is None:
        raise Uncompiled(f"the number of dimensions of `{var.name}` is not known")

    def size(axis: int) -> Callable[[Writing], Arg]:
        return lambda write: write.size_of(var, axis)

    return Stored(tuple(size(k) for k in range(len(shape))), tuple(n == 1 for n in shape), var)


def given(*sizes: Arg) -> Sizes:
    """Sizes that are known as variables or constants."""
    def size(arg: Arg) -> Callable[[Writing], Arg]:
        return lambda _: arg

    return tuple(map(size, sizes))


def repeats(value: Value) -> bool:
    """Whether two indices of a value may lead to one element."""
    while isinstance(value, View):
        if value.repeats:
            return True
        value = value.base
    return False


def root(value: Value) -> Var | None:
    """The variable in memory that a view leads into."""
    while isinstance(value, View):
        value = value.base
    return value.var if isinstance(value, Stored) else None
