"""Dead code: ops whose results are not read and that do nothing else go, as do carried
values of loops and results of branches that nobody reads or that never change.

    h = tanh(x); y = x * x; return y   ->   y = x * x; return y
"""

from __future__ import annotations

from dataclasses import replace

from astgrad.ir.core import (
    TEMP,
    Apply,
    Arg,
    Block,
    Const,
    For,
    If,
    Op,
    Undefined,
    Var,
    While,
    With,
)  # fmt: skip
from astgrad.ir.fact import BOOL
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import (
    args_of,
    blocks_of,
    free_in_block,
    is_mark,
    substitute,
    substitute_block,
    vars_of,
)  # fmt: skip
from astgrad.rules.checks import looks

REPEATED = ("io", "draws")  # what is not to happen twice
KEPT = (*REPEATED, "raises")


def has_effect(op: Op, effects: tuple[str, ...] = KEPT) -> bool:
    if isinstance(op, Apply):
        return op.rule.effect in effects or op.rule.kind == "opaque"
    return any(has_effect(inner, effects) and not is_mark(inner)
               for block in blocks_of(op) for inner in block.ops)


def is_wanted_check(op: Op, live: set[Var]) -> bool:
    return (isinstance(op, Apply) and op.rule.effect == "check"
            and looks(op.rule, vars_of(op.args[0]), live))


def dce(ops: tuple[Op, ...], results: tuple[Arg, ...]) -> tuple[tuple[Op, ...], tuple[Arg, ...]]:
    """The ops that the results or effects need, loops and branches trimmed; and the results."""
    ops, results = settle(ops, results)
    return _sweep(ops, set(vars_of(*results))), results


def _sweep(ops: tuple[Op, ...], live: set[Var]) -> tuple[Op, ...]:
    kept: list[Op] = []
    for op in reversed(ops):
        if not (live & set(op.outs)) and not has_effect(op) and not is_wanted_check(op, live):
            continue
        op = _trim(op, live)
        live.update(vars_of(*args_of(op)))
        for block in blocks_of(op):
            live.update(free_in_block(block))
        kept.append(op)
    return tuple(reversed(kept))


def _trim(op: Op, live: set[Var]) -> Op:
    match op:
        case Apply():
            return op
        case If():
            keep = [i for i, out in enumerate(op.outs) if out in live]
            blocks = [_block(b, tuple(b.results[i] for i in keep)) for b in (op.then, op.orelse)]
            return replace(op, outs=tuple(op.outs[i] for i in keep), then=blocks[0],
                           orelse=blocks[1])
        case With():
            keep = [i for i, out in enumerate(op.outs) if out in live]
            body = _block(op.body, tuple(op.body.results[i] for i in keep))
            return replace(op, outs=tuple(op.outs[i] for i in keep), body=body)
        case For() | While():
            return _trim_loop(op, live)


def _block(block: Block, results: tuple[Arg, ...]) -> Block:
    live = set(vars_of(*results))
    return Block(block.params, _sweep(block.ops, live), results)


def _trim_loop(op: For | While, live: set[Var]) -> For | While:
    count = len(op.outs)
    lead = op.body.params[:1] if isinstance(op, For) else ()
    params = op.body.params[len(lead) :]
    stop = op.body.results[count:]
    keep = {i for i, out in enumerate(op.outs) if out in live}
    if isinstance(op, While):
        reads = free_of(op.test, op.test.params)
        keep |= {i for i, p in enumerate(op.test.params) if p in reads}
    while True:
        results = tuple(op.body.results[i] for i in sorted(keep)) + stop
        needed = set(vars_of(*results))
        ops = _sweep(op.body.ops, needed)
        more = {i for i, p in enumerate(params) if p in needed} - keep
        if not more:
            break
        keep |= more
    order = sorted(keep)
    body = Block((*lead, *(params[i] for i in order)), ops, results)
    op = replace(op, outs=tuple(op.outs[i] for i in order),
                 init=tuple(op.init[i] for i in order), body=body)
    if isinstance(op, While):
        test = op.test
        ops = _sweep(test.ops, set(vars_of(*test.results)))
        op = replace(op, test=Block(tuple(test.params[i] for i in order), ops, test.results))
    return op


def free_of(block: Block, params: tuple[Var, ...]) -> set[Var]:
    inner = Block((), block.ops, block.results)
    return set(free_in_block(inner)) & set(params)


def settle(ops: tuple[Op, ...], results: tuple[Arg, ...]) -> tuple[tuple[Op, ...], tuple[Arg, ...]]:
    """Replace what a loop carries without changing it, or all branches agree on."""
    table: dict[Var, Arg] = {}
    made: list[Op] = []
    for i, op in enumerate(ops):
        if table:
            op = substitute(op, table)
        match op:
            case For() | While():
                op = _invariant(op, table)
            case If():
                rest = Block((), ops[i + 1 :], results)
                op = _agreed(op, table, rest)
            case With():
                inner, outs = settle(op.body.ops, op.body.results)
                op = replace(op, body=Block((), inner, outs))
        made.append(op)
    block = substitute_block(Block((), (), results), table)
    return tuple(made), block.results


def _agreed(op: If, table: dict[Var, Arg], rest: Block) -> If:
    then_ops, then = settle(op.then.ops, op.then.results)
    else_ops, orelse = settle(op.orelse.ops, op.orelse.results)
    keep = []
    inner = {v for o in (*then_ops, *else_ops) for v in o.outs}
    for i, out in enumerate(op.outs):
        a, b = then[i], orelse[i]
        if a == b and not isinstance(a, Undefined) and not any(v in inner for v in vars_of(a)):
            table[out] = a
        elif (a, b) == (Const(True), Const(False)) and is_flag(op.test, out):
            table[out] = op.test
            named = (then_ops or else_ops) and out in free_in_block(rest)
            if named and isinstance(op.test, Var) and op.test.name == TEMP:
                op.test.name = out.name
        else:
            keep.append(i)
    return replace(op, outs=tuple(op.outs[i] for i in keep),
                   then=Block((), then_ops, tuple(then[i] for i in keep)),
                   orelse=Block((), else_ops, tuple(orelse[i] for i in keep)))


def is_flag(test: Arg, out: Var) -> bool:
    """Whether a test is True or False itself; for a flag of ours NumPy's bool will do."""
    fact = fact_of_arg(test)
    ours = out.name.startswith("$")
    return fact == BOOL or (ours and fact.kind == "scalar" and fact.dtype == "bool")


def _invariant(op: For | While, table: dict[Var, Arg]) -> For | While:
    lead = op.body.params[:1] if isinstance(op, For) else ()
    params = op.body.params[len(lead) :]
    count = len(op.outs)
    ops, results = settle(op.body.ops, op.body.results)
    while True:
        fixed = {i for i in range(count)
                 if results[i] is params[i] or (results[i] == op.init[i]
                                                and not isinstance(results[i], Undefined)
                                                and isinstance(results[i], Const | Var))}
        if not fixed:
            break
        inner = {params[i]: op.init[i] for i in fixed}
        test_inner = ({op.test.params[i]: op.init[i] for i in fixed}
                      if isinstance(op, While) else {})
        for i in fixed:
            table[op.outs[i]] = op.init[i]
        keep = [i for i in range(count) if i not in fixed]
        body = Block((*lead, *(params[i] for i in keep)), ops,
                     (*(results[i] for i in keep), *results[count:]))
        body = substitute_block(body, inner)
        op = replace(op, outs=tuple(op.outs[i] for i in keep),
                     init=tuple(op.init[i] for i in keep), body=body)
        if isinstance(op, While):
            test = Block(tuple(op.test.params[i] for i in keep), op.test.ops, op.test.results)
            op = replace(op, test=substitute_block(test, test_inner))
        params, count = op.body.params[len(lead) :], len(keep)
        ops, results = settle(body.ops, body.results)
    body = Block(op.body.params, ops, results)
    return replace(op, body=body)


__all__ = ["dce", "has_effect"]
