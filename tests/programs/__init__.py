"""Unmodified Python and NumPy functions by area: the corpus astgrad is tested on.

`PROGRAMS` holds all of them; each module's own `PROGRAMS` holds its share. Names are
unique over the corpus. `python -m tests.programs` checks the programs themselves.
"""

from . import (
    basics,
    dynamic,
    linear,
    models,
    recurrences,
    stencils,
    structures,
    writes,
)
from .program import Program

MODULES = (
    basics,
    structures,
    models,
    stencils,
    linear,
    recurrences,
    dynamic,
    writes,
)

PROGRAMS: tuple[Program, ...] = tuple(
    program for module in MODULES for program in module.PROGRAMS
)

__all__ = ["MODULES", "PROGRAMS", "Program"]
