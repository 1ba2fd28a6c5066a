"""`derivative_source`, `explain`: what astgrad wrote, and how it came to it."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from astgrad.api.derivative import Derivative
from astgrad.signatures import innermost, signature_of


def derivative_of(fun: Callable[..., Any], argnums: Any, mode: str, **options: Any
                  ) -> Derivative[..., Any]:
    from astgrad.api.functions import grad

    if isinstance(fun, Derivative):
        asked = {key: options[key] for key in ("compile", "parallel", "optimise")
                 if options.get(key) not in (None, False, "text")}
        return Derivative(replace(fun.__astgrad__, **asked)) if asked else fun
    way: Any = mode
    made: Derivative[..., Any] = grad(fun, argnums, mode=way, **options)
    return made


def examples(fun: Any, args: tuple[Any, ...], kwargs: dict[str, Any] | None
             ) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments, or facts from annotations and defaults where none are given."""
    if args or kwargs:
        return args, dict(kwargs or {})
    from astgrad.ir.fact import INT, REAL, Fact

    function = innermost(fun)
    hints = typing.get_type_hints(function) if isinstance(function, types.FunctionType) else {}
    facts: dict[Any, Any] = {
        float: Fact("number", "float"), int: INT, bool: Fact("number", "bool"),
        complex: Fact("number", "complex"), np.ndarray: REAL,
    }
    positional: list[Any] = []
    keywords: dict[str, Any] = {}
    for name, parameter in signature_of(fun).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.default is not parameter.empty and name not in hints:
            value = parameter.default
        else:
            value = facts.get(hints.get(name), REAL)
        if parameter.kind is parameter.KEYWORD_ONLY:
            keywords[name] = value
        else:
            positional.append(value)
    return tuple(positional), keywords


def derivative_source(fun: Callable[..., Any], *example_args: Any,
                      kwargs: dict[str, Any] | None = None, argnums: Any = 0,
                      mode: str = "reverse", debug: bool = False, strong_zero: bool = False,
                      compile: Literal["numba"] | None = None, parallel: bool = False,
                      optimise: Literal["text", "speed"] = "text") -> str:
    """The text of `grad(fun, argnums)` for the kinds of these arguments.

    Without example arguments the kinds come from annotations (float, int, np.ndarray, ...)
    and defaults; the rest are taken as numbers or arrays of unknown rank.

    >>> def square(x: float) -> float:
    ...     return x * x
    >>> print(derivative_source(square, 2.0))
    def square_grad(x):
        # reverse
        return x + x
    <BLANKLINE>
    """
    made = derivative_of(fun, argnums, mode, debug=debug, strong_zero=strong_zero, compile=compile,
                         parallel=parallel, optimise=optimise)
    args, keywords = examples(fun, example_args, kwargs)
    if compile is not None:
        from astgrad.api.compiled import loops_text

        return loops_text(made.__astgrad__, args, keywords)[0].source
    if example_args or kwargs:
        return made.source(*args, **keywords)
    from astgrad.api.build import build

    note = ("# for real numbers or arrays of unknown rank where nothing else is said: pass\n"
            "# example arguments or annotate for a tighter text\n")
    return note + build(made.__astgrad__, args, keywords).text


WHOLLY_NEW = ("function", "lowered", "final")  # stages that share few lines with the one before


class Explanation:
    """Every stage on the way to a derivative, printed as Python; `str` shows all."""

    def __init__(self, stages: list[tuple[str, str]]) -> None:
        self.stages = stages

    def __str__(self) -> str:
        shown, before = [], ""
        for name, text in self.stages:
            changed = text != before
            shown.append(f"# === {name} ===\n" + (text if changed else "# nothing changed\n"))
            if changed and name not in WHOLLY_NEW:
                shown.append(changes(before, text))
            before = text
        return "\n".join(shown)

    def __repr__(self) -> str:
        return str(self)

    def __getitem__(self, name: str) -> str:
        return dict(self.stages)[name]


def changes(before: str, after: str) -> str:
    """Which lines a stage took away and added, as a comment."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    kept = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    return "\n".join(f"# {line}" for line in kept) + "\n"


def explain(fun: Callable[..., Any], *example_args: Any, kwargs: dict[str, Any] | None = None,
            argnums: Any = 0, mode: str = "reverse") -> Explanation:
    """Every stage: the function, lowered, differentiated, after each pass, and the final text.

    Stages before the final text are printed as the IR has them, value by value: `x[i] = v` is
    `x1 = setitem(x, i, v)`.  `str` of the result shows all, each with the lines that it took
    away and added; `explain(...)["derivative"]` is one of them.

    >>> def square(x: float) -> float:
    ...     return 1.0 * x * x
    >>> print(explain(square, 2.0)["derivative"])
    def square_grad(x):
        # forward
        t = x * x
        # reverse
        t_bar = 1.0 * x
        t_bar1 = 1.0 * x
        x_bar = t_bar + t_bar1
        return x_bar
    <BLANKLINE>
    """
    from astgrad.api.stages import stages_of

    made = derivative_of(fun, argnums, mode)
    args, keywords = examples(fun, example_args, kwargs)
    return Explanation(stages_of(made.__astgrad__, args, keywords))
