"""Calls of functions that call themselves: what such a function takes and gives in all calls."""

from __future__ import annotations

from astgrad.analysis.activity import Activity
from astgrad.analysis.builder import Builder, rank_zero
from astgrad.analysis.shapes import expand
from astgrad.errors import Problem, UnsupportedError
from astgrad.ir.core import Apply, Arg, Const
from astgrad.ir.fact import Fact, carried_adjoint
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import all_ops, carriers, vars_of
from astgrad.rules.functions import finished, is_finished
from astgrad.rules.table import Row
from astgrad.transform.adjoints import as_number, as_wide, zero


def recurs(rule: Row) -> bool:
    return rule.called is not None and rule.called.recursive


def spread(rule: Row, wanted: tuple[bool, ...]) -> tuple[bool, ...]:
    """The args that vary where the wanted ones do, in the calls inside too."""
    function = finished(rule)
    while True:
        given = (arg for arg, want in zip(function.args, wanted, strict=True) if want)
        inputs = [var for var in vars_of(*given) if var.fact.may_vary]
        varied = Activity(function.block.ops, inputs, ()).varied
        found = wanted
        for op in all_ops(function.block):
            if isinstance(op, Apply) and op.rule is rule:
                found = tuple(want or any(v in varied for v in carriers(arg))
                              for arg, want in zip(op.args, found, strict=True))
        if found == wanted:
            return wanted
        wanted = found


def level(build: Builder, bar: Arg | None, like: Arg, fact: Fact) -> Arg:
    """An adjoint or a tangent as a recursive function takes and gives it: with all its shape, and
    of one kind in all calls.
    """
    bar = zero(build, like) if bar is None else bar
    if fact.kind in ("tape", "tuple"):
        return bar
    if fact.kind != "array":
        bar = as_number(build, bar, like)
        return build.apply("[]", bar, Const(())) if fact_of_arg(bar).kind == "array" else bar
    if rank_zero(bar) and fact.shape:
        bar = expand(build, bar, like)
    elif fact_of_arg(bar).kind != "array" or fact_of_arg(bar).rank != fact.rank:
        bar = build.apply("project", bar, like)
    return as_wide(build, carried_adjoint(fact), bar)


def check_call(op: Apply) -> None:
    """Refuse the derivative of a function in itself."""
    if not is_finished(op.rule):
        raise UnsupportedError([Problem(
            f"the derivative of `{op.rule.name}` is taken in `{op.rule.name}` itself", op.span,
            "write the recursion as a loop")])
