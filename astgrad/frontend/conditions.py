"""Tests: truth, comparisons, `and`, `or`, `not`; a Const where they are known now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from astgrad.frontend.calls import call_function
from astgrad.frontend.expressions import elements, handles, sequence_items
from astgrad.frontend.lower import BOTTOM, Lowering, Refusal
from astgrad.frontend.plain import UNPLAIN, plain
from astgrad.frontend.special import UNARY, asked, compared_objects, is_object, special
from astgrad.frontend.state import is_none
from astgrad.frontend.values import Entries, Items, Known, Maybe, Ref, Tup, certain
from astgrad.ir.core import Arg, Const, Var


@handles(gast.UnaryOp)
def unary(lo: Lowering, node: gast.UnaryOp) -> Any:
    value = lo.expr(node.operand)
    op = type(node.op).__name__
    if op == "Not":
        return negate(lo, truth(lo, value, node))
    if is_object(lo, value):
        return asked(lo, value, UNARY[op], node=node, what="such operator")
    arg = lo.read(value)
    return lo.apply(op, arg)


def negate(lo: Lowering, test: Arg) -> Arg:
    return Const(not test.value) if isinstance(test, Const) else lo.build.apply("Not", test)


def truth(lo: Lowering, value: Any, node: gast.AST) -> Arg:
    """A test as an arg; a Const where it is known now."""
    match value:
        case Maybe():
            inner = value.value
            either: Arg = lo.branch(
                value.none, lambda: Const(False), lambda: truth(lo, inner, node))
            return either
        case Const():
            return Const(bool(value.value))
        case Tup():
            return Const(bool(value.items))
        case Known():
            return Const(bool(value.value))
        case Ref(path=()):
            content = lo.state.heap[value.obj]
            if isinstance(content, Items):
                return Const(bool(content.values))
            if isinstance(content, Entries) and content.cls is None:
                return Const(bool(content.pairs))
            if isinstance(content, Entries):
                return truth_of_object(lo, value, node)
    arg = lo.read(value)
    if isinstance(arg, Var) and arg.fact.kind == "list":
        return lo.build.apply("Gt", lo.build.apply("len", arg), Const(0))
    return arg


def truth_of_object(lo: Lowering, value: Ref, node: gast.AST) -> Arg:
    """By `__bool__`, else by `__len__`; an object without them is true."""
    for name in ("__bool__", "__len__"):
        function = special(lo, value, name)
        if function is not None:
            return truth(lo, call_function(lo, function, (value,), {}, node), node)
    return Const(True)


@handles(gast.Compare)
def compare(lo: Lowering, node: gast.Compare) -> Any:
    left = lo.expr(node.left)
    result: Any = None
    pairs = list(zip(node.ops, node.comparators, strict=True))
    return _chain(lo, left, pairs, node) if result is None else result


def _chain(lo: Lowering, left: Any, pairs: list[Any], node: gast.AST) -> Any:
    op, comparator = pairs[0]
    if isinstance(op, gast.In | gast.NotIn) and isinstance(comparator, gast.Set):
        right: Any = Tup(elements(lo, comparator.elts))
    else:
        right = lo.expr(comparator)
    first = compared(lo, type(op).__name__, left, right, node)
    if len(pairs) == 1:
        return first
    return both(lo, first, lambda: _chain(lo, right, pairs[1:], node), "And", node)


def compared(lo: Lowering, op: str, left: Any, right: Any, node: gast.AST) -> Any:
    if op in ("Is", "IsNot"):
        for one, other in ((left, right), (right, left)):
            if is_none(one) and isinstance(other, Maybe):
                return other.none if op == "Is" else negate(lo, other.none)
    left, right = certain(left), certain(right)
    if op in ("In", "NotIn") and is_object(lo, right):
        found = truth(lo, asked(lo, right, "__contains__", left, node=node, what="`__contains__`"),
                      node)
        return found if op == "In" else negate(lo, found)
    if not (is_none(left) or is_none(right)):
        made = compared_objects(lo, op, left, right, node)
        if made is not None:
            return made
    known = known_comparison(lo, op, left, right)
    if known is not None:
        return Const(known)
    return lo.apply(op, lo.read(left), lo.read(right))


def known_comparison(lo: Lowering, op: str, left: Any, right: Any) -> bool | None:
    a, b = plain(left), plain(right)
    if op in ("In", "NotIn"):
        return membership(lo, left, right, op == "In")
    if op in ("Is", "IsNot") and (a is not UNPLAIN or b is not UNPLAIN):
        if a is not UNPLAIN and b is not UNPLAIN:
            return (a is b) == (op == "Is")
        other = a if a is not UNPLAIN else b
        if other is None or isinstance(other, type):
            unsure = right if a is not UNPLAIN else left
            if isinstance(unsure, Var) and unsure.fact.kind in ("unknown", "static"):
                return None
            return op == "IsNot"
    if op in ("Eq", "NotEq") and a is not UNPLAIN and b is not UNPLAIN:
        return bool(a == b) == (op == "Eq")
    return None


def membership(lo: Lowering, left: Any, right: Any, positive: bool) -> bool | None:
    key = plain(left)
    if key is UNPLAIN:
        return None
    if isinstance(right, Ref) and isinstance(lo.state.heap[right.obj], Entries):
        return (lo.state.heap[right.obj].get(key) is not None) == positive
    items = sequence_items(lo, right)
    if items is not None and all(plain(i) is not UNPLAIN for i in items):
        return (key in [plain(i) for i in items]) == positive
    if plain(right) is not UNPLAIN:
        return (key in plain(right)) == positive
    return None


@handles(gast.BoolOp)
def boolop(lo: Lowering, node: gast.BoolOp) -> Any:
    op = type(node.op).__name__
    return _bools(lo, node.values, op, node)


def _bools(lo: Lowering, values: list[gast.expr], op: str, node: gast.AST) -> Any:
    first = lo.expr(values[0])
    if len(values) == 1:
        return first
    return both(lo, first, lambda: _bools(lo, values[1:], op, node), op, node)


def both(lo: Lowering, first: Any, rest: Callable[[], Any], op: str, node: gast.AST) -> Any:
    """`first and rest()` or `first or rest()`, evaluated as Python does."""
    test = truth(lo, first, node)
    if isinstance(test, Const):
        return rest() if bool(test.value) == (op == "And") else first
    if op == "And":
        return lo.branch(test, rest, lambda: first)
    return lo.branch(test, lambda: first, rest)


@handles(gast.IfExp)
def ifexp(lo: Lowering, node: gast.IfExp) -> Any:
    test = truth(lo, lo.expr(node.test), node.test)
    if isinstance(test, Const):
        return lo.expr(node.body if test.value else node.orelse)
    return lo.branch(test, lambda: side(lo, node.body), lambda: side(lo, node.orelse))


def side(lo: Lowering, node: gast.expr) -> Any:
    """One side of a choice; it may read what only the other side binds, in an earlier trip."""
    try:
        return lo.expr(node)
    except Refusal as refusal:
        if not refusal.unbound:
            raise
        if refusal.problem is not None and refusal.problem not in lo.problems:
            lo.problems.append(refusal.problem)
        return BOTTOM
