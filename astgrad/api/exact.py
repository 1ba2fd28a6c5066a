"""What follows an error of derivative code: NumPy's own text, or the error with its place.

On Python floats the text uses `math.*`, which raises where NumPy gives inf or nan.  Where the
primal does not raise, and has no effects, the text with NumPy's functions is run. Where it
raises something else than the text, that is the error.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from astgrad.api.build import Compiled

RAISED_BY_MATH = (ValueError, OverflowError, ZeroDivisionError)


def failed(compiled: Compiled, error: Exception, args: tuple[Any, ...], kwargs: dict[str, Any]
           ) -> Any:
    """The result of another run; raises the error where there is none."""
    exact = instead(compiled, error, args, kwargs)
    captured = {name: get() for name, get in compiled.captures}
    return plain(attempt(exact.function, *map(widened, args), **kwargs, **captured))


def instead(compiled: Compiled, error: Exception, args: tuple[Any, ...], kwargs: dict[str, Any]
            ) -> Compiled:
    """The exact text, if the primal can be called at these arguments and the text could not."""
    if not isinstance(error, RAISED_BY_MATH) or compiled.exact is None or not compiled.primal:
        explained(error)
        raise error
    try:
        compiled.primal(*deepcopy(args), **deepcopy(kwargs))
    except RAISED_BY_MATH as own:
        explained(error)
        raise (error if type(own) is type(error) else own) from None
    return compiled.exact()


def second_part(compiled: Compiled, error: Exception, args: tuple[Any, ...]) -> Any:
    """Of a pullback or tangent map: that of the exact text at the same saved values."""
    exact = compiled.exact() if compiled.exact and isinstance(error, RAISED_BY_MATH) else None
    if exact is None or parameters(exact.second) != parameters(compiled.second):
        explained(error)
        raise error
    assert exact.second is not None
    return plain(attempt(exact.second, *map(widened, args)))


def parameters(function: Any) -> tuple[str, ...]:
    names: tuple[str, ...] = function.__code__.co_varnames[: function.__code__.co_argcount]
    return names


def attempt(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return function(*args, **kwargs)
    except Exception as error:
        explained(error)
        raise error from None


def widened(value: Any) -> Any:
    """NumPy's numbers, which give inf where Python's raise; also in lists that were saved."""
    if type(value) is float:
        return np.float64(value)
    return list(map(widened, value)) if type(value) is list else value


def plain(value: Any) -> Any:
    """Python floats for the NumPy scalars that stood in for them."""
    if type(value) is np.float64:
        return float(value)
    if type(value) in (tuple, list):
        return type(value)(map(plain, value))
    return {k: plain(v) for k, v in value.items()} if type(value) is dict else value


def explained(error: Exception) -> None:
    """Add the user's file and line to an error of derivative code."""
    from astgrad.backend.python import explain_error

    explain_error(error)
