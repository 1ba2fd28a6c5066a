"""The helper of `debug=True`."""

import numpy as np


def check_adjoint(bar, shape, dtype, name, place):
    """Raise where an adjoint is not finite, or does not fit its primal."""
    for item in bar if isinstance(bar, list | tuple) else ():
        check_adjoint(item, None, dtype, name, place)
    if not isinstance(bar, int | float | complex | np.ndarray | np.generic):
        return
    bar = np.asarray(bar)
    wrong = np.argwhere(~np.isfinite(bar)).tolist()
    if wrong:
        found = bar[tuple(wrong[0])]
        at = f" at {wrong[0]}" if wrong[0] else ""
        raise FloatingPointError(f"the adjoint of {name} is {found}{at}, {place}")
    if shape is not None and bar.shape != shape:
        found = f"has the shape {bar.shape}, its primal {shape}"
        raise TypeError(f"the adjoint of {name} {found}, {place}")
    if dtype and (np.dtype(dtype).kind != bar.dtype.kind or not np.can_cast(dtype, bar.dtype)):
        raise TypeError(f"the adjoint of {name} is {bar.dtype}, its primal {dtype}, {place}")
