"""What is wrong with a write in place: `Sharing` finds it, and ownership answers with a copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from astgrad.ir.core import Apply, Var


@dataclass(frozen=True, eq=False)
class Finding:
    """A write that is not safe as it stands, and the copy that makes it so."""

    op: Any
    place: str  # "operand", "init", "back", "result", "items", "view", "append"
    index: int = 0
    view: Var | None = None
    append: Apply | None = None
    result: Var | None = None
    soft: bool = False
