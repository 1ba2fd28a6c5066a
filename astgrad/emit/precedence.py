"""How strongly operators bind, and how they are written: all that is taken from astor.

Its numbers are even, so that one more is between two rows.
"""

import ast
import warnings
from typing import Final

from astgrad.emit.breaking import HARD, MAYBE, Mark

with warnings.catch_warnings():  # astor 0.8.1 touches ast.Num and its like, deprecated in 3.12
    warnings.simplefilter("ignore")
    from astor.code_gen import SourceGenerator
    from astor.op_util import Precedence, precedence_data, symbol_data

__all__ = [
    "ADD",
    "ATOM",
    "AWAIT",
    "BIT_OR",
    "EXPONENT",
    "EXPR",
    "NAMED",
    "OR",
    "OWN",
    "POWER",
    "SYMBOL",
    "USUB",
    "SourceGenerator",
    "binding",
    "hugs_power",
    "is_simple",
    "wrapper",
]

NAMED: Final[int] = Precedence.NamedExpr
EXPR: Final[int] = Precedence.Lambda
OR: Final[int] = Precedence.Or
BIT_OR: Final[int] = Precedence.BitOr
ADD: Final[int] = Precedence.Add
USUB: Final[int] = Precedence.USub
POWER: Final[int] = Precedence.Pow
EXPONENT: Final[int] = Precedence.PowRHS
AWAIT: Final[int] = Precedence.Await
ATOM: Final[int] = Precedence.highest
OWN: Final[dict[type, int]] = {kind: p for kind, p in precedence_data.items() if kind} | {
    ast.Compare: Precedence.Eq,
    ast.YieldFrom: Precedence.Yield,
    # these write their own brackets, or know better
    ast.Constant: ATOM,
    ast.GeneratorExp: ATOM,
    ast.Subscript: ATOM,
    ast.Slice: ATOM,
}
SYMBOL: Final[dict[type, str]] = {
    kind: f"{text} " for kind, text in symbol_data.items() if kind and text
}

BRACKETED: Final = (
    ast.List,
    ast.Dict,
    ast.Set,
    ast.ListComp,
    ast.DictComp,
    ast.SetComp,
    ast.GeneratorExp,
)
OPERATIONS: Final = (ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda, ast.NamedExpr)


def is_simple(node: ast.expr | None) -> bool:
    """A name, a constant, or such a thing negated or sliced: an index that is never broken."""
    match node:
        case ast.UnaryOp():
            return is_simple(node.operand)
        case ast.Slice():
            return is_simple(node.lower) and is_simple(node.upper) and is_simple(node.step)
    return node is None or isinstance(node, ast.Name | ast.Constant)


def hugs_power(node: ast.expr) -> bool:
    """Whether `**` has no spaces beside `node`: a name, attribute, number, or its negative."""
    while isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not):
        node = node.operand
    while isinstance(node, ast.Attribute):
        node = node.value
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float | complex)
    return isinstance(node, ast.Name)


def binding(node: ast.expr) -> int:
    """How strongly the operator of `node` binds."""
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.UnaryOp):
        return OWN[type(node.op)]
    return OWN.get(type(node), ATOM)


def wrapper(node: ast.expr) -> Mark | None:
    """The group round an expression that stands free: operations need brackets, calls have them."""
    while isinstance(node, ast.UnaryOp | ast.Await):
        operand = node.operand if isinstance(node, ast.UnaryOp) else node.value
        if binding(operand) < binding(node):
            return None  # it has brackets
        node = operand
    if isinstance(node, OPERATIONS):
        return HARD
    if isinstance(node, (*BRACKETED, ast.Tuple, ast.Starred)):
        return None
    if isinstance(node, ast.Call) and (node.args or node.keywords):
        inner: ast.expr = node.func
        while isinstance(inner, ast.Attribute):
            inner = inner.value
        if isinstance(inner, ast.Name):
            return None
    return MAYBE
