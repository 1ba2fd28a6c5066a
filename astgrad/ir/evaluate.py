"""The reference interpreter: what a block means on real values.

In: ops or a block, the values of its free variables, and `primitive`, which gives a row
as a Python function of its parameters (`astgrad.rules.table.evaluator`).  Out: the
values of the results.  Nothing is written in place: an update works on a copy.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

from astgrad.errors import InternalError
from astgrad.ir.core import (
    Apply,
    Arg,
    Block,
    Const,
    For,
    Function,
    If,
    Op,
    Pack,
    Undefined,
    Var,
    While,
    With,
)  # fmt: skip
from astgrad.ir.walk import vars_of

Primitive = Callable[[Any], Callable[..., Any]]  # row -> function
Env = dict[Var, Any]
UNBOUND = object()


class Evaluator:
    """Runs ops over an environment that maps variables to values."""

    def __init__(self, env: Env, primitive: Primitive) -> None:
        self.env = env
        self.primitive = primitive

    def ops(self, ops: Iterable[Op]) -> None:
        for op in ops:
            self.op(op)

    def block(self, block: Block, args: Iterable[Any] = ()) -> tuple[Any, ...]:
        self.env.update(zip(block.params, args, strict=True))
        self.ops(block.ops)
        return tuple(self.result(arg) for arg in block.results)

    def op(self, op: Op) -> None:
        match op:
            case Apply():
                self.apply(op)
            case If():
                chosen = op.then if self.arg(op.test) else op.orelse
                self.bind(op.outs, self.block(chosen))
            case For():
                self.bind(op.outs, self.loop_for(op))
            case While():
                self.bind(op.outs, self.loop_while(op))
            case With():
                with self.arg(op.manager):
                    self.bind(op.outs, self.block(op.body))
            case _:
                raise InternalError(f"the interpreter has no op {op!r}")

    def bind(self, outs: tuple[Var, ...], values: Iterable[Any]) -> None:
        self.env.update(zip(outs, values, strict=True))

    def apply(self, op: Apply) -> None:
        values = [self.arg(arg) for arg in op.args]
        if op.rule.writes is not None:
            at = op.rule.index(op.rule.writes)
            values[at] = copy.deepcopy(values[at])
        if op.rule.called:
            self.bind(op.outs, self.call(op.rule.called, values))
            return
        value = self.primitive(op.rule)(*values)
        if len(op.outs) == 1:
            self.env[op.outs[0]] = value
        elif op.outs:
            self.bind(op.outs, value)

    def call(self, function: Function, values: list[Any]) -> tuple[Any, ...]:
        env: Env = {}
        for param, value in zip(function.args, values, strict=True):
            parts = param.items if isinstance(param, Pack) else (param,)
            env.update(zip(vars_of(*parts), value if isinstance(param, Pack) else (value,),
                           strict=True))
        return Evaluator(env, self.primitive).block(Block((), function.block.ops,
                                                          function.block.results))

    def loop_for(self, op: For) -> tuple[Any, ...]:
        trips: Any = range(*(self.arg(bound) for bound in op.bounds))
        carried = tuple(self.result(arg) for arg in op.init)
        for i in reversed(trips) if op.backwards else trips:
            carried = self.block(op.body, (i, *carried))
            if op.stops:
                *rest, stop = carried
                carried = tuple(rest)
                if stop:
                    break
        return carried

    def loop_while(self, op: While) -> tuple[Any, ...]:
        carried = tuple(self.result(arg) for arg in op.init)
        while self.block(op.test, carried)[0]:
            carried = self.block(op.body, carried)
            if op.stops:
                *rest, stop = carried
                carried = tuple(rest)
                if stop:
                    break
        return carried

    # -- args ------------------------------------------------------------------------

    def result(self, arg: Arg) -> Any:
        """The value that leaves a block, or that a loop starts with: may be unbound."""
        if isinstance(arg, Undefined):
            return UNBOUND
        return self.env[arg] if isinstance(arg, Var) else self.arg(arg)

    def arg(self, arg: Arg) -> Any:
        match arg:
            case Var():
                value = self.env[arg]
                if value is UNBOUND:
                    raise UnboundLocalError(arg.name)
                return value
            case Const():
                return arg.value
            case Pack():
                return self.pack(arg)
            case Undefined():
                raise UnboundLocalError("a variable that is unbound on this path")
        raise InternalError(f"no such arg: {arg!r}")

    def pack(self, pack: Pack) -> Any:
        if pack.kind == "dict":  # entries may be unbound: nobody reads those
            return dict(zip(pack.keys, map(self.result, pack.items), strict=True))
        items = [self.result(item) for item in pack.items]
        if pack.kind == "tuple":
            return pack.keys[0](*items) if pack.keys else tuple(items)
        if pack.kind == "list":
            return items
        items = [self.arg(item) for item in pack.items]
        match pack.kind:
            case "slice":
                return slice(*items)
            case "format":
                return formatted(pack.keys, items)
            case "percent":
                return items[0] % items[1]
            case "text":
                method, *names = pack.keys
                count = len(items) - len(names)
                return getattr(items[0], method)(*items[1:count],
                                                 **dict(zip(names, items[count:], strict=True)))
            case "call":
                given = list(zip(pack.keys[1:], items, strict=True))
                return pack.keys[0].value(*(item for key, item in given if key is None),
                                          **{key: item for key, item in given if key})
            case "step":
                step = self.primitive(pack.keys[0])
                return lambda x: step(x, *items)
        raise InternalError(f"no such pack: {pack.kind!r}")


CONVERSIONS: dict[int, Callable[[Any], str]] = {ord("r"): repr, ord("s"): str, ord("a"): ascii}


def formatted(keys: tuple[Any, ...], items: list[Any]) -> str:
    """An f-string: texts, and (conversion, format) for each item in turn."""
    rest = iter(items)
    parts = []
    for key in keys:
        if isinstance(key, str):
            parts.append(key)
            continue
        conversion, spec = key
        value = next(rest)
        convert = CONVERSIONS.get(conversion)
        parts.append(format(convert(value) if convert else value, spec))
    return "".join(parts)


def evaluate(ops: Iterable[Op], results: Iterable[Arg], env: Env, primitive: Primitive
             ) -> tuple[Any, ...]:
    """The values of `results` after `ops`, started from the variables of `env`."""
    run = Evaluator(dict(env), primitive)
    run.ops(ops)
    return tuple(run.arg(arg) for arg in results)
