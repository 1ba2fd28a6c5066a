"""`stop_gradient` in a program: its leaves by a row that has no derivative."""

from __future__ import annotations

from typing import Any

from astgrad.derive.trees import is_active, rebuilt
from astgrad.frontend.lower import Lowering
from astgrad.ir.core import Arg, Var
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules.table import constant

STOP = constant("x", alias="x", cheap=True, name="stop_gradient", fact=fact_of_arg)


def stop_inside(lo: Lowering, args: tuple[Any, ...], keywords: dict[str, Any], node: Any) -> Any:
    def leaf(arg: Arg) -> Any:
        if not isinstance(arg, Var):
            return arg
        return lo.apply(STOP, arg) if is_active(arg) else lo.wrap(arg)

    (value,) = (*args, *keywords.values())
    heap = dict(lo.state.heap)
    if not hasattr(value, "obj") or not value.path:
        return rebuilt(lo, heap, value, leaf)
    return lo.apply(STOP, lo.read(value))
