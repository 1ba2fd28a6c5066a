"""A transform and example arguments -> the printed and compiled derivative."""

from __future__ import annotations

import ast
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from typing import Any

import astgrad.api.inside
import astgrad.language  # noqa: F401 - the language, complete
from astgrad.analysis.builder import exactly
from astgrad.api.definitions import Definitions
from astgrad.api.guards import Captures, checker
from astgrad.api.keys import key_of, lengths, sizes_of
from astgrad.backend.python import compile_module
from astgrad.derive.gradient import Call
from astgrad.derive.inside import derive
from astgrad.derive.transform import Transform, parameter_names
from astgrad.emit.module import Parameter, Printed, Text, access, module_text, print_function
from astgrad.emit.names import unique
from astgrad.frontend.entry import Program, deep, lower
from astgrad.ir.core import Arg, Const, Op, Var
from astgrad.ir.sizes import Assumed, measured
from astgrad.ir.walk import is_mark
from astgrad.optimise.dce import REPEATED, has_effect
from astgrad.optimise.outers import merged_outers
from astgrad.pipeline import Stages, finish, simplify
from astgrad.signatures import innermost

Leaves = list[tuple[Var, tuple[Any, ...]]]
Getter = Callable[[], Any]
ORDER = {"plain": 0, "star": 1, "keyword": 2, "stars": 3}


@dataclass
class Compiled:
    """A specialised derivative: the function, its text, what it reads from outside."""

    function: Callable[..., Any]
    text: str
    captures: tuple[tuple[str, Getter], ...] = ()
    holds: Callable[[], bool] = lambda: True  # whether what was resolved is still the same
    writes: bool = False  # whether the function writes to its arguments
    by_value: bool = False  # whether it holds for these ints and sizes alone
    second: Callable[..., Any] | None = None  # a pullback or tangent map
    layout: Any = None
    stages: Stages = field(default_factory=Stages)
    program: Program | None = None
    primal: Callable[..., Any] | None = None
    exact: Callable[[], Compiled] | None = None  # the same with NumPy's functions throughout
    is_exact: bool = False
    fallback: Callable[[Exception], Compiled] | None = None  # what runs where `function` raises
    key: Any = None  # of the arguments that it was built for
    assumed: Assumed = field(default_factory=dict)  # what holds of its sizes

    def outcomes(self, key: Any) -> tuple[bool, ...]:
        """Whether each of its assumptions holds for the arguments of a key."""
        if not self.assumed:
            return ()
        others = lengths(self.key, key)
        captured = (n for _, get in self.captures for n in sizes_of(key_of(get())))
        if others is None or any(n is None or others.get(n, n) != n for n in captured):
            return (False,) * len(self.assumed)
        return tuple(None not in (m := measured(a, others), n := measured(b, others))
                     and (m == n) is alike for a, b, alike in self.assumed)


def function_name(fun: Any) -> str:
    """The name of a function, or of a derivative, in printed text."""
    transform = getattr(fun, "__astgrad__", None)
    if transform is not None:
        return f"{function_name(transform.fun)}_{transform.kind}"
    name = getattr(innermost(fun), "__name__", None) or type(fun).__name__
    return name if name.isidentifier() else "f"


def made(program: Program, text: Text, *names: str) -> Compiled:
    """Compile a module; its first function is the derivative."""
    functions = compile_module(text, names)
    captures = tuple((name, get) for _, name, get in outside(program))
    holds = checker_of(program, captures)
    return Compiled(functions[0], text.source, captures, holds, bool(program.written),
                    program.by_value,
                    second=functions[1] if len(functions) > 1 else None)


def checker_of(program: Program, captures: Captures) -> Callable[[], bool]:
    contents = tuple(("", get) for get in program.contents)
    return checker(tuple(program.guards), (*captures, *contents))


def prepared(transform: Transform, args: tuple[Any, ...], kwargs: dict[str, Any]
             ) -> tuple[Program, str, tuple[Op, ...], tuple[Arg, ...], Stages]:
    """Lower, differentiate and optimise a derivative that is called as the primal is."""
    names = parameter_names(transform.fun)

    def body(lo: Any, positional: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        fun, node = lo.known(transform.fun), lo.frame.source.node
        return derive(lo, transform, Call(fun, names, positional, keywords, node, True))

    with transform.whole():
        program = lower(transform.fun, args, kwargs, body)
    name = f"{function_name(transform.fun)}_{transform.kind}"
    stages = Stages()
    stages.note("derivative", program.ops, (program.value,))
    ops, results = simplify(program.ops, (program.value,))
    stages.note("optimised", ops, results)
    return program, name, ops, results, stages


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: most of what is made is kept until the text is there."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def under_options(build: Callable[..., Compiled]) -> Callable[..., Compiled]:
    """A builder that works under the options which its transform has for the whole text."""
    @wraps(build)
    def built(transform: Transform, *args: Any) -> Compiled:
        with transform.whole(), uncollected():
            return build(transform, *args)

    return built


@deep()
@under_options
def build(transform: Transform, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Compiled:
    """The printed and compiled derivative."""
    program, name, ops, results, stages = prepared(transform, args, kwargs)
    printed = print_program(program, name, parameters_of(program), leaves_of(program), ops, results)
    compiled = made(program, module_text(printed), name)
    compiled.stages, compiled.program = stages, program
    return with_exact(compiled, transform, ops, lambda: build(transform, args, kwargs))


def with_exact(compiled: Compiled, transform: Transform, ops: tuple[Op, ...],
               again: Callable[[], Compiled]) -> Compiled:
    """The derivative, and how to make its exact text if it may be run a second time."""
    if not any(has_effect(op, REPEATED) for op in ops if not is_mark(op)):
        compiled.exact = cache(lambda: exact_text(again))
        compiled.primal = transform.fun
    return compiled


def exact_text(again: Callable[[], Compiled]) -> Compiled:
    """A derivative without `math.*` in NumPy's place: inf and nan where NumPy has them."""
    with exactly(True, after_error=True):
        made = again()
    made.exact, made.is_exact = None, True
    return made


def leaves_of(program: Program) -> Leaves:
    leaves = [(leaf.var, leaf.path) for leaf in program.leaves]
    return leaves + [(var, (name,)) for var, name, _ in outside(program)]


def outside(program: Program) -> list[tuple[Var, str, Getter]]:
    """What is read from outside: the variable, its parameter's name, how to get it."""
    taken, found = set(program.structure), []
    for capture in program.captures:
        name = unique(capture.name, taken.__contains__)
        taken.add(name)
        found.append((capture.var, name, capture.get))
    return found


def parameters_of(program: Program, *more: Parameter) -> list[Parameter]:
    defaults = {name: repr(value) for name, value in program.defaults.items()}
    parameters = [Parameter(n, program.kinds.get(n, "plain"), defaults.get(n, ""))
                  for n in program.structure]
    parameters += [*more, *(Parameter(name, "keyword") for _, name, _ in outside(program))]
    return with_last_defaults(sorted(parameters, key=lambda p: ORDER[p.kind]))


def with_last_defaults(parameters: list[Parameter]) -> list[Parameter]:
    """Defaults of positional parameters only where all after them have one."""
    without = [i for i, p in enumerate(parameters) if p.kind == "plain" and not p.default]
    last = max(without, default=-1)
    return [replace(p, default="") if i < last else p for i, p in enumerate(parameters)]


def print_program(program: Program, name: str, parameters: list[Parameter], leaves: Leaves,
                  ops: tuple[Op, ...], results: tuple[Arg, ...],
                  definitions: Definitions | None = None) -> Printed:
    """Decide ownership, and print one function; those that it calls are `definitions`."""
    ops, results, sharing = finish(merged_outers(ops, results), results,
                                   tuple(var for var, _ in leaves))
    doc = written_for(program) if program.by_value else ""
    called = (definitions or Definitions()).of(ops, {name, *(p.name for p in parameters)})
    printed = print_function(name, doc, parameters, leaves, ops, results, sharing,
                             functions=called.names)
    return replace(printed, functions=called.printed)


def written_for(program: Program) -> str:
    """What a text without loops holds for: a docstring."""
    parts = [f"{name} = {value.value}" for name, value in program.structure.items()
             if isinstance(value, Const) and isinstance(value.value, int)]
    parts += [f"{access_text(leaf.path)} of shape {leaf.var.fact.shape}"
              for leaf in program.leaves if leaf.var.fact.kind == "array"]
    return f"Written out for {', '.join(parts)}."


def access_text(path: tuple[Any, ...]) -> str:
    return ast.unparse(access(path))
