"""Facts that are found by asking NumPy: what the samples cannot tell stays unknown."""

import pytest

import astgrad.language  # noqa: F401
from astgrad.analysis.infer import infer
from astgrad.ir.core import NONE, Const, Var
from astgrad.ir.fact import UNKNOWN, Dim, Fact
from astgrad.rules.table import ROWS

VECTOR = Var("x", Fact("array", "float64", (Dim("n"),)))
COUNT = Var("k", Fact("number", "int"))


def test_a_count_is_not_taken_for_a_size():
    """len(x) - k + 1 windows: the samples of n and of k must not grow alike."""
    row = ROWS["np.lib.stride_tricks.sliding_window_view"]
    (fact,) = infer(row, (VECTOR, COUNT, NONE))
    assert fact.shape == (None, None)


@pytest.mark.parametrize("args", [
    (Var("x", UNKNOWN), NONE, Const(-1), NONE), (VECTOR, COUNT, Const(-1), NONE),
])  # fmt: skip
def test_what_makes_complex_numbers_of_unknown_ones(args):
    (fact,) = infer(ROWS["np.fft.rfft"], args)
    assert fact.is_complex
