"""Derivative functions: `grad` and its kin give objects that are called as the primal is.

The first call with arguments of new kinds builds the derivative (`api.build`); later
calls find it by one exact key of the arguments.
"""

from __future__ import annotations

import inspect
import threading
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Literal, ParamSpec, TypeVar

from astgrad.api.exact import failed
from astgrad.api.keys import PLAIN, ints, key_of, pattern_of, shared
from astgrad.signatures import bound, signature_of

if TYPE_CHECKING:
    from astgrad.api.build import Compiled
    from astgrad.derive.transform import Transform

P = ParamSpec("P")
R = TypeVar("R")
Compile = Literal["numba", "auto"] | None
Optimise = Literal["text", "speed"]
LOCK = threading.RLock()
MISSING: Any = object()
MOST = 1000  # keys that a cache holds


class Cache:
    """Compiled derivatives by the keys of their arguments; `build` makes a new one."""

    def __init__(self, build: Callable[..., Compiled]) -> None:
        self.build = build
        self.found: dict[Any, Compiled] = {}
        self.fixed: set[int] = set()  # the sizes that some text holds for alone

    def find(self, key: Any, args: tuple[Any, ...], *given: Any, sizes: bool = False) -> Compiled:
        """The derivative for `given`; built for new kinds, or where a helper was redefined.

        `args` are what may share memory; with `sizes` the text depends on sizes.
        """
        compiled = self.found.get(key)
        if compiled is not None and compiled.holds():
            return self.narrowed(compiled, key, args, given)
        with LOCK:
            pattern, compiled = self.candidate(key, sizes)
            if compiled is None or not compiled.holds():
                compiled, exact, fixed = self.built(key, given)
                if not fixed <= self.fixed:
                    self.fixed |= fixed
                    pattern, _ = self.candidate(key, sizes)
                pattern = key if exact or compiled.by_value else pattern
                if compiled.by_value:
                    self.found[key, condition(compiled, args)] = compiled
            if len(self.found) > MOST:
                self.found.clear()
            self.found[pattern] = self.found[key] = compiled
        return self.narrowed(compiled, key, args, given)

    def candidate(self, key: Any, sizes: bool) -> tuple[Any, Compiled | None]:
        """What was built for these kinds, and for sizes where its assumptions hold as well."""
        pattern: Any = ("pattern", key if sizes else pattern_of(key, self.fixed))
        while True:
            compiled = self.found.get(pattern)
            if compiled is None or all(outcomes := compiled.outcomes(key)):
                return pattern, compiled
            pattern = (pattern, outcomes)

    def built(self, key: Any, given: Any) -> tuple[Compiled, bool, set[int]]:
        """A new derivative, whether its text holds for these sizes only, and the sizes that it
        holds for alone.
        """
        from astgrad.ir.sizes import ASKED, FIXED, assuming

        asked: list[Any] = []
        fixed: set[int] = set()
        tokens = ASKED.set(asked), FIXED.set(fixed)
        try:
            compiled, assumed = assuming(lambda: self.build(*given))
            compiled.assumed, compiled.key = assumed, key
            return compiled, bool(asked), fixed
        finally:
            ASKED.reset(tokens[0])
            FIXED.reset(tokens[1])

    def narrowed(self, compiled: Compiled, key: Any, args: tuple[Any, ...], given: Any
                 ) -> Compiled:
        """The derivative where more than the key matters."""
        if not (compiled.writes or compiled.by_value):
            return compiled
        more = condition(compiled, args)
        if more == ((), ()):
            return compiled
        with LOCK:
            found = self.found.get((key, more))
            if found is None or not found.holds():
                found = self.found[key, more] = self.build(*given)
        return found


def condition(compiled: Compiled, args: tuple[Any, ...]) -> tuple[Any, Any]:
    """What a derivative depends on besides the kinds of its arguments: which arrays are one
    where it writes to them, and the ints where it was written out for them.
    """
    return (shared(args) if compiled.writes else (), ints(args) if compiled.by_value else ())


class Derivative(Generic[P, R]):
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
        self._cache = Cache(self._build)
        self._fast: dict[Any, Compiled] = {}  # by the types of Python numbers
        self._one: dict[Any, Any] = {}  # the same of one number
        self._sizes = transform.mode == "auto"
        self._arity = arity(fun)

    @property
    def __signature__(self) -> inspect.Signature:
        return signature_of(self.__astgrad__.fun)

    def __repr__(self) -> str:
        return f"<{self.__astgrad__.kind} of {getattr(self.__astgrad__.fun, '__qualname__', '?')}>"

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    if TYPE_CHECKING:

        def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...

    else:  # one number is the case where the call itself takes time

        def __call__(self, first=MISSING, /, *rest, **kwargs):
            found = self._one.get(type(first))
            if found is None or rest or kwargs or not found[1]():
                args = () if first is MISSING else (first, *rest)
                return self._numbers(args) if rest and not kwargs else self._slow(args, kwargs)
            try:
                return found[0](first)
            except Exception as error:  # noqa: BLE001
                return failed(found[2], error, (first,), {})

    def _numbers(self, args: tuple[Any, ...]) -> Any:
        """A call with positional arguments only, perhaps all Python numbers."""
        compiled = self._fast.get(tuple(map(type, args)))
        if compiled is None or not compiled.holds():
            return self._slow(args, {})
        try:
            return compiled.function(*args)
        except Exception as error:  # noqa: BLE001
            return failed(compiled, error, args, {})

    def _slow(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A call with arrays, keywords or captured values, or with new kinds."""
        if kwargs or len(args) != self._arity:
            return self._general(args, kwargs)
        key = tuple([key_of(arg) for arg in args])
        compiled = self._cache.found.get(key)
        if (compiled is None or compiled.writes or compiled.by_value
                or not compiled.holds()):
            compiled = self._cache.find(key, args, args, {}, sizes=self._sizes)
            if PLAIN.issuperset(key) and not (compiled.captures or compiled.by_value):
                self._fast[key] = compiled
                if len(key) == 1:
                    self._one[key[0]] = compiled.function, compiled.holds, compiled
        try:
            if compiled.captures:
                return compiled.function(*args, **{n: get() for n, get in compiled.captures})
            return compiled.function(*args)
        except Exception as error:  # noqa: BLE001
            return failed(compiled, error, args, {})

    def _general(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        args, kwargs = self.bind(args, kwargs)
        compiled = self._specialised(args, kwargs)
        try:
            return compiled.function(*args, **kwargs,
                                     **{name: get() for name, get in compiled.captures})
        except Exception as error:  # noqa: BLE001
            return failed(compiled, error, args, kwargs)

    def bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]
             ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of a call, with defaults."""
        arguments = bound(self.__astgrad__.fun, args, kwargs)
        return arguments.args, arguments.kwargs

    def _build(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Compiled:
        from astgrad.api.build import build
        from astgrad.errors import UnsupportedError

        if self.__astgrad__.compile is not None:
            from astgrad.api.compiled import build_compiled

            return build_compiled(self.__astgrad__, args, kwargs)
        try:
            return build(self.__astgrad__, args, kwargs)
        except UnsupportedError:
            from astgrad.api.methods import method_that_writes

            made = method_that_writes(self.__astgrad__, args, kwargs)
            if made is None:
                raise
            return made

    def _specialised(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Compiled:
        key = ("call", key_of(args), key_of(kwargs))
        return self._cache.find(key, (args, kwargs), args, kwargs, sizes=self._sizes)

    def source(self, *args: Any, **kwargs: Any) -> str:
        """The text of this derivative for the kinds of these arguments."""
        return self._specialised(*self.bind(args, kwargs)).text

    def compiled(self, *args: Any, **kwargs: Any) -> Callable[..., Any]:
        """The plain specialised function; `inspect.getsource` shows its text."""
        return self._specialised(*self.bind(args, kwargs)).function


def check_compile(compile: Any) -> None:
    """ArgumentError for a word that says no way to compile."""
    if compile not in (None, "numba", "auto"):
        from astgrad.errors import ArgumentError

        raise ArgumentError(f"compile is {compile!r}: give 'numba' or 'auto'")


def check_optimise(optimise: Any, compile: Any) -> None:
    """ArgumentError for a word that says no way to optimise, or where it has no meaning."""
    from astgrad.errors import ArgumentError

    if optimise not in ("text", "speed"):
        raise ArgumentError(f"optimise is {optimise!r}: give 'text' or 'speed'")
    if optimise == "speed" and compile is not None:
        raise ArgumentError("optimise='speed' is for text that Python runs: leave out compile, "
                            "whose loops are written for speed")


def arity(fun: Any) -> int:
    """The number of parameters, or -1 where a call must be bound first."""
    parameters = signature_of(fun).parameters.values()
    plain = all(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)
    return len(parameters) if plain else -1
