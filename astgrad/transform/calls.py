"""Calls of functions that the text defines, differentiated: two functions, or one for both.

Reverse: `y = h(x)` becomes `y, h_tape = h_forward(x)`, and `x_bar = h_reverse(y_bar, x, h_tape)` in
the reverse sweep.  Forward: `y, y_dot = h_tangent(x, x_dot)`.  What is made of a function is asked
of `Derivatives`; where it is not to be had, `Inlined` says so, and the call's ops are put in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from astgrad.analysis.builder import Builder, is_number, rank_zero
from astgrad.analysis.shapes import expand
from astgrad.ir.core import (
    TEMP,
    TEMP_BAR,
    Apply,
    Arg,
    Block,
    Const,
    Function,
    Op,
    Pack,
    Var,
)  # fmt: skip
from astgrad.ir.fact import Fact, adjoint_fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import (
    blocks_of,
    carriers,
    refresh,
    substitute,
    substitute_arg,
    vars_of,
    with_blocks,
)
from astgrad.rules.functions import finished
from astgrad.rules.table import Row, row
from astgrad.transform.adjoints import as_number, distribute
from astgrad.transform.recursion import check_call, level, recurs

if TYPE_CHECKING:
    from astgrad.transform.forward import Dots, Forward
    from astgrad.transform.reverse import Walk

Facts = tuple[Fact | None, ...]


class Inlined(Exception):  # noqa: N818 - it asks for something
    """The ops of a function have to stand in the places of its calls."""

    def __init__(self, rule: Row) -> None:
        super().__init__(rule.name)
        self.rule = rule


@dataclass(frozen=True)
class Reversed:
    """How a call is reversed: the functions, and what they are given and give.

    `forward` is None where nothing is saved; then there is no `tape`.  `reads`: which of args
    and outs the reverse sweep reads.  `bars`: for each arg its adjoint, as an out of `reverse` (by
    its number), as a constant, or None for zero; `facts` are those of the outs.
    """

    forward: Row | None
    reverse: Row
    tape: Fact | None
    reads: tuple[int, ...]
    bars: tuple[int | Const | None, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Tangent:
    """How a call is done with tangents: `dots` says which outs of `rule` are tangents, of which
    outs of the call; the tangents of the others are zero.  `takes`: whose tangents it is given.
    """

    rule: Row
    takes: tuple[bool, ...]
    dots: tuple[tuple[int, Fact], ...]


class Derivatives(Protocol):
    def reversed(self, rule: Row, wanted: tuple[bool, ...], bars: Facts) -> Reversed:
        """The functions for the adjoints of the wanted args, given those of outs."""

    def tangent(self, rule: Row, dots: Facts, wanted: tuple[bool, ...]) -> Tangent:
        """The function that gives the tangents of the wanted outs too."""


# -- reverse ----------------------------------------------------------------------------------


def reverse_call(walk: Walk, i: int, op: Apply, bars: Sequence[Arg | None]) -> None:
    """Put the call with a tape into the forward sweep, and its reverse into the reverse sweep."""
    wanted = tuple(any(v in walk.active for v in carriers(arg)) for arg in op.args)
    bars = [bar if out.fact.may_vary else None for bar, out in zip(bars, op.outs, strict=True)]
    if all(bar is None for bar in bars) or not any(wanted):
        return
    build = walk.build
    if recurs(op.rule):
        check_call(op)
        given = [level(build, bar, out, out.fact) if out.fact.may_vary else None
                 for bar, out in zip(bars, op.outs, strict=True)]
        facts: Facts = ()
    else:
        given = [None if bar is None else seed(build, bar, out, op.rule)
                 for bar, out in zip(bars, op.outs, strict=True)]
        facts = tuple(None if bar is None else seed_fact(bar, out.fact, op.rule)
                      for bar, out in zip(given, op.outs, strict=True))
    made = walk.owner.functions.reversed(op.rule, wanted, facts)
    tape: tuple[Var, ...] = ()
    if made.tape is not None and made.forward is not None:
        tape = (Var(f"{op.rule.name}_tape", made.tape),)
        walk.forward[i] = Apply((*op.outs, *tape), made.forward, op.args, op.span)
    reads = [(*op.args, *op.outs)[k] for k in made.reads]
    outs = tuple(Var(TEMP_BAR, fact) for fact in made.facts)
    if outs:
        args = (*(bar for bar in given if bar is not None), *reads, *tape)
        build.add(Apply(outs, made.reverse, args, op.span))
    for arg, bar in zip(op.args, made.bars, strict=True):
        if bar is not None:
            value: Arg = outs[bar] if isinstance(bar, int) else bar
            for part, piece in distribute(build, arg, value):
                walk.add(part, piece)


def seed(build: Builder, bar: Arg, out: Var, rule: Row) -> Arg:
    """An adjoint as the function takes it: with the shape of its primal."""
    if is_masked(build, bar):
        raise Inlined(rule)
    fact = fact_of_arg(bar)
    if out.fact.kind in ("number", "scalar"):
        bar = as_number(build, bar, out)
        fact = fact_of_arg(bar)
        return build.apply("[]", bar, Const(())) if fact.kind == "array" else bar
    if out.fact.kind == "array" and out.fact.shape and rank_zero(bar):
        return expand(build, bar, out)
    return bar


def is_masked(build: Builder, bar: Arg) -> bool:
    """Whether zeros of an adjoint are to win against what they are multiplied by."""
    found = build.definition(bar, "np.where")
    return found is not None and any(is_number(arg, 0.0) for arg in found[1:])


def seed_fact(bar: Arg, out: Fact, rule: Row) -> Fact:
    """What is known of an adjoint, as far as it makes another function."""
    have = fact_of_arg(bar)
    if out.kind in ("number", "scalar"):
        return have
    if out.kind == "array":
        if have.kind != "array" or have.rank != out.rank:
            raise Inlined(rule)
        return replace(adjoint_fact(out), dtype=have.dtype)
    if have.kind != "tuple" or len(have.items) != len(out.items):
        raise Inlined(rule)
    return have


# -- forward ----------------------------------------------------------------------------------


def forward_call(forward: Forward, build: Builder, op: Apply, dots: Dots) -> None:
    """Add the call, with tangents where there are any."""
    given = [forward.dot(build, arg, dots) for arg in op.args]
    wanted = tuple(out in forward.active for out in op.outs)
    if all(dot is None for dot in given) or not any(wanted):
        build.add(op)
        return
    facts = tuple(None if dot is None else fact_of_arg(dot) for dot in given)
    if recurs(op.rule):
        check_call(op)
    made = forward.functions.tangent(op.rule, facts, wanted)
    if recurs(op.rule):
        kinds = map(fact_of_arg, finished(op.rule).args)
        given = [level(build, dot, arg, fact) if takes else None for dot, arg, fact, takes
                 in zip(given, op.args, kinds, made.takes, strict=True)]
    outs = tuple(Var(f"{op.outs[k].name}_dot", fact) for k, fact in made.dots)
    args = (*op.args, *(dot for dot in given if dot is not None))
    build.add(Apply((*op.outs, *outs), made.rule, args, op.span))
    dots.update(zip((op.outs[k] for k, _ in made.dots), outs, strict=True))


# -- functions --------------------------------------------------------------------------------


def fresh(function: Function) -> Function:
    """The same function in variables of its own."""
    table: dict[Var, Arg] = {}
    block = refresh(function.block, table)
    params = tuple((name, substitute_arg(arg, table)) for name, arg in function.params)
    unsure = frozenset(v for old in function.unsure for v in vars_of(table[old]))
    return replace(function, params=params, block=block, unsure=unsure)


def pattern(like: Arg, fact: Fact, ending: str) -> tuple[str, Arg]:
    """A parameter for the adjoints or tangents of `like`, taken apart as that is."""
    def part(arg: Arg, fact: Fact) -> Var:
        name = arg.name if isinstance(arg, Var) and arg.name != "_" else TEMP
        return Var(f"{name}_{ending}", fact)

    if isinstance(like, Pack):
        return f"tape_{ending}", Pack("tuple", tuple(map(part, like.items, fact.items)))
    made = part(like, fact)
    return made.name, made


# -- the ops in the place of the call ---------------------------------------------------------


def inlined(ops: tuple[Op, ...], rule: Row | None = None) -> tuple[Op, ...]:
    """The ops with those of a function in the places of its calls; of all, if None is named."""
    return inlined_block(Block((), ops, ()), rule).ops


def inlined_block(block: Block, rule: Row | None) -> Block:
    made: list[Op] = []
    tapes: dict[Var, Arg] = {}  # tuples, which are better known as what they hold
    for op in block.ops:
        op = substitute(op, tapes) if tapes else op
        if isinstance(op, Apply) and op.rule.called and rule in (None, op.rule) and (
                not op.rule.called.recursive):
            body, tuples = body_of(op, op.rule.called)
            tapes |= tuples
            made += inlined(body, rule)
        else:
            made.append(with_blocks(op, tuple(inlined_block(b, rule) for b in blocks_of(op))))
    results = tuple(substitute_arg(arg, tapes) for arg in block.results)
    return Block(block.params, tuple(made), results)


def body_of(op: Apply, function: Function) -> tuple[tuple[Op, ...], dict[Var, Arg]]:
    """The ops of a call, which make its outs, and what stands for outs that are tuples."""
    function = fresh(function)
    build = Builder()
    build.span = op.span
    table: dict[Var, Arg] = {}
    for param, arg in zip(function.args, op.args, strict=True):
        if isinstance(param, Var):
            table[param] = arg
            continue
        assert isinstance(param, Pack)
        for k, item in enumerate(param.items):
            assert isinstance(item, Var)
            table[item] = build.apply("[]", arg, Const(k))
    tuples: dict[Var, Arg] = {}
    tail: list[Op] = []
    made = {v for inner in function.block.ops for v in inner.outs}
    for out, result in zip(op.outs, function.block.results, strict=True):
        if isinstance(result, Var) and result in made and result not in table:
            table[result] = out
            continue
        tail.append(Apply((out,), row("same"), (result,), op.span))
        if isinstance(result, Pack):
            tuples[out] = result
    ops = [renamed(inner, table) for inner in function.block.ops]
    ops += [substitute(last, table) for last in tail]
    return (*build.ops, *ops), {out: substitute_arg(arg, table) for out, arg in tuples.items()}


def renamed(op: Op, table: dict[Var, Arg]) -> Op:
    """The op with other variables, for what it makes too."""
    op = substitute(op, table)
    return replace(op, outs=tuple(v for out in op.outs for v in vars_of(table.get(out, out))))
