"""Helpers on shapes, indices and storage.  NumPy only; printed where they are needed."""

import numpy as np


def unbroadcast(g, x):
    shape = np.shape(x)
    extra = np.ndim(g) - len(shape)
    if extra > 0:
        g = np.sum(g, axis=tuple(range(extra)))
    ones = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
    if ones:
        g = np.sum(g, axis=ones, keepdims=True)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


def expand_to(g, x):
    return np.broadcast_to(g, np.shape(x))


def scatter(g, x, index):
    x_bar = np.zeros(np.shape(x), np.result_type(g))
    np.add.at(x_bar, index, g)
    return x_bar


def last_stored(index, shape):
    """Which elements survive a store at an index with repeats: the last of each place."""
    places = np.arange(int(np.prod(shape))).reshape(shape)[index]
    winner = np.zeros(int(np.prod(shape)), int)
    winner[places.ravel()] = np.arange(places.size)
    return winner[places] == np.arange(places.size).reshape(places.shape)


def count_along(x, axis):
    axes = axis if isinstance(axis, tuple) else (axis,)
    return np.prod([np.shape(x)[a] for a in axes])


def inverse_axes(axes):
    return None if axes is None else tuple(np.argsort(axes))


def split_like(g, arrays, axis):
    ends = np.cumsum([np.shape(a)[axis] for a in arrays])[:-1]
    return np.split(g, ends, axis=axis)


def unstack(g, arrays, axis):
    return [np.take(g, i, axis=axis) for i in range(len(arrays))]


def project(g, x):
    """An adjoint with the kind, dtype and shape of its primal."""
    if isinstance(x, float | int):
        return float(np.sum(g))
    g = np.broadcast_to(g, np.shape(x)).astype(np.result_type(x), copy=True)
    return g if isinstance(x, np.ndarray) else g[()]


def zeros_list(items):
    return [zeros_list(v) if isinstance(v, list) else np.zeros_like(v, float) if np.ndim(v) else 0.0
            for v in items]
