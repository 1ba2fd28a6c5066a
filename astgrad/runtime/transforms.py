"""Helpers of Fourier transforms.  NumPy only."""

import numpy as np


def resized(x, n, axis):
    """x cut off, or filled up with zeros, to length n along an axis."""
    shape = list(np.shape(x))
    kept = [slice(None)] * len(shape)
    kept[axis] = slice(min(n, shape[axis]))
    shape[axis] = n
    y = np.zeros(shape, x.dtype)
    y[tuple(kept)] = x[tuple(kept)]
    return y


def doubled(x, n, axis):
    """A half spectrum of n samples; the bins that stand for two frequencies twice."""
    k = np.arange(np.shape(x)[axis])
    weight = np.where((k == 0) | (2 * k == n), 1.0, 2.0)
    after = np.ndim(x) - 1 - axis % np.ndim(x)
    return x * weight.astype(x.real.dtype).reshape([-1] + [1] * after)


def full_shape(a, b):
    """The shape of the full convolution of a and b."""
    return tuple(m + n - 1 for m, n in zip(np.shape(a), np.shape(b), strict=True))


def cut_centre(x, shape):
    """The part of this shape in the middle of x."""
    starts = [(m - n) // 2 for m, n in zip(np.shape(x), shape, strict=True)]
    return x[tuple(slice(i, i + n) for i, n in zip(starts, shape, strict=True))]


def placed(x, shape):
    """Zeros of this shape with x in the middle."""
    y = np.zeros(shape, x.dtype)
    starts = [(m - n) // 2 for m, n in zip(shape, np.shape(x), strict=True)]
    y[tuple(slice(i, i + n) for i, n in zip(starts, np.shape(x), strict=True))] = x
    return y
