"""Ops that write: what they are, and how far their writes reach."""

from __future__ import annotations

from astgrad.ir.core import Apply, Const, Op
from astgrad.ir.sizes import fact_of_arg


def is_update(op: Op) -> bool:
    return isinstance(op, Apply) and (op.rule.writes is not None)


def writes_items(op: Apply) -> bool:
    """Whether an update of a list is done in the arrays that the list holds."""
    if op.rule.name == "list_add":
        return fact_of_arg(op.args[-1]).kind not in ("number", "scalar")
    return op.rule.name.endswith("_in")


def is_soft(op: Op) -> bool:
    """Whether an update stands for a result that may as well be a new array."""
    if isinstance(op, Apply) and op.rule.of is not None:
        return True
    if isinstance(op, Apply) and op.rule.name == "list_add":
        return writes_items(op)
    return (isinstance(op, Apply) and op.rule.name == "index_add"
            and isinstance(op.args[1], Const) and op.args[1].value is Ellipsis
            and op.outs[0].name.endswith("_bar"))
