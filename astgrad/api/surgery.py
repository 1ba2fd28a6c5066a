"""`adjoint_of`: a place in a function where its reverse sweep can be looked at and changed."""

from __future__ import annotations

import sys
from types import FrameType, TracebackType
from typing import Any

import numpy as np


class Left(Exception):  # noqa: N818 - no error: the body of the `with` is left at once
    """Raised at the first instruction of the body, which is not run in the primal."""


class adjoint_of:  # noqa: N801 - it stands where a function would
    """`with adjoint_of(x) as x_bar:` - the body is run where the reverse sweep has x's adjoint.

    `x_bar` is what all later uses of x contribute.  The body may print it, stop in a debugger,
    and replace it by binding or writing to `x_bar`; it reads what is bound at that place, and
    binds nothing outside of itself.  x is a name, of a number or an array.

    A call of the function itself skips the body.  Forward mode has no adjoint: it skips a body
    that only looks, and refuses one that replaces.

    >>> import numpy as np, astgrad
    >>> def loss(x):
    ...     y = x**2
    ...     with astgrad.adjoint_of(y) as y_bar:
    ...         y_bar = np.clip(y_bar, -1.0, 1.0)
    ...     return np.sum(y**2)
    >>> float(loss(np.array([0.5, 3.0])))
    81.0625
    >>> astgrad.grad(loss)(np.array([0.5, 3.0]))
    array([0.5, 6. ])
    """

    __slots__ = ("before", "frame", "trace", "value")

    def __init__(self, value: Any) -> None:
        self.value = value

    def __enter__(self) -> Any:
        frame = sys._getframe(1)  # noqa: SLF001 - the frame whose body is left
        self.frame, self.trace = frame, sys.gettrace()
        self.before = frame.f_trace, frame.f_trace_opcodes
        frame.f_trace, frame.f_trace_opcodes = leave, True
        sys.settrace(leave)
        return np.zeros_like(self.value)  # where no trace can be set, the body sees no adjoint

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> bool:
        sys.settrace(self.trace)
        self.frame.f_trace, self.frame.f_trace_opcodes = self.before
        return kind is Left


def leave(frame: FrameType, event: str, _: Any) -> Any:
    """A trace function that raises at the next instruction of a frame that it was set on."""
    if event == "call":
        return None
    raise Left
