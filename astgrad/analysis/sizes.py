"""Moved to `ir.sizes`."""

from astgrad.ir.sizes import *  # noqa: F403
from astgrad.ir.sizes import ASKED, ARITHMETIC, Origin, Symbol, decided, example, fact_of_arg, reshaped  # noqa: F401
