"""Walking and rebuilding the IR: variables of an arg, blocks of an op, substitution."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from operator import is_not

from astgrad.errors import InternalError
from astgrad.ir.core import Apply, Arg, Block, Const, For, If, Op, Pack, Var, While, With


def vars_of(*args: Arg) -> list[Var]:
    found: list[Var] = []
    for arg in args:
        kind = type(arg)
        if kind is Var:
            found.append(arg)  # type: ignore[arg-type]
        elif kind is Pack:
            found += vars_of(*arg.items)  # type: ignore[union-attr]
    return found


def carriers(*args: Arg) -> Iterator[Var]:
    """The variables whose derivatives args may carry: texts carry none."""
    for arg in args:
        if isinstance(arg, Var):
            yield arg
        elif isinstance(arg, Pack) and arg.kind != "format":
            yield from carriers(*arg.items)


def blocks_of(op: Op) -> tuple[Block, ...]:
    if type(op) is Apply:  # by far the most
        return ()
    match op:
        case If():
            return (op.then, op.orelse)
        case For() | With():
            return (op.body,)
        case While():
            return (op.test, op.body)
    raise InternalError(f"no such op: {op!r}")


def args_of(op: Op) -> tuple[Arg, ...]:
    """The args that an op reads itself, not those inside its blocks."""
    if type(op) is Apply:
        return op.args
    match op:
        case Apply():
            return op.args
        case If():
            return (op.test,)
        case For():
            return (*op.bounds, *op.init)
        case While():
            return op.init
        case With():
            return (op.manager,)
    raise InternalError(f"no such op: {op!r}")


def with_args(op: Op, args: tuple[Arg, ...]) -> Op:
    match op:
        case Apply():
            return replace(op, args=args)
        case If():
            return replace(op, test=args[0])
        case For():
            n = len(op.bounds)
            return replace(op, bounds=args[:n], init=args[n:])
        case While():
            return replace(op, init=args)
        case With():
            return replace(op, manager=args[0])
    raise InternalError(f"no such op: {op!r}")


def with_blocks(op: Op, blocks: tuple[Block, ...]) -> Op:
    if not blocks:
        return op
    if all(a is b for a, b in zip(blocks, blocks_of(op), strict=True)):
        return op
    match op:
        case If():
            return replace(op, then=blocks[0], orelse=blocks[1])
        case For() | With():
            return replace(op, body=blocks[0])
        case While():
            return replace(op, test=blocks[0], body=blocks[1])
    return op


def map_arg(arg: Arg, change: Callable[[Var], Arg]) -> Arg:
    if isinstance(arg, Var):
        return change(arg)
    if isinstance(arg, Pack):
        return arg.rebuild(tuple(map_arg(item, change) for item in arg.items))
    return arg


def substitute_arg(arg: Arg, table: Mapping[Var, Arg]) -> Arg:
    return map_arg(arg, lambda var: table.get(var, var))


def substitute(op: Op, table: Mapping[Var, Arg]) -> Op:
    """Replace what an op reads, inside its blocks too."""
    if not table:
        return op
    args = args_of(op)
    new = tuple([substitute_arg(arg, table) for arg in args])
    if any(map(is_not, args, new)):
        op = with_args(op, new)
    return with_blocks(op, tuple([substitute_block(b, table) for b in blocks_of(op)]))


def substitute_block(block: Block, table: Mapping[Var, Arg]) -> Block:
    ops = tuple(substitute(op, table) for op in block.ops)
    results = tuple(substitute_arg(arg, table) for arg in block.results)
    same = all(a is b for a, b in zip(ops, block.ops, strict=True))
    if same and all(a is b for a, b in zip(results, block.results, strict=True)):
        return block
    return Block(block.params, ops, results)


def free_vars(op: Op) -> dict[Var, None]:
    """What an op reads from outside, in order of first reading."""
    found = dict.fromkeys(vars_of(*args_of(op)))
    for block in blocks_of(op):
        found.update(free_in_block(block))
    return found


def free_in_block(block: Block) -> dict[Var, None]:
    """What a block reads from outside; computed once for each block."""
    known = block.free
    if known is not None:
        return known
    found: dict[Var, None] = {}
    for op in block.ops:
        found.update(free_vars(op))
    found.update(dict.fromkeys(vars_of(*block.results)))
    for var in block.params:
        found.pop(var, None)
    for op in block.ops:
        for var in op.outs:
            found.pop(var, None)
    object.__setattr__(block, "free", found)
    return found


def all_ops(block: Block) -> Iterator[Op]:
    for op in block.ops:
        yield op
        for inner in blocks_of(op):
            yield from all_ops(inner)


def is_mark(op: Op) -> bool:
    """A heading, which nothing stands under by itself."""
    return isinstance(op, Apply) and op.rule.name == "mark"


def begins_reverse(op: Op) -> bool:
    """Whether the reverse sweep begins here."""
    return is_mark(op) and args_of(op) == (Const("reverse"),)


def refresh(block: Block, table: dict[Var, Arg]) -> Block:
    """A copy of a block with new variables for all that it binds."""
    params = tuple(_fresh(var, table) for var in block.params)
    ops = tuple(_refresh_op(op, table) for op in block.ops)
    return Block(params, ops, tuple(substitute_arg(arg, table) for arg in block.results))


def _fresh(var: Var, table: dict[Var, Arg]) -> Var:
    table[var] = new = Var(var.name, var.fact)
    return new


def _refresh_op(op: Op, table: dict[Var, Arg]) -> Op:
    op = with_args(op, tuple(substitute_arg(arg, table) for arg in args_of(op)))
    op = with_blocks(op, tuple(refresh(block, table) for block in blocks_of(op)))
    return replace(op, outs=tuple(_fresh(var, table) for var in op.outs))
