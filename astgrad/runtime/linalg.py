"""Helpers of linear algebra at singular matrices.  NumPy only."""

import numpy as np


def cofactors(a):
    """The derivative of det(a), also where a is singular: from its singular values."""
    u, s, vh = np.linalg.svd(a)
    others = np.where(np.eye(s.shape[-1], dtype=bool), 1.0, s[..., None, :]).prod(-1)
    sign = (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]
    return sign * (np.conj(u) * others[..., None, :]) @ np.conj(vh)


def second_minors(g, a):
    """The derivative of sum(g * cofactors(a)) by a."""
    u, s, vh = np.linalg.svd(a)
    n = s.shape[-1]
    kept = ~(np.eye(n, dtype=bool)[:, None] | np.eye(n, dtype=bool))
    pairs = np.where(kept, s[..., None, None, :], 1.0).prod(-1) * (1.0 - np.eye(n))
    sign = (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]
    inner = np.conj(np.swapaxes(u, -1, -2)) @ g @ np.conj(np.swapaxes(vh, -1, -2))
    traces = np.sum(pairs * np.diagonal(inner, axis1=-2, axis2=-1)[..., None, :], -1)
    core = traces[..., None] * np.eye(n) - pairs * np.swapaxes(inner, -1, -2)
    return sign * (np.conj(u) @ core @ np.conj(vh))
