"""Calls whose inside is unknown: kept as they are where no active value goes in.

Such a call may write to its arguments unless it is known not to (NumPy, SciPy, the
builtins): then arrays and lists that a name refers to are refused.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gast
import numpy as np

from astgrad.analysis.infer import infer
from astgrad.frontend.lower import Lowering
from astgrad.frontend.state import reachable
from astgrad.frontend.values import Known, Method, Obj, Ref
from astgrad.ir.core import TEMP, Apply, Arg, Var
from astgrad.ir.fact import UNKNOWN, Fact
from astgrad.references import reference
from astgrad.rules.table import Row

WRITERS = frozenset(("shuffle", "put_along_axis", "place", "putmask", "put", "copyto",
                     "fill_diagonal", "as_strided", "setattr", "delattr", "next", "exec"))
def library(target: Any) -> bool:
    """Whether a function belongs to NumPy or SciPy: its text is not the user's."""
    module = getattr(target, "__module__", None) or ""
    return isinstance(target, types.FunctionType) and module.split(".")[0] in ("numpy", "scipy")


def root_module(target: Any) -> str:
    """The package that a function, or the object it is a method of, belongs to."""
    owner = getattr(target, "__self__", None)
    if isinstance(target, np.ufunc):
        return "numpy"
    if owner is not None and not isinstance(owner, types.ModuleType):
        return type(owner).__module__.split(".")[0]
    return (getattr(target, "__module__", None) or "").split(".")[0]


def may_write(target: Any) -> bool:
    """Whether a call may change its arguments."""
    known = root_module(target) in ("numpy", "scipy", "builtins", "math", "_operator", "time")
    return not known or getattr(target, "__name__", "") in WRITERS


def opaque(lo: Lowering, function: Known, args: tuple[Any, ...], keywords: dict[str, Any],
           node: gast.AST) -> Any:
    """One op for the call; its fact where it may be found by trying."""
    target = function.value
    name = function.text or getattr(target, "__qualname__", "function")
    if may_write(target):
        _check_unnamed(lo, name, (*args, *keywords.values()), node)
    row = _row(name, target, len(args), tuple(keywords))
    bound = tuple(lo.read(v) for v in (*args, *keywords.values()))
    out = Var(TEMP, fact_of_call(row, target, bound, len(args), tuple(keywords)))
    lo.build.add(Apply((out,), row, bound, lo.build.span))
    return lo.sharing(lo.wrap(out), kept(lo, target, out.fact, (*args, *keywords.values())))


def kept(lo: Lowering, target: Any, fact: Fact, values: tuple[Any, ...]) -> Iterator[Obj]:
    """The arrays of the arguments that a result may be a view of."""
    if isinstance(getattr(target, "__self__", None), np.random.Generator | np.random.RandomState):
        return
    for value in values:
        for obj in reachable(lo.state.heap, value):
            held = lo.fact(Ref(obj))
            if fact.kind != "array" or held.kind != "array" or fact.dtype == held.dtype:
                yield from (obj, *obj.shares)


def opaque_method(lo: Lowering, method: Method, args: tuple[Any, ...], keywords: dict[str, Any],
                  node: gast.AST) -> Any:
    """A method of an object that an opaque call made, a generator for example."""
    if method.name in ("append", "extend", "insert", "sort", "reverse"):
        raise lo.refuse(node, f"what `.{method.name}` changes here is not known to be a list",
                        "start the list with an item of the kind that it will hold")
    _check_unnamed(lo, f".{method.name}", (*args, *keywords.values()), node)
    names = [f"a{i}" for i in range(len(args))]
    text = f"x.{method.name}({', '.join([*names, *(f'{k}={k}' for k in keywords)])})"
    row = Row(text, "opaque", ("x", *names, *keywords), {},
              ast.parse(text, mode="eval").body, effect="io", name=f".{method.name}()")
    count, given = len(args), tuple(keywords)
    row.evaluate = lambda x, *values: getattr(x, method.name)(
        *values[:count], **dict(zip(given, values[count:], strict=True)))
    bound = tuple(lo.read(v) for v in (method.receiver, *args, *keywords.values()))
    out = Var(TEMP, UNKNOWN)
    lo.build.add(Apply((out,), row, bound, lo.build.span))
    return lo.wrap(out)


def _row(name: str, target: Any, count: int, keywords: tuple[str, ...]) -> Row:
    names = [f"a{i}" for i in range(count)]
    given = ", ".join([*names, *(f"{k}={k}" for k in keywords)])
    needs = None if name.split(".", maxsplit=1)[0] in ("np", "scipy") else reference(target, name)
    called = needs.text if needs else name
    row = Row(f"{name}({given})", "opaque", (*names, *keywords), {},
              ast.parse(f"{called}({given})", mode="eval").body, effect="io", name=name,
              needs=needs, function=target)
    row.evaluate = lambda *values: target(
        *values[:count], **dict(zip(keywords, values[count:], strict=True)))
    return row


def fact_of_call(row: Row, target: Any, bound: tuple[Arg, ...], count: int,
                 keywords: tuple[str, ...]) -> Fact:
    """The fact of a NumPy function's result; draws are tried on a generator of their own."""
    owner = getattr(target, "__self__", None)
    twin: Any = None
    if isinstance(owner, np.random.Generator):
        twin = np.random.default_rng(0)
    elif isinstance(owner, np.random.RandomState):
        twin = np.random.RandomState(0)
    if twin is not None:
        return infer(_row(row.name, getattr(twin, target.__name__), count, keywords), bound)[0]
    return sizeless(infer(row, bound)[0]) if root_module(target) == "numpy" else UNKNOWN


def sizeless(fact: Fact) -> Fact:
    """The fact without sizes: they may depend on values, and samples are not the user's."""
    shape = fact.shape and (None,) * len(fact.shape)
    return replace(fact, shape=shape, size=None, items=tuple(map(sizeless, fact.items)))


def _check_unnamed(lo: Lowering, name: str, values: tuple[Any, ...], node: gast.AST) -> None:
    """Refuse arrays and lists that the call may change behind a name's back."""
    named = {obj for place in lo.state.names.values() for obj in reachable(lo.state.heap, place)}
    for value in values:
        for obj in reachable(lo.state.heap, value):
            if obj in named or not obj.shares.isdisjoint(named):
                raise lo.refuse(node, f"`{name}` may change its argument `{obj.name}`, and "
                                      "astgrad cannot see how",
                                f"pass a copy, or assign what a function like "
                                f"`{name.replace('shuffle', 'permutation')}` returns")
