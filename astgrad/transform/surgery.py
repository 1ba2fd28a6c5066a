"""What `adjoint_of` left in a program, where no adjoint is computed: plain identities.

A body that replaces the adjoint is refused there: forward mode could not do the same.
"""

from __future__ import annotations

from dataclasses import replace

from astgrad.analysis.activity import Activity
from astgrad.errors import Problem, UnsupportedError
from astgrad.ir.core import Apply, Op
from astgrad.ir.walk import blocks_of, with_blocks
from astgrad.rules.table import row


def identity(op: Apply) -> Apply:
    """The op without its body."""
    return Apply(op.outs, row("same"), op.args[:1], op.span)


def without_surgery(ops: tuple[Op, ...], active: Activity) -> tuple[Op, ...]:
    """The ops with identities for those of `adjoint_of`; the same tuple if there are none."""
    made = tuple(plain(op, active) for op in ops)
    return ops if all(a is b for a, b in zip(ops, made, strict=True)) else made


def plain(op: Op, active: Activity) -> Op:
    if not isinstance(op, Apply):
        blocks = blocks_of(op)
        made = [(b, without_surgery(b.ops, active)) for b in blocks]
        return with_blocks(op, tuple(b if ops is b.ops else replace(b, ops=ops)
                                     for b, ops in made))
    if op.rule.name != "adjoint_of":
        return op
    if op.rule.own and op.outs[0] in active:
        raise UnsupportedError([Problem(
            "forward mode has no adjoint that could be replaced here", op.span,
            "use reverse mode, or give the function a derivative by astgrad.custom_jvp")])
    return identity(op)
