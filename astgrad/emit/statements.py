"""Blocks -> statements of the standard ast, with the user's lines as comments."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from astgrad.emit.blocks import ends, negated, real
from astgrad.emit.comments import heading, line_of
from astgrad.emit.expressions import Expressions, name
from astgrad.emit.inline import Inline
from astgrad.emit.names import Names
from astgrad.emit.text import Comment
from astgrad.errors import InternalError, Span
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
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules.table import ROWS, Row, constant

MARK = constant("mark(text)", effect="io")


@dataclass
class Statements:
    names: Names
    inline: Inline
    write: Expressions
    unbound: frozenset[str] = frozenset()  # names that are None where they would be unbound
    parallel: frozenset[Var] = frozenset()
    in_loops: bool = False  # whether a loop may be what became of one statement
    reverse: bool = False
    last: str = ""
    depth: int = 0
    body: list[ast.stmt] = field(default_factory=list)
    spans: list[Span | None] = field(default_factory=list)

    def block(self, ops: tuple[Op, ...]) -> list[ast.stmt]:
        kept, self.body = self.body, []
        for op in ops:
            self.op(op)
        made, self.body = self.body, kept
        return made

    def add(self, node: ast.stmt, span: Span | None) -> None:
        if self.reverse:
            text = line_of(span)
            if text and text != self.last:
                self.body.append(Comment(text))
            if text:
                self.last = text
        node.astgrad_span = span  # type: ignore[attr-defined]
        self.body.append(node)

    def op(self, op: Op) -> None:
        if op.outs and all(out in self.inline for out in op.outs):
            return
        match op:
            case Apply():
                self.apply(op)
            case If():
                self.branch(op)
            case With():
                self.with_(op)
            case For() | While():
                self.loop(op)
            case _:
                raise InternalError(f"{type(op).__name__} cannot be printed")

    # -- primitives --------------------------------------------------------------------

    def apply(self, op: Apply) -> None:
        special = {"mark": self.mark, "assert_": self.assert_, "raise_": self.raise_,
                   "pop": self.pop, "assert_empty": self.assert_empty}.get(op.rule.name)
        if special is not None:
            special(op)
        elif op.rule.writes is not None:
            self.update(op) if op.rule.of is None else self.into(op, op.rule.of)
        elif not op.outs or (op.rule.effect in ("io", "raises")
                             and self.inline.uses.keys().isdisjoint(op.outs)):
            self.add(ast.Expr(self.write.apply(op)), op.span)
        elif len(op.outs) > 1:
            self.unpack(op)
        else:
            self.assign(op.outs[0], op)

    def mark(self, op: Apply) -> None:
        text = op.args[0]
        assert isinstance(text, Const)
        self.reverse = text.value == "reverse"
        self.last = ""
        self.body.append(heading(text.value))

    def assert_(self, op: Apply) -> None:
        message = None if op.args[1] == Const(None) else self.write.arg(op.args[1])
        self.add(ast.Assert(self.write.arg(op.args[0]), message), op.span)

    def assert_empty(self, op: Apply) -> None:
        self.body.append(ast.Assert(ast.UnaryOp(ast.Not(), self.write.arg(op.args[0])), None))

    def raise_(self, op: Apply) -> None:
        self.add(ast.Raise(self.write.arg(op.args[0]), None), op.span)

    def pop(self, op: Apply) -> None:
        call = ast.Call(ast.Attribute(self.write.arg(op.args[0]), "pop", ast.Load()), [], [])
        value = op.outs[1]
        if value in self.inline:
            return
        if self.inline.uses[value]:
            self.add(ast.Assign([self.store(value)], call), op.span)
        else:
            self.add(ast.Expr(call), op.span)

    def store(self, var: Var) -> ast.Name:
        return ast.Name(self.names[var], ast.Store())

    def assign(self, out: Var, op: Apply) -> None:
        """`x = a + b`; `x += b` where x is a number and a its old value."""
        target = self.names[out]
        first = op.args[0] if op.args else None
        if (op.rule.name in AUGMENTED and isinstance(first, Var) and first not in self.inline
                and self.names[first] == target and out.fact.kind in ("number", "scalar")):
            self.add(ast.AugAssign(self.store(out), AUGMENTED[op.rule.name](),
                                   self.write.arg(op.args[1])), op.span)
            return
        self.add(ast.Assign([self.store(out)], self.write.apply(op)), op.span)

    def into(self, op: Apply, row: Row) -> None:
        """`x *= b` where the result has the operand's name; else `y = np.exp(a, out=x)`."""
        target, first = op.args[:2]
        assert isinstance(target, Var)
        same = self.same_name(op.outs[0], target)
        if row.name in AUGMENTED and first is target and same:
            self.add(ast.AugAssign(self.store(target), AUGMENTED[row.name](),
                                   self.write.arg(op.args[2])), op.span)
            return
        call = self.write.into(row, op.args)
        self.add(ast.Expr(call) if same else ast.Assign([self.store(op.outs[0])], call), op.span)

    def unpack(self, op: Apply) -> None:
        """`w, v = np.linalg.eigh(a)`; `_` takes what nobody reads."""
        targets: list[ast.expr] = [
                   self.store(out) if self.inline.uses[out] else ast.Name("_", ast.Store())
                   for out in op.outs]
        self.add(ast.Assign([ast.Tuple(targets, ast.Store())], self.write.apply(op)), op.span)

    def update(self, op: Apply) -> None:
        env = dict(zip(op.rule.params, op.args, strict=True))
        match op.rule.name:
            case "append":
                x, item = map(self.write.arg, op.args)
                node: Any = ast.Expr(ast.Call(ast.Attribute(x, "append", ast.Load()), [item], []))
                self.add(node, op.span)
                node.astgrad_span = op.span or self.inline.span(op.args[1])
                return
            case "add_at":
                self.write.modules.add("np")
                self.add(ast.Expr(ast.Call(ast.parse("np.add.at", mode="eval").body,
                                           [self.write.arg(a) for a in op.args], [])), op.span)
                return
        target = self.target(env)
        value = env["value"]
        if op.rule.name == "list_add_tree":
            self.write.note(ROWS["add_trees"])
            call = ast.Call(name("add_trees"), [target, self.write.arg(value)], [])
            self.add(ast.Assign([target], call), op.span)
            return
        if op.rule.name.startswith("index_add") or op.rule.name == "list_add":
            kind: Any = ast.Add
            negated = self.made(value, "USub")
            if negated is not None:
                kind, value = ast.Sub, negated.args[0]
            self.add(ast.AugAssign(target, kind(), self.write.arg(value)), op.span)
            return
        augmented = self.augmented(op, env)
        if augmented is not None:
            self.add(ast.AugAssign(target, augmented[0], self.write.arg(augmented[1])), op.span)
            return
        if isinstance(target, ast.Name):
            target = ast.Subscript(target, ast.Constant(Ellipsis), ast.Store())
        self.add(ast.Assign([target], self.write.arg(value)), op.span)

    def target(self, env: dict[str, Arg]) -> Any:
        node = self.write.arg(env["x"])
        path = env.get("path")
        steps = path.items if isinstance(path, Pack) else ()
        for step in steps:
            if isinstance(step, Pack) and step.kind == "step":
                row = step.keys[0]
                self.write.note(row)
                holder = Held(node)
                node = self.write.template(row.expression, row, {
                    row.params[0]: holder, **dict(zip(row.params[1:], step.items, strict=True)),
                })
            else:
                node = ast.Subscript(node, self.write.index(step), ast.Load())
        index = env["index"]
        if isinstance(index, Const) and index.value is Ellipsis:
            part = isinstance(node, ast.Subscript) and fact_of_arg(env["x"]).kind == "array"
            return node if part or not steps else ast.Subscript(node, ast.Constant(Ellipsis))
        return ast.Subscript(node, self.write.index(index), ast.Store())

    def made(self, arg: Arg, row: str) -> Apply | None:
        if isinstance(arg, Var):
            op = self.inline.chosen.get(arg)
            if isinstance(op, Apply) and op.rule.name == row:
                return op
        return None

    def augmented(self, op: Apply, env: dict[str, Arg]) -> tuple[ast.operator, Arg] | None:
        """`x[i] = x[i] * v` as `x[i] *= v`."""
        value = env["value"]
        if not isinstance(value, Var) or op.rule.name != "setitem":
            return None
        holder = env["x"]
        if isinstance(holder, Var) and holder.fact.kind != "array" and value.fact.kind not in (
                "number", "scalar"):
            return None  # the item of a list may be an array that others hold too
        inner = self.inline.chosen.get(value)
        if not isinstance(inner, Apply) or inner.rule.name not in AUGMENTED:
            return None
        whole = isinstance(env["index"], Const) and env["index"].value is Ellipsis
        if whole:
            same = inner.args[0] is env["x"]
        else:
            read = self.made(inner.args[0], "[]")
            same = read is not None and read.args == (env["x"], env["index"])
        return (AUGMENTED[inner.rule.name](), inner.args[1]) if same else None

    # -- structure ---------------------------------------------------------------------

    def copies(self, pairs: list[tuple[Var, Arg]], span: Span | None = None) -> None:
        """Parallel assignment of what a block hands on, where the names differ."""
        todo = [
            (target, Const(None) if isinstance(value, Undefined) else value)
            for target, value in pairs
            if (self.names[target] in self.unbound if isinstance(value, Undefined)
                else not self.same_name(target, value))
        ]
        written = {self.names[t] for t, _ in todo}
        clash = any(
            self.names[v] in written - {self.names[t]}
            for t, value in todo for v in self.inline.read_names(value)
        )
        if len(todo) > 1 and clash:
            targets = ast.Tuple([self.store(t) for t, _ in todo], ast.Store())
            values = ast.Tuple([self.write.arg(v) for _, v in todo], ast.Load())
            self.add(ast.Assign([targets], values), span)
            return
        for target, value in todo:
            self.add(ast.Assign([self.store(target)], self.write.arg(value)), span)

    def same_name(self, target: Var, value: Arg) -> bool:
        return (isinstance(value, Var) and value not in self.inline
                and self.names[value] == self.names[target])

    def used(self, op: Op) -> list[int]:
        return [i for i, out in enumerate(op.outs) if out not in self.inline]

    def branch(self, op: If) -> None:
        kept = self.last
        sides = []
        for block in (op.then, op.orelse):
            self.last = kept
            outer, self.body = self.body, []
            for inner in block.ops:
                self.op(inner)
            self.copies([(op.outs[i], block.results[i]) for i in self.used(op)], None)
            sides.append(self.body)
            self.body = outer
        self.last = ""
        then, orelse = sides
        if not real(then) and not real(orelse):
            return
        test = self.write.arg(op.test)
        if not real(then):
            test, then, orelse = negated(test), orelse, []
        self.raw(ast.If(test, then, orelse if real(orelse) else []), op.span)

    def raw(self, node: ast.stmt, span: Span | None) -> None:
        node.astgrad_span = span  # type: ignore[attr-defined]
        self.body.append(node)

    def with_(self, op: With) -> None:
        outer, self.body = self.body, []
        for inner in op.body.ops:
            self.op(inner)
        self.copies(list(zip(op.outs, op.body.results, strict=True)))
        body, self.body = self.body, outer
        item = ast.withitem(self.write.arg(op.manager))
        self.raw(ast.With([item], body or [ast.Pass()]), op.span)

    def loop(self, op: For | While) -> None:
        lead = op.body.params[:1] if isinstance(op, For) else ()
        params = op.body.params[len(lead) :]
        said = line_of(op.span) if self.reverse and self.in_loops else ""
        if said and said != self.last:
            self.body.append(Comment(said))
        self.copies(list(zip(params, op.init, strict=True)))
        outer, self.body = self.body, []
        self.last = said
        test: ast.expr = ast.Constant(True)
        if isinstance(op, While):
            for inner in op.test.ops:
                self.op(inner)
            if self.body:
                leave = negated(self.write.arg(op.test.results[0]))
                self.body.append(ast.If(leave, [ast.Break()], []))
            else:
                test = self.write.arg(op.test.results[0])
        carried = list(zip(params, op.body.results, strict=False))
        stop = op.body.results[len(params)] if op.stops else None
        self.tail(op.body.ops, carried, stop)
        body, self.body = self.body, outer
        self.last = said
        body = body if real(body) else [*body, ast.Pass()]
        if isinstance(op, While):
            self.raw(ast.While(test, body, []), op.span)
            return
        self.raw(ast.For(self.store(lead[0]), self.range(op), body, []), op.span)

    def range(self, op: For) -> ast.expr:
        start, stop, step = op.bounds
        args = [start, stop, step]
        if step == Const(1):
            args.pop()
            if start == Const(0):
                args.pop(0)
        target = op.body.params[0]
        kind = name("numba.prange" if target in self.parallel else "range")
        call: ast.expr = ast.Call(kind, [self.write.arg(a) for a in args], [])
        if op.backwards and (target.name != "_" or self.inline.uses[target]):
            call = ast.Call(name("reversed"), [call], [])
        return call

    def tail(self, ops: tuple[Op, ...], carried: list[tuple[Var, Arg]], stop: Arg | None) -> None:
        """The end of a trip: hand on what is carried, or break with it."""
        last = ops[-1] if ops else None
        if not (isinstance(last, If) and isinstance(stop, Var) and stop in last.outs):
            for op in ops:
                self.op(op)
            self.copies(carried)
            if stop == Const(True):
                self.body.append(ast.Break())
            elif isinstance(stop, Var):
                self.body.append(ast.If(self.write.arg(stop), [ast.Break()], []))
            return
        for op in ops[:-1]:
            self.op(op)
        test = self.write.arg(last.test)
        sides = []
        for block in (last.then, last.orelse):
            table = dict(zip(last.outs, block.results, strict=True))
            handed = [(p, table.get(r, r) if isinstance(r, Var) else r) for p, r in carried]
            outer, self.body = self.body, []
            self.tail(block.ops, handed, table[stop])
            sides.append(self.body)
            self.body = outer
        then, orelse = sides
        if not real(then):
            test, then, orelse = negated(test), orelse, then
        self.body.append(ast.If(test, then, []))
        if ends(then):
            self.body.extend(orelse)
        elif real(orelse):
            self.body[-1] = ast.If(test, then, orelse)


AUGMENTED = {"Add": ast.Add, "Sub": ast.Sub, "Mult": ast.Mult, "Div": ast.Div, "Pow": ast.Pow,
             "FloorDiv": ast.FloorDiv, "Mod": ast.Mod}


class Held(Var):
    """A written expression standing in for a variable in a template."""

    __slots__ = ("node",)

    def __init__(self, node: ast.expr) -> None:
        super().__init__("held")
        self.node = node


__all__ = ["MARK", "ROWS", "Block", "Statements"]
