"""Rules that are ordinary Python, as in `bodies`: functions of the user's, or ufuncs, run over
elements.
"""

from __future__ import annotations

from typing import Any

import numpy as np

# mypy: disable-error-code="no-any-return"


def reduce(step: Any, array: Any, axis: Any = 0, keepdims: Any = False) -> Any:
    if axis is None:
        total = reduce(step, np.ravel(array))
        return np.reshape(total, (1,) * array.ndim) if keepdims else total
    moved = np.moveaxis(array, axis, 0)
    total = moved[0]
    for k in range(1, len(moved)):
        total = step(total, moved[k])
    return np.expand_dims(total, axis) if keepdims else total


def accumulate(step: Any, array: Any, axis: Any = 0) -> Any:
    moved = np.moveaxis(array, axis, 0)
    total = moved[0]
    totals = [total]
    for k in range(1, len(moved)):
        total = step(total, moved[k])
        totals.append(total)
    return np.moveaxis(np.stack(totals), 0, axis)


def reduceat(whole: Any, array: Any, indices: Any, axis: Any = 0) -> Any:
    moved = np.moveaxis(array, axis, 0)
    starts = np.asarray(indices)
    n = len(starts)
    totals = []
    for k in range(n):
        start = int(starts[k])
        stop = int(starts[k + 1]) if k + 1 < n else len(moved)
        totals.append(whole(moved[start : max(stop, start + 1)], axis=0))
    return np.moveaxis(np.stack(totals), 0, axis)


def at_each(step: Any, target: Any, index: Any, value: Any) -> Any:
    places = np.asarray(index)
    values = np.broadcast_to(value, (len(places), *target.shape[1:]))
    for k in range(len(places)):
        target[places[k]] = step(target[places[k]], values[k])


def at_each_alone(step: Any, target: Any, index: Any) -> Any:
    places = np.asarray(index)
    for k in range(len(places)):
        target[places[k]] = step(target[places[k]])


def apply_along_axis(func1d: Any, axis: Any, arr: Any, *args: Any, **kwargs: Any) -> Any:
    moved = np.moveaxis(arr, axis, -1)
    if arr.ndim == 1:
        return func1d(moved, *args, **kwargs)
    lead = moved.shape[:-1]
    rows = np.reshape(moved, (-1, moved.shape[-1]))
    made = np.stack([func1d(row, *args, **kwargs) for row in rows])
    if made.ndim == 1:
        return np.reshape(made, lead)
    whole = np.reshape(made, (*lead, *made.shape[1:]))
    first, more = axis % arr.ndim, made.ndim - 1
    have = tuple([arr.ndim - 1 + i for i in range(more)])
    return np.moveaxis(whole, have, tuple([first + i for i in range(more)]))


def apply_over_axes(func: Any, a: Any, axes: Any) -> Any:
    for axis in (axes,) if isinstance(axes, int) else axes:
        result = func(a, axis)
        a = result if result.ndim == a.ndim else np.expand_dims(result, axis)
    return a


def vectorized(function: Any, *arrays: Any) -> Any:
    whole = np.broadcast_arrays(*arrays)
    flats = [np.ravel(a) for a in whole]
    made = np.array([function(*[flat[k] for flat in flats]) for k in range(np.size(whole[0]))])
    return np.reshape(made, np.shape(whole[0]))


def fromfunction(function: Any, shape: Any, **kwargs: Any) -> Any:
    return function(*np.indices(shape, dtype=float), **kwargs)
