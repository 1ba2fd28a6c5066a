"""A tape as a value: pushes append to a list and pulls pop from it, through all blocks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from astgrad.ir.core import (
    UNDEFINED,
    Apply,
    Arg,
    Block,
    Const,
    For,
    If,
    Op,
    Var,
    While,
    With,
)  # fmt: skip
from astgrad.ir.fact import Fact
from astgrad.ir.walk import blocks_of
from astgrad.rules import table
from astgrad.rules.checks import WEAK


class Thread:
    def __init__(self, tape: Any) -> None:
        self.tape = tape
        self.fact = Fact("list", items=(tape.fact,))

    def new(self) -> Var:
        return Var(self.tape.name, self.fact)

    def top(self, ops: tuple[Op, ...], checked: bool) -> tuple[Op, ...]:
        start = self.new()
        first = Apply((start,), table.row("new_list"), ())
        at = next((i for i, op in enumerate(ops) if self.touches(op)), len(ops))
        threaded, last = self.ops(ops, start)
        end = (Apply((), WEAK, (last,)),) if checked else ()
        return (*threaded[:at], first, *threaded[at:], *end)

    def touches(self, op: Op) -> bool:
        if isinstance(op, Apply):
            return op.rule.effect == "tape" and op.args[0] == Const(self.tape)
        return any(self.touches(inner) for block in blocks_of(op) for inner in block.ops)

    def ops(self, ops: tuple[Op, ...], now: Var) -> tuple[tuple[Op, ...], Var]:
        made: list[Op] = []
        for op in ops:
            if self.touches(op):
                op, now = self.op(op, now)
            made.append(op)
        return tuple(made), now

    def op(self, op: Op, now: Var) -> tuple[Op, Var]:
        out = self.new()
        match op:
            case Apply() if op.outs:
                return Apply((out, *op.outs), table.row("pop"), (now,), op.span), out
            case Apply():
                return Apply((out,), table.row("append"), (now, op.args[1]), op.span), out
            case If():
                then, a = self.ops(op.then.ops, now)
                orelse, b = self.ops(op.orelse.ops, now)
                return replace(
                    op, outs=(*op.outs, out), then=Block((), then, (*op.then.results, a)),
                    orelse=Block((), orelse, (*op.orelse.results, b))), out
            case With():
                ops, a = self.ops(op.body.ops, now)
                body = Block((), ops, (*op.body.results, a))
                return replace(op, outs=(*op.outs, out), body=body), out
            case For() | While():
                param = self.new()
                ops, a = self.ops(op.body.ops, param)
                results: list[Arg] = list(op.body.results)
                results.insert(len(op.outs), a)
                body = Block((*op.body.params, param), ops, tuple(results))
                new = replace(op, outs=(*op.outs, out), init=(*op.init, now), body=body)
                if isinstance(new, While):
                    test = new.test
                    new = replace(new, test=Block((*test.params, self.new()), test.ops,
                                                  test.results))
                return new, out


__all__ = ["UNDEFINED", "Thread"]
