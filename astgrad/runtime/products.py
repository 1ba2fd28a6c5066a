"""Adjoints of products whose ranks are known at run time only."""

import numpy as np

from astgrad.runtime.shapes import unbroadcast


def matmul_left_any(g, a, b):
    """The adjoint of a in a @ b."""
    if np.ndim(b) == 1:
        return unbroadcast(np.multiply.outer(g, b), a)
    if np.ndim(a) == 1:
        return unbroadcast((b @ g[..., None])[..., 0], a)
    return unbroadcast(g @ np.swapaxes(b, -1, -2), a)


def matmul_right_any(g, a, b):
    """The adjoint of b in a @ b."""
    if np.ndim(a) == 1:
        return a * g if np.ndim(b) == 1 else a[:, None] * g[..., None, :]
    if np.ndim(b) == 1:
        return unbroadcast((np.swapaxes(a, -1, -2) @ g[..., None])[..., 0], b)
    return unbroadcast(np.swapaxes(a, -1, -2) @ g, b)


def dot_left_any(g, a, b):
    """The adjoint of a in np.dot(a, b)."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(g * b, a)
    if np.ndim(b) == 1:
        return np.multiply.outer(g, b)
    columns = np.moveaxis(b, -2, 0)
    return np.tensordot(g, columns, (range(np.ndim(a) - 1, np.ndim(g)), range(1, np.ndim(b))))


def dot_right_any(g, a, b):
    """The adjoint of b in np.dot(a, b)."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return unbroadcast(a * g, b)
    mine = range(np.ndim(a) - 1)
    back = np.tensordot(a, g, (mine, mine))
    return back if np.ndim(b) == 1 else np.moveaxis(back, 0, -2)
