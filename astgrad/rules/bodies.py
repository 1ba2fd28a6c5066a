"""Rules that are ordinary Python: functions of NumPy written in terms of others.

They are lowered by our own frontend in the place of the call; tests on axes, ranks and
options are decided then.  Results equal NumPy's up to rounding.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# mypy: disable-error-code="no-any-return"


def angle(z: Any, deg: Any = False) -> Any:
    turned = np.arctan2(np.imag(z), np.real(z))
    return turned * 57.29577951308232 if deg else turned


def modf(x: Any) -> Any:
    whole = np.trunc(x)
    return x - whole, whole + 0.0 * x


def math_modf(x: Any) -> Any:
    whole = float(math.trunc(x))
    return x - whole, whole


def divmod_(x: Any, y: Any) -> Any:
    return x // y, x % y


def math_hypot(*coordinates: Any) -> Any:
    total = 0.0
    for c in coordinates:
        total = np.hypot(total, c)
    return float(total)


def math_dist(p: Any, q: Any) -> Any:
    total = 0.0
    for a, b in zip(p, q, strict=True):
        total = np.hypot(total, a - b)
    return float(total)


def math_prod(items: Any, start: Any = 1) -> Any:
    total = start
    for item in items:
        total = total * item
    return total


# -- reductions --------------------------------------------------------------------------


def average(a: Any, axis: Any = None, weights: Any = None, returned: Any = False,
            keepdims: Any = False) -> Any:
    if weights is None:
        value = np.mean(a, axis=axis, keepdims=keepdims)
        return (value, np.full_like(value, a.size / np.size(value))) if returned else value
    w = np.asarray(weights)
    if w.ndim == 1 and a.ndim > 1 and isinstance(axis, int):
        w = np.reshape(w, (1,) * (axis % a.ndim) + (-1,) + (1,) * (a.ndim - axis % a.ndim - 1))
        w = np.broadcast_to(w, a.shape)
    total = np.sum(w, axis=axis, keepdims=keepdims)
    value = np.sum(a * w, axis=axis, keepdims=keepdims) / total
    return (value, total) if returned else value


def nanmean(a: Any, axis: Any = None, keepdims: Any = False, where: Any = True) -> Any:
    known = ~np.isnan(a) if where is True else ~np.isnan(a) & where
    return np.mean(np.where(known, a, 0.0), axis=axis, keepdims=keepdims, where=known)


def nanvar(a: Any, axis: Any = None, ddof: Any = 0, keepdims: Any = False, where: Any = True) -> Any:
    known = ~np.isnan(a) if where is True else ~np.isnan(a) & where
    filled = np.where(known, a, 0.0)
    return np.var(filled, axis=axis, ddof=ddof, keepdims=keepdims, where=known)


def nanstd(a: Any, axis: Any = None, ddof: Any = 0, keepdims: Any = False, where: Any = True) -> Any:
    known = ~np.isnan(a) if where is True else ~np.isnan(a) & where
    filled = np.where(known, a, 0.0)
    return np.std(filled, axis=axis, ddof=ddof, keepdims=keepdims, where=known)


def cumulative_sum(x: Any, axis: Any = None, dtype: Any = None, include_initial: Any = False) -> Any:
    total = np.cumsum(x, axis=0 if axis is None else axis, dtype=dtype)
    if not include_initial:
        return total
    zero = np.zeros_like(np.take(total, [0], axis=0 if axis is None else axis))
    return np.concatenate((zero, total), axis=0 if axis is None else axis)


def cumulative_prod(x: Any, axis: Any = None, dtype: Any = None, include_initial: Any = False) -> Any:
    total = np.cumprod(x, axis=0 if axis is None else axis, dtype=dtype)
    if not include_initial:
        return total
    one = np.ones_like(np.take(total, [0], axis=0 if axis is None else axis))
    return np.concatenate((one, total), axis=0 if axis is None else axis)


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    heights = np.moveaxis(y, axis, -1)
    pairs = 0.5 * (heights[..., 1:] + heights[..., :-1])
    if x is None:
        return np.sum(dx * pairs, axis=-1)
    if x.ndim == 1:
        return np.sum(np.diff(x) * pairs, axis=-1)
    return np.sum(np.diff(np.moveaxis(x, axis, -1)) * pairs, axis=-1)


def cov(m: Any, y: Any = None, rowvar: Any = True, bias: Any = False, ddof: Any = None,
        fweights: Any = None, aweights: Any = None) -> Any:
    data = np.atleast_2d(m)
    if not rowvar and m.ndim == 2:
        data = data.T
    if y is not None:
        more = np.atleast_2d(y)
        if not rowvar and y.ndim == 2:
            more = more.T
        data = np.concatenate((data, more), axis=0)
    free = ddof if ddof is not None else (0 if bias else 1)
    n = data.shape[1]
    if fweights is None and aweights is None:
        data = data - np.mean(data, axis=1, keepdims=True)
        return np.squeeze(data @ np.conj(data.T) / (n - free))
    if fweights is None:
        w = aweights
    elif aweights is None:
        w = 1.0 * fweights
    else:
        w = fweights * aweights
    total = np.sum(w)
    data = data - np.reshape(data @ w / total, (-1, 1))
    if free == 0:
        factor = total
    elif aweights is None:
        factor = total - free
    else:
        factor = total - free * np.sum(w * aweights) / total
    return np.squeeze((data * w) @ np.conj(data.T) / factor)


def corrcoef(x: Any, y: Any = None, rowvar: Any = True) -> Any:
    c = np.cov(x, y, rowvar)
    if c.ndim == 0:
        return c / c
    spread = np.sqrt(np.real(np.diag(c)))
    return np.clip(c / np.reshape(spread, (-1, 1)) / spread, -1.0, 1.0)


# -- products and polynomials -------------------------------------------------------------


def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    if mode == "same" and len(v) > len(a):
        return np.convolve(np.conj(v), a[::-1], "same")[::-1]
    return np.convolve(a, np.conj(v[::-1]), mode)


def geomspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True) -> Any:
    places = np.linspace(0.0, 1.0, num, endpoint=endpoint)
    return start * (stop / start) ** np.reshape(places, (-1,) + (1,) * np.ndim(stop / start))


def kaiser(M: Any, beta: Any) -> Any:
    places = np.linspace(-1.0, 1.0, M) if M > 1 else np.zeros(1)
    return np.i0(beta * np.sqrt(1.0 - places**2)) / np.i0(beta)
