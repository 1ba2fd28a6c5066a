"""What the reverse of a loop's trip reads of the trip: recompute, restore, or save.

`plan_for` looks at the needs of a dry run and decides which storages are restored: the
pieces that writes overwrote are saved and put back in the reverse sweep, so that any
read of the storage can be repeated there.  `Resolver` then goes through the segments in
the order of the reverse sweep and provides each value that they read; what it cannot
recompute from what is there it saves: a `push` where the value is made, a `pull` where
it is first read.  `thread` turns these marks into lists that are carried.
"""

from __future__ import annotations

from dataclasses import dataclass

from astgrad.analysis.builder import Builder
from astgrad.analysis.options import OPTIONS
from astgrad.errors import Span
from astgrad.ir.binding import bound
from astgrad.ir.core import (
    TEMP,
    Apply,
    Arg,
    Block,
    Const,
    Op,
    Var,
)  # fmt: skip
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import all_ops, free_vars, map_arg, substitute, vars_of
from astgrad.rules import table
from astgrad.rules.table import constant
from astgrad.transform.plan import SHAPE_ONLY, Plan, plan_for
from astgrad.transform.segments import Segment

PUSH = constant("push(tape, value)", effect="tape")
PULL = constant("pull(tape)", effect="tape")
ARITHMETIC = frozenset(
    "Add Sub Mult Div USub FloorDiv Mod Lt LtE Gt GtE Eq NotEq Not abs float int "
    "math.sin math.cos math.exp math.sqrt min max".split())
SHAPE_OF_SECOND = ("unbroadcast", "expand_to")
DEPTH = 4
NOTHING: frozenset[Var] = frozenset()


@dataclass
class Tape:
    name: str
    fact: object


class Tapes:
    def __init__(self) -> None:
        self.made: list[Tape] = []

    def new(self, var: Var) -> Tape:
        tape = Tape(f"{var.name}_saved", var.fact)
        self.made.append(tape)
        return tape


def known_shape(var: Var) -> bool:
    return var.fact.kind == "array" and var.fact.shape is not None and None not in var.fact.shape


def reads_shape(reader: Apply, var: Var) -> bool:
    """Whether an op reads no more of a value than its shape."""
    name, args = reader.rule.name, reader.args
    if name in SHAPE_OF_SECOND:
        return args[1] is var and var not in vars_of(args[0])
    return name in SHAPE_ONLY and var not in vars_of(*args[1:])


class Resolver:
    def __init__(self, tapes: Tapes, block: Block, forward: list[Op], segments: list[Segment],
                 plan: Plan, given: dict[Var, Arg], recipes: frozenset[Var] = NOTHING,
                 kept: frozenset[Var] = NOTHING) -> None:
        """`recipes` are made again, from `kept`, which will be saved."""
        self.tapes, self.block, self.plan = tapes, block, plan
        self.recipes, self.kept = recipes, kept
        self.span: Span | None = None  # of what is being provided for
        self.forward, self.segments = forward, segments
        self.have: dict[Var, Arg] = dict(given)
        self.position: dict[Var, int] = dict.fromkeys(block.params, -1)
        self.makers: dict[Var, Op] = {}
        for i, op in enumerate(forward):
            for var in op.outs:
                self.position[var], self.makers[var] = i, op
        self.pushes: list[tuple[int, Op]] = []  # after forward op index
        self.before: list[tuple[int, Op]] = []
        self.build = Builder()
        self.roots: dict[int, Arg] = {}
        self.saved: set[Var] = set()

    def run(self, bars: dict[Var, Arg]) -> tuple[list[Op], list[Op], dict[Var, Arg]]:
        reverse: list[Op] = []
        self.start_chains(reverse)
        for segment in self.segments:
            self.build.ops = []
            table_: dict[Var, Arg] = {}
            renamed: list[Op] = []
            self.undo(segment)
            for op in segment.ops:
                self.span = op.span
                for var in free_vars(op):
                    if (var in self.position or var in self.have) and var not in table_:
                        found = self.lookup(var, op)
                        if self.have.get(var) is found:
                            table_[var] = found
                        else:  # has only the shape of var
                            op = substitute(op, {var: found})
                renamed.append(substitute(op, table_) if table_ else op)
            self.note_restored(segment)
            reverse.extend(self.build.ops)
            reverse.extend(renamed)
        self.build.ops = []
        bars = {var: map_arg(bar, self.found) for var, bar in bars.items()}
        self.finish_chains()
        reverse.extend(self.build.ops)
        return self.with_pushes(), reverse, bars

    # storages that are restored

    def start_chains(self, reverse: list[Op]) -> None:
        self.steps: dict[Op, list[tuple[int, Var, Var]]] = {}
        for j, (first, steps) in self.plan.chains.items():
            versions = [version for _, version in steps] + [first]
            for (op, version), before in zip(steps, versions[1:], strict=True):
                index = self.index_of(op)
                self.steps.setdefault(self.forward[index], []).append((j, version, before))

    def index_of(self, op: Op) -> int:
        return self.position[op.outs[0]]

    def undo(self, segment: Segment) -> None:
        if segment.index >= len(self.forward):
            return
        op = self.forward[segment.index]
        if not isinstance(op, Apply):
            return
        for _, version, before in self.steps.get(op, ()):
            if op.rule.name == "append":
                self.undo_append(op, version, before)
            else:
                self.undo_write(segment.index, op, version, before)

    def undo_append(self, op: Apply, version: Var, before: Var) -> None:
        rest = Var(before.name, before.fact)
        last = Var("_", fact_of_arg(op.args[1]))
        now = self.lookup(version)
        self.build.add(Apply((rest, last), table.row("pop"), (now,), op.span))
        self.have[before] = rest
        if isinstance(op.args[1], Var):
            self.have.setdefault(op.args[1], last)

    def undo_write(self, index: int, op: Apply, version: Var, before: Var) -> None:
        """Save what the write replaces; put it back."""
        path = op.args[1] if op.rule.name.endswith("_in") else None
        at = op.args[-2]
        build = Builder()
        build.span = op.span
        view = op.args[0] if path is None else build.expand_path(op.args[0], path)
        piece = build.apply("[]", view, at)
        assert isinstance(piece, Var)
        tape = self.tapes.new(Var(before.name, piece.fact))
        for made in build.ops:
            self.before.append((index, made))
        self.before.append((index, Apply((), PUSH, (Const(tape), piece), op.span)))
        old = Var(TEMP, piece.fact)
        self.build.add(Apply((old,), PULL, (Const(tape),), op.span))
        at_now = map_arg(at, self.found)
        now = self.lookup(version)
        args: tuple[Arg, ...] = (now, at_now, old)
        row = "setitem"
        if path is not None:
            row, args = "setitem_in", (now, map_arg(path, self.found), at_now, old)
        out = Var(before.name, before.fact)
        self.build.add(Apply((out,), table.row(row), args, op.span))
        self.have[before] = out

    def found(self, var: Var) -> Arg:
        return self.lookup(var) if var in self.position or var in self.have else var

    def note_restored(self, segment: Segment) -> None:
        """What an inner loop or branch restored is what was there before it."""
        if segment.index >= len(self.forward):
            return
        op = self.forward[segment.index]
        for _, version, before in self.steps.get(op, ()):
            if not isinstance(op, Apply):
                k = op.outs.index(version)
                found = segment.restored.get(k)
                self.have[before] = self.lookup(version) if found is None else found

    def finish_chains(self) -> None:
        for j, (first, _) in self.plan.chains.items():
            self.roots[j] = self.have.get(first, first)
        for j in self.plan.swaps:
            self.roots[j] = self.lookup(self.plan.carried[j])

    def restored(self) -> dict[int, Arg]:
        return self.roots

    # values

    def lookup(self, var: Var, reader: Op | None = None) -> Arg:
        """The value of a forward variable, in the reverse sweep."""
        have = self.have.get(var)
        if have is not None:
            return have
        if isinstance(reader, Apply) and reads_shape(reader, var):
            like = self.same_shape_source(var)
            if like is None and reader.rule.name in SHAPE_ONLY:
                like = self.same_shape(var)
            if like is not None:
                return like
        if self.is_settled(var):
            return self.read(var)
        if var in self.recipes or self.can_recompute(var, DEPTH):
            return self.recompute(var)
        return self.save(var)

    def is_settled(self, var: Var) -> bool:
        """Whether a value stands where the loop left it."""
        place = self.plan.settled.get(var)
        return place is not None and all(self.can_recompute(v, DEPTH) for v in vars_of(place[2]))

    def read(self, var: Var) -> Arg:
        _, array, index = self.plan.settled[var]
        out = Var(var.name, var.fact)
        at = map_arg(index, self.found)
        self.build.add(Apply((out,), table.row("[]"), (array, at), self.span))
        self.have[var] = out
        return out

    def same_shape(self, var: Var) -> Arg | None:
        if not known_shape(var):
            return None
        for other, arg in self.have.items():
            if other.fact == var.fact and isinstance(arg, Var) and arg.fact == var.fact:
                return arg
        return None

    def same_shape_source(self, var: Var) -> Arg | None:
        """Of a value that would be made again: what it is made from, if that has its shape."""
        op = self.makers.get(var)
        if var not in self.recipes or not isinstance(op, Apply):
            return None
        arrays = {v for v in vars_of(*op.args) if v.fact.kind not in ("number", "scalar")}
        alone = len(arrays) == 1 and op.rule.kind == "elementwise"  # so its shape is the result's
        for source in vars_of(*op.args):
            if (source.fact == var.fact and (alone or known_shape(source))
                    and (source in self.kept or source not in self.position)):
                return self.found(source)
        return None

    def can_recompute(self, var: Var, depth: int) -> bool:
        if var in self.have or var not in self.position or self.is_settled(var):
            return True
        op = self.makers.get(var)
        if depth == 0 or not isinstance(op, Apply) or op.rule.effect or op.rule.writes:
            return False
        number = var.fact.kind in ("number", "scalar")
        if not (op.rule.cheap or (number and op.rule.name in ARITHMETIC)):
            return False
        if op.rule.name == ".copy()":
            return False
        return all(self.can_recompute(v, depth - 1) for v in vars_of(*op.args))

    def recompute(self, var: Var) -> Arg:
        op = self.makers[var]
        assert isinstance(op, Apply)
        args = tuple(map_arg(arg, self.found) for arg in op.args)
        out = Var(var.name, var.fact)
        self.build.add(Apply((out,), op.rule, args, self.span or op.span))
        self.have[var] = out
        return out

    def save(self, var: Var) -> Arg:
        self.saved.add(var)
        tape = self.tapes.new(var)
        push = Apply((), PUSH, (Const(tape), var), None)
        self.pushes.append((self.position[var], push))
        out = Var(var.name, var.fact)
        self.build.add(Apply((out,), PULL, (Const(tape),), None))
        self.have[var] = out
        return out

    def with_pushes(self) -> list[Op]:
        after: dict[int, list[Op]] = {}
        before: dict[int, list[Op]] = {}
        for index, op in self.pushes:
            after.setdefault(index, []).append(op)
        for index, op in self.before:
            before.setdefault(index, []).append(op)
        ops = list(after.get(-1, ()))
        for i, op in enumerate(self.forward):
            ops.extend(before.get(i, ()))
            ops.append(op)
            ops.extend(after.get(i, ()))
        return ops


def thread(ops: tuple[Op, ...], tapes: Tapes) -> tuple[Op, ...]:
    """Turn pushes and pulls into appends to and pops from lists, carried where needed."""
    from astgrad.transform.threading import Thread

    ops = bound(ops, [var for op in all_ops(Block((), ops, ())) if isinstance(op, Apply)
                      and op.rule is PUSH for var in vars_of(op.args[1])])
    checked = OPTIONS.get().checked
    for tape in tapes.made:
        ops = Thread(tape).top(ops, checked)
    return ops


__all__ = ["PULL", "PUSH", "Plan", "Resolver", "Segment", "Tapes", "plan_for", "thread"]
