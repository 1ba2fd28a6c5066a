"""Loops -> the text of a module that Numba compiles: decorated functions, helpers, a wrapper.

The compiled function takes numbers and arrays and returns them.  Where the derivative has
containers, keywords or NumPy's scalars, an ordinary function of its name takes them apart
and puts the result together.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from astgrad.analysis.sharing import Sharing
from astgrad.emit.expressions import Expressions
from astgrad.emit.module import (
    RESERVED,
    Parameter,
    Printed,
    Text,
    access,
    arguments,
    helper_closure,
    line_spans,
    print_function,
)  # fmt: skip
from astgrad.emit.names import unique
from astgrad.emit.statements import Held
from astgrad.emit.text import source_text
from astgrad.errors import Span
from astgrad.ir.core import Arg, Block, Const, Op, Pack, Var
from astgrad.ir.walk import free_in_block

Leaves = list[tuple[Var, tuple[Any, ...]]]


@dataclass(frozen=True)
class Loops:
    """Ops and results in loops, and what they were made of."""

    ops: tuple[Op, ...]
    flat: tuple[Arg, ...]  # what the compiled function returns
    results: Arg  # the whole result; `Var`s of `flat` in it
    sharing: Sharing
    parallel: frozenset[Var] = frozenset()  # the targets of loops that run in parallel


def leaf_vars(arg: Arg) -> list[Var]:
    if isinstance(arg, Pack):
        return [var for item in arg.items for var in leaf_vars(item)]
    return [arg] if isinstance(arg, Var) else []


@dataclass(frozen=True)
class Jitted:
    """A printed function for Numba, first, and what takes its arguments apart, if needed."""

    functions: tuple[ast.FunctionDef, ...]
    printed: Printed


def jit_function(name: str, parameters: list[Parameter], leaves: Leaves, loops: Loops,
                 helpers: frozenset[str], options: str = "") -> Jitted:
    """The function; `helpers` are names that the helpers of its module may have."""
    used = set(free_in_block(Block((), loops.ops, loops.flat)))
    inner = [(var, path) for var, path in leaves if var in used]
    taken = RESERVED | helpers | {"numba", name}
    names = leaf_names(inner, taken, [p.name for p in parameters])
    plain = direct(parameters, leaves, inner, names, loops)
    given = [Parameter(n, "plain") for n in (names.values() if not plain else
                                             [p.name for p in parameters])]
    main = name if plain else f"{name}_loops"
    printed = print_function(main, "", given, [(v, (names[v],)) for v, _ in inner], loops.ops,
                             loops.flat, loops.sharing, helpers | {"numba"}, loops.parallel)
    function = decorated(printed.function, options)
    if plain:
        return Jitted((function,), printed)
    return Jitted((function, wrapper(name, main, parameters, inner, loops, printed)), printed)


def jit_module(*jitted: Jitted) -> Text:
    """The text of a module of these functions, with imports and helpers."""
    modules = {m for each in jitted for m in each.printed.write.modules}
    helpers = {k: h for each in jitted for k, h in each.printed.write.helpers.items()}
    wanted = [ast.parse(text).body[0] for text in helper_closure(helpers)]
    modules |= {m for m in ("math", "np") if any(uses(node, m) for node in wanted)}
    imports: list[ast.stmt] = [ast.Import([ast.alias(m)]) for m in ("cmath", "math")
                               if m in modules]
    imports.append(ast.Import([ast.alias("numba")]))
    if "np" in modules:
        imports.append(ast.Import([ast.alias("numpy", "np")]))
    others = sorted(modules - {"np", "math", "cmath"})
    imports += [ast.Import([ast.alias(module)]) for module in others]
    classes = {c for each in jitted for c in each.printed.write.classes}
    imports += [ast.ImportFrom(m, [ast.alias(n)], 0) for m, n in sorted(classes)]
    made = [decorated(node, "") for node in wanted if isinstance(node, ast.FunctionDef)]
    text = source_text([*imports, *made, *(f for each in jitted for f in each.functions)])
    objects: dict[str, Any] = {}
    spans: dict[int, Span] = {}
    for each in jitted:
        objects |= each.printed.write.objects
        spans |= line_spans(text, each.functions[0].name, each.functions[0])
    return Text(text, objects, spans)


def uses(node: ast.AST, module: str) -> bool:
    return any(isinstance(n, ast.Name) and n.id == module for n in ast.walk(node))


def decorated(function: ast.FunctionDef, options: str) -> ast.FunctionDef:
    text = f"numba.njit(error_model='numpy'{options})"
    function.decorator_list = [ast.parse(text, mode="eval").body]
    return function


def leaf_names(leaves: Leaves, taken: frozenset[str], parameters: list[str]) -> dict[Var, str]:
    """A parameter of the compiled function for each leaf."""
    names: dict[Var, str] = {}
    used = set(taken)
    for var, path in leaves:
        whole = len(path) == 1
        barred = used if whole else used.union(parameters)
        found = unique(path[0] if whole else var.name, barred.__contains__)
        used.add(found)
        names[var] = found
    return names


def direct(parameters: list[Parameter], leaves: Leaves, inner: Leaves, names: dict[Var, str],
           loops: Loops) -> bool:
    """Whether the compiled function can be called as the derivative itself."""
    if any(p.kind != "plain" for p in parameters) or len(leaves) != len(parameters):
        return False
    if any(len(path) > 1 or names[var] != path[0] or not simple(var) for var, path in inner):
        return False
    whole = loops.results
    items: tuple[Arg, ...] = (whole,)
    if isinstance(whole, Pack):
        items = whole.items
        if whole.kind != "tuple" or whole.keys or len(items) < 2:
            return False
    return items == loops.flat and all(isinstance(i, Var) and simple(i) for i in items)


def simple(var: Var) -> bool:
    """Whether compiled code takes and returns a value as it is."""
    return var.fact.kind == "number" or (var.fact.kind == "array" and bool(var.fact.shape))


def wrapper(name: str, main: str, parameters: list[Parameter], leaves: Leaves, loops: Loops,
            printed: Printed) -> ast.FunctionDef:
    """`def f_grad(params): a, b = f_grad_loops(params["a"], ...); return {...}`"""
    write: Expressions = printed.write
    taken = {p.name for p in parameters} | {name, main, "np"}
    given = [entry(var, path) for var, path in leaves]
    call: ast.expr = ast.Call(ast.Name(main, ast.Load()), given, [])
    names: list[str] = []
    nodes: dict[Var, Held] = {}
    for arg in loops.flat:
        assert isinstance(arg, Var)
        found = unique(arg.name, taken.__contains__)
        taken.add(found)
        names.append(found)
        nodes[arg] = Held(result(arg, ast.Name(found, ast.Load()), write))
    body: list[ast.stmt] = []
    if len(names) == 1 and isinstance(loops.results, Var):
        nodes[loops.results] = Held(result(loops.results, call, write))
    elif names:
        stores: list[ast.expr] = [ast.Name(n, ast.Store()) for n in names]
        target = stores[0] if len(stores) == 1 else ast.Tuple(stores, ast.Store())
        body.append(ast.Assign([target], call))
    body.append(ast.Return(write.arg(held(loops.results, nodes.__getitem__))))
    function = ast.FunctionDef(name, arguments(parameters), body, [], None, None)
    if "type_params" in ast.FunctionDef._fields:
        function.type_params = []  # type: ignore[attr-defined] # new in Python 3.12
    return function


def held(arg: Arg, node: Callable[[Var], Var]) -> Arg:
    if isinstance(arg, Pack):
        return arg.rebuild(tuple(held(item, node) for item in arg.items))
    return node(arg) if isinstance(arg, Var) else arg


def entry(var: Var, path: tuple[Any, ...]) -> ast.expr:
    node = access(path)
    if var.fact.kind == "array" and var.fact.shape == ():
        return ast.Subscript(node, ast.Tuple([], ast.Load()), ast.Load())
    return node


def result(var: Var, node: ast.expr, write: Expressions) -> ast.expr:
    """A result with the kind that NumPy gives it."""
    fact = var.fact
    if fact.kind == "scalar":
        write.modules.add("np")
        cls = "bool_" if fact.dtype == "bool" else fact.dtype
        return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), cls, ast.Load()), [node], [])
    if fact.kind == "array" and fact.shape == ():
        write.modules.add("np")
        return ast.Call(ast.parse("np.asarray", mode="eval").body, [node], [])
    return node


__all__ = ["Const", "Loops", "jit_function", "jit_module", "leaf_vars"]
