"""Rules that are ordinary Python, as in `bodies`: choosing elements, and writing chosen ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from astgrad.errors import RuleError
from astgrad.runtime.shapes import unique_places

# mypy: disable-error-code="no-any-return"


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
    a = np.asarray(a)
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


def unique(ar: Any, return_index: Any = False, return_inverse: Any = False,
           return_counts: Any = False) -> Any:
    found = unique_places(ar)
    values = np.ravel(ar)[found[0]]
    wanted = (return_index, return_inverse, return_counts)
    more = tuple([found[k] for k in range(3) if wanted[k]])
    return (values, *more) if len(more) > 0 else values


# -- sets ----------------------------------------------------------------------------------


def union1d(ar1: Any, ar2: Any) -> Any:
    return np.unique(np.concatenate((np.ravel(ar1), np.ravel(ar2))))


def intersect1d(ar1: Any, ar2: Any) -> Any:
    """The elements of the first that the second has too."""
    found = np.unique(ar1)
    return found[np.isin(found, ar2)]


def setdiff1d(ar1: Any, ar2: Any) -> Any:
    found = np.unique(ar1)
    return found[np.isin(found, ar2, invert=True)]


def trim_zeros(filt: Any, trim: Any = "fb") -> Any:
    if np.ndim(filt) != 1:
        raise RuleError("np.trim_zeros has a rule for vectors: slice an array with rows")
    places = np.flatnonzero(filt)
    if len(places) == 0:
        return filt[:0]
    start = places[0] if "f" in trim.lower() else 0
    stop = places[-1] + 1 if "b" in trim.lower() else len(filt)
    return filt[start:stop]


# -- writes --------------------------------------------------------------------------------


def place(arr: Any, mask: Any, vals: Any) -> Any:
    flat = np.atleast_1d(np.ravel(vals))
    arr[mask] = flat[np.arange(np.count_nonzero(mask)) % np.size(flat)]


def putmask(a: Any, mask: Any, values: Any) -> Any:
    if np.ndim(values) > 0:
        values = np.reshape(np.ravel(values)[np.arange(np.size(a)) % np.size(values)], np.shape(a))
    a[...] = np.where(mask, values, a)


def put_along_axis(arr: Any, indices: Any, values: Any, axis: Any = -1) -> Any:
    if axis is None:
        np.put(arr, indices, values)
    else:
        n = arr.ndim
        places = tuple([
            indices if i == axis % n
            else np.reshape(np.arange(arr.shape[i]), (1,) * i + (-1,) + (1,) * (n - 1 - i))
            for i in range(n)
        ])
        arr[places] = values


def direction(z: Any) -> Any:
    size = np.absolute(z)
    return z / np.where(size == 0.0, 1.0, size)
