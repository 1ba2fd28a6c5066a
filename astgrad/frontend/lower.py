"""The lowering: a function, abstract arguments -> an IR block and its abstract result.

`Lowering` holds the state of the abstract run and the block being built.  Expressions
and statements are functions of (lowering, node), found by the class of the node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gast

from astgrad.analysis.builder import Builder
from astgrad.analysis.overlap import Counters
from astgrad.errors import AstgradError, InternalError, Problem, Span, UnsupportedError
from astgrad.frontend.names import Liveness, Names
from astgrad.frontend.refusals import (
    Deep,
    Ended,
    Refusal,
    describe,
    rewrite,
    unbound,
    unknown_key,
    unless_bottom,
)  # fmt: skip
from astgrad.frontend.state import (
    BOTTOM,
    FALSE,
    POISON,
    Joiner,
    Place,
    State,
    items_among,
    reachable,
)  # fmt: skip
from astgrad.frontend.values import Either, Entries, Frame, Items, Known, Maybe, Obj, Ref, Tup
from astgrad.frontend.world import World
from astgrad.ir.core import NONE, TEMP, Apply, Arg, Block, Const, If, Pack, Undefined, Var
from astgrad.ir.fact import Fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules import table

if TYPE_CHECKING:
    from astgrad.frontend.recursive import Definition

EXPRESSIONS: dict[type, Callable[[Lowering, Any], Any]] = {}
STATEMENTS: dict[type, Callable[[Lowering, Any, list[gast.stmt]], bool]] = {}


class Lowering(World):
    """The state of an abstract run, and the block it builds; `outside` knows the world around."""

    def __init__(self) -> None:
        self.state = State()
        self.build = Builder(faithful=True)
        self.counters = Counters(lambda var: self.build.made.get(var))  # noqa: PLW0108 - it changes
        self.frame: Frame = None  # type: ignore[assignment]
        self.problems: list[Problem] = []
        self.by_value = False  # ints and sizes are known, and the program holds for them alone
        self.recursive_calls = self.undecided = 0  # calls so far; branches around
        self.any_branch = False  # whether calls in branches are written out by value, too
        self.as_loops = self.as_functions = frozenset[int]()  # nodes of functions that recurse
        self.endless: dict[int, bool] = {}  # and of others that do: whether they may be loops
        self.defining: dict[int, Definition] = {}  # of those whose bodies are being lowered
        self.wants_values = False  # a problem may go away if they are
        self.written: set[Obj] = set()
        self.spans: dict[int, Span] = {}
        self.hints: dict[Any, Any] = {}
        self.calls: list[Any] = []
        self.layouts: dict[Var, bool | None] = {}  # whether arrays are in C order
        self.templates: dict[Any, Any] = {}
        self.loops: tuple[int, ...] = ()  # those around that are not unrolled
        self.item_writes: dict[Arg, tuple[str, int]] = {}  # lists after a write so deep in them
        self.resized: list[Ref] = []  # lists of unknown length that became longer or shorter
        self.empty: set[Arg] = set()  # lists of unknown length that have no items yet
        self.unrolling = 0  # loops around that would be unrolled for a known key

    # -- places ----------------------------------------------------------------------

    def span(self, node: gast.AST) -> Span:
        found = self.spans.get(id(node))
        if found is None:
            found = self.spans[id(node)] = self.frame.source.span(node)
        calls = self.frame.calls
        return replace(found, calls=calls) if calls else found

    def refuse(self, node: gast.AST, message: str, fix: str = "",
               notes: tuple[tuple[str, Span], ...] = ()) -> Refusal:
        return Refusal(Problem(message, self.span(node), fix, notes))

    # -- names -----------------------------------------------------------------------

    def bind(self, name: str, value: Any, frame: Frame | None = None) -> None:
        place = frame or self.frame, name
        self.state.names[place] = self.named(value, name)
        self.state.unbound.pop(place, None)

    def named(self, value: Any, name: str) -> Any:
        """Give what was made for this binding the user's name."""
        if isinstance(value, Var) and value.name == TEMP:
            value.name = name
        elif isinstance(value, Ref) and value.obj.name == TEMP:
            value.obj.name = name
            content = self.state.heap[value.obj]
            if isinstance(content, Var) and content.name == TEMP:
                content.name = name
        elif isinstance(value, Tup):
            for i, item in enumerate(value.items):
                self.named(item, f"{name}_{i}")
        return value

    def live_after(self, node: gast.stmt) -> Names:
        return self.liveness().after.get(id(node), frozenset())

    def liveness(self) -> Liveness:
        """Kept with the tree, which does not change."""
        function = self.frame.source.node
        live: Liveness | None = getattr(function, "known_liveness", None)
        if live is None:
            body = function.body if isinstance(function.body, list) else []
            live = function.known_liveness = Liveness(body)
        return live

    def head_names(self, node: gast.stmt) -> Names:
        return self.liveness().heads.get(id(node), frozenset())

    # -- objects ---------------------------------------------------------------------

    def new_object(self, content: Any, name: str = TEMP) -> Ref:
        obj = Obj(name, self.build.span, fresh=isinstance(content, Items))
        self.state.heap[obj] = content
        return Ref(obj)

    def wrap(self, arg: Arg) -> Any:
        """An abstract value for a new IR value: arrays and lists get an identity."""
        fact = fact_of_arg(arg)
        if isinstance(arg, Var) and fact.kind in ("array", "list", "unknown"):
            from astgrad.frontend.layout import c_order

            made = self.new_object(arg, arg.name)
            made.obj.contiguous = c_order(self, arg)
            return made
        if isinstance(arg, Var) and fact.kind == "tuple":
            return Tup(tuple(
                self.wrap(self.build.apply("[]", arg, Const(i))) for i in range(len(fact.items))
            ))
        if isinstance(arg, Pack) and arg.kind == "tuple":
            return Tup(tuple(map(self.wrap, arg.items)), *arg.keys)
        return arg

    def wrap_shared(self, arg: Arg, obj: Obj) -> Any:
        """`wrap`, for what may be part of an object."""
        return self.sharing(self.wrap(arg), {obj, *obj.shares})

    def sharing(self, made: Any, objects: Iterable[Obj]) -> Any:
        """`made`, which may be part of these objects, or hold them."""
        found = set(objects)
        found |= items_among(found)
        for obj in set(reachable(self.state.heap, made)):
            obj.shares |= found - {obj}
        return made

    def read(self, value: Any) -> Arg:
        """The value as an IR arg, views and displays included."""
        match value:
            case Var() | Const() | Pack() | Undefined():
                return value
            case Ref(obj=obj, path=path):
                content = self.state.heap[obj]
                if isinstance(content, Either):
                    return self.read(content)
                if isinstance(content, Items):
                    return Pack("list", tuple(self.read(v) for v in content.values))
                if isinstance(content, Entries):
                    keys = tuple(k for k, _ in content.pairs)
                    if content.cls is not None:
                        values = tuple(self.read(v) for _, v in content.pairs)
                        return Pack("object", values, (content.cls, *keys))
                    return Pack("dict", tuple(self.read(v) for _, v in content.pairs), keys)
                if not path and isinstance(content, Var):
                    self.layouts[content] = obj.contiguous
                return self.follow(content, path)
            case Tup():
                keys = (value.cls,) if value.cls else ()
                return Pack("tuple", tuple(self.read(v) for v in value.items), keys)
            case Known():
                return Const(value.value, value.text or None)
            case Maybe():
                return self.read(value.value)
            case Either():
                raise self.unclear(value, self.build.span)
        raise unknown_key(Refusal(Problem("a function cannot be stored here", self.build.span,
                                          "call it, or pass it as an argument")))

    def unclear(self, value: Either, span: Span | None) -> Refusal:
        """The refusal of a value that is not known; of what was refused, without a word more."""
        if value is BOTTOM or value is POISON:
            refusal = Refusal(None)
            return unbound(refusal) if value is BOTTOM else refusal
        return Refusal(Problem(value.reason, span, value.fix))

    def follow(self, content: Arg, path: Iterable[Arg]) -> Arg:
        for step in path:
            content = self.step(content, step)
        return content

    def step(self, content: Arg, step: Arg) -> Arg:
        if isinstance(step, Pack) and step.kind == "step":
            return self.build.apply(step.keys[0], content, *step.items)
        return self.build.apply("[]", content, step)

    def fact(self, value: Any) -> Fact:
        """The fact of a value, without reading views into the block for good."""
        if isinstance(value, Ref) and value.path:
            content = self.state.heap[value.obj]
            probe = Builder(self.build)
            kept, self.build = self.build, probe
            try:
                return fact_of_arg(self.follow(content, value.path))
            finally:
                self.build = kept
        return fact_of_arg(self.read(value))

    def apply(self, row: str | table.Row, *args: Arg, name: str = TEMP) -> Any:
        return self.wrap(self.build.apply(row, *args, name=name))

    # -- blocks ----------------------------------------------------------------------

    def branch(self, test: Arg, then: Callable[[], Any], orelse: Callable[[], Any],
               live: Any = None) -> Any:
        """Lower both paths of an `If` and join them; the joined value of the two."""
        start, outer, span = self.state, self.build, self.build.span
        sides = []
        for path in (then, orelse):
            self.state, self.build = start.copy(), Builder(outer)
            inner, value = self.build, None
            try:
                with self.inside_branch():
                    value = unless_bottom(self.defining, path)
            except Ended as ended:
                self.build = inner
                self.end(ended)
            sides.append((self.state, self.build, value))
        (left, left_build, a), (right, right_build, b) = sides
        self.build, self.build.span = outer, span
        if left.dead or right.dead:
            return self._one_path(test, sides)
        self.with_outside(left, right)
        places = self.places(left, right, live)

        def read(value: Any, side: int) -> Arg:
            kept = self.state, self.build
            self.state, self.build = sides[side][0], sides[side][1]
            try:
                return self.read(value)
            finally:
                self.state, self.build = kept

        joiner = Joiner(left, right, read, test, outer)
        state = joiner.run(places)
        value = None if a is None and b is None else joiner.value(a, b, TEMP)
        self.state = state
        blocks = [
            Block((), tuple(build.ops), tuple(pair[i] for pair in joiner.pairs))
            for i, build in enumerate((left_build, right_build))
        ]
        if blocks[0].ops or blocks[1].ops or joiner.outs:
            outer.add(If(tuple(joiner.outs), test, blocks[0], blocks[1], span))
        return value

    @contextmanager
    def inside_branch(self) -> Iterator[None]:
        self.undecided += 1
        try:
            yield
        finally:
            self.undecided -= 1

    def end(self, ended: Ended) -> None:
        self.build.add(ended.op)
        self.state.dead = True

    def _one_path(self, test: Arg, sides: list[Any]) -> Any:
        """One path raises: the state is that of the other."""
        (left, left_build, a), (right, right_build, b) = sides
        survivor, value = (right, b) if left.dead else (left, a)
        self.state = survivor
        dying, living = (left_build, right_build) if left.dead else (right_build, left_build)
        empty = Block((), (), ())
        raising = Block((), tuple(dying.ops), ())
        blocks = (raising, empty) if left.dead else (empty, raising)
        self.build.add(If((), test, *blocks, self.build.span))
        for op in living.ops:
            self.build.add(op)
        return value

    def places(self, left: State, right: State, live: Any) -> list[Place]:
        """Names to keep after a statement: those live in its frame, all of others."""
        if live is None:
            return list({**left.names, **right.names})
        return [
            (frame, name)
            for frame, name in {**left.names, **right.names}
            if frame is not live.frame or name in live.names or name[0] == "$"
        ]

    def snapshot(self) -> tuple[Any, ...]:
        """What `restore` needs to take back all that follows."""
        return (self.state.copy(), self.build, len(self.build.ops), list(self.problems),
                self.frame, self.build.span, list(self.calls))

    def restore(self, kept: tuple[Any, ...]) -> None:
        state, self.build, count, self.problems, self.frame, self.build.span, self.calls = kept
        self.state = state.copy()
        del self.build.ops[count:]

    # -- dispatch --------------------------------------------------------------------

    def expr(self, node: gast.expr) -> Any:
        handler = EXPRESSIONS.get(type(node))
        if handler is None:
            raise self.refuse(node, f"{describe(node)} cannot be differentiated yet", rewrite(node))
        try:
            return handler(self, node)
        except AstgradError as error:
            if isinstance(error, InternalError | UnsupportedError):
                raise
            raise self.refuse(node, str(error)) from error

    def arg(self, node: gast.expr) -> Arg:
        return self.read(self.expr(node))

    def statements(self, body: list[gast.stmt]) -> None:
        """Lower a list of statements, until a jump; problems are collected."""
        for i, node in enumerate(body):
            if self.state.dead or self.jumped() is True:
                return
            flag = self.jumped()
            if flag is not False:
                self._guarded(flag, body[i:])
                return
            if self.statement(node, body[i + 1 :]):
                return

    def _guarded(self, flag: Arg, rest: list[gast.stmt]) -> None:
        self.branch(flag, lambda: None, lambda: self._unflagged(rest))

    def _unflagged(self, rest: list[gast.stmt]) -> None:
        for name in FLAGS:
            self.state.names[self.frame, name] = Const(False)
        self.statements(rest)

    def statement(self, node: gast.stmt, rest: list[gast.stmt]) -> bool:
        """Whether the rest of the block has been lowered along with the statement."""
        self.build.span = self.frame.span = self.span(node)
        self.frame.live = self.live_after(node)
        handler = STATEMENTS.get(type(node))
        try:
            if handler is None:
                raise self.refuse(node, f"{describe(node)} cannot be differentiated yet",
                                  rewrite(node))
            return handler(self, node, rest)
        except Ended as ended:
            self.end(ended)
            return True
        except Refusal as refusal:
            if refusal.unrolls and self.unrolling:
                raise
            if refusal.in_rule or (isinstance(refusal, Deep) and len(self.calls) > 0):
                raise
            self.wants_values = self.wants_values or refusal.wants_values
            if refusal.problem is not None and refusal.problem not in self.problems:
                self.problems.append(refusal.problem)
            self._poison(node, BOTTOM if refusal.unbound else POISON)
            return False

    def _poison(self, node: gast.stmt, value: Either) -> None:
        from astgrad.frontend.names import stores

        for name in stores([node]):
            self.state.names[self.frame, name] = value

    def jumped(self) -> Any:
        """False, True, or the bool value that tells whether a jump is under way."""
        flag = self.state.names.get((self.frame, "$jump"), FALSE)
        return flag.value if isinstance(flag, Const) else flag


# any jump; one that ends the loop; a return; a jump that skips the loop's else
FLAGS = ("$jump", "$stop", "$return", "$broke")


__all__ = [
    "BOTTOM", "EXPRESSIONS", "NONE", "POISON", "STATEMENTS", "Apply", "Deep", "Ended", "Lowering",
    "Refusal", "unbound", "unknown_key",
]  # fmt: skip
