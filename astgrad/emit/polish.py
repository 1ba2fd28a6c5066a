"""The last look at a printed function: no heading without statements, no name only to return it.

# forward
# reverse                      # reverse
x_bar = y * 2.0        ->      return y * 2.0
return x_bar
"""

from __future__ import annotations

import ast
from collections import Counter

from astgrad.emit.breaking import STEP, WIDTH
from astgrad.emit.comments import is_heading
from astgrad.emit.text import Comment, source_text


def polished(body: list[ast.stmt]) -> list[ast.stmt]:
    return returned(with_contents(body))


def with_contents(body: list[ast.stmt]) -> list[ast.stmt]:
    """Headings that another heading, or nothing, follows go; in inner blocks too."""
    kept: list[ast.stmt] = []
    for node in reversed(body):
        if is_heading(node) and (not kept or is_heading(kept[-1])):
            continue
        for part in ("body", "orelse"):
            inner = getattr(node, part, None)
            if isinstance(inner, list):
                setattr(node, part, with_contents(inner))
        kept.append(node)
    return kept[::-1]


def returned(body: list[ast.stmt]) -> list[ast.stmt]:
    """`x = e; return x` as `return e`, if that fits a line and x is read nowhere else."""
    if len(body) < 2:
        return body
    *rest, assign, end = body
    match assign, end:
        case (ast.Assign([ast.Name(id=name)], value), ast.Return(ast.Name(id=read))):
            made: ast.expr = value
        case (ast.Assign([ast.Name(id=name)], value),
              ast.Return(ast.Call(func, [ast.Name(id=read)], []))):
            made = ast.Call(func, [value], [])
        case _:
            return body
    if name != read or uses(body)[name] != 2:
        return body
    new = ast.Return(made)
    new.astgrad_span = getattr(assign, "astgrad_span", None)  # type: ignore[attr-defined]
    lines = source_text([new]).splitlines()
    return [*rest, new] if len(lines) == 1 and len(lines[0]) + STEP <= WIDTH else body


def uses(body: list[ast.stmt]) -> Counter[str]:
    """How often each name stands in the text."""
    return Counter(node.id for each in body if not isinstance(each, Comment)
                   for node in ast.walk(each) if isinstance(node, ast.Name))
