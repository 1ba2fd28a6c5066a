"""Runs a program under watch: how near its tests are to tipping over, whether it is smooth at its arguments.

`Primal(case)` compiles the program with its comparisons, maxima and loops instrumented; `accepted(case)` says
whether it runs without error or warning, stays tame, and agrees with itself under central differences.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .case import Case

MARGIN = 1e-3  # the least distance of a test from its tipping point
STEP = 1e-4  # of central differences
TRIPS = 2000  # more loop trips than any program should make
PICKING = {"max", "min", "abs", "maximum", "minimum", "amax", "amin", "sort", "sorted", "argmax", "argmin"}


class Endless(Exception):
    """A loop did not end."""


class _Instrument(ast.NodeTransformer):
    """Wraps comparisons, picking functions, uninitialised arrays and loop bodies."""

    def __init__(self) -> None:
        self.count = 0
        self.picks = False

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        self.count += 1
        key = ast.Constant(self.count)
        node.left = ast.Call(ast.Name("__first__", ast.Load()), [key, node.left], [])
        node.comparators = [
            ast.Call(ast.Name("__next__", ast.Load()), [key, item], []) for item in node.comparators
        ]  # fmt: skip
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in PICKING:
            self.picks = True
            node.func = ast.Call(ast.Name("__apart__", ast.Load()), [node.func], [])
        elif name in ("empty", "empty_like"):
            node.func = ast.Call(ast.Name("__marked__", ast.Load()), [node.func], [])
        return node

    def _ticked(self, node: Any) -> Any:
        self.generic_visit(node)
        node.body.insert(0, ast.Expr(ast.Call(ast.Name("__tick__", ast.Load()), [], [])))
        return node

    visit_For = visit_While = visit_FunctionDef = _ticked


class Primal:
    """The program's f, under watch; `margin` is the least seen since it was last set."""

    def __init__(self, case: Case) -> None:
        tree = ast.parse(case.source)
        watch = _Instrument()
        tree = ast.fix_missing_locations(watch.visit(tree))
        self.margin = np.inf
        self.trips = 0
        self._left: dict[int, Any] = {}
        names: dict[str, Any] = {
            "__name__": "fuzz_primal",
            "__first__": self._first,
            "__next__": self._next,
            "__apart__": self._apart,
            "__marked__": self._marked,
            "__tick__": self._tick,
        }
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(compile(tree, "<primal>", "exec"), names)
        self.function: Callable[..., Any] = names["f"]

    def __call__(self, *args: Any) -> float:
        """f's value; raises for warnings, for endless loops and for what is no real number."""
        self.trips = 0
        with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
            warnings.simplefilter("error")
            value = self.function(*args)
        if isinstance(value, np.ndarray) or not isinstance(value, int | float | np.floating):
            raise TypeError(f"f returned {type(value).__name__}")
        return float(value)

    def _first(self, key: int, value: Any) -> Any:
        self._left[key] = value
        return value

    def _next(self, key: int, value: Any) -> Any:
        left, self._left[key] = self._left.get(key), value
        self._note(left, value)
        return value

    def _note(self, a: Any, b: Any) -> None:
        if isinstance(a, int | np.integer | str) and isinstance(b, int | np.integer | str):
            return
        if isinstance(a, list | tuple | dict | None) or isinstance(b, list | tuple | dict | None):
            return
        least = np.min(np.abs(np.subtract(a, b)), initial=np.inf)
        self.margin = min(self.margin, float(least) if least == least else 0.0)

    def _apart(self, function: Callable[..., Any]) -> Callable[..., Any]:
        name = getattr(function, "__name__", "")

        def watched(*args: Any, **keywords: Any) -> Any:
            if name in ("abs", "absolute"):
                self._note(args[0], 0.0)
            elif len(args) > 1 and name in ("maximum", "minimum", "max", "min") and not keywords:
                self._note(args[0], args[1])
            else:
                data = args[0] if args else getattr(function, "__self__", 0.0)
                flat = np.sort(np.ravel(np.asarray(data, float)))
                if flat.size > 1:
                    self._note(flat[1:], flat[:-1])
            return function(*args, **keywords)

        return watched

    def _marked(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **keywords: Any) -> Any:
            array = function(*args, **keywords)
            array.fill(np.nan)
            return array

        return watched

    def _tick(self) -> None:
        self.trips += 1
        if self.trips > TRIPS:
            raise Endless


def slope(case: Case, tame: float = 1e3) -> float | None:
    """The derivative along a direction; None where the program fails, is wild, or is not smooth there."""
    try:
        primal = Primal(case)
        value = primal(*case.fresh_args())
        if not (abs(value) < tame and primal.margin > MARGIN):
            return None
        direction = case.direction(case.seed)
        wide, narrow = (difference(primal, case, direction, h) for h in (2 * STEP, STEP))
    except (Exception, RecursionError):
        return None
    good = abs(wide - narrow) < 1e-5 * (1 + abs(narrow)) and abs(narrow) < 10 * tame
    return narrow if good else None


def smooth(case: Case) -> bool:
    """Whether the program is fit to judge a derivative by: it runs, is tame, and smooth at its arguments."""
    return slope(case) is not None


def accepted(case: Case) -> bool:
    """Whether it is smooth, and its derivative is not zero."""
    found = slope(case)
    return found is not None and abs(found) > 1e-7


def difference(function: Callable[..., Any], case: Case, direction: list[Any], h: float) -> float:
    """The central difference of f along a direction."""
    return float((function(*case.moved(direction, h)) - function(*case.moved(direction, -h))) / (2 * h))
