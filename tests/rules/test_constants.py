"""A parameter without a derivative must not matter smoothly: else its gradient is silently 0."""

import importlib
import importlib.util

import numpy as np
import pytest

import astgrad.language  # noqa: F401 - fills the table
from astgrad.rules.packages import SCIPY
from astgrad.rules.table import ROWS, Row, evaluator, resolve

SHAPES = ("append", "new_list")  # rows that hold a value, differentiated by the transforms
HELD = ("stop_gradient",)  # rows whose derivative is left out on purpose
UNSET = ("np.empty_like", "np.empty")  # what they return is not defined


def arguments(count: int):
    yield [0.37 + 0.1 * i for i in range(count)]
    yield [np.array([0.3, 1.2, -0.7]) + 0.1 * i for i in range(count)]
    yield [np.array([[0.3, 1.2], [-0.7, 0.4]]) + 0.1 * i for i in range(count)]
    yield [np.array([0.3, 1.2, -0.7]), *[1] * (count - 1)]
    yield [3, *[0.37] * (count - 1)]
    yield [(2,), *[0.37] * (count - 1)]


def slopes(row: Row, place: int):
    """How much the result moves with a parameter, at some arguments that the row takes."""
    required = [p for p in row.params if p not in row.defaults]
    for args in arguments(len(required)):
        if not isinstance(args[place], float | np.ndarray):
            continue
        moved = [*args]
        moved[place] = args[place] + 1e-5
        try:
            with np.errstate(all="ignore"):
                results = [evaluator(row)(*(dict(zip(required, values, strict=True)).get(
                    p, row.defaults.get(p)) for p in row.params)) for values in (args, moved)]
            yield float(np.max(np.abs(np.subtract(*(np.asarray(r, float) for r in results)))))
        except Exception:  # these arguments are not for this row
            continue


if importlib.util.find_spec("scipy"):
    for module in SCIPY:
        importlib.import_module(module)
    resolve(arguments)  # loads SciPy's rows


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", sorted(set(ROWS) - set(SHAPES) - set(HELD) - set(UNSET)))
def test_a_parameter_without_a_derivative_does_not_matter(name):
    row = ROWS[name]
    required = [p for p in row.params if p not in row.defaults]
    for place, param in enumerate(required):
        if param not in row.derivatives and row.kind not in ("composite", "opaque"):
            assert not [s for s in slopes(row, place) if 1e-9 < s < 1e-3], param
