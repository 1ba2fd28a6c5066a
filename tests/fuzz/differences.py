"""A stand-in for astgrad, made of central differences, to try the oracle, the shrinker and the command on.

`python -m tests.fuzz.run --module tests.fuzz.differences` must find nothing. `Differences(mutate)` differentiates
a mutated copy of the program: a planted bug. `python -m tests.fuzz.run --module tests.fuzz.planted` finds it.
"""

from __future__ import annotations

import ast
import copy
import linecache
from collections.abc import Callable
from typing import Any

import numpy as np

from .case import Case, dot, leaves
from .primal import STEP


class Differences:
    """grad, vjp and jvp of astgrad's signatures, for real functions."""

    def __init__(self, mutate: ast.NodeTransformer | None = None) -> None:
        self.mutate = mutate

    def grad(self, fun: Callable[..., Any], argnums: int | tuple[int, ...] = 0) -> Callable[..., Any]:
        numbers = (argnums,) if isinstance(argnums, int) else argnums

        def derivative(*args: Any) -> Any:
            result = self._gradient(fun, args, numbers)
            return result[0] if isinstance(argnums, int) else result

        return derivative

    def vjp(self, fun: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[[float], Any]]:
        gradient = self._gradient(fun, primals, tuple(range(len(primals))))
        return fun(*copy.deepcopy(primals)), lambda seed: tuple(_scaled(entry, seed) for entry in gradient)

    def jvp(self, fun: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, float]:
        gradient = self._gradient(fun, primals, tuple(range(len(primals))))
        return fun(*copy.deepcopy(primals)), dot(list(leaves(gradient)), list(leaves(tangents)))

    def _gradient(self, fun: Callable[..., Any], args: tuple[Any, ...], argnums: tuple[int, ...]) -> tuple[Any, ...]:
        case, fun = Case(0, "", args, argnums), self._mutated(fun)
        partials: list[Any] = []
        zeros = [np.zeros_like(leaf) if isinstance(leaf, np.ndarray) else 0.0 for leaf in case.leaves()]
        for at, leaf in enumerate(case.leaves()):
            entries = []
            for k in range(np.size(leaf)):
                unit = list(zeros)
                unit[at] = np.eye(np.size(leaf))[k].reshape(np.shape(leaf)) if isinstance(leaf, np.ndarray) else 1.0
                wide, narrow = (_slope(fun, case, unit, h) for h in (2 * STEP, STEP))
                entries.append(narrow + (narrow - wide) / 3)
            partials.append(np.array(entries).reshape(leaf.shape) if isinstance(leaf, np.ndarray) else entries[0])
        rest = iter(partials)
        return tuple(_like(args[k], rest) for k in argnums)

    def _mutated(self, fun: Callable[..., Any]) -> Callable[..., Any]:
        if self.mutate is None:
            return fun
        tree = self.mutate.visit(ast.parse("".join(linecache.getlines(fun.__code__.co_filename))))
        names: dict[str, Any] = {}
        exec(compile(ast.fix_missing_locations(tree), "<mutated>", "exec"), names)
        mutated: Callable[..., Any] = names[fun.__name__]
        return mutated


class TimesAsPlus(ast.NodeTransformer):
    """The planted bug: the adjoint of `x[i] *= v` is that of `x[i] += v`."""

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AugAssign:
        if isinstance(node.op, ast.Mult) and isinstance(node.target, ast.Subscript):
            node.op = ast.Add()
        return node


def _slope(fun: Callable[..., Any], case: Case, unit: list[Any], h: float) -> float:
    return float((fun(*case.moved(unit, h)) - fun(*case.moved(unit, -h))) / (2 * h))


def _like(value: Any, rest: Any) -> Any:
    match value:
        case bool() | int() | str() | None:
            return None
        case dict():
            return {key: _like(item, rest) for key, item in value.items()}
        case list() | tuple():
            return type(value)(_like(item, rest) for item in value)
    return next(rest)


def _scaled(value: Any, factor: float) -> Any:
    match value:
        case None:
            return None
        case dict():
            return {key: _scaled(item, factor) for key, item in value.items()}
        case list() | tuple():
            return type(value)(_scaled(item, factor) for item in value)
    return value * factor


_RIGHT = Differences()
grad, vjp, jvp = _RIGHT.grad, _RIGHT.vjp, _RIGHT.jvp
