"""The world outside the function: names of cells, globals and builtins.

Numbers and arrays found there are captures, read anew at each call; functions, classes and
modules are held, and a guard says for how long the program stays true, as it does for the keys
and the length of a list or a dict.
"""

from __future__ import annotations

import builtins
import difflib
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from astgrad.frontend.inputs import NUMBERS, Inputs, leaf_name
from astgrad.frontend.lower import Lowering
from astgrad.frontend.state import State
from astgrad.frontend.values import CONTAINERS, Known, Method, Obj, Tup
from astgrad.ir.core import Const, Var
from astgrad.rules import table


@dataclass(frozen=True)
class Capture:
    """A value from outside, read at call time by `get`."""

    var: Var
    name: str
    get: Callable[[], Any] = field(compare=False)


class RootLowering(Lowering):
    """A lowering that knows the world outside the function."""

    def __init__(self) -> None:
        super().__init__()
        self.inputs = Inputs(self)
        self.captures: list[Capture] = []
        self.guards: list[tuple[Callable[[], Any], Any]] = []
        self.contents: list[Callable[[], Any]] = []  # which are to keep their items
        self.outside: dict[Any, Any] = {}
        self.root_heap: dict[Obj, Any] = {}

    def captured(self, name: str, function: Any, node: Any) -> Any:
        """The value of a name from the function's cells, globals or the builtins."""
        code, cells = function.__code__, function.__closure__ or ()
        if name in code.co_freevars:
            cell = cells[code.co_freevars.index(name)]
            try:
                value = cell.cell_contents
            except ValueError:
                raise self.refuse(node, f"`{name}` is not bound yet") from None
            return self.outer((id(cell), name), name, lambda: cell.cell_contents, value)
        space = function.__globals__
        if name in space:
            return self.outer((id(space), name), name, lambda: space.get(name), space[name])
        if hasattr(builtins, name):
            return Known(getattr(builtins, name), name)
        near = difflib.get_close_matches(name, [*space, *code.co_varnames], 1)
        fix = f"did you mean `{near[0]}`?" if near else "define or import it"
        raise self.refuse(node, f"`{name}` is not defined", fix)

    def read_outside(self, name: str, function: Any) -> Any:
        while hasattr(function, "__astgrad__"):
            function = function.__astgrad__.fun
        function = getattr(function, "__func__", function)
        if not isinstance(function, types.FunctionType):
            return None
        free = function.__code__.co_freevars
        if name in free:
            key: Any = id((function.__closure__ or ())[free.index(name)]), name
        else:
            key = id(function.__globals__), name
        return self.outside.get(key)

    def outer(self, key: Any, name: str, get: Callable[[], Any], value: Any) -> Any:
        """A value from outside: numbers and arrays are read at each call, others held."""
        found = self.outside.get(key)
        if found is not None:
            self.with_outside(self.state)  # an attempt that was undone read it first
            return found
        if isinstance(value, CONTAINERS):
            self.contents.append(get)
        if isinstance(value, (*NUMBERS, np.ndarray)) or _has_numbers(value):
            before = len(self.inputs.leaves)
            state, self.inputs.lo = self.state, self
            made = self.inputs.value(value, (name,), external=f"`{name}`, from outside,")
            for leaf in self.inputs.leaves[before:]:
                self.captures.append(Capture(leaf.var, leaf_name(leaf.path),
                                             getter(get, leaf.path[1:])))
            del self.inputs.leaves[before:]
            assert state is self.state
            self.root_heap = {o: c for o, c in self.state.heap.items() if o.external
                              } | self.root_heap
        else:
            made = self.known(value, name)
            self.guards.append((get, value))
        self.outside[key] = made
        return made

    def with_outside(self, *states: State) -> None:
        """What only another path has read from outside is on these paths as it came."""
        for state in states:
            for obj, content in self.root_heap.items():
                state.heap.setdefault(obj, content)

    def known(self, value: Any, text: str = "") -> Any:
        if value is None or isinstance(value, str | bool | int | float | complex | slice):
            return Const(value)
        if value is Ellipsis:
            return Const(value)
        if isinstance(value, np.generic | np.ndarray) or (
                isinstance(value, CONTAINERS) and _has_numbers(value)):
            return self.outer(id(value), text or "constant", lambda: value, value)
        if type(value) is tuple:
            return Tup(tuple(self.known(v) for v in value))
        return Known(value, text or getattr(value, "__name__", ""))

    def known_attribute(self, value: Known, name: str, node: Any) -> Any:
        target = value.value
        if isinstance(target, np.ufunc):
            return Method(value, name)
        if not hasattr(target, name):
            near = difflib.get_close_matches(name, dir(target), 1)
            raise self.refuse(node, f"`{value.text}` has no attribute {name!r}",
                              f"did you mean {near[0]!r}?" if near else "")
        found = getattr(target, name)
        text = f"{value.text}.{name}"
        module = isinstance(target, types.ModuleType) and target.__name__.split(".")[0] in (
            "numpy", "math", "scipy", "cmath")
        if module:
            return self.known(found, text)
        return self.outer((id(target), name), name if not callable(found) else text,
                          lambda: getattr(target, name), found)

    def depends(self, function: types.FunctionType) -> None:
        code = function.__code__
        self.guards.append((lambda: function.__code__, code))
        if function.__defaults__:
            self.guards.append((lambda: function.__defaults__, function.__defaults__))
        if function.__kwdefaults__:
            self.guards.append((lambda: function.__kwdefaults__, function.__kwdefaults__))

    def follows(self, row: table.Row) -> None:
        name, space = row.name, table.ROWS
        if row.function is not None:
            self.guards.append((lambda: space.get(name), row))


def _has_numbers(value: Any) -> bool:
    if isinstance(value, dict):
        return any(isinstance(v, (*NUMBERS, np.ndarray)) or _has_numbers(v) for v in value.values())
    if isinstance(value, list | tuple) and not hasattr(value, "n_sequence_fields"):
        return any(isinstance(v, (*NUMBERS, np.ndarray)) or _has_numbers(v) for v in value)
    return False


def getter(get: Callable[[], Any], path: tuple[Any, ...]) -> Callable[[], Any]:
    if not path:
        return get
    return lambda: follow(get(), path)


def follow(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        if isinstance(step, list):
            value = value[step[0]]
        elif isinstance(step, int):
            value = value[step]
        else:
            value = getattr(value, step.lstrip("."))
    return value
