"""np.fft in every norm, length and axis, and complex functions, against differences."""

import numpy as np
import pytest
from rules.derivatives import check, primal

import astgrad

NORMS = ("None", "'ortho'", "'forward'", "'backward'")
ANY = ("fft", "ifft", "fftn", "ifftn", "fft2", "ifft2", "irfft", "hfft", "irfftn", "irfft2")
REAL = ("rfft", "ihfft", "rfftn", "rfft2")
COMPLEX = """
np.conj(a) | c3
np.real(a) | c3
np.imag(a) | c3
np.angle(a) | c3
np.abs(a) | c3
a.imag * a.real | c32
a * np.conj(a) | c3
np.exp(1j * a) | n3
np.vdot(a, b) | c3,c3
a @ np.conj(a) | c3
np.sum(np.abs(a) ** 2) | c3
a**2 / b + np.sin(b) | c3,c3
np.sqrt(a) * b | c3,n3
np.dot(a, b) | c32,c23 c32,n23
a @ b | n32,c2
np.outer(a, b) | c3,n2
np.log(a) | c3
np.where(np.real(a) > 0, a, b) | c3,n3
a.conj().T @ b | c32,c32
np.prod(a) | c4
np.cumsum(a) | c4
np.mean(a, axis=0) | c42
np.concatenate([a, b]) | c4,n2
np.abs(np.fft.rfft(a)) ** 2 | n8
np.fft.irfft(np.fft.rfft(a) * b, len(a)) | n7,n4
np.fft.fft(a).real | n7
np.fft.fftshift(a) | n45
np.fft.ifftshift(a, axes=1) | n45
"""


def cases():
    for norm in NORMS:
        for shape in ("45", "234"):
            yield from ((f"np.fft.{f}(a, norm={norm})", x + shape) for f in ANY for x in "nc")
            yield from ((f"np.fft.{f}(a, norm={norm})", "n" + shape) for f in REAL)
    for k in (3, 5, 6, 8):
        for f in ("fft", "ifft", "irfft", "hfft"):
            yield f"np.fft.{f}(a, {k})", "c5"
            yield f"np.fft.{f}(a, n={k}, axis=0)", "c52"
        yield from ((f"np.fft.{f}(a, {k}, 0)", "n52") for f in ("rfft", "ihfft"))
        yield from ((f"np.fft.{f}(a, s=({k}, 4), axes=(0, 2))", "c523") for f in ("fftn", "ifft2", "irfftn"))
        yield from ((f"np.fft.{f}(a, s=({k}, 4), axes=(2, 0))", "n523") for f in ("rfftn", "rfft2"))
    for line in COMPLEX.strip().splitlines():
        text, shapes = line.split(" | ")
        for group in shapes.split():
            yield text, group


@pytest.mark.sample(25)
@pytest.mark.parametrize(("text", "shapes"), list(cases()))
def test_rule(text, shapes):
    rng = np.random.default_rng(1)
    arguments = {}
    for name, code in zip("ab", shapes.split(","), strict=False):
        size = tuple(map(int, code[1:]))
        real = rng.standard_normal(size)
        arguments[name] = real + 1j * rng.standard_normal(size) if code[0] == "c" else real
    check(text, **arguments)


def test_abs_at_zero():
    assert astgrad.grad(primal("np.sum(np.abs(a))", ["a"]))(np.zeros(2, complex)).tolist() == [0j, 0j]


def test_gradient_of_a_real_loss_is_dx_minus_i_dy():
    f = primal("np.real(a * a)", ["a"])  # x**2 - y**2
    assert astgrad.grad(f)(3.0 + 2.0j) == 6.0 + 4.0j


def test_rfft_reads_as_by_hand():
    text = astgrad.grad(primal("y = np.fft.rfft(a); np.sum(np.abs(y) ** 2)", ["a"])).source(np.ones(8))
    assert "np.real(np.fft.fft(y_bar, n=a.shape[-1]))" in text
