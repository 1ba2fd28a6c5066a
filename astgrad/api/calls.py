"""`jvp`, `vjp`, `linearize`, `hvp`, `ggnvp`: derivatives along directions, at once."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from astgrad.api.derivative import (
    LOCK,
    Cache,
    Compile,
    Derivative,
    Optimise,
    check_compile,
    check_optimise,
)  # fmt: skip
from astgrad.api.exact import attempt, instead, plain, second_part, widened
from astgrad.api.keys import key_of
from astgrad.api.methods import still, with_receiver
from astgrad.api.seeds import conform, kind_of, outline
from astgrad.errors import ArgumentError, UnsupportedError
from astgrad.signatures import bound

if TYPE_CHECKING:
    from astgrad.api.build import Compiled

MOST = 256  # functions whose compiled forms are kept
CACHES: dict[Any, tuple[Any, Any]] = {}


def kept(fun: Any, kind: str, make: Callable[[], Any]) -> Any:
    """What was made for a function, as long as it is among the last that were used."""
    inner = getattr(fun, "__func__", None)
    key = (kind, id(fun)) if inner is None else (kind, id(inner), id(fun.__self__))
    found = CACHES.get(key)
    if found is None:
        if not callable(fun):
            name = kind.split(maxsplit=1)[0]
            raise ArgumentError(f"{name} differentiates a function, and was given {fun!r}")
        with LOCK:
            while len(CACHES) >= MOST:
                CACHES.pop(next(iter(CACHES)))
            found = CACHES[key] = (fun, make())
    return found[1]


def cache_of(fun: Any, kind: str, **options: Any) -> Cache:
    from astgrad.analysis.options import checking

    options["checked"] = checking()
    check_compile(options["compile"])
    check_optimise(options["optimise"], options["compile"])

    def make() -> Cache:
        from astgrad.derive.transform import Transform

        transform = Transform(kind, fun, **options)
        builder = builder_of(kind, transform.compile is not None)
        return Cache(lambda *given: builder(transform, *given))

    cache: Cache = kept(fun, f"{kind} {options}", make)
    return cache


def builder_of(kind: str, compiled: bool) -> Callable[..., Compiled]:
    if compiled:
        from astgrad.api.compiled_maps import build_compiled_jvp, build_compiled_map

        return build_compiled_jvp if kind == "jvp" else build_compiled_map
    from astgrad.api.linear import build_jvp, build_map

    return build_jvp if kind == "jvp" else build_map


def run_at(compiled: Compiled, primals: tuple[Any, ...], *args: Any, **kwargs: Any
           ) -> tuple[Any, Compiled]:
    """The result of `compiled.function`, or of the text that has to be run instead."""
    try:
        return compiled.function(*args, **kwargs), compiled
    except Exception as error:  # noqa: BLE001
        if compiled.fallback is not None:
            compiled = compiled.fallback(error)
        else:
            exact = instead(compiled, error, primals, {})
            result = attempt(exact.function, *map(widened, args),
                             **{k: widened(v) for k, v in kwargs.items()})
            return result if exact.second else plain(result), exact
    return run_at(compiled, primals, *args, **kwargs)


@dataclass(frozen=True)
class Saved:
    """What a forward sweep left for the linear map, and the text that it is for.

    `given` are copies of its arguments where another text may have to be run instead.
    """

    compiled: Compiled
    values: tuple[Any, ...]
    given: tuple[tuple[Any, ...], dict[str, Any]] | None


def run_forward(compiled: Compiled, args: tuple[Any, ...], kwargs: dict[str, Any]
                ) -> tuple[Any, Saved]:
    """The result of `f_forward` and what it saved."""
    given = None if compiled.fallback is None else deepcopy((args, kwargs))
    (out, *values), used = run_at(compiled, args, *args, **kwargs)
    return plain(out) if used.is_exact else out, Saved(used, tuple(values), given)


def run_second(saved: Saved, *args: Any) -> Any:
    """A pullback or tangent map at saved values."""
    compiled = saved.compiled
    assert compiled.second is not None
    try:
        result = compiled.second(*args, *saved.values)
        return plain(result) if compiled.is_exact else result
    except Exception as error:  # noqa: BLE001
        if compiled.fallback is None or saved.given is None:
            return second_part(compiled, error, (*args, *saved.values))
        compiled = compiled.fallback(error)
    return run_second(run_forward(compiled, *saved.given)[1], *args)


def jvp(fun: Callable[..., Any], primals: Any, tangents: Any, *, has_aux: bool = False,
        strong_zero: bool = False, compile: Compile = None,
        optimise: Optimise = "text") -> Any:
    """(result, its tangent) at `primals` in the direction `tangents`.

    Tangents have the structure and shapes of the primals; int, bool, str and None leaves
    want None.  The result's tangent has the result's structure, None for such leaves.
    With `has_aux` the function returns (value, aux), and this (value, tangent, aux).
    `compile="numba"` or "auto", `optimise="speed"`: as in `grad`.

    >>> import astgrad
    >>> astgrad.jvp(lambda x, y: x * y, (3.0, 5.0), (1.0, 10.0))
    (15.0, 35.0)
    """
    primals, tangents = sequence("primals", primals), sequence("tangents", tangents)
    if len(primals) != len(tangents):
        raise ArgumentError(f"jvp takes a tangent for each primal: {len(primals)} primals and "
                            f"{len(tangents)} tangents were given")
    options: dict[str, Any] = {"has_aux": has_aux, "strong_zero": strong_zero, "compile": compile,
                               "optimise": optimise}
    cache = cache_of(fun, "jvp", **options)
    try:
        compiled = cache.find(key_of((primals, tangents)), primals, primals, tangents)
    except UnsupportedError as error:
        function, receiver = receiver_apart(fun, error)
        return jvp(function, (*receiver, *primals), (*map(still, receiver), *tangents), **options)
    arguments = bound(fun, primals, {})
    args, kwargs = arguments.args, arguments.kwargs
    outer = {name: get() for name, get in compiled.captures}
    if compiled.layout is None:
        if args[len(primals) :]:
            outer |= kwargs
        return run_at(compiled, primals, *args, *tangents, **outer)[0]
    dots = dict(zip(compiled.layout, tangents, strict=True))
    return run_at(compiled, primals, *args, **kwargs, **dots, **outer)[0]


def sequence(name: str, given: Any) -> tuple[Any, ...]:
    if not isinstance(given, tuple | list):
        raise ArgumentError(f"{name} is {kind_of(given)}: give a tuple, one entry per argument")
    return tuple(given)


def receiver_apart(fun: Any, error: UnsupportedError) -> tuple[Any, tuple[Any, ...]]:
    """The function of a bound method and its receiver, as which it is differentiated where it
    writes to the receiver; raises the error where there is none.
    """
    apart = with_receiver(fun)
    if apart is None:
        raise error
    return apart


class Pullback:
    """The linear map from seeds (adjoints of a result) to adjoints of the primals.

    It may be called any number of times, in any order, from any thread.
    """

    __slots__ = ("_first", "_like", "_saved", "text")

    def __init__(self, saved: Saved, like: Any, first: int) -> None:
        """The adjoints before `first` belong to the receiver of a method."""
        self._saved, self._like = saved, like
        self.text, self._first = saved.compiled.text, first

    def __call__(self, seed: Any) -> Any:
        seed = conform(self._like, seed, "the seed")
        return run_second(self._saved, seed)[self._first :]

    def __repr__(self) -> str:
        return "<pullback>"


class TangentMap:
    """The linear map from tangents of the primals to the tangent of the result."""

    __slots__ = ("_like", "_saved", "_still", "text")

    def __init__(self, saved: Saved, like: Any, still: tuple[Any, ...]) -> None:
        """`still` are the tangents of the receiver of a method."""
        self._saved, self._like, self._still = saved, like, still
        self.text = saved.compiled.text

    def __call__(self, *tangents: Any) -> Any:
        if len(tangents) != len(self._like):
            raise ArgumentError(f"the linear map takes {len(self._like)} tangents, "
                                f"{len(tangents)} were given")
        given = [conform(like, t, f"tangent {i}")
                 for i, (like, t) in enumerate(zip(self._like, tangents, strict=True))]
        return run_second(self._saved, *self._still, *given)

    def __repr__(self) -> str:
        return "<linear map>"


def vjp(fun: Callable[..., Any], *primals: Any, has_aux: bool = False, debug: bool = False,
        strong_zero: bool = False, compile: Compile = None,
        optimise: Optimise = "text") -> Any:
    """(result, pullback): `pullback(seed)` gives a tuple, one adjoint per primal.

    The seed has the structure and shapes of the result.  int, bool, str and None leaves
    of a primal have the adjoint None.  With `has_aux`: (value, pullback, aux).
    `compile="numba"` or "auto": as in `grad`; the pullback then keeps a copy of the primals.
    `optimise="speed"`: as in `grad`.

    >>> import astgrad
    >>> out, pullback = astgrad.vjp(lambda x, y: x * y, 3.0, 5.0)
    >>> out, pullback(1.0)
    (15.0, (5.0, 3.0))
    """
    if debug and compile is not None:
        raise ArgumentError("debug=True is for text that Python runs: leave out compile")
    out, aux, saved, receiver = forward_part(
        fun, primals, "vjp", has_aux=has_aux, debug=debug, strong_zero=strong_zero,
        compile=compile, optimise=optimise)
    pullback = Pullback(saved, outline(out), len(receiver))
    return (out, pullback, aux) if has_aux else (out, pullback)


def linearize(fun: Callable[..., Any], *primals: Any, has_aux: bool = False,
              strong_zero: bool = False, compile: Compile = None,
              optimise: Optimise = "text") -> Any:
    """(result, linear map): the map takes tangents of the primals, as `jvp` does.

    The function runs once; the map repeats none of its work.
    `compile="numba"` or "auto": as in `grad`; the map then keeps a copy of the primals.
    `optimise="speed"`: as in `grad`.

    >>> import astgrad
    >>> out, tangent = astgrad.linearize(lambda x: x**3, 2.0)
    >>> out, tangent(1.0), tangent(10.0)
    (8.0, 12.0, 120.0)
    """
    out, aux, saved, receiver = forward_part(
        fun, primals, "linearize", has_aux=has_aux, strong_zero=strong_zero, compile=compile,
        optimise=optimise)
    made = TangentMap(saved, tuple(map(outline, primals)), tuple(map(still, receiver)))
    return (out, made, aux) if has_aux else (out, made)


def forward_part(fun: Any, primals: tuple[Any, ...], kind: str, **options: Any
                 ) -> tuple[Any, Any, Saved, tuple[Any, ...]]:
    """Run `f_forward`: result, aux, what it saved, and the receiver that was its argument."""
    try:
        return (*first_part(fun, primals, kind, **options), ())
    except UnsupportedError as error:
        function, receiver = receiver_apart(fun, error)
        return (*first_part(function, (*receiver, *primals), kind, **options), receiver)


def first_part(fun: Any, primals: tuple[Any, ...], kind: str, *, has_aux: Any, **options: Any
               ) -> tuple[Any, Any, Saved]:
    cache = cache_of(fun, kind, has_aux=has_aux, **options)
    compiled = cache.find(key_of(primals), primals, primals)
    given = bound(fun, primals, {})
    outer = {name: get() for name, get in compiled.captures}
    out, saved = run_forward(compiled, given.args, given.kwargs | outer)
    out, aux = out if has_aux else (out, None)
    return out, aux, saved


# -- second order -----------------------------------------------------------------------------


def hvp(fun: Callable[..., Any], primals: Any, tangents: Any, *, compile: Compile = None,
        optimise: Optimise = "text") -> Any:
    """The Hessian times a direction, forward over reverse: one gradient and its tangent.

    A tuple with the structure of the primals.
    `compile="numba"` or "auto", `optimise="speed"`: as in `grad`.

    >>> import astgrad
    >>> astgrad.hvp(lambda x, y: x**2 * y, (3.0, 5.0), (1.0, 0.0))
    (10.0, 6.0)
    """
    primals, tangents = sequence("primals", primals), sequence("tangents", tangents)
    options: dict[str, Any] = {"compile": compile, "optimise": optimise}
    try:
        return gradient_along(fun, (), primals, tangents, **options)
    except UnsupportedError as error:
        function, receiver = receiver_apart(fun, error)
        return gradient_along(function, receiver, primals, tangents, **options)


def gradient_along(fun: Any, receiver: tuple[Any, ...], primals: tuple[Any, ...],
                   tangents: tuple[Any, ...], **options: Any) -> Any:
    """The tangent of the gradient by the primals, which come after the receiver of a method."""
    from astgrad.api.functions import grad

    argnums = tuple(range(len(receiver), len(receiver) + len(primals)))
    inner: Derivative[..., Any] = kept(fun, f"hvp {argnums}", lambda: grad(fun, argnums))
    return jvp(inner, (*receiver, *primals), (*map(still, receiver), *tangents), **options)[1]


def ggnvp(outer: Callable[[Any], Any], inner: Callable[..., Any], primals: Any, tangents: Any, *,
          compile: Compile = None, optimise: Optimise = "text") -> Any:
    """The generalised Gauss-Newton matrix of `outer(inner(*primals))` times a direction.

    J^T H J v, with J the Jacobian of `inner` and H the Hessian of `outer` at its result.
    `compile="numba"` or "auto", `optimise="speed"`: as in `grad`.

    >>> import numpy as np, astgrad
    >>> astgrad.ggnvp(lambda r: 0.5 * np.sum(r**2), lambda x: x**2, (np.array([3.0]),),
    ...               (np.array([1.0]),))
    (array([36.]),)
    """
    way: dict[str, Any] = {"compile": compile, "optimise": optimise}
    _, along = jvp(inner, primals, tangents, **way)
    result, pullback = vjp(inner, *primals, **way)
    (curved,) = hvp(outer, (result,), (along,), **way)
    return pullback(curved)
