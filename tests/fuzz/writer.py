"""What every part of the generator shares: features, names, scopes, indices, alias groups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

from .draw import Arr, Block, Draw, Fun, Int, Kind, Lst, Row, Scope, Var

K = TypeVar("K", bound=Kind)
HOSTILE = (
    *("x_bar", "x_dot", "x_saved", "g", "ans", "t_bar", "d", "f_grad", "tape", "trips", "out", "_", "vjp"),
    *("stop", "seed", "x_0", "x1", "f_reverse", "numpy", "i", "s_bar_dot", "l", "result", "done"),
)


class Writer:
    """The state of one program that is being written."""

    def __init__(self, draw: Draw, features: frozenset[str]) -> None:
        self.draw, self.features = draw, features
        self.used: set[str] = set()
        self.taken: set[str] = {"f", "np", "math", "x", "y", "A", "B", "n", "m", "s", "t"}
        self.helpers: dict[str, Fun] = {}
        self.group = 0
        self.scope = Scope()

    # features and names

    def on(self, feature: str, p: float = 1.0) -> bool:
        """Whether to use a feature here; counts it as used."""
        if feature in self.features and self.draw.chance(p):
            self.used.add(feature)
            return True
        return False

    def first(self, rows: list[Row]) -> str | None:
        """The text of a row drawn by weight, among those that are allowed and apply."""
        rows = [row for row in rows if not row[1] or row[1] in self.features]
        while rows:
            row = self.draw.weighted([(row[0], row) for row in rows])
            text = row[2]()
            if text is not None:
                self.used.add(row[1] or "numbers")
                return text
            rows.remove(row)
        return None

    def fresh(self, hint: str) -> str:
        if self.on("hostile_names", 0.06):
            free = [name for name in HOSTILE if name not in self.taken]
            if free:
                self.taken.add(name := self.draw.pick(free))
                return name
        number = 1
        while f"{hint}{number}" in self.taken:
            number += 1
        self.taken.add(f"{hint}{number}")
        return f"{hint}{number}"

    def const(self, low: float = 0.1, high: float = 1.4) -> str:
        value = self.draw.uniform(low, high)
        return str(-value) if self.draw.chance(0.2) else str(value)

    # scopes

    def emit(self, line: str) -> None:
        self.scope.block.append(line)

    def emit_block(self, header: str, body: Block) -> None:
        self.scope.block.append((header, body or ["pass"]))

    @contextmanager
    def inside(self, block: Block, deeper: int = 1) -> Iterator[None]:
        """Write into `block`; names that it binds are gone afterwards, list lengths are the least."""
        before, outer = dict(self.scope.names), self.scope.block
        self.scope.block, self.scope.depth = block, self.scope.depth + deeper
        yield
        self.scope.block, self.scope.depth = outer, self.scope.depth - deeper
        after = self.scope.names
        self.scope.names = {name: _least(var, after.get(name, var)) for name, var in before.items()}

    def bind(self, name: str, kind: Kind, groups: frozenset[int] | None = None, **flags: bool) -> None:
        """Bind a name; a rebinding under a condition keeps the old group too, which makes it ambiguous."""
        if groups is None:
            self.group += 1
            groups = frozenset({self.group})
        old = self.scope.names.get(name)
        if old is not None and self.scope.depth:
            groups = groups | old.groups
        self.scope.names[name] = Var(kind, groups, **flags)

    def names(self, kind: type[K]) -> list[tuple[str, K]]:
        return [(name, var.kind) for name, var in self.scope.names.items() if isinstance(var.kind, kind)]

    def rebindable(self, kind: type[K]) -> list[tuple[str, K]]:
        return [(name, k) for name, k in self.names(kind) if self.scope.names[name].rebind]

    def writable(self) -> list[tuple[str, Arr]]:
        """Arrays whose storage is known for sure, so that a write to them may be differentiated."""
        names = self.scope.names
        arrays = [var for var in names.values() if isinstance(var.kind, Arr)]
        unclear = frozenset().union(*(var.groups for var in arrays if len(var.groups) > 1))
        found = [(name, var) for name, var in names.items() if isinstance(var.kind, Arr) and var.write]
        clear = [(name, var.kind) for name, var in found if not var.groups & unclear]
        if len(found) > len(clear) and self.on("ambiguous", 0.1):
            return [(name, var.kind) for name, var in found]  # type: ignore[misc]
        return clear  # type: ignore[return-value]

    # indices

    def int_index(self, n: int) -> str:
        """Text of an index into an axis of length n."""
        draw = self.draw
        ints = [(name, k) for name, k in self.names(Int)]
        if ints and draw.chance(0.75):
            name, k = draw.pick(ints)
            forms = [f"{name} % {n}", f"({name} + {draw.between(1, 3)}) % {n}"]
            if 0 <= k.low and k.high < n:
                forms += [name] * 8 + [f"-1 - {name}", f"{n - 1} - {name}"]
            if 1 <= k.low and k.high <= n:
                forms += [f"{name} - 1"] * 4 + [f"-{name}"]
            if -1 <= k.low and k.high < n - 1:
                forms += [f"{name} + 1"] * 4
            return draw.pick(forms)
        return str(draw.below(n)) if draw.chance(0.7) else str(-draw.between(1, n))

    def slice_of(self, n: int, m: int) -> str:
        """Text of a slice that takes m of n items."""
        draw, forms = self.draw, []
        a = draw.below(n - m + 1)
        forms += [f"{a}:{a + m}"]
        forms += [f":{m}"] if a == 0 else []
        forms += [f"{a}:", f"-{m}:"] if a + m == n else [f"{a}:-{n - a - m}"]
        if m == n:
            forms += [":"] * 3
        if m == n and self.on("negative_steps", 0.15):
            return "::-1"
        if 1 < m < n and 2 * m - 1 <= n and self.on("strided", 0.5):
            a = draw.below(n - 2 * m + 2)
            stop = a + 2 * m - 1
            return f"{a}::2" if stop + 1 >= n else f"{a}:{stop}:2"
        if m < n and self.on("negative_steps", 0.15):
            return f"{a + m - 1}::-1" if a == 0 else f"{a + m - 1}:{a - 1}:-1"
        for name, k in self.names(Int):
            if 0 <= k.low and k.high + m <= n and draw.chance(0.4):
                return f"{name}:{name} + {m}"
        return draw.pick(forms)

    def index(self, shape: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
        """Text of a basic index, and the shape that it leaves."""
        parts: list[str] = []
        left: list[int] = []
        for n in shape:
            if not self.features & {"slices"} or self.draw.chance(0.45):
                parts.append(self.int_index(n))
            else:
                self.used.add("slices")
                m = n if self.draw.chance(0.4) else self.draw.between(min(2, n), n)
                parts.append(self.slice_of(n, m))
                left.append(m)
        if len(parts) == 2 and parts[1] == ":" and self.draw.chance(0.6):
            parts.pop()
        elif parts == [":"] and self.on("ellipsis", 0.3):
            parts = ["..."]
        elif len(parts) == 2 and parts[0] == ":" and self.on("ellipsis", 0.3):
            parts[0] = "..."
        return ", ".join(parts), tuple(left)


def _least(before: Var, after: Var) -> Var:
    if isinstance(before.kind, Lst) and isinstance(after.kind, Lst):
        return replace(after, kind=Lst(before.kind.item, min(before.kind.count, after.kind.count)))
    return after

