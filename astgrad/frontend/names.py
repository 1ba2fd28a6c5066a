"""Names of a function body: which are assigned, which are live after a statement."""

from __future__ import annotations

from collections.abc import Iterable

import gast

Names = frozenset[str]
NOTHING: Names = frozenset()
FUNCTIONS = (gast.FunctionDef, gast.Lambda)
ITEM_METHODS = ("append", "extend", "fill", "sort")  # what may change an item of a list


def children(node: gast.AST) -> list[gast.AST]:
    found: list[gast.AST] = []
    for field in node._fields:
        value = getattr(node, field, None)
        if isinstance(value, gast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += [item for item in value if isinstance(item, gast.AST)]
    return found


def walk(node: gast.AST) -> list[gast.AST]:
    """A node and all inside it."""
    found = [node]
    for inner in found:
        found += children(inner)
    return found


def reads(node: gast.AST) -> Names:
    """Names that a node may read, those of functions defined in it included."""
    known: Names | None = getattr(node, "known_reads", None)  # trees do not change
    if known is None:
        known = node.known_reads = _reads(node)
    return known


def _reads(node: gast.AST) -> Names:
    found = set()
    for inner in walk(node):
        if isinstance(inner, gast.Name) and not isinstance(inner.ctx, gast.Store | gast.Param):
            found.add(inner.id)
    return frozenset(found)


def root(node: gast.AST) -> str | None:
    """The name that a chain of subscripts starts from."""
    while isinstance(node, gast.Subscript):
        node = node.value
    return node.id if isinstance(node, gast.Name) else None


def is_item_written(function: gast.AST, node: gast.Assign) -> bool:
    """Whether a name that is bound to an item, `row = rows[i]`, or another name of an item of the
    same list is written through: `row[j] = 0.0`, `row += x`, `row.append(x)`.
    """
    names = {target.id for target in node.targets if isinstance(target, gast.Name)}
    if not isinstance(node.value, gast.Subscript) or not names:
        return False
    known: tuple[set[str | None], set[str | None]] | None = getattr(
        function, "known_written", None)
    if known is None:
        nodes = walk(function)
        written = {root(inner.value) for inner in nodes
                   if (isinstance(inner, gast.Subscript) and isinstance(inner.ctx, gast.Store))
                   or (isinstance(inner, gast.Attribute) and inner.attr in ITEM_METHODS)}
        written |= {inner.target.id for inner in nodes
                    if isinstance(inner, gast.AugAssign) and isinstance(inner.target, gast.Name)}
        lists = {root(inner.value) for inner in nodes
                 if isinstance(inner, gast.Assign) and isinstance(inner.value, gast.Subscript)
                 and any(isinstance(t, gast.Name) and t.id in written for t in inner.targets)}
        known = function.known_written = written, lists
    return not names.isdisjoint(known[0]) or root(node.value) in known[1]


def stores(nodes: Iterable[gast.AST]) -> Names:
    """Names that statements bind in their own scope (and nonlocals inside)."""
    return NOTHING.union(*map(_stored, nodes))


def _stored(node: gast.AST) -> Names:
    known: Names | None = getattr(node, "known_stores", None)
    if known is None:
        known = node.known_stores = _stores(node)
    return known


def _stores(root: gast.AST) -> Names:
    found: set[str] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        match node:
            case gast.Name(ctx=gast.Store() | gast.Del()):
                found.add(node.id)
            case gast.ClassDef():
                found.add(node.name)
                continue
            case gast.FunctionDef() | gast.AsyncFunctionDef():
                found.add(node.name)
                found.update(n for i in walk(node) if isinstance(i, gast.Nonlocal)
                             for n in i.names)
                continue
            case gast.Import() | gast.ImportFrom():
                found.update((a.asname or a.name).split(".")[0] for a in node.names)
            case gast.Lambda():
                continue
        stack += children(node)
    return frozenset(found)


def own_names(function: gast.FunctionDef | gast.Lambda) -> Names:
    """The names that are local to a function: not those of its comprehensions."""
    known: Names | None = getattr(function, "known_own", None)
    if known is None:
        known = function.known_own = _own_names(function)
    return known


def _own_names(function: gast.FunctionDef | gast.Lambda) -> Names:
    found, outer = set(parameter_names(function)), set()
    stack = list(function.body) if isinstance(function.body, list) else [function.body]
    while stack:
        node = stack.pop()
        match node:
            case gast.Nonlocal() | gast.Global():
                outer.update(node.names)
            case gast.comprehension():
                stack += [node.iter, *node.ifs]
                continue
            case gast.FunctionDef() | gast.AsyncFunctionDef() | gast.ClassDef():
                found.add(node.name)
                continue
            case gast.Lambda():
                continue
            case gast.Name(ctx=gast.Store() | gast.Del()):
                found.add(node.id)
            case gast.Import() | gast.ImportFrom():
                found.update((a.asname or a.name).split(".")[0] for a in node.names)
        stack += children(node)
    return frozenset(found - outer)


def parameter_names(function: gast.FunctionDef | gast.Lambda) -> Names:
    given = function.args
    every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return frozenset(p.id for p in every if p is not None)


def captured(body: Iterable[gast.AST]) -> Names:
    """Names that functions defined inside read: live wherever those may be called."""
    found: set[str] = set()
    for statement in body:
        for node in walk(statement):
            if isinstance(node, FUNCTIONS):
                found |= reads(node)
    return frozenset(found)


def jumped(node: gast.stmt, stop: Names, again: Names) -> Names:
    """What may be read where the `break` and `continue` in a statement go to."""
    match node:
        case gast.Break():
            return stop
        case gast.Continue():
            return again
        case gast.If():
            inner = [*node.body, *node.orelse]
        case gast.For() | gast.While():
            inner = node.orelse
        case gast.With():
            inner = node.body
        case _:
            return NOTHING
    return NOTHING.union(*(jumped(one, stop, again) for one in inner))


class Liveness:
    """`after[id(statement)]`: the names that may be read once the statement is done, there or
    where it jumps to.
    """

    def __init__(self, body: list[gast.stmt]) -> None:
        self.after: dict[int, Names] = {}
        self.heads: dict[int, Names] = {}
        self.always = captured(body)
        self._block(body, NOTHING, NOTHING, NOTHING)

    def _block(self, body: list[gast.stmt], live: Names, stop: Names, again: Names) -> Names:
        for statement in reversed(body):
            self.after[id(statement)] = live | self.always | jumped(statement, stop, again)
            live = self._statement(statement, live, stop, again)
        return live

    def _statement(self, node: gast.stmt, live: Names, stop: Names, again: Names) -> Names:
        match node:
            case gast.If():
                then = self._block(node.body, live, stop, again)
                orelse = self._block(node.orelse, live, stop, again)
                return then | orelse | reads(node.test)
            case gast.For() | gast.While():
                return self._loop(node, live)
            case gast.With():
                inner = self._block(node.body, live, stop, again)
                return inner.union(*(reads(i) for i in node.items))
            case gast.Return():
                return reads(node) | self.always
            case gast.Break():
                return stop
            case gast.Continue():
                return again
            case gast.Assign() | gast.AnnAssign() if node.value is not None:
                return (live - stores([node])) | reads(node)
        kept = live - stores([node]) if isinstance(node, gast.FunctionDef) else live
        augmented = stores([node.target]) if isinstance(node, gast.AugAssign) else NOTHING
        return kept | reads(node) | augmented

    def _loop(self, node: gast.For | gast.While, live: Names) -> Names:
        after = self._block(node.orelse, live, NOTHING, NOTHING) | live
        head = after | (reads(node.test) if isinstance(node, gast.While) else NOTHING)
        bound = stores([node.target]) if isinstance(node, gast.For) else NOTHING
        while True:
            body = self._block(node.body, head, live, head)
            grown = head | (body - bound)
            if grown == head:
                break
            head = grown
        self.heads[id(node)] = head
        # the trip may not happen, so nothing is killed
        return head | (reads(node.iter) if isinstance(node, gast.For) else NOTHING)
