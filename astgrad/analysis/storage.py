"""What the forward sweep keeps for the reverse sweep: each value that crosses, and why.

In: the ops before and after the mark, the results, and what is the caller's memory.  Out: a
`Kept` for each value of the forward sweep that the reverse sweep reads; of a tape, what is
pushed, in which loops, and the first op that reads it back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from astgrad.analysis.sharing import COPIES
from astgrad.errors import Span
from astgrad.ir.core import Apply, Arg, Block, For, If, Op, Var, While, With
from astgrad.ir.walk import all_ops, args_of, blocks_of, free_in_block, free_vars, vars_of


@dataclass(frozen=True)
class Push:
    """A value that is appended to a list; `loops` from the outermost to the innermost."""

    value: Arg
    loops: tuple[For | While, ...]
    sometimes: bool  # in a branch


@dataclass(frozen=True)
class Kept:
    """A variable that crosses; `pushes` if it is a list; the op that reads it, and how."""

    var: Var
    pushes: tuple[Push, ...]
    reader: Span | None
    overwritten: bool  # read in order to be put back, where a write has replaced it


class Versions:
    """The versions of one list: what appends, pops, loops and branches make of it."""

    def __init__(self, ops: tuple[Op, ...]) -> None:
        self.parent: dict[Var, Var] = {}
        for op in all_ops(Block((), ops, ())):
            for a, b in self.links(op):
                if isinstance(a, Var) and isinstance(b, Var) and a.fact.kind == "list":
                    self.parent[self.root(a)] = self.root(b)

    def root(self, var: Var) -> Var:
        while var in self.parent and self.parent[var] is not var:
            var = self.parent[var]
        return var

    @staticmethod
    def links(op: Op) -> Iterator[tuple[Arg, Arg]]:
        match op:
            case Apply() if op.rule.name in ("append", "pop", *COPIES):
                yield op.outs[0], op.args[0]
            case If():
                for block in blocks_of(op):
                    yield from zip(op.outs, block.results, strict=True)
            case With():
                yield from zip(op.outs, op.body.results, strict=True)
            case For() | While():
                params = op.body.params[1:] if isinstance(op, For) else op.body.params
                for out, init, param, back in zip(op.outs, op.init, params, op.body.results,
                                                  strict=False):
                    yield from ((out, init), (param, init), (back, init))


def kept_values(first: tuple[Op, ...], second: tuple[Op, ...], results: tuple[Arg, ...],
                inlined: Mapping[Var, Op], foreign: Callable[[Var], bool]) -> list[Kept]:
    """What the second part reads of the first, in the order in which it was made.

    What is `inlined` is computed where it is read, so its operands are kept instead.
    """
    wanted = set(named(free_in_block(Block((), second, results)), inlined))
    made = [var for op in first for var in op.outs if var in wanted]
    versions = Versions((*first, *second))
    pushed = list(pushes_of(first, (), False))
    found = []
    for var in made:
        if foreign(var) or not counts(var):
            continue
        same = versions.root(var)
        pushes = tuple(push for tape, push in pushed if versions.root(tape) is same)
        popped = {out for op in all_ops(Block((), second, ())) if is_pop(op)
                  and versions.root(op.outs[0]) is same for out in op.outs[1:]}
        through = {v for v in inlined if var in set(named([v], inlined))}
        reader = reader_of(second, popped or {var, *through})
        found.append(Kept(var, pushes if var.fact.kind == "list" else (),
                          reader.span if reader else span_of(first, var),
                          reader is not None and bool(popped) and puts_back(reader, popped)))
    return found


def named(wanted: Iterable[Var], inlined: Mapping[Var, Op]) -> Iterator[Var]:
    """The variables behind expressions: those that have a name."""
    for var in wanted:
        op = inlined.get(var)
        if op is None:
            yield var
        else:
            yield from named(free_vars(op), inlined)


def counts(var: Var) -> bool:
    """Whether a value takes room that is worth a line: not a counter or a flag by itself."""
    return var.fact.kind in ("array", "list", "unknown", "tape") or var.fact.is_float


def is_pop(op: Op) -> bool:
    return isinstance(op, Apply) and op.rule.name == "pop"


def pushes_of(ops: tuple[Op, ...], loops: tuple[For | While, ...], sometimes: bool
              ) -> Iterator[tuple[Var, Push]]:
    for op in ops:
        if isinstance(op, Apply):
            if op.rule.name == "append" and isinstance(op.args[0], Var):
                yield op.args[0], Push(op.args[1], loops, sometimes)
            continue
        inside = (*loops, op) if isinstance(op, For | While) else loops
        for block in blocks_of(op):
            yield from pushes_of(block.ops, inside, sometimes or isinstance(op, If))


def readers(ops: tuple[Op, ...], wanted: set[Var]) -> Iterator[Op]:
    """The ops that read one of `wanted`; what a loop starts from is read in its body."""
    for op in ops:
        inside = wanted
        if isinstance(op, For | While):
            params = op.body.params[1:] if isinstance(op, For) else op.body.params
            inside = wanted | {p for p, init in zip(params, op.init, strict=True)
                               if not wanted.isdisjoint(vars_of(init))}
        elif op.span is not None and not wanted.isdisjoint(vars_of(*args_of(op))):
            yield op
        for block in blocks_of(op):
            yield from readers(block.ops, inside)


def reader_of(ops: tuple[Op, ...], wanted: set[Var]) -> Op | None:
    """The first op that reads more than a shape; else the first."""
    found = list(readers(ops, wanted))
    first = found[0] if found else None
    return next((op for op in found if not reads_shape(op)), first)


def reads_shape(op: Op) -> bool:
    return isinstance(op, Apply) and (op.rule.name.endswith(("_like", ".shape")))


def puts_back(op: Op, popped: set[Var]) -> bool:
    """Whether an op writes what was popped into an array of the forward sweep."""
    return (isinstance(op, Apply) and op.rule.name in ("setitem", "setitem_in")
            and op.args[-1] in popped and not op.outs[0].name.endswith("_bar"))


def span_of(ops: tuple[Op, ...], var: Var) -> Span | None:
    return next((op.span for op in ops if var in op.outs), None)
