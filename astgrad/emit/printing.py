# ruff: noqa: N802 - visit_Name and its like are named by ast.NodeVisitor

"""Every kind of expression of the standard `ast` -> texts and marks (see `breaking`)."""

import ast
from typing import Any

from astgrad.emit.breaking import BRACKET, COMMA, END, GROUP, LINE, NEST
from astgrad.emit.literals import complex_text, escaped, quoted, real_text
from astgrad.emit.precedence import (
    ADD,
    ATOM,
    AWAIT,
    BIT_OR,
    EXPONENT,
    EXPR,
    NAMED,
    OR,
    OWN,
    POWER,
    SYMBOL,
    USUB,
    hugs_power,
    is_simple,
)
from astgrad.emit.writing import Writer


class Expressions(Writer):
    """What an expression of each kind writes into `result`."""

    def visit_Name(self, node: ast.Name) -> None:
        self.add(node.id)

    def visit_Constant(self, node: ast.Constant) -> None:
        value: Any = node.value
        own = ATOM
        if isinstance(value, str):
            text = (node.kind or "") + quoted(value, self.quote)
        elif isinstance(value, float | complex):
            text = real_text(value) if isinstance(value, float) else complex_text(value)
            own = USUB if text[0] == "-" else ATOM
            if " " in text and text[-1] == "j":
                own = ADD
        elif isinstance(value, bytes):
            text = repr(value)
            if self.quote not in text:
                text = f"b{self.quote}{text[2:-1]}{self.quote}"
        elif value is ...:
            text = "..."
        elif value is None or type(value) in {bool, int}:
            text = repr(value)
            own = USUB if text[0] == "-" else ATOM
        else:
            raise TypeError(f"cannot print a constant of type {type(value).__name__}")
        self.add(f"({text})" if own < self.level else text)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        outer = self.quote
        plain = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        quotes = ["'", '"'] if '"' in plain and "'" not in plain else ['"', "'"]
        for quote in [*quotes, '"""', "'''"]:
            self.quote = "'" if quote[0] == '"' else '"'
            text, inner = self.joined(node, quote[0])
            if not any(quote in part or "\\" in part for part in inner):
                break
        else:  # only Python 3.12 and later can read it
            quote = '"'
        self.quote = outer
        self.add(f"f{quote}{text}{quote}")

    def joined(self, node: ast.JoinedStr, quote: str) -> tuple[str, list[str]]:
        """The text between the quotes of an f-string, and the expressions in it."""
        texts, inner = [], []
        for part in node.values:
            if isinstance(part, ast.Constant):
                text = escaped(str(part.value)).replace(quote, "\\" + quote)
                texts.append(text.replace("{", "{{").replace("}", "}}"))
                continue
            assert isinstance(part, ast.FormattedValue)
            start = len(self.result)
            self.expr(part.value, OR if isinstance(part.value, ast.Lambda | ast.IfExp) else EXPR)
            inner.append(self.flatten(start))
            texts.append("{ " if inner[-1].startswith("{") else "{")
            texts.append(inner[-1] + (f"!{chr(part.conversion)}" if part.conversion != -1 else ""))
            if isinstance(part.format_spec, ast.JoinedStr):
                text, more = self.joined(part.format_spec, quote)
                texts.append(f":{text}")
                inner += more
            texts.append("}")
        return "".join(texts), inner

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.Pow):
            self.power(node)
            return
        own = OWN[type(node.op)]
        chain: list[tuple[ast.operator, ast.expr]] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and OWN[type(left.op)] == own:
            chain.append((left.op, left.right))
            left = left.left
        self.add(NEST if self.level > EXPR else GROUP)
        self.expr(left, own)
        for op, right in reversed(chain):
            self.result += (LINE, SYMBOL[type(op)])
            self.expr(right, own + 1)
        self.add(END)

    def power(self, node: ast.BinOp) -> None:
        exponent = node.right
        while isinstance(exponent, ast.BinOp) and isinstance(exponent.op, ast.Pow):
            exponent = exponent.left  # x**y**z: what stands beside this operator is y
        hugs = hugs_power(node.left) and hugs_power(exponent)
        self.add(NEST if self.level > EXPR else GROUP)
        self.expr(node.left, POWER + 1)
        self.result += ("**",) if hugs else (LINE, "** ")
        self.expr(node.right, EXPONENT)
        self.add(END)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        word, own = SYMBOL[type(node.op)], OWN[type(node.op)]
        self.add(NEST if self.level > EXPR else GROUP)
        for at, value in enumerate(node.values):
            if at:
                self.result += (LINE, word)
            self.expr(value, own + 1)
        self.add(END)

    def visit_Compare(self, node: ast.Compare) -> None:
        own = OWN[ast.Compare] + 1
        self.add(NEST if self.level > EXPR else GROUP)
        self.expr(node.left, own)
        for op, right in zip(node.ops, node.comparators, strict=True):
            self.result += (LINE, SYMBOL[type(op)])
            self.expr(right, own)
        self.add(END)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.add(GROUP)
        self.expr(node.body, OR)
        self.result += (LINE, "if ")
        self.expr(node.test, OR)
        self.result += (LINE, "else ")
        self.expr(node.orelse)
        self.add(END)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        symbol = SYMBOL[type(node.op)]
        self.add(symbol if isinstance(node.op, ast.Not) else symbol[:-1])
        self.expr(node.operand, OWN[type(node.op)])

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.expr(node.target)
        self.add(" := ")
        self.expr(node.value)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.add("lambda")
        if any(vars(node.args).values()):
            self.add(" ")
            self.arguments(node.args, " ")
        self.add(": ")
        self.expr(node.body)

    def visit_Await(self, node: ast.Await) -> None:
        self.add("await ")
        self.expr(node.value, AWAIT + 1)

    def visit_Yield(self, node: ast.Yield) -> None:
        self.add("yield")
        if node.value is not None:
            self.add(" ")
            self.value(node.value)

    def visit_YieldFrom(self, node: ast.YieldFrom) -> None:
        self.add("yield from ")
        self.wrap(node.value)

    def visit_Starred(self, node: ast.Starred) -> None:
        self.add("*")
        self.expr(node.value, BIT_OR)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        value = node.value
        if isinstance(value, ast.Constant) and type(value.value) is int:
            self.add(f"({value.value})")
        else:
            self.expr(value, AWAIT + 1)
        self.add("." + node.attr)

    def visit_Call(self, node: ast.Call) -> None:
        self.expr(node.func, AWAIT + 1)
        if len(node.args) == 1 and not node.keywords and isinstance(node.args[0], ast.GeneratorExp):
            self.visit(node.args[0])
        else:
            self.call(node.args, node.keywords)

    def call(self, args: list[ast.expr], keywords: list[ast.keyword]) -> None:
        if not args and not keywords:
            self.add("()")
            return
        self.result += ("(", BRACKET, GROUP)
        self.separated([*args, *keywords], self.argument)
        self.result += (COMMA, END, END, ")")

    def argument(self, node: ast.expr | ast.keyword) -> None:
        if isinstance(node, ast.expr):
            self.expr(node, NAMED)
        elif node.arg is None:
            self.add("**")
            self.expr(node.value, BIT_OR)
        else:
            self.add(node.arg + "=")
            self.wrap(node.value)

    def arguments(self, node: ast.arguments, space: str = LINE) -> None:
        positional = node.posonlyargs + node.args
        missing = [None] * (len(positional) - len(node.defaults))
        entries: list[tuple[str, ast.arg | None, ast.expr | None]]
        entries = [("", *both) for both in zip(positional, [*missing, *node.defaults], strict=True)]
        if node.posonlyargs:
            entries.insert(len(node.posonlyargs), ("/", None, None))
        if node.vararg or node.kwonlyargs:
            entries.append(("*", node.vararg, None))
        entries += [("", *both) for both in zip(node.kwonlyargs, node.kw_defaults, strict=True)]
        if node.kwarg:
            entries.append(("**", node.kwarg, None))
        self.separated(entries, self.parameter, space)

    def parameter(self, entry: tuple[str, ast.arg | None, ast.expr | None]) -> None:
        stars, arg, default = entry
        self.add(stars + (arg.arg if arg else ""))
        if arg and arg.annotation is not None:
            self.add(": ")
            self.expr(arg.annotation)
        if default is not None:
            self.add(" = " if arg and arg.annotation is not None else "=")
            self.wrap(default)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.expr(node.value, AWAIT + 1)
        index = node.slice
        self.add("[")
        if is_simple(index):
            self.expr(index)
        elif isinstance(index, ast.Tuple) and (
            len(index.elts) > 1 or (index.elts and isinstance(index.elts[0], ast.Slice))
        ):
            self.result += (BRACKET, GROUP)
            self.separated(index.elts, self.expr)
            self.result += (COMMA if len(index.elts) > 1 else ",", END, END)
        else:
            self.add(BRACKET)
            self.expr(index)
            self.add(END)
        self.add("]")

    def visit_Slice(self, node: ast.Slice) -> None:
        if node.lower is not None:
            self.expr(node.lower, OR)
        self.add(":")
        if node.upper is not None:
            self.expr(node.upper, OR)
        if node.step is not None:
            self.add(":")
            self.expr(node.step, OR)

    def visit_Tuple(self, node: ast.Tuple) -> None:
        self.separated(node.elts, self.element)
        self.add("," if len(node.elts) == 1 else COMMA if node.elts else "")

    def element(self, node: ast.expr) -> None:
        self.expr(node, NAMED)

    def visit_List(self, node: ast.List) -> None:
        self.add("[")
        if node.elts:
            self.listed(BRACKET, node.elts, self.element)
        self.add("]")

    def visit_Set(self, node: ast.Set) -> None:
        self.add("{" if node.elts else "{*()")
        if node.elts:
            self.listed(BRACKET, node.elts, self.element)
        self.add("}")

    def visit_Dict(self, node: ast.Dict) -> None:
        self.add("{")
        if node.keys:
            self.listed(BRACKET, list(zip(node.keys, node.values, strict=True)), self.entry)
        self.add("}")

    def entry(self, entry: tuple[ast.expr | None, ast.expr]) -> None:
        key, value = entry
        if key is None:
            self.add("**")
            self.expr(value, BIT_OR)
        else:
            self.expr(key)
            self.add(": ")
            self.wrap(value)

    def visit_ListComp(self, node: ast.ListComp) -> None:
        self.comprehension("[]", node.elt, node.generators)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self.comprehension("{}", node.elt, node.generators)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self.comprehension("()", node.elt, node.generators)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self.comprehension("{}", node.value, node.generators, node.key)

    def comprehension(
        self,
        brackets: str,
        element: ast.expr,
        loops: list[ast.comprehension],
        key: ast.expr | None = None,
    ) -> None:
        self.result += (brackets[0], BRACKET, GROUP)
        if key is not None:
            self.expr(key)
            self.add(": ")
        self.expr(element, NAMED if key is None else EXPR)
        for loop in loops:
            self.result += (LINE, "async for " if loop.is_async else "for ")
            start = len(self.result)
            self.target(loop.target)
            self.add(self.flatten(start))
            self.add(" in ")
            self.expr(loop.iter, OR)
            for test in loop.ifs:
                self.result += (LINE, "if ")
                self.expr(test, OR)
        self.result += (END, END, brackets[1])
