"""Rules that are ordinary Python, as in `bodies`: shapes, joining, selection."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from astgrad.runtime.shapes import inserted_places, kept_places

# mypy: disable-error-code="no-any-return"


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


def meshgrid(*xi: Any, indexing: Any = "xy", sparse: Any = False) -> Any:
    n = len(xi)
    places = [i if indexing == "ij" or i > 1 or n < 2 else 1 - i for i in range(n)]
    grids = [
        np.reshape(xi[i], (1,) * places[i] + (-1,) + (1,) * (n - 1 - places[i]))
        for i in range(n)
    ]
    if sparse:
        return tuple([g.copy() for g in grids])
    shape = np.broadcast_shapes(*[np.shape(g) for g in grids])
    return tuple([np.broadcast_to(g, shape).copy() for g in grids])


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
    if len(xs) == 1:
        value = np.zeros(np.shape(x)) + ys[0]
    else:
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


def pad_beyond(array: Any, pairs: Any, mode: Any, ends: Any) -> Any:
    """np.pad with a statistic of each line, or a ramp: one axis after the other."""
    for axis, (before, after) in enumerate(pairs):
        x = np.moveaxis(array, axis, 0)
        if mode == "linear_ramp":
            low = np.linspace(ends[axis][0], x[0], before, endpoint=False)
            high = np.linspace(ends[axis][1], x[-1], after, endpoint=False)[::-1]
        else:
            if mode == "mean":
                line = np.mean(x, axis=0, keepdims=True)
            elif mode == "median":
                line = np.median(x, axis=0, keepdims=True)
            elif mode == "maximum":
                line = np.max(x, axis=0, keepdims=True)
            else:
                line = np.min(x, axis=0, keepdims=True)
            low = np.broadcast_to(line, (before, *x.shape[1:]))
            high = np.broadcast_to(line, (after, *x.shape[1:]))
        array = np.moveaxis(np.concatenate((low, x, high), axis=0), 0, axis)
    return array
