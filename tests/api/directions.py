"""Random directions in the structure of arguments, and inner products with them."""

import numpy as np


def is_float(value):
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind == "f"
    return isinstance(value, float)


def mapped(function, *values):
    """`function` at the float leaves of equal structures; None elsewhere."""
    first = values[0]
    if isinstance(first, dict):
        return {k: mapped(function, *(v[k] for v in values)) for k in first}
    if isinstance(first, tuple | list):
        items = [mapped(function, *parts) for parts in zip(*values, strict=True)]
        return first._make(items) if hasattr(first, "_make") else type(first)(items)
    if hasattr(first, "__dict__") and not callable(first):
        fields = {k: mapped(function, *(vars(v)[k] for v in values)) for k in vars(first)}
        made = object.__new__(type(first))
        made.__dict__.update(fields)
        return made
    return function(*values) if is_float(first) else None


def leaves(value):
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    if isinstance(value, tuple | list):
        return [leaf for item in value for leaf in leaves(item)]
    if hasattr(value, "__dict__") and not callable(value):
        return leaves(vars(value))
    return [value]


def direction(value, rng):
    def draw(leaf):
        size = np.max(np.abs(leaf), initial=0.01)
        made = rng.standard_normal(np.shape(leaf)) * size
        return made.astype(leaf.dtype) if isinstance(leaf, np.ndarray) else type(leaf)(made)

    return mapped(draw, value)


def zeros(value):
    return mapped(lambda leaf: leaf * 0, value)


def dot(a, b):
    pairs = zip(leaves(a), leaves(b), strict=True)
    return float(sum(np.sum(np.asarray(x) * y) for x, y in pairs if x is not None is not y))


def moved(value, along, step):
    """value + step * along; what is not float stays."""
    if isinstance(value, dict):
        return {k: moved(v, along[k], step) for k, v in value.items()}
    if isinstance(value, tuple | list):
        items = [moved(v, d, step) for v, d in zip(value, along, strict=True)]
        return value._make(items) if hasattr(value, "_make") else type(value)(items)
    return value + step * along if is_float(value) else value


def slope(function, step=1e-5):
    """The derivative of a function of one number at 0, by central differences."""
    near = function(step) - function(-step)
    return (8 * near - (function(2 * step) - function(-2 * step))) / (12 * step)
