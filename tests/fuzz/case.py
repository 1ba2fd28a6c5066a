"""A program with its arguments, and the arithmetic of structured arguments.

A `Case` is a module text that defines `f`, the arguments of one call, and which of them are differentiated.
`Case.text()` writes it as a file of Python that `read_case` reads back: what a found failure is kept as.
"""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

Leaf = Any  # a float or a float array
HEADER = "import math\n\nimport numpy as np\n"


@dataclass(frozen=True, eq=False)
class Case:
    """One program to differentiate; `f(*args)` is a real number."""

    seed: int
    source: str
    args: tuple[Any, ...]
    argnums: tuple[int, ...]
    features: frozenset[str] = frozenset()

    @property
    def tree(self) -> ast.Module:
        """The statements, for whoever wants to edit them."""
        return ast.parse(self.source)

    def fresh_args(self) -> tuple[Any, ...]:
        """Copies of the arguments: layouts kept, and arrays that are the same object stay so."""
        return copy.deepcopy(self.args)

    def moved(self, direction: list[Leaf], h: float) -> tuple[Any, ...]:
        """Copies of the arguments, a step away in the given direction."""
        args, deltas = list(self.fresh_args()), iter(direction)
        for k in self.argnums:
            args[k] = _moved(args[k], deltas, h)
        return tuple(args)

    def leaves(self) -> list[Leaf]:
        return [leaf for k in self.argnums for leaf in leaves(self.args[k])]

    def direction(self, seed: int) -> list[Leaf]:
        """A random direction: one entry per differentiated leaf, in [-1, 1]."""
        draw = random.Random(seed).uniform
        return [
            np.array([draw(-1, 1) for _ in range(leaf.size)]).reshape(leaf.shape)
            if isinstance(leaf, np.ndarray)
            else draw(-1, 1)
            for leaf in self.leaves()
        ]

    def text(self) -> str:
        """The case as a Python file."""
        names: dict[int, str] = {}
        lines = []
        for array in (leaf for arg in self.args for leaf in leaves(arg) if isinstance(leaf, np.ndarray)):
            if id(array) not in names:
                names[id(array)] = f"ARRAY_{len(names)}"
                order = ', order="F"' if array.ndim > 1 and not array.flags.c_contiguous else ""
                lines.append(f"{names[id(array)]} = np.array({array.tolist()}{order})")
        args = "".join(f"{_written(arg, names)}, " for arg in self.args)
        lines += [f"ARGS = ({args.strip()})", f"ARGNUMS = {self.argnums}", f"SEED = {self.seed}"]
        if names and "import numpy as np" not in self.source:
            lines.insert(0, "import numpy as np\n")
        return self.source.rstrip() + "\n\n\n" + "\n".join(lines) + "\n"


def read_case(text: str) -> Case:
    """The case that `Case.text` wrote."""
    tree = ast.parse(text)
    cut = next(
        i for i, s in enumerate(tree.body)
        if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name)
        and (s.targets[0].id == "ARGS" or s.targets[0].id.startswith("ARRAY_"))
    )  # fmt: skip
    lines = text.splitlines()
    source = "\n".join(lines[: tree.body[cut].lineno - 1]).rstrip() + "\n"
    found: dict[str, Any] = {}
    exec(compile(HEADER + "\n".join(lines[tree.body[cut].lineno - 1 :]), "<case>", "exec"), found)
    return Case(found.get("SEED", -1), source, found["ARGS"], tuple(found["ARGNUMS"]))


def leaves(value: Any) -> Iterator[Leaf]:
    """The floats and float arrays inside a value, in order."""
    match value:
        case bool() | int() | str() | None:
            return
        case dict():
            for item in value.values():
                yield from leaves(item)
        case list() | tuple():
            for item in value:
                yield from leaves(item)
        case np.ndarray() if value.dtype.kind != "f":
            return
        case _:
            yield value


def _moved(value: Any, deltas: Iterator[Leaf], h: float) -> Any:
    match value:
        case bool() | int() | str() | None:
            return value
        case dict():
            return {key: _moved(item, deltas, h) for key, item in value.items()}
        case list() | tuple():
            return type(value)(_moved(item, deltas, h) for item in value)
        case np.ndarray():
            value += h * next(deltas)
            return value
    return value + h * next(deltas)


def _written(value: Any, names: dict[int, str]) -> str:
    match value:
        case np.ndarray():
            return names[id(value)]
        case dict():
            return "{" + ", ".join(f"{key!r}: {_written(item, names)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(_written(item, names) for item in value) + "]"
        case tuple():
            return "(" + "".join(f"{_written(item, names)}, " for item in value).strip() + ")"
    return repr(float(value)) if isinstance(value, float) else repr(value)


def dot(a: list[Leaf], b: list[Leaf]) -> float:
    """The inner product of two lists of leaves."""
    return float(sum(np.sum(np.asarray(x, float) * np.asarray(y, float)) for x, y in zip(a, b, strict=True)))
