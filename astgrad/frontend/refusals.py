"""What cannot be differentiated: raised where it is found, reported with its statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gast

from astgrad import rules
from astgrad.errors import Problem
from astgrad.frontend.state import BOTTOM
from astgrad.ir.core import Op

if TYPE_CHECKING:
    from astgrad.frontend.recursive import Definition

RULES = Path(rules.__file__).parent


class Refusal(Exception):  # noqa: N818 - caught inside, and shown as an error
    """What is wrong at a node; the statement around it adds it to the problems."""

    def __init__(self, problem: Problem | None) -> None:
        super().__init__(problem.message if problem else "")
        self.problem = problem
        self.unrolls = False
        self.unbound = False  # a name that nothing has bound yet: an earlier trip may

    @property
    def wants_values(self) -> bool:
        """Whether it may go away where ints and sizes are known by value."""
        return self.unrolls

    @property
    def in_rule(self) -> bool:
        """Whether the node is in a rule that is a function: the user's call is the place then."""
        span = self.problem.span if self.problem else None
        return span is not None and Path(span.filename).parent == RULES


class Deep(Refusal):
    """A recursion without a known end: all the calls around it are given up."""

    @property
    def wants_values(self) -> bool:
        return True


class Ended(Refusal):
    """No refusal: the path at hand ends in an error, which `op` raises."""

    def __init__(self, op: Op) -> None:
        super().__init__(None)
        self.op = op


def unbound(refusal: Refusal) -> Refusal:
    """Mark the refusal of a name that is read before anything has bound it."""
    refusal.unbound = True
    return refusal


def unknown_key(refusal: Refusal) -> Refusal:
    """Mark a refusal that goes away where a short loop is unrolled."""
    refusal.unrolls = True
    return refusal


def unless_bottom(defining: Mapping[int, Definition], run: Callable[[], Any]) -> Any:
    """What `run` gives; nothing yet, where it needs what a recursive call gives that is defined."""
    try:
        return run()
    except Refusal as refusal:
        first = any(made.result is None for made in defining.values())
        if not (first and refusal.unbound and refusal.problem is None):
            raise
        return BOTTOM


def describe(node: gast.AST) -> str:
    return WORDS.get(type(node).__name__, f"`{type(node).__name__.lower()}`")


WORDS = {
    "Try": "`try`", "Match": "`match`", "Yield": "a generator", "YieldFrom": "a generator",
    "Await": "async code", "AsyncFor": "async code", "AsyncWith": "async code",
    "AsyncFunctionDef": "an async function", "ClassDef": "a class definition",
    "Global": "a write to a global", "Set": "a set", "SetComp": "a set",
    "GeneratorExp": "a generator expression", "TryStar": "`try`",
}  # fmt: skip


def rewrite(node: gast.AST) -> str:
    return FIXES.get(type(node).__name__, "")


FIXES = {
    "Try": "test the condition with `if` instead of catching the error",
    "TryStar": "test the condition with `if` instead of catching the error",
    "Set": "use a list or a tuple, which have an order",
    "SetComp": "use a list, which has an order",
    "Yield": "build a list, and return it", "YieldFrom": "build a list, and return it",
    "Await": "use an ordinary function", "AsyncFor": "use an ordinary loop",
    "AsyncWith": "use an ordinary `with`",
    "Match": "write it as `if`/`elif`",
    "Global": "return the new value, and assign it outside",
    "ClassDef": "define the class at module level",
    "AsyncFunctionDef": "use an ordinary function",
}
