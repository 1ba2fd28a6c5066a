"""How errors look, what builtins they are, and that Python itself draws the first caret."""

import inspect
import os
import pickle
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

import astgrad
from astgrad import errors
from astgrad.errors import (
    AliasError,
    ArgumentError,
    AstgradError,
    InternalError,
    NoSourceError,
    Problem,
    RuleError,
    Span,
    UnsupportedError,
    render,
)

LINE = "    y = x @ w + bias"
SPAN = Span("/home/me/model.py", 12, 8, 12, 13, LINE)
WHOLE = Span("/home/me/model.py", 3, 4, 5, 9, "    def f(x):\n        y = x\n        z")
FIRST = Problem("`@` is not known here", SPAN, "use np.dot(x, w)")
SECOND = Problem("`f` may not return", WHOLE, notes=(("called here", SPAN),))

BUILTINS = {
    UnsupportedError: SyntaxError,
    ArgumentError: TypeError,
    NoSourceError: OSError,
    RuleError: ValueError,
    AliasError: ValueError,
    InternalError: RuntimeError,
}

RENDERED_FIRST = """\
model.py:12: `@` is not known here
    y = x @ w + bias
        ^^^^^
  fix: use np.dot(x, w)"""

RENDERED_SECOND = """\
model.py:3: `f` may not return
    def f(x):
    ^^^^^^^^^
  note: model.py:12: called here
        y = x @ w + bias
            ^^^^^"""


def test_render():
    assert render(FIRST) == RENDERED_FIRST
    assert render(SECOND) == RENDERED_SECOND
    assert render(Problem("just so")) == "just so"
    assert render(Problem("no place", fix="a\n  b")) == "no place\n  fix: a\n         b"


@pytest.mark.parametrize(
    ("line", "word", "caret"),
    [
        ("\ta = b\t+ c", "c", "     \t  ^"),
        ("é = naïve", "naïve", "    ^^^^^"),
        ("s = '漢字' + x", "x", " " * 13 + "^"),
        ("s = '漢字' + x", "'漢字'", "    ^^^^^^"),
        ("e\u0301 = x", "x", "    ^"),
    ],
)
def test_caret_stands_under_the_word(line, word, caret):
    col = line.index(word)
    shown = render(Problem("m", Span("f.py", 1, col, 1, col + len(word), line)))
    assert shown.split("\n")[2] == "    " + caret


def test_degenerate_spans_still_have_a_caret():
    for span in (Span("f.py", 1, 0, 1, 0, ""), Span("f.py", 1, 9, 1, 9, "x"), SPAN):
        assert "^" in render(Problem("m", span))


@pytest.mark.parametrize(
    ("filename", "short"),
    [
        ("/a/b/c.py", "c.py:7"),
        ("c.py", "c.py:7"),
        ("<doctest a/b.txt[0]>", "<doctest a/b.txt[0]>:7"),
    ],
)
def test_short(filename, short):
    assert Span(filename, 7, 0, 7, 1, "x").short() == short


@pytest.mark.parametrize("kind", BUILTINS)
def test_each_is_its_builtin_and_shows_all_problems(kind):
    error = kind([FIRST, SECOND])
    assert isinstance(error, AstgradError)
    assert isinstance(error, BUILTINS[kind])
    assert RENDERED_FIRST in str(error)
    advice = f"  fix: {errors.REPORT}\n" if kind is InternalError else ""
    assert RENDERED_SECOND in str(error).replace(advice, "")
    assert [each.message for each in error.problems] == [FIRST.message, SECOND.message]
    assert str(kind("plain")).startswith("plain")
    assert str(kind(FIRST)) == RENDERED_FIRST


def test_all_errors_are_in_the_table_of_this_test():
    kinds = {
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, AstgradError) and kind is not AstgradError
    }
    assert kinds == set(BUILTINS)


@pytest.mark.parametrize("kind", [AstgradError, *BUILTINS])
@pytest.mark.parametrize("problems", ["plain", FIRST, (FIRST, SECOND)])
def test_pickle(kind, problems):
    error = kind(problems)
    error.add_note("a note")
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        back = pickle.loads(pickle.dumps(error, protocol))
        assert type(back) is kind
        assert str(back) == str(error)
        assert back.problems == error.problems
        assert back.__notes__ == ["a note"]
        assert traceback.format_exception_only(back) == traceback.format_exception_only(error)


def test_syntax_error_fields():
    error = UnsupportedError([FIRST, SECOND])
    assert (error.filename, error.lineno, error.offset) == ("/home/me/model.py", 12, 9)
    assert (error.end_lineno, error.end_offset) == (12, 14)
    assert error.text == LINE + "\n"
    assert LINE[error.offset - 1 : error.end_offset - 1] == "x @ w"


def test_fields_of_a_span_of_several_lines_stay_on_the_first():
    error = UnsupportedError(SECOND)
    assert (error.lineno, error.offset, error.end_lineno, error.end_offset) == (3, 5, 3, 14)


def test_no_place():
    error = UnsupportedError("nothing works")
    assert error.filename is error.lineno is error.text is None
    assert traceback.format_exception_only(error) == [
        "astgrad.errors.UnsupportedError: nothing works\n"
    ]


EXPECTED = (
    """\
  File "/home/me/model.py", line 12
    y = x @ w + bias
        ^^^^^
astgrad.errors.UnsupportedError: `@` is not known here
  fix: use np.dot(x, w)

"""
    + RENDERED_SECOND
)


def test_traceback_module_draws_the_first_caret():
    lines = traceback.format_exception_only(UnsupportedError([FIRST, SECOND]))
    assert "".join(lines) == EXPECTED + "\n"


def test_interpreter_draws_the_first_caret():
    program = f"""
from astgrad.errors import *
raise UnsupportedError([{FIRST!r}, {SECOND!r}])
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(astgrad.__file__).parents[1])}
    line = [sys.executable, "-c", program]
    done = subprocess.run(line, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1
    if sys.version_info < (3, 13):  # written in C, it draws one caret for classes of our own
        expected = EXPECTED.replace("        ^^^^^\nastgrad", "        ^\nastgrad")
    else:
        expected = EXPECTED
    assert expected in done.stderr
    assert "During handling" not in done.stderr


def test_at_places_only_what_has_no_place():
    error = ArgumentError([Problem("here"), SECOND]).at(SPAN)
    assert type(error) is ArgumentError
    assert [each.span for each in error.problems] == [SPAN, WHOLE]
    placed = UnsupportedError("late").at(SPAN)
    assert (placed.lineno, placed.offset) == (12, 9)


def test_internal_error_asks_for_a_report():
    assert "please report" in str(InternalError("op without a rule"))
    assert "please report" in "".join(traceback.format_exception_only(InternalError("x")))
    assert InternalError("x").args == (str(InternalError("x")),)
    assert "please report" not in str(InternalError(FIRST))


def test_an_error_without_problems_is_a_bug():
    with pytest.raises(InternalError, match="without a problem"):
        UnsupportedError([])


def test_catching_by_the_builtin():
    with pytest.raises(SyntaxError):
        raise UnsupportedError(FIRST)
    with pytest.raises(OSError, match="gone"):
        raise NoSourceError("gone")
