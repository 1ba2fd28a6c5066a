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


composite("scipy.integrate.trapezoid(y, x=None, dx=1.0, axis=-1)", trapezoid)
composite("scipy.integrate.cumulative_trapezoid(y, x=None, dx=1.0, axis=-1, initial=None)", cumulative_trapezoid)
