"""Rules that are ordinary Python: functions of NumPy written in terms of others.

They are lowered by our own frontend in the place of the call; tests on axes, ranks and
options are decided then.  Results equal NumPy's up to rounding.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from astgrad.runtime.shapes import inserted_places, kept_places, unique_places

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


def nanmean(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    known = np.sum(~np.isnan(a), axis=axis, keepdims=keepdims)
    return np.sum(np.where(np.isnan(a), 0.0, a), axis=axis, keepdims=keepdims) / known


def nanvar(a: Any, axis: Any = None, ddof: Any = 0, keepdims: Any = False) -> Any:
    missing = np.isnan(a)
    known = np.sum(~missing, axis=axis, keepdims=True)
    filled = np.where(missing, 0.0, a)
    centre = np.sum(filled, axis=axis, keepdims=True) / known
    square = np.sum(np.where(missing, 0.0, (filled - centre) ** 2), axis=axis, keepdims=keepdims)
    return square / (np.sum(~missing, axis=axis, keepdims=keepdims) - ddof)


def nanstd(a: Any, axis: Any = None, ddof: Any = 0, keepdims: Any = False) -> Any:
    return np.sqrt(np.nanvar(a, axis=axis, ddof=ddof, keepdims=keepdims))


def cumulative_sum(x: Any, axis: Any = None, include_initial: Any = False) -> Any:
    total = np.cumsum(x, axis=0 if axis is None else axis)
    if not include_initial:
        return total
    zero = np.zeros_like(np.take(total, [0], axis=0 if axis is None else axis))
    return np.concatenate((zero, total), axis=0 if axis is None else axis)


def cumulative_prod(x: Any, axis: Any = None, include_initial: Any = False) -> Any:
    total = np.cumprod(x, axis=0 if axis is None else axis)
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
        return np.squeeze(data @ np.conj(data.T)) / (n - free)
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
    return np.squeeze((data * w) @ np.conj(data.T)) / factor


def corrcoef(x: Any, y: Any = None, rowvar: Any = True) -> Any:
    c = np.cov(x, y, rowvar)
    if c.ndim == 0:
        return c / c
    spread = np.sqrt(np.real(np.diag(c)))
    return np.clip(c / np.reshape(spread, (-1, 1)) / spread, -1.0, 1.0)


# -- shapes ------------------------------------------------------------------------------


def broadcast_arrays(*arrays: Any) -> Any:
    shape = np.broadcast_shapes(*[np.shape(a) for a in arrays])
    return tuple([np.broadcast_to(a, shape) for a in arrays])


def split(ary: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
    n = ary.shape[axis]
    if isinstance(indices_or_sections, int):
        if n % indices_or_sections:
            raise ValueError("array split does not result in an equal division")
        size = n // indices_or_sections
        bounds = [(i * size, (i + 1) * size) for i in range(indices_or_sections)]
    else:
        ends = [*indices_or_sections, n]
        bounds = list(zip([0, *ends], ends))  # noqa: B905
    if axis == 0:
        return [ary[a:b] for a, b in bounds]
    moved = np.moveaxis(ary, axis, 0)
    return [np.moveaxis(moved[a:b], 0, axis) for a, b in bounds]


def array_split(ary: Any, indices_or_sections: Any, axis: Any = 0) -> Any:
    if not isinstance(indices_or_sections, int):
        return np.split(ary, indices_or_sections, axis)
    n = ary.shape[axis]
    size = n // indices_or_sections
    more = n % indices_or_sections
    moved = np.moveaxis(ary, axis, 0)
    parts = []
    for i in range(indices_or_sections):
        start = i * size + min(i, more)
        stop = (i + 1) * size + min(i + 1, more)
        parts.append(np.moveaxis(moved[start:stop], 0, axis))
    return parts


def hsplit(ary: Any, indices_or_sections: Any) -> Any:
    return np.split(ary, indices_or_sections, 0 if ary.ndim == 1 else 1)


def vsplit(ary: Any, indices_or_sections: Any) -> Any:
    return np.split(ary, indices_or_sections, 0)


def dsplit(ary: Any, indices_or_sections: Any) -> Any:
    return np.split(ary, indices_or_sections, 2)


def unstack(x: Any, axis: Any = 0) -> Any:
    moved = np.moveaxis(x, axis, 0)
    return tuple([moved[i] for i in range(x.shape[axis])])


def append(arr: Any, values: Any, axis: Any = None) -> Any:
    if axis is None:
        return np.concatenate((np.ravel(arr), np.ravel(values)))
    return np.concatenate((arr, values), axis=axis)


def delete(arr: Any, obj: Any, axis: Any = None) -> Any:
    if axis is None:
        return np.ravel(arr)[kept_places(np.size(arr), obj)]
    return np.take(arr, kept_places(arr.shape[axis], obj), axis=axis)


def insert(arr: Any, obj: Any, values: Any, axis: Any = None) -> Any:
    if axis is None:
        n = np.size(arr)
        flat = np.atleast_1d(np.ravel(values))
        order = inserted_places(n, obj, np.size(flat))
        return np.concatenate((np.ravel(arr), flat))[order]
    n = arr.shape[axis]
    moved = np.moveaxis(arr, axis, 0)
    if isinstance(obj, int):
        count = 1
        new = np.broadcast_to(values, moved.shape[1:])[None]
    else:
        count = len(obj)
        at = axis % arr.ndim
        shape = (*arr.shape[:at], count, *arr.shape[at + 1 :])
        new = np.moveaxis(np.broadcast_to(values, shape), axis, 0)
    order = inserted_places(n, obj, count)
    return np.moveaxis(np.concatenate((moved, new))[order], 0, axis)


def resize(a: Any, new_shape: Any) -> Any:
    flat = np.ravel(a)
    count = math.prod(new_shape) if isinstance(new_shape, tuple) else new_shape
    return np.reshape(flat[np.arange(count) % np.size(flat)], new_shape)


def meshgrid(*xi: Any, indexing: Any = "xy", sparse: Any = False, copy: Any = True) -> Any:
    n = len(xi)
    places = [i if indexing == "ij" or i > 1 or n < 2 else 1 - i for i in range(n)]
    grids = [
        np.reshape(xi[i], (1,) * places[i] + (-1,) + (1,) * (n - 1 - places[i]))
        for i in range(n)
    ]
    if sparse:
        return tuple(grids)
    shape = np.broadcast_shapes(*[np.shape(g) for g in grids])
    return tuple([np.broadcast_to(g, shape).copy() for g in grids])


# -- selection ---------------------------------------------------------------------------


def compress(condition: Any, a: Any, axis: Any = None) -> Any:
    return np.take(a, np.flatnonzero(condition), axis=axis)


def compress_method(a: Any, condition: Any, axis: Any = None) -> Any:
    return np.take(a, np.flatnonzero(condition), axis=axis)


def extract(condition: Any, arr: Any) -> Any:
    return np.ravel(arr)[np.flatnonzero(condition)]


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    result = default
    for i in reversed(range(len(condlist))):
        result = np.where(condlist[i], choicelist[i], result)
    return result


def choose(a: Any, choices: Any) -> Any:
    result = choices[0]
    for i in range(1, len(choices)):
        result = np.where(a == i, choices[i], result)
    return result


def choose_method(a: Any, choices: Any) -> Any:
    return np.choose(a, choices)


def piecewise(x: Any, condlist: Any, funclist: Any) -> Any:
    y = np.zeros_like(x)
    rest = np.ones(np.shape(x), dtype=bool)
    for i in range(len(condlist)):
        chosen = condlist[i]
        rest = rest & ~chosen
        y[chosen] = funclist[i](x[chosen]) if callable(funclist[i]) else funclist[i]
    if len(funclist) > len(condlist):
        last = funclist[len(condlist)]
        y[rest] = last(x[rest]) if callable(last) else last
    return y


def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    steps = np.diff(np.ravel(ary))
    if to_begin is not None:
        steps = np.concatenate((np.atleast_1d(np.ravel(to_begin)), steps))
    if to_end is not None:
        steps = np.concatenate((steps, np.atleast_1d(np.ravel(to_end))))
    return steps


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    xs, ys = np.asarray(xp), np.asarray(fp)
    if period is not None:
        x = x % period
        xs = xs % period
        order = np.argsort(xs)
        xs, ys = xs[order], ys[order]
        xs = np.concatenate((xs[-1:] - period, xs, xs[:1] + period))
        ys = np.concatenate((ys[-1:], ys, ys[:1]))
    inner = np.clip(x, xs[0], xs[-1])
    i = np.clip(np.searchsorted(xs, inner, side="right") - 1, 0, len(xs) - 2)
    slope = (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i])
    value = slope * (inner - xs[i]) + ys[i]
    if left is not None:
        value = np.where(x < xs[0], left, value)
    if right is not None:
        value = np.where(x > xs[-1], right, value)
    return value


def gradient(f: Any, *spacing: Any, axis: Any = None, edge_order: Any = 1) -> Any:
    if axis is None:
        axes = (0, 1, 2, 3, 4, 5, 6, 7)[: f.ndim]
    else:
        axes = axis if isinstance(axis, tuple) else (axis,)
    if len(spacing) == 0:
        steps = (1.0,) * len(axes)
    elif len(spacing) == len(axes):
        steps = spacing
    else:
        steps = (spacing[0],) * len(axes)
    if len(axes) == 1:
        return slope_along(f, steps[0], axes[0], edge_order)
    return tuple([slope_along(f, h, a, edge_order) for a, h in zip(axes, steps)])  # noqa: B905


def slope_along(field: Any, step: Any, axis: Any, edge_order: Any) -> Any:
    """Differences along an axis: centred inside, one-sided at the ends."""
    f = np.moveaxis(field, axis, -1)
    if np.ndim(step) == 0:
        middle = (f[..., 2:] - f[..., :-2]) / (2.0 * step)
        if edge_order == 1:
            first = (f[..., 1:2] - f[..., :1]) / step
            last = (f[..., -1:] - f[..., -2:-1]) / step
        else:
            first = (-1.5 * f[..., :1] + 2.0 * f[..., 1:2] - 0.5 * f[..., 2:3]) / step
            last = (1.5 * f[..., -1:] - 2.0 * f[..., -2:-1] + 0.5 * f[..., -3:-2]) / step
        return np.moveaxis(np.concatenate((first, middle, last), axis=-1), -1, axis)
    h = np.diff(step)
    a, b = h[:-1], h[1:]
    middle = (
        -b / (a * (a + b)) * f[..., :-2]
        + (b - a) / (a * b) * f[..., 1:-1]
        + a / (b * (a + b)) * f[..., 2:]
    )
    if edge_order == 1:
        first = (f[..., 1:2] - f[..., :1]) / h[:1]
        last = (f[..., -1:] - f[..., -2:-1]) / h[-1:]
    else:
        p, q = h[:1], h[1:2]
        first = (
            -(2.0 * p + q) / (p * (p + q)) * f[..., :1]
            + (p + q) / (p * q) * f[..., 1:2]
            - p / (q * (p + q)) * f[..., 2:3]
        )
        p, q = h[-2:-1], h[-1:]
        last = (
            q / (p * (p + q)) * f[..., -3:-2]
            - (q + p) / (p * q) * f[..., -2:-1]
            + (2.0 * q + p) / (q * (p + q)) * f[..., -1:]
        )
    return np.moveaxis(np.concatenate((first, middle, last), axis=-1), -1, axis)


def unique(ar: Any, return_index: Any = False, return_inverse: Any = False,
           return_counts: Any = False) -> Any:
    found = unique_places(ar)
    values = np.ravel(ar)[found[0]]
    wanted = (return_index, return_inverse, return_counts)
    more = tuple([found[k] for k in range(3) if wanted[k]])
    return (values, *more) if len(more) > 0 else values


# -- products and polynomials -------------------------------------------------------------


def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    if mode == "same" and len(v) > len(a):
        return np.convolve(np.conj(v), a[::-1], "same")[::-1]
    return np.convolve(a, np.conj(v[::-1]), mode)


def polyval(p: Any, x: Any) -> Any:
    y = np.zeros_like(x) + p[0]
    for k in range(1, len(p)):
        y = y * x + p[k]
    return y


def polyadd(a: Any, b: Any) -> Any:
    short, long = (a, b) if len(a) < len(b) else (b, a)
    return np.concatenate((long[: len(long) - len(short)], long[len(long) - len(short) :] + short))


def polysub(a: Any, b: Any) -> Any:
    return np.polyadd(a, -b)


def polyder(p: Any, m: Any = 1) -> Any:
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


def polyint(p: Any, m: Any = 1) -> Any:
    for _ in range(m):
        p = np.concatenate((p / np.arange(len(p), 0, -1), np.zeros(1)))
    return p


def vander(x: Any, N: Any = None, increasing: Any = False) -> Any:
    count = len(x) if N is None else N
    powers = np.arange(count) if increasing else np.arange(count)[::-1]
    return x[:, None] ** powers


def apply_along_axis(func1d: Any, axis: Any, arr: Any) -> Any:
    moved = np.moveaxis(arr, axis, -1)
    if arr.ndim == 1:
        return func1d(moved)
    lead = moved.shape[:-1]
    rows = np.reshape(moved, (-1, moved.shape[-1]))
    made = np.stack([func1d(row) for row in rows])
    if made.ndim == 1:
        return np.reshape(made, lead)
    return np.moveaxis(np.reshape(made, (*lead, -1)), -1, axis)


def geomspace(start: Any, stop: Any, num: Any = 50, endpoint: Any = True) -> Any:
    return start * (stop / start) ** np.linspace(0.0, 1.0, num, endpoint=endpoint)
