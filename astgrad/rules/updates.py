"""Updates: new versions of arrays and lists, written in place when they are printed."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

import numpy as np

from astgrad.ir.core import Arg, Pack, Var
from astgrad.ir.fact import UNKNOWN, Fact, join
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules.table import Row, _add, constant, linear, runtime, update
from astgrad.runtime.shapes import add_trees, copied_any, copied_items


def _with_item(x: Any, index: Any, value: Any) -> Any:
    x = x.copy()
    x[index] = value
    return x


def _with_added(x: Any, index: Any, value: Any) -> Any:
    x = x.copy()
    x[index] += value
    return x


def _with_added_at(x: Any, index: Any, value: Any) -> Any:
    x = x.copy()
    np.add.at(x, index, value)
    return x


def follow(x: Any, path: Any) -> Any:
    """The view of x that a path of indices and view steps (functions) leads to."""
    for step in path:
        x = step(x) if callable(step) else x[step]
    return x


def _with_item_in(x: Any, path: Any, index: Any, value: Any) -> Any:
    x = x.copy()
    follow(x, path)[index] = value
    return x


def _with_added_in(x: Any, path: Any, index: Any, value: Any) -> Any:
    x = x.copy()
    follow(x, path)[index] += value
    return x


def _with_list_added(x: Any, index: Any, value: Any) -> Any:
    x = list(x)
    x[index] = x[index] + value
    return x


def _with_tree_added(x: Any, index: Any, value: Any) -> Any:
    x = list(x)
    x[index] = add_trees(x[index], value)
    return x


def _same(x: Arg, *_: Arg) -> Fact:
    return x.fact if isinstance(x, Var) else UNKNOWN


def _stored(x: Arg, *rest: Arg) -> Fact:
    """A list's items join what is stored; an array stays as it is."""
    fact = _same(x)
    depth = len(rest[0].items) + 1 if len(rest) == 3 and isinstance(rest[0], Pack) else 1
    return _joined(fact, depth if len(rest) > 1 else 1, rest[-1])


def _joined(fact: Fact, depth: int, value: Arg) -> Fact:
    if fact.kind != "list":
        return fact
    (item,) = fact.items
    if depth > 1:
        return replace(fact, items=(_joined(item, depth - 1, value),))
    new = fact_of_arg(value)
    return replace(fact, items=(new if item == UNKNOWN else join(item, new),))


def _dropped(x: Arg) -> tuple[Fact, Fact]:
    fact = _same(x)
    return fact, fact.items[0] if fact.items else UNKNOWN


def _listed(items: Arg) -> Fact:
    return fact_of_arg(items)


def _multiple(text: str, statement: str, evaluate: Any, fact: Any) -> Row:
    row = _add(text, "constant", {}, fact=fact)
    row.writes, row.evaluate, row.statement = "x", evaluate, ast.parse(statement).body[0]
    return row


UFUNCS = {"Add": "np.add", "Sub": "np.subtract", "Mult": "np.multiply", "Div": "np.divide",
             "USub": "np.negative"}


def ufunc_of(row: Row) -> str | None:
    """The name of the ufunc that a row calls with all its parameters."""
    name = UFUNCS.get(row.name, row.name)
    module, _, attribute = name.rpartition(".")
    found = getattr(np, attribute, None) if module == "np" else None
    if isinstance(found, np.ufunc) and (found.nin, found.nout) == (len(row.params), 1):
        return name
    return None


def into(row: Row) -> Row:
    """The row that writes an operation's result into the array `out`."""
    made: Row | None = row.derived.get("into")
    if made is None:
        made = row.derived["into"] = Row(
            f"out[{row.text}]", "constant", ("out", *row.params), {}, row.expression,
            writes="out", name="into", of=row)
    return made


# fmt: off
update("setitem(x, index, value)", "x[index] = value", _with_item, fact=_stored,
       x="setitem(g, index, 0.0)", value="unbroadcast(g[index], value)")
update("index_add(x, index, value)", "x[index] += value", _with_added, fact=_same,
       x="g", value="unbroadcast(g[index], value)")
update("add_at(x, index, value)", "np.add.at(x, index, value)", _with_added_at, fact=_same,
       x="g", value="unbroadcast(g[index], value)")
update("setitem_in(x, path, index, value)", "x[path][index] = value", _with_item_in, fact=_stored,
       x="setitem_in(g, path, index, 0.0)", value="unbroadcast(follow(g, path)[index], value)")
update("index_add_in(x, path, index, value)", "x[path][index] += value", _with_added_in, fact=_same,
       x="g", value="unbroadcast(follow(g, path)[index], value)")
update("list_add(x, index, value)", "x[index] = x[index] + value", _with_list_added, fact=_same,
       x="g", value="g[index]")
update("list_add_tree(x, index, value)", "x[index] = add_trees(x[index], value)", _with_tree_added,
       fact=_same, x="g", value="g[index]")
update("append(x, value)", "x.append(value)", lambda x, value: [*x, value], fact=_stored)
_multiple("pop(x)", "value = x.pop()", lambda x: (x[:-1], x[-1]), _dropped)
runtime(list, "list_of(items)", fact=_listed, items="g")
runtime(lambda *bounds: len(range(*bounds)), "range_len(start, stop, step)")
linear("list(x)", x="g", name="copied")
runtime(copied_any, "copied_any(x)", x="g", fact=_same)
runtime(copied_items, "copied_items(x)", x="g", fact=_same)
constant("new_list()", fact=lambda: Fact("list", items=(UNKNOWN,)))
# fmt: on
