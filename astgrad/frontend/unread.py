"""Statements whose value nobody reads: they stay in the program where they may raise, as checks
that users write (`np.linalg.cholesky(a)`) do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from astgrad.analysis.infer import BROADCASTING
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Items, Ref
from astgrad.ir.core import Apply, Const, Var
from astgrad.ir.sizes import fact_of_arg, same_shape

DIVISIONS = ("Div", "FloorDiv", "Mod")
RAISING = ("[]", "int", "float", "Pow", *DIVISIONS)


def unread(lo: Lowering, value: Any) -> None:
    """Keep the op that made a value for the error that it may raise."""
    if isinstance(value, Ref) and not isinstance(lo.state.heap[value.obj], Items):
        value = lo.state.heap[value.obj] if not value.path else lo.read(value)
    op = lo.build.made.get(value) if isinstance(value, Var) else None
    if op is None or op.rule.effect or not may_raise(op) or op not in lo.build.ops:
        return
    kept = replace(op, rule=replace(op.rule, effect="raises"))
    lo.build.ops[lo.build.ops.index(op)] = lo.build.made[op.outs[0]] = kept


def may_raise(op: Apply) -> bool:
    """Whether an op may raise for arguments of the kinds that it has."""
    name = op.rule.name
    facts = [fact_of_arg(arg) for arg in op.args]
    arrays = [fact for fact in facts if fact.kind == "array"]
    if name.startswith(("np.linalg.", "math.", "scipy.linalg.")) or name == "MatMult":
        return True
    if op.rule.kind == "elementwise" or name in BROADCASTING:
        if any(not same_shape(fact.shape, arrays[0].shape) for fact in arrays[1:] if fact.rank):
            return True
        divides = name in DIVISIONS and fact_of_arg(op.args[1]).kind == "number"
        return not arrays and (divides or name == "Pow")
    return name in RAISING


def divides_by_zero(op: str, *args: Any) -> bool:
    """Whether a division of Python's numbers is sure to raise, whoever reads its result."""
    return op in DIVISIONS and isinstance(args[1], Const) and args[1].value == 0 and all(
        fact_of_arg(arg).kind == "number" for arg in args)
