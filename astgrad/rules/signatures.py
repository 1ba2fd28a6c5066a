"""Calls as the library reads them: positions, names and defaults of the real function.

A row names its required parameters as it likes and lists the keywords it knows; what a user
gives by position beyond the required ones is what the library's own signature says it is.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Mapping
from typing import Any

from astgrad.rules.table import Row

ABSENT = object()


@functools.cache
def parameters(row: Row) -> tuple[inspect.Parameter, ...]:
    """The parameters of the function that a row stands for; none where Python cannot tell."""
    root, *parts = row.name.split(".")
    target: Any = sys.modules.get({"np": "numpy"}.get(root, root))
    for part in parts:
        target = getattr(target, part, None)
    if target is None or root not in ("np", "scipy") or not parts:
        return ()
    try:
        return tuple(inspect.signature(target).parameters.values())
    except (TypeError, ValueError):
        return ()


def named(row: Row, args: tuple[Any, ...], keywords: Mapping[str, Any]
          ) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The call with what follows the required arguments given by name."""
    positional = [p for p in parameters(row) if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    if row.star is not None or not positional:
        return args, dict(keywords)
    required = [p for p in row.params if p not in row.defaults]
    theirs = {p.name: ours for p, ours in zip(positional, required, strict=False)}
    given = {theirs.get(name, name): value for name, value in keywords.items()}
    more = positional[len(required) : len(args)]
    if len(required) + len(more) < len(args) or any(p.name in given for p in more):
        return args, given
    given |= zip([p.name for p in more], args[len(required) :], strict=True)
    return args[: len(required)], given


def default(row: Row, name: str) -> Any:
    """What the library takes where `name` is not given."""
    for parameter in parameters(row):
        if parameter.name == name:
            return ABSENT if parameter.default is parameter.empty else parameter.default
    return ABSENT
