"""What a name stands for, and the error where a path has left it unbound."""

from __future__ import annotations

from typing import Any

import gast

from astgrad.frontend.effects import raised
from astgrad.frontend.lower import Lowering, unbound
from astgrad.frontend.names import own_names
from astgrad.frontend.state import FALSE, Place
from astgrad.frontend.values import Either, Frame
from astgrad.ir.core import Block, If, Undefined


def lookup(lo: Lowering, name: str, node: gast.AST) -> Any:
    """The value of a name: local, of an enclosing call, or captured from outside."""
    frame: Frame | None = lo.frame
    while frame is not None:
        value = lo.state.names.get((frame, name))
        if value is not None:
            if isinstance(value, Either):
                raise lo.unclear(value, lo.span(node))
            if isinstance(value, Undefined):
                break
            check_bound(lo, (frame, name))
            return value
        if is_local(name, frame):
            break
        if frame.parent is None:
            return lo.captured(name, frame.function, node)
        frame = frame.parent
    raise unbound(lo.refuse(node, f"`{name}` is not bound here", "bind it on every path"))


def is_local(name: str, frame: Frame) -> bool:
    """Whether the function that a frame is of binds a name itself."""
    if frame.parent is not None:
        return name in own_names(frame.source.node)
    code = frame.function.__code__
    return name in code.co_varnames or name in code.co_cellvars


def check_bound(lo: Lowering, place: Place) -> None:
    """Raise as Python does where a name is unbound that only some paths bind."""
    flag = lo.state.unbound.pop(place, FALSE)
    if flag == FALSE:
        return
    raising = raised(lo, UnboundLocalError, f"`{place[1]}` is not bound")
    lo.build.add(If((), flag, Block((), (raising,), ()), Block((), (), ()), lo.build.span))
