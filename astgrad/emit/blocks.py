"""Questions about written statements: whether they do anything, how they end; the opposite test."""

import ast

from astgrad.emit.text import Comment


def real(body: list[ast.stmt]) -> bool:
    return any(not isinstance(node, Comment) for node in body)


def ends(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Break | ast.Raise | ast.Return)


OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


def negated(test: ast.expr) -> ast.expr:
    """`not test`, shorter where that is the same (not for order: NaN)."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        opposite = OPPOSITE.get(type(test.ops[0]))
        if opposite is not None:
            return ast.Compare(test.left, [opposite()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)
