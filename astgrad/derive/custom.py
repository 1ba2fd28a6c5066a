"""Derivatives of the user's own in a program: `custom_vjp`, `custom_jvp`, `rule`.

A call becomes the ops of its value and one op `value`, of the row that is made for it:
general in the arguments, its adjoint the ops of the user's rule, put in where it is read.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from astgrad.analysis.builder import DIRECTIVES, Builder
from astgrad.analysis.options import options
from astgrad.derive.apart import Copies, emit, lower_apart, renamed
from astgrad.derive.trees import is_active, leaves, matched, rebuilt
from astgrad.errors import ArgumentError, Problem, UnsupportedError
from astgrad.frontend.calls import DERIVATIVES
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Known, Tup
from astgrad.ir.core import NONE, Apply, Arg, Block, Op, Var
from astgrad.ir.fact import adjoint_fact
from astgrad.ir.walk import all_ops, begins_reverse, free_in_block, refresh, substitute
from astgrad.pipeline import project, reverse
from astgrad.rules.table import Row
from astgrad.transform.adjoints import zero
from astgrad.transform.recursion import recurs

COUNT = itertools.count()


def put(build: Builder, ops: tuple[Op, ...], result: Arg, table: dict[Var, Arg]) -> Arg:
    """Ops of a rule, once more in a block; the sweeps around them have the marks."""
    block = refresh(Block((), ops, (result,)), table)
    for op in block.ops:
        if not begins_reverse(op):
            build.add(op)
    return block.results[0]


@dataclass
class Along:
    """A tangent as ops: of those of the arguments' leaves."""

    ops: tuple[Op, ...]
    dots: dict[Var, Var]  # leaf of an argument -> its tangent
    result: Arg
    frees: list[Var]

    def inserter(self, xs: list[Var], skip: int) -> Callable[..., Arg]:
        """What forward mode does at the op: its args' tangents, None for zero ones."""
        def insert(build: Builder, args: tuple[Arg, ...], given: list[Arg | None]) -> Arg:
            table: dict[Var, Arg] = dict(zip(self.frees, args[len(xs) + 1 + skip :], strict=True))
            for x, arg, dot in zip(xs, args, given, strict=False):
                if x in self.dots:
                    table[self.dots[x]] = zero(build, arg) if dot is None else dot
            return put(build, self.ops, self.result, table)

        return insert


@dataclass
class Rule:
    """A linear map as ops: from the adjoint `g` to those of the arguments' leaves."""

    ops: tuple[Op, ...]
    g: Var
    results: dict[Var, Arg]  # leaf of an argument -> its adjoint
    frees: list[Var]  # what else the ops read
    along: Along | None = None  # the tangent, where that is given too

    def directive(self, leaf: Var) -> Any:
        def insert(build: Builder, g: Arg, *frees: Arg) -> Arg:
            table: dict[Var, Arg] = {self.g: g, **dict(zip(self.frees, frees, strict=True))}
            return put(build, self.ops, self.results[leaf], table)

        return insert


def value_op(lo: Lowering, out: Var, xs: list[Var], rule: Rule) -> Var:
    """The op `value`, whose derivatives by `xs` are those of the rule."""
    number = next(COUNT)
    frees = [f"r{i}" for i in range(len(rule.frees))]
    more = rule.along.frees if rule.along else []
    params = [*(f"x{i}" for i in range(len(xs))), "value", *frees]
    params += [f"s{i}" for i in range(len(more))]
    derivatives: dict[str, ast.expr] = {}
    for i, x in enumerate(xs):
        if x in rule.results:
            name = f"custom{number}_{i}"
            DIRECTIVES[name] = rule.directive(x)
            text = f"{name}({', '.join(['g', *frees])})"
            derivatives[f"x{i}"] = ast.parse(text, mode="eval").body
    row = Row("value", "general", tuple(params), {}, ast.Name("value", ast.Load()), derivatives,
              alias="value", cheap=True, name=f"custom{number}")
    row.tangent = rule.along.inserter(xs, len(frees)) if rule.along else None
    made = Var(out.name, out.fact)
    lo.build.add(Apply((made,), row, (*xs, out, *rule.frees, *more), lo.build.span))
    return made


def finish(lo: Lowering, value: Any, args: tuple[Any, ...], make: Any) -> Any:
    """The result with an op `value` at each float leaf; `make` gives a leaf's rule."""
    heap = dict(lo.state.heap)
    xs = list(dict.fromkeys(v for a in args for v in leaves(heap, a)))

    def leaf(arg: Arg) -> Any:
        if not isinstance(arg, Var) or not is_active(arg):
            return lo.wrap(arg)
        return lo.wrap(value_op(lo, arg, xs, make(arg)))

    return rebuilt(lo, heap, value, leaf)


def block_of(lo: Lowering, function: Any, args: tuple[Any, ...], node: Any
             ) -> tuple[tuple[Op, ...], Any]:
    """The ops of a call and its result, in terms of the args, not put into the block."""
    with options(calls=False):  # what depends on tangents and what does not are told apart
        inner = lower_apart(lo, function, args, {}, node)
    outer, lo.build = lo.build, Builder(lo.build)
    try:
        emit(lo, inner.ops, inner.table)
        result = renamed(lo, inner.result, inner.table)
        return tuple(lo.build.ops), result
    finally:
        lo.build = outer


def frees_of(ops: tuple[Op, ...], results: Any, known: set[Var]) -> list[Var]:
    return [v for v in free_in_block(Block((), ops, tuple(results))) if v not in known]


# -- custom_vjp -------------------------------------------------------------------------------


def vjp_rule(lo: Lowering, target: Any, args: tuple[Any, ...], node: Any) -> Any:
    ops, result = block_of(lo, Known(target.forward), args, node)
    for op in ops:
        lo.build.add(op)
    if not isinstance(result, Tup) or len(result.items) != 2:
        raise ArgumentError(f"the forward function of {target.__name__} must return a pair "
                            "(result, saved values)")
    value, saved = result.items
    backward = Backward(target.__name__, value, args, node, lambda seeds: block_of(
        lo, Known(target.backward), (saved, seeds), node))
    return finish(lo, value, args, backward.maker(lo))


@dataclass
class Backward:
    """Adjoints that a function of the user's computes from the seeds of a value."""

    name: str
    value: Any
    args: tuple[Any, ...]
    node: Any
    call: Callable[[Any], tuple[tuple[Op, ...], Any]]

    def maker(self, lo: Lowering) -> Callable[[Var], Rule]:
        return lambda out: self.rule(lo, out)

    def rule(self, lo: Lowering, out: Var) -> Rule:
        g = Var(f"{out.name}_bar", adjoint_fact(out.fact))
        heap = dict(lo.state.heap)

        def seed(arg: Arg) -> Any:
            if not isinstance(arg, Var) or not is_active(arg):
                return NONE
            return lo.wrap(g if arg is out else zero(lo.build, arg))

        ops, bars = self.call(rebuilt(lo, heap, self.value, seed))
        if not isinstance(bars, Tup) or len(bars.items) != len(self.args):
            raise ArgumentError(f"the backward function of {self.name} must return a tuple of "
                                f"{len(self.args)}, one entry per argument")
        outer, lo.build = lo.build, Builder(lo.build)
        found: dict[Var, Arg] = {}
        for i, (arg, bar) in enumerate(zip(self.args, bars.items, strict=True)):
            if bar == NONE:
                continue
            name = f"adjoint {i} of {self.name}"
            for x, b in matched(lo, heap, arg, bar, name):
                if isinstance(x, Var):
                    found[x] = project(lo.build, b, x)
        ops = (*ops, *lo.build.ops)
        lo.build = outer
        return Rule(ops, g, found, frees_of(ops, found.values(), {g}))


# -- custom_jvp -------------------------------------------------------------------------------


def jvp_rule(lo: Lowering, target: Any, args: tuple[Any, ...], node: Any) -> Any:
    """`rule(primals, tangents) -> (result, tangent)`; its adjoint is the transpose."""
    dots = Dots(lo, args)
    ops, result = block_of(lo, Known(target.rule), (Tup(args), Tup(dots.tangents)), node)
    if not isinstance(result, Tup) or len(result.items) != 2:
        raise ArgumentError(f"the rule of {target.__name__} must return a pair (result, tangent)")
    dots.put_at_zero(lo, ops)
    value, tangent = result.items
    return finish(lo, value, args, dots.transposed(lo, ops, value, tangent, target.__name__))


def check_linear(ops: tuple[Op, ...]) -> None:
    """Refuse a function that calls itself: it takes and gives values and tangents in one."""
    for op in all_ops(Block((), ops, ())):
        if isinstance(op, Apply) and recurs(op.rule):
            raise UnsupportedError([Problem(
                f"a rule by tangents calls `{op.rule.name}`, which calls itself", op.span,
                "write the recursion as a loop, or give the rule of the adjoint")])


class Dots:
    """Fresh tangents of arguments, and what ops compute of them."""

    def __init__(self, lo: Lowering, args: tuple[Any, ...]) -> None:
        self.copies = Copies(lo)
        fresh = tuple(map(self.copies.value, args))
        heap = dict(lo.state.heap)
        self.dots = {v: Var(f"{v.name}_dot", adjoint_fact(v.fact))
                     for a in fresh for v in leaves(heap, a)}
        self.tangents = tuple(rebuilt(lo, heap, a, lambda v: self.of(lo, v)) for a in fresh)

    def of(self, lo: Lowering, leaf: Arg) -> Any:
        return lo.wrap(self.dots[leaf]) if isinstance(leaf, Var) and leaf in self.dots else NONE

    def put_at_zero(self, lo: Lowering, ops: tuple[Op, ...]) -> None:
        """Emit what computes the value; what is made of tangents is dead there."""
        check_linear(ops)
        zeros: dict[Var, Arg] = {
            dot: zero(lo.build, self.copies.table[v]) for v, dot in self.dots.items()}
        for op in ops:
            lo.build.add(substitute(op, zeros))

    def transposed(self, lo: Lowering, ops: tuple[Op, ...], value: Any, tangent: Any, name: str
                   ) -> Callable[[Var], Rule]:
        pairs = dict(matched(lo, dict(lo.state.heap), value, tangent, f"the tangent of {name}"))

        def make(out: Var) -> Rule:
            g = Var(f"{out.name}_bar", adjoint_fact(out.fact))
            end = pairs[out]
            if not isinstance(end, Var):
                return Rule((), g, {}, [])
            back, bars = reverse(ops, {end: g}, list(self.dots.values()))
            found = {self.copies.table[v]: bar
                     for v, bar in zip(self.dots, bars, strict=True) if bar is not None}
            named = {x: bar for x, bar in found.items() if isinstance(x, Var)}
            return Rule(back, g, named, frees_of(back, named.values(), {g}))

        return make


# -- calls ------------------------------------------------------------------------------------


def customised(target: Any) -> Any:
    """The handler of a function with a derivative of its own."""
    kind = getattr(type(target), "__astgrad_custom__", None)
    if kind is None:
        return None

    def handler(lo: Any, args: tuple[Any, ...], keywords: dict[str, Any], node: Any) -> Any:
        if keywords:
            raise lo.refuse(node, f"`{target.__name__}` has a derivative of its own: its "
                                  "arguments are positional", "leave out their names")
        target.check()
        return (vjp_rule if kind == "vjp" else jvp_rule)(lo, target, args, node)

    return handler


DERIVATIVES.append(customised)

