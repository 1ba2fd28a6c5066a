"""The body of a function that is called: what it returns."""

from __future__ import annotations

from typing import Any

import gast

from astgrad.frontend.lower import FLAGS, Lowering
from astgrad.frontend.state import FALSE
from astgrad.frontend.values import Closure, Either, Maybe, Method, Partial, Ref, Tup
from astgrad.ir.core import NONE, Const
from astgrad.source import FunctionSource


def holds_function(value: Any) -> bool:
    """Whether a result may still refer to the names of the call that made it."""
    if isinstance(value, Tup):
        return any(holds_function(item) for item in value.items)
    return isinstance(value, Closure | Partial | Ref | Method)


def run_body(lo: Lowering, source: FunctionSource) -> Any:
    """The value that a function's body returns, in the current frame."""
    frame = lo.frame
    if isinstance(source.node, gast.Lambda):
        lo.build.span = frame.span = lo.span(source.node.body)
        return lo.expr(source.node.body)
    for flag in FLAGS:
        lo.state.names[frame, flag] = FALSE
    lo.statements(source.node.body)
    value = lo.state.names.pop((frame, "$value"), NONE)
    returned = lo.state.names.get((frame, "$return"), FALSE)
    for flag in FLAGS:
        lo.state.names.pop((frame, flag), None)
    if isinstance(returned, Const) or isinstance(value, Maybe | Either):
        return value
    return Maybe(lo.build.apply("Not", returned), value)
