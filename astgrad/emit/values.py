"""A stage of the IR as Python, value by value: nothing inlined, nothing in place, one name each.

    u1 = setitem(u, slice(1, -1), t)

is `x[i] = v` as the IR has it: a new version of u.  What a loop carries is assigned before it
and at the end of its body.  Functions of the IR have their names, as `pop` or `setitem`.
"""

from __future__ import annotations

import ast
from keyword import iskeyword
from typing import Any

from astgrad.emit.comments import heading
from astgrad.emit.expressions import Expressions, name
from astgrad.emit.inline import Inline
from astgrad.emit.module import RESERVED, Parameter, access, arguments
from astgrad.emit.names import Names
from astgrad.emit.text import source_text
from astgrad.errors import InternalError
from astgrad.ir.core import (
    Apply,
    Arg,
    Block,
    Const,
    For,
    If,
    Op,
    Pack,
    Undefined,
    Var,
    While,
    With,
)  # fmt: skip
from astgrad.rules.table import Row


class Values(Expressions):
    """Every row by its own name; what is unbound is `undefined`."""

    def __init__(self, names: dict[Var, str]) -> None:
        nothing: Any = type("Nothing", (), {"chosen": {}})()
        shown: Any = names
        inline: Inline = nothing
        of: Names = shown
        super().__init__(of, inline, {})

    def arg(self, arg: Arg) -> ast.expr:
        return name("undefined") if isinstance(arg, Undefined) else super().arg(arg)

    def pack(self, pack: Pack) -> ast.expr:
        if pack.kind == "step":  # of the way to a view: `.T`, or a function and its arguments
            return ast.Tuple([ast.Constant(pack.keys[0].name), *map(self.arg, pack.items)],
                             ast.Load())
        return super().pack(pack)

    def row(self, row: Row, args: tuple[Arg, ...]) -> ast.expr:
        return self.template(row.expression, row, dict(zip(row.params, args, strict=True)))


class Stages:
    """Writes the statements of stages, and names their variables as it meets them: a variable
    that several stages have keeps its name.
    """

    def __init__(self, taken: set[str]) -> None:
        self.names: dict[Var, str] = {}
        self.taken = RESERVED | taken
        self.counts: dict[str, int] = {}
        self.write = Values(self.names)

    def text(self, function: str, parameters: list[Parameter],
             leaves: list[tuple[Var, tuple[Any, ...]]], ops: tuple[Op, ...],
             results: tuple[Arg, ...]) -> str:
        """The text of one stage: a function in terms of the IR's own functions."""
        body: list[ast.stmt] = []
        for var, path in leaves:
            if len(path) == 1:
                self.names[var] = path[0]
            else:
                body.append(assign([self.named(var)], [access(path)]))
        body += self.block(Block((), ops, ()))
        values = [self.write.arg(result) for result in results]
        body.append(ast.Return(values[0] if len(values) == 1 else ast.Tuple(values, ast.Load())))
        made = ast.FunctionDef(function, arguments(parameters), body, [], None, None)
        if "type_params" in ast.FunctionDef._fields:
            made.type_params = []  # type: ignore[attr-defined] # new in Python 3.12
        return source_text([made])

    def named(self, var: Var, like: Var | None = None) -> str:
        if like is not None:
            self.names[var] = self.names[like]
        base = var.name.replace("$", "")
        base = f"{base}_" if iskeyword(base) else base
        while var not in self.names:
            count = self.counts.get(base, 0)
            self.counts[base] = count + 1
            made = f"{base}{count or ''}"
            if made not in self.taken:
                self.taken |= {made}
                self.names[var] = made
        return self.names[var]

    def block(self, block: Block) -> list[ast.stmt]:
        return [made for op in block.ops for made in self.op(op)]

    def assigned(self, targets: list[Var], values: list[Arg]) -> list[ast.stmt]:
        """Parallel assignment, without what is already there."""
        pairs = [(t, v) for t, v in zip(targets, values, strict=True)
                 if not (isinstance(v, Var) and self.names.get(t) == self.names[v])]
        if not pairs:
            return []
        given = [self.write.arg(value) for _, value in pairs]
        return [assign([self.named(target) for target, _ in pairs], given)]

    def op(self, op: Op) -> list[ast.stmt]:
        match op:
            case Apply():
                return self.apply(op)
            case If():
                return self.branch(op)
            case For():
                given = op.bounds[:2] if op.bounds[2:] == (Const(1),) else op.bounds
                given = given[1:] if len(given) == 2 and given[0] == Const(0) else given
                bounds = ast.Call(name("range"), [self.write.arg(b) for b in given], [])
                over = ast.Call(name("reversed"), [bounds], []) if op.backwards else bounds
                target, *carried = op.body.params
                start = self.assigned(carried, list(op.init))
                index = ast.Name(self.named(target), ast.Store())
                body = self.trip(op, carried)
                return [*start, ast.For(index, over, body or [ast.Pass()], [], None)]
            case While():
                return self.repeated(op)
            case With():
                body = self.block(op.body)
                body += self.assigned(list(op.outs), list(op.body.results))
                manager = ast.withitem(self.write.arg(op.manager), None)
                return [ast.With([manager], body or [ast.Pass()], None)]
        raise InternalError(f"no such op: {op!r}")

    def apply(self, op: Apply) -> list[ast.stmt]:
        match op.rule.name, op.args:
            case "mark", (Const(value=text),):
                return [heading(text)]
            case "raise_", (error,):
                return [ast.Raise(self.write.arg(error), None)]
            case "assert_", (test, message):
                said = None if message == Const(None) else self.write.arg(message)
                return [ast.Assert(self.write.arg(test), said)]
        made = self.write.apply(op)
        if not op.outs:
            return [ast.Expr(made)]
        return [assign([self.named(out) for out in op.outs], [made])]

    def branch(self, op: If) -> list[ast.stmt]:
        test = self.write.arg(op.test)
        sides = [self.block(side) + self.assigned(list(op.outs), list(side.results))
                 for side in (op.then, op.orelse)]
        return [ast.If(test, sides[0] or [ast.Pass()], sides[1])]

    def trip(self, op: For | While, carried: list[Var]) -> list[ast.stmt]:
        """The body of a loop, what it hands to the next trip, and its end."""
        for out, param in zip(op.outs, carried, strict=True):
            self.named(out, param)
        body = self.block(op.body)
        body += self.assigned(carried, list(op.body.results[: len(carried)]))
        if op.stops:
            body.append(ast.If(self.write.arg(op.body.results[-1]), [ast.Break()], []))
        return body

    def repeated(self, op: While) -> list[ast.stmt]:
        carried = list(op.body.params)
        start = self.assigned(carried, list(op.init))
        for param, like in zip(op.test.params, carried, strict=True):
            self.named(param, like)
        tested = self.block(op.test)
        test = self.write.arg(op.test.results[0])
        if tested:
            tested.append(ast.If(ast.UnaryOp(ast.Not(), test), [ast.Break()], []))
            test = ast.Constant(True)
        return [*start, ast.While(test, tested + self.trip(op, carried), [])]


def assign(names: list[str], values: list[ast.expr]) -> ast.stmt:
    targets: list[ast.expr] = [ast.Name(each, ast.Store()) for each in names]
    target = targets[0] if len(targets) == 1 else ast.Tuple(targets, ast.Store())
    return ast.Assign([target], values[0] if len(values) == 1 else ast.Tuple(values, ast.Load()))
