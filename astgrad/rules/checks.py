"""Rows that look at the derivative while it runs, and change nothing."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from astgrad.rules.table import Row, constant
from astgrad.runtime.adjoints import check_adjoint


def _assert_empty(tape: Any) -> None:
    assert not tape, f"a tape ends with {len(tape)} values"


# `effect="check"`: stands only where what it looks at is there without it.
WEAK = constant("ends_empty(tape)", effect="check")
SURE = constant("assert_empty(tape)", effect="check")
WEAK.evaluate = SURE.evaluate = _assert_empty
CHECK_ADJOINT = constant("check_adjoint(bar, shape, dtype, name, place)", effect="check")
CHECK_ADJOINT.evaluate = check_adjoint


def looks(rule: Row, first: Iterable[Any], live: Container[Any]) -> bool:
    """Whether a check stays where these variables are live: `first` are those of its first arg."""
    if rule is CHECK_ADJOINT:
        return all(var in live for var in first)
    return rule is SURE
