"""What may be a view of an array or a copy: written on either side, right or refused."""

import contextlib

import numpy as np
import pytest

import astgrad
from astgrad.errors import UnsupportedError
from tests.fuzz.oracle import module

EXPRESSIONS = """
    np.array(x, copy=None); np.array(x, copy=False); np.array(x); np.asarray(x, dtype=float)
    np.asarray(x, order="C"); np.asarray(x, order="F"); np.array(x, ndmin=3); np.asanyarray(x)
    x.conj(); x.conjugate(); np.conj(x); np.real(x); x.real; np.real_if_close(x)
    np.einsum("ij->ij", x); np.einsum("ij->ji", x); np.einsum("ii->i", x); np.einsum("ij", x)
    np.einsum("...j->j...", x); np.einsum(x, [0, 1], [1, 0]); np.einsum("ij->i", x)
    np.diag(x); np.diagonal(x); np.diff(x, n=0); np.trim_zeros(x[0]); np.require(x)
    np.ascontiguousarray(x); np.asfortranarray(x); np.asarray_chkfinite(x); np.ma.asarray(x)
    np.meshgrid(x[0], x[1])[0]; np.meshgrid(x[0], x[1], sparse=True)[0]
    np.frombuffer(x)
    sorted(x, key=np.sum)[0]; max(x, key=np.sum); list(zip(x, x))[0][0]; list(x)[0]
    [x, x * 2.0][int(x[0, 0] > 9.0)]; (x, x * 2.0)[int(x[0, 0] > 9.0)]
    np.atleast_1d(x); np.atleast_2d(x); np.atleast_3d(x); np.split(x, 3)[1]; np.rot90(x, 4)
    np.array(x).ravel(); np.copy(x).ravel(); x.copy().ravel(); np.array(x.T).ravel()
    (x * 1.0).ravel(); np.ascontiguousarray(x).ravel(); np.asfortranarray(x).ravel()
"""
PROGRAM = """
import numpy as np

W = np.arange(1.0, 10.0).reshape(3, 3)

def made_then_added_to(x):
    v = {made}
    v += 1.0
    return np.sum(W * x**3) + np.sum(np.asarray(v) ** 2)

def source_scaled(x):
    x = x * 1.0
    v = {made}
    x *= 2.0
    return np.sum(W * x**3) + np.sum(np.asarray(v) ** 2)

def made_then_filled(x):
    x = x * 1.0
    v = {made}
    v[...] = 0.7
    return np.sum(W * x**3) + np.sum(np.asarray(v) ** 2)
"""
SQUARE = np.array([[0.9, -1.2, -0.9], [1.0, 0.3, -0.3], [-1.1, 0.8, 0.2]])
DIRECTION = np.cos(np.arange(9.0)).reshape(3, 3)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("made", [e.strip() for e in EXPRESSIONS.replace("\n", ";").split(";")
                                  if e.strip()])
def test_right_or_refused(made, order):
    def moved(h):
        return np.array(SQUARE + h * DIRECTION, order=order)

    h = 1e-6
    with module(PROGRAM.format(made=made)) as names:
        for name in ("made_then_added_to", "source_scaled", "made_then_filled"):
            f = names[name]
            try:
                slope = (f(moved(h)) - f(moved(-h))) / (2 * h)
            except (ValueError, TypeError):  # a view that is read-only, no copy to be avoided
                continue
            x = moved(0.0)
            with contextlib.suppress(UnsupportedError):
                gradient = astgrad.grad(f)(x)
                np.testing.assert_allclose(np.sum(gradient * DIRECTION), slope, rtol=1e-6, atol=1e-8)
            np.testing.assert_array_equal(x, SQUARE)


@pytest.mark.parametrize("part", ["real", "imag"])
def test_a_part_of_a_complex_array_is_a_view(part):
    def f(x):
        z = x * (1.0 + 2.0j)
        r = z.real if part == "real" else z.imag
        z *= 2.0
        return np.sum(r**2)

    with pytest.raises(UnsupportedError, match="may share memory"):
        astgrad.grad(f)(np.array([1.0, 2.0]))


def test_the_result_of_an_unknown_call_is_not_taken_for_new():
    def f(x, y):
        v = np.require(y)
        v[0] = 1.0
        return np.sum(x * v)

    y = np.array([5.0, 6.0])
    np.testing.assert_array_equal(astgrad.grad(f)(np.array([1.0, 2.0]), y), [1.0, 6.0])
    np.testing.assert_array_equal(y, [5.0, 6.0])
