"""Judges a derivative: `check(case, astgrad) -> Outcome`.

`astgrad` is the module, its name, or anything with `grad`, `vjp` and `jvp`. A call that it refuses with
`UnsupportedError` is counted as refused; a wrong number, a NaN, a written argument, shared memory or a wrong
structure is *wrong*; any other exception is *crashed*.
"""

from __future__ import annotations

import copy
import importlib
import inspect
import itertools
import linecache
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from .case import Case, dot, leaves
from .primal import STEP, difference

Status = Literal["ok", "refused", "wrong", "crashed"]
COUNTER = itertools.count()


@dataclass(frozen=True)
class Outcome:
    """What came of one case: where (the stage) and why (the message), unless all is well."""

    status: Status
    stage: str = ""
    message: str = ""

    def alike(self, other: Outcome) -> bool:
        """Whether another failure is of the same sort: what a shrinker must keep."""
        if self.status != other.status:
            return False
        if self.status == "crashed":
            return self.message.split(":")[0] == other.message.split(":")[0]
        return self.status != "wrong" or self.stage == other.stage


class Wrong(Exception):
    """A check did not hold."""


class Unfit(Exception):
    """Differences cannot judge the program: a kink lies too near its arguments."""


@contextmanager
def module(source: str, **names: Any) -> Iterator[dict[str, Any]]:
    """The namespace of a source text, which `inspect` and tracebacks can read while it is open."""
    filename = f"<fuzz {next(COUNTER)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    namespace: dict[str, Any] = {"__name__": filename.strip("<>").replace(" ", "_"), **names}
    try:
        exec(compile(source, filename, "exec"), namespace)
        yield namespace
    finally:
        linecache.cache.pop(filename, None)


def check(case: Case, astgrad: Any, *, second: bool = False) -> Outcome:
    """The verdict on one case; `second` looks at second derivatives too."""
    if isinstance(astgrad, str):
        astgrad = importlib.import_module(astgrad)
    stage = ["load"]
    try:
        with module(case.source) as names, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _Check(case, astgrad, names["f"], stage).run(second)
    except Wrong as error:
        return Outcome("wrong", stage[0], str(error))
    except Unfit as error:
        return Outcome("refused", stage[0], f"unfit: {error}")
    except refusals(astgrad) as error:
        return Outcome("refused", stage[0], str(error))
    except (Exception, RecursionError) as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{last.filename}:{last.lineno} in {last.name}"
        return Outcome("crashed", stage[0], f"{type(error).__name__}: {error} [{place}]")
    return Outcome("ok")


def refusals(astgrad: Any) -> tuple[type[BaseException], ...]:
    """The exceptions by which astgrad says that it does not do this."""
    errors = getattr(astgrad, "errors", astgrad)
    if errors is astgrad and inspect.ismodule(astgrad):
        try:
            errors = importlib.import_module(f"{astgrad.__name__}.errors")
        except ImportError:
            return ()
    found = getattr(errors, "UnsupportedError", None)
    return (found,) if found else ()


class _Check:
    """The checks of one case, in order."""

    def __init__(self, case: Case, astgrad: Any, f: Callable[..., Any], stage: list[str]) -> None:
        self.case, self.astgrad, self.f, self.stage = case, astgrad, f, stage
        self.args, self.before = case.fresh_args(), case.fresh_args()
        self.direction = case.direction(case.seed + 1)

    def run(self, second: bool) -> None:
        gradient = self.reverse()
        if self.shared():
            return
        self.pullback(gradient)
        self.forward(gradient)
        if second:
            self.forward_over_reverse()
            self.reverse_over_reverse()

    def shared(self) -> bool:
        """Whether two arguments are one array: a call of vjp with both is rightly an error if it is written."""
        arrays = [leaf for arg in self.args for leaf in leaves(arg) if isinstance(leaf, np.ndarray)]
        return len({id(array) for array in arrays}) < len(arrays)

    # first order

    def reverse(self) -> list[Any]:
        """grad: structure, memory, arguments, and its value against central differences."""
        self.stage[0] = "grad"
        result = self.astgrad.grad(self.f, argnums=self.case.argnums)(*self.args)
        self.untouched()
        gradient = self.flat(result)
        for seed in (1, 2):
            direction = self.case.direction(self.case.seed + seed)
            self.stage[0] = "grad against differences"
            expected, error = self.differences(self.f, direction)
            self.near(dot(gradient, direction), expected, 1e-7, error, self.scale(gradient, direction))
        return gradient

    def pullback(self, gradient: list[Any]) -> None:
        """vjp: the value, and the pullback twice and scaled."""
        self.stage[0] = "vjp value"
        out, pullback = self.astgrad.vjp(self.f, *self.args)
        self.near(float(out), self.value(), 1e-12)
        self.stage[0] = "vjp"
        for factor in (1.0, 1.0, 2.0):
            cotangents = pullback(factor)
            self.untouched()
            if len(cotangents) != len(self.args):
                raise Wrong(f"the pullback gives {len(cotangents)} entries for {len(self.args)} primals")
            entries = self.flat(tuple(cotangents[k] for k in self.case.argnums))
            for ours, theirs in zip(entries, gradient, strict=True):
                self.near(ours, factor * np.asarray(theirs), 1e-9)

    def forward(self, gradient: list[Any]) -> None:
        """jvp: the value, and the tangent against the gradient."""
        self.stage[0] = "jvp value"
        out, tangent = self.astgrad.jvp(self.f, self.args, self.tangents())
        self.untouched()
        self.near(float(out), self.value(), 1e-12)
        self.stage[0] = "jvp against grad"
        self.near(float(tangent), dot(gradient, self.direction), 1e-9, 0.0, self.scale(gradient, self.direction))

    # second order

    def forward_over_reverse(self) -> None:
        """jvp of grad against differences of grad."""
        self.stage[0] = "jvp of grad"
        derivative = self.astgrad.grad(self.f, argnums=self.case.argnums)
        _, tangent = self.astgrad.jvp(derivative, self.args, self.tangents())
        self.untouched()
        self.second(self.flat(tangent), derivative)

    def reverse_over_reverse(self) -> None:
        """grad of the gradient's component along a direction, against differences of grad."""
        self.stage[0] = "grad of grad"
        derivative = self.astgrad.grad(self.f, argnums=self.case.argnums)
        names = list(inspect.signature(self.f).parameters)
        places = [place for at, k in enumerate(self.case.argnums) for place in _places(self.args[k], f"g[{at}]")]
        terms = " + ".join(f"np.sum({place} * D{i})" for i, place in enumerate(places))
        call = ", ".join(names)
        source = f"import numpy as np\n\n\ndef along({call}):\n    g = f_derivative({call})\n    return {terms}\n"
        constants = {f"D{i}": entry for i, entry in enumerate(self.direction)}
        source = source.replace(" g = ", " g_ = ").replace("(g[", "(g_[") if "g" in names else source
        with module(source, f_derivative=derivative, **constants) as space:
            product = self.astgrad.grad(space["along"], argnums=self.case.argnums)(*self.args)
        self.untouched()
        self.second(self.flat(product), derivative)

    def second(self, product: list[Any], derivative: Callable[..., Any]) -> None:
        """Hessian times direction, against differences of the gradient along it."""

        def slope(h: float) -> list[Any]:
            ends = [self.flat(derivative(*self.case.moved(self.direction, step))) for step in (h, -h)]
            return [(np.asarray(a) - np.asarray(b)) / (2 * h) for a, b in zip(*ends, strict=True)]

        for ours, (expected, error) in zip(product, extrapolated(slope), strict=True):
            self.near(ours, expected, 1e-6, error)

    # what the checks share

    def value(self) -> float:
        return float(self.f(*self.case.fresh_args()))

    def tangents(self) -> tuple[Any, ...]:
        """The direction in the structure of all primals: zeros for constants, None for integers."""
        entries = iter(self.direction)

        def moving(leaf: Any) -> Any:
            return next(entries)

        def still(leaf: Any) -> Any:
            return 0.0 * leaf

        return tuple(_filled(arg, moving if k in self.case.argnums else still) for k, arg in enumerate(self.args))

    def differences(self, function: Callable[..., Any], direction: list[Any]) -> tuple[float, float]:
        """The derivative by extrapolated central differences, and how far the two steps are apart."""
        ((expected, error),) = extrapolated(lambda h: [difference(function, self.case, direction, h)])
        return float(expected), error

    def flat(self, result: Any) -> list[Any]:
        """The leaves of a gradient, whose structure, kinds, finiteness and memory are checked."""
        if not isinstance(result, tuple) or len(result) != len(self.case.argnums):
            raise Wrong(f"expected a tuple of {len(self.case.argnums)} gradients, got {type(result).__name__}")
        for k, entry in zip(self.case.argnums, result, strict=True):
            _same_structure(self.args[k], entry, f"argument {k}")
        entries = [leaf for entry in result for leaf in leaves(entry)]
        if not all(np.all(np.isfinite(entry)) for entry in entries):
            raise Wrong(f"not finite: {entries}")
        arrays = [entry for entry in entries if isinstance(entry, np.ndarray)]
        given = [leaf for arg in self.args for leaf in leaves(arg) if isinstance(leaf, np.ndarray)]
        for at, array in enumerate(arrays):
            if any(np.shares_memory(array, other) for other in given + arrays[:at]):
                raise Wrong("a gradient shares memory with an argument or with another gradient")
        return copy.deepcopy(entries)

    def untouched(self) -> None:
        """The caller's arguments are as they were."""
        if not _identical(self.args, self.before):
            raise Wrong("the caller's arguments were changed")

    @staticmethod
    def scale(gradient: list[Any], direction: list[Any]) -> float:
        return dot([np.abs(entry) for entry in gradient], [np.abs(entry) for entry in direction])

    @staticmethod
    def near(ours: Any, expected: Any, relative: float, error: float = 0.0, scale: float = 0.0) -> None:
        """Raise unless the numbers agree; NaN agrees with nothing."""
        size = max(1.0, scale, float(np.max(np.abs(expected), initial=0.0)))
        apart = float(np.max(np.abs(np.subtract(ours, expected)), initial=0.0))
        if not apart <= relative * size + 0.1 * error:
            raise Wrong(f"got {ours}, expected {expected} (apart by {apart:.3g})")


def extrapolated(slope: Callable[[float], list[Any]]) -> list[tuple[Any, float]]:
    """Each entry's derivative from `slope(step)`, and how far two steps are apart.

    Where they are far apart, a kink may lie between them: smaller steps are tried.
    """
    for h in (STEP, STEP / 8, STEP / 64):
        pairs = list(zip(slope(2 * h), slope(h), strict=True))
        errors = [float(np.max(np.abs(np.subtract(wide, narrow)), initial=0.0)) for wide, narrow in pairs]
        sizes = [1.0 + float(np.max(np.abs(narrow), initial=0.0)) for _, narrow in pairs]
        if all(error < 1e-4 * size for error, size in zip(errors, sizes, strict=True)):
            return [(narrow + (narrow - wide) / 3, e) for (wide, narrow), e in zip(pairs, errors, strict=True)]
    raise Unfit("differences of three steps do not agree")


def _filled(value: Any, entry: Callable[[Any], Any]) -> Any:
    match value:
        case bool() | int() | str() | None:
            return None
        case dict():
            return {key: _filled(item, entry) for key, item in value.items()}
        case list() | tuple():
            return type(value)(_filled(item, entry) for item in value)
    return entry(value)


def _places(value: Any, text: str) -> Iterator[str]:
    match value:
        case bool() | int() | str() | None:
            return
        case dict():
            for key, item in value.items():
                yield from _places(item, f"{text}[{key!r}]")
        case list() | tuple():
            for i, item in enumerate(value):
                yield from _places(item, f"{text}[{i}]")
        case _:
            yield text


def _same_structure(primal: Any, entry: Any, where: str) -> None:
    """Raise unless a gradient has the structure, kinds, shapes and dtypes of its argument."""
    match primal:
        case bool() | int() | str() | None:
            if entry is not None:
                raise Wrong(f"{where}: expected None, got {type(entry).__name__}")
        case _ if type(primal) is not type(entry):
            raise Wrong(f"{where}: expected {type(primal).__name__}, got {type(entry).__name__}")
        case dict():
            if list(primal) != list(entry):
                raise Wrong(f"{where}: keys {list(entry)}, expected {list(primal)}")
            for key, item in primal.items():
                _same_structure(item, entry[key], f"{where}[{key!r}]")
        case list() | tuple():
            if len(primal) != len(entry):
                raise Wrong(f"{where}: {len(entry)} items, expected {len(primal)}")
            for i, (item, ours) in enumerate(zip(primal, entry, strict=True)):
                _same_structure(item, ours, f"{where}[{i}]")
        case np.ndarray():
            if (primal.shape, primal.dtype) != (entry.shape, entry.dtype):
                raise Wrong(f"{where}: {entry.dtype}{entry.shape}, expected {primal.dtype}{primal.shape}")


def _identical(a: Any, b: Any) -> bool:
    """Equal to the byte, in structure and in memory layout."""
    if type(a) is not type(b):
        return False
    match a:
        case dict():
            return list(a) == list(b) and all(_identical(a[key], b[key]) for key in a)
        case list() | tuple():
            return len(a) == len(b) and all(_identical(x, y) for x, y in zip(a, b, strict=True))
        case np.ndarray():
            same = (a.shape, a.strides, a.dtype) == (b.shape, b.strides, b.dtype)
            return same and a.tobytes() == b.tobytes()
        case float():
            return np.float64(a).tobytes() == np.float64(b).tobytes()
    return bool(a == b)
