"""`strong_zero=True`: products with an adjoint are zero where a factor is exactly zero.

`g * (1 / x)` -> `strong_times(g, 1 / x)`: 0 where g is 0, at x = 0 too
"""

from __future__ import annotations

import ast
import math
from functools import cache

from astgrad.analysis.builder import Builder
from astgrad.analysis.identities import as_filled, same_kind
from astgrad.ir.core import Arg, Const
from astgrad.ir.sizes import fact_of_arg


def strong_times(build: Builder, a: Arg, b: Arg) -> Arg:
    """a * b where one is known not to be zero, or not to be inf or nan; else the helper."""
    if harmless(build, a) or harmless(build, b):
        return build.apply("Mult", a, b)
    return build.apply("strong_times", unspread(build, a, b), unspread(build, b, a))


def unspread(build: Builder, arg: Arg, other: Arg) -> Arg:
    """The number that is spread over an array, where the other factor has that shape."""
    spread = as_filled(build, arg)
    return spread[1] if spread and same_kind(other, fact_of_arg(spread[0])) else arg


def harmless(build: Builder, arg: Arg) -> bool:
    """Whether all of a factor is one finite number other than zero."""
    spread = as_filled(build, arg)
    arg = spread[1] if spread else arg
    if not isinstance(arg, Const) or type(arg.value) not in (int, float):
        return False
    return math.isfinite(arg.value) and arg.value != 0


@cache
def strengthened(derivative: ast.expr) -> ast.expr:
    """A rule's expression with its products and quotients of `g` made strong."""
    made: ast.expr = Strong().visit(ast.parse(ast.unparse(derivative), mode="eval").body)
    return made


class Strong(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        left, right = self.visit(node.left), self.visit(node.right)
        match node.op:
            case ast.Mult() if mentions_adjoint(left) or mentions_adjoint(right):
                return product(left, right)
            case ast.Div() if mentions_adjoint(left):
                return product(left, ast.BinOp(ast.Constant(1.0), node.op, right))
        return ast.BinOp(left, node.op, right)


def product(left: ast.expr, right: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("strong_times", ast.Load()), [left, right], [])


def mentions_adjoint(node: ast.expr) -> bool:
    return any(isinstance(inner, ast.Name) and inner.id == "g" for inner in ast.walk(node))
