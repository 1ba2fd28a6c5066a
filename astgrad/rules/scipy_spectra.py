"""scipy.signal: spectra of the pieces of a real signal, and the way back."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from astgrad.errors import RuleError
from astgrad.rules.table import composite, constant

scipy: Any = sys.modules["scipy"]  # these rules are loaded after it


def window_of(window: Any, size: Any) -> Any:
    """The weights of a window: given, or of a name."""
    if isinstance(window, (str, tuple)):
        return scipy.signal.get_window(window, size)
    return np.asarray(window)


def pieces(x: Any, window: Any, step: Any, points: Any, detrend: Any, onesided: Any) -> Any:
    """The transform of each piece of the last axis: pieces, then frequencies."""
    if np.iscomplexobj(x):
        raise RuleError("spectra of a complex signal have no rule: write them with np.fft")
    parts = np.lib.stride_tricks.sliding_window_view(x, len(window), axis=-1)[..., ::step, :]
    if detrend:
        parts = scipy.signal.detrend(parts, type=detrend)
    if onesided:
        return np.fft.rfft(parts * window, n=points)
    return np.fft.fft(parts * window, n=points)


def frequencies(points: Any, fs: Any, onesided: Any) -> Any:
    return np.fft.rfftfreq(points, 1.0 / fs) if onesided else np.fft.fftfreq(points, 1.0 / fs)


def densities(power: Any, window: Any, points: Any, fs: Any, onesided: Any, scaling: Any) -> Any:
    """Powers by the window's weight; what stands for two frequencies counts twice."""
    whole = fs * np.sum(window**2) if scaling == "density" else np.sum(window) ** 2
    if not onesided:
        return power / whole
    places = np.arange(points // 2 + 1)
    return power * (np.where((places > 0) & (2 * places < points), 2.0, 1.0) / whole)


def csd(x: Any, y: Any, fs: Any = 1.0, window: Any = "hann", nperseg: Any = None,
        noverlap: Any = None, nfft: Any = None, detrend: Any = "constant",
        return_onesided: Any = True, scaling: Any = "density", axis: Any = -1,
        average: Any = "mean") -> Any:
    if average != "mean":
        raise RuleError("the median of spectra has no rule: average='mean'")
    left, right = np.moveaxis(x, axis, -1), np.moveaxis(y, axis, -1)
    if left.shape[-1] != right.shape[-1]:
        raise ValueError("the signals of a cross spectrum have one length")
    size = min(256 if nperseg is None else nperseg, left.shape[-1])
    weights = window_of(window, size)
    step = len(weights) - (len(weights) // 2 if noverlap is None else noverlap)
    points = len(weights) if nfft is None else nfft
    a = pieces(left, weights, step, points, detrend, return_onesided)
    b = pieces(right, weights, step, points, detrend, return_onesided)
    power = np.mean(np.conj(a) * b, axis=-2)
    found = densities(power, weights, points, fs, return_onesided, scaling)
    return frequencies(points, fs, return_onesided), np.moveaxis(found, -1, axis)


def welch(x: Any, fs: Any = 1.0, window: Any = "hann", nperseg: Any = None, noverlap: Any = None,
          nfft: Any = None, detrend: Any = "constant", return_onesided: Any = True,
          scaling: Any = "density", axis: Any = -1, average: Any = "mean") -> Any:
    f, power = csd(x, x, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling,
                   axis, average)
    return f, np.real(power)


def periodogram(x: Any, fs: Any = 1.0, window: Any = "boxcar", nfft: Any = None,
                detrend: Any = "constant", return_onesided: Any = True, scaling: Any = "density",
                axis: Any = -1) -> Any:
    return welch(x, fs, window, x.shape[axis], 0, nfft, detrend, return_onesided, scaling, axis)


def spectrogram(x: Any, fs: Any = 1.0, window: Any = ("tukey", 0.25), nperseg: Any = None,
                noverlap: Any = None, nfft: Any = None, detrend: Any = "constant",
                return_onesided: Any = True, scaling: Any = "density", axis: Any = -1,
                mode: Any = "psd") -> Any:
    if mode != "psd" or axis != -1:
        raise RuleError("spectrogram has a rule for mode='psd' along the last axis: call stft")
    size = min(256 if nperseg is None else nperseg, x.shape[-1])
    weights = window_of(window, size)
    step = len(weights) - (len(weights) // 8 if noverlap is None else noverlap)
    points = len(weights) if nfft is None else nfft
    a = pieces(x, weights, step, points, detrend, return_onesided)
    power = np.real(np.conj(a) * a)
    found = densities(power, weights, points, fs, return_onesided, scaling)
    times = (np.arange(a.shape[-2]) * step + 0.5 * len(weights)) / fs
    return frequencies(points, fs, return_onesided), times, np.moveaxis(found, -1, -2)


def stft(x: Any, fs: Any = 1.0, window: Any = "hann", nperseg: Any = 256, noverlap: Any = None,
         nfft: Any = None, detrend: Any = False, return_onesided: Any = True,
         boundary: Any = "zeros", padded: Any = True, axis: Any = -1,
         scaling: Any = "spectrum") -> Any:
    if axis != -1 or boundary not in ("zeros", None):
        raise RuleError("stft has a rule along the last axis, with boundary='zeros' or None: pad "
                        "the signal before")
    size = min(nperseg, x.shape[-1])
    weights = window_of(window, size)
    size = len(weights)
    step = size - (size // 2 if noverlap is None else noverlap)
    points = size if nfft is None else nfft
    before = size // 2 if boundary == "zeros" else 0
    n = x.shape[-1] + 2 * before
    more = (size - n) % step % size if padded else 0
    lead = np.zeros((*x.shape[:-1], before), x.dtype)
    last = np.zeros((*x.shape[:-1], before + more), x.dtype)
    a = pieces(np.concatenate([lead, x, last], axis=-1), weights, step, points, detrend,
               return_onesided)
    whole = np.sum(weights) if scaling == "spectrum" else np.sqrt(fs * np.sum(weights**2))
    times = (np.arange(a.shape[-2]) * step + 0.5 * size - before) / fs
    return frequencies(points, fs, return_onesided), times, np.moveaxis(a / whole, -1, -2)


def istft(Zxx: Any, fs: Any = 1.0, window: Any = "hann", nperseg: Any = None, noverlap: Any = None,
          nfft: Any = None, input_onesided: Any = True, boundary: Any = True,
          time_axis: Any = -1, freq_axis: Any = -2, scaling: Any = "spectrum") -> Any:
    if not input_onesided or time_axis != -1 or freq_axis != -2:
        raise RuleError("istft has a rule for one-sided spectra, frequencies before times: move "
                        "the axes before")
    points = 2 * (Zxx.shape[-2] - 1) if nfft is None else nfft
    weights = window_of(window, points if nperseg is None else nperseg)
    size = len(weights)
    step = size - (size // 2 if noverlap is None else noverlap)
    parts = np.fft.irfft(Zxx, n=points, axis=-2)[..., :size, :]
    count = parts.shape[-1]
    x = np.zeros((*parts.shape[:-2], size + (count - 1) * step))
    norm = np.zeros(size + (count - 1) * step)
    for k in range(count):
        x[..., k * step : k * step + size] += parts[..., k] * weights
        norm[k * step : k * step + size] += weights**2
    whole = np.sum(weights) if scaling == "spectrum" else np.sqrt(fs * np.sum(weights**2))
    x = x * (whole / np.where(norm > 1e-10, norm, 1.0))
    if boundary:
        x = x[..., size // 2 : x.shape[-1] - size // 2]
    return np.arange(x.shape[-1]) / fs, x


S = "scipy.signal."
# fmt: off
constant(S + "get_window(window, Nx, fftbins=True)")
composite(S + "csd(x, y, fs=1.0, window='hann', nperseg=None, noverlap=None, nfft=None, detrend='constant', return_onesided=True, scaling='density', axis=-1, average='mean')", csd)
composite(S + "welch(x, fs=1.0, window='hann', nperseg=None, noverlap=None, nfft=None, detrend='constant', return_onesided=True, scaling='density', axis=-1, average='mean')", welch)
composite(S + "periodogram(x, fs=1.0, window='boxcar', nfft=None, detrend='constant', return_onesided=True, scaling='density', axis=-1)", periodogram)
composite(S + "spectrogram(x, fs=1.0, window=('tukey', 0.25), nperseg=None, noverlap=None, nfft=None, detrend='constant', return_onesided=True, scaling='density', axis=-1, mode='psd')", spectrogram)
composite(S + "stft(x, fs=1.0, window='hann', nperseg=256, noverlap=None, nfft=None, detrend=False, return_onesided=True, boundary='zeros', padded=True, axis=-1, scaling='spectrum')", stft)
composite(S + "istft(Zxx, fs=1.0, window='hann', nperseg=None, noverlap=None, nfft=None, input_onesided=True, boundary=True, time_axis=-1, freq_axis=-2, scaling='spectrum')", istft)
# fmt: on
