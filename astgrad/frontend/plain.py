"""Values that are known as Python values before the program runs."""

from __future__ import annotations

from typing import Any

from astgrad.frontend.values import Known, Tup
from astgrad.ir.core import Const

UNPLAIN = object()


def plain(value: Any) -> Any:
    if isinstance(value, Const):
        return value.value
    if isinstance(value, Known):
        return value.value
    if isinstance(value, Tup) and all(plain(i) is not UNPLAIN for i in value.items):
        return tuple(plain(i) for i in value.items)
    return UNPLAIN
