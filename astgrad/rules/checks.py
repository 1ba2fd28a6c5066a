"""Rows that look at the derivative while it runs, and change nothing."""

from __future__ import annotations

from typing import Any

from astgrad.rules.table import constant


def _assert_empty(tape: Any) -> None:
    assert not tape, f"a tape ends with {len(tape)} values"


# `effect="check"`: kept if what it looks at is there without it; `settled` says so.
WEAK = constant("ends_empty(tape)", effect="check")
SURE = constant("assert_empty(tape)", effect="raises")
WEAK.evaluate = SURE.evaluate = _assert_empty
