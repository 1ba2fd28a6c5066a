"""Derivatives of bound methods: by the fields of the receiver, and of those that write to it.

Both are derivatives of the method's function, whose first argument is the receiver.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from astgrad.api.derivative import Derivative
from astgrad.api.keys import key_of
from astgrad.api.tree import is_float
from astgrad.errors import AstgradError

if TYPE_CHECKING:
    from astgrad.api.build import Compiled
    from astgrad.derive.transform import Transform

P = ParamSpec("P")
R = TypeVar("R")


def bound_method(fun: Any) -> Any:
    """The method of the user's that a call runs: that of a bound method, or `__call__`."""
    if not isinstance(fun, types.MethodType):
        fun = getattr(fun, "__call__", None)  # noqa: B004 - the method itself
    plain = isinstance(fun, types.MethodType) and isinstance(fun.__func__, types.FunctionType)
    return fun if plain else None


def receiver_name(method: Any) -> str:
    code = method.__func__.__code__
    return str(code.co_varnames[0]) if code.co_argcount else ""


def asks_receiver(fun: Any, argnums: Any) -> bool:
    """Whether argnums names the receiver of a bound method."""
    if hasattr(fun, "__astgrad__") or isinstance(fun, types.FunctionType):
        return False
    method = bound_method(fun)
    wanted = argnums if isinstance(argnums, tuple) else (argnums,)
    return method is not None and receiver_name(method) in wanted


def unbound(transform: Transform, method: Any) -> Transform:
    """The transform of the method's function; positions count the receiver."""
    def moved(item: Any) -> Any:
        counted = isinstance(item, int) and not isinstance(item, bool) and item >= 0
        return item + 1 if counted else item

    argnums = transform.argnums
    moved_all = tuple(map(moved, argnums)) if isinstance(argnums, tuple) else moved(argnums)
    return replace(transform, fun=method.__func__, argnums=moved_all)


class MethodDerivative(Derivative[P, R]):
    """A derivative of a bound method that has the receiver among its arguments."""

    def __init__(self, transform: Transform) -> None:
        method = bound_method(transform.fun)
        self.receiver = method.__self__
        super().__init__(unbound(transform, method))

    @property
    def __signature__(self) -> inspect.Signature:
        parameters = list(inspect.signature(self.__astgrad__.fun).parameters.values())
        return inspect.Signature(parameters[1:])

    if TYPE_CHECKING:

        def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...

    else:

        def __call__(self, /, *args, **kwargs):
            return self._slow((self.receiver, *args), kwargs)

    def source(self, *args: Any, **kwargs: Any) -> str:
        """The text of this derivative; the receiver is its first parameter."""
        return super().source(self.receiver, *args, **kwargs)

    def compiled(self, *args: Any, **kwargs: Any) -> Callable[..., Any]:
        """The plain specialised function, of the receiver and the arguments."""
        return super().compiled(self.receiver, *args, **kwargs)


def with_receiver(fun: Any) -> tuple[Callable[..., Any], tuple[Any, ...]] | None:
    """The function of a bound method, and the receiver as its first argument."""
    method = bound_method(fun)
    if method is None or isinstance(fun, types.FunctionType) or hasattr(fun, "__astgrad__"):
        return None
    return method.__func__, (method.__self__,)


NO_RECORDS = (type, types.FunctionType, types.MethodType, types.BuiltinFunctionType,
              types.ModuleType)


def still(value: Any) -> Any:
    """A tangent of zeros: None where there is no derivative, objects as namespaces of fields."""
    if is_float(value):
        return value * 0
    if isinstance(value, dict):
        return {key: still(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        items = [still(item) for item in value]
        return value._make(items) if hasattr(value, "_make") else type(value)(items)
    if hasattr(value, "__dict__") and not isinstance(value, NO_RECORDS):
        return types.SimpleNamespace(**{name: still(item) for name, item in vars(value).items()})
    return None


def method_that_writes(transform: Transform, args: tuple[Any, ...], kwargs: dict[str, Any]
                       ) -> Compiled | None:
    """The derivative of a bound method with its receiver as an argument, called without it:
    what the method writes to the receiver is then written to a copy.  None if it fails too.
    """
    from astgrad.api.build import build

    method = bound_method(transform.fun)
    if method is None or isinstance(transform.fun, types.FunctionType):
        return None
    receiver = method.__self__
    try:
        compiled = build(unbound(transform, method), (receiver, *args), kwargs)
    except AstgradError:
        return None
    key, holds = key_of(receiver), compiled.holds
    compiled.function = partial(compiled.function, receiver)
    compiled.holds = lambda: key_of(receiver) == key and holds()
    compiled.exact = compiled.primal = None
    return compiled
