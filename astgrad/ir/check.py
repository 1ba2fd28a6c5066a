"""Whether a program is well formed: scoping, single assignment, arity.

In: ops, the variables that are bound before them, and the results.  Raises
`InternalError` that names the op at fault; returns nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from astgrad.errors import InternalError
from astgrad.ir.core import (
    Apply,
    Arg,
    Block,
    For,
    If,
    Op,
    Pack,
    Undefined,
    Var,
    While,
    With,
)  # fmt: skip
from astgrad.ir.walk import args_of, blocks_of, vars_of


def check(ops: Iterable[Op], bound: Iterable[Var], results: Iterable[Arg] = ()) -> None:
    """Check a program whose parameters are `bound`."""
    Checker().block(Block(tuple(bound), tuple(ops), tuple(results)), frozenset(), None)


class Checker:
    def __init__(self) -> None:
        self.assigned: set[Var] = set()

    def block(self, block: Block, outer: frozenset[Var], results: int | None) -> None:
        scope = set(outer)
        self.bind(block.params, scope, "a block's parameters")
        for op in block.ops:
            self.op(op, scope)
        self.reads(block.results, scope, "a block's results")
        if results is not None and len(block.results) != results:
            raise InternalError(f"a block gives {len(block.results)} results for {results}")

    def bind(self, names: Iterable[Var], scope: set[Var], where: str) -> None:
        for var in names:
            if var in self.assigned:
                raise InternalError(f"{var!r} is assigned twice: {where}")
            self.assigned.add(var)
            scope.add(var)

    def reads(self, args: Iterable[Arg], scope: set[Var], where: str) -> None:
        for var in vars_of(*args):
            if var not in scope:
                raise InternalError(f"{var!r} is read where it is not bound: {where}")

    def op(self, op: Op, scope: set[Var]) -> None:
        where = f"{type(op).__name__} {getattr(op, 'rule', '')} {args_of(op)}"
        self.reads(args_of(op), scope, where)
        self.arity(op, where)
        for block in blocks_of(op):
            self.block(block, frozenset(scope), self.results(op, block))
        self.bind(op.outs, scope, where)

    def results(self, op: Op, block: Block) -> int:
        """How many results a block of an op must have."""
        if isinstance(op, While) and block is op.test:
            return 1
        stops = isinstance(op, For | While) and op.stops
        return len(op.outs) + stops

    def arity(self, op: Op, where: str) -> None:
        match op:
            case Apply():
                if len(op.args) != len(op.rule.params):
                    raise InternalError(f"{len(op.args)} args for {op.rule.params}: {where}")
                if any(isinstance(arg, Undefined) for arg in op.args):
                    raise InternalError(f"an unbound value is read: {where}")
                good = True
            case For():
                good = len(op.init) == len(op.outs) == len(op.body.params) - 1
                good = good and 1 <= len(op.bounds) <= 3
            case While():
                carried = (op.init, op.body.params, op.test.params)
                good = all(len(names) == len(op.outs) for names in carried)
            case If():
                good = not op.then.params and not op.orelse.params
            case With():
                good = not op.body.params and isinstance(op.manager, Pack)
        if not good:
            raise InternalError(f"the parts do not fit together: {where}")
