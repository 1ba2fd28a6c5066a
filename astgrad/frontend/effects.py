"""The rows of `assert` and `raise`, and errors that Python raises by itself."""

from __future__ import annotations

import ast
from typing import Any

from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Known
from astgrad.ir.core import Apply, Const, Pack
from astgrad.rules.table import Row


def effect_row(name: str, params: tuple[str, ...]) -> Row:
    expression = ast.parse(f"{name}({', '.join(params)})", mode="eval").body
    return Row(name, "constant", params, {}, expression, effect="raises", name=name)


def _assert(test: Any, message: Any) -> None:
    if not test:
        raise AssertionError(*([] if message is None else [message]))


def _raise(error: Any) -> None:
    raise error


def raised(lo: Lowering, error: type[Exception], message: str) -> Apply:
    """The op that raises a builtin error."""
    call = Pack("call", (Const(message),), (Known(error, error.__name__), None))
    return Apply((), RAISE, (call,), lo.build.span)


ASSERT = effect_row("assert_", ("test", "message"))
RAISE = effect_row("raise_", ("error",))
ASSERT.evaluate, RAISE.evaluate = _assert, _raise
