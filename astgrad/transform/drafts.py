"""The derivatives of a function that calls itself, which call themselves.

While the function is differentiated, the calls in it are those of a draft: rows without a
function yet, with all that is to be known of them.  When the function is made, the rows get it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from astgrad.analysis.builder import again, exact
from astgrad.analysis.options import OPTIONS
from astgrad.ir.fact import TAPE, Fact, carried_adjoint
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules.functions import finish_row, finished, unfinished_row
from astgrad.rules.table import Row
from astgrad.transform.calls import Facts, Reversed, Tangent
from astgrad.transform.recursion import spread

Wanted = tuple[bool, ...]


def reversed_recursion(rule: Row, wanted: Wanted, make: Callable[
        [Row, Wanted, Facts, tuple[int, ...]], Reversed]) -> Reversed:
    """The two sweeps, for the adjoints of all results that may vary.

    The reverse sweep is given what it reads of the arguments and results; the calls in it then
    read these of their own, so it is made anew until that adds nothing.
    """
    function, wanted = finished(rule), spread(rule, wanted)
    key = "reversed", wanted, OPTIONS.get(), exact.get(), again.get()
    facts = [fact_of_arg(value) for value in function.block.results]
    bars = tuple(carried_adjoint(fact) if fact.may_vary else None for fact in facts)
    count = iter(range(sum(wanted)))
    outs = tuple(next(count) if want else None for want in wanted)
    given = tuple(handed(fact_of_arg(arg))
                  for arg, want in zip(function.args, wanted, strict=True) if want)
    reads: tuple[int, ...] = ()
    while key not in rule.derived:
        first = unfinished_row(f"{rule.name}_forward")
        second = unfinished_row(f"{rule.name}_reverse", effect="")
        draft = Reversed(first, second, TAPE, reads, outs, given)
        with drafted(rule, key, draft):
            made = make(rule, wanted, bars, reads)
        if made.reads != reads:
            reads = made.reads
            continue
        finish_row(second, finished(made.reverse))
        if made.forward is None:
            draft = replace(draft, forward=None, tape=None)
        else:
            finish_row(first, finished(made.forward))
        rule.derived[key] = draft
    found: Reversed = rule.derived[key]
    return found


def tangent_recursion(rule: Row, takes: Wanted, make: Callable[[Row, Facts, Wanted], Tangent]
                      ) -> Tangent:
    """The function that gives the tangents of all results that may vary, too."""
    function, takes = finished(rule), spread(rule, takes)
    key = "tangent", takes, OPTIONS.get(), exact.get(), again.get()
    if key not in rule.derived:
        facts = [fact_of_arg(value) for value in function.block.results]
        dots = tuple((k, handed(fact)) for k, fact in enumerate(facts) if fact.may_vary)
        draft = Tangent(unfinished_row(f"{rule.name}_tangent"), takes, dots)
        given = tuple(carried_adjoint(fact_of_arg(arg)) if want else None
                      for arg, want in zip(function.args, takes, strict=True))
        with drafted(rule, key, draft):
            made = make(rule, given, tuple(fact.may_vary for fact in facts))
        finish_row(draft.rule, finished(made.rule))
        rule.derived[key] = draft
    found: Tangent = rule.derived[key]
    return found


def handed(fact: Fact) -> Fact:
    """What a caller knows of an adjoint or a tangent: a tape it hands on as it is."""
    return TAPE if fact.kind == "tuple" else carried_adjoint(fact)


@contextmanager
def drafted(rule: Row, key: Any, draft: Any) -> Iterator[None]:
    """What the calls in a function's own body are to be, while that is differentiated."""
    rule.derived[key] = draft
    try:
        yield
    finally:
        del rule.derived[key]
