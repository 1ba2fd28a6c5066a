"""The parameters of a callable, and what a call of it says.

A function of NumPy's or SciPy's, or one written in C, means by a default what is left out;
there the defaults are not filled in.  One that names no parameters takes any positional ones.
"""

from __future__ import annotations

import functools
import inspect
import types
from typing import Any

ANY = inspect.Signature([inspect.Parameter("args", inspect.Parameter.VAR_POSITIONAL)])
LIBRARIES = ("numpy", "scipy")


def signature_of(fun: Any) -> inspect.Signature:
    """The signature, `(*args)` for a C function that has none."""
    try:
        return inspect.signature(fun)
    except ValueError:
        return ANY


def unwrap_cache(fun: Any) -> Any:
    """Look through caches and Numba dispatchers to the function that they run."""
    if isinstance(fun, functools._lru_cache_wrapper):  # noqa: SLF001 - its only name
        return fun.__wrapped__
    if type(fun).__module__.startswith("numba.") and hasattr(fun, "py_func"):
        return fun.py_func
    return fun


def innermost(fun: Any) -> Any:
    """The Python function that a callable runs in the end."""
    while True:
        if hasattr(fun, "__astgrad__"):
            fun = fun.__astgrad__.fun
        elif isinstance(fun, functools.partial):
            fun = fun.func
        elif isinstance(fun, types.MethodType):
            fun = fun.__func__
        else:
            return unwrap_cache(fun)


def has_defaults(fun: Any) -> bool:
    """Whether left-out arguments have the values of the signature's defaults."""
    fun = innermost(fun)
    if isinstance(fun, types.BuiltinFunctionType):
        return False
    return (getattr(fun, "__module__", None) or "numpy").split(".")[0] not in LIBRARIES


def bound(fun: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> inspect.BoundArguments:
    """The arguments by parameter, with defaults where they are values; TypeError as Python's."""
    made = signature_of(fun).bind(*args, **kwargs)
    if has_defaults(fun):
        made.apply_defaults()
    return made
