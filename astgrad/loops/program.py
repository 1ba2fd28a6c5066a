"""A derivative in array statements -> the same in loops, owned and ready to be printed."""

from __future__ import annotations

import inspect
from dataclasses import replace

import astgrad.loops.arrays
import astgrad.loops.library
import astgrad.loops.products
import astgrad.loops.rows
import astgrad.loops.writes  # noqa: F401 - the rows that have loops, complete
from astgrad.analysis.sharing import Sharing
from astgrad.errors import Problem, UnsupportedError
from astgrad.ir.core import Apply, Arg, Block, Const, Op, Pack, Var
from astgrad.ir.fact import INT
from astgrad.ir.sizes import Symbol
from astgrad.loops.delay import gathered
from astgrad.loops.lower import Lowered, is_array
from astgrad.loops.writing import Uncompiled, Writing, helper
from astgrad.rules.table import Row, row
from astgrad.runtime import scalars

HELPERS = frozenset(name for name, _ in inspect.getmembers(scalars, inspect.isfunction))


def in_loops(ops: tuple[Op, ...], result: Arg, sharing: Sharing, inputs: list[Var]
             ) -> tuple[tuple[Op, ...], Arg, frozenset[Var]]:
    """The ops in loops, the result, and the targets of loops whose trips are independent;
    UnsupportedError for what has no loops.
    """
    block = gathered(Block((), ops, (result,)), sharing)
    ops = block.ops
    lo = Lowered(block, sharing)
    try:
        for var in inputs:
            check_input(var)
        sizes = Writing(lo.write)
        check_sizes(sizes, inputs)
        lo.seen.update(inputs)
        for var in inputs:
            lo.lengths.note(var)
        lo.ops(ops)
        made = finished(lo, result)
    except Uncompiled as error:
        raise UnsupportedError(problem(error)) from None
    small = Writing(lo.write)
    for var in inputs:
        if var in lo.write.relied:
            small.add(Apply((), raising("integral"), (var,)))
    return (*sizes.ops, *small.ops, *lo.write.ops), made, frozenset(lo.independent)


def problem(error: Uncompiled) -> Problem:
    said = error.problem
    return replace(said, message=f"Numba cannot compile this: {said.message}",
                   fix=said.fix or "leave out compile='numba', or write compile='auto'")


def raising(name: str) -> Row:
    return replace(helper(name), effect="raises")


def check_input(var: Var) -> None:
    fact = var.fact
    if fact.kind == "array" and fact.shape is None:
        raise Uncompiled(f"the number of dimensions of `{var.name}` is not known",
                         fix="pass example arguments")
    if fact.kind not in ("number", "scalar", "array"):
        what = "a list" if fact.kind == "list" else "no number or array"
        raise Uncompiled(f"the argument `{var.name}` is {what}",
                         fix="pass an array" if fact.kind == "list" else "")
    if fact.dtype in ("float16", "float128", "longdouble", "complex256", "object"):
        raise Uncompiled(f"`{var.name}` is of dtype {fact.dtype}")


def check_sizes(write: Writing, inputs: list[Var]) -> None:
    """Facts say that dims are equal, or 1: what is not so is refused by the text itself."""
    first: dict[object, Arg] = {}
    for var in inputs:
        if not is_array(var):
            continue
        for k, n in enumerate(var.fact.shape or ()):
            key = getattr(n, "symbol", n)
            if not isinstance(key, Symbol | int):
                continue
            here = write.apply("[]", write.apply(".shape", var, fact=INT), Const(k), fact=INT)
            there = Const(n) if isinstance(n, int) else first.get(n)
            if there is None:
                first[n] = here
            else:
                write.add(Apply((), raising("same_size"), (here, there)))


def finished(lo: Lowered, arg: Arg) -> Arg:
    """The result with each array in memory and each number in a variable."""
    if isinstance(arg, Pack):
        return arg.rebuild(tuple(finished(lo, item) for item in arg.items))
    if not isinstance(arg, Var):
        return arg
    if arg.fact.kind in ("list", "unknown", "static"):
        raise Uncompiled("a result that is a list" if arg.fact.kind == "list"
                         else "a result that is no number or array")
    if is_array(arg):
        return lo.array(arg)
    found = lo.scalar(arg)
    out = Var(arg.name, arg.fact)
    if isinstance(found, Var) and found.fact.kind == arg.fact.kind and found.fact == arg.fact:
        return found
    lo.write.add(Apply((out,), identity(arg), (found,)))
    return out


def identity(arg: Var) -> Row:
    """The cast that gives a number the dtype of the result."""
    dtype = arg.fact.dtype
    if arg.fact.kind == "number":
        return row({"float": "float", "int": "int", "bool": "bool", "complex": "complex"}[dtype])
    return row("np.bool_" if dtype == "bool" else f"np.{dtype}")
