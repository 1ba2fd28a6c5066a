"""A block with array statements -> a block of loops over elements, in the same IR.

    t = multiply(x, y); u = sin(t); r = sum(u)   ->   for i in range(n): r += sin(x[i] * y[i])

In: ops after ownership, and what it found.  Out: ops whose arrays are only allocated,
indexed by ints, written at ints, handed on, and given to `LIBRARY` functions.  Where two
sizes must be equal and facts do not say so, a check is written that raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from astgrad.ir.core import (
    Apply,
    Arg,
    Block,
    Const,
    For,
    If,
    Op,
    Var,
    While,
    With,
)  # fmt: skip
from astgrad.ir.fact import INT, Fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.loops.element import element, is_elementwise
from astgrad.loops.lists import Tape
from astgrad.loops.memory import Memory, dtype_arg, is_array
from astgrad.loops.tapes import Stack
from astgrad.loops.values import Computed, Index, Value, given
from astgrad.loops.writing import ONE, ZERO, Uncompiled, Writing

Handler = Callable[["Lowered", Apply], None]
HANDLERS: dict[str, Handler] = {}


def handles(*names: str) -> Callable[[Handler], Handler]:
    def register(function: Handler) -> Handler:
        HANDLERS.update(dict.fromkeys(names, function))
        return function
    return register


ListHandler = Callable[["Lowered", Apply, Tape], None]
LISTS: dict[str, ListHandler] = {}  # of what is done to lists that are kept as arrays


def lists(*names: str) -> Callable[[ListHandler], ListHandler]:
    def register(function: ListHandler) -> ListHandler:
        LISTS.update(dict.fromkeys(names, function))
        return function
    return register


class Lowered(Memory):
    # -- blocks --------------------------------------------------------------------------

    @contextmanager
    def inside(self, op: Op) -> Iterator[Writing]:
        """A block of its own: what is put into memory there is not there outside."""
        values, known, outer = dict(self.values), dict(self.known), self.write
        stacks, around, seen = dict(self.stacks), self.around, set(self.seen)
        self.write, self.around = Writing(outer), (*around, op)
        yield self.write
        self.values, self.known, self.write = values, known, outer
        self.stacks, self.around, self.seen = stacks, around, seen

    def ops(self, ops: tuple[Op, ...]) -> None:
        for op in ops:
            self.write.span = getattr(op, "span", None) or self.write.span
            try:
                self.op(op)
            except Uncompiled as error:
                span = getattr(op, "span", None) or self.write.span
                if error.problem.span is None:
                    error.problem = replace(error.problem, span=span)
                raise
            self.seen.update(op.outs)

    def op(self, op: Op) -> None:
        match op:
            case Apply():
                self.apply(op)
            case If():
                self.branch(op)
            case For():
                self.loop(op)
            case While():
                self.repeat(op)
            case With():
                self.ops(op.body.ops)
                for out, result in zip(op.outs, op.body.results, strict=True):
                    self.stands_for(out, result)
            case _:
                raise Uncompiled("a call that is not inlined")

    def stands_for(self, out: Var, arg: Arg) -> None:
        if is_array(arg):
            self.values[out] = self.value(arg)
        else:
            self.known[out] = self.scalar(arg)

    def apply(self, op: Apply) -> None:
        handler = HANDLERS.get(op.rule.name)
        tape = next((self.tapes[arg] for arg in (*op.outs, *op.args[:1])
                     if isinstance(arg, Var) and arg in self.tapes), None)
        if tape is not None:
            LISTS[op.rule.name](self, op, tape)
        elif handler is not None:
            handler(self, op)
        elif is_elementwise(op.rule) and len(op.outs) == 1:
            self.elementwise(op)
        elif op.rule.kind == "opaque" or op.rule.effect:
            raise Uncompiled(f"`{op.rule.text}` is ordinary Python, which is not compiled")
        else:
            raise Uncompiled(f"`{op.rule.name}` has no compiled form yet")

    def elementwise(self, op: Apply) -> None:
        out = op.outs[0]
        if not any(map(is_array, op.args)):
            self.known[out] = element(self.write, op.rule, tuple(map(self.scalar, op.args)),
                                      out.fact, out.name)
            return
        parts = [arg if isinstance(arg, Const) and not fact_of_arg(arg).is_numeric
                 else self.value(arg) for arg in op.args]
        sizes, ones = self.broadcast([p for p in parts if isinstance(p, Value)])
        fact = out.fact

        def at(write: Writing, index: Index) -> Arg:
            args = tuple(p.at(write, p.aligned(index)) if isinstance(p, Value) else p
                         for p in parts)
            return element(write, op.rule, args, Fact("scalar", fact.dtype))

        self.define(out, Computed(given(*sizes), ones, at))

    # -- structure: a tape is two variables, or four -------------------------------------

    def spread(self, args: tuple[Arg, ...], likes: tuple[Var, ...]) -> tuple[Arg, ...]:
        """What a block hands on for these variables."""
        made: list[Arg] = []
        for arg, like in zip(args, likes, strict=False):
            if like in self.tapes:
                if not isinstance(arg, Var) or arg not in self.stacks:
                    raise Uncompiled(f"the list `{like.name}` is not empty at first")
                made += self.stacks[arg].parts()
            else:
                made.append(self.handed(arg, like))
        return tuple(made)

    def bind(self, targets: tuple[Var, ...], like: tuple[Arg, ...]) -> tuple[Var, ...]:
        """The variables that stand for these; `like` are what tapes are bound to."""
        made: list[Var] = []
        for var, arg in zip(targets, like, strict=False):
            if var in self.tapes and isinstance(arg, Var):
                stack = self.stacks[arg]
                parts = [Var(p.name if isinstance(p, Var) and p.fact.is_array else "top",
                             fact_of_part(p)) for p in stack.parts()]
                sizes = Stack(parts[2], parts[3]) if len(parts) > 2 else None
                top = parts[1] if stack.counted else ZERO
                self.stacks[var] = Stack(parts[0], top, sizes, stack.counted)
                made += parts
            else:
                made.append(var)
        return tuple(made)

    def branch(self, op: If) -> None:
        test = self.scalar(op.test)
        sides = []
        found: list[Stack | None] = []
        for block in (op.then, op.orelse):
            with self.inside(op) as write:
                self.ops(block.ops)
                results = self.spread(block.results, op.outs)
                sides.append(Block((), tuple(write.ops), results))
                found = [self.stacks.get(r) if isinstance(r, Var) else None for r in block.results]
        likes = [Var("", Fact("list")) for _ in op.outs]
        self.stacks.update((like, s) for like, s in zip(likes, found, strict=True) if s)
        outs = self.bind(op.outs, tuple(likes))
        self.write.add(replace(op, outs=outs, test=test, then=sides[0], orelse=sides[1]))

    def loop(self, op: For) -> None:
        bounds = tuple(map(self.scalar, op.bounds))
        target, params = op.body.params[0], op.body.params[1:]
        self.note_ranks(op, params)
        init = self.spread(op.init, op.outs)
        if target.name == "_":  # it may be read here
            self.known[target] = target = Var("trip", target.fact)
        self.write.loops[target] = (bounds[0], bounds[1])
        if bounds[2] != ONE:
            del self.write.loops[target]
        self.write.small.add(target)
        if op.backwards:
            bounds = self.reversed(bounds)
        self.note_counters(op)
        with self.inside(op) as write:
            inner = self.bind(params, op.init)
            self.ops(op.body.ops)
            results = self.results(op)
            body = Block((target, *inner), tuple(write.ops), results)
        outs = self.bind(op.outs, op.init)
        self.write.add(replace(op, outs=outs, bounds=bounds, init=init, body=body,
                               backwards=False))

    def results(self, op: For | While) -> tuple[Arg, ...]:
        count = len(op.outs)
        return (*self.spread(op.body.results[:count], op.outs),
                *map(self.scalar, op.body.results[count:]))

    def repeat(self, op: While) -> None:
        self.note_ranks(op, op.test.params)
        self.note_ranks(op, op.body.params)
        init = self.spread(op.init, op.outs)
        self.note_counters(op)
        with self.inside(op) as write:
            inner = self.bind(op.test.params, op.init)
            self.ops(op.test.ops)
            tests = tuple(map(self.scalar, op.test.results))
            test = Block(inner, tuple(write.ops), tests)
        with self.inside(op) as write:
            inner = self.bind(op.body.params, op.init)
            self.ops(op.body.ops)
            results = self.results(op)
            body = Block(inner, tuple(write.ops), results)
        outs = self.bind(op.outs, op.init)
        self.write.add(replace(op, outs=outs, init=init, test=test, body=body))

    def reversed(self, bounds: tuple[Arg, ...]) -> tuple[Arg, ...]:
        """The bounds of the same trips, last first."""
        start, stop, step = bounds
        write = self.write
        if step == ONE:
            return write.subtract(stop, ONE), write.subtract(start, ONE), Const(-1)
        if step == Const(-1):
            return write.add_to(stop, ONE), write.add_to(start, ONE), ONE
        count = write.apply("range_len", start, stop, step, fact=INT)
        last = write.add_to(start, write.times(write.subtract(count, ONE), step))
        before = write.subtract(start, step)
        back: Arg = (Const(-step.value) if isinstance(step, Const)
                     else write.apply("USub", step, fact=INT))
        return last, before, back

    def note_ranks(self, op: For | While, params: tuple[Var, ...]) -> None:
        """An array of unknown rank has that which it comes in with; it is handed on with it."""
        for var, out, init in zip(params, op.outs, op.init, strict=True):
            for each in (var, out) if is_array(init) else ():
                if each.fact.kind == "array" and each.fact.shape is None:
                    each.fact = replace(each.fact, shape=(None,) * self.value(init).rank)

    def note_counters(self, op: For | While) -> None:
        """Ints that change by a constant in each trip stay small."""
        params = op.body.params[1:] if isinstance(op, For) else op.body.params
        makers = {out: inner for inner in op.body.ops for out in inner.outs}
        for param, result, init in zip(params, op.body.results, op.init, strict=False):
            if isinstance(init, Const) and counts(result, param, makers, 6):
                self.write.small.update((param, op.outs[params.index(param)]))


def counts(arg: Arg, param: Var, makers: dict[Var, Op], depth: int) -> bool:
    """Whether arg is param plus or minus a constant, on all paths."""
    if arg is param:
        return True
    op = makers.get(arg) if isinstance(arg, Var) else None
    if op is None or depth == 0:
        return False
    if isinstance(op, If) and isinstance(arg, Var):
        k = op.outs.index(arg)
        return all(
            counts(b.results[k], param, {**makers, **{o: i for i in b.ops for o in i.outs}},
                   depth - 1) for b in (op.then, op.orelse))
    if isinstance(op, Apply) and op.rule.name in ("Add", "Sub") and isinstance(op.args[1], Const):
        return counts(op.args[0], param, makers, depth - 1)
    return False


def fact_of_part(arg: Arg) -> Fact:
    return arg.fact if isinstance(arg, Var) and arg.fact.is_array else INT


__all__ = ["HANDLERS", "Lowered", "dtype_arg", "handles", "is_array", "lists"]
