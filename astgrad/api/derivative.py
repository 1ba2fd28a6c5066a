"""Derivative functions: `grad` and its kin give objects that are called as the primal is.

The first call with arguments of new kinds builds the derivative (`api.build`); later
calls find it by one exact key of the arguments.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from astgrad.api.build import Compiled
    from astgrad.derive.transform import Transform

LOCK = threading.RLock()
SIMPLE = (float, int, bool, complex, str, type(None))


def key_of(value: Any) -> Any:
    """What a derivative is specialised for: kinds, dtypes, shapes, structure."""
    kind = type(value)
    if kind is np.ndarray:
        return (value.dtype, value.shape, value.flags.c_contiguous)
    if kind is float or kind is int or kind is bool or kind is complex:
        return kind
    if kind is tuple or kind is list:
        return (kind, tuple(map(key_of, value)))
    if kind is dict:
        return (dict, tuple((k, key_of(v)) for k, v in value.items()))
    if kind is str or value is None:
        return (kind, value)
    if isinstance(value, np.generic):
        return kind
    if isinstance(value, tuple):
        return (kind, tuple(map(key_of, value)))
    if isinstance(value, np.ndarray):
        return (kind, value.dtype, value.shape)
    if callable(value):
        return (kind, getattr(value, "__code__", None) or id(value), id(value))
    fields = getattr(value, "__dict__", None)
    if fields is not None:
        return (kind, tuple((k, key_of(v)) for k, v in fields.items()))
    return (kind, id(value))


def _arity(fun: Any) -> int:
    """The number of parameters, or -1 where a call must be bound first."""
    try:
        parameters = inspect.signature(fun).parameters.values()
    except (TypeError, ValueError):
        return -1
    plain = all(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)
    return len(parameters) if plain else -1


class Derivative:
    """A derivative of `fun`, specialised and compiled for the kinds of its arguments.

    `source(*args)` is the text for these arguments, `compiled(*args)` the plain function.
    """

    def __init__(self, transform: Transform) -> None:
        self.__astgrad__ = transform
        fun = transform.fun
        self.__name__ = f"{getattr(fun, '__name__', 'function')}_{transform.kind}"
        self.__qualname__ = self.__name__
        self.__doc__ = getattr(fun, "__doc__", None)
        self.__module__ = getattr(fun, "__module__", __name__)
        self._cache: dict[Any, Compiled] = {}
        self._arity = _arity(fun)

    @property
    def __signature__(self) -> inspect.Signature:
        return inspect.signature(self.__astgrad__.fun)

    def __repr__(self) -> str:
        return f"<{self.__astgrad__.kind} of {getattr(self.__astgrad__.fun, '__qualname__', '?')}>"

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        import types

        return types.MethodType(self, instance)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if kwargs or len(args) != self._arity:
            args, kwargs = self._bind(args, kwargs)
            key: Any = (tuple([key_of(arg) for arg in args]), key_of(kwargs))
        else:
            key = tuple([key_of(arg) for arg in args])
        compiled = self._cache.get(key)
        if compiled is None or (compiled.checked and not compiled.holds()):
            compiled = self._find(key, args, kwargs)
        try:
            if compiled.captures:
                kwargs = {**kwargs, **{name: get() for name, get in compiled.captures}}
            return compiled.function(*args, **kwargs)
        except Exception as error:
            from astgrad.backend.python import explain_error

            explain_error(error)
            raise

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]
              ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        bound = self.__signature__.bind(*args, **kwargs)
        bound.apply_defaults()
        return bound.args, bound.kwargs

    def _find(self, key: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Compiled:
        """Build the derivative for new kinds, or again where a helper was redefined."""
        from astgrad.api.build import build

        with LOCK:
            compiled = self._cache.get(key)
            if compiled is None or not compiled.holds():
                compiled = build(self.__astgrad__, args, kwargs)
                if len(self._cache) > 1000:
                    self._cache.clear()
                self._cache[key] = compiled
        return compiled

    def source(self, *args: Any, **kwargs: Any) -> str:
        """The text of this derivative for the kinds of these arguments."""
        return self._specialised(args, kwargs).text

    def compiled(self, *args: Any, **kwargs: Any) -> Callable[..., Any]:
        """The plain specialised function; `inspect.getsource` shows its text."""
        return self._specialised(args, kwargs).function

    def _specialised(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Compiled:
        args, kwargs = self._bind(args, kwargs)
        return self._find((tuple(map(key_of, args)), key_of(kwargs), "text"), args, kwargs)


__all__ = ["Callable", "Derivative", "key_of"]
