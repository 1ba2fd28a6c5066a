"""`rule`: derivatives for functions that astgrad cannot read, such as those of C extensions."""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Callable
from typing import Any

from astgrad.errors import RuleError, Span


def rule(call: str, function: Callable[..., Any] | None = None, /, *,
         vjp: Callable[..., Any] | None = None, jvp: Callable[..., Any] | None = None,
         kind: str = "", at: str = "", example: tuple[Any, ...] | None = None,
         **derivatives: str) -> None:
    """Give a function its derivative, as a row of the table or as ordinary functions.

    `call` names the function and its parameters, `"fast.f(x, y, scale=1.0)"`; `function` is
    the function itself where no import leads to it.  The derivatives are

    - an expression for each parameter: the partial derivative of a function that acts on
      each element, or, where it mentions `g`, what the result's adjoint g contributes to
      the parameter's.  `ans` is the result; all functions in it need rows themselves;
    - or `vjp(g, ans, *args)`, which returns a tuple with the adjoint of each argument, None
      for those without one, and `jvp(tangents, ans, *args)`, the result's tangent: ordinary
      functions, read by astgrad.  One of them is enough for both modes.

    The function changes no argument, and its result is new memory.  It is called with small
    numbers and arrays, to see what its results are.

    `kind` says more than that: "linear" (each expression is a transpose: second derivatives
    are zero), "bilinear", "constant" (no derivative).  With `example` arguments the rule is
    checked against differences at once.  A second rule for a function replaces the first.
    A mistake is a `RuleError`, a ValueError, at this call.

    >>> import math, numpy as np, astgrad
    >>> gauss = np.frompyfunc(lambda x: math.exp(-x * x), 1, 1)  # stands for one written in C
    >>> astgrad.rule("gauss(x)", gauss, x="-2.0 * x * ans", example=(0.5,))
    >>> astgrad.grad(lambda x: 3.0 * gauss(x))(0.0)
    -0.0
    """
    caller = sys._getframe(1)  # noqa: SLF001 - the place of the row
    try:
        row, former = made(call, function, vjp, jvp, kind, at, derivatives)
        try:
            check_expressions(row)
            if example is not None:
                check_example(row, example)
        except BaseException:
            restore(row, former)
            raise
    except RuleError as error:
        place = span(caller.f_code.co_filename, caller.f_lineno)
        raise error.at(place) if place else error from error.__cause__


def span(filename: str, line: int) -> Span | None:
    text = linecache.getline(filename, line).rstrip("\n")
    indent = len(text) - len(text.lstrip())
    return Span(filename, line, indent, line, len(text), text) if text else None


def made(call: str, function: Any, vjp: Any, jvp: Any, kind: str, at: str,
         derivatives: dict[str, str]) -> tuple[Any, Any]:
    """The row, and the one that it replaces."""
    import astgrad.language  # noqa: F401 - what expressions may mention
    from astgrad.rules.own import KINDS, Own, own_row

    own = None if vjp is None and jvp is None else Own(vjp, jvp)
    if own is not None and (kind or derivatives):
        raise RuleError(f"the row {call!r} has functions and {kind or 'expressions'}: give one")
    kind = kind or ("constant" if own else kind_of(call, derivatives))
    if kind not in KINDS:
        raise RuleError(f"the row {call!r}: kind is {kind!r}, and may be {', '.join(KINDS)}")
    if (kind == "constant") == bool(derivatives):
        raise RuleError(f"the row {call!r}: " + (
            "a constant has no derivatives" if derivatives else f"a {kind} row needs derivatives"))
    return own_row(call, function, kind, own, at, derivatives)


def kind_of(call: str, derivatives: dict[str, str]) -> str:
    """Partial derivatives, or contributions of g, as the expressions say."""
    if not derivatives:
        raise RuleError(f"the row {call!r} has no derivative: give an expression for a parameter, "
                        "vjp=, jvp=, or kind=\"constant\"")
    mentions = {"g" in names(text, call) for text in derivatives.values()}
    if len(mentions) > 1:
        raise RuleError(f"the row {call!r}: some of its expressions mention g and some do not")
    return "general" if mentions.pop() else "elementwise"


def names(text: str, call: str) -> set[str]:
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, AttributeError):
        raise RuleError(f"the row {call!r}: {text!r} is not an expression") from None
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def restore(row: Any, former: Any) -> None:
    from astgrad.rules import table

    del table.ROWS[row.name]
    if former is not None:
        table.ROWS[row.name] = former
    table.BY_FUNCTION.clear()


def check_expressions(row: Any) -> None:
    """All names are parameters, all calls have rows: the expressions are put into a block."""
    from astgrad.analysis.builder import DIRECTIVES, Builder
    from astgrad.ir.core import Var
    from astgrad.ir.fact import REAL
    from astgrad.rules import table

    env: dict[str, Any] = {name: Var(name, REAL) for name in (*row.params, "ans", "g")}
    for param, expression in row.derivatives.items():
        for node in ast.walk(expression):
            if isinstance(node, ast.Call):
                known_call(row, node, env, {*table.ROWS, *DIRECTIVES})
            elif isinstance(node, ast.Name) and not known_name(node.id, env):
                raise RuleError(f"the row {row.text!r}, {param}: {node.id!r} is no parameter "
                                f"(there are {', '.join(env)})")
        try:
            if not later(expression, table.ROWS | DIRECTIVES):
                Builder().expand(expression, env)
        except RuleError as error:
            raise RuleError(f"the row {row.text!r}, {param}: {error}") from None


def known_name(name: str, env: dict[str, Any]) -> bool:
    from astgrad.analysis.builder import DIRECTIVES
    from astgrad.rules import table

    roots = {row.split(".")[0].split(" ")[0] for row in (*table.ROWS, *DIRECTIVES)}
    return name in env or name in table.MODULES or name in roots or name in sys.modules


def known_call(row: Any, node: ast.Call, env: dict[str, Any], known: set[str]) -> None:
    """A function in an expression has a row, or may have one later."""
    name = ast.unparse(node.func)
    if isinstance(node.func, ast.Attribute) and name.split(".")[0] in env:
        name = f".{node.func.attr}()"
    if name not in known and not importable(name):
        raise RuleError(f"the row {row.text!r} mentions {name!r}, which has no row")


def importable(name: str) -> bool:
    from astgrad.rules.own import found

    try:
        root, *rest = name.split(".")
        return bool(rest) and root not in ("np", "math") and callable(found(name, name))
    except RuleError:
        return False


def later(expression: ast.expr, known: Any) -> bool:
    """Whether an expression calls a function whose own rule is still to come."""
    calls = [ast.unparse(n.func) for n in ast.walk(expression) if isinstance(n, ast.Call)]
    return any(name not in known and importable(name) for name in calls)


def check_example(row: Any, example: tuple[Any, ...]) -> None:
    """The rule against differences, in both modes."""
    import numpy as np

    from astgrad.api.checks import GradientError, check_grads

    result = row.function(*example)
    arrays = [arg for arg in example if isinstance(arg, np.ndarray)]
    if isinstance(result, np.ndarray) and any(np.may_share_memory(result, a) for a in arrays):
        raise RuleError(f"the row {row.text!r}: the result shares memory with an argument")
    try:
        check_grads(row.function, tuple(example), order=1)
    except GradientError as error:
        raise RuleError(f"the rule of {row.text!r} is wrong at its example: {error}") from error
