"""The comments of printed code: the user's statement above what was made from it, headings."""

from __future__ import annotations

import ast
import re

from astgrad.emit.text import Comment
from astgrad.errors import Span

COMPOUND = re.compile(r"(for|while|if|elif|else|with|return|def|lambda|@|async)\b")


def line_of(span: Span | None) -> str:
    """The user's statement on one line; nothing for what is not a simple statement."""
    if span is None:
        return ""
    lines = span.text.split("\n")
    if len(lines) == 1:
        text = lines[0][span.col : span.end_col]
    else:
        text = " ".join([lines[0][span.col :], *lines[1:-1], lines[-1][: span.end_col]])
    text = re.sub(r"\s+", " ", text).strip()
    return "" if COMPOUND.match(text) else text


def heading(text: str) -> Comment:
    """The comment above a sweep."""
    made = Comment(text)
    made.astgrad_heading = True  # type: ignore[attr-defined]
    return made


def is_heading(node: ast.stmt) -> bool:
    return getattr(node, "astgrad_heading", False)
