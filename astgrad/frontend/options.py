"""Options of a call that its row does not know: those that say nothing, and `dtype=` of ufuncs."""

from __future__ import annotations

from typing import Any

import numpy as np

from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Known
from astgrad.ir.core import Const
from astgrad.rules import signatures
from astgrad.rules.table import Row


def converted(lo: Lowering, row: Row, args: tuple[Any, ...], keywords: dict[str, Any]
              ) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """`dtype=` of a ufunc: the arguments are converted first, as NumPy does."""
    dtype = keywords.get("dtype")
    name = row.name.removeprefix("np.")
    if dtype is None or "dtype" in row.params or not isinstance(getattr(np, name, None), np.ufunc):
        return args, keywords
    rest = {k: v for k, v in keywords.items() if k != "dtype"}
    if isinstance(dtype, Const) and dtype.value is None:
        return args, rest
    return tuple(lo.apply(".astype()", lo.read(a), lo.read(dtype))
                 if lo.fact(a).kind == "array" else a for a in args), rest


GENERAL = frozenset(("dtype", "out", "where", "order", "like", "device", "signature"))


def says_nothing(row: Row, name: str, value: Any) -> bool:
    """`dtype=None`, `order="C"` and the like say nothing."""
    if name in row.params or not isinstance(value, Const | Known):
        return False
    theirs = signatures.default(row, name)
    if type(theirs) is type(value.value) and theirs == value.value:
        return True
    names = {p.name for p in signatures.parameters(row)}
    if value.value is None:
        return name in names or not names or name in GENERAL
    return (name, value.value) in (
        ("order", "C"), ("order", "K"), ("copy", True), ("optimize", True), ("dtype", float),
        ("casting", "same_kind"), ("subok", True), ("optimize", False),
    )  # fmt: skip
