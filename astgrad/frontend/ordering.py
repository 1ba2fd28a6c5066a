"""sorted, list.sort, min and max with a key, filter: the order is found, then items taken.

The order is a permutation of what the keys are worth now; no derivative goes through it.
"""

from __future__ import annotations

from typing import Any

import gast

from astgrad.frontend import templates
from astgrad.frontend.arraylike import is_array
from astgrad.frontend.builtins import Args, Keywords, builtin, collected, extreme
from astgrad.frontend.calls import BUILTINS, call
from astgrad.frontend.expressions import item, sequence_items
from astgrad.frontend.lazy import deferred, used
from astgrad.frontend.lower import Lowering
from astgrad.frontend.plain import UNPLAIN, plain
from astgrad.frontend.state import reachable
from astgrad.frontend.values import Either, Items, Iterable, Ref, Tup
from astgrad.ir.core import NONE, Arg, Const, Var

ALL_BACK = Const(slice(None, None, -1))


@builtin(sorted)
def sorted_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    made = args[0] if is_array(lo, args[0]) else collected(lo, args[0], node)
    items = sequence_items(lo, made)
    values = [plain(one) for one in items or ()]
    if items is not None and not keywords and UNPLAIN not in values:
        return lo.new_object(Items(tuple(lo.known(value) for value in sorted(values))))
    order = permutation(lo, made, keywords, node)
    if items is not None:
        picks = (lo.apply("[]", order, Const(i)) for i in range(len(items)))
        return lo.new_object(Items(tuple(taken(lo, items, pick, node) for pick in picks)))
    ordered = collected(lo, item(lo, array_of(lo, made), lo.wrap(order), node), node)
    return lo.sharing(ordered, reachable(lo.state.heap, made))


def permutation(lo: Lowering, made: Any, keywords: Keywords, node: gast.AST) -> Arg:
    """The order of the keys, equal ones as they stood."""
    keys = array_of(lo, keyed(lo, made, keywords.get("key"), node))
    back = plain(keywords.get("reverse", Const(False)))
    if back is UNPLAIN:
        raise lo.refuse(node, "sorted() whose direction is known only at run time",
                        "write reverse=True or reverse=False")
    arg = lo.read(keys)
    if lo.fact(keys).rank not in (1, None):
        raise lo.refuse(node, "sorted() of items that are not numbers", "give key=, a number")
    if not back:
        return lo.read(lo.apply("np.argsort", arg, Const(-1), Const("stable")))
    turned = lo.read(lo.apply("[]", arg, ALL_BACK))
    order = lo.read(lo.apply("np.argsort", turned, Const(-1), Const("stable")))
    last = lo.build.apply("Sub", lo.build.apply("np.size", arg), Const(1))
    return lo.build.apply("Sub", last, lo.read(lo.apply("[]", order, ALL_BACK)))


def keyed(lo: Lowering, made: Any, key: Any, node: gast.AST) -> Any:
    """The keys of the items, in their order."""
    if key is None or plain(key) is None:
        return made
    return collected(lo, Iterable("map", (key, made)), node)


def array_of(lo: Lowering, value: Any) -> Any:
    return value if is_array(lo, value) else lo.apply("np.array", lo.read(value))


def taken(lo: Lowering, items: tuple[Any, ...], place: Any, node: gast.AST) -> Any:
    """The item at a place known only at run time, of items that are alike."""
    if all(isinstance(one, Tup) for one in items):
        if len({(len(one.items), one.cls) for one in items}) > 1:
            raise lo.refuse(node, "the items that are ordered differ in length", "use one array")
        columns = zip(*(one.items for one in items), strict=True)
        return Tup(tuple(taken(lo, column, place, node) for column in columns), items[0].cls)
    if all(plain(one) == plain(items[0]) is not UNPLAIN for one in items):
        return items[0]
    facts = [lo.fact(one) for one in items]
    if not all(fact.is_numeric for fact in facts):
        return Either("which item this is, is known only at run time, and the items are not "
                      "numbers or arrays", "take the number itself: `min(d.values())`")
    rows = any(fact.kind == "array" for fact in facts)
    whole = Tup(items)
    stacked = lo.apply("np.stack" if rows else "np.array", lo.read(whole))
    found = lo.apply("[]", lo.read(stacked), lo.read(place))
    if all(fact.kind == "number" for fact in facts):
        return lo.apply("int" if all(fact.is_int for fact in facts) else "float", lo.read(found))
    made = lo.apply(".copy()", lo.read(found)) if rows else found
    return lo.sharing(made, [obj for one in items for obj in reachable(lo.state.heap, one)])


def best(name: str) -> Any:
    """max and min, with `key` and `default`."""
    plainly = extreme(name)

    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        if not keywords:
            return plainly(lo, args, keywords, node)
        made = Tup(args)
        if len(args) == 1:
            made = args[0] if is_array(lo, args[0]) else collected(lo, args[0], node)
        items = sequence_items(lo, made)
        if items == () and "default" in keywords:
            return keywords["default"]
        if items is None and "default" in keywords and not is_array(lo, made):
            raise lo.refuse(node, f"{name}() with default, of a list that may be empty",
                            "test its length before")
        if "key" not in keywords:
            return plainly(lo, (made,), {}, node)
        keys = array_of(lo, keyed(lo, made, keywords["key"], node))
        pick = lo.apply(f"np.arg{name}", lo.read(keys), NONE)
        if items is not None:
            return taken(lo, items, pick, node)
        return item(lo, made, pick, node)

    return handler


BUILTINS[max], BUILTINS[min] = best("max"), best("min")


@builtin(filter)
def filter_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    test, source = args
    if plain(test) is None:
        test = lo.known(bool)
    return deferred(lo, filtered(lo, test, source, node), args)


def filtered(lo: Lowering, test: Any, source: Any, node: gast.AST) -> Any:
    made = source if isinstance(source, Ref | Tup | Var) else collected(lo, source, node)
    items = sequence_items(lo, made)
    if items is not None:
        tests = [plain(call(lo, test, (one,), {}, node)) for one in items]
        if UNPLAIN not in tests:
            used(lo, source if made is source else None, node)
            kept = (one for one, test in zip(items, tests, strict=True) if test)
            return lo.new_object(Items(tuple(kept)))
    return templates.expand(lo, templates.FILTER, node, {"source": made, "test": test})
