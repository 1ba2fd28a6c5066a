"""The rows of a storage report: a gradient built, its forward sweep run once and weighed."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace
from typing import Any

import numpy as np

from astgrad.analysis.amounts import Amounts, product
from astgrad.analysis.storage import Kept, kept_values
from astgrad.api.build import Compiled, build, leaves_of, parameters_of
from astgrad.api.definitions import Definitions
from astgrad.api.storage import Saved, Storage
from astgrad.backend.python import compile_module
from astgrad.derive.transform import Transform
from astgrad.emit.module import Printed, module_text, print_function
from astgrad.ir.binding import bound
from astgrad.ir.core import TEMPORARY, Apply, Arg, Block, Op, Pack, Var
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import all_ops, begins_reverse, is_mark
from astgrad.pipeline import cut, finish


def report(transform: Transform, args: tuple[Any, ...], kwargs: dict[str, Any], *,
           measured: bool) -> Storage:
    compiled = build(transform, args, kwargs)
    title, program, (_, ops, results) = (
        compiled.function.__name__, compiled.program, compiled.stages.made[-1])
    assert program is not None
    leaves, parameters = leaves_of(program), parameters_of(program)
    ops, results, sharing = finish(ops, results, tuple(var for var, _ in leaves))
    if not any(map(begins_reverse, ops)):
        return Storage(title, ())
    first, second = cut(ops)
    wanted = results[0]
    if transform.has_aux and isinstance(wanted, Pack):
        wanted = wanted.items[0]

    def foreign(var: Var) -> bool:
        ids = sharing.ids(var)
        return bool(ids) and ids <= sharing.foreign

    called = Definitions().of(ops, {title, "forward", *(p.name for p in parameters)})
    printed = print_function(title, "", parameters, leaves, ops, results, sharing,
                             functions=called.names)
    kept = kept_values(first, second, (wanted,), printed.names.inline.chosen, foreign)
    saved = [each.var for each in kept]
    here: list[int | None] = [None] * len(saved)
    if measured and not any(map(is_seen, all_ops(Block((), first, ())))):
        ends = (Pack("tuple", tuple(saved)),)
        forward = print_function("forward", "", parameters, leaves, bound(first, set(saved)),
                                 ends, sharing, functions=called.names)
        forward = replace(forward, functions=called.printed)
        here = sizes_of(forward, compiled, args, kwargs, len(saved))
    amounts = Amounts((path, var.fact) for var, path in leaves)
    shown = Shown(printed, first)
    return Storage(title, tuple(row(each, size, amounts, shown)
                                for each, size in zip(kept, here, strict=True)))


def is_seen(op: Op) -> bool:
    """Whether somebody would notice that an op is run once more: it prints, draws, or may."""
    return isinstance(op, Apply) and not is_mark(op) and (
        op.rule.effect in ("io", "draws") or op.rule.kind == "opaque")


def sizes_of(printed: Printed, compiled: Compiled, args: tuple[Any, ...], kwargs: dict[str, Any],
             count: int) -> list[int | None]:
    """The bytes of what the forward sweep leaves behind at these arguments."""
    (forward,) = compile_module(module_text(printed), ("forward",))
    captures = {name: get() for name, get in compiled.captures}
    try:
        found = forward(*copy.deepcopy(args), **copy.deepcopy(kwargs), **captures)
    except Exception:  # noqa: BLE001 - where the function raises there is nothing to measure
        return [None] * count
    return [data_bytes(value) for value in found]


def data_bytes(value: Any) -> int:
    if isinstance(value, np.ndarray | np.generic):
        return value.nbytes
    if isinstance(value, list | tuple):
        return sum(map(data_bytes, value))
    if isinstance(value, complex):
        return 16
    return 0 if value is None else 1 if isinstance(value, bool) else 8


class Shown:
    """Values as the reader of the printed text knows them."""

    def __init__(self, printed: Printed, ops: tuple[Op, ...]) -> None:
        self.printed = printed
        self.makers = {out: op for op in all_ops(Block((), ops, ())) for out in op.outs}

    def name(self, var: Var) -> str:
        return self.printed.names[var]

    def expression(self, value: Arg) -> str:
        """The user's name of a value, or the expression that makes it."""
        made = self.makers.get(value) if isinstance(value, Var) else None
        while isinstance(made, Apply) and made.rule.name == ".copy()":
            value = made.args[0]
            made = self.makers.get(value) if isinstance(value, Var) else None
        if (isinstance(made, Apply) and isinstance(value, Var) and value.name in TEMPORARY
                and not made.rule.writes and value not in self.printed.names.inline):
            return ast.unparse(self.printed.write.apply(made))
        return ast.unparse(self.printed.write.arg(value))


def row(kept: Kept, here: int | None, amounts: Amounts, shown: Shown) -> Saved:
    parts = []
    for push in kept.pushes:
        one = amounts.bytes(fact_of_arg(push.value), shown.expression(push.value))
        text = product([one, *map(amounts.trips, push.loops)])
        parts.append(f"at most {text}" if push.sometimes else text)
    if not kept.pushes:
        parts.append(amounts.bytes(kept.var.fact, shown.name(kept.var)))
    variable = shown.expression(kept.pushes[0].value if kept.pushes else kept.var)
    span = kept.reader
    return Saved(variable, shown.name(kept.var), " + ".join(parts), here,
                 "overwritten" if kept.overwritten else "read",
                 span.short().rpartition(":")[0] if span else "", span.line if span else 0,
                 span.statement() if span else "")
