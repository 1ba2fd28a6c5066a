"""Calls: rows of the table, builtins, methods, the user's own functions (inlined)."""

from __future__ import annotations

import ast
import dataclasses
import functools
import types
from collections.abc import Callable
from typing import Any

import gast
import numpy as np

from astgrad.analysis.builder import bind
from astgrad.errors import AstgradError, Span
from astgrad.frontend.arraylike import with_arrays
from astgrad.frontend.bodies import holds_function, run_body
from astgrad.frontend.frozen import frozen_outside, is_law, method_of
from astgrad.frontend.getters import getter_outside
from astgrad.frontend.lower import Lowering, Refusal
from astgrad.frontend.opaque import library, opaque, opaque_method
from astgrad.frontend.options import converted, says_nothing
from astgrad.frontend.parameters import bind_parameters, inlined, no_generator
from astgrad.frontend.recursion import check_ends, looped, signature
from astgrad.frontend.recursive import call_recursive
from astgrad.frontend.series import series_outside
from astgrad.frontend.values import (
    Closure,
    Derived,
    Entries,
    Frame,
    Items,
    Known,
    Method,
    Partial,
    Ref,
    Tup,
    certain,
)  # fmt: skip
from astgrad.frontend.viewing import view_of
from astgrad.frontend.writes import store
from astgrad.ir.core import TEXTS, Arg, Const, Op, Pack
from astgrad.ir.walk import blocks_of, with_blocks
from astgrad.rules import folds, signatures, table
from astgrad.rules.printed import printed_row
from astgrad.rules.table import Row
from astgrad.signatures import unwrap_cache
from astgrad.source import FunctionSource

Handler = Callable[[Lowering, tuple[Any, ...], dict[str, Any], gast.AST], Any]
BUILTINS: dict[Any, Handler] = {}
METHODS: dict[tuple[str, str], Handler] = {}
DERIVATIVES: list[Callable[[Any], Handler | None]] = []  # set by the interface
DERIVED: list[Callable[..., Any]] = []  # how a `Derived` value is called; set there too


def call(lo: Lowering, function: Any, args: tuple[Any, ...], keywords: dict[str, Any],
         node: gast.AST) -> Any:
    match certain(function):
        case Known():
            return call_known(lo, function, args, keywords, node)
        case Closure():
            return call_closure(lo, function, args, keywords, node)
        case Method():
            return call_method(lo, function, args, keywords, node)
        case Derived():
            return DERIVED[0](lo, function, args, keywords, node)
        case Partial():
            merged = {**dict(function.keywords), **keywords}
            return call(lo, function.function, (*function.args, *args), merged, node)
        case Ref():
            content = lo.state.heap[function.obj]
            if isinstance(content, Entries) and content.cls is not None:
                from astgrad.frontend.attributes import method_or_field

                method = method_or_field(lo, function, "__call__", node)
                return call(lo, method, args, keywords, node)
    raise lo.refuse(node, "what is called here is not known to be a function")


def call_known(lo: Lowering, function: Known, args: tuple[Any, ...], keywords: dict[str, Any],
               node: gast.AST) -> Any:
    target = function.value
    handler = _lookup(target)
    if handler is not None:
        return handler(lo, tuple(map(certain, args)), keywords, node)
    for find in DERIVATIVES:
        handler = find(target)
        if handler is not None:
            return handler(lo, args, keywords, node)
    row = table.resolve(target)
    if row is not None:
        lo.follows(row)
        return apply_row(lo, row, args, keywords, node)
    owner = getattr(target, "__self__", None)
    if isinstance(owner, np.random.Generator | np.random.RandomState):
        row = drawing(target.__name__)
        if row is not None:
            rng = Known(owner, function.text.rpartition(".")[0])
            return apply_row(lo, row, (rng, *args), keywords, node)
    inner = wrapped(lo, target)
    if inner is not None:
        return call(lo, inner, args, keywords, node)
    target = unwrap_cache(target)
    if target is functools.partial or is_law(target):
        inner, rest = (function, args) if is_law(target) else (args[0], args[1:])
        return Partial(inner, rest, tuple(keywords.items()))
    if library(target):
        return opaque(lo, function, args, keywords, node)
    if isinstance(target, types.FunctionType):
        return call_python(lo, target, args, keywords, node)
    if isinstance(target, types.MethodType) and isinstance(target.__func__, types.FunctionType):
        receiver = lo.known(target.__self__)
        return call_function(lo, target.__func__, (receiver, *args), keywords, node)
    if isinstance(target, type):
        return construct(lo, target, args, keywords, node)
    method = getattr(type(target), "__call__", None)  # noqa: B004 - the method itself
    if isinstance(method, types.FunctionType):
        return call_function(lo, method, (function, *args), keywords, node)
    return opaque(lo, function, args, keywords, node)


def call_python(lo: Lowering, function: types.FunctionType, args: tuple[Any, ...],
                keywords: dict[str, Any], node: gast.AST) -> Any:
    """A function of the user's; a helper that was printed into its module is a row."""
    if (helper := printed_row(function)) is None:
        return call_function(lo, function, args, keywords, node)
    lo.depends(function)
    return apply_row(lo, helper, args, keywords, node)


def _lookup(target: Any) -> Handler | None:
    try:
        return BUILTINS.get(target)
    except TypeError:
        return None


def wrapped(lo: Lowering, target: Any) -> Any:
    """The call that an object stands for: a partial, a polynomial, a vectorised function."""
    if isinstance(target, functools.partial):
        keywords = tuple((k, lo.known(v)) for k, v in target.keywords.items())
        return Partial(lo.known(target.func), tuple(lo.known(a) for a in target.args), keywords)
    if isinstance(target, np.vectorize) and not target.signature and not target.excluded:
        return Partial(lo.known(folds.vectorized), (lo.known(target.pyfunc),), ())
    return (frozen_outside(lo, target) or getter_outside(lo, target)
            or series_outside(lo, target))


def apply_row(lo: Lowering, row: Row, args: tuple[Any, ...], keywords: dict[str, Any],
              node: gast.AST) -> Any:
    args, keywords = signatures.named(row, tuple(map(certain, args)), keywords)
    args, keywords = without_objects(lo, row, args, keywords, node)
    args, keywords = with_arrays(lo, row, args, keywords)
    args, keywords = converted(lo, row, args, keywords)
    out = keywords.pop("out", None)
    where = None if "where" in row.params else keywords.pop("where", None)
    out = None if isinstance(out, Const) else out
    where = None if isinstance(where, Const) and where.value is True else where
    if where is not None and out is None:
        raise lo.refuse(node, "`where=` without `out=` leaves elements undefined",
                        "use np.where, or give out=")
    keywords = {k: v for k, v in keywords.items() if not says_nothing(row, k, v)}
    first = row.alias and row.alias.rstrip("?!*") == row.params[0]
    if first and args and isinstance(args[0], Ref) and row.name != "[]":
        view = view_of(lo, row, args, keywords)
        if view is not None:
            return view
    if callable(row.body) and not isinstance(row.body, ast.AST):
        return call_rule(lo, row, args, keywords, node)
    values = [lo.read(a) for a in args]
    if row.derivatives and any(isinstance(v, Pack) and v.kind in TEXTS for v in values):
        raise lo.refuse(node, "a number is read from a text, in which its derivative is lost",
                        "use the number itself")
    bound = bind(row, values, {k: lo.read(v) for k, v in keywords.items()})
    result = lo.apply(row, *bound)
    if out is None:
        return result
    if isinstance(out, Tup):
        out = out.items[0]
    if where is not None:
        old = lo.read(out)
        result = lo.apply("np.where", lo.read(where), lo.read(result), old)
    store(lo, out, Const(Ellipsis), lo.read(result), node)
    return out


def without_objects(lo: Lowering, row: Row, args: tuple[Any, ...], keywords: dict[str, Any],
                    node: gast.AST) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The call with arrays for the objects that NumPy would convert."""
    from astgrad.frontend.special import unwrapped

    if row.name.partition(".")[0] not in ("np", "scipy"):
        return args, keywords
    return (tuple(unwrapped(lo, value, node) for value in args),
            {name: unwrapped(lo, value, node) for name, value in keywords.items()})


def call_rule(lo: Lowering, row: Row, args: tuple[Any, ...], keywords: dict[str, Any],
              node: gast.AST) -> Any:
    """A rule that is a function: its ops and problems stand at the user's call."""
    start, span = len(lo.build.ops), lo.build.span
    options = {k: v for k, v in keywords.items()
               if not (isinstance(v, Const) and k in row.defaults and v == Const(row.defaults[k]))}
    try:
        result = call_function(lo, row.body, args, options, node)
    except Refusal as refusal:
        if refusal.problem is None or not refusal.in_rule:
            raise
        raise lo.refuse(node, refusal.problem.message, refusal.problem.fix) from refusal
    lo.build.ops[start:] = [moved(op, span) for op in lo.build.ops[start:]]
    return result


def moved(op: Op, span: Span | None) -> Op:
    """The op, and those in its blocks, at another place of the user's text."""
    op = dataclasses.replace(op, span=span)
    blocks = tuple(dataclasses.replace(b, ops=tuple(moved(inner, span) for inner in b.ops))
                   for b in blocks_of(op))
    return with_blocks(op, blocks) if blocks else op


# -- the user's functions -------------------------------------------------------------------


def call_function(lo: Lowering, function: Any, args: tuple[Any, ...],
                  keywords: dict[str, Any], node: gast.AST) -> Any:
    from astgrad.frontend.entry import source_of

    try:
        source = source_of(function)
    except AstgradError as error:
        message = f"`{function.__qualname__}` is called here, and has no source: {error}"
        raise lo.refuse(node, message) from error
    lo.depends(function)
    frame = Frame(source, function, None)
    defaults = dict(function.__kwdefaults__ or {})
    positional = [*source.node.args.posonlyargs, *source.node.args.args]
    values = function.__defaults__ or ()
    defaults.update(zip([p.id for p in positional][len(positional) - len(values) :], values,
                        strict=True))
    return enter(lo, frame, source, args, keywords,
                 {k: lo.known(v, k) for k, v in defaults.items()}, node)


def call_closure(lo: Lowering, closure: Closure, args: tuple[Any, ...], keywords: dict[str, Any],
                 node: gast.AST) -> Any:
    outer = closure.frame.source
    source = FunctionSource(closure.node, outer.filename, outer.lines, closure.name)
    frame = Frame(source, closure.frame.function, closure.frame)
    return enter(lo, frame, source, args, keywords, dict(closure.defaults), node)


def enter(lo: Lowering, frame: Frame, source: FunctionSource, args: tuple[Any, ...],
          keywords: dict[str, Any], defaults: dict[str, Any], node: gast.AST) -> Any:
    """Lower the body of a called function in the caller's block."""
    check_ends(lo, source, args, keywords, node)
    no_generator(lo, source, node)
    caller, span = lo.frame, lo.build.span
    values = bind_parameters(lo, source, args, keywords, defaults, node)
    frame.calls = (*caller.calls, inlined(lo, source, values))
    if id(source.node) in lo.as_functions:
        return call_recursive(lo, frame, source, values, node)
    lo.frame = frame
    lo.calls.append((id(source.node), signature(lo, args, keywords), lo.undecided))
    try:
        frame.source = source = looped(lo, source, defaults)
        for name, value in values.items():
            lo.state.names[frame, name] = value
        value = run_body(lo, source)
        if not holds_function(value):
            for place in [p for p in lo.state.names if p[0] is frame]:
                del lo.state.names[place]
        return value
    finally:
        lo.calls.pop()
        lo.frame, lo.build.span = caller, span


def call_method(lo: Lowering, method: Method, args: tuple[Any, ...], keywords: dict[str, Any],
                node: gast.AST) -> Any:
    kind = receiver_kind(lo, method.receiver)
    handler = METHODS.get((kind, method.name))
    if handler is not None:
        return handler(lo, (method.receiver, *args), keywords, node)
    frozen = method_of(lo, method.receiver, method.name)
    if frozen is not None:
        return call(lo, frozen, args, keywords, node)
    row = drawing(method.name) if kind == "array" else None
    if row is not None and lo.fact(method.receiver).dtype == "Generator":
        return apply_row(lo, row, (method.receiver, *args), keywords, node)
    if kind == "array" and lo.fact(method.receiver).kind in ("unknown", "static"):
        return opaque_method(lo, method, args, keywords, node)
    if kind == "array":
        row = table.ROWS.get(f".{method.name}()") or table.ROWS.get(f"np.{method.name}")
        if row is not None:
            return apply_row(lo, row, (method.receiver, *args), keywords, node)
    raise lo.refuse(node, f"`.{method.name}()` of a {kind} cannot be differentiated yet")


def drawing(name: str) -> Row | None:
    """The row of a random generator's method."""
    row = table.ROWS.get(f".{name}()")
    return row if row is not None and row.effect == "draws" else None


def receiver_kind(lo: Lowering, value: Any) -> str:
    match value:
        case Known():
            return "ufunc"
        case Ref():
            content = lo.state.heap[value.obj]
            if isinstance(content, Entries):
                return "dict"
            if isinstance(content, Items) or lo.fact(value).kind == "list":
                return "list"
            return "array"
        case Tup():
            return "tuple"
        case Const(value=str()) | Pack():
            return "text"
    return "array"


def construct(lo: Lowering, cls: type, args: tuple[Any, ...], keywords: dict[str, Any],
              node: gast.AST) -> Any:
    if issubclass(cls, tuple) and hasattr(cls, "_fields"):
        defaults = {k: lo.known(v) for k, v in getattr(cls, "_field_defaults", {}).items()}
        values = {**defaults, **dict(zip(cls._fields, args, strict=False)), **keywords}
        return Tup(tuple(values[f] for f in cls._fields), cls)
    if issubclass(cls, BaseException) or cls.__module__ == "builtins":
        return opaque(lo, Known(cls, cls.__name__), args, keywords, node)
    ref = lo.new_object(Entries((), cls), cls.__name__.lower())
    if dataclasses.is_dataclass(cls):
        fields = [f for f in dataclasses.fields(cls) if f.init]
        values = dict(zip([f.name for f in fields], args, strict=False)) | keywords
        for f in fields:
            if f.name not in values:
                if f.default is dataclasses.MISSING:
                    raise lo.refuse(node, f"{cls.__name__}() misses {f.name!r}")
                values[f.name] = lo.known(f.default)
        lo.state.heap[ref.obj] = Entries(tuple((f.name, values[f.name]) for f in fields), cls)
        if hasattr(cls, "__post_init__"):
            call_function(lo, cls.__post_init__, (ref,), {}, node)
        return ref
    init = getattr(cls, "__init__", None)
    if isinstance(init, types.FunctionType):
        call_function(lo, init, (ref, *args), keywords, node)
        return ref
    raise lo.refuse(node, f"`{cls.__name__}` cannot be constructed inside a derivative",
                    "construct it outside, and pass it in")


__all__ = ["BUILTINS", "METHODS", "Arg", "apply_row", "call", "construct"]
