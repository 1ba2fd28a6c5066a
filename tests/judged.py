"""`judged(f, *args)`: what the oracle of the fuzzer says of a function written here."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import astgrad
from tests.fuzz.case import Case, leaves
from tests.fuzz.oracle import Outcome, check


def judged(f: Callable[..., Any], *args: Any) -> Outcome:
    """First and second derivatives by all float arguments, in both modes, against differences."""
    source = textwrap.dedent(inspect.getsource(f)).replace(f"def {f.__name__}(", "def f(", 1)
    floats = tuple(k for k, arg in enumerate(args) if any(True for _ in leaves(arg)))
    return check(Case(1, f"import numpy as np\n\n\n{source}", args, floats), astgrad, second=True)
