"""Calls that give a view of an array: a path into it, which a write goes through."""

from __future__ import annotations

from typing import Any

from astgrad.analysis.builder import bind
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Ref
from astgrad.ir.core import Const, Pack
from astgrad.rules.table import Row

SAME = ("np.asarray", "np.asanyarray", "np.atleast_1d", "np.real")  # of an array: it, or a view
COPIES = ("np.ascontiguousarray", "np.asfortranarray", "np.diag")  # of some arrays


def view_of(lo: Lowering, row: Row, args: tuple[Any, ...], keywords: dict[str, Any]
            ) -> Any:
    ref = args[0]
    if lo.fact(ref).kind != "array":
        return None
    rest = [lo.read(a) for a in args[1:]]
    bound = bind(row, [Const(None), *rest], {k: lo.read(v) for k, v in keywords.items()})
    first = row.params[0]
    if row.alias == f"{first}?":
        step = Pack("step", bound[1:], (row,)) if row.name not in (*SAME, *COPIES) else None
        if row.name in SAME and _unchanged(lo, row, ref):
            return ref
        if row.name == "np.ravel" and not ref.path and ref.obj.contiguous is False:
            return lo.apply(row, lo.read(ref), *bound[1:])
        if step is None or ref.path or not ref.obj.contiguous or row.name == "unbroadcast":
            return lo.wrap_shared(lo.build.apply(row, lo.read(ref), *bound[1:]), ref.obj)
    else:
        step = Pack("step", bound[1:], (row,))
    return Ref(ref.obj, (*ref.path, step))


def _unchanged(lo: Lowering, row: Row, ref: Ref) -> bool:
    fact = lo.fact(ref)
    if row.name == "np.real":
        return not fact.is_complex
    return row.name in ("np.asarray", "np.asanyarray") or bool(fact.rank)
