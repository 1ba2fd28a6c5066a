"""A transform and example arguments -> the printed and compiled derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import astgrad.language  # noqa: F401
from astgrad.api.derivative import key_of
from astgrad.backend.python import compile_text
from astgrad.derive.inside import derive
from astgrad.derive.gradient import Call
from astgrad.derive.transform import Transform, parameter_names
from astgrad.emit.module import Parameter, Text, module_text, print_function
from astgrad.errors import AstgradError, Problem, UnsupportedError
from astgrad.frontend.entry import Program, innermost, lower
from astgrad.ir.core import Arg, Op
from astgrad.optimise.dce import dce
from astgrad.optimise.ownership import own
from astgrad.pipeline import simplify

PREFIX = {"grad": "grad", "value_and_grad": "value_and_grad", "jvp": "jvp", "vjp": "vjp"}


@dataclass
class Compiled:
    """A specialised derivative: the function, its text, what it reads from outside."""

    function: Callable[..., Any]
    text: str
    captures: tuple[tuple[str, Callable[[], Any]], ...]
    guards: tuple[tuple[Callable[[], Any], Any], ...]
    kinds: tuple[Any, ...] = ()
    parts: dict[str, Any] = field(default_factory=dict)

    @property
    def checked(self) -> bool:
        return bool(self.guards or self.captures)

    def holds(self) -> bool:
        """Whether what was resolved at transformation is still the same."""
        for get, value in self.guards:
            if get() is not value:
                return False
        return all(key_of(get()) == kind
                   for (_, get), kind in zip(self.captures, self.kinds, strict=True))


def function_name(fun: Any) -> str:
    name = getattr(innermost(fun), "__name__", "function")
    name = "f" if name == "<lambda>" else name
    transform = getattr(fun, "__astgrad__", None)
    if transform is not None:
        return f"{function_name(transform.fun)}_{PREFIX[transform.kind]}"
    return name if name.isidentifier() else "f"


def build(transform: Transform, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Compiled:
    """Lower, differentiate, print and compile."""
    names = parameter_names(transform.fun)

    def body(lo: Any, positional: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        fun = lo.known(transform.fun)
        return derive(lo, transform, Call(fun, names, positional, keywords, lo.frame.source.node, True))

    program = lower(transform.fun, args, kwargs, body)
    name = f"{function_name(transform.fun)}_{PREFIX[transform.kind]}"
    text = print_program(program, name, program.ops, (program.value,))
    function = compile_text(text, name)
    captures = captured(program)
    return Compiled(function, text.source, captures, guarded(transform.fun, program),
                    tuple(key_of(get()) for _, get in captures))


def captured(program: Program) -> tuple[tuple[str, Callable[[], Any]], ...]:
    return tuple((c.name, c.get) for c in program.captures)


def guarded(fun: Any, program: Program) -> tuple[tuple[Callable[[], Any], Any], ...]:
    return tuple(program.guards)


def print_program(program: Program, name: str, ops: tuple[Op, ...], results: tuple[Arg, ...]) -> Text:
    """Optimise, decide ownership, print."""
    ops, results = simplify(ops, results)
    leaves = [(leaf.var, leaf.path) for leaf in program.leaves]
    outside = [(c.var, (c.name,)) for c in program.captures]
    foreign = tuple(var for var, _ in (*leaves, *outside))
    ops, results, sharing = own(ops, results, foreign)
    ops = dce(ops, results)
    parameters = [Parameter(n, program.kinds.get(n, "plain")) for n in program.structure]
    parameters += [Parameter(c.name, "keyword") for c in program.captures]
    order = {"plain": 0, "star": 1, "keyword": 2, "stars": 3}
    parameters.sort(key=lambda p: order[p.kind])
    return module_text(print_function(name, "", parameters, [*leaves, *outside], ops, results,
                                      sharing))


def refusal(error: AstgradError) -> AstgradError:
    return error


__all__ = ["Compiled", "Problem", "UnsupportedError", "build", "print_program"]
