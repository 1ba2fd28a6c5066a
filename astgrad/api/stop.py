"""`stop_gradient`: a value that counts as a constant."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def stop_gradient(value: T) -> T:
    """The value itself; inside a function that is differentiated it has no derivative.

    >>> import astgrad
    >>> astgrad.grad(lambda x: x * astgrad.stop_gradient(x))(3.0)
    3.0
    """
    return value
