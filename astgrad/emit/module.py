"""A function of the IR -> the text of a module: header, imports, helpers, the function."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from types import CodeType, MappingProxyType
from typing import Any

from astgrad.analysis.sharing import Sharing
from astgrad.emit.expressions import Expressions
from astgrad.emit.inline import Inline
from astgrad.emit.names import Names
from astgrad.emit.polish import polished
from astgrad.emit.statements import Statements
from astgrad.emit.text import Comment, source_text
from astgrad.emit.unbound import unbound_names
from astgrad.errors import InternalError, Span
from astgrad.ir.core import Apply, Arg, Block, Const, Op, Pack, Var
from astgrad.ir.walk import all_ops, args_of, blocks_of, free_in_block
from astgrad.references import reference
from astgrad.rules.table import Row

RESERVED = frozenset(
    "np math cmath scipy range len reversed print float int abs min max list tuple dict "
    "isinstance sum zip enumerate bool complex".split())


@dataclass(frozen=True)
class Parameter:
    """A parameter of the printed function, and the leaves that are read out of it."""

    name: str
    kind: str  # "plain", "keyword", "star", "stars"
    default: str = ""


@dataclass(frozen=True)
class Text:
    """A printed module: its text, the names it needs from outside, line -> user's span."""

    source: str
    objects: dict[str, Any]
    spans: dict[int, Span]


@dataclass(frozen=True, eq=False)
class Printed:
    """One printed function: its definition, and what its module must hold for it: `functions`
    are those that it calls, each after those that it calls itself.
    """

    function: ast.FunctionDef
    write: Expressions
    names: Names
    functions: tuple[Printed, ...] = ()


def print_function(name: str, doc: str, parameters: list[Parameter],
                   leaves: list[tuple[Var, tuple[Any, ...]]], ops: tuple[Op, ...],
                   results: tuple[Arg, ...], sharing: Sharing,
                   taken: frozenset[str] = frozenset(),
                   parallel: frozenset[Var] = frozenset(),
                   functions: Mapping[Row, str] = MappingProxyType({}),
                   tuples: frozenset[str] = frozenset()) -> Printed:
    """`functions`: the names of those that it calls; `tuples`: the parameters that are taken
    apart at once.
    """
    block = Block((), ops, results)
    inline = Inline(block, sharing)
    roots = {p.name for p in parameters}
    used = set(free_in_block(block))
    direct = {var: path[0] for var, path in leaves if len(path) == 1}
    inner = [(var, path) for var, path in leaves if len(path) > 1 and var in used]
    others = RESERVED | taken | outer_names(block) | {name} | (roots - set(direct.values()))
    others |= set(functions.values())
    names = Names(block, inline, others, direct, [var for var, _ in inner],
                  typed=bool(taken))
    write = Expressions(names, inline, functions)
    unbound = unbound_names(block, names, inline)
    statements = Statements(names, inline, write, unbound, parallel, bool(taken))
    unpack: list[ast.stmt] = [
        ast.Assign([ast.Name(names[var], ast.Store())], access(path)) for var, path in inner
        if path[0] not in tuples
    ]
    unpack += [taken_apart(p.name, [names[var] if var in used else "_" for var, path in leaves
                                    if path[0] == p.name]) for p in parameters if p.name in tuples]
    made = statements.block(ops)
    made = [*unpack, *made]
    value = [write.arg(result) for result in results]
    made.append(ast.Return(value[0] if len(value) == 1 else ast.Tuple(value, ast.Load())))
    made = polished(made)
    if doc:
        made.insert(0, ast.Expr(ast.Constant(doc)))
    function = ast.FunctionDef(name, arguments(parameters), made, [], None, None)
    if "type_params" in ast.FunctionDef._fields:
        function.type_params = []  # type: ignore[attr-defined] # new in Python 3.12
    return Printed(function, write, names)


def taken_apart(whole: str, parts: list[str]) -> ast.stmt:
    """`a, b = whole`."""
    targets: list[ast.expr] = [ast.Name(part, ast.Store()) for part in parts]
    return ast.Assign([ast.Tuple(targets, ast.Store())], ast.Name(whole, ast.Load()))


def outer_names(block: Block) -> set[str]:
    """The names by which a block refers to functions, classes and modules from outside."""
    found: set[str] = set()
    for op in all_ops(block):
        if isinstance(op, Apply) and op.rule.needs is not None:
            found.add(op.rule.needs.root)
        stack = [*args_of(op), *(r for b in blocks_of(op) for r in b.results)]
        while stack:
            arg = stack.pop()
            if isinstance(arg, Pack):
                stack += arg.items
                found |= {k.__name__ for k in arg.keys if isinstance(k, type)}
            elif isinstance(arg, Const) and callable(arg.value):
                text = str(arg.text or getattr(arg.value, "__name__", "value"))
                found.add(reference(arg.value, text).root)
    return found


def module_text(*functions: Printed) -> Text:
    """The module of these functions: imports, helpers, the functions and those they call."""
    functions = tuple(dict.fromkeys(
        inner for f in functions for inner in (*f.functions, f)))
    modules = {m for f in functions for m in f.write.modules}
    wanted = {k: h for f in functions for k, h in f.write.helpers.items()}
    helpers = [ast.parse(source) for source in helper_closure(wanted)]
    modules |= {node.id for helper in helpers for node in ast.walk(helper)
                if isinstance(node, ast.Name) and node.id in ("np", "math", "cmath")}
    imports: list[ast.stmt] = []
    if "cmath" in modules:
        imports.append(ast.Import([ast.alias("cmath")]))
    if "math" in modules:
        imports.append(ast.Import([ast.alias("math")]))
    if "np" in modules:
        imports.append(ast.Import([ast.alias("numpy", "np")]))
    imports += [ast.Import([ast.alias(m)]) for m in sorted(modules - {"np", "math", "cmath"})]
    classes = {c for f in functions for c in f.write.classes}
    imports += [ast.ImportFrom(m, [ast.alias(n)], 0) for m, n in sorted(classes)]
    written = [statement for helper in helpers for statement in helper.body]
    text = source_text([*imports, *written, *(f.function for f in functions)])
    objects = {k: v for f in functions for k, v in f.write.objects.items()}
    spans: dict[int, Span] = {}
    for f in functions:
        spans |= line_spans(text, f.function.name, f.function)
    return Text(text, objects, spans)


def helper_closure(helpers: dict[str, Any]) -> list[str]:
    """The sources of helpers, those that they call first."""
    made: dict[str, str] = {}

    def visit(function: Any) -> None:
        if function.__name__ in made:
            return
        source = textwrap.dedent(inspect.getsource(function))
        for inner in names_in(function.__code__):
            other = function.__globals__.get(inner)
            if other is not function and str(getattr(other, "__module__", "")).startswith(
                "astgrad.runtime"):
                visit(other)
        made[function.__name__] = source

    for key in sorted(helpers):
        visit(helpers[key])
    return list(made.values())


def names_in(code: CodeType) -> list[str]:
    """The names that a function's code looks up outside, in its comprehensions too."""
    nested = (const for const in code.co_consts if isinstance(const, CodeType))
    return [*code.co_names, *(name for inner in nested for name in names_in(inner))]


def access(path: tuple[Any, ...]) -> ast.expr:
    node: ast.expr = ast.Name(path[0], ast.Load())
    for step in path[1:]:
        if isinstance(step, list):
            node = ast.Subscript(node, ast.Constant(step[0]), ast.Load())
        elif isinstance(step, int):
            node = ast.Subscript(node, ast.Constant(step), ast.Load())
        else:
            node = ast.Attribute(node, step.lstrip("."), ast.Load())
    return node


def arguments(parameters: list[Parameter]) -> ast.arguments:
    plain = [p for p in parameters if p.kind == "plain"]
    keyword = [p for p in parameters if p.kind == "keyword"]
    star = next((ast.arg(p.name) for p in parameters if p.kind == "star"), None)
    stars = next((ast.arg(p.name) for p in parameters if p.kind == "stars"), None)
    defaults = [ast.parse(p.default, mode="eval").body for p in plain if p.default]
    kw_defaults: list[ast.expr | None] = [
        ast.parse(p.default, mode="eval").body if p.default else None for p in keyword]
    return ast.arguments([], [ast.arg(p.name) for p in plain], star,
                         [ast.arg(p.name) for p in keyword], kw_defaults, stars, defaults)


def line_spans(text: str, name: str, function: ast.FunctionDef) -> dict[int, Span]:
    """Which line of the text stands for which statement of the user."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise InternalError(f"the printed text is not Python ({error}):\n{text}") from None
    printed = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name)
    found: dict[int, Span] = {}
    pairs = [(printed.body, function.body)]
    while pairs:
        left, right = pairs.pop()
        real = [n for n in right if not isinstance(n, Comment)]
        for a, b in zip(left, real, strict=False):
            span = getattr(b, "astgrad_span", None)
            if span is not None:  # a statement in a block comes after the one around it
                found |= dict.fromkeys(range(a.lineno, (a.end_lineno or a.lineno) + 1), span)
            pairs += [(getattr(a, part), getattr(b, part)) for part in ("body", "orelse")
                      if isinstance(getattr(b, part, None), list)]
    return found
