# ruff: noqa: N802 - visit_Name and its like are named by ast.NodeVisitor

"""Statement lists of the standard `ast` -> source text.

In: a body of `ast` statements, `Comment` and `Blank` among them. Out: `source_text(body)`, the same
for the same tree, in at most 88 columns wherever Python lets a line break, never with a backslash.
Holds: `ast.parse(text)` is the tree that came in, layout statements removed; only a number without
a literal reads back as the expression that makes it (`-1.0`, `np.inf`). The tree is not changed.
"""

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from astgrad.emit.breaking import BRACKET, COMMA, END, HARD, STEP, WIDTH, Layout
from astgrad.emit.literals import docstring
from astgrad.emit.precedence import NAMED, SYMBOL
from astgrad.emit.printing import Expressions

__all__ = ["Blank", "Comment", "source_text"]

DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS: Final = (ast.Import, ast.ImportFrom)


class Comment(ast.stmt):
    """A comment on its own line: prints as `# text`, cut with `...` where it is too long."""

    _fields = ("text",)
    _field_types = {"text": str}  # noqa: RUF012 - the protocol of ast.AST

    text: str

    def __init__(self, text: str = "", **position: Any) -> None:
        position["text"] = text
        super().__init__(**position)


class Blank(ast.stmt):
    """An empty line."""


def source_text(body: list[ast.stmt]) -> str:
    """Print `body` as the text of a module, ending in one newline; no statements, no text.

    A string that stands first is printed as a docstring. Raises TypeError for a node that has no
    source form.
    """
    printer = Printer()
    printer.statements(body)
    return "".join(f"{line}\n" for line in printer.lines)


class Printer(Expressions):
    """Statements by lines; astor's own print Pass, Break, Continue, Global and Nonlocal."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.indentation = 0
        self.blanks = 0  # asked for by Blank
        self.gap = 0  # asked for by the layout

    def emit(self, text: str) -> None:
        """Append one line, or a statement of several, to the text."""
        if self.lines:
            self.lines += [""] * max(self.blanks, self.gap)
        self.blanks = self.gap = 0
        self.lines.append(text)

    def end(self) -> None:
        """End the current statement line, broken if it is too long."""
        indent = STEP * self.indentation
        text = "".join(self.result)
        if len(text) + indent > WIDTH:
            text = Layout(self.result, indent).text()
        self.emit(" " * indent + text)
        self.result.clear()

    def statement(self, _node: ast.stmt, *parts: str) -> None:
        self.result += parts
        self.end()

    def statements(self, body: Sequence[ast.stmt], documented: bool = True) -> None:
        previous: type | None = None
        for at, stmt in enumerate(body):
            kind = type(stmt)
            if kind is Blank:
                self.blanks += 1
                continue
            if previous is not None and (previous is not Comment or self.blanks):
                self.gap = self.gap_between(previous, self.subject(body, at))
            if documented and kind is not Comment:
                documented = False
                if self.docstring(stmt):
                    previous = ast.Constant
                    continue
            (self.visitors.get(kind) or self.visitor(kind))(stmt)
            previous = kind
        if self.indentation and all(isinstance(stmt, Comment | Blank) for stmt in body):
            self.statement(ast.Pass(), "pass")

    @staticmethod
    def subject(body: Sequence[ast.stmt], at: int) -> type:
        """The kind of the statement that a comment at `at` belongs to."""
        while type(body[at]) is Comment and at + 1 < len(body) and type(body[at + 1]) is not Blank:
            at += 1
        return type(body[at])

    def gap_between(self, previous: type, kind: type) -> int:
        if previous in DEFINITIONS or kind in DEFINITIONS:
            return 1 if self.indentation else 2
        after_import = previous in IMPORTS and kind not in IMPORTS
        return int(after_import or (previous is ast.Constant and not self.indentation))

    def docstring(self, node: ast.stmt) -> bool:
        match node:
            case ast.Expr(value=ast.Constant(value=str(text), kind=kind)):
                self.emit(" " * (STEP * self.indentation) + (kind or "") + docstring(text))
                return True
        return False

    def block(self, body: Sequence[ast.stmt], documented: bool = False) -> None:
        """The rest of a compound statement: the colon, the end of its line, the indented body."""
        self.add(":")
        self.end()
        self.indentation += 1
        self.statements(body, documented)
        self.indentation -= 1
        self.gap = 0

    def clause(self, word: str, body: Sequence[ast.stmt]) -> None:
        if body:
            self.add(word)
            self.block(body)

    def visit_Comment(self, node: Comment) -> None:
        indent = " " * (STEP * self.indentation)
        for line in node.text.splitlines() or [""]:
            text = f"{indent}# {line}".rstrip()
            self.emit(text if len(text) <= WIDTH else text[: WIDTH - 3].rstrip() + "...")

    def optional(self, before: str, node: ast.expr | None) -> None:
        if node is not None:
            self.add(before)
            self.wrap(node)

    def assigned(self, node: ast.expr) -> None:
        """Write what is assigned, or stands alone: a yield needs no brackets either."""
        if isinstance(node, ast.Yield | ast.YieldFrom):
            self.visit(node)
        else:
            self.value(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        self.assigned(node.value)
        self.end()

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self.target(target)
            self.add(" = ")
        self.assigned(node.value)
        self.end()

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.expr(node.target)
        self.add(f" {SYMBOL[type(node.op)][:-1]}= ")
        self.assigned(node.value)
        self.end()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        parens = isinstance(node.target, ast.Name) and not node.simple
        self.add("(" if parens else "")
        self.expr(node.target)
        self.add("): " if parens else ": ")
        self.wrap(node.annotation)
        if node.value is not None:
            self.add(" = ")
            self.wrap(node.value)
        self.end()

    def visit_Return(self, node: ast.Return) -> None:
        self.add("return")
        if node.value is not None:
            self.add(" ")
            self.value(node.value)
        self.end()

    def visit_Delete(self, node: ast.Delete) -> None:
        self.add("del ")
        for at, target in enumerate(node.targets):
            self.add(", " if at else "")
            self.expr(target)
        self.end()

    def visit_Assert(self, node: ast.Assert) -> None:
        self.add("assert ")
        self.wrap(node.test)
        self.optional(", ", node.msg)
        self.end()

    def visit_Raise(self, node: ast.Raise) -> None:
        self.add("raise")
        self.optional(" ", node.exc)
        self.optional(" from ", node.cause)
        self.end()

    def visit_Import(self, node: ast.Import) -> None:
        self.statement(node, "import ", ", ".join(map(alias_text, node.names)))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.add(f"from {'.' * node.level}{node.module or ''} import ")
        if node.names[0].name == "*":
            self.add("*")
        else:
            self.listed(HARD, node.names, lambda name: self.add(alias_text(name)))
        self.end()

    def visit_If(self, node: ast.If, word: str = "if ") -> None:
        self.add(word)
        self.wrap(node.test, NAMED)
        self.block(node.body)
        if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            self.visit_If(node.orelse[0], "elif ")
        else:
            self.clause("else", node.orelse)

    def visit_For(self, node: ast.For | ast.AsyncFor, word: str = "for ") -> None:
        self.add(word)
        self.target(node.target)
        self.add(" in ")
        self.wrap(node.iter)
        self.block(node.body)
        self.clause("else", node.orelse)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.visit_For(node, "async for ")

    def visit_While(self, node: ast.While) -> None:
        self.add("while ")
        self.wrap(node.test, NAMED)
        self.block(node.body)
        self.clause("else", node.orelse)

    def visit_With(self, node: ast.With | ast.AsyncWith, word: str = "with ") -> None:
        self.add(word)
        only = node.items[0]
        if len(node.items) > 1:
            self.listed(HARD, node.items, self.with_item)
        elif isinstance(only.context_expr, ast.Tuple) and only.optional_vars is None:
            self.add("(")  # `with (a, b):` would be two items
            self.expr(only.context_expr)
            self.add(")")
        else:
            self.with_item(only, self.wrap)
        self.block(node.body)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> None:
        self.visit_With(node, "async with ")

    def with_item(
        self, item: ast.withitem, write: Callable[[ast.expr], None] | None = None
    ) -> None:
        (write or self.expr)(item.context_expr)
        if item.optional_vars is not None:
            self.add(" as ")
            self.expr(item.optional_vars)

    def visit_Try(self, node: ast.Try, word: str = "except") -> None:
        self.clause("try", node.body)
        for handler in node.handlers:
            self.add(word)
            self.optional(" ", handler.type)
            self.add(f" as {handler.name}" if handler.name else "")
            self.block(handler.body)
        self.clause("else", node.orelse)
        self.clause("finally", node.finalbody)

    def visit_TryStar(self, node: ast.Try) -> None:
        self.visit_Try(node, "except*")

    def visit_FunctionDef(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef, word: str = "def "
    ) -> None:
        self.decorators(node.decorator_list)
        self.add(word + node.name)
        self.type_parameters(node)
        self.add("(")
        if any(vars(node.args).values()):
            self.add(BRACKET)
            self.arguments(node.args)
            self.result += (COMMA, END)
        self.add(")")
        if node.returns is not None:
            start = len(self.result)
            self.wrap(node.returns)
            self.add(f" -> {self.flatten(start)}")
        self.block(node.body, documented=True)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node, "async def ")

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.decorators(node.decorator_list)
        self.add(f"class {node.name}")
        self.type_parameters(node)
        if node.bases or node.keywords:
            self.call(node.bases, node.keywords)
        self.block(node.body, documented=True)

    def decorators(self, nodes: Iterable[ast.expr]) -> None:
        for node in nodes:
            self.add("@")
            self.wrap(node, NAMED)
            self.end()

    # newer grammar: match statements (3.10), type parameters (3.12)

    def visit_Match(self, node: ast.Match) -> None:
        self.add("match ")
        self.value(node.subject)
        self.add(":")
        self.end()
        self.indentation += 1
        for case in node.cases:
            self.add(f"case {self.pattern(case.pattern)}")
            self.optional(" if ", case.guard)
            self.block(case.body)
        self.indentation -= 1

    def pattern(self, node: ast.pattern | None) -> str:
        match node:
            case ast.MatchValue(value=value):
                return self.flat(value)
            case ast.MatchSingleton(value=value):
                return repr(value)
            case ast.MatchSequence(patterns=patterns):
                return f"[{', '.join(map(self.pattern, patterns))}]"
            case ast.MatchMapping(keys=keys, patterns=patterns, rest=rest):
                pairs = zip(keys, patterns, strict=True)
                items = [f"{self.flat(key)}: {self.pattern(each)}" for key, each in pairs]
                return f"{{{', '.join(items + [f'**{rest}'] * bool(rest))}}}"
            case ast.MatchClass(cls=cls, patterns=patterns, kwd_attrs=names, kwd_patterns=named):
                words = zip(names, named, strict=True)
                keywords = [f"{word}={self.pattern(each)}" for word, each in words]
                return f"{self.flat(cls)}({', '.join([*map(self.pattern, patterns), *keywords])})"
            case ast.MatchStar(name=name):
                return f"*{name or '_'}"
            case ast.MatchAs(pattern=None, name=name):
                return name or "_"
            case ast.MatchAs(pattern=inner, name=name):
                as_pattern = isinstance(inner, ast.MatchAs) and inner.pattern is not None
                text = self.pattern(inner)
                return f"({text}) as {name}" if as_pattern else f"{text} as {name}"
            case ast.MatchOr(patterns=patterns):
                return " | ".join(map(self.alternative, patterns))
        raise TypeError(f"cannot print a pattern of type {type(node).__name__}")

    def alternative(self, node: ast.pattern) -> str:
        as_pattern = isinstance(node, ast.MatchAs) and node.pattern is not None
        text = self.pattern(node)
        return f"({text})" if as_pattern or isinstance(node, ast.MatchOr) else text

    def visit_TypeAlias(self, node: Any) -> None:
        self.add(f"type {node.name.id}")
        self.type_parameters(node)
        self.optional(" = ", node.value)
        self.end()

    def type_parameters(self, node: Any) -> None:
        parameters = getattr(node, "type_params", ())
        if parameters:
            self.add(f"[{', '.join(map(self.type_parameter, parameters))}]")

    def type_parameter(self, node: Any) -> str:
        stars = {"TypeVarTuple": "*", "ParamSpec": "**"}.get(type(node).__name__, "")
        bound = getattr(node, "bound", None)
        default = getattr(node, "default_value", None)
        text: str = stars + node.name
        text += f": {self.flat(bound)}" if bound is not None else ""
        return text + (f" = {self.flat(default)}" if default is not None else "")


def alias_text(node: ast.alias) -> str:
    return f"{node.name} as {node.asname}" if node.asname else node.name
