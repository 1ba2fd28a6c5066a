"""How an expression is written into its surroundings: brackets, groups, items.

`Expressions` (see `printing`) knows the kinds of expressions; this class knows none of them.
"""

import ast
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from astgrad.emit.breaking import BRACKET, COMMA, END, HARD, LINE, STEP, Mark
from astgrad.emit.precedence import EXPR, NAMED, SourceGenerator, binding, wrapper


class Writer(SourceGenerator):
    """astor's generator with every expression as texts and marks, appended to `result`."""

    def __init__(self) -> None:
        super().__init__(" " * STEP)
        self.result: list[str] = []
        self.add = self.result.append
        self.quote = '"'  # what strings prefer; the other one inside an f-string
        self.level = EXPR  # how strongly the node being visited has to bind
        self.visitors: dict[type, Callable[..., None]] = {}

    def visitor(self, kind: type) -> Callable[..., None]:
        found: Callable[..., None] | None = getattr(type(self), f"visit_{kind.__name__}", None)
        if found is None:
            raise TypeError(f"cannot print a node of type {kind.__name__}: it is not Python source")
        self.visitors[kind] = partial(found, self)
        return self.visitors[kind]

    def visit(self, node: ast.AST) -> None:
        (self.visitors.get(type(node)) or self.visitor(type(node)))(node)

    def flatten(self, start: int) -> str:
        """Take back what was written since `start`, as one text without marks."""
        text = "".join(self.result[start:])
        del self.result[start:]
        return text

    def flat(self, node: ast.expr) -> str:
        start = len(self.result)
        self.expr(node)
        return self.flatten(start)

    def expr(self, node: ast.expr, level: int = EXPR) -> None:
        """Write `node`, in brackets if it binds weaker than `level`."""
        kind = type(node)
        if kind is ast.Name:
            self.add(node.id)  # type: ignore[attr-defined]
            return
        visit = self.visitors.get(kind) or self.visitor(kind)
        if binding(node) < level:
            self.result += ("(", BRACKET)
            self.level = NAMED
            visit(node)
            self.result += (END, ")")
        else:
            self.level = level
            visit(node)

    def wrap(self, node: ast.expr, level: int = EXPR) -> None:
        """Write `node` where no bracket is open: it breaks only in its own brackets."""
        if type(node) is ast.Name:
            self.add(node.id)
            return
        mark = wrapper(node)
        if mark is None:
            self.expr(node, level)
        else:
            self.add(mark)
            self.expr(node, level)
            self.add(END)

    def value(self, node: ast.expr) -> None:
        """Write what is returned or yielded: a tuple needs no brackets there."""
        if type(node) is ast.Tuple and len(node.elts) > 1:
            self.listed(HARD, node.elts, self.expr)
        else:
            self.wrap(node)

    def target(self, node: ast.expr) -> None:
        if type(node) is ast.Tuple and len(node.elts) > 1:
            self.listed(HARD, node.elts, self.expr)
        else:
            self.expr(node)

    def separated(
        self, items: Iterable[Any], write: Callable[[Any], None], space: str = LINE
    ) -> None:
        for at, item in enumerate(items):
            if at:
                self.result += (",", space)
            write(item)

    def listed(self, mark: Mark, items: Sequence[Any], write: Callable[[Any], None]) -> None:
        """Items of a literal: all on one line, or each on its own."""
        self.add(mark)
        self.separated(items, write)
        self.result += (COMMA, END)
