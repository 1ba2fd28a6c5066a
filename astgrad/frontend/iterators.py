"""itertools where the number of items is bounded: lists of what an iterator would give;
operator.getitem.
"""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Callable
from typing import Any

import gast

from astgrad.frontend import templates
from astgrad.frontend.builtins import Args, Keywords, builtin, collected
from astgrad.frontend.calls import call
from astgrad.frontend.expressions import item, sequence_items
from astgrad.frontend.lazy import deferred
from astgrad.frontend.lower import Lowering
from astgrad.frontend.plain import UNPLAIN, plain
from astgrad.frontend.values import Items, Iterable, Tup
from astgrad.ir.core import NONE, Const

Handler = Callable[..., Any]


def known(lo: Lowering, source: Any, node: gast.AST) -> tuple[Any, ...] | None:
    """The items of an iterable, if their number is known."""
    return sequence_items(lo, collected(lo, source, node))


def lazily(target: Any) -> Callable[[Handler], Handler]:
    """A handler of what gives its items one by one, when they are asked for."""
    def register(make: Handler) -> Handler:
        def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
            return deferred(lo, make(lo, args, keywords, node), (*args, *keywords.values()))

        builtin(target)(handler)
        return make

    return register


def listed(lo: Lowering, items: Any) -> Any:
    return lo.new_object(Items(tuple(items)))


def unknown(lo: Lowering, name: str, fix: str, node: gast.AST) -> Any:
    return lo.refuse(node, f"itertools.{name}() of items whose number is known only at run time",
                     fix)


def chosen(name: str) -> Callable[..., Any]:
    """product, permutations, combinations: tuples of items, written out."""
    choose = getattr(itertools, name)

    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        sources, numbers = (args, ()) if name == "product" else (args[:1], args[1:])
        parts = [known(lo, source, node) for source in sources]
        options = {k: plain(v) for k, v in keywords.items()}
        given = [plain(n) for n in numbers]
        if None in parts or UNPLAIN in (*options.values(), *given):
            raise unknown(lo, name, "write the nested loops over indices", node)
        return listed(lo, (Tup(one) for one in choose(*parts, *given, **options)))

    return handler


for chooser in ("product", "permutations", "combinations", "combinations_with_replacement"):
    builtin(getattr(itertools, chooser))(chosen(chooser))


@lazily(itertools.chain)
def chain(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    parts = [known(lo, source, node) for source in args]
    if None not in parts:
        return listed(lo, itertools.chain(*parts))  # type: ignore[arg-type]
    made = listed(lo, ())
    for source in args:
        templates.expand(lo, templates.EXTEND, node, {"source": source, "items": made})
    return made


@lazily(itertools.chain.from_iterable)
def from_iterable(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    sources = known(lo, args[0], node)
    if sources is None:
        raise unknown(lo, "chain.from_iterable", "write the nested loops", node)
    return chain(lo, sources, {}, node)


@lazily(itertools.pairwise)
def pairwise(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    made = collected(lo, args[0], node)
    items = sequence_items(lo, made)
    if items is not None:
        return listed(lo, (Tup(pair) for pair in itertools.pairwise(items)))
    from astgrad.frontend.expressions import item

    rest = item(lo, made, Const(slice(1, None)), node)
    return Iterable("zip", (made, rest))


@lazily(itertools.islice)
def islice(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    bounds = [plain(bound) for bound in args[1:]]
    items = known(lo, args[0], node)
    if UNPLAIN in bounds:
        raise lo.refuse(node, "itertools.islice() with bounds known only at run time",
                        "loop over a range of indices")
    if items is not None:
        return listed(lo, itertools.islice(items, *bounds))
    from astgrad.frontend.expressions import item

    return item(lo, collected(lo, args[0], node), Const(slice(*bounds)), node)


@builtin(itertools.repeat)
def repeat(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    times = plain(args[1] if len(args) > 1 else keywords.get("times", NONE))
    if not isinstance(times, int):
        raise unknown(lo, "repeat", "write `[x] * n`", node)
    return listed(lo, (args[0],) * times)


@lazily(itertools.starmap)
def starmap(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    rows = known(lo, args[1], node)
    if rows is None:
        raise unknown(lo, "starmap", "write the comprehension", node)
    return listed(lo, [call(lo, args[0], sequence_items(lo, row) or (), {}, node) for row in rows])


@lazily(itertools.zip_longest)
def zip_longest(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    parts = [known(lo, source, node) for source in args]
    if None in parts:
        raise unknown(lo, "zip_longest", "zip lists of one length", node)
    fill = keywords.get("fillvalue", NONE)
    rows = itertools.zip_longest(*parts, fillvalue=fill)  # type: ignore[arg-type]
    return listed(lo, (Tup(row) for row in rows))


@lazily(itertools.compress)
def compress(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    items, tests = known(lo, args[0], node), known(lo, args[1], node)
    kept = [plain(test) for test in tests or ()]
    if items is None or tests is None or UNPLAIN in kept:
        raise unknown(lo, "compress", "write the loop with an if", node)
    return listed(lo, itertools.compress(items, kept))


@lazily(itertools.accumulate)
def accumulate(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    step = args[1] if len(args) > 1 else keywords.get("func", NONE)
    step = lo.known(operator.add) if plain(step) is None else step
    made = collected(lo, args[0], node)
    items = sequence_items(lo, made)
    first = keywords.get("initial", NONE)
    if items is not None:
        items = items if plain(first) is None else (first, *items)
        totals = itertools.accumulate(items, lambda a, b: call(lo, step, (a, b), {}, node))
        return listed(lo, totals)
    if plain(first) is None:
        return templates.expand(lo, templates.ACCUMULATE, node, {"source": made, "step": step})
    raise unknown(lo, "accumulate", "write the loop", node)


def conditional(text: str) -> Callable[..., Any]:
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        made = collected(lo, args[1], node)
        return templates.expand(lo, text, node, {"source": made, "test": args[0]})

    return handler


lazily(itertools.takewhile)(conditional(templates.TAKEWHILE))
lazily(itertools.dropwhile)(conditional(templates.DROPWHILE))
lazily(itertools.filterfalse)(conditional(templates.FILTERFALSE))


def endless(name: str, fix: str, lo: Lowering, args: Args, keywords: Keywords, node: gast.AST
            ) -> Any:
    raise lo.refuse(node, f"itertools.{name}() has no end", fix)


builtin(itertools.count)(functools.partial(endless, "count", "use range or enumerate"))
builtin(itertools.cycle)(functools.partial(endless, "cycle", "index with `items[i % n]`"))


@builtin(operator.getitem)
def getitem(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    value, index = args
    return item(lo, value, index, node)
