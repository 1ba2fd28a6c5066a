"""Out of SSA: which variables share a name, and what the names are.

Updates and loops make versions of one Python variable; versions share a name where their
lives do not overlap.  `Names(block, inline, taken)` maps each variable to its name.
"""

from __future__ import annotations

import keyword
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from astgrad.analysis.updates import is_update
from astgrad.emit.inline import Inline
from astgrad.ir.core import TEMP, TEMPORARY, Apply, Arg, Block, For, If, Op, Var, While, With
from astgrad.ir.walk import args_of, blocks_of, vars_of


@dataclass
class Holder:
    """The variables of a name, and those that are live where one of them is defined."""

    members: set[Var] = field(default_factory=set)
    apart: set[Var] = field(default_factory=set)
    kind: object = None

    def add(self, other: Holder) -> None:
        self.members |= other.members
        self.apart |= other.apart
        self.kind = other.kind


class Names:
    def __init__(self, block: Block, inline: Inline, taken: Iterable[str],
                 fixed: dict[Var, str], entry: Iterable[Var] = (), typed: bool = False) -> None:
        self.inline = inline
        self.typed = typed  # a name stands for values of one type only
        self.apart: dict[Var, set[Var]] = defaultdict(set)
        self.order: dict[Var, int] = {}
        self.parent: dict[Var, Var] = {}
        self.members: dict[Var, list[Var]] = {}
        self.hard: list[tuple[Var, Var]] = []
        self.soft: list[tuple[Var, Var]] = []
        start = {*fixed, *entry}
        for var in (*fixed, *entry):
            self._note(var)
        live = self._block(block, self._uses(*block.results))
        for var in (*fixed, *entry):
            self._define(var, live | start)
        for a, b in self.hard:
            self._merge(a, b)
        for a, b in self.soft:
            if self._alike(a, b):
                self._merge_if_free(a, b)
        self.names = self._choose(set(taken), fixed)

    def __getitem__(self, var: Var) -> str:
        return self.names[self._find(var)]

    # -- lives ----------------------------------------------------------------------------

    def _note(self, var: Var) -> None:
        if var not in self.order:
            self.order[var] = len(self.order)
            self.parent[var] = var
            self.members[var] = [var]

    def _uses(self, *args: Arg) -> set[Var]:
        """Named variables that args read, through inlined expressions."""
        found: set[Var] = set()
        for var in vars_of(*args):
            if var not in self.inline:
                self._note(var)
                found.add(var)
                continue
            op = self.inline.chosen[var]
            found |= self._uses(*args_of(op))
            if isinstance(op, If):
                for block in (op.then, op.orelse):
                    found |= self._uses(*block.results)
        return found

    def _define(self, var: Var, live: set[Var]) -> None:
        """At its definition a variable is apart from all that is live: noted on its side only."""
        self._note(var)
        self.apart[var] |= live

    def _block(self, block: Block, live: set[Var]) -> set[Var]:
        """Scan backwards; what is live before the block."""
        for op in block.ops:
            for out in op.outs:
                if out not in self.inline:
                    self._note(out)
        for op in reversed(block.ops):
            live = self._op(op, live)
        return live

    def _op(self, op: Op, live: set[Var]) -> set[Var]:
        outs = [out for out in op.outs if out not in self.inline]
        if op.outs and not outs:
            return live
        for out in outs:
            self._define(out, live | set(outs))
        after = live - set(outs)
        match op:
            case If() | With():
                blocks = (op.then, op.orelse) if isinstance(op, If) else (op.body,)
                before = set(after)
                for block in blocks:
                    for out, result in zip(op.outs, block.results, strict=True):
                        if isinstance(result, Var) and result not in self.inline:
                            self._note(result)
                            self.soft.append((out, result))
                    before |= self._block(block, after | self._uses(*block.results))
                return before | self._uses(*args_of(op))
            case For() | While():
                return self._loop(op, after)
        if is_update(op) and isinstance(op, Apply):
            target = op.args[op.rule.index(op.rule.writes or "x")]
            if isinstance(target, Var):
                self._note(target)
                if op.rule.of is None:
                    self.hard.append((target, op.outs[0]))
                elif target.name == op.outs[0].name:  # another name for what overwrites it
                    self.soft.append((target, op.outs[0]))
        return after | self._uses(*args_of(op))

    def _loop(self, op: For | While, after: set[Var]) -> set[Var]:
        lead = op.body.params[:1] if isinstance(op, For) else ()
        params = op.body.params[len(lead) :]
        inner = self._free(op.body)
        bounds = self._uses(*op.bounds) if isinstance(op, For) else set()
        if isinstance(op, While):
            inner |= self._free(op.test)
            for p, q in zip(params, op.test.params, strict=True):
                self._note(p)
                self._note(q)
                self.hard.append((p, q))
        through = after | inner
        for p, out, init, result in zip(params, op.outs, op.init, op.body.results, strict=False):
            self._note(p)
            self.hard.append((p, out))
            for other in (result, init):
                if isinstance(other, Var) and other not in self.inline:
                    self._note(other)
                    self.soft.append((p, other))
        end = through | self._uses(*op.body.results)
        if isinstance(op, While):  # after a trip the test reads the parameters again
            end |= set()
        head = self._block(op.body, end)
        if isinstance(op, While):
            head |= self._block(op.test, through | set(params) | self._uses(*op.test.results))
        for var in lead:
            self._define(var, head | through | set(params) | bounds)
        for var, start in zip(params, op.init, strict=True):  # its first value is the bound's too
            self._define(var, head | through | set(params) | (bounds - set(vars_of(start))))
        for target in lead:
            self._define(target, set(op.outs))
        return (through | bounds | self._uses(*op.init)) - set(lead)

    def _free(self, block: Block) -> set[Var]:
        """Named variables from outside that a block reads."""
        made = set(block.params)
        found: set[Var] = set()
        stack = [block]
        while stack:
            current = stack.pop()
            found |= self._uses(*current.results)
            made |= set(current.params)
            for op in current.ops:
                made |= set(op.outs)
                if not (op.outs and all(out in self.inline for out in op.outs)):
                    found |= self._uses(*args_of(op))
                    stack.extend(blocks_of(op))
        return found - made

    # -- sharing names --------------------------------------------------------------------

    def _find(self, var: Var) -> Var:
        while self.parent[var] is not var:
            var = self.parent[var]
        return var

    def _merge(self, a: Var, b: Var) -> None:
        if a in self.inline or b in self.inline:
            return
        a, b = self._find(a), self._find(b)
        if a is b:
            return
        if self.order[b] < self.order[a]:
            a, b = b, a
        self.parent[b] = a
        self.members[a] += self.members.pop(b)

    def _merge_if_free(self, a: Var, b: Var) -> None:
        if a in self.inline or b in self.inline:
            return
        x, y = self._find(a), self._find(b)
        if x is y:
            return
        if not self._clash(self.members[x], self.members[y]):
            self._merge(x, y)

    def _clash(self, some: list[Var], others: list[Var]) -> bool:
        """Whether one of some is live where one of others is."""
        one, two = set(some), set(others)
        return any(not self.apart[m].isdisjoint(two) for m in some) or any(
            not self.apart[m].isdisjoint(one) for m in others)

    def _alike(self, a: Var, b: Var) -> bool:
        """Whether two variables may share a name as far as the reader is concerned."""
        one, two = self._base(a), self._base(b)
        return one == two or one in TEMPORARY or two in TEMPORARY

    def _base(self, var: Var) -> str:
        names = {m.name for m in self.members[self._find(var)]} - set(TEMPORARY)
        return min(names) if len(names) == 1 else var.name

    def _choose(self, taken: set[str], fixed: dict[Var, str]) -> dict[Var, str]:
        chosen: dict[Var, str] = {}
        holders: dict[str, Holder] = defaultdict(Holder)
        for var, name in fixed.items():
            root = self._find(var)
            chosen[root] = name
            holders[name].add(self._holder(root))
        hints = {root: self._hint(members) for root, members in self.members.items()}
        for root in sorted(hints, key=lambda v: ("$" in hints[v], self.order[v])):
            if root in chosen:
                continue
            mine = self._holder(root)
            name = unique(hints[root], partial(self._used, taken, holders, mine))
            chosen[root] = name
            holders[name].add(mine)
        return chosen

    def _holder(self, root: Var) -> Holder:
        members = self.members[root]
        apart = set().union(*(self.apart[m] for m in members if m in self.apart))
        return Holder(set(members), apart, type_of(members[0]) if self.typed else None)

    @staticmethod
    def _used(taken: set[str], holders: dict[str, Holder], mine: Holder, name: str) -> bool:
        if name in taken:
            return True
        other = holders.get(name)
        return other is not None and not (
            mine.kind == other.kind and mine.members.isdisjoint(other.apart)
            and other.members.isdisjoint(mine.apart))

    def _hint(self, members: list[Var]) -> str:
        counts = Counter(m.name for m in members if m.name not in TEMPORARY)
        if counts:
            best = max(counts.values())
            name = next(m.name for m in members if counts.get(m.name) == best)
            if name == "_" and any(self.inline.uses[m] for m in members):
                return "i" if members[0].fact.is_int else TEMP  # `_` takes what nobody reads
            return name
        return members[0].name


def type_of(var: Var) -> object:
    """What a compiler that infers types must not see under one name."""
    fact = var.fact
    if fact.kind == "array" and fact.shape != ():
        return fact.dtype, fact.rank
    return fact.dtype.rstrip("0123456789_") if fact.is_numeric else fact.kind


def unique(hint: str, used: Callable[[str], bool]) -> str:
    """The hint, or the hint with the first number that is free."""
    hint = "".join(c if c.isalnum() or c == "_" else "_" for c in hint.replace("$", "")) or "t"
    if hint[0].isdigit() or keyword.iskeyword(hint):
        hint = f"v_{hint}"
    if not used(hint):
        return hint
    n = 1
    while used(f"{hint}{n}") or (hint[-1].isdigit() and used(f"{hint}_{n}")):
        n += 1
    return f"{hint}_{n}" if hint[-1].isdigit() else f"{hint}{n}"
