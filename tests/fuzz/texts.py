"""Small questions about shapes, signatures and pieces of text."""

from __future__ import annotations

from .draw import Fun

Shape = tuple[int, ...]


def droppable(source: Shape, shape: Shape) -> list[int]:
    """The axes of `source` that an integer may take so that slices can leave `shape`; -1: none taken."""
    if len(source) == len(shape):
        return [-1] if all(n >= m for n, m in zip(source, shape, strict=True)) else []
    if len(source) != len(shape) + 1:
        return []
    rest = [(axis, source[:axis] + source[axis + 1 :]) for axis in range(len(source))]
    return [axis for axis, left in rest if all(n >= m for n, m in zip(left, shape, strict=True))]


def same_call(a: Fun, b: Fun) -> bool:
    return a.params == b.params and a.result == b.result and a.pure


def piece_fits(source: Shape, shape: Shape) -> bool:
    return bool(droppable(source, shape))


def atom(text: str) -> str:
    """The text, in parentheses unless it binds tighter than any operator."""
    depth = 0
    for at, ch in enumerate(text):
        depth += ch in "([{"
        depth -= ch in ")]}"
        if depth == 0 and (ch in " " or (ch == "-" and at == 0)):
            return f"({text})"
    return text
