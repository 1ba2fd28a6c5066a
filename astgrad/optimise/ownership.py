"""Ownership: after this pass every update may overwrite its operand in place.

    y = x + 1; x1 = setitem(x, 0, 2); return x1, y      (x is the caller's)
    ->  y = x + 1; x0 = x.copy(); x1 = setitem(x0, 0, 2); return x1, y

`Sharing` says which storages each variable may be backed by (`own`) or hold (`hold`) and
finds every write whose storage is the caller's or still read afterwards.  Each finding
is answered by a copy, as small as possible: of a view, of what a list was given, of a
loop's first value, else of the operand.  The pass ends when there is no finding: that
is its postcondition.
"""

from __future__ import annotations

from dataclasses import replace

from astgrad.analysis.sharing import Finding, Sharing
from astgrad.analysis.updates import is_update, writes_items
from astgrad.errors import InternalError
from astgrad.ir.binding import bound, handed_on, shifted, unbound_in
from astgrad.ir.core import (
    NONE,
    TEMP,
    TEMP_BAR,
    UNDEFINED,
    Apply,
    Arg,
    Block,
    Const,
    For,
    If,
    Op,
    Pack,
    Var,
    While,
)  # fmt: skip
from astgrad.ir.fact import UNKNOWN
from astgrad.ir.sizes import fact_of_arg, same_shape
from astgrad.ir.walk import all_ops, args_of, substitute_arg, with_args
from astgrad.optimise.rebinding import overwritten, rebound
from astgrad.optimise.reuse import Reuse
from astgrad.optimise.rewriter import Rewriter
from astgrad.rules import table

ROUNDS = 60


def own(ops: tuple[Op, ...], results: tuple[Arg, ...], foreign: tuple[Var, ...], *,
        reuse: bool = False) -> tuple[tuple[Op, ...], tuple[Arg, ...], Sharing]:
    """Insert the copies that make all updates safe; sums in place where that is free.

    `reuse`: results of operations overwrite operands that nobody reads again.
    """
    sums = Sums()
    block = sums.block(Block((), ops, results))
    if reuse:
        block = Reuse(set(sums.negated.values())).block(block)
    reverted: set[Var] = set()
    copied: set[Var] = set()
    for _ in range(ROUNDS):
        sharing = Sharing(block, foreign)
        if not sharing.findings:
            return bound(block.ops, copied | shifted(block.ops)), block.results, sharing
        dear = {f.op.outs[0] for f in sharing.findings if f.soft} - reverted
        if dear:
            reverted |= dear
            block = Unsum(reverted, sums.negated, sharing.makers).block(block)
            continue
        stored = [f.op for f in sharing.findings
                  if f.place == "operand" or (f.place == "append" and f.append is not f.op)]
        anew = rebound(block, stored, sharing.makers)
        if anew:
            block = Renamed(anew).block(block)
            continue
        parts = [f for f in sharing.findings if f.place in ("view", "append")]
        certain = {*sharing.makers, *foreign, *updated(block)} - unsure(block)
        findings = parts or sharing.findings  # they may settle the rest
        operands = [f.op for f in findings if f.place == "operand"]
        replaced = overwritten(block, operands, sharing.makers)
        block = (Renamed(replaced).block(block) if replaced
                 else answer(findings, block, certain, copied))
    raise InternalError("ownership does not settle")


class Sums(Rewriter):
    """`x_bar + v`, `x_bar - v` as updates of x_bar, to be taken back where they are not free."""

    def __init__(self) -> None:
        self.negated: dict[Var, Var] = {}  # what is added for what is subtracted

    def op(self, op: Op) -> list[Op]:
        if (isinstance(op, Apply) and op.rule.name in ("Add", "Sub")
                and isinstance(op.args[0], Var)
                and op.outs[0].name.endswith("_bar")
                and op.args[0].name.endswith("_bar")
                and op.outs[0].fact.kind == op.args[0].fact.kind == "array"
                and op.outs[0].fact.dtype == op.args[0].fact.dtype
                and same_shape(op.outs[0].fact.shape, op.args[0].fact.shape)):
            x, value = op.args
            made: list[Op] = []
            if op.rule.name == "Sub":
                negated = self.negated[op.outs[0]] = Var(TEMP_BAR, fact_of_arg(value))
                made.append(Apply((negated,), table.row("USub"), (value,), op.span))
                value = negated
            args = (x, Const(Ellipsis), value)
            return [*made, Apply(op.outs, table.row("index_add"), args, op.span)]
        return [op]


class Unsum(Rewriter):
    """Sums that are not free as new values again."""

    def __init__(self, reverted: set[Var], negated: dict[Var, Var], makers: dict[Var, Apply]
                 ) -> None:
        self.reverted = reverted
        self.subtracted = {out: makers[var].args[0] for out, var in negated.items()
                           if out in reverted and var in makers}
        self.gone = {negated[out] for out in self.subtracted}

    def op(self, op: Op) -> list[Op]:
        if self.gone.intersection(op.outs):
            return []
        if not (isinstance(op, Apply) and op.outs and op.outs[0] in self.reverted):
            return [op]
        if op.outs[0] in self.subtracted:
            args = (op.args[0], self.subtracted[op.outs[0]])
            return [Apply(op.outs, table.row("Sub"), args, op.span)]
        if op.rule.of is not None:
            return [Apply(op.outs, op.rule.of, op.args[1:], op.span)]
        if op.rule.name == "index_add":
            return [Apply(op.outs, table.row("Add"), (op.args[0], op.args[2]), op.span)]
        if op.rule.name == "list_add":
            items, index, value = op.args
            fact = fact_of_arg(value)
            item, total = Var(TEMP, UNKNOWN), Var(TEMP, fact)
            return [
                Apply((item,), table.row("[]"), (items, index), op.span),
                Apply((total,), table.row("Add"), (item, value), op.span),
                Apply(op.outs, table.row("setitem"), (items, index, total), op.span),
            ]
        return [op]


class Renamed(Rewriter):
    """Stores of whole arrays gone, and the values that were stored under other names."""

    def __init__(self, names: dict[Var, Var]) -> None:
        self.names = names

    def op(self, op: Op) -> list[Op]:
        if isinstance(op, Apply) and op.rule.name == "setitem" and op.outs[0] in self.names:
            return []
        op = with_args(op, tuple(substitute_arg(arg, self.names) for arg in args_of(op)))
        return [replace(op, outs=tuple(self.names.get(var, var) for var in op.outs))]

    def results(self, block: Block) -> tuple[Arg, ...]:
        return tuple(substitute_arg(arg, self.names) for arg in block.results)


class Copies(Rewriter):
    """Put the copies in that the findings ask for."""

    def __init__(self, findings: list[Finding]) -> None:
        self.views = {f.view for f in findings if f.view is not None}
        self.appends = {f.append.outs[0] for f in findings if f.append is not None}
        self.operands = {f.op.outs[0] for f in findings if f.place == "operand" and f.op.outs}
        self.inits = {(f.op.outs[f.index]) for f in findings if f.place == "init"}
        self.backs = {(f.op.outs[f.index]) for f in findings if f.place == "back"}
        self.ends = {f.result for f in findings if f.place in ("result", "items")}
        self.deep_ends = {f.result for f in findings if f.place == "items"}

    def copy(self, arg: Arg, name: str = "", deep: bool = False) -> tuple[Arg, list[Op]]:
        if not isinstance(arg, Var):
            return arg, []
        self.copied.add(arg)
        out = Var(name or arg.name, arg.fact)
        row = ".copy()" if arg.fact.kind in ("array", "unknown") else "copied"
        if arg not in self.certain or (row == ".copy()" and arg.fact.shape is None):
            row = "copied_any"  # it may be a number here, or unbound on some path
        if arg.fact.kind == "list" and (deep or arg.fact.items[0].kind == "list"):
            row = "copied_items"
        return out, [Apply((out,), table.row(row), (arg,), None)]

    def op(self, op: Op) -> list[Op]:
        made: list[Op] = []
        if isinstance(op, Apply) and op.outs:
            if op.outs[0] in self.operands:
                new, made = self.copy(op.args[0], deep=writes_items(op))
                op = with_args(op, (new, *op.args[1:]))
            elif op.outs[0] in self.appends:
                args = list(op.args)
                args[-1], made = self.copy_all(args[-1])
                op = with_args(op, tuple(args))
            views = [v for v in op.outs if v in self.views]
            if views:
                inner = {v: Var(v.name, v.fact) for v in views}
                op = replace(op, outs=tuple(inner.get(v, v) for v in op.outs))
                rows = (".copy()" if v.fact.shape is not None else "copied_any" for v in views)
                return [*made, op, *(Apply((v,), table.row(row), (inner[v],), None)
                                     for v, row in zip(views, rows, strict=True))]
        elif isinstance(op, For | While):
            op, made = self.loop(op)
        return [*made, op]

    def copy_all(self, arg: Arg) -> tuple[Arg, list[Op]]:
        if isinstance(arg, Pack):
            parts = [self.copy_all(item) for item in arg.items]
            ops = [op for _, made in parts for op in made]
            return arg.rebuild(tuple(item for item, _ in parts)), ops
        if isinstance(arg, Var) and arg.fact.kind in ("array", "unknown", "list"):
            return self.copy(arg, TEMP)
        return arg, []

    def loop(self, op: For | While) -> tuple[For | While, list[Op]]:
        made: list[Op] = []
        init, results = list(op.init), list(op.body.results)
        tail: list[Op] = []
        for j, out in enumerate(op.outs):
            if out in self.inits:
                init[j], copied = self.copy(init[j], out.name, any_writes_items(op.body))
                made.extend(copied)
            if out in self.backs:
                results[j], copied = self.copy(results[j], out.name)
                tail.extend(copied)
        if made or tail:
            body = Block(op.body.params, (*op.body.ops, *tail), tuple(results))
            op = replace(op, init=tuple(init), body=body)
        return op, made

    def block(self, block: Block) -> Block:
        new = super().block(block)
        if not self.ends or block.results is not self.root:
            return new
        tail: list[Op] = []

        def end(arg: Arg) -> Arg:
            nonlocal tail
            if isinstance(arg, Pack):
                return Pack(arg.kind, tuple(end(item) for item in arg.items), arg.keys)
            if isinstance(arg, Var) and arg in self.ends:
                out, made = self.copy(arg, deep=arg in self.deep_ends)
                tail += made
                return out
            return arg

        results = tuple(end(arg) for arg in new.results)
        return Block(new.params, (*new.ops, *tail), results)

    root: tuple[Arg, ...]
    certain: set[Var]
    copied: set[Var]


def any_writes_items(block: Block) -> bool:
    """Whether a block writes into what a list holds."""
    return any(
        isinstance(op, Apply) and op.rule.writes is not None and writes_items(op)
        and isinstance(op.args[0], Var) and op.args[0].fact.kind == "list"
        for op in all_ops(block)
    )


def updated(block: Block) -> set[Var]:
    """Arrays for sure: what updates made, and what loops carry from an array to an array."""
    found = {out for op in all_ops(block) if is_update(op) for out in op.outs}
    unsure = {out for op in all_ops(block) if isinstance(op, If) for out, *ends in zip(
        op.outs, op.then.results, op.orelse.results, strict=True)
        if UNDEFINED in ends or NONE in ends}
    for op in all_ops(block):
        if isinstance(op, For | While):
            found.update(out for out, init, back in zip(
                op.outs, op.init, op.body.results[: len(op.outs)], strict=True)
                if isinstance(init, Var) and out.fact.shape is not None and back not in unsure)
            found.update(op.body.params)
    return found


def unsure(block: Block) -> set[Var]:
    """What may be unbound, or None, on some path: what paths hand on, and copies of it."""
    found = unbound_in([pair for op in all_ops(block) for pair in handed_on(op)])
    return found | {out for op in all_ops(block) if isinstance(op, Apply)
                    and op.rule.name in ("copied_any", "copied_items") for out in op.outs}


def answer(findings: list[Finding], block: Block, certain: set[Var], copied: set[Var]) -> Block:
    copies = Copies(findings)
    copies.root = block.results
    copies.certain, copies.copied = certain, copied
    return copies.block(block)


__all__ = ["is_update", "own"]
