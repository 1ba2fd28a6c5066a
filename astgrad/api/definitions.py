"""The functions that a text defines, beside the one that it is of: their names and texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from astgrad.analysis.sharing import Sharing
from astgrad.emit.module import RESERVED, Parameter, Printed, outer_names, print_function
from astgrad.emit.names import unique
from astgrad.ir.core import Apply, Arg, Block, Op, Var
from astgrad.ir.fact import Fact
from astgrad.ir.walk import all_ops, vars_of
from astgrad.optimise.outline import Match
from astgrad.pipeline import finish, simplify
from astgrad.rules.table import ROWS, Row


@dataclass
class Body:
    """A function as it will be printed."""

    params: tuple[tuple[str, Arg], ...]
    ops: tuple[Op, ...]
    results: tuple[Arg, ...]
    sharing: Sharing


@dataclass(frozen=True)
class Called:
    """What one function calls, directly or not: names and texts."""

    names: dict[Row, str]
    printed: tuple[Printed, ...]


class Definitions:
    """The functions of one module; each has one name in all of it."""

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        self.taken = set(taken) | RESERVED | printed_helpers()
        self.names: dict[Row, str] = {}
        self.alike: dict[Row, Row] = {}  # the first function that does the same
        self.bodies: dict[Row, Body] = {}
        self.printed: dict[Row, Printed] = {}

    def of(self, ops: tuple[Op, ...], taken: set[str]) -> Called:
        """Those that ops call; `taken`: names that mean something else there."""
        rows = list(self.reached(ops, {}))
        blocks = [ops, *(self.bodies[row].ops for row in rows)]
        self.taken |= taken.union(*(outer_names(Block((), b, ())) for b in blocks))
        for row in rows:
            self.settle(row)
        return Called({row: self.names[row] for row in rows},
                      tuple(self.text(row) for row in rows if self.alike[row] is row))

    def settle(self, row: Row) -> None:
        """Name a function, unless one that does the same has a name."""
        if row in self.alike:
            return
        self.alike[row] = next((other for other in self.alike if self.same(row, other)), row)
        if self.alike[row] is row:
            self.names[row] = unique(row.name, self.taken.__contains__)
            self.taken.add(self.names[row])
        self.names[row] = self.names[self.alike[row]]

    def same(self, row: Row, other: Row) -> bool:
        a, b = self.bodies[row], self.bodies[other]
        if row.name != other.name or self.alike[other] is not other:
            return False
        match = Match({**self.alike, row: other}, outline)  # where they call themselves
        one, two = ([arg for _, arg in x.params] for x in (a, b))
        return ([len(vars_of(arg)) for arg in one] == [len(vars_of(arg)) for arg in two]
                and match.bind(tuple(vars_of(*one)), tuple(vars_of(*two)))
                and match.ops(a.ops, b.ops) and match.args(a.results, b.results))

    def reached(self, ops: tuple[Op, ...], seen: dict[Row, None]) -> Iterator[Row]:
        """The functions that ops call, each after those that it calls itself."""
        for op in all_ops(Block((), ops, ())):
            if isinstance(op, Apply) and op.rule.called and op.rule not in seen:
                seen[op.rule] = None
                yield from self.reached(self.body(op.rule).ops, seen)
                yield op.rule

    def body(self, row: Row) -> Body:
        if row not in self.bodies:
            function = row.called
            assert function is not None
            ops, results = simplify(function.block.ops, function.block.results)
            ops, results, sharing = finish(ops, results, tuple(vars_of(*function.args)))
            self.bodies[row] = Body(function.params, ops, results, sharing)
        return self.bodies[row]

    def text(self, row: Row) -> Printed:
        if row not in self.printed:
            body, name = self.body(row), self.names[row]
            used = {*self.names.values()}
            parameters: list[str] = []
            leaves: list[tuple[Var, tuple[object, ...]]] = []
            tuples = set()
            for hint, param in body.params:
                given = unique(hint, (used | RESERVED).__contains__)
                used.add(given)
                parameters.append(given)
                if isinstance(param, Var):
                    leaves.append((param, (given,)))
                else:
                    tuples.add(given)
                    leaves += [(var, (given, k)) for k, var in enumerate(vars_of(param))]
            self.printed[row] = print_function(
                name, "", [Parameter(p, "plain") for p in parameters], leaves, body.ops,
                body.results, body.sharing, functions=self.names, tuples=frozenset(tuples))
        return self.printed[row]


def outline(fact: Fact) -> tuple[str, int | None]:
    """What the text depends on: whether a value is a number, an array, or something else."""
    return "number" if fact.kind == "scalar" else fact.kind, fact.rank


def printed_helpers() -> set[str]:
    """The names of functions that texts define for themselves."""
    return {row.evaluate.__name__ for row in ROWS.values()
            if str(getattr(row.evaluate, "__module__", "")).startswith("astgrad.runtime")
            and row.evaluate is not None}
