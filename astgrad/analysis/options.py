"""What a derivative is asked for beyond its numbers: checks, and how zeros multiply.

`OPTIONS` holds for what is differentiated at the moment; each derivative in a program has
its own.  `checked` is of the whole text.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

CHECK = "ASTGRAD_CHECK"


@dataclass(frozen=True)
class Options:
    """`checked`: tapes are asserted to end empty; `debug`: adjoints are looked at;
    `strong_zero`: a factor of exactly zero wins against inf and nan; `calls`: the text may
    define functions of the user's, and call them; `speed`: it may be longer to be faster.
    """

    checked: bool = False
    debug: bool = False
    strong_zero: bool = False
    calls: bool = True
    speed: bool = False


NOTHING = Options()
OPTIONS: ContextVar[Options] = ContextVar("OPTIONS", default=NOTHING)


def checking() -> bool:
    """Whether the environment asks for text that checks itself: ASTGRAD_CHECK=1."""
    return os.environ.get(CHECK, "") not in ("", "0")


@contextmanager
def options(**changed: Any) -> Iterator[None]:
    token = OPTIONS.set(replace(OPTIONS.get(), **changed))
    try:
        yield
    finally:
        OPTIONS.reset(token)
