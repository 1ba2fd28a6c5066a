"""`custom_vjp`, `custom_jvp`: functions with derivatives of the user's own."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar

from astgrad.errors import ArgumentError

P = ParamSpec("P")
R = TypeVar("R")
F = TypeVar("F", bound=Callable[..., Any])


class custom_vjp(Generic[P, R]):  # noqa: N801
    """A function whose adjoint is given: `f.defvjp(forward, backward)`.

    `forward(*args)` returns (result, saved values); `backward(saved, g)` a tuple with the
    adjoint of each argument, None for those without a derivative.

    >>> import astgrad
    >>> @custom_vjp
    ... def f(x):
    ...     return x**2
    >>> f.defvjp(lambda x: (x**2, x), lambda x, g: (10.0 * g * x,))
    >>> astgrad.grad(f)(3.0)
    30.0
    """

    __astgrad_custom__ = "vjp"
    forward: Callable[..., Any]
    backward: Callable[..., Any]

    def __init__(self, fun: Callable[P, R]) -> None:
        self.fun = fun
        functools.update_wrapper(self, fun)
        vars(self).pop("__wrapped__")

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.fun(*args, **kwargs)

    def defvjp(self, forward: Callable[..., Any], backward: Callable[..., Any]) -> None:
        """Give the forward function, with what it saves, and the backward function."""
        self.forward, self.backward = forward, backward

    def check(self) -> None:
        if not hasattr(self, "forward"):
            raise ArgumentError(f"{getattr(self, '__name__', 'this function')} is a custom_vjp "
                                "without a rule: call its defvjp(forward, backward)")


class custom_jvp(Generic[P, R]):  # noqa: N801
    """A function whose tangent is given: `f.defjvp(rule)`, also as a decorator.

    `rule(primals, tangents)` returns (result, its tangent).

    >>> import astgrad
    >>> @custom_jvp
    ... def f(x):
    ...     return x**2
    >>> @f.defjvp
    ... def rule(primals, tangents):
    ...     (x,), (x_dot,) = primals, tangents
    ...     return x**2, 10.0 * x * x_dot
    >>> astgrad.grad(f)(3.0), astgrad.jvp(f, (3.0,), (1.0,))[1]
    (30.0, 30.0)
    """

    __astgrad_custom__ = "jvp"
    rule: Callable[..., Any]

    def __init__(self, fun: Callable[P, R]) -> None:
        self.fun = fun
        functools.update_wrapper(self, fun)
        vars(self).pop("__wrapped__")

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.fun(*args, **kwargs)

    def defjvp(self, rule: F) -> F:
        """Give the rule; returns it."""
        self.rule = rule
        return rule

    def check(self) -> None:
        if not hasattr(self, "rule"):
            raise ArgumentError(f"{getattr(self, '__name__', 'this function')} is a custom_jvp "
                                "without a rule: call its defjvp(rule)")
