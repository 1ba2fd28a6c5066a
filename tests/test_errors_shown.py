"""Rejected inputs: each message, place and caret, to the letter, and the rewrites that they suggest."""

import linecache
import traceback
import types
import warnings

import numpy as np
import pytest
from rejected import CASES
from trees import limit

import astgrad
from astgrad.errors import AstgradError, InternalError, UnsupportedError

FILE = "model.py"

# Accepted, or rejected in another way, today: each line goes when its reason does.
NOT_YET: dict[str, str] = {}
ELSEWHERE = {"unknown function of a module"}  # whose caret is in a file of Python's own
NO_REWRITE: dict[str, str] = {}
# Rejected as Python or NumPy reject it, with a note that names the user's line.
RESULTS = {"array result", "no result", "tuple result", "text result"}  # whose message is about the result
BUILTIN = {
    "missing argument": TypeError,
    "shapes": ValueError,
    "shapes of a product": ValueError,
    "an error of the primal": ValueError,
    "unbound": UnboundLocalError,
}


def call(text, expression):
    """Evaluate the call over a module text, whose functions have source."""
    module = types.ModuleType("model")
    linecache.cache[FILE] = (len(text), None, text.splitlines(keepends=True), FILE)
    exec(compile(text, FILE, "exec"), module.__dict__)
    names = {name: getattr(astgrad, name) for name in ("grad", "jvp", "vjp")}
    space = {**names, "np": np, "X": np.array([0.5, 1.5, 2.5]), "f": module.f}
    with limit(60):
        return eval(expression, space)


def shown(text, expression):
    """The exception, and what a user reads of it: its type, message and notes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            value = call(text, expression)
    except Exception as error:
        notes = "".join(f"\n{note}" for note in getattr(error, "__notes__", ()))
        return error, f"{type(error).__name__}: {error}{notes}"
    return None, f"accepted: {value!r}"


def named(reasons):
    return [
        pytest.param(name, marks=[pytest.mark.xfail(reason=reasons[name], strict=True)] if name in reasons else [])
        for name in CASES
    ]


@pytest.mark.parametrize("name", named(NOT_YET))
def test_is_rejected(name):
    """By an AstgradError that is the builtin a user would catch; with a caret where it is about code."""
    text, expression, _ = CASES[name]
    error, message = shown(text, expression)
    assert error is not None, message
    assert not isinstance(error, InternalError), message
    if name not in RESULTS:
        assert "a function that returns one number" not in message, "this hides what is wrong"
    if name in BUILTIN:
        assert isinstance(error, BUILTIN[name]), message
        return
    assert isinstance(error, AstgradError), "".join(traceback.format_exception(error))
    if isinstance(error, UnsupportedError):
        assert isinstance(error, SyntaxError)
        assert all(problem.span is not None for problem in error.problems), message
        if name in ELSEWHERE:
            return
        assert all(problem.span.filename == FILE for problem in error.problems), message
        drawn = "".join(traceback.format_exception_only(error))
        assert f'File "{FILE}", line ' in drawn
        assert "^" in drawn
    else:
        assert isinstance(error, TypeError | ValueError | OSError), message


def test_messages(golden):
    """The text of every message is in one file."""
    parts = []
    for name, (text, expression, _) in CASES.items():
        if name in NOT_YET or name in ELSEWHERE:
            continue  # the next one to mend it adds it with --update-golden
        _, message = shown(text, expression)
        parts.append(f"=== {name}\n{text.rstrip()}\n\n>>> {expression}\n{message}\n")
    golden("errors.txt", "\n".join(parts))


@pytest.mark.parametrize("name", named(NO_REWRITE))
def test_the_rewrite_works(name):
    _, expression, rewrite = CASES[name]
    if rewrite is None:
        return
    value = call(rewrite, expression)
    assert np.all(np.isfinite(value))


def test_all_problems_are_reported_at_once():
    text, expression, _ = CASES["several at once"]
    error, message = shown(text, expression)
    assert len(error.problems) == 3, message
    assert message.count("^") >= 3


def test_there_are_enough():
    assert len(CASES) - len(NOT_YET) >= 40
