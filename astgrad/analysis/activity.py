"""Which variables carry derivatives: those that depend on the inputs asked for and that
the result depends on, through rules that have a derivative.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from typing import Any

from astgrad.ir.core import (
    NONE,
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
from astgrad.ir.walk import all_ops, carriers, vars_of

STRUCTURAL = frozenset(("append", "pop", "list_of", "push", "pull", "[]"))


def differentiable_args(op: Apply) -> Iterator[Arg]:
    if op.rule.name in STRUCTURAL:
        yield op.args[0] if op.rule.name in ("[]", "pop") else Pack("tuple", op.args)
        return
    if op.rule.called:
        yield from op.args
        return
    if op.rule.kind == "opaque":  # which may read a number from a text again
        yield from vars_of(*op.args)
        return
    for param, arg in zip(op.rule.params, op.args, strict=True):
        if param in op.rule.derivatives:
            yield arg


def owner_of(op: Op) -> Any:
    """The object from outside whose method an op calls."""
    if not isinstance(op, Apply) or op.rule.kind != "opaque":
        return None
    owner = getattr(op.rule.function, "__self__", None)
    return None if isinstance(owner, types.ModuleType | type) else owner


class Activity:
    """`var in activity`: whether var has an adjoint (or a tangent)."""

    def __init__(self, ops: tuple[Op, ...], inputs: Iterable[Var], outputs: Iterable[Var],
                 unsure: Iterable[Var] = ()) -> None:
        """`unsure` are inputs that may be None."""
        self.varied = set(inputs)
        self.useful = set(outputs)
        block = Block((), ops, ())
        self.returned: dict[int, list[Var]] = {}  # by an object from outside: what its methods give
        for op in all_ops(block):
            if (owner := owner_of(op)) is not None:
                self.returned.setdefault(id(owner), []).extend(op.outs)
        self._repeat(lambda: self._vary(block), self.varied)
        self._repeat(lambda: self._use(block), self.useful)
        self.active = self.varied & self.useful
        self.unbound = set(unsure)
        self._repeat(lambda: self._unbind(block), self.unbound)

    def __contains__(self, var: object) -> bool:
        return var in self.active

    @staticmethod
    def _repeat(step: object, found: set[Var]) -> None:
        size = -1
        while size != len(found):
            size = len(found)
            step()  # type: ignore[operator]

    def _links(self, block: Block) -> Iterator[tuple[Var, Arg]]:
        """(out, arg it depends on) for each differentiable dependence."""
        for op in all_ops(block):
            match op:
                case Apply():
                    for arg in differentiable_args(op):
                        for out in (*op.outs, *self.keepers(op)):
                            yield out, arg
                case If():
                    for i, out in enumerate(op.outs):
                        yield out, op.then.results[i]
                        yield out, op.orelse.results[i]
                case For():
                    yield from self._loop(op, op.body.params[1:])
                case While():
                    yield from self._loop(op, op.body.params)
                case With():
                    for out, arg in zip(op.outs, op.body.results, strict=True):
                        yield out, arg

    @staticmethod
    def _loop(op: For | While, params: tuple[Var, ...]) -> Iterator[tuple[Var, Arg]]:
        for out, init, param, back in zip(op.outs, op.init, params, op.body.results, strict=False):
            yield param, init
            yield param, back
            yield out, param
            yield out, back
            yield out, init

    def keepers(self, op: Apply) -> Iterator[Var]:
        """What may give back later what a method is given now: its object, or the results of the
        other methods of an object from outside.
        """
        if (owner := owner_of(op)) is not None:
            yield from self.returned[id(owner)]
        elif op.rule.kind == "opaque" and op.rule.name.startswith("."):
            yield from vars_of(op.args[0])

    def _unbind(self, block: Block) -> None:
        """Variables that may be unbound, or None, on some path."""
        def loose(arg: Arg) -> bool:
            missing = isinstance(arg, Undefined) or arg == NONE
            return missing or any(v in self.unbound for v in carriers(arg))

        for op in all_ops(block):
            match op:
                case If():
                    for out, a, b in zip(op.outs, op.then.results, op.orelse.results, strict=True):
                        if loose(a) or loose(b):
                            self.unbound.add(out)
                case With():
                    results = zip(op.outs, op.body.results, strict=True)
                    self.unbound.update(out for out, arg in results if loose(arg))
                case For() | While():
                    params = op.body.params[1:] if isinstance(op, For) else op.body.params
                    for out, init, param in zip(op.outs, op.init, params, strict=True):
                        if loose(init):
                            self.unbound |= {out, param}

    def _vary(self, block: Block) -> None:
        for out, arg in self._links(block):
            may = out.fact.is_float or out.fact.kind in ("unknown", "list", "tuple", "tape")
            if may and any(v in self.varied for v in carriers(arg)):
                self.varied.add(out)

    def _use(self, block: Block) -> None:
        for out, arg in reversed(list(self._links(block))):
            if out in self.useful:
                self.useful.update(carriers(arg))
