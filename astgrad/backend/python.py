"""Printed text -> a compiled function that tracebacks, pdb and coverage can show."""

from __future__ import annotations

import cmath
import itertools
import linecache
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from astgrad.emit.module import Text
from astgrad.errors import Span

COUNTER = itertools.count(1)
SPANS: dict[str, dict[int, Span]] = {}


def compile_module(text: Text, names: tuple[str, ...]) -> tuple[Callable[..., Any], ...]:
    """Execute the module; its functions of these names, known to linecache."""
    filename = f"<astgrad {names[0]} {next(COUNTER)}>"
    source = text.source
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    SPANS[filename] = text.spans
    space: dict[str, Any] = {
        "__name__": "astgrad.generated", "np": np, "math": math, "cmath": cmath, **text.objects}
    exec(compile(source, filename, "exec"), space)
    return tuple(space[name] for name in names)


def explain_error(error: BaseException) -> None:
    """Add a note with the user's file, line and source line."""
    trace = error.__traceback__
    place: Span | None = None
    while trace is not None:
        spans = SPANS.get(trace.tb_frame.f_code.co_filename)
        if spans is not None:
            place = spans.get(trace.tb_lineno, place)
        trace = trace.tb_next
    if place is None:
        return
    line = place.text.split("\n")[0].strip()
    note = f"in the derivative of {place.filename}:{place.line}: {line}"
    if note not in getattr(error, "__notes__", ()):
        error.add_note(note)
