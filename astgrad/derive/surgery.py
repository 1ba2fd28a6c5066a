"""`with adjoint_of(x) as x_bar:` in a program: x goes through an op `adjoint_of`.

The op is the identity; its adjoint is the body, as ops, put into the reverse sweep in its
place.  The reverse sweep leaves the plain identity in the forward sweep, so that a derivative
of the derivative does not meet the body again.
"""

from __future__ import annotations

import ast
import itertools
from typing import Any

import gast

from astgrad.analysis.builder import DIRECTIVES, Builder, rank_zero
from astgrad.analysis.shapes import expand
from astgrad.derive.custom import Rule, frees_of
from astgrad.derive.trees import is_active, matched
from astgrad.frontend.calls import enter
from astgrad.frontend.lower import Lowering
from astgrad.frontend.managers import MANAGERS
from astgrad.frontend.statements import owner
from astgrad.frontend.values import Frame, Ref
from astgrad.ir.core import Apply, Arg, Op, Var
from astgrad.ir.fact import adjoint_fact
from astgrad.pipeline import project
from astgrad.rules.table import Row
from astgrad.source import FunctionSource

COUNT = itertools.count()
JUMPS = {gast.Return: "return", gast.Yield: "yield", gast.Break: "break", gast.Continue: "continue"}


def surgery(lo: Lowering, node: gast.With, context: gast.Call) -> None:
    target, name = asked(lo, node, context)
    value = lo.expr(target)
    place = value.obj if isinstance(value, Ref) and not value.path else None
    x = lo.state.heap[place] if place else value
    if not isinstance(x, Var) or x.fact.kind in ("list", "tuple"):
        what = "is a view" if isinstance(value, Ref) and value.path else "is no number or array"
        raise lo.refuse(target, f"`{target.id}` {what}: its adjoint has no place of its own",
                        "bind the number or array to a name first, and use that name afterwards")
    if not is_active(x):
        raise lo.refuse(target, f"`{target.id}` carries no derivative", "name a float")
    made = Var(x.name, x.fact)
    lo.build.add(op_of(made, x, body_of(lo, node, x, name), lo.build))
    if place:
        lo.state.heap[place] = made
    else:
        lo.bind(target.id, made, owner(lo, target.id))


def asked(lo: Lowering, node: gast.With, context: gast.Call) -> tuple[gast.Name, str]:
    """The name whose adjoint is asked for, and the adjoint's own."""
    if len(context.args) != 1 or context.keywords or not isinstance(context.args[0], gast.Name):
        raise lo.refuse(context, "adjoint_of takes the name of a variable",
                        "write `with adjoint_of(x) as x_bar:`")
    bound = node.items[0].optional_vars
    if not isinstance(bound, gast.Name):
        raise lo.refuse(context, "the adjoint is bound to a name",
                        "write `with adjoint_of(x) as x_bar:`")
    jump = next((n for inner in node.body for n in gast.walk(inner) if type(n) in JUMPS), None)
    if jump is not None:
        raise lo.refuse(jump, f"`{JUMPS[type(jump)]}` in the body of adjoint_of",
                        "the body is run in the reverse sweep: let it end")
    return context.args[0], bound.id


def body_of(lo: Lowering, node: gast.With, x: Var, name: str) -> Rule:
    """The body as ops, from the adjoint `g` to the one that replaces it."""
    g = Var(name, adjoint_fact(x.fact))
    outer, heap, lo.build = lo.build, dict(lo.state.heap), Builder(lo.build)
    names, written = dict(lo.state.names), set(lo.written)
    try:
        source = function_of(lo, node, name)
        frame = Frame(source, lo.frame.function, lo.frame)
        result = enter(lo, frame, source, (lo.wrap(g),), {}, {}, node)
        for obj, content in heap.items():
            if lo.state.heap.get(obj) != content:
                raise lo.refuse(node, f"the body of adjoint_of writes to `{obj.name}`, which is "
                                      "bound outside", "change the adjoint alone")
        ((_, bar),) = matched(lo, {**heap}, x, result, f"`{name}`")
        bar = bar if bar is g else project(lo.build, bar, x)
        ops = tuple(lo.build.ops)
    finally:
        lo.build, lo.state.names, lo.written = outer, names, written
    return Rule(ops, g, {x: bar}, frees_of(ops, [bar], {g}))


def function_of(lo: Lowering, node: gast.With, name: str) -> FunctionSource:
    """The body as a function of the adjoint that returns it."""
    key = (id(node), "adjoint_of")
    if key not in lo.templates:
        last = gast.Return(gast.Name(name, gast.Load(), None, None))
        made = gast.parse(f"def {name}({name}): pass").body[0]
        made.body = [*node.body, last]
        for inner in (made, *gast.walk(made.args), *gast.walk(last)):
            gast.copy_location(inner, node)
        outer = lo.frame.source
        lo.templates[key] = FunctionSource(made, outer.filename, outer.lines, name)
    found: FunctionSource = lo.templates[key]
    return found


def op_of(out: Var, x: Var, rule: Rule, build: Builder) -> Op:
    """The op `adjoint_of`, whose adjoint is the body."""
    directive, name = rule.directive(x), f"adjoint_of{next(COUNT)}"

    def insert(build: Builder, g: Arg, x: Arg, *frees: Arg) -> Arg:
        g = expand(build, g, x) if rank_zero(g) and not rank_zero(x) else g
        made: Arg = directive(build, g, *frees)
        return made

    DIRECTIVES[name] = insert
    frees = [f"r{i}" for i in range(len(rule.frees))]
    text = ast.parse(f"{name}({', '.join(['g', 'x', *frees])})", mode="eval").body
    row = Row("x", "general", ("x", *frees), {}, ast.Name("x", ast.Load()), {"x": text},
              alias="x", cheap=True, name="adjoint_of")
    row.own = rule.results[x] is not rule.g
    return Apply((out,), row, (x, *rule.frees), build.span)


def handler(lo: Any, node: gast.With, context: gast.Call) -> None:
    surgery(lo, node, context)


__all__ = ["MANAGERS", "handler"]
