"""The root of a lowering: example arguments become parameters, outer names captures.

`lower` gives a `Program`: the block of the primal, its parameters with the places they
come from, the values captured from globals and cells, and what must stay as it is for
the program to hold (`guards`).
"""

from __future__ import annotations

import builtins
import dataclasses
import difflib
import functools
import inspect
import sys
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import gast
import numpy as np

from astgrad.errors import AliasError, AstgradError, Problem, UnsupportedError
from astgrad.frontend.calls import call, unwrap_cache
from astgrad.frontend.lower import Lowering, Refusal
from astgrad.frontend.values import Entries, Frame, Items, Known, Method, Obj, Ref, Tup
from astgrad.ir.core import NONE, Arg, Const, Op, Var
from astgrad.ir.fact import STATIC, Dim, Fact, fact_of, number
from astgrad.ir.sizes import Origin, Symbol, fact_of_arg
from astgrad.source import FunctionSource, function_source

NUMBERS = (bool, int, float, complex, np.generic)


@dataclass(frozen=True)
class Leaf:
    """A parameter of the block: where its value is found in the arguments."""

    var: Var
    path: tuple[Any, ...]  # parameter's name, then keys, indices or attributes


@dataclass(frozen=True)
class Capture:
    """A value from outside, read at call time by `get`."""

    var: Var
    name: str
    get: Callable[[], Any] = field(compare=False)


@dataclass
class Program:
    name: str
    source: FunctionSource
    leaves: list[Leaf]
    captures: list[Capture]
    guards: list[tuple[Callable[[], Any], Any]]
    structure: dict[str, Any]  # parameter -> abstract value
    kinds: dict[str, str]
    ops: tuple[Op, ...]
    result: Any  # abstract value, read into `value`
    value: Arg
    written: set[Var]
    heap: dict[Obj, Any]


SOURCES: dict[types.CodeType, FunctionSource] = {}


def source_of(function: types.FunctionType) -> FunctionSource:
    """The parsed source, once for each code object."""
    found = SOURCES.get(function.__code__)
    if found is None:
        found = SOURCES[function.__code__] = function_source(function)
    return found


class Inputs:
    """Abstract arguments from example values, with symbols for their dimensions."""

    def __init__(self, lo: RootLowering, *, share: bool = False) -> None:
        self.lo = lo
        self.share = share  # identical arrays, lists and dicts are one object
        self.leaves: list[Leaf] = []
        self.sizes: dict[int, str] = {}
        self.roots: dict[int, Ref] = {}
        self.given: list[tuple[Obj, Any]] = []

    def fact(self, value: Any, path: tuple[Any, ...]) -> Fact:
        fact = fact_of(value)
        if fact.kind == "array":
            shape = tuple(1 if n == 1 else Dim(self.symbol(n)) for n in value.shape)
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
        name = _name(path)
        heap = self.lo.state.heap
        if isinstance(value, Fact):
            return self._from_fact(value, path, name)
        if isinstance(value, NUMBERS):
            return self.leaf(value, path, name)
        if isinstance(value, np.ndarray):
            if type(value) is not np.ndarray or value.dtype.kind not in "biufc":
                kind = type(value).__name__ if type(value) is not np.ndarray else value.dtype
                raise AstgradError(f"`{'.'.join(map(str, path))}` is an array of kind {kind}, "
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
        obj = Obj(_name(path), external=external)
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


def overlap(a: Any, b: Any) -> bool:
    if not (isinstance(a, np.ndarray) and isinstance(b, np.ndarray)):
        return False
    try:
        return np.shares_memory(a, b, max_work=10_000)
    except np.exceptions.TooHardError:
        return True


def _vague(fact: Fact) -> Fact:
    if fact.kind == "array":
        return dataclasses.replace(fact, shape=(None,) * len(fact.shape or ()))
    return dataclasses.replace(fact, size=None)


def _slots(value: Any) -> dict[str, Any]:
    names = [n for cls in type(value).__mro__ for n in getattr(cls, "__slots__", ())]
    return {n: getattr(value, n) for n in names if hasattr(value, n)}


def _name(path: tuple[Any, ...]) -> str:
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


class RootLowering(Lowering):
    """A lowering that knows the world outside the function."""

    def __init__(self) -> None:
        super().__init__(RootLowering.captured)
        self.inputs = Inputs(self)
        self.captures: list[Capture] = []
        self.guards: list[tuple[Callable[[], Any], Any]] = []
        self.outside: dict[Any, Any] = {}
        self.forbidden: dict[Obj, str] = {}

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

    def outer(self, key: Any, name: str, get: Callable[[], Any], value: Any) -> Any:
        """A value from outside: numbers and arrays are read at each call, others held."""
        found = self.outside.get(key)
        if found is not None:
            return found
        if isinstance(value, (*NUMBERS, np.ndarray)) or _has_numbers(value):
            before = len(self.inputs.leaves)
            state, self.inputs.lo = self.state, self
            made = self.inputs.value(value, (name,), external=f"`{name}`, from outside,")
            for leaf in self.inputs.leaves[before:]:
                self.captures.append(Capture(leaf.var, _name(leaf.path),
                                             getter(get, leaf.path[1:])))
            del self.inputs.leaves[before:]
            assert state is self.state
            self.root_heap.update({o: c for o, c in self.state.heap.items() if o.external})
        else:
            made = self.known(value, name)
            self.guards.append((get, value))
        self.outside[key] = made
        return made

    root_heap: dict[Obj, Any]

    def known(self, value: Any, text: str = "") -> Any:
        if value is None or isinstance(value, str | bool | int | float | complex | slice):
            return Const(value)
        if value is Ellipsis:
            return Const(value)
        if isinstance(value, np.generic | np.ndarray):
            return self.outer(id(value), text or "constant", lambda: value, value)
        if type(value) is tuple:
            return Tup(tuple(self.known(v) for v in value))
        return Known(value, text or getattr(value, "__name__", ""))

    def known_attribute(self, value: Known, name: str, node: Any) -> Any:
        target = value.value
        if isinstance(target, np.ufunc):
            return Method(value, name)
        if not hasattr(target, name):
            raise self.refuse(node, f"`{value.text}` has no attribute {name!r}")
        found = getattr(target, name)
        text = f"{value.text}.{name}"
        module = isinstance(target, types.ModuleType) and target.__name__.split(".")[0] in (
            "numpy", "math", "scipy", "cmath")
        if module:
            return self.known(found, text)
        return self.outer((id(target), name), name if not callable(found) else text,
                          lambda: getattr(target, name), found)

    def known_item(self, value: Known, index: Any, node: Any) -> Any:
        from astgrad.rules import indexers

        return indexers.apply(self, value, index, node)

    def depends(self, function: types.FunctionType) -> None:
        code = function.__code__
        self.guards.append((lambda: function.__code__, code))

    def forbid_writes(self, obj: Obj, reason: str) -> None:
        self.forbidden[obj] = reason

    def check_numeric(self, *args: Arg, node: Any) -> None:
        for arg in args:
            if isinstance(arg, Const) and isinstance(arg.value, str) and False:
                raise self.refuse(node, "text in arithmetic")

    def store(self, target: Any, index: Arg, value: Arg, node: Any) -> None:
        from astgrad.frontend.writes import store

        store(self, target, index, value, node)

    def mutates(self, target: Any, node: Any) -> None:
        from astgrad.frontend.writes import check_whole

        check_whole(self, target, node)

    def make_dynamic(self, obj: Obj, node: Any) -> None:
        from astgrad.frontend.writes import make_dynamic

        make_dynamic(self, obj, node)

    def wrap_shared(self, arg: Arg, obj: Obj) -> Any:
        made = self.wrap(arg)
        if isinstance(made, Ref):
            made.obj.shares |= {obj, *obj.shares}
        return made


def _has_numbers(value: Any) -> bool:
    if isinstance(value, dict):
        return any(isinstance(v, (*NUMBERS, np.ndarray)) or _has_numbers(v) for v in value.values())
    if isinstance(value, list | tuple):
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


NOWHERE = FunctionSource(
    gast.parse("def function(): pass").body[0], "<astgrad>", ("def function(): pass",), "function")


def bound_arguments(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
                    ) -> dict[str, tuple[str, Any]]:
    """Parameter -> (kind, value), defaults filled in; a TypeError as Python's own."""
    signature = inspect.signature(function)
    bound = signature.bind(*args, **kwargs)
    if isinstance(innermost(function), types.FunctionType):
        bound.apply_defaults()  # those of C functions mean what is left out
    kinds = {p.VAR_POSITIONAL: "star", p.VAR_KEYWORD: "stars", p.KEYWORD_ONLY: "keyword"} if (
        p := inspect.Parameter) else {}
    return {
        name: (kinds.get(signature.parameters[name].kind, "plain"), value)
        for name, value in bound.arguments.items()
    }


Body = Callable[["RootLowering", tuple[Any, ...], dict[str, Any]], Any]


def lower(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], body: Body | None = None,
          extra: dict[str, Any] | None = None) -> Program:
    """Lower a function at example arguments (values, or `Fact`s).

    `body` gives the result instead of the function's own; `extra` are more inputs.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION))
    try:
        return _lower(function, args, kwargs, body, extra)
    except RecursionError:
        raise UnsupportedError("the calls or expressions of this function are nested too deeply "
                               "to be lowered") from None
    finally:
        sys.setrecursionlimit(limit)


RECURSION = 20_000  # of Python's frames: a call inside a call takes about twenty


def _lower(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], body: Body | None,
           extra: dict[str, Any] | None, *, share: bool = False) -> Program:
    lo = RootLowering()
    lo.inputs.share = share
    lo.root_heap = {}
    base = innermost(function)
    source = source_of(base) if isinstance(base, types.FunctionType) else NOWHERE
    lo.frame = Frame(source, base, None)
    lo.build.span = lo.frame.span = lo.span(source.node)
    value: Arg = NONE
    result: Any = None
    structure: dict[str, Any] = {}
    kinds: dict[str, str] = {}
    heap: dict[Obj, Any] = {}
    try:
        for name, (kind, given) in bound_arguments(function, args, kwargs).items():
            kinds[name] = kind
            structure[name] = lo.inputs.value(given, (name,))
        for name, given in (extra or {}).items():
            structure[name] = lo.inputs.value(given, (name,))
        heap = dict(lo.state.heap)
        positional, keywords = arguments_of(lo, kinds, structure)
        if body is None:
            result = call(lo, lo.known(function), positional, keywords, source.node)
        else:
            result = body(lo, positional, keywords)
        value = NONE if lo.problems else lo.read(result)
    except Refusal as refusal:
        lo.problems.extend([refusal.problem] if refusal.problem else [])
    if lo.problems:
        raise UnsupportedError(lo.problems)
    changed = lo.written | {o for obj in lo.written for o in obj.shares}
    if lo.inputs.overlaps(changed) and not share:
        return _lower(function, args, kwargs, body, extra, share=True)
    written = {heap[o] for o in lo.written if isinstance(heap.get(o), Var)}
    return Program(getattr(function, "__name__", "function"), source, lo.inputs.leaves,
                   lo.captures, lo.guards, structure, kinds, tuple(lo.build.ops), result, value,
                   written, heap)


def innermost(function: Any) -> Any:
    """The Python function that a callable runs in the end."""
    while True:
        if hasattr(function, "__astgrad__"):
            function = function.__astgrad__.fun
        elif isinstance(function, functools.partial):
            function = function.func
        elif isinstance(function, types.MethodType):
            function = function.__func__
        else:
            return unwrap_cache(function)


def arguments_of(lo: RootLowering, kinds: dict[str, str], structure: dict[str, Any]
                 ) -> tuple[tuple[Any, ...], dict[str, Any]]:
    positional: list[Any] = []
    keywords: dict[str, Any] = {}
    for name, kind in kinds.items():
        value = structure[name]
        if kind == "plain":
            positional.append(value)
        elif kind == "star":
            positional.extend(value.items)
        elif kind == "keyword":
            keywords[name] = value
        else:
            keywords.update(lo.state.heap[value.obj].pairs)
    return tuple(positional), keywords


__all__ = ["Op", "Problem", "Program", "fact_of_arg", "lower", "number"]
