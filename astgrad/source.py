"""Find and parse the source of one function.

In: a Python function.
Out: a `FunctionSource`: the function as a gast node whose positions are those of the user's file,
the file's lines, and `span`, which turns any node of it into a `Span`.
Holds: it is the source of the code object itself, never of `__wrapped__`: the text is compiled
again and compared with it. Where they differ (the file has changed), or where there is no text,
`NoSourceError` says what to do. Text comes through linecache, where notebooks and doctests put it.
"""

from __future__ import annotations
import __future__

import ast
import linecache
import sys
import threading
import types
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import gast

from astgrad.errors import NoSourceError, Problem, Span

if TYPE_CHECKING:
    import dis
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["FunctionSource", "function_source"]

LOCK = threading.RLock()  # `warnings.catch_warnings` and linecache are not thread-safe
ANNOTATIONS = __future__.annotations.compiler_flag  # no other `__future__` import changes code now
KIND = 0x04 | 0x08 | 0x20 | 0x80 | 0x200  # *args, **kwargs, generator, coroutine, async generator


@dataclass(frozen=True)
class FunctionSource:
    """A function's source: its gast node (without decorators), its file and that file's lines."""

    node: gast.FunctionDef | gast.AsyncFunctionDef | gast.Lambda = field(repr=False)
    filename: str
    lines: tuple[str, ...] = field(repr=False)
    name: str

    def span(self, node: gast.AST) -> Span:
        """Return the place of `node`.

        A node without a position has that of its children, else that of the function.
        """
        places = list(_places(node)) or list(_places(self.node))
        start = min(place[:2] for place in places)
        end = max(place[2:] for place in places)
        text = "\n".join(self.lines[start[0] - 1 : end[0]])
        return Span(self.filename, *self._characters(*start), *self._characters(*end), text)

    def _characters(self, line: int, col: int) -> tuple[int, int]:
        """Return a line and a column in characters for a column in utf-8 bytes."""
        return line, len(self.lines[line - 1].encode()[:col].decode(errors="replace"))


def _places(node: gast.AST) -> Iterator[tuple[int, int, int, int]]:
    """Yield line, column, last line and end column of `node`, or of its children if it has none."""
    if getattr(node, "end_lineno", None) is not None:
        yield node.lineno, node.col_offset, node.end_lineno, node.end_col_offset
        return
    for child in gast.iter_child_nodes(node):
        yield from _places(child)


def function_source(fn: Callable[..., object]) -> FunctionSource:
    """Return the source of `fn`, as it was compiled.

    Raises `NoSourceError` where there is none, or where the file has changed since.

    >>> import textwrap
    >>> source = function_source(textwrap.dedent)
    >>> source.node.name, source.span(source.node).text.splitlines()[0]
    ('dedent', 'def dedent(text):')
    """
    if not isinstance(fn, types.FunctionType):
        raise NoSourceError(_not_python(fn))
    code = fn.__code__
    with LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the user has seen them when the text was compiled first
        text = _text(fn)
        if not text:
            raise NoSourceError(_no_text(code))
        lines = tuple(text.split("\n")[:-1])
        try:
            node = _definition(text, code)
        except (SyntaxError, ValueError) as error:
            raise NoSourceError(_changed(code, lines)) from error
    if node is None:
        raise NoSourceError(_changed(code, lines))
    copied = gast.ast_to_gast(node)
    if not isinstance(node, ast.Lambda):
        copied.decorator_list = []
    return FunctionSource(copied, code.co_filename, lines, code.co_name)


def _text(fn: types.FunctionType) -> str:
    """Return the whole text of the file, cell or string that holds `fn`; "" if there is none."""
    code = fn.__code__
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename, fn.__globals__)
    if not lines and hasattr(linecache, "_getlines_from_code"):  # from 3.13.1: prompt, `python -c`
        lines = linecache._getlines_from_code(code) or []  # noqa: SLF001 - inspect does so too
    return "".join(line.rstrip("\r\n") + "\n" for line in lines)


@lru_cache(maxsize=32)
def _parse(filename: str, text: str) -> ast.Module:
    """Return the tree of `text`; it is shared and must not be changed."""
    return ast.parse(text, filename)


def _definition(text: str, code: types.CodeType) -> ast.AST | None:
    """Return the definition in `text` that compiles to `code`."""
    nodes = [node for top in _at_line(text, code) for node in ast.walk(top)]
    select = _lambda if code.co_name == "<lambda>" else _def
    for compiled in _variants(text, code):
        found = select(nodes, compiled, code)
        if found is not None:
            return found
    return None


def _at_line(text: str, code: types.CodeType) -> list[ast.stmt]:
    """Return the module's own statements that hold the first line of `code`."""
    found = []
    for top in _parse(code.co_filename, text).body:
        first = min([top.lineno, *(each.lineno for each in getattr(top, "decorator_list", ()))])
        if first <= code.co_firstlineno <= (top.end_lineno or first):
            found.append(top)
    return found


def _variants(text: str, code: types.CodeType) -> Iterator[types.CodeType]:
    """Yield the text compiled in the ways that may have made `code`.

    The module's imports change how calls compile, and notebooks and the prompt compile each
    statement alone.
    """
    filename, annotations = code.co_filename, code.co_flags & ANNOTATIONS
    with suppress(SyntaxError):
        yield _compile_file(filename, text, annotations)
    yield _compile(ast.Module(_at_line(text, code), []), filename, annotations)
    if _has_rewritten_asserts(code):
        for tree in _rewrite_asserts(text, filename):
            yield _compile(tree, filename, annotations)


@lru_cache(maxsize=32)
def _compile_file(filename: str, text: str, annotations: int) -> types.CodeType:
    """Return the code of `text`."""
    return _compile(_parse(filename, text), filename, annotations)


def _compile(tree: ast.Module, filename: str, annotations: int) -> types.CodeType:
    """Compile `tree`, with or without `from __future__ import annotations`."""
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | annotations  # notebooks may await
    compiled: types.CodeType = compile(tree, filename, "exec", flags=flags, dont_inherit=True)
    return compiled


def _nested(code: types.CodeType) -> Iterator[types.CodeType]:
    """Yield all code objects inside `code`."""
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield const
            yield from _nested(const)


def _def(
    nodes: Sequence[ast.AST], compiled: types.CodeType, code: types.CodeType
) -> ast.AST | None:
    """Return the `def` that compiles to `code`; it begins at its first decorator, or at itself."""
    for node in nodes:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        lines = {node.lineno, *(each.lineno for each in node.decorator_list[:1])}
        if code.co_firstlineno not in lines:
            continue
        for each in _nested(compiled):
            begins = each.co_name == code.co_name and each.co_firstlineno in lines
            if begins and meaning(each) == meaning(code):
                return node
    return None


def _lambda(
    nodes: Sequence[ast.AST], compiled: types.CodeType, code: types.CodeType
) -> ast.AST | None:
    """Return the lambda that compiles to `code`: of several on a line, the one at the same columns.

    Where columns tell nothing (in 3.12 a body that is a constant has none), lambdas of equal
    meaning are interchangeable.
    """
    wanted = meaning(code)
    line = code.co_firstlineno
    lambdas = [node for node in nodes if isinstance(node, ast.Lambda) and node.lineno == line]
    loads = list(_loads(compiled, line))
    if len(lambdas) > 1 and any(place[2] is None for place, _ in loads):
        raise NoSourceError(_no_columns(code))
    fitting: list[ast.Lambda] = []
    for node in lambdas:
        own = (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)
        for place, load in loads:
            if (place == own or place[2] is None) and meaning(load) == wanted:
                if list(load.co_positions()) == list(code.co_positions()):
                    return node
                fitting.append(node)
    return fitting[0] if fitting else None


def _loads(compiled: types.CodeType, line: int) -> Iterator[tuple[dis.Positions, types.CodeType]]:
    """Yield the code objects that begin at `line`, each with the place of what loads it."""
    import dis  # only lambdas need it

    for parent in (compiled, *_nested(compiled)):
        consts = [const for const in parent.co_consts if isinstance(const, types.CodeType)]
        if all(const.co_firstlineno != line for const in consts):
            continue
        for step in dis.get_instructions(parent):
            if step.argval in consts and step.argval.co_firstlineno == line and step.positions:
                yield step.positions, step.argval


def meaning(code: types.CodeType) -> tuple[Any, ...]:
    """Return what code objects share if they do the same, wherever they stand."""
    return (
        (code.co_name, code.co_flags & KIND),
        (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount),
        (code.co_varnames, code.co_names, code.co_freevars, code.co_cellvars),
        (code.co_code, code.co_exceptiontable),
        tuple(map(_constant, code.co_consts)),
    )


def _constant(value: object) -> object:
    """Return a key by which constants are equal if their type and bits are."""
    match value:
        case types.CodeType():
            return meaning(value)
        case tuple():
            return tuple(map(_constant, value))
        case frozenset():
            return frozenset(map(_constant, value))
        case float() | complex():
            return type(value), repr(value)
        case _:
            return type(value), value


def _has_rewritten_asserts(code: types.CodeType) -> bool:
    """Say whether pytest compiled `code`: it rewrites the `assert` statements of test modules."""
    return any("@pytest_ar" in each.co_names for each in (code, *_nested(code)))


def _rewrite_asserts(text: str, filename: str) -> Iterator[ast.Module]:
    """Yield the tree of `text` as pytest has rewritten it, if pytest runs."""
    pytest_rewrite = sys.modules.get("_pytest.assertion.rewrite")
    if pytest_rewrite is None:
        return
    configs = [
        hook.config
        for hook in sys.meta_path
        if isinstance(hook, pytest_rewrite.AssertionRewritingHook)
    ]
    tree = ast.parse(text, filename)
    pytest_rewrite.rewrite_asserts(tree, text.encode(), filename, *configs[:1])
    yield tree


def _not_python(fn: object) -> Problem:
    """Say that `fn` is no Python function."""
    name = getattr(fn, "__name__", repr(fn))
    if isinstance(fn, types.MethodType):
        message = f"`{name}` is a bound method, and the source is that of its function"
        return Problem(message, fix="pass its `__func__`")
    kind = type(fn).__name__
    message = f"`{name}` is a {kind}, not a function written in Python: it has no source"
    return Problem(message, fix="call it in a `def` or a `lambda`, and differentiate that")


def _no_text(code: types.CodeType) -> Problem:
    """Say that the text of `code` is nowhere, and how to keep it next time."""
    name, filename = code.co_name, code.co_filename
    if filename == "<stdin>":
        message = f"`{name}` has no source: this prompt, or a program on standard input, keeps none"
        fix = "put it into a file, or use IPython, Jupyter or the prompt of Python 3.13"
        return Problem(message, fix=fix)
    if not filename.startswith("<"):
        message = f"`{name}` has no source: its file {filename} cannot be read"
        return Problem(message, fix="bring the file back, or import the function from where it is")
    message = f"`{name}` has no source: exec, eval and `python -c` keep none of {filename}"
    fix = (
        "put it into a file, or register its text under a name of its own before it is compiled:\n"
        'linecache.cache["<mine>"] = (len(text), None, text.splitlines(True), "<mine>")\n'
        'exec(compile(text, "<mine>", "exec"))'
    )
    return Problem(message, fix=fix)


def _changed(code: types.CodeType, lines: Sequence[str]) -> Problem:
    """Say that the text is not what `code` was compiled from, and show what stands there now."""
    span = None
    if code.co_firstlineno <= len(lines):
        line = lines[code.co_firstlineno - 1]
        start, end = len(line) - len(line.lstrip()), len(line.rstrip())
        span = Span(code.co_filename, code.co_firstlineno, start, code.co_firstlineno, end, line)
    name = code.co_name
    message = f"this is not what `{name}` was compiled from: the text has changed since"
    if span is None:
        message += f" ({code.co_filename} now ends before line {code.co_firstlineno})"
    fix = (
        "reload the module (importlib.reload) or restart Python, and differentiate again; "
        "give text made by a program a name of its own in linecache; "
        "exempt the module from import hooks that rewrite it"
    )
    return Problem(message, span, fix)


def _no_columns(code: types.CodeType) -> Problem:
    """Say that lambdas on one line cannot be told apart."""
    place = f"line {code.co_firstlineno} of {code.co_filename}"
    message = f"{place} has several lambdas, and this Python keeps no columns"
    return Problem(message, fix="write one lambda per line, or run without `-X no_debug_ranges`")
