"""The root of a lowering: example arguments become parameters, outer names captures.

`lower` gives a `Program`: the block of the primal, its parameters with the places they
come from, the values captured from globals and cells, and what must stay as it is for
the program to hold (`guards`).
"""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import gast
import numpy as np

from astgrad.errors import AstgradError, UnsupportedError
from astgrad.frontend.calls import call
from astgrad.frontend.inputs import Leaf
from astgrad.frontend.lower import Refusal
from astgrad.frontend.outside import Capture, RootLowering, follow
from astgrad.frontend.state import origins
from astgrad.frontend.values import Frame, Obj, Tup
from astgrad.ir.core import NONE, Arg, Const, Op, Var
from astgrad.ir.fact import Fact, fact_of
from astgrad.signatures import bound, has_defaults, innermost, signature_of
from astgrad.source import FunctionSource, function_source


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
    by_value: bool = False  # it holds for these ints and sizes alone
    defaults: dict[str, Any] = field(default_factory=dict)  # of parameters, where they fit
    contents: tuple[Callable[[], Any], ...] = ()  # what is to keep its items: lists, dicts


SOURCES: dict[tuple[str, types.CodeType], FunctionSource] = {}


def source_of(function: types.FunctionType) -> FunctionSource:
    """The parsed source, once for each code object."""
    key = function.__code__.co_filename, function.__code__  # equal code may be of two files
    found = SOURCES.get(key)
    if found is None:
        found = SOURCES[key] = function_source(function)
    return found


NOWHERE = FunctionSource(
    gast.parse("def function(): pass").body[0], "<astgrad>", ("def function(): pass",), "function")


KINDS: dict[Any, str] = {
    inspect.Parameter.VAR_POSITIONAL: "star",
    inspect.Parameter.VAR_KEYWORD: "stars",
    inspect.Parameter.KEYWORD_ONLY: "keyword",
}


def bound_arguments(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
                    ) -> dict[str, tuple[str, Any]]:
    """Parameter -> (kind, value), defaults filled in; a TypeError as Python's own."""
    found = bound(function, args, kwargs)
    parameters = found.signature.parameters
    return {name: (KINDS.get(parameters[name].kind, "plain"), value)
            for name, value in found.arguments.items()}


Body = Callable[[RootLowering, tuple[Any, ...], dict[str, Any]], Any]


def lower(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], body: Body | None = None,
          extra: dict[str, Any] | None = None) -> Program:
    """Lower a function at example arguments (values, or `Fact`s).

    `body` gives the result instead of the function's own; `extra` are more inputs.
    """
    with deep():
        return _lower(function, args, kwargs, body, extra)


RECURSION = 20_000  # of Python's frames: a call inside a call takes about twenty


@contextmanager
def deep() -> Iterator[None]:
    """Room for expressions and calls that are nested deeply."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION))
    try:
        yield
    except RecursionError:
        raise UnsupportedError("the calls or expressions of this function are nested too deeply "
                               "to be lowered") from None
    finally:
        sys.setrecursionlimit(limit)


@dataclass(frozen=True)
class Ways:
    """How a program is lowered: see `Lowering`, `Inputs`."""

    share: bool = False
    by_value: bool = False
    any_branch: bool = False
    as_loops: frozenset[int] = frozenset()
    as_functions: frozenset[int] = frozenset()


def _lower(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], body: Body | None,
           extra: dict[str, Any] | None, ways: Ways = Ways()) -> Program:
    lo = RootLowering()
    lo.inputs.share, lo.by_value, lo.any_branch = ways.share, ways.by_value, ways.any_branch
    lo.as_loops, lo.as_functions = ways.as_loops, ways.as_functions
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
            result = lo.named(
                call(lo, lo.known(function), positional, keywords, source.node), "result")
        else:
            result = body(lo, positional, keywords)
        value = NONE if lo.problems else lo.read(result)
    except Refusal as refusal:
        lo.problems.extend([refusal.problem] if refusal.problem else [])
        lo.wants_values = lo.wants_values or refusal.wants_values
    again = partial(_lower, function, args, kwargs, body, extra)
    if lo.problems:
        return otherwise(lo, ways, again)
    changed = origins(lo.written)
    if lo.inputs.overlaps(changed) and not ways.share:
        return again(replace(ways, share=True))
    written = {heap[o] for o in changed if isinstance(heap.get(o), Var)}
    return Program(getattr(function, "__name__", "function"), source, lo.inputs.leaves,
                   lo.captures, lo.guards, structure, kinds, tuple(lo.build.ops), result, value,
                   written, heap, ways.by_value, defaults_of(function, structure),
                   tuple(lo.contents))


def otherwise(lo: RootLowering, ways: Ways, again: Callable[[Ways], Program]) -> Program:
    """What is refused in one way may be lowered in another.

    Recursion to a depth that is not known is a loop where that can be; else it is written out, if
    ints and sizes alone say where it ends; else it is a function; else it is written out in all
    branches.
    """
    loops = {node for node, may in lo.endless.items() if may}
    if loops:
        return again(replace(ways, as_loops=ways.as_loops | loops))
    error: AstgradError = UnsupportedError(lo.problems)
    if ways.by_value:
        raise error
    others = []
    if lo.wants_values and not ways.as_functions:
        others.append(replace(ways, by_value=True))
    if not lo.endless.keys() <= ways.as_functions:
        others.append(replace(ways, as_functions=ways.as_functions | lo.endless.keys()))
        others.append(replace(ways, by_value=True, any_branch=True))
    for other in others:
        try:
            return again(other)
        except AstgradError as found:
            error = found if other.as_functions else error
    raise error from None


def defaults_of(function: Any, structure: dict[str, Any]) -> dict[str, Any]:
    """The defaults with which the program may be called: numbers, texts and None of the kinds
    that it was lowered for.
    """
    if not has_defaults(function):
        return {}
    return {name: parameter.default
            for name, parameter in signature_of(function).parameters.items()
            if fits(parameter.default, structure.get(name))}


def fits(default: Any, value: Any) -> bool:
    match value:
        case Const():
            return Const(default) == value and isinstance(default, str | bool | int | None)
        case Var(fact=Fact(kind="number")):
            fact = fact_of(default)
            return (fact.kind, fact.dtype) == (value.fact.kind, value.fact.dtype) and bool(
                np.isfinite(default))
        case Tup(items=items, cls=None):
            return type(default) is tuple and len(default) == len(items) and all(
                map(fits, default, items))
    return False


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


__all__ = ["Program", "RootLowering", "follow", "lower", "source_of"]
