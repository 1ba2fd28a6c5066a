"""Helpers of scipy.linalg: of LAPACK's storage of band matrices, where `ab[u + i - j, j]` is
element (i, j), and of pivots; of functions of matrices.
"""

import numpy as np


def transposed_band(ab, l, u):
    """The band storage of the transpose, which has u diagonals below and l above."""
    n = ab.shape[1]
    turned = np.zeros((l + u + 1, n), ab.dtype)
    for k in range(-l, u + 1):
        turned[l + k, max(-k, 0) : n + min(-k, 0)] = ab[u - k, max(k, 0) : n + min(k, 0)]
    return turned


def band_outer(x, y, l, u):
    """The elements of x @ y.T within the band."""
    n = len(x)
    ab = np.zeros((l + u + 1, n), np.result_type(x, y))
    for k in range(-l, u + 1):
        low, high = max(k, 0), n + min(k, 0)
        products = x[low - k : high - k] * y[low:high]
        ab[u - k, low:high] = products if products.ndim == 1 else products.sum(1)
    return ab


def band_times(ab, x, l, u):
    """The band matrix times x."""
    n = len(x)
    y = np.zeros(x.shape, np.result_type(ab, x))
    for k in range(-l, u + 1):
        low, high = max(k, 0), n + min(k, 0)
        diagonal = ab[u - k, low:high]
        y[low - k : high - k] += (diagonal if x.ndim == 1 else diagonal[:, None]) * x[low:high]
    return y


def pivoted(piv):
    """The order of the rows after the swaps of an LU factorisation."""
    order = np.arange(len(piv))
    for i, j in enumerate(piv):
        order[i], order[j] = order[j], order[i]
    return order


def still_real(x):
    """A function of a real matrix, if it is real."""
    if np.iscomplexobj(x):
        raise ArithmeticError("sqrtm or logm of this real matrix is complex: pass a complex matrix")
    return x
