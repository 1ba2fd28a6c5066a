"""scipy.signal: convolutions in every mode and rank; their transposes are convolutions."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

import astgrad.rules.scipy_spectra  # noqa: F401 - its rows are of this module too
from astgrad.errors import RuleError
from astgrad.ir.core import Arg, Const
from astgrad.ir.fact import Fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules.table import bilinear, composite, runtime
from astgrad.runtime import transforms

scipy: Any = sys.modules["scipy"]  # these rules are loaded after it


def _convolved(a: Arg, b: Arg, mode: Arg, *_: Arg) -> Fact:
    left, right = fact_of_arg(a), fact_of_arg(b)
    dtype = np.result_type(np.dtype(left.dtype or "float64"), np.dtype(right.dtype or "float64")).name
    if left.shape is None or left.rank != right.rank:
        return Fact("array", dtype, None)
    same = isinstance(mode, Const) and mode.value == "same"
    return Fact("array", dtype, left.shape if same else (None,) * len(left.shape))


def _placed(g: Arg, *_: Arg) -> Fact:
    fact = fact_of_arg(g)
    return Fact("array", fact.dtype, None if fact.shape is None else (None,) * len(fact.shape))


def lfilter(b: Any, a: Any, x: Any) -> Any:
    """The difference equation, sample after sample, of a vector."""
    if np.ndim(x) != 1:
        raise RuleError("scipy.signal.lfilter of an array with rows has no rule: loop over them")
    y = np.zeros_like(x * (b[0] / a[0]))
    for n in range(len(x)):
        total = 0.0
        for k in range(len(b)):
            if n >= k:
                total = total + b[k] * x[n - k]
        for k in range(1, len(a)):
            if n >= k:
                total = total - a[k] * y[n - k]
        y[n] = total / a[0]
    return y


def hilbert(x: Any) -> Any:
    n = x.shape[-1]
    places = np.arange(n)
    twice = np.where((places > 0) & (2 * places < n), 2.0, 0.0)
    once = np.where((places == 0) | (2 * places == n), 1.0, 0.0)
    return np.fft.ifft(np.fft.fft(x) * (twice + once))


def detrend(data: Any, axis: int = -1, type: str = "linear") -> Any:
    if type in ("constant", "c"):
        return data - np.mean(data, axis=axis, keepdims=True)
    lines = np.moveaxis(data, axis, -1)
    n = lines.shape[-1]
    time = np.arange(n) - 0.5 * (n - 1)
    slope = np.sum(lines * time, axis=-1, keepdims=True) / np.sum(time**2)
    rest = lines - np.mean(lines, axis=-1, keepdims=True) - slope * time
    return np.moveaxis(rest, -1, axis)


def deconvolve(signal: Any, divisor: Any) -> Any:
    quotient, rest = np.polydiv(signal, divisor)
    return quotient, np.concatenate([np.zeros(len(signal) - len(rest)), rest])


def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto") -> Any:
    return scipy.signal.convolve(in1, np.conj(np.flip(in2)), mode)


# fmt: off
for name in ("convolve", "fftconvolve", "oaconvolve"):
    more = ", method='auto'" if name == "convolve" else ""
    bilinear(f"scipy.signal.{name}(in1, in2, mode='full'{more})", fact=_convolved,
             in1=f"unconvolved('{name}', g, in1, in2, mode)", in2=f"unconvolved('{name}', g, in2, in1, mode)")
composite("scipy.signal.correlate(in1, in2, mode='full', method='auto')", correlate)
composite("scipy.signal.convolve2d(in1, in2, mode='full')", "scipy.signal.convolve(in1, in2, mode=mode)")
composite("scipy.signal.correlate2d(in1, in2, mode='full')", correlate)
composite("scipy.signal.lfilter(b, a, x)", lfilter)
composite("scipy.signal.hilbert(x)", hilbert)
composite("scipy.signal.detrend(data, axis=-1, type='linear')", detrend)
composite("scipy.signal.deconvolve(signal, divisor)", deconvolve)
runtime(transforms.full_shape, "full_shape(a, b)", fact=lambda *_: Fact("static"))
runtime(transforms.placed, "placed(x, shape)", fact=_placed, x="cut_centre(g, np.shape(x))")
runtime(transforms.cut_centre, "cut_centre(x, shape)", fact=_placed, x="placed(g, np.shape(x))")
