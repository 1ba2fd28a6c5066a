"""A function that calls itself only where it returns, as a loop over its parameters.

    def f(x):                        def f(x):
        if abs(x) < 1.0:                 while not abs(x) < 1.0:
            return x                         x = g(x)
        return f(g(x))                   return x

The trips of the loop are the calls.  What a trip binds must not be there for the next one to
read, and no function may be defined inside, which would see the names of a later trip.
"""

from __future__ import annotations

from dataclasses import replace

import gast

from astgrad.frontend.names import FUNCTIONS, Liveness, own_names, parameter_names, reads
from astgrad.source import FunctionSource

SCOPES = (*FUNCTIONS, gast.ClassDef, gast.Nonlocal, gast.Global, gast.AsyncFunctionDef)
DEFAULT = "$default "  # before the name of a parameter: what it is where a call does not say


class NotALoop(Exception):  # noqa: N818 - an answer
    """A call of the function itself is not in the place of a tail call."""


def as_loop(source: FunctionSource) -> FunctionSource | None:
    """The source of the loop, with the positions of the function's own; None if there is none."""
    node = source.node
    if not hasattr(node, "known_loop"):
        try:
            node.known_loop = Tails(source).function()
        except NotALoop:
            node.known_loop = None
    made: gast.FunctionDef | None = node.known_loop
    return made and replace(source, node=made)


class Tails:
    def __init__(self, source: FunctionSource) -> None:
        self.node, self.name = source.node, source.name
        spec = source.node.args
        self.positional = [p.id for p in (*spec.posonlyargs, *spec.args)]
        self.named = [p.id for p in (*spec.args, *spec.kwonlyargs)]
        self.parameters = [*self.positional, *(p.id for p in spec.kwonlyargs)]
        self.optional = {*self.positional[len(self.positional) - len(spec.defaults) :], *(
            p.id for p, value in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if value)}

    def function(self) -> gast.FunctionDef:
        node = self.node
        if isinstance(node, gast.Lambda):
            body: list[gast.stmt] = [placed(gast.Return(node.body), node.body)]
        else:
            body = list(node.body)
        inside = [inner for statement in body for inner in gast.walk(statement)]
        if (node.args.vararg or node.args.kwarg or self.name in own_names(node)
                or not self.again(body)
                or any(isinstance(inner, SCOPES) for inner in inside)):
            raise NotALoop
        statements = self.loop(body)
        made = gast.FunctionDef(self.name, node.args, statements, [], None, None, [])
        self.check_names(made)
        return placed(made, node)

    def check_names(self, made: gast.FunctionDef) -> None:
        """A name that a call may read before it has bound it is unbound in each call."""
        heads = Liveness(made.body).heads
        loop = next(s for s in made.body if isinstance(s, gast.While))
        if heads[id(loop)] & (own_names(made) - parameter_names(made)):
            raise NotALoop

    def loop(self, body: list[gast.stmt]) -> list[gast.stmt]:
        """The loop, and what comes after it; a first `if` that tells whether to go on is its
        test.
        """
        while body and isinstance(body[0], gast.Expr) and isinstance(
                body[0].value, gast.Constant):
            body = body[1:]
        body = self.split(body)
        match body:
            case [gast.If() as first, *rest]:
                then, orelse = first.body, [*first.orelse, *rest]
                if self.ends(then) and self.ends(orelse):
                    if not self.again(then):
                        test = placed(gast.UnaryOp(gast.Not(), first.test), first.test)
                        return [self.whole(test, orelse, first), *then]
                    if not self.again(orelse):
                        return [self.whole(first.test, then, first), *orelse]
        if not self.ends(body):
            body = [*body, placed(gast.Return(None), body[-1])]
        return [self.whole(placed(gast.Constant(True, None), body[0]), body, body[0])]

    def whole(self, test: gast.expr, body: list[gast.stmt], place: gast.AST) -> gast.While:
        return placed(gast.While(test, self.rewritten(body), []), place)

    def split(self, body: list[gast.stmt]) -> list[gast.stmt]:
        """`return a if c else f(b)` as an `if` with two returns."""
        made: list[gast.stmt] = []
        for node in body:
            if isinstance(node, gast.Return) and isinstance(node.value, gast.IfExp) and (
                    self.mentions(node.value)):
                choice = node.value
                sides = [self.split([placed(gast.Return(side), side)])
                         for side in (choice.body, choice.orelse)]
                made.append(placed(gast.If(choice.test, *sides), node))
            elif isinstance(node, gast.If) and self.mentions(node):
                sides = [self.split(node.body), self.split(node.orelse)]
                made.append(placed(gast.If(node.test, *sides), node))
            else:
                made.append(node)
        return made

    def mentions(self, node: gast.AST) -> bool:
        return self.name in reads(node)

    def again(self, body: list[gast.stmt]) -> bool:
        return any(map(self.mentions, body))

    def ends(self, body: list[gast.stmt]) -> bool:
        """Whether each path through a block returns or raises."""
        if not body:
            return False
        last = body[-1]
        if isinstance(last, gast.If):
            return self.ends(last.body) and self.ends(last.orelse)
        return isinstance(last, gast.Return | gast.Raise)

    def rewritten(self, body: list[gast.stmt]) -> list[gast.stmt]:
        """The statements with the parameters of the next call in the place of each call."""
        made: list[gast.stmt] = []
        for node in body:
            if not self.mentions(node):
                made.append(node)
            elif isinstance(node, gast.If) and self.name not in reads(node.test):
                sides = self.rewritten(node.body), self.rewritten(node.orelse)
                made.append(placed(gast.If(node.test, *sides), node))
            elif isinstance(node, gast.Return) and isinstance(node.value, gast.Call):
                made += self.next_call(node, node.value)
            else:
                raise NotALoop
        return made

    def next_call(self, node: gast.Return, call: gast.Call) -> list[gast.stmt]:
        values = self.arguments(call)
        changed = {name: value for name, value in values.items()
                   if not (isinstance(value, gast.Name) and value.id == name)}
        targets = [placed(gast.Name(name, gast.Store(), None, None), node) for name in changed]
        given = list(changed.values())
        step: list[gast.stmt] = []
        if len(given) == 1:
            step = [placed(gast.Assign(targets, given[0], None), node)]
        elif given:
            target = placed(gast.Tuple(targets, gast.Store()), node)
            value = placed(gast.Tuple(given, gast.Load()), node)
            step = [placed(gast.Assign([target], value, None), node)]
        return [*step, placed(gast.Continue(), node)]

    def arguments(self, call: gast.Call) -> dict[str, gast.expr]:
        """The value of each parameter, in the order in which the call computes them."""
        function, parts = call.func, [*call.args, *(k.value for k in call.keywords)]
        if (not isinstance(function, gast.Name) or function.id != self.name
                or any(isinstance(a, gast.Starred) for a in parts)
                or any(map(self.mentions, parts)) or len(call.args) > len(self.positional)):
            raise NotALoop
        values = dict(zip(self.positional, call.args, strict=False))
        for keyword in call.keywords:
            if keyword.arg not in self.named or keyword.arg in values:
                raise NotALoop
            values[keyword.arg] = keyword.value
        for name in self.parameters:
            if name not in values:
                if name not in self.optional:
                    raise NotALoop
                values[name] = placed(gast.Name(DEFAULT + name, gast.Load(), None, None), call)
        return values


def placed(node: gast.AST, like: gast.AST) -> gast.AST:
    """A new node at the position of another."""
    return gast.copy_location(node, like)
