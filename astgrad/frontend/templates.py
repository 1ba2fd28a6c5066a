# ruff: noqa: N802 - visit_Name and its like are named by ast.NodeVisitor
"""Functions that the frontend writes itself: comprehensions, sums, folds of lists.

A template is Python text; names that end in `_h` are hidden from the user's own names,
upper-case names are holes for the user's expressions.  It is called as a closure of the
current frame, so that scoping, loops and aliases have one meaning.
"""

from __future__ import annotations

from typing import Any

import gast

from astgrad.frontend.calls import enter
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Frame, Known
from astgrad.source import FunctionSource

HELPERS = {"len_h": Known(len, "len"), "range_h": Known(range, "range"),
           "min_h": Known(min, "min"), "error_h": Known(ValueError, "ValueError")}
LIST = """
def list_h(source_h):
    items_h = []
    LOOPS(items_h.append(ELEMENT))
    return items_h
"""
SUM = """
def sum_h(source_h, total_h):
    LOOPS(total_h := total_h + ELEMENT)
    return total_h
"""
ANY = """
def any_h(source_h):
    LOOPS(ELEMENT)
    return False
"""
ALL = """
def all_h(source_h):
    LOOPS(not ELEMENT)
    return True
"""
EXTREME = """
def extreme_h(source_h, pick_h):
    best_h = source_h[0]
    for k_h in range_h(1, len_h(source_h)):
        best_h = pick_h(best_h, source_h[k_h])
    return best_h
"""
REDUCE = """
def reduce_h(source_h, total_h, step_h):
    for item_h in source_h:
        total_h = step_h(total_h, item_h)
    return total_h
"""
REPEAT = """
def repeat_h(source_h, n_h):
    items_h = []
    for k_h in range_h(n_h):
        for item_h in source_h:
            items_h.append(item_h)
    return items_h
"""
CONCAT = """
def concat_h(source_h, more_h):
    items_h = []
    for item_h in source_h:
        items_h.append(item_h)
    for item_h in more_h:
        items_h.append(item_h)
    return items_h
"""
FILTER = """
def filter_h(source_h, test_h):
    items_h = []
    for item_h in source_h:
        if test_h(item_h):
            items_h.append(item_h)
    return items_h
"""
FILTERFALSE = FILTER.replace("if test_h", "if not test_h")
TAKEWHILE = """
def takewhile_h(source_h, test_h):
    items_h = []
    for item_h in source_h:
        if not test_h(item_h):
            break
        items_h.append(item_h)
    return items_h
"""
DROPWHILE = """
def dropwhile_h(source_h, test_h):
    items_h = []
    dropping_h = True
    for item_h in source_h:
        dropping_h = dropping_h and test_h(item_h)
        if not dropping_h:
            items_h.append(item_h)
    return items_h
"""
ACCUMULATE = """
def accumulate_h(source_h, step_h):
    total_h = source_h[0]
    items_h = [total_h]
    for k_h in range_h(1, len_h(source_h)):
        total_h = step_h(total_h, source_h[k_h])
        items_h.append(total_h)
    return items_h
"""
EXTEND = """
def extend_h(source_h, items_h):
    for item_h in source_h:
        items_h.append(item_h)
"""
INDEX = """
def index_h(source_h, value_h):
    for k_h in range_h(len_h(source_h)):
        if source_h[k_h] == value_h:
            return k_h
    raise error_h("the value is not in the list")
"""
COUNT = """
def count_h(source_h, value_h):
    total_h = 0
    for item_h in source_h:
        if item_h == value_h:
            total_h += 1
    return total_h
"""
PICK = """
def pick_h(source_h, places_h):
    items_h = []
    for k_h in places_h:
        items_h.append(source_h[k_h])
    return items_h
"""
ITEMS = """
def items_h(source_h):
    items_h = []
    for k_h in range_h(len_h(source_h)):
        items_h.append(source_h[k_h])
    return items_h
"""
COLUMN = """
def column_h(source_h, j_h):
    if len_h(source_h) == 0:
        raise error_h("zip(*...) of a list without items")
    items_h = []
    for item_h in source_h:
        items_h.append(item_h[j_h])
    return items_h
"""
COLUMNS = """
def columns_h(source_h):
    n_h = len_h(source_h[0])
    for item_h in source_h:
        n_h = min_h(n_h, len_h(item_h))
    columns_h = []
    for j_h in range_h(n_h):
        items_h = []
        for item_h in source_h:
            items_h.append(item_h[j_h])
        columns_h.append(items_h)
    return columns_h
"""


class _Holes(gast.NodeTransformer):
    """Renames hidden names, puts the user's expressions into the holes."""

    def __init__(self, element: gast.expr | None, generators: list[Any]) -> None:
        self.element, self.generators = element, generators

    def visit_Name(self, node: gast.Name) -> gast.expr:
        if node.id == "ELEMENT" and self.element is not None:
            return self.element
        if node.id.endswith("_h"):
            node.id = node.id[:-2] + "$"
        return node

    def visit_FunctionDef(self, node: gast.FunctionDef) -> gast.FunctionDef:
        self.generic_visit(node)
        node.name = node.name[:-2]
        return node

    def visit_Expr(self, node: gast.Expr) -> Any:
        call = node.value
        loops = isinstance(call, gast.Call) and isinstance(call.func, gast.Name) and (
            call.func.id == "LOOPS")
        if not loops:
            return self.generic_visit(node)
        inner = call.args[0]
        kind = type(inner).__name__
        value = self.visit(inner)
        if kind == "Call":
            step: gast.stmt = gast.Expr(value)
        elif kind == "NamedExpr":
            target = gast.Name(value.target.id, gast.Store(), None, None)
            step = gast.Assign([target], value.value, None)
        else:
            result = gast.Return(gast.Constant(kind != "UnaryOp", None))
            step = gast.If(value, [result], [])
        return self.loops(step)

    def loops(self, step: gast.stmt) -> gast.stmt:
        for i, generator in reversed(list(enumerate(self.generators))):
            for test in reversed(generator.ifs):
                step = gast.If(test, [step], [])
            source = generator.iter if i else gast.Name("source$", gast.Load(), None, None)
            step = gast.For(generator.target, source, [step], [], None)
        return step


def expand(lo: Lowering, text: str, node: gast.AST, values: dict[str, Any],
           element: gast.expr | None = None, generators: list[Any] | None = None) -> Any:
    """The value of a template's call; `values` are its arguments, by hidden name."""
    key = (id(node), text)
    found = lo.templates.get(key)
    if found is None:
        found = lo.templates[key] = _source(lo, text, node, element, generators or [])
    frame = Frame(found, lo.frame.function, lo.frame)
    hidden = {p.id: HELPERS[p.id[:-1] + "_h"] for p in found.node.args.args
              if p.id[:-1] + "_h" in HELPERS}
    named = {f"{name}$": value for name, value in values.items()}
    return enter(lo, frame, found, (), {**named, **hidden}, {}, node)


def _source(lo: Lowering, text: str, node: gast.AST, element: gast.expr | None,
            generators: list[Any]) -> FunctionSource:
    if element is None:  # a fold over what the source gives
        element = gast.Name("item$", gast.Load(), None, None)
    if not generators:
        target = gast.Name("item$", gast.Store(), None, None)
        generators = [gast.comprehension(target, gast.Constant(None, None), [], 0)]
    theirs = {id(n) for part in (element, *generators) for n in gast.walk(part)}
    tree = _Holes(element, generators).visit(gast.parse(text)).body[0]
    bound = [n.target.id for part in (element, *generators) for n in gast.walk(part)
             if isinstance(n, gast.NamedExpr)]
    if bound:
        tree.body.insert(0, gast.Nonlocal(bound))
    given = {p.id for p in tree.args.args}
    for inner in list(gast.walk(tree)):
        hidden = isinstance(inner, gast.Name) and inner.id[:-1] + "_h" in HELPERS
        if hidden and inner.id not in given:
            given.add(inner.id)
            tree.args.args.append(gast.Name(inner.id, gast.Param(), None, None))
    for inner in gast.walk(tree):
        located = hasattr(inner, "lineno") and inner.lineno is not None
        if id(inner) not in theirs or not located:
            gast.copy_location(inner, node)
    outer = lo.frame.source
    return FunctionSource(tree, outer.filename, outer.lines, tree.name)


__all__ = ["ACCUMULATE", "ALL", "ANY", "COLUMN", "COLUMNS", "CONCAT", "COUNT", "DROPWHILE",
           "EXTEND", "EXTREME", "FILTER", "FILTERFALSE", "INDEX", "ITEMS", "LIST",
           "PICK", "REDUCE", "REPEAT", "SUM", "TAKEWHILE", "expand"]
