# ruff: noqa: N802 - visit_Name and its like are named by ast.NodeVisitor
"""Statement lists of the standard `ast` -> source text.

In: a body of `ast` statements, `Comment` and `Blank` among them. Out: `source_text(body)`, the same
for the same tree, in at most 88 columns wherever Python lets a line break, never with a backslash.
Holds: `ast.parse(text)` is the tree that came in, layout statements removed; only a number without
a literal reads back as the expression that makes it (`-1.0`, `np.inf`). The tree is not changed.

An expression is written as a flat list of strings with marks among them: empty strings (one is a
space) that say where groups open and lines may break. Joined, the list is the text on one line;
only where that is too long does `Layout` read the marks.
"""

import ast
import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import accumulate
from typing import Any, Final

with warnings.catch_warnings():  # astor 0.8.1 touches ast.Num and its like, deprecated in 3.12
    warnings.simplefilter("ignore")
    from astor.code_gen import SourceGenerator
    from astor.op_util import Precedence, precedence_data, symbol_data

__all__ = ["Blank", "Comment", "source_text"]

WIDTH: Final = 88
STEP: Final = 4


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


# --- marks and line breaks


class Mark(str):
    """A place in the text of an expression; as a string, what stands there on one line."""

    __slots__ = ()


GROUP: Final = Mark()  # opens a group: on one line if it fits, else all its LINEs break
NEST: Final = Mark()  # the same, its further lines indented
BRACKET: Final = Mark()  # the same, between brackets: the contents go on their own, indented lines
HARD: Final = Mark()  # the same, and the brackets are written only if the group breaks
MAYBE: Final = Mark()  # as HARD if the contents then fit on one line, else as if it were not there
END: Final = Mark()  # closes any of these
LINE: Final = Mark(" ")  # a space, or a new line
COMMA: Final = Mark()  # nothing, or the comma before the closing bracket of a broken group


class Layout:
    """Breaks the text that `parts` hold, outer groups first, and only those that do not fit."""

    def __init__(self, parts: Sequence[str], indent: int) -> None:
        self.parts = parts
        self.indent = self.column = indent
        self.out: list[str] = []
        self.around: list[tuple[int, str | None]] = []  # open groups: indent before, what ends them
        self.widths = list(accumulate(map(len, parts), initial=0))
        self.ends: dict[int, int] = {}  # where a group opens -> where it ends
        starts: list[int] = []
        for at, part in enumerate(parts):
            if part is END:
                self.ends[starts.pop()] = at
            elif type(part) is Mark and part is not LINE and part is not COMMA:
                starts.append(at)

    def text(self) -> str:
        at = 0
        while at < len(self.parts):
            part = self.parts[at]
            if type(part) is str:
                self.write(part)
            elif part is LINE:
                self.new_line()
            elif part is COMMA:
                self.write(",")
            elif part is END:
                self.close()
            elif self.fits(at, WIDTH - self.column) and self.follows(at):
                end = self.ends[at]
                self.write("".join(self.parts[at:end]))
                at = end
            else:
                self.open(at, part)
            at += 1
        return "".join(self.out)

    def write(self, text: str) -> None:
        self.out.append(text)
        self.column += len(text)

    def new_line(self) -> None:
        self.out.append("\n" + " " * self.indent)
        self.column = self.indent

    def open(self, at: int, part: str) -> None:
        ending: str | None = None
        outer = self.indent
        if part is BRACKET:
            ending = ""
        elif part is HARD or (part is MAYBE and self.fits(at, WIDTH - outer - STEP)):
            self.write("(")
            ending = ")"
        self.around.append((outer, ending))
        if ending is not None or part is NEST:
            self.indent += STEP
        if ending is not None:
            self.new_line()

    def close(self) -> None:
        self.indent, ending = self.around.pop()
        if ending is not None:
            self.new_line()
            self.write(ending)

    def fits(self, start: int, room: int) -> bool:
        return self.widths[self.ends[start]] - self.widths[start] <= room

    def follows(self, start: int) -> bool:
        """Whether what comes after the group at `start`, up to the next break, fits beside it."""
        inner, outer = 0, len(self.around)
        room = WIDTH - self.column + self.widths[start]
        for at in range(self.ends[start] + 1, len(self.parts)):
            part = self.parts[at]
            if type(part) is str:
                if self.widths[at + 1] > room:
                    return False
            elif part is LINE or part is BRACKET:
                return True
            elif part is HARD or part is MAYBE or part is COMMA:
                return self.widths[at] < room  # one more column
            elif part is not END:
                inner += 1
            elif inner:
                inner -= 1
            else:
                outer -= 1
                if self.around[outer][1] is not None:
                    return True
        return True


# --- literals


def escaped(text: str) -> str:
    """`text` as it stands in a string literal, its quotes left alone."""
    return repr('"' + text)[2:-1].replace("\\'", "'")


def quoted(text: str, prefer: str = '"') -> str:
    other = "'" if prefer == '"' else '"'
    quote = other if text.count(prefer) > text.count(other) else prefer
    return quote + escaped(text).replace(quote, "\\" + quote) + quote


def docstring(text: str) -> str:
    inner = text.rstrip('"')
    body = "\n".join(map(escaped, inner.split("\n"))).replace('"""', '\\"\\"\\"')
    return '"""' + body + '\\"' * (len(text) - len(inner)) + '"""'


def real_text(value: float) -> str:
    if math.isnan(value):
        return "np.nan"
    if math.isinf(value):
        return "np.inf" if value > 0 else "-np.inf"
    return float.__repr__(value)


def complex_text(value: complex) -> str:
    """A sum of literals where that is exactly `value`; a call for other zeros, inf and nan."""
    real, imag = value.real, value.imag
    negative = math.copysign(1.0, imag) < 0
    if math.isfinite(real) and math.isfinite(imag):
        if real == 0 and negative == (math.copysign(1.0, real) < 0):
            return f"{real_text(imag)}j"
        if (imag or not negative) and (real or math.copysign(1.0, real) > 0):
            return f"{real_text(real)} {'-' if negative else '+'} {real_text(abs(imag))}j"
    return f"complex({real_text(real)}, {real_text(imag)})"


# --- precedence, from astor's table; its numbers are even, so that one more is between two rows

NAMED: Final[int] = Precedence.NamedExpr
EXPR: Final[int] = Precedence.Lambda
OR: Final[int] = Precedence.Or
BIT_OR: Final[int] = Precedence.BitOr
ADD: Final[int] = Precedence.Add
USUB: Final[int] = Precedence.USub
POWER: Final[int] = Precedence.Pow
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
DEFINITIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
IMPORTS: Final = (ast.Import, ast.ImportFrom)


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


# --- expressions


class Expressions(SourceGenerator):
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
        self.expr(node.right, Precedence.PowRHS)
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


# --- statements


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
