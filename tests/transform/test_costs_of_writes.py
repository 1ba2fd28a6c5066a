"""A write in a loop touches its piece only, in both sweeps: the text copies and saves no whole."""

import numpy as np
import pytest

import astgrad


def through_t(A, n):
    B = A.T
    for i in range(1, n):
        B[i, 0] = np.sin(B[i - 1, 0]) * B[i, 0]
    return A[0, n - 1]


def rows_through_t(A, n):
    B = A.T
    for i in range(1, n):
        B[i] = np.sin(B[i - 1]) * B[i]
    return A[0, n - 1]


def through_swapped_axes(A, n):
    B = np.swapaxes(A, 0, 1)
    for i in range(1, n):
        B[i, 0] = np.sin(B[i - 1, 0]) * B[i, 0]
    return A[0, n - 1]


def flipped(A, n):
    B = A[::-1]
    for i in range(1, n):
        B[i, 0] = np.sin(B[i - 1, 0]) * B[i, 0]
    return A[0, 0]


def lists_in_a_list(g, n):
    for i in range(1, n):
        g[i][0] = np.sin(g[i - 1][0]) * g[i][0]
    return g[n - 1][0]


SQUARE = np.linspace(0.5, 1.5, 25).reshape(5, 5)
CASES = [(through_t, SQUARE), (rows_through_t, SQUARE), (through_swapped_axes, SQUARE),
         (flipped, SQUARE), (lists_in_a_list, SQUARE.tolist() + SQUARE.tolist() + SQUARE.tolist()
                             + SQUARE.tolist())]  # fmt: skip


@pytest.mark.parametrize(("f", "given"), CASES)
def test_no_whole_in_a_trip(f, given):
    text = astgrad.derivative_source(f, given, 5).partition("# forward")[2]
    whole = ("np.zeros_like(", "copied_items(", "zeros_list(", "_bar += t_bar.T", "(t.copy())")
    inside = [line for line in text.splitlines() if line.startswith("        ")]
    pieces = ("saved.append(t.copy())",) if f is rows_through_t else ()
    assert not [line for line in inside if any(w in line for w in whole)
                and not any(piece in line for piece in pieces)], text
    found, expected = astgrad.grad(f)(given, 5), astgrad.numerical_grad(f)(given, 5)
    np.testing.assert_allclose(np.array(found), np.array(expected), 1e-6, 1e-9)
