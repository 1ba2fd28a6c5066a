"""The cases of the benchmark, by family: `CASES`, in the order of the table."""

from . import dense, models, scalar, solvers, stencils
from .case import Case

CASES: tuple[Case, ...] = (
    *scalar.CASES, *models.CASES, *stencils.CASES, *solvers.CASES, *dense.CASES,
)
NAMED = {case.name: case for case in CASES}
