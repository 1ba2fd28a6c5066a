"""Moved to `ir.sizes`."""

from astgrad.ir.sizes import *
from astgrad.ir.sizes import (
    ARITHMETIC,
    ASKED,
    Origin,
    Symbol,
    decided,
    example,
    fact_of_arg,
    reshaped,
)
