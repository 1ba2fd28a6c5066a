"""`storage`: what a gradient saves for its reverse sweep, how much of it, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Saved:
    """One value that is saved.

    `variable`: the user's expression; `name`: where the printed text keeps it; `bytes`: of
    its data, in terms of the arguments; `here`: for the example, None if not measured.
    `reason` is "read" (by the derivative of that line) or "overwritten" (by that line).
    """

    variable: str
    name: str
    bytes: str
    here: int | None
    reason: str
    file: str
    line: int
    source: str


class Storage:
    """What a gradient saves: `rows`, `total` for the example arguments; `str` is a table."""

    def __init__(self, title: str, rows: tuple[Saved, ...]) -> None:
        self.title, self.rows = title, rows

    @property
    def total(self) -> int | None:
        """The bytes that all rows take for the example; None if one is not measured."""
        found = [row.here for row in self.rows]
        return None if None in found else sum(here for here in found if here is not None)

    def __str__(self) -> str:
        if not self.rows:
            return f"{self.title} saves nothing"
        lines = [("saved", "bytes", "here", "why")]
        lines += [(row.variable, row.bytes, amount(row.here),
                   f"{row.reason} by {row.file}:{row.line}: {row.source}") for row in self.rows]
        lines.append(("total", "", amount(self.total), ""))
        widths = [max(len(line[k]) for line in lines) for k in range(3)]
        shown = [f"{a:{widths[0]}}  {b:{widths[1]}}  {c:>{widths[2]}}  {d}".rstrip()
                 for a, b, c, d in lines]
        return "\n".join([f"{self.title} saves", *shown])

    def __repr__(self) -> str:
        return str(self)


def amount(here: int | None) -> str:
    return "?" if here is None else f"{here:,}"


def storage(fun: Callable[..., Any], *example_args: Any, kwargs: dict[str, Any] | None = None,
            argnums: Any = 0, mode: str = "reverse") -> Storage:
    """What `grad(fun, argnums)` saves for its reverse sweep.

    A row for each value: its bytes in terms of the arguments and of the trips of loops, the
    bytes for these arguments, and the line that is the reason: the one whose derivative reads
    the value, or that overwrites it.  Bytes are of data; Python adds about 120 to an
    array, and 24 to a number.  What the reverse sweep reads of the caller's own arrays takes
    no room.  The forward sweep is run once at the arguments, if it has no effects.

    >>> def f(x1, x2, x3, x4):
    ...     a = x1 * x2
    ...     b = x3 + x4
    ...     c = a - b
    ...     return c**2
    >>> [(row.variable, row.bytes, row.source) for row in storage(f, 1.0, 2.0, 3.0, 4.0).rows]
    [('c', '8', 'return c**2')]
    """
    from astgrad.api.looking import derivative_of, examples
    from astgrad.api.weighing import report
    from astgrad.errors import ArgumentError

    made = derivative_of(fun, argnums, mode)
    transform = made.__astgrad__
    if transform.kind not in ("grad", "value_and_grad"):
        raise ArgumentError(f"storage tells what grad saves, and was given a {transform.kind}")
    args, keywords = examples(fun, example_args, kwargs)
    given = bool(example_args or kwargs)
    if given:
        args, keywords = made.bind(args, keywords)
    return report(replace(transform, kind="grad"), args, keywords, measured=given)


__all__ = ["Saved", "Storage", "storage"]
