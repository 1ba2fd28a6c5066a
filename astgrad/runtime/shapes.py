"""Helpers on shapes, indices and storage.  NumPy only; printed where they are needed."""

import numpy as np


def unbroadcast(g, x):
    shape = np.shape(x)
    extra = np.ndim(g) - len(shape)
    if extra < 0:
        g = np.reshape(g, (1,) * -extra + np.shape(g))
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
    """Which elements a store at an index with repeats keeps: the last of each place."""
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
    """The parts of g that the arrays filled in np.concatenate."""
    if axis is None:
        ends = np.cumsum([np.size(a) for a in arrays])[:-1]
        return [part.reshape(np.shape(a)) for part, a in zip(np.split(g, ends), arrays)]
    ends = np.cumsum([np.shape(a)[axis] for a in arrays])[:-1]
    return np.split(g, ends, axis=axis)


def unstack(g, arrays, axis):
    return list(np.moveaxis(g, axis, 0))


def unwindow(g, x, window, axis):
    """The sum of windows, each at its place in x: the transpose of np's sliding_window_view."""
    window = window if isinstance(window, tuple) else (window,)
    axes = range(len(window)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    x_bar = np.zeros(np.shape(x), g.dtype)
    for offset in np.ndindex(*window):
        start = [0] * np.ndim(x)
        for along, by in zip(axes, offset):
            start[along] += by
        place = tuple(slice(a, a + n) for a, n in zip(start, np.shape(g)))
        x_bar[place] += g[(..., *offset)]
    return x_bar


def listed(g, depth):
    """g as a list, or as lists in lists."""
    return list(g) if depth == 1 else [listed(row, depth - 1) for row in g]


def undiagonal(g, x, offset, axis1, axis2):
    """Zeros in the shape of x, with g on the diagonal."""
    x_bar = np.zeros(np.shape(x), np.result_type(g))
    diagonal = np.diagonal(x_bar, offset, axis1, axis2)
    diagonal.flags.writeable = True
    diagonal[...] = g
    return x_bar


def undiag(g, v, k):
    if np.ndim(v) == 1:
        return np.diagonal(g, k).copy()
    return undiagonal(g, v, k, 0, 1)


def undiff_any(g, n, axis):
    for _ in range(n):
        g = -np.diff(g, axis=axis, prepend=0.0, append=0.0)
    return g


def untile(g, x, reps):
    """The sum of the copies of x that g holds."""
    shape = (1,) * (np.ndim(g) - np.ndim(x)) + np.shape(x)
    pairs = [n for size, whole in zip(shape, np.shape(g)) for n in (whole // size, size)]
    return g.reshape(pairs).sum(axis=tuple(range(0, len(pairs), 2))).reshape(np.shape(x))


def kept_places(n, places):
    """Where the elements stand that np.delete leaves."""
    return np.delete(np.arange(n), places)


def inserted_places(n, places, count):
    """The order in which n elements and then `count` new ones stand after np.insert."""
    return np.insert(np.arange(n), places, np.arange(n, n + count))


def unique_places(x):
    """Where unique values stand first, which one each element is, how many there are."""
    return np.unique(x, return_index=True, return_inverse=True, return_counts=True)[1:]


def put_along(g, x, indices, axis):
    """Zeros in the shape of x, to which g is added at the indices along the axis."""
    x_bar = np.zeros(np.shape(x), np.result_type(g))
    if axis is None:
        np.add.at(x_bar.reshape(-1), indices, g)
        return x_bar
    place = list(np.ogrid[tuple(slice(n) for n in np.shape(x))])
    place[axis] = indices
    np.add.at(x_bar, tuple(place), g)
    return x_bar


def project(g, x):
    """An adjoint with the kind, dtype and shape of its primal."""
    if isinstance(x, float | int):
        return float(np.sum(g))
    g = np.broadcast_to(g, np.shape(x)).astype(np.result_type(x), copy=True)
    return g if isinstance(x, np.ndarray) else g[()]


def zeros_list(items):
    """Zeros in the structure of a list of numbers, arrays, lists and tuples."""
    if isinstance(items, list | tuple):
        return type(items)(map(zeros_list, items))
    if isinstance(items, np.ndarray) and items.ndim:
        return np.zeros_like(items, np.result_type(items, 0.0))
    return 0.0


def add_trees(a, b):
    """The sum of two structures, item by item; of one and the number 0.0, that one."""
    if not isinstance(a, list | tuple):
        return b if isinstance(b, list | tuple) else a + b
    return type(a)(map(add_trees, a, b)) if isinstance(b, list | tuple) else a


def add_lists(a, b):
    """The sum of two lists of numbers, arrays or lists, item by item."""
    return [add_lists(x, y) if isinstance(x, list) else x + y for x, y in zip(a, b)]


def copied_items(items):
    """A list with copies of its items, lists and tuples inside it too; None as it is."""
    if isinstance(items, list | tuple):
        return type(items)(map(copied_items, items))
    return items.copy() if isinstance(items, np.ndarray) else items


def copied_any(x):
    """A copy of an array or a list; a number or None as it is."""
    return x.copy() if isinstance(x, np.ndarray | list) else x
