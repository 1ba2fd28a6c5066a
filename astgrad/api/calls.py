"""`jvp`, `vjp`, `linearize`, `hvp`, `ggnvp`: derivatives along directions, at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from astgrad.api.derivative import LOCK, Cache, Derivative
from astgrad.api.exact import attempt, instead, plain, second_part, widened
from astgrad.api.keys import key_of
from astgrad.api.methods import still, with_receiver
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

    def make() -> Cache:
        from astgrad.api.linear import build_jvp, build_map
        from astgrad.derive.transform import Transform

        transform = Transform(kind, fun, **options)
        builder = build_jvp if kind == "jvp" else build_map
        return Cache(lambda *given: builder(transform, *given))

    cache: Cache = kept(fun, f"{kind} {options}", make)
    return cache


def run_at(compiled: Compiled, primals: tuple[Any, ...], *args: Any, **kwargs: Any
           ) -> tuple[Any, Compiled]:
    """The result of `compiled.function`, or of its exact text where that has to be run."""
    try:
        return compiled.function(*args, **kwargs), compiled
    except Exception as error:  # noqa: BLE001
        exact = instead(compiled, error, primals, {})
        result = attempt(exact.function, *map(widened, args),
                         **{k: widened(v) for k, v in kwargs.items()})
        return result if exact.second else plain(result), exact


def run_second(compiled: Compiled, *args: Any) -> Any:
    """A pullback or tangent map at saved values."""
    assert compiled.second is not None
    try:
        result = compiled.second(*args)
        return plain(result) if compiled.is_exact else result
    except Exception as error:  # noqa: BLE001
        return second_part(compiled, error, args)


def jvp(fun: Callable[..., Any], primals: Any, tangents: Any, *, has_aux: bool = False,
        strong_zero: bool = False) -> Any:
    """(result, its tangent) at `primals` in the direction `tangents`.

    Tangents have the structure and shapes of the primals; int, bool, str and None leaves
    want None.  The result's tangent has the result's structure, None for such leaves.
    With `has_aux` the function returns (value, aux), and this (value, tangent, aux).

    >>> import astgrad
    >>> astgrad.jvp(lambda x, y: x * y, (3.0, 5.0), (1.0, 10.0))
    (15.0, 35.0)
    """
    primals, tangents = sequence("primals", primals), sequence("tangents", tangents)
    if len(primals) != len(tangents):
        raise ArgumentError(f"jvp takes a tangent for each primal: {len(primals)} primals and "
                            f"{len(tangents)} tangents were given")
    cache = cache_of(fun, "jvp", has_aux=has_aux, strong_zero=strong_zero)
    try:
        compiled = cache.find(key_of((primals, tangents)), primals, primals, tangents)
    except UnsupportedError as error:
        function, receiver = receiver_apart(fun, error)
        return jvp(function, (*receiver, *primals), (*map(still, receiver), *tangents),
                   has_aux=has_aux, strong_zero=strong_zero)
    arguments = bound(fun, primals, {})
    args, kwargs = arguments.args, arguments.kwargs
    outer = {name: get() for name, get in compiled.captures}
    if compiled.layout is None:
        rest = args[len(primals) :]
        if rest:
            outer |= kwargs
        return run_at(compiled, primals, *args, *tangents, **outer)[0]
    dots = dict(zip(compiled.layout, tangents, strict=True))
    return run_at(compiled, primals, *args, **kwargs, **dots, **outer)[0]


def sequence(name: str, given: Any) -> tuple[Any, ...]:
    if not isinstance(given, tuple | list):
        raise ArgumentError(f"{name} is {kind_of(given)}: give a tuple, one entry per argument")
    return tuple(given)


def kind_of(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


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

    __slots__ = ("_compiled", "_first", "_like", "_saved", "text")

    def __init__(self, compiled: Compiled, saved: tuple[Any, ...], like: Any, first: int) -> None:
        """The adjoints before `first` belong to the receiver of a method."""
        self._compiled, self._saved, self._like = compiled, saved, like
        self.text, self._first = compiled.text, first

    def __call__(self, seed: Any) -> Any:
        seed = conform(self._like, seed, "the seed")
        return run_second(self._compiled, seed, *self._saved)[self._first :]

    def __repr__(self) -> str:
        return "<pullback>"


class TangentMap:
    """The linear map from tangents of the primals to the tangent of the result."""

    __slots__ = ("_compiled", "_like", "_saved", "text")

    def __init__(self, compiled: Compiled, saved: tuple[Any, ...], like: Any) -> None:
        self._compiled, self._saved, self._like = compiled, saved, like
        self.text = compiled.text

    def __call__(self, *tangents: Any) -> Any:
        if len(tangents) != len(self._like):
            raise ArgumentError(f"the linear map takes {len(self._like)} tangents, "
                                f"{len(tangents)} were given")
        given = [conform(like, t, f"tangent {i}")
                 for i, (like, t) in enumerate(zip(self._like, tangents, strict=True))]
        return run_second(self._compiled, *given, *self._saved)

    def __repr__(self) -> str:
        return "<linear map>"


def vjp(fun: Callable[..., Any], *primals: Any, has_aux: bool = False, debug: bool = False,
        strong_zero: bool = False) -> Any:
    """(result, pullback): `pullback(seed)` gives a tuple, one adjoint per primal.

    The seed has the structure and shapes of the result.  int, bool, str and None leaves
    of a primal have the adjoint None.  With `has_aux`: (value, pullback, aux).

    >>> import astgrad
    >>> out, pullback = astgrad.vjp(lambda x, y: x * y, 3.0, 5.0)
    >>> out, pullback(1.0)
    (15.0, (5.0, 3.0))
    """
    first, options = 0, {"has_aux": has_aux, "debug": debug, "strong_zero": strong_zero}
    try:
        out, aux, compiled, saved = forward_part(fun, primals, "vjp", **options)
    except UnsupportedError as error:
        function, receiver = receiver_apart(fun, error)
        out, aux, compiled, saved = forward_part(
            function, (*receiver, *primals), "vjp", **options)
        first = len(receiver)
    pullback = Pullback(compiled, saved, outline(out), first)
    return (out, pullback, aux) if has_aux else (out, pullback)


def linearize(fun: Callable[..., Any], *primals: Any, has_aux: bool = False,
              strong_zero: bool = False) -> Any:
    """(result, linear map): the map takes tangents of the primals, as `jvp` does.

    The function runs once; the map repeats none of its work.

    >>> import astgrad
    >>> out, tangent = astgrad.linearize(lambda x: x**3, 2.0)
    >>> out, tangent(1.0), tangent(10.0)
    (8.0, 12.0, 120.0)
    """
    out, aux, compiled, saved = forward_part(
        fun, primals, "linearize", has_aux=has_aux, strong_zero=strong_zero)
    made = TangentMap(compiled, saved, tuple(map(outline, primals)))
    return (out, made, aux) if has_aux else (out, made)


def forward_part(fun: Any, primals: tuple[Any, ...], kind: str, *, has_aux: bool,
                 **options: bool) -> tuple[Any, Any, Compiled, tuple[Any, ...]]:
    """Run `f_forward`: result, aux, what was compiled, and the values it saved."""
    cache = cache_of(fun, kind, has_aux=has_aux, **options)
    compiled = cache.find(key_of(primals), primals, primals)
    given = bound(fun, primals, {})
    outer = {name: get() for name, get in compiled.captures}
    (out, *saved), used = run_at(compiled, primals, *given.args, **given.kwargs, **outer)
    out, compiled = plain(out) if used.is_exact else out, used
    aux = None
    if has_aux:
        out, aux = out
    return out, aux, compiled, tuple(saved)


# -- seeds and tangents -----------------------------------------------------------------------


class Leaf:
    """The kind, dtype and shape that a seed must have; `kind` None: no derivative."""

    __slots__ = ("dtype", "kind", "shape")

    def __init__(self, value: Any) -> None:
        self.kind: Any = type(value)
        self.shape: tuple[int, ...] = ()
        self.dtype: Any = None
        if isinstance(value, np.ndarray | np.generic):
            self.shape, self.dtype = value.shape, value.dtype
            if value.dtype.kind not in "fc":
                self.kind = None
        elif self.kind not in (float, complex):
            self.kind = None


def outline(value: Any) -> Any:
    """The structure of a value with a `Leaf` in each place."""
    if isinstance(value, tuple | list):
        items = [outline(v) for v in value]
        return value._make(items) if hasattr(value, "_make") else type(value)(items)
    if isinstance(value, dict):
        return {k: outline(v) for k, v in value.items()}
    if hasattr(value, "__dict__") and not callable(value):
        return Fields({k: outline(v) for k, v in vars(value).items()})
    return Leaf(value)


class Fields(dict[str, Any]):
    """The outline of an object."""


def conform(like: Any, given: Any, name: str) -> Any:
    """`given` with the kinds and dtypes of the outline; ArgumentError where it cannot be."""
    if isinstance(like, Leaf):
        return conform_leaf(like, given, name)
    if isinstance(like, Fields):
        if getattr(given, "__dict__", {}).keys() != like.keys():
            raise ArgumentError(f"{name} has another structure than the result: give an object "
                                f"with the fields {', '.join(like)}")
        fields = {k: conform(v, getattr(given, k), f"{name}.{k}") for k, v in like.items()}
        from types import SimpleNamespace

        return SimpleNamespace(**fields)
    if isinstance(like, dict):
        if not isinstance(given, dict) or given.keys() != like.keys():
            raise ArgumentError(f"{name} has another structure than its primal: give a dict with "
                                f"the keys {', '.join(map(repr, like))}")
        return {k: conform(v, given[k], f"{name}[{k!r}]") for k, v in like.items()}
    if not isinstance(given, tuple | list) or len(given) != len(like):
        raise ArgumentError(f"{name} has another structure than its primal: give a "
                            f"{type(like).__name__} of {len(like)}, not {kind_of(given)}"
                            + (f" of {len(given)}" if isinstance(given, tuple | list) else ""))
    items = [conform(a, b, f"{name}[{i}]")
             for i, (a, b) in enumerate(zip(like, given, strict=True))]
    return like._make(items) if hasattr(like, "_make") else type(like)(items)


def conform_leaf(like: Leaf, given: Any, name: str) -> Any:
    if like.kind is None:
        if given is None:
            return None
        raise ArgumentError(f"{name} belongs to a value without a derivative: give None there")
    if type(given) is like.kind and like.shape == getattr(given, "shape", ()) and (
            like.dtype is None or like.dtype == given.dtype):
        return given
    if not isinstance(given, int | float | complex | np.number | np.ndarray) or isinstance(
            given, bool):
        raise ArgumentError(f"{name} is {kind_of(given)}, and its primal "
                            f"{described(like)}")
    if np.shape(given) != like.shape:
        raise ArgumentError(f"{name} has the shape {np.shape(given)}, and its primal {like.shape}")
    dtype = like.dtype or like.kind
    if np.iscomplexobj(given) and np.dtype(dtype).kind != "c":
        raise ArgumentError(f"{name} is complex, and its primal is real")
    if like.dtype is None:
        return like.kind(given)
    cast = np.asarray(given, dtype)
    return cast if like.kind is np.ndarray else cast[()]


def described(like: Leaf) -> str:
    return f"an array of shape {like.shape}" if like.shape else f"a {like.kind.__name__}"


# -- second order -----------------------------------------------------------------------------


def hvp(fun: Callable[..., Any], primals: Any, tangents: Any) -> Any:
    """The Hessian times a direction, forward over reverse: one gradient and its tangent.

    A tuple with the structure of the primals.

    >>> import astgrad
    >>> astgrad.hvp(lambda x, y: x**2 * y, (3.0, 5.0), (1.0, 0.0))
    (10.0, 6.0)
    """
    from astgrad.api.functions import grad

    primals = sequence("primals", primals)
    inner: Derivative[..., Any] = kept(
        fun, f"hvp {len(primals)}", lambda: grad(fun, tuple(range(len(primals)))))
    return jvp(inner, primals, tangents)[1]


def ggnvp(outer: Callable[[Any], Any], inner: Callable[..., Any], primals: Any, tangents: Any
          ) -> Any:
    """The generalised Gauss-Newton matrix of `outer(inner(*primals))` times a direction.

    J^T H J v, with J the Jacobian of `inner` and H the Hessian of `outer` at its result.

    >>> import numpy as np, astgrad
    >>> astgrad.ggnvp(lambda r: 0.5 * np.sum(r**2), lambda x: x**2, (np.array([3.0]),),
    ...               (np.array([1.0]),))
    (array([36.]),)
    """
    _, along = jvp(inner, primals, tangents)
    result, pullback = vjp(inner, *primals)
    (curved,) = hvp(outer, (result,), (along,))
    return pullback(curved)
