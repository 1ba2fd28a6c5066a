"""Random programs of the language that astgrad reads: `generate(seed) -> Case`.

Well-typed (kinds and shapes are tracked while writing), numerically tame, smooth at their arguments. The same
seed, features and size give the same program in every process and on every Python.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .case import HEADER, Case
from .draw import NUM, Arr, Block, Dct, Draw, Int, Kind, Lst, Scope, Tup, Var, render
from .functions import Functions
from .paths import RECORD
from .primal import accepted

# fmt: off
ALL = frozenset("""
    vectors matrices slices strided negative_steps ellipsis newaxis elements element_writes slice_writes
    augmented overlap aliases views kept_views copies masks int_index repeats np_writes walrus chain ints del ambiguous
    lists nested_lists dicts tuples swap starred comprehensions
    int_branches float_branches chained bool_operators ternary
    loops while_loops jumps loop_else early_return few_trips reversed strided_ranges enumerate zip
    names_after_loops promote with_blocks
    helpers helper_writes helper_views recursion function_args keywords calls closures lambdas nonlocal closure_writes
    shadowing hostile_names
    math reductions axis linear cumsum concatenate where kinks array_literals
    container_args constant_args shared_args layouts
    some_paths first_trip none_first state_tuples mixed_containers records complex_numbers defaults sorting
""".split())
# fmt: on
RARE = frozenset({"ambiguous", "shared_args", "closure_writes"})  # may rightly be refused
ATTEMPTS = 200


class Program(Functions):
    """The text of one module, with helpers and f, and the arguments for f."""

    def build(self, size: int) -> tuple[str, tuple[Any, ...], tuple[int, ...]]:
        d = self.draw
        names, args, argnums = self.arguments()
        kinds: list[Kind] = [var.kind for var in names.values() if isinstance(var.kind, Arr | type(NUM))]
        blocks: list[tuple[str, Block]] = []
        helpers = d.weighted([(6, 0), (3, 1), (0.5, 2)]) if size < 6 else d.between(0, 3)
        for _ in range(helpers if self.features & {"helpers", "helper_writes", "helper_views"} else 0):
            blocks.append(self.helper(kinds))
        self.taken |= set(names) | set(self.helpers)
        self.scope = Scope(names, budget=size)
        while self.scope.budget > 0:
            self.statement()
            if d.chance(0.3):
                self.call_uncalled()
        self.call_uncalled()
        self.emit(f"return {self.total()}")
        blocks.append((f"def f({', '.join(names_of(args))}):", self.scope.block))
        lines = [HEADER.rstrip(), *(["", RECORD.rstrip()] if self.records else [])]
        for header, block in blocks:
            lines += ["", "", header, *render(block, 1)]
        return "\n".join(lines) + "\n", tuple(args.values()), argnums

    def call_uncalled(self) -> None:
        """A call of a helper that f has not called yet, if there is one."""
        text = "\n".join(render(self.scope.block))
        idle = {name: fun for name, fun in self.helpers.items() if f"{name}(" not in text}
        everything, self.helpers = self.helpers, idle
        if idle:
            calls = [self.call_writer, self.call_viewer, self.call_pair, self.call_value]
            self.first([(1, "helpers", call) for call in calls])
        self.helpers = everything

    def returned(self) -> str:
        if self.scope.result == NUM and not self.scope.nested and self.draw.chance(0.5):
            return f"return {self.total()}"
        return super().returned()

    # arguments

    def arguments(self) -> tuple[dict[str, Var], dict[str, Any], tuple[int, ...]]:
        """Parameters with their kinds, values, and which are differentiated."""
        d = self.draw
        names: dict[str, Var] = {}
        args: dict[str, Any] = {}
        still: set[str] = set()

        def add(name: str, kind: Kind, group: int | None = None) -> None:
            self.group += 1
            names[name] = Var(kind, frozenset({group or self.group}))
            args[name] = self.argument(kind)

        vectors, n, m = "vectors" in self.features, d.between(3, 5), d.between(2, 4)
        if vectors and d.chance(0.9):
            add("x", Arr((n,)))
            if d.chance(0.35):
                add("y", Arr((d.pick((n, n, m)),)))
        if self.on("matrices", 0.4):
            add("A", Arr(d.pick(((n, m), (m, n), (n, n)))))
        if not args or d.chance(0.7):
            add("s", NUM)
        if d.chance(0.2) or not args:
            add("t", NUM)
        if self.on("container_args", 0.18):
            name, kind = self._container(Arr((n,)) if vectors else NUM)
            add(name, kind)
        if self.on("constant_args", 0.2) and vectors:
            add("c", Arr((n,)))
            still.add("c")
            if self.on("shared_args", 0.25):
                add("e", Arr((n,)), group=self.group)
                args["e"] = args["c"]
                still.add("e")
        if d.chance(0.45):
            value = d.weighted([(1.0, 0), (1.0, 1), (2.0, 2), (3.0, 3), (1.0, 4)])
            names["n"], args["n"] = Var(Int(value, value)), value
            still.add("n")
        if len(args) - len(still) > 1 and d.chance(0.15):
            still.add(d.pick([name for name in args if name not in still]))
        order = d.shuffled(list(args)) if d.chance(0.3) else list(args)
        names, args = {k: names[k] for k in order}, {k: args[k] for k in order}
        return names, args, tuple(i for i, name in enumerate(order) if name not in still)

    def _container(self, array: Kind) -> tuple[str, Kind]:
        item, other = self.draw.pick((array, NUM)), self.draw.pick((array, NUM))
        rows: list[tuple[str, str, Kind]] = [
            ("lists", "xs", Lst(item, self.draw.between(1, 3))),
            ("dicts", "d", Dct((("a", item), ("b", other)))),
            ("dicts", "w", Dct((("w", array), ("b", NUM), ("cat", item)))),
            ("tuples", "p", Tup((item, other))),
        ]
        allowed = [(name, kind) for feature, name, kind in rows if feature in self.features]
        return self.draw.pick(allowed) if allowed else ("t2", NUM)

    def argument(self, kind: Kind) -> Any:
        match kind:
            case Arr(shape):
                count = int(np.prod(shape))
                array = np.array([self.entry() for _ in range(count)]).reshape(shape)
                return np.asfortranarray(array) if len(shape) == 2 and self.on("layouts", 0.15) else array
            case Lst(item, count):
                return [self.argument(item) for _ in range(count)]
            case Tup(items):
                return tuple(self.argument(item) for item in items)
            case Dct(items):
                return {key: self.argument(item) for key, item in items}
        return self.entry()

    def entry(self) -> float:
        value = self.draw.uniform(0.15, 1.35, digits=3)
        return -value if self.draw.chance(0.35) else value


def names_of(args: dict[str, Any]) -> list[str]:
    return list(args)


def generate(seed: int, features: frozenset[str] = ALL, size: int | None = None) -> Case:
    """The program of a seed.

    `size` is the number of statements to aim at (their nested ones included); by default half of the programs
    are small. A program that does not run, is not tame or not smooth is replaced by one of a derived seed.
    """
    if unknown := features - ALL:
        raise ValueError(f"unknown features: {', '.join(sorted(unknown))}")
    if size is None:
        first = Draw(seed)
        size = first.between(2, 5) if first.chance(0.6) else first.between(6, 22)
    for attempt in range(ATTEMPTS):
        case = candidate(seed, attempt, features, size)
        if accepted(case):
            return case
    raise RuntimeError(f"no program of seed {seed} was accepted in {ATTEMPTS} attempts")


def candidate(seed: int, attempt: int, features: frozenset[str], size: int) -> Case:
    """The program of an attempt, accepted or not."""
    program = Program(Draw(seed * ATTEMPTS + attempt + 1), features)
    source, args, argnums = program.build(size)
    return Case(seed, source, args, argnums, frozenset(program.used))
