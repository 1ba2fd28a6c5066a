"""`a.shape[k]` -> the size that a was made with, or that was read where a began.

A later version of an array, which is written to, has the shape of the first: asked of that,
no version is kept alive for its shape.
"""

from __future__ import annotations

from dataclasses import replace

from astgrad.ir.core import TEMP, Apply, Arg, Block, Const, Op, Pack, Var
from astgrad.ir.fact import INT, Fact
from astgrad.ir.walk import blocks_of, substitute_block, with_blocks
from astgrad.loops.nests import Keys
from astgrad.rules.table import row

ALLOCATES = ("np.empty", "np.zeros", "np.ones", "np.full")


def with_known_shapes(ops: tuple[Op, ...], result: Arg, inputs: list[Var]
                      ) -> tuple[tuple[Op, ...], Arg]:
    """`inputs` are there at the start; what else comes from outside may be of a later part."""
    block = Block((), ops, (result,))
    keys, table = Keys(block), dict[Var, Arg]()
    there = set(inputs)
    asked: dict[Var, dict[int, Var]] = {}  # array, axis: the size that is read where it begins
    for var, op in keys.made.items():
        if not (isinstance(op, Apply) and op.rule.name == "[]" and keys.is_shape(op.args[0])):
            continue
        shape, axis = keys.made[op.args[0]], op.args[1]  # type: ignore[index]
        if not (isinstance(shape, Apply) and isinstance(axis, Const)):
            continue
        array = shape.args[0]
        if isinstance(array, Var) and array.fact.kind == "array":
            root = keys.root(array)
            size = allocated(keys, root, axis.value)
            if size is None and not (root in there or isinstance(keys.made.get(root), Apply)):
                continue  # it may be unbound where it begins
            if size is None:
                axes = asked.setdefault(root, {})
                size = axes.setdefault(axis.value, Var(var.name, size_fact(root, axis.value)))
                if size.fact.size is None:
                    size.fact = var.fact
            table[var] = size
    for var in table:
        table[var] = last(table[var], table)
    outside = [var for var in asked if var in there]
    block = with_sizes(substitute_block(block, table), asked)
    (result,) = block.results
    return (*(op for var in outside for op in sizes_of(var, asked)), *block.ops), result


def last(arg: Arg, table: dict[Var, Arg]) -> Arg:
    while isinstance(arg, Var) and arg in table:
        arg = table[arg]
    return arg


def size_fact(array: Var, axis: int) -> Fact:
    return replace(INT, size=(array.fact.shape or {axis: None})[axis])


def allocated(keys: Keys, root: Var, axis: int) -> Arg | None:
    made = keys.made.get(root)
    if not (isinstance(made, Apply) and made.rule.name in ALLOCATES):
        return None
    sizes = made.args[0].items if isinstance(made.args[0], Pack) else (made.args[0],)
    return sizes[axis] if isinstance(sizes[axis], Const | Var) else None


def with_sizes(block: Block, asked: dict[Var, dict[int, Var]]) -> Block:
    """The block with the sizes of what begins in it."""
    ops: list[Op] = []
    for op in block.ops:
        ops.append(with_blocks(op, tuple(with_sizes(b, asked) for b in blocks_of(op))))
        ops += [made for var in op.outs for made in sizes_of(var, asked)]
    return Block(block.params, tuple(ops), block.results)


def sizes_of(array: Var, asked: dict[Var, dict[int, Var]]) -> list[Op]:
    made: list[Op] = []
    for axis, size in asked.get(array, {}).items():
        shape = Var(TEMP, Fact("tuple"))
        made.append(Apply((shape,), row(".shape"), (array,)))
        made.append(Apply((size,), row("[]"), (shape, Const(axis))))
    return made
