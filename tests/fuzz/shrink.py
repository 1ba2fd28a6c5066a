"""Makes a failing case small: `shrink(case, fails) -> Case`.

Edits of the syntax tree and of the arguments, tried greedily until none helps: statements removed, blocks
unwrapped, expressions replaced by their parts or by constants, parameters dropped, arrays shortened, trip
counts lowered. An edit stays if the program gets smaller, still runs and is smooth, and still fails.
"""

from __future__ import annotations

import ast
import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from .case import Case, leaves
from .primal import smooth

Edit = tuple[Any, str, Any]  # (node, field, new value)
Fails = Callable[[Case], bool]


def shrink(case: Case, fails: Fails, budget_s: float = 60) -> Case:
    """The smallest case found, within the time, for which `fails` holds."""
    end = time.monotonic() + budget_s
    seen: set[str] = set()
    passes = (statement_edits, unwrapping_edits, inlining_edits, expression_edits)
    while time.monotonic() < end:
        before = case
        for edits in passes:
            case = _greedy_source(case, edits, fails, end, seen)
        case = _greedy_arguments(case, fails, end, seen)
        if case is before:
            break
    return case


def measure(case: Case) -> tuple[int, int, int]:
    """What shrinking lowers: syntax nodes, numbers among the arguments, characters."""
    numbers = sum(int(np.size(leaf)) for arg in case.args for leaf in leaves(arg))
    trips = sum(abs(arg) for arg in case.args if isinstance(arg, int))
    return sum(1 for _ in ast.walk(case.tree)), numbers + trips, len(case.text())


def _better(new: Case, old: Case, fails: Fails, seen: set[str]) -> bool:
    text = new.text()
    if text in seen:
        return False
    seen.add(text)
    return measure(new) < measure(old) and smooth(new) and fails(new)


def _greedy_source(
    case: Case, edits: Callable[[ast.Module], list[Edit]], fails: Fails, end: float, seen: set[str]
) -> Case:
    tree, at = case.tree, 0
    found = edits(tree)
    while at < len(found) and time.monotonic() < end:
        node, name, value = found[at]
        old = getattr(node, name)
        setattr(node, name, value)
        try:
            new = replace(case, source=ast.unparse(ast.fix_missing_locations(tree)) + "\n")
            keep = _better(new, case, fails, seen)
        except (SyntaxError, ValueError, AttributeError, TypeError, RecursionError):
            keep = False
        setattr(node, name, old)
        if keep:
            case, tree = new, new.tree
            found = edits(tree)
        else:
            at += 1
    return case


# edits of the source


def _blocks(tree: ast.Module) -> Iterator[tuple[Any, str, list[ast.stmt]]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block:
                yield node, name, block


def statement_edits(tree: ast.Module) -> list[Edit]:
    """Runs of statements removed, long ones first."""
    found: list[Edit] = []
    for node, name, block in _blocks(tree):
        size = len(block)
        while size:
            for start in range(0, len(block), size):
                left = block[:start] + block[start + size :]
                found.append((node, name, left or ([] if name == "orelse" else [ast.Pass()])))
            size //= 2
    return found


def unwrapping_edits(tree: ast.Module) -> list[Edit]:
    """A compound statement replaced by one of its blocks; a loop also by its first trip; a call by its body."""
    found: list[Edit] = []
    for node, name, block in _blocks(tree):
        for at, statement in enumerate(block):
            for body in _contents(statement):
                found.append((node, name, [*block[:at], *body, *block[at + 1 :]]))
    return found


def _contents(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    match statement:
        case ast.If() | ast.While() | ast.With():
            yield statement.body
            yield _without_jumps(statement.body)
            yield getattr(statement, "orelse", [])
        case ast.For(target=target, iter=iterable):
            yield _without_jumps(statement.body)
            for first in _first_items(iterable):
                yield [ast.Assign([copy.deepcopy(target)], first), *_without_jumps(statement.body)]
            yield statement.orelse


def _first_items(iterable: ast.expr) -> Iterator[ast.expr]:
    match iterable:
        case ast.Call(func=ast.Name(id="range"), args=[_]):
            yield ast.Constant(0)
        case ast.Call(func=ast.Name(id="range"), args=[start, *_]):
            yield start
        case ast.Call(func=ast.Name(id="enumerate"), args=[items]):
            yield ast.Tuple([ast.Constant(0), ast.Subscript(items, ast.Constant(0))])
        case ast.Call(func=ast.Name(id="zip"), args=items):
            yield ast.Tuple([ast.Subscript(item, ast.Constant(0)) for item in items])
        case ast.Name() | ast.Attribute() | ast.Subscript():
            yield ast.Subscript(iterable, ast.Constant(0))


def _without_jumps(block: list[ast.stmt]) -> list[ast.stmt]:
    return [s for s in block if not any(isinstance(n, ast.Break | ast.Continue) for n in ast.walk(s))]


def expression_edits(tree: ast.Module) -> list[Edit]:
    """Expressions replaced by their parts or by constants, large ones first."""
    found: list[tuple[int, Edit]] = []
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            if (isinstance(node, ast.Call) and name == "func") or isinstance(node, ast.Attribute | ast.Import):
                continue
            if isinstance(node, ast.Subscript) and name == "slice" and not isinstance(value, ast.Tuple):
                found += [(0, (node, name, new)) for new in _simpler(value) if not _odd_index(new)]
            elif isinstance(node, ast.Compare) and name == "left":
                found += [(0, (node, name, new)) for new in _simpler(value) if not isinstance(new, ast.Constant)]
            elif isinstance(value, ast.expr):
                size = sum(1 for _ in ast.walk(value))
                found += [(size, (node, name, new)) for new in _simpler(value)]
                if isinstance(node, ast.Slice):
                    found.append((size, (node, name, None)))
            elif isinstance(value, list) and value and isinstance(value[0], ast.expr):
                for at, item in enumerate(value):
                    size = sum(1 for _ in ast.walk(item))
                    for new in _simpler(item):
                        found.append((size, (node, name, [*value[:at], new, *value[at + 1 :]])))
                    if isinstance(node, ast.List | ast.Tuple | ast.BoolOp) and len(value) > 1:
                        found.append((size, (node, name, value[:at] + value[at + 1 :])))
    return [edit for _, edit in sorted(found, key=lambda row: -row[0])]


def _odd_index(index: ast.expr) -> bool:
    return isinstance(index, ast.Constant) and isinstance(index.value, bool | float)


def inlining_edits(tree: ast.Module) -> list[Edit]:
    """A name replaced by what it is bound to; a call, as a statement, by the body of what it calls."""
    found: list[Edit] = []
    helpers = {s.name: s for s in ast.walk(tree) if isinstance(s, ast.FunctionDef)}
    for node, field, block in _blocks(tree):
        for at, statement in enumerate(block):
            before, after = block[:at], block[at + 1 :]
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    rest = [_Substitute({name: value}).visit(copy.deepcopy(s)) for s in after]
                    found.append((node, field, before + rest or [ast.Pass()]))
            match statement:
                case ast.Expr(value=ast.Call(func=ast.Name(id=name), args=args)) if name in helpers:
                    found.append((node, field, [*before, *_body(helpers[name], args, None), *after]))
                case ast.Assign(value=ast.Call(func=ast.Name(id=name), args=args)) if name in helpers:
                    body = _body(helpers[name], args, statement.targets)
                    found.append((node, field, [*before, *body, *after]))
                case ast.Return(value=ast.Call(func=ast.Name(id=name), args=args)) if name in helpers:
                    found.append((node, field, [*before, *_body(helpers[name], args, "return")]))
    return found


class _Substitute(ast.NodeTransformer):
    """Names that are read replaced by expressions."""

    def __init__(self, values: dict[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self.values and (isinstance(node.ctx, ast.Load) or isinstance(self.values[node.id], ast.Name)):
            value = copy.deepcopy(self.values[node.id])
            if isinstance(value, ast.Name):
                value.ctx = node.ctx
            return value
        return node


def _body(helper: ast.FunctionDef, args: list[ast.expr], result: Any) -> list[ast.stmt]:
    """A helper's statements with its parameters replaced, its last return as an assignment."""
    values = {param.arg: value for param, value in zip(helper.args.args, args, strict=False)}
    body: list[ast.stmt] = [_Substitute(values).visit(copy.deepcopy(s)) for s in helper.body]
    if isinstance(body[-1], ast.Return) and result != "return":
        last = body.pop()
        assert isinstance(last, ast.Return)
        if result is not None and last.value is not None:
            body.append(ast.Assign(copy.deepcopy(result), last.value))
    return body


def _simpler(value: ast.expr) -> Iterator[ast.expr]:
    if isinstance(getattr(value, "ctx", None), ast.Store | ast.Del):
        if isinstance(value, ast.Tuple):
            yield from value.elts
        return
    match value:
        case ast.Constant(value=bool() | str() | None):
            return
        case ast.Constant(value=int(n)):
            yield from (ast.Constant(k) for k in (0, 1, n - 1) if 0 <= k < n)
        case ast.Constant(value=float(x)):
            yield from (ast.Constant(k) for k in (1.0, 2.0, 0.5) if x != k and len(repr(k)) < len(repr(x)))
        case ast.Name() | ast.Attribute() | ast.Slice():
            yield ast.Constant(1.0)
        case ast.Compare() | ast.BoolOp():
            yield ast.Constant(True)
            yield ast.Constant(False)
            yield from _parts(value)
        case ast.Lambda():
            return
        case _:
            yield ast.Constant(1.0)
            yield from _parts(value)


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    skip = value.func if isinstance(value, ast.Call) else None
    for part in ast.iter_child_nodes(value):
        if part is skip and isinstance(part, ast.Attribute):
            part = part.value  # x of x.sum()
            if isinstance(part, ast.Name) and part.id in ("np", "math"):
                continue
        elif part is skip:
            continue
        if isinstance(part, ast.keyword):
            part = part.value
        if isinstance(part, ast.expr) and not isinstance(part, ast.Slice):
            yield part


# edits of the arguments


def _greedy_arguments(case: Case, fails: Fails, end: float, seen: set[str]) -> Case:
    again = True
    while again and time.monotonic() < end:
        again = False
        for new in argument_edits(case):
            if _better(new, case, fails, seen):
                case, again = new, True
                break
    return case


def argument_edits(case: Case) -> Iterator[Case]:
    """Parameters dropped, integers lowered, arrays shortened, constants made of arguments, rounder numbers."""
    for k in range(len(case.args)):
        yield from _dropped(case, k)
    for k, arg in enumerate(case.args):
        if isinstance(arg, int):
            for n in range(arg):
                yield replace(case, args=(*case.args[:k], n, *case.args[k + 1 :]))
        if isinstance(arg, list) and len(arg) > 1:
            yield replace(case, args=(*case.args[:k], arg[:-1], *case.args[k + 1 :]))
    for n in sorted({n for arg in case.args for leaf in leaves(arg) for n in np.shape(leaf)}, reverse=True):
        if n > 1:
            yield replace(case, args=_mapped(case.fresh_args(), partial(_cut, n), {}))
    for k in case.argnums:
        if len(case.argnums) > 1:
            yield replace(case, argnums=tuple(i for i in case.argnums if i != k))
    yield replace(case, args=_mapped(case.fresh_args(), _rounded, {}))


def _dropped(case: Case, k: int) -> Iterator[Case]:
    tree = case.tree
    f = next(s for s in tree.body if isinstance(s, ast.FunctionDef) and s.name == "f")
    if k < len(f.args.args) and len(f.args.args) > 1:
        name = f.args.args.pop(k).arg
        used = any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(f))
        argnums = tuple(i - (i > k) for i in case.argnums if i != k)
        if argnums and not used:
            yield replace(
                case, source=ast.unparse(tree) + "\n", args=case.args[:k] + case.args[k + 1 :], argnums=argnums
            )


def _mapped(value: Any, change: Callable[[Any], Any], memo: dict[int, Any]) -> Any:
    """The value with its float leaves changed; an array that occurs twice stays one object."""
    match value:
        case bool() | int() | str() | None:
            return value
        case dict():
            return {key: _mapped(item, change, memo) for key, item in value.items()}
        case list() | tuple():
            return type(value)(_mapped(item, change, memo) for item in value)
        case np.ndarray():
            if id(value) not in memo:
                memo[id(value)] = change(value)
            return memo[id(value)]
    return change(value)


def _cut(n: int, leaf: Any) -> Any:
    if not isinstance(leaf, np.ndarray):
        return leaf
    return leaf[tuple(slice(n - 1) if m == n else slice(None) for m in leaf.shape)].copy(order="K")


def _rounded(leaf: Any) -> Any:
    return np.round(leaf, 1) if isinstance(leaf, np.ndarray) else round(leaf, 1)
