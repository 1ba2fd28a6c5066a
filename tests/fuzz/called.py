"""astgrad with every call of every function as a call in the text, however small and seldom.

`python -m tests.fuzz.run --module tests.fuzz.called` fuzzes how such calls are differentiated.
"""

from __future__ import annotations

from typing import Any

import astgrad
import astgrad.language
from astgrad.optimise import outline

outline.SMALL = outline.SEVERAL = 1


def __getattr__(name: str) -> Any:
    return getattr(astgrad, name)
