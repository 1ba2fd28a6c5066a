"""`grad` and its kin: a function -> its derivative, called as the function is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, ParamSpec, overload

from astgrad.api.derivative import (
    Compile,
    Derivative,
    Optimise,
    check_compile,
    check_optimise,
)  # fmt: skip
from astgrad.api.methods import MethodDerivative, asks_receiver

P = ParamSpec("P")
Argnums = int | str | tuple[int | str, ...]
Mode = Literal["reverse", "forward"]
Maker = Callable[[Callable[P, Any]], Derivative[P, Any]]


def _made(kind: str, fun: Callable[..., Any] | None, argnums: Argnums, mode: str = "reverse",
          **options: Any) -> Any:
    from astgrad.analysis.options import checking
    from astgrad.derive.transform import Transform
    from astgrad.errors import ArgumentError

    if fun is None:
        return lambda function: _made(kind, function, argnums, mode, **options)
    if not callable(fun):
        raise ArgumentError(f"{kind} differentiates a function, and was given {fun!r}")
    if mode not in ("reverse", "forward", "auto"):
        raise ArgumentError(f"mode is {mode!r}: give 'reverse' or 'forward'")
    compiled = options.get("compile")
    check_compile(compiled)
    check_optimise(options.get("optimise"), compiled)
    if options.get("parallel") and compiled is None:
        raise ArgumentError("parallel=True is for compiled loops: give compile='numba' too")
    if options.get("debug") and compiled is not None:
        raise ArgumentError("debug=True is for text that Python runs: leave out compile")
    if options.get("debug") and mode == "forward":
        raise ArgumentError("debug=True looks at adjoints, and mode='forward' has none")
    if options.get("debug"):
        mode = "reverse"
    made = MethodDerivative if asks_receiver(fun, argnums) else Derivative
    return made(Transform(kind, fun, argnums, mode=mode, checked=checking(), **options))


@overload
def grad(fun: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False,
         holomorphic: bool = False, mode: Mode = "reverse", debug: bool = False,
         strong_zero: bool = False, compile: Compile = None,
         parallel: bool = False, optimise: Optimise = "text") -> Derivative[P, Any]: ...
@overload
def grad(fun: None = None, argnums: Argnums = 0, *, has_aux: bool = False,
         holomorphic: bool = False, mode: Mode = "reverse", debug: bool = False,
         strong_zero: bool = False, compile: Compile = None,
         parallel: bool = False, optimise: Optimise = "text") -> Maker[P]: ...
def grad(fun: Callable[..., Any] | None = None, argnums: Argnums = 0, *, has_aux: bool = False,
         holomorphic: bool = False, mode: Mode = "reverse", debug: bool = False,
         strong_zero: bool = False, compile: Compile = None,
         parallel: bool = False, optimise: Optimise = "text") -> Any:
    """The gradient of a function that returns one number.

    `argnums`: a position, a parameter's name, or a tuple of them (the result is then a
    tuple).  Of a bound method also `"self"`, for the fields of the object; and the name of a
    value that the function reads from its closure or globals.
    `has_aux`: the function returns (value, aux), the derivative (gradient, aux).
    The gradient has the structure, shapes, dtypes and kinds of the argument.
    `mode="forward"` runs the function once, and one tangent sweep for each number.
    `debug=True`: the printed code raises at the first adjoint that is not finite, or has
    another shape or dtype than its primal, and names the user's line and variable.
    `compile="numba"`: the same in explicit loops, compiled by Numba, to be found again by
    the next process; "auto" takes NumPy, with a warning, where that is not possible.
    `parallel=True` runs loops whose trips are independent in parallel.
    `strong_zero=True`: a product of an adjoint with a derivative is zero where either is
    exactly zero, also against inf and nan.
    `optimise="speed"`: the text may be longer and stranger to be faster on large arrays:
    results overwrite what is not read again, and sums of products may add in another order.

    Errors: TypeError for arguments that are not float, or a result that is not one
    number; `UnsupportedError`, a SyntaxError at the user's line, for what cannot be
    differentiated.

    >>> import astgrad
    >>> astgrad.grad(pow)(3.0, 2.0)
    6.0
    """
    return _made("grad", fun, argnums, mode, has_aux=has_aux, holomorphic=holomorphic,
                 debug=debug, strong_zero=strong_zero, compile=compile, parallel=parallel,
                 optimise=optimise)


@overload
def value_and_grad(fun: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False,
                   holomorphic: bool = False, mode: Mode = "reverse", debug: bool = False,
                   strong_zero: bool = False, compile: Compile = None,
                   parallel: bool = False, optimise: Optimise = "text") -> Derivative[P, Any]: ...
@overload
def value_and_grad(fun: None = None, argnums: Argnums = 0, *, has_aux: bool = False,
                   holomorphic: bool = False, mode: Mode = "reverse", debug: bool = False,
                   strong_zero: bool = False, compile: Compile = None,
                   parallel: bool = False, optimise: Optimise = "text") -> Maker[P]: ...
def value_and_grad(fun: Callable[..., Any] | None = None, argnums: Argnums = 0, *,
                   has_aux: bool = False, holomorphic: bool = False, mode: Mode = "reverse",
                   debug: bool = False, strong_zero: bool = False, compile: Compile = None,
                   parallel: bool = False, optimise: Optimise = "text") -> Any:
    """As `grad`; the result is (value, gradient), or ((value, aux), gradient).

    >>> import astgrad
    >>> astgrad.value_and_grad(pow)(3.0, 2.0)
    (9.0, 6.0)
    """
    return _made("value_and_grad", fun, argnums, mode, has_aux=has_aux, holomorphic=holomorphic,
                 debug=debug, strong_zero=strong_zero, compile=compile, parallel=parallel,
                 optimise=optimise)


def derivative(fun: Callable[P, Any], argnums: int | str = 0, *, has_aux: bool = False,
               strong_zero: bool = False,
               compile: Compile = None, optimise: Optimise = "text") -> Derivative[P, Any]:
    """The derivative of a function of one number; its result may be anything.

    >>> import astgrad
    >>> astgrad.derivative(lambda t: (t**2, t**3))(2.0)
    (4.0, 12.0)
    """
    made: Derivative[P, Any] = _made("derivative", fun, argnums, has_aux=has_aux,
                                     strong_zero=strong_zero, compile=compile, optimise=optimise)
    return made


def elementwise_grad(fun: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False,
                     strong_zero: bool = False,
                     compile: Compile = None, optimise: Optimise = "text") -> Derivative[P, Any]:
    """The derivative of a function that acts on each element by itself, at each element.

    >>> import numpy as np, astgrad
    >>> astgrad.elementwise_grad(lambda x: x**2)(np.array([1.0, 2.0]))
    array([2., 4.])
    """
    made: Derivative[P, Any] = _made("elementwise_grad", fun, argnums, has_aux=has_aux,
                                     strong_zero=strong_zero, compile=compile, optimise=optimise)
    return made


def jacobian(fun: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False,
             holomorphic: bool = False, debug: bool = False,
             strong_zero: bool = False,
             compile: Compile = None, optimise: Optimise = "text") -> Derivative[P, Any]:
    """The derivatives of all results by all elements of the argument.

    Of shape `y.shape + x.shape`; a structured result or argument gives a structure of
    such blocks.  The mode that needs fewer sweeps is taken; the function runs once.

    >>> import numpy as np, astgrad
    >>> astgrad.jacobian(lambda x: x[:2] * x[2])(np.array([1.0, 2.0, 3.0]))
    array([[3., 0., 1.],
           [0., 3., 2.]])
    """
    made: Derivative[P, Any] = _made("jacobian", fun, argnums, "auto", has_aux=has_aux,
                                     holomorphic=holomorphic, debug=debug,
                                     strong_zero=strong_zero, compile=compile, optimise=optimise)
    return made


def jacfwd(fun: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False,
           holomorphic: bool = False, strong_zero: bool = False,
           compile: Compile = None, optimise: Optimise = "text") -> Derivative[P, Any]:
    """`jacobian` by one tangent sweep for each element of the argument."""
    made: Derivative[P, Any] = _made("jacobian", fun, argnums, "forward", has_aux=has_aux,
                                     holomorphic=holomorphic, strong_zero=strong_zero,
                                     compile=compile, optimise=optimise)
    return made


def jacrev(fun: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False,
           holomorphic: bool = False, debug: bool = False,
           strong_zero: bool = False,
           compile: Compile = None, optimise: Optimise = "text") -> Derivative[P, Any]:
    """`jacobian` by one reverse sweep for each element of the result."""
    made: Derivative[P, Any] = _made("jacobian", fun, argnums, "reverse", has_aux=has_aux,
                                     holomorphic=holomorphic, debug=debug,
                                     strong_zero=strong_zero, compile=compile, optimise=optimise)
    return made


def value_and_jacobian(fun: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False,
                       holomorphic: bool = False, debug: bool = False,
                       strong_zero: bool = False,
                       compile: Compile = None, optimise: Optimise = "text") -> Derivative[P, Any]:
    """(value, Jacobian), as `value_and_grad`."""
    made: Derivative[P, Any] = _made("value_and_jacobian", fun, argnums, "auto", has_aux=has_aux,
                                     holomorphic=holomorphic, debug=debug,
                                     strong_zero=strong_zero, compile=compile, optimise=optimise)
    return made


def hessian(fun: Callable[P, Any], argnums: Argnums = 0, *, has_aux: bool = False,
            holomorphic: bool = False, debug: bool = False, strong_zero: bool = False,
            compile: Compile = None, optimise: Optimise = "text") -> Derivative[P, Any]:
    """The second derivatives of a function that returns one number: `x.shape + x.shape`.

    With `holomorphic=True` the number and the arguments may be complex.

    >>> import numpy as np, astgrad
    >>> astgrad.hessian(lambda x: x[0] ** 2 * x[1])(np.array([3.0, 5.0]))
    array([[10.,  6.],
           [ 6.,  0.]])
    """
    made: Derivative[P, Any] = _made("hessian", fun, argnums, has_aux=has_aux,
                                     holomorphic=holomorphic, debug=debug,
                                     strong_zero=strong_zero, compile=compile, optimise=optimise)
    return made
