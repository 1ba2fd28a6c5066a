"""The errors that astgrad raises, and how they look.

In: a message, or problems that know their place in the user's source (`Span`).
Out: an exception whose text says, for every problem, what is wrong, where and what to do.
Each class is an `AstgradError` and the builtin that a user would catch; all can be pickled.
`UnsupportedError` carries the `SyntaxError` fields of its first problem, so that Python's own
traceback draws that caret. Raise where you know *what*; `AstgradError.at` adds *where*.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "AliasError",
    "ArgumentError",
    "AstgradError",
    "InternalError",
    "NoSourceError",
    "Problem",
    "RuleError",
    "Span",
    "UnsupportedError",
    "render",
]

REPORT = "this is a bug in astgrad: please report it, with the function that shows it"


COMPOUND = ("for", "while", "if", "elif", "else", "with", "def", "async")


@dataclass(frozen=True)
class Span:
    """A place in the user's source.

    Lines count from 1, columns from 0 in characters; `text` holds the whole lines, without the
    last newline. `end_col` is the column after the last character. `calls` are those that led
    to it, the outermost first, as whoever reads the program notes them.
    """

    filename: str
    line: int
    col: int
    end_line: int
    end_col: int
    text: str
    calls: tuple[Any, ...] = field(default=(), compare=False, repr=False)

    def __reduce__(self) -> tuple[type[Span], tuple[object, ...]]:
        """Pickle without the calls, which belong to the program that was read."""
        return Span, (self.filename, self.line, self.col, self.end_line, self.end_col, self.text)

    def short(self) -> str:
        """Return the place as `file.py:12`, without folders.

        >>> Span("/home/me/model.py", 12, 4, 12, 9, "    x + y").short()
        'model.py:12'
        """
        name = self.filename if self.filename.startswith("<") else PurePath(self.filename).name
        return f"{name}:{self.line}"

    def statement(self) -> str:
        r"""Return the statement on one line; of a compound one its head.

        >>> Span("m.py", 3, 0, 4, 9, "for x in y:\n    z += x").statement()
        'for x in y:'
        """
        lines = self.text.split("\n")
        words = lines[0].split(maxsplit=1)
        compound = bool(words) and words[0].rstrip(":") in COMPOUND
        return " ".join((lines[0] if compound else self.text).split())

    def first_line(self) -> tuple[str, int, int]:
        """Return the first line, and the columns where the span starts and ends on it."""
        line = self.text.split("\n", 1)[0]
        end = self.end_col if self.end_line == self.line else len(line.rstrip())
        start = min(self.col, len(line))
        return line, start, max(end, start + 1)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: what, where, what to do, and other places that matter."""

    message: str
    span: Span | None = None
    fix: str = ""
    notes: tuple[tuple[str, Span], ...] = ()


def render(problem: Problem) -> str:
    """Return `problem` as text: place and message, the user's line, a caret, the fix, the notes.

    >>> span = Span("m.py", 3, 7, 3, 8, "return x + 1")
    >>> print(render(Problem("`x` may be unbound", span, "bind it first")))
    m.py:3: `x` may be unbound
        return x + 1
               ^
      fix: bind it first
    """
    if problem.span is None:
        return problem.message + _advice(problem)
    return _placed(problem.message, problem.span) + _advice(problem)


def _advice(problem: Problem) -> str:
    """Return what follows the caret: the fix and the notes, each on lines of its own."""
    text = "\n  fix: " + _hang(problem.fix, 7) if problem.fix else ""
    for message, span in problem.notes:
        text += "\n  note: " + _hang(_placed(message, span), 4)
    return text


def _placed(message: str, span: Span) -> str:
    """Return `message` behind its place and above the user's line and a caret."""
    line, start, end = span.first_line()
    body = line.lstrip()
    indent = len(line) - len(body)
    start, end = max(start - indent, 0), max(end - indent, 1)
    blank = "".join("\t" if char == "\t" else " " * _width(char) for char in body[:start])
    caret = "^" * max(sum(map(_width, body[start:end])), 1)
    return f"{span.short()}: {message}\n    {body.rstrip()}\n    {blank}{caret}"


def _width(char: str) -> int:
    """Return how many columns of a terminal `char` takes."""
    if char.isascii():
        return 1
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _hang(text: str, indent: int) -> str:
    """Indent all lines of `text` but the first."""
    return text.replace("\n", "\n" + " " * indent)


class AstgradError(Exception):
    """The base of all errors that astgrad raises on purpose; `problems` holds what it reports.

    It is made from a message, a `Problem`, or a sequence of problems (at least one).
    """

    problems: tuple[Problem, ...]

    def __init__(self, problems: str | Problem | Sequence[Problem]) -> None:
        """Hold the problems; the text of the exception renders them all."""
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        if not self.problems:
            raise InternalError("an error was raised without a problem to report")
        super().__init__(str(self))

    def __str__(self) -> str:
        """Return all problems, each with its place, line and caret where they are known."""
        return "\n\n".join(map(render, self.problems))

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[Any, ...], dict[str, Any]]:
        """Pickle by the problems, from which the builtin bases' fields are made again."""
        return type(self), (self.problems,), dict(self.__dict__)

    def at(self, span: Span) -> Self:
        """Return the same error with `span` given to the problems that have no place yet."""
        return type(self)([p if p.span else replace(p, span=span) for p in self.problems])


class UnsupportedError(AstgradError, SyntaxError):
    """The program uses what astgrad does not differentiate; all such places are listed."""

    def __init__(self, problems: str | Problem | Sequence[Problem]) -> None:
        """Fill the `SyntaxError` fields from the first problem, whose caret Python draws."""
        super().__init__(problems)
        first, *others = self.problems
        self.msg = "\n\n".join([first.message + _advice(first), *map(render, others)])
        if first.span is None:
            return
        line, start, end = first.span.first_line()
        self.filename, self.text = first.span.filename, line + "\n"
        self.lineno = self.end_lineno = first.span.line
        self.offset, self.end_offset = start + 1, end + 1


class ArgumentError(AstgradError, TypeError):
    """An argument of a public function, or of a derivative, has the wrong type or does not fit."""


class NoSourceError(AstgradError, OSError):
    """The source of a function cannot be found, or is no longer what was compiled."""


class RuleError(AstgradError, ValueError):
    """A rule is malformed, clashes with another, or is asked for what it does not say."""


class AliasError(AstgradError, ValueError):
    """Arrays share memory in a way for which a right derivative cannot be promised."""


class InternalError(AstgradError, RuntimeError):
    """What astgrad holds to be impossible has happened: a bug of astgrad, not of the user."""

    def __init__(self, problems: str | Problem | Sequence[Problem]) -> None:
        """Ask for a report, where a problem says nothing better."""
        super().__init__(problems)
        self.problems = tuple(p if p.fix else replace(p, fix=REPORT) for p in self.problems)
        self.args = (str(self),)
