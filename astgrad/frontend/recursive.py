"""A function that calls itself, as a function of the text with a call of itself.

Its body is lowered once, at parameters for all that may differ from call to call.  What a call
gives is nothing at first (the paths that do not recurse say what it is), and the body is lowered
again until what it takes and gives holds for the calls in it.  It has no effect and writes to
nothing that it was given, so that it is a function of values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import gast

from astgrad.analysis.builder import Builder
from astgrad.errors import Problem, Span
from astgrad.frontend.bodies import run_body
from astgrad.frontend.lower import BOTTOM, Deep, Lowering, Refusal
from astgrad.frontend.parts import (
    Mismatch,
    Node,
    built,
    covering,
    described,
    functions_in,
    leaves,
    settled,
)  # fmt: skip
from astgrad.frontend.refusals import unless_bottom
from astgrad.frontend.state import State, origins, reachable
from astgrad.frontend.values import Entries, Frame, Items, Iterable, Obj, certain
from astgrad.ir.core import TEMP, Apply, Arg, Block, Function, Op, Var
from astgrad.ir.walk import all_ops, blocks_of, free_in_block, substitute_block, with_blocks
from astgrad.rules.functions import finish_row, is_finished, unfinished_row
from astgrad.rules.table import Row
from astgrad.source import FunctionSource

LIMIT = 30


@dataclass(eq=False)
class Definition:
    """A function while its body is lowered, with what is assumed of its calls.

    `result` is None while nothing is known of it; `shares`: what results may share memory with,
    "args", "results" or objects from outside; `captured`: what the body reads of what is around it.
    """

    frame: Frame
    params: dict[str, Node]
    result: Node | None = None
    shares: frozenset[str | Obj] = frozenset()
    captured: tuple[Var, ...] = ()
    called: Span | None = None  # by itself, the last time

    def __post_init__(self) -> None:
        self.begin(self.params, None, frozenset())

    def begin(self, params: dict[str, Node], result: Node | None, shares: frozenset[str | Obj]
              ) -> None:
        """Assume this of the calls in the body, which is to be lowered."""
        self.params, self.result, self.shares = params, result, shares
        self.wider = params  # what covers the arguments of the calls too
        self.row = unfinished_row(self.frame.source.name)

    def widen(self, frame: Frame, given: dict[str, Node], place: Span) -> None:
        """Take note of a call in the body."""
        self.called = place
        if (frame.function, frame.parent) != (self.frame.function, self.frame.parent):
            raise Mismatch("it is defined anew in each call of itself")
        self.wider = {name: covering(self.wider[name], given[name]) for name in given}


def call_recursive(lo: Lowering, frame: Frame, source: FunctionSource, values: dict[str, Any],
                   node: gast.AST) -> Any:
    """The result of a call, whose function is lowered first if this is not one inside of it."""
    inside = lo.defining.get(id(source.node))
    place = lo.span(node)
    try:
        given = {name: described(lo, value, name) for name, value in values.items()}
        if inside is None:
            inside = Definition(frame, given)
            lo.defining[id(source.node)] = inside
            try:
                define(lo, inside, source)
            finally:
                del lo.defining[id(source.node)]
                place = inside.called or place
        else:
            inside.widen(frame, given, place)
    except Mismatch as found:
        message = f"how deep `{source.name}` recurses is known only at run time, and {found}"
        fix = "write the recursion as a loop"
        raise Deep(Problem(message, place, fix)) from found
    args = tuple(arg for name in given for arg in leaves(inside.params[name], given[name]))
    return result_of(lo, inside, args, values)


def result_of(lo: Lowering, made: Definition, args: tuple[Arg, ...], values: dict[str, Any]
              ) -> Any:
    """The call, and its results in their structure."""
    if made.result is None:
        return BOTTOM
    outs = tuple(Var(TEMP, leaf.fact) for leaf in made.result.leaves())
    lo.build.add(Apply(outs, made.row, (*args, *made.captured), lo.build.span))
    result = built(lo, made.result, iter(outs))
    others = {obj for obj in made.shares if isinstance(obj, Obj)}
    if "args" in made.shares:
        others.update(obj for v in values.values() for obj in reachable(lo.state.heap, v))
    if "results" in made.shares:
        others.update(reachable(lo.state.heap, result))
    return lo.sharing(result, others)


def define(lo: Lowering, made: Definition, source: FunctionSource) -> None:
    """Lower the body until what is assumed of the calls in it holds."""
    for _ in range(LIMIT):
        problems = list(lo.problems)
        found = Attempt(lo, made).run(source)
        if found.holds():
            found.finish()
            return
        known = made.result is not None or found.result is None
        if known and len(lo.problems) > len(problems):
            raise Refusal(None)
        if found.result is None:
            raise Mismatch("no path through it is known to end")
        result = found.result if made.result is None else covering(made.result, found.result)
        made.begin(made.wider, result, made.shares | found.shares)
        lo.problems = problems
    raise Mismatch("what it takes or gives has another kind in each call")


class Attempt:
    """The body, lowered with what a definition assumes; the state around it stays as it was."""

    def __init__(self, lo: Lowering, made: Definition) -> None:
        self.lo, self.made = lo, made
        self.result: Node | None = None
        self.results: tuple[Arg, ...] = ()
        self.shares: frozenset[str | Obj] = frozenset()

    def run(self, source: FunctionSource) -> Attempt:
        lo, frame = self.lo, self.made.frame
        caller, state, build, written = lo.frame, lo.state, lo.build, lo.written
        lo.frame, lo.state, lo.build, lo.written = frame, state.copy(), Builder(build), set()
        self.params = tuple(Var(leaf.name, leaf.fact) for node in self.made.params.values()
                            for leaf in node.leaves())
        args = iter(self.params)
        values = {name: built(lo, node, args) for name, node in self.made.params.items()}
        lo.calls.append((id(source.node), None, lo.undecided))
        try:
            for name, value in values.items():
                lo.state.names[frame, name] = value
            before = lo.state.copy()
            self.take(self.returned(source), before, state.heap)
            self.ops = tuple(lo.build.ops)
            self.check(before)
        finally:
            lo.calls.pop()
            lo.frame, lo.state, lo.build, lo.written = caller, state, build, written
            lo.build.span = frame.calls[-1].span
        return self

    def returned(self, source: FunctionSource) -> Any:
        """What the body returns; nothing known while nothing is known of its calls."""
        value = unless_bottom(self.lo.defining, lambda: run_body(self.lo, source))
        value = certain(value) if self.made.result is None else value
        return self.lo.named(value, "result")

    def take(self, value: Any, before: State, around: dict[Obj, Any]) -> None:
        """Note the structure of a result, and what it may share memory with."""
        if value is BOTTOM or self.lo.state.dead:
            return
        found = described(self.lo, value, "result")
        if functions_in(found):
            raise Mismatch("it returns a function")
        self.result = settled(found, {n for v in self.params for n in v.fact.shape or ()})
        like = self.made.result or found
        self.results = tuple(leaves(covering(like, found), found))
        if not self.results and self.made.result is not None:
            raise Mismatch("it gives no number")
        heap, seen = self.lo.state.heap, set[Obj]()
        shares: set[str | Obj] = set()
        for obj in reachable(heap, value):
            own = origins({obj})
            shares |= {other for other in own if other in around or other.external}
            if not own.isdisjoint(before.heap.keys() - around.keys()):
                shares.add("args")
            if not isinstance(heap[obj], Items | Entries):
                if not own.isdisjoint(seen):
                    shares.add("results")
                seen |= own
        self.shares = frozenset(shares)

    def check(self, before: State) -> None:
        """Refuse a body that does more than to compute its result."""
        lo = self.lo
        for obj, content in before.heap.items():
            if obj in lo.written or lo.state.heap.get(obj) != content:
                raise Mismatch(f"it writes to `{obj.name}`, which belongs to what calls it")
        for (frame, name), value in before.names.items():
            if frame is not self.made.frame and lo.state.names.get((frame, name)) != value:
                raise Mismatch(f"it assigns to `{name}`, which belongs to another function")
            if isinstance(value, Iterable) and value.token in lo.state.spent - before.spent:
                raise Mismatch(f"it takes items from `{name}`")
        for op in all_ops(Block((), self.ops, ())):
            if isinstance(op, Apply) and op.rule.name != "mark" and (
                    op.rule.effect not in ("", "raises", "check") or op.rule.kind == "opaque"):
                raise Mismatch("it prints, draws, or calls what is not known to leave all as it is")
            if not lo.item_writes.keys().isdisjoint(op.outs):
                raise Mismatch("it writes into items of lists")

    def holds(self) -> bool:
        """Whether the body bears out what was assumed of the calls in it."""
        made = self.made
        return (made.wider == made.params and made.result is not None and self.result is not None
                and covering(made.result, self.result) == made.result
                and self.shares <= made.shares)

    def finish(self) -> None:
        """Make the function: what its body reads from outside is given to it, and handed on."""
        made = self.made
        block = Block(self.params, self.ops, self.results)
        captured = tuple(free_in_block(block))
        for var in captured:
            if not var.fact.is_numeric or var.fact.shape is None or var.fact.absent:
                raise Mismatch(f"it reads `{var.name}`, which is neither a number nor an array")
        own = {var: Var(var.name, var.fact) for var in captured}
        params = (*self.params, *own.values())
        block = substitute_block(block, own)
        ops = tuple(with_args(op, made.row, tuple(own.values())) for op in block.ops)
        finish_row(made.row, Function(
            made.row.name, tuple((var.name, var) for var in params),
            Block(params, ops, block.results), recursive=True))
        made.captured = captured


def with_args(op: Op, row: Row, more: tuple[Var, ...]) -> Op:
    """The op, with more arguments for the calls of a function in it."""
    if isinstance(op, Apply):
        if op.rule is not row and not is_finished(op.rule):
            raise Mismatch(f"it calls `{op.rule.name}`, which calls it")
        return replace(op, args=(*op.args, *more)) if op.rule is row else op
    blocks = (Block(b.params, tuple(with_args(inner, row, more) for inner in b.ops), b.results)
              for b in blocks_of(op))
    return with_blocks(op, tuple(blocks))
