"""The stages of a derivative, each printed as Python."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from astgrad.api.build import build, function_name, leaves_of, parameters_of
from astgrad.derive.transform import Transform
from astgrad.emit.values import Stages
from astgrad.frontend.entry import Program, lower, source_of
from astgrad.ir.core import Arg, Op
from astgrad.pipeline import PASSES, finish
from astgrad.signatures import innermost


def stages_of(transform: Transform, args: tuple[Any, ...], kwargs: dict[str, Any]
              ) -> list[tuple[str, str]]:
    """(name, text) of each stage: those of the IR value by value, the last as it is run."""
    fun = transform.fun
    primal = lower(fun, args, kwargs)
    name = function_name(fun)
    compiled = build(transform, args, kwargs)
    program = compiled.program
    assert program is not None
    derived = f"{name}_{transform.kind}"
    ops, results = next((o, r) for stage, o, r in compiled.stages.made if stage == "derivative")
    made = [("function", user_text(fun)),
            ("lowered", printer(primal, name)(primal.ops, (primal.value,)))]
    text = printer(program, derived)
    made.append(("derivative", text(ops, results)))
    for title, step in PASSES:
        ops, results = step(ops, results)
        made.append((title, text(ops, results)))
    ops, results, _ = finish(ops, results, tuple(var for var, _ in leaves_of(program)))
    made.append(("ownership", text(ops, results)))
    return [*made, ("final", compiled.text)]


def printer(program: Program, name: str) -> Callable[[tuple[Op, ...], tuple[Arg, ...]], str]:
    """What prints the stages of one program."""
    parameters = parameters_of(program)
    stages = Stages({p.name for p in parameters})
    return partial(stages.text, name, parameters, leaves_of(program))


def user_text(fun: Any) -> str:
    base = innermost(fun)
    if not hasattr(base, "__code__"):
        return f"{base!r}\n"
    source = source_of(base)
    return source.span(source.node).text + "\n"
