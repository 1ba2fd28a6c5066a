"""`grad`, `value_and_grad`, `vjp`, `jvp`: what users call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, overload

from astgrad.api.derivative import Derivative

Argnums = int | str | tuple[int | str, ...]


def _made(kind: str, fun: Callable[..., Any] | None, argnums: Argnums, has_aux: bool,
          holomorphic: bool, mode: str) -> Any:
    from astgrad.derive.transform import Transform
    from astgrad.errors import ArgumentError

    if fun is None:
        return lambda function: _made(kind, function, argnums, has_aux, holomorphic, mode)
    if not callable(fun):
        raise ArgumentError(f"{kind} differentiates a function, and was given {fun!r}")
    if mode not in ("reverse", "forward"):
        raise ArgumentError(f"mode is {mode!r}: give 'reverse' or 'forward'")
    return Derivative(Transform(kind, fun, argnums, has_aux, holomorphic, mode))


@overload
def grad(fun: Callable[..., Any], argnums: Argnums = 0, *, has_aux: bool = False,
         holomorphic: bool = False, mode: str = "reverse") -> Derivative: ...
@overload
def grad(fun: None = None, argnums: Argnums = 0, *, has_aux: bool = False,
         holomorphic: bool = False, mode: str = "reverse"
         ) -> Callable[[Callable[..., Any]], Derivative]: ...
def grad(fun: Callable[..., Any] | None = None, argnums: Argnums = 0, *, has_aux: bool = False,
         holomorphic: bool = False, mode: str = "reverse") -> Any:
    """The gradient of a function that returns one number.

    `argnums`: a position, a parameter's name, or a tuple of them (the result is then a
    tuple).  `has_aux`: the function returns (value, aux), the derivative (gradient, aux).
    The gradient has the structure, shapes, dtypes and kinds of the argument.

    Errors: TypeError for arguments that are not float, or a result that is not one
    number; `UnsupportedError`, a SyntaxError at the user's line, for what cannot be
    differentiated.

    >>> import astgrad
    >>> astgrad.grad(pow)(3.0, 2.0)
    6.0
    """
    return _made("grad", fun, argnums, has_aux, holomorphic, mode)


def value_and_grad(fun: Callable[..., Any] | None = None, argnums: Argnums = 0, *,
                   has_aux: bool = False, holomorphic: bool = False, mode: str = "reverse") -> Any:
    """As `grad`; the result is (value, gradient), or ((value, aux), gradient)."""
    return _made("value_and_grad", fun, argnums, has_aux, holomorphic, mode)
