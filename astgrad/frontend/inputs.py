"""Example arguments -> abstract ones: their leaves become parameters of the block.

A dimension becomes a symbol; equal dimensions, one symbol. An int is a number whose value is
not assumed, but known for the example.
"""

from __future__ import annotations

import dataclasses
import types
from dataclasses import dataclass
from typing import Any

import numpy as np

from astgrad.errors import AliasError, ArgumentError
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Entries, Items, Known, Obj, Ref, Tup
from astgrad.ir.core import Const, Var
from astgrad.ir.fact import STATIC, Dim, Fact, fact_of
from astgrad.ir.sizes import Origin, Symbol

NUMBERS = (bool, int, float, complex, np.generic)


@dataclass(frozen=True)
class Leaf:
    """A parameter of the block: where its value is found in the arguments."""

    var: Var
    path: tuple[Any, ...]  # parameter's name, then keys, indices or attributes


class Inputs:
    """Abstract arguments from example values, with symbols for their dimensions."""

    def __init__(self, lo: Lowering, *, share: bool = False) -> None:
        self.lo = lo
        self.share = share  # identical arrays, lists and dicts are one object
        self.leaves: list[Leaf] = []
        self.sizes: dict[int, str] = {}
        self.roots: dict[int, Ref] = {}
        self.given: list[tuple[Obj, Any]] = []

    def fact(self, value: Any, path: tuple[Any, ...]) -> Fact:
        fact = fact_of(value)
        if fact.kind == "array":
            shape = tuple(n if n == 1 or self.lo.by_value else Dim(self.symbol(n))
                          for n in value.shape)
            return Fact("array", fact.dtype, shape)
        if fact.kind == "number" and fact.dtype == "int":
            origin = Origin(map(repr, path))
            origin.size = value
            return Fact("number", "int", size=Dim(origin))
        if fact.kind == "list":
            return Fact("list", items=(_vague(fact.items[0]),))
        return fact

    def symbol(self, n: int) -> str:
        return self.sizes.setdefault(n, Symbol(f"n{len(self.sizes)}", n))

    def leaf(self, value: Any, path: tuple[Any, ...], name: str) -> Var:
        var = Var(name, self.fact(value, path))
        self.leaves.append(Leaf(var, path))
        return var

    def value(self, value: Any, path: tuple[Any, ...], external: str = "") -> Any:
        found = self.roots.get(id(value)) if self.share and not external else None
        if found is not None:
            return found
        made = self._value(value, path, external)
        if isinstance(made, Ref):
            self.given.append((made.obj, value))
            if not external:
                self.roots[id(value)] = made
        return made

    def _value(self, value: Any, path: tuple[Any, ...], external: str) -> Any:
        name = leaf_name(path)
        heap = self.lo.state.heap
        if isinstance(value, Fact):
            return self._from_fact(value, path, name)
        if self.lo.by_value and type(value) in (int, bool):
            return Const(value)
        if isinstance(value, NUMBERS):
            return self.leaf(value, path, name)
        if isinstance(value, np.ndarray):
            if type(value) is not np.ndarray or value.dtype.kind not in "biufc":
                kind = type(value).__name__ if type(value) is not np.ndarray else value.dtype
                raise ArgumentError(f"`{'.'.join(map(str, path))}` is an array of kind {kind}, "
                                    "which cannot be differentiated: use np.asarray(..., float)")
            obj = Obj(name, external=external)
            obj.contiguous = bool(value.flags.c_contiguous)
            heap[obj] = self.leaf(value, path, name)
            return Ref(obj)
        if isinstance(value, tuple):
            keys = getattr(type(value), "_fields", range(len(value)))
            items = (self.value(v, (*path, k), external)
                     for k, v in zip(keys, value, strict=True))
            return Tup(tuple(items), type(value) if hasattr(type(value), "_fields") else None)
        if isinstance(value, list):
            return self._list(value, path, name, external)
        if isinstance(value, dict):
            obj = Obj(name, external=external)
            pairs = ((k, self.value(v, (*path, [k]), external)) for k, v in value.items())
            heap[obj] = Entries(tuple(pairs))
            return Ref(obj)
        if value is None or isinstance(value, str):
            return Const(value)
        if is_record(value):
            return self.record(value, path, external)
        return Known(value, name)

    def overlaps(self, written: set[Obj]) -> bool:
        """Whether the program holds only if identical arguments are one object; an
        `AliasError` where a written array shares memory with another in part.
        """
        again = False
        for obj, value in self.given:
            if obj not in written:
                continue
            for other, rest in self.given:
                if other is obj or other is value:
                    continue
                if rest is value:
                    again = True
                    if other.external:
                        raise AliasError(f"`{obj.name}` is written to, and is also "
                                         f"{other.external}: pass a copy")
                elif overlap(value, rest):
                    raise AliasError(f"`{obj.name}` is written to, and shares memory with "
                                     f"`{other.name}`: pass copies")
        return again

    def record(self, value: Any, path: tuple[Any, ...], external: str = "") -> Ref:
        obj = Obj(leaf_name(path), external=external)
        fields = {**_slots(value), **getattr(value, "__dict__", {})}
        pairs = ((k, self.value(v, (*path, "." + k), external)) for k, v in fields.items())
        self.lo.state.heap[obj] = Entries(tuple(pairs), type(value))
        return Ref(obj)

    def _list(self, value: list[Any], path: tuple[Any, ...], name: str, external: str) -> Ref:
        obj = Obj(name, external=external)
        fact = self.fact(value, path)
        item = fact.items[0] if value else STATIC
        if len(value) > 16 and (item.is_numeric or item.kind == "list"):
            self.lo.state.heap[obj] = self.leaf(value, path, name)
        else:
            items = (self.value(v, (*path, i), external) for i, v in enumerate(value))
            self.lo.state.heap[obj] = Items(tuple(items))
        return Ref(obj)

    def _from_fact(self, fact: Fact, path: tuple[Any, ...], name: str) -> Any:
        var = Var(name, fact)
        self.leaves.append(Leaf(var, path))
        if fact.kind == "array" and fact.shape is not None:
            obj = Obj(name)
            self.lo.state.heap[obj] = var
            return Ref(obj)
        if fact.kind == "array":
            obj = Obj(name)
            obj.contiguous = False
            self.lo.state.heap[obj] = var
            return Ref(obj)
        return var


WORK: Any = 10_000  # NumPy's stub knows only 0 and -1


def overlap(a: Any, b: Any) -> bool:
    if not (isinstance(a, np.ndarray) and isinstance(b, np.ndarray)):
        return False
    try:
        return np.shares_memory(a, b, max_work=WORK)
    except np.exceptions.TooHardError:
        return True


def _vague(fact: Fact) -> Fact:
    if fact.kind == "array":
        return dataclasses.replace(fact, shape=(None,) * len(fact.shape or ()))
    return dataclasses.replace(fact, size=None)


def _slots(value: Any) -> dict[str, Any]:
    names = [n for cls in type(value).__mro__ for n in getattr(cls, "__slots__", ())]
    return {n: getattr(value, n) for n in names if hasattr(value, n)}


def leaf_name(path: tuple[Any, ...]) -> str:
    """A variable's name for a leaf: the last key that is a name, or parameter and index."""
    last = path[-1]
    if isinstance(last, list):
        last = last[0]
    text = str(last).lstrip(".")
    if text.isidentifier() and len(path) > 1:
        return text
    return "_".join(str(p[0] if isinstance(p, list) else p).lstrip(".") for p in path)


def is_record(value: Any) -> bool:
    """Whether a value is an object of the user's own class with attributes."""
    cls = type(value)
    if isinstance(value, type | types.ModuleType) or callable_like(value):
        return False
    return not cls.__module__.startswith(("numpy", "builtins", "functools")) and (
        hasattr(value, "__dict__") or hasattr(cls, "__slots__"))


def callable_like(value: Any) -> bool:
    return isinstance(value, types.FunctionType | types.BuiltinFunctionType | types.MethodType) or (
        hasattr(value, "__astgrad__"))
