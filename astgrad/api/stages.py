"""The stages of a derivative, each printed as Python."""

from __future__ import annotations

from typing import Any

from astgrad.api.build import (
    build,
    function_name,
    leaves_of,
    parameters_of,
    print_program,
)  # fmt: skip
from astgrad.derive.transform import Transform
from astgrad.emit.module import module_text
from astgrad.frontend.entry import Program, lower, source_of
from astgrad.ir.core import Arg, Op
from astgrad.pipeline import simplify
from astgrad.signatures import innermost


def stages_of(transform: Transform, args: tuple[Any, ...], kwargs: dict[str, Any]
              ) -> list[tuple[str, str]]:
    fun = transform.fun
    primal = lower(fun, args, kwargs)
    name = function_name(fun)
    made = [("function", user_text(fun)),
            ("lowered", printed(primal, name, primal.ops, (primal.value,))),
            ("lowered, optimised", printed(primal, name, *simplify(primal.ops, (primal.value,))))]
    compiled = build(transform, args, kwargs)
    program = compiled.program
    assert program is not None
    derived = f"{name}_{transform.kind}"
    names = {"derivative": "derivative", "optimised": "derivative, optimised"}
    for stage, ops, results in compiled.stages.made:
        made.append((names.get(stage, stage), printed(program, derived, ops, results)))
    return [*made, ("final", compiled.text)]


def printed(program: Program, name: str, ops: tuple[Op, ...], results: tuple[Arg, ...]) -> str:
    return module_text(print_program(program, name, parameters_of(program), leaves_of(program),
                                     ops, results)).source


def user_text(fun: Any) -> str:
    base = innermost(fun)
    if not hasattr(base, "__code__"):
        return f"{base!r}\n"
    source = source_of(base)
    return source.span(source.node).text + "\n"
