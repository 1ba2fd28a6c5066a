"""scipy.integrate: the rules for sampled functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from astgrad.rules.table import composite


def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    y = np.moveaxis(y, axis, -1)
    if x is None:
        return dx * (np.sum(y, axis=-1) - 0.5 * (y[..., 0] + y[..., -1]))
    gaps = np.diff(x) if np.ndim(x) == 1 else np.diff(np.moveaxis(x, axis, -1))
    return np.sum(0.5 * gaps * (y[..., 1:] + y[..., :-1]), axis=-1)


def cumulative_trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1, initial: Any = None
                         ) -> Any:
    y = np.moveaxis(y, axis, -1)
    if x is None:
        areas = 0.5 * dx * (y[..., 1:] + y[..., :-1])
    else:
        gaps = np.diff(x) if np.ndim(x) == 1 else np.diff(np.moveaxis(x, axis, -1))
        areas = 0.5 * gaps * (y[..., 1:] + y[..., :-1])
    total = np.cumsum(areas, axis=-1)
    if initial is not None:
        total = np.concatenate([np.zeros_like(y[..., :1]) + initial, total], axis=-1)
    return np.moveaxis(total, -1, axis)


def simpson(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    """Parabolas over pairs of intervals; over the last of an odd number, one more."""
    y = np.moveaxis(y, axis, -1)
    n = y.shape[-1]
    if x is None:
        h = np.zeros(n - 1) + dx
    else:
        h = np.diff(x) if np.ndim(x) == 1 else np.diff(np.moveaxis(x, axis, -1))
    if n == 2:
        return 0.5 * h[..., 0] * (y[..., 0] + y[..., 1])
    end = n - 1 if n % 2 == 1 else n - 2
    a, b = h[..., 0:end:2], h[..., 1:end:2]
    first, middle, last = y[..., 0:end:2], y[..., 1:end:2], y[..., 2 : end + 1 : 2]
    total = np.sum((a + b) / 6.0 * ((2.0 - b / a) * first + (a + b) ** 2 / (a * b) * middle
                                    + (2.0 - a / b) * last), axis=-1)
    if n % 2 == 1:
        return total
    p, q = h[..., -2], h[..., -1]
    return (total + (2.0 * q**2 + 3.0 * p * q) / (6.0 * (p + q)) * y[..., -1]
            + (q**2 + 3.0 * p * q) / (6.0 * p) * y[..., -2]
            - q**3 / (6.0 * p * (p + q)) * y[..., -3])


def fixed_quad(func: Any, a: Any, b: Any, args: Any = (), n: Any = 5) -> Any:
    points, weights = np.polynomial.legendre.leggauss(n)
    half = 0.5 * (b - a)
    return half * np.sum(weights * func(half * (points + 1.0) + a, *args), axis=-1), None


composite("scipy.integrate.simpson(y, x=None, dx=1.0, axis=-1)", simpson)
composite("scipy.integrate.fixed_quad(func, a, b, args=(), n=5)", fixed_quad)
composite("scipy.integrate.trapezoid(y, x=None, dx=1.0, axis=-1)", trapezoid)
composite("scipy.integrate.cumulative_trapezoid(y, x=None, dx=1.0, axis=-1, initial=None)", cumulative_trapezoid)
