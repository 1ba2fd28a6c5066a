"""What rules ask of axes, ranks and constant args, and the indices that they make."""

from __future__ import annotations

from astgrad.analysis.builder import Builder
from astgrad.analysis.shapes import FULL
from astgrad.errors import Problem, UnsupportedError
from astgrad.ir.core import NONE, Arg, Const, Pack, Var
from astgrad.ir.sizes import fact_of_arg

DOTS = Const(Ellipsis)


def plain(arg: Arg) -> object:
    """The value of a constant arg; a display of constants as a tuple; else `...`."""
    if isinstance(arg, Const):
        return arg.value
    if isinstance(arg, Pack) and arg.kind in ("tuple", "list"):
        items = tuple(plain(item) for item in arg.items)
        return ... if ... in items else items
    return ...


def refusal(what: str, fix: str) -> UnsupportedError:
    return UnsupportedError([Problem(what + " has no derivative yet", None, fix)])


def at(index: Arg, axis: int) -> Arg:
    """The subscript that takes `index` along an axis, counted from the end if negative."""
    if axis == 0:
        return index
    if axis > 0:
        return Pack("tuple", (*(FULL,) * axis, index))
    return Pack("tuple", (DOTS, index, *(FULL,) * (-axis - 1)))


def between(start: Arg, stop: Arg) -> Arg:
    return Pack("slice", (start, stop, NONE))


def axis_of(axis: Arg, rank: int | None) -> int | None:
    """A known axis, counted from the front; None where it is not known."""
    value = plain(axis)
    if rank is None or not isinstance(value, int):
        return None
    return value % rank if rank else 0


def length(build: Builder, x: Arg, axis: int) -> Arg:
    """The size of x along an axis."""
    shape = fact_of_arg(x).shape
    if shape is not None and isinstance(shape[axis], int):
        return Const(shape[axis])
    made = build.forward.get(x) if isinstance(x, Var) else None
    if made and made.rule.name == "MatMult" and [fact_of_arg(a).rank for a in made.args] == [2, 2]:
        return length(build, made.args[axis % 2], axis)  # the product is not made for its shape
    return build.apply("[]", build.apply(".shape", x), Const(axis))
