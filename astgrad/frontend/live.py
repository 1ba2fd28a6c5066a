"""The items of a loop that is written out, each read when its turn comes.

Python reads a list, a dict or an array while it runs over it: what the body has changed by
then is what the next trip sees.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from astgrad.frontend.head import Head
from astgrad.frontend.iterate import iteration
from astgrad.frontend.lower import Lowering, Refusal
from astgrad.frontend.state import State
from astgrad.frontend.values import Entries, Items, Iterable, Ref, Tup, View, certain
from astgrad.ir.core import Apply, Arg, Block, Const, For, If, Op, Var, While, With

END = object()
Item = Callable[[int], Any]  # the value of a trip, or END


def numbered(trips: range, bind: Callable[[Any], Any]) -> Item:
    """The items at these indices."""
    return lambda k: bind(Const(trips[k])) if k < len(trips) else END


class LiveItems:
    """The items of a source; taken anew where what it reads has changed."""

    def __init__(self, lo: Lowering, source: Any, values: list[Any], node: gast.AST) -> None:
        self.lo, self.source, self.node = lo, source, node
        self.values = values
        self.seen = self.first = contents(lo, source)

    def __call__(self, k: int) -> Any:
        now = contents(self.lo, self.source)
        if now != self.seen:
            self.check(now)
            bounds, bind = iteration(self.lo, current(self.lo, self.source), self.node)
            if bounds is not None:
                raise self.refusal()
            self.values, self.seen = bind(None), now
        return self.values[k] if k < len(self.values) else END

    def check(self, now: list[Any]) -> None:
        """Where Python counts on the length, or calls a function for each item."""
        for before, after in zip(self.first, now, strict=True):
            same = type(before) is type(after)
            if isinstance(before, Entries):
                same = same and [k for k, _ in before.pairs] == [k for k, _ in after.pairs]
            elif isinstance(before, Items) and uses(self.source, "reversed"):
                same = same and len(before.values) == len(after.values)
            if not same or uses(self.source, "map"):
                raise self.refusal()

    def refusal(self) -> Refusal:
        return self.lo.refuse(self.node, "what this loop runs over is changed in the loop",
                              "loop over a copy, as in `for v in list(items)`, or over indices "
                              "in a `while`")


def contents(lo: Lowering, source: Any, state: State | None = None) -> list[Any]:
    """What the containers of a source hold now, or in another state."""
    source, heap = certain(source), (state or lo.state).heap
    if isinstance(source, View):
        source = source.source
    if isinstance(source, Ref):
        return [heap.get(source.obj)]
    if isinstance(source, Iterable):
        return [content for part in source.parts
                for content in contents(lo, part, state)]
    return []


def current(lo: Lowering, source: Any) -> Any:
    """The source with the views of dicts as they are now."""
    match certain(source):
        case View(kind=kind, source=Ref() as ref):
            return view(lo, kind, ref)
        case Iterable(kind=kind, parts=parts):
            return Iterable(kind, tuple(current(lo, part) for part in parts))
    return source


def view(lo: Lowering, kind: str, source: Ref) -> View:
    """`d.items()`, `d.values()` or `d.keys()`."""
    content = lo.state.heap[source.obj]
    assert isinstance(content, Entries)
    match kind:
        case "items":
            found: Any = (Tup((lo.known(k), v)) for k, v in content.pairs)
        case "values":
            found = (v for _, v in content.pairs)
        case _:
            found = (lo.known(k) for k, _ in content.pairs)
    return View(tuple(found), kind=kind, source=source)


def check_lengths(lo: Lowering, source: Any, head: Head, ops: tuple[Op, ...], node: gast.AST
                  ) -> None:
    """Refuse a loop over the indices of a list to which, or from which, its body adds or takes."""
    for content in contents(lo, source, head.state):
        if content in head.params:
            result = head.results[head.params.index(content)]
            if first_version(Block((), ops, ()), result) is not content:
                raise LiveItems(lo, source, [], node).refusal()


def first_version(block: Block, arg: Arg) -> Arg | None:
    """The list that a list was made of by changing items; None if its length may differ."""
    makers = {out: op for op in block.ops for out in op.outs}
    while isinstance(arg, Var) and arg in makers:
        op = makers[arg]
        match op:
            case Apply() if op.rule.writes and op.rule.name not in ("append", "pop"):
                arg = op.args[0]
            case If() | With():
                at = op.outs.index(arg)
                blocks = (op.then, op.orelse) if isinstance(op, If) else (op.body,)
                found = [first_version(inner, inner.results[at]) for inner in blocks]
                if found[0] is None or any(f is not found[0] for f in found):
                    return None
                arg = found[0]
            case For() | While():
                at = op.outs.index(arg)
                params = op.body.params[1:] if isinstance(op, For) else op.body.params
                if at >= len(op.init) or (
                        first_version(op.body, op.body.results[at]) is not params[at]):
                    return None
                arg = op.init[at]
            case _:
                return None
    return arg


def uses(source: Any, kind: str) -> bool:
    return isinstance(source, Iterable) and (
        source.kind == kind or any(uses(part, kind) for part in source.parts))
