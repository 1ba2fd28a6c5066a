"""Which storages variables share, and which writes would be seen by somebody else.

A storage is an id: a parameter's (foreign), that of the op that made it, or that of a
value a loop carries.  What a loop made in earlier trips is `old`: another storage than
what this trip makes.  A carried value that the body writes must come in owned, and is
then a storage of its own.
"""

from __future__ import annotations

from typing import Any

from astgrad.analysis.findings import Finding
from astgrad.analysis.indexing import is_basic
from astgrad.analysis.overlap import Counters, clobbers
from astgrad.analysis.products import computes
from astgrad.analysis.updates import is_soft, is_update, writes_items
from astgrad.ir.core import Apply, Arg, Block, Const, For, If, Op, Pack, Var, While, With
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import args_of, blocks_of, free_in_block, vars_of

Ids = frozenset[Any]
NONE: Ids = frozenset()
READONLY = ("readonly",)
COPIES = (".copy()", "copied_any", "copied", "copied_items")
KINDS = ("array", "list", "unknown", "tuple")


class Sharing:
    def __init__(self, block: Block, foreign: tuple[Var, ...]) -> None:
        self.own: dict[Var, Ids] = {}
        self.hold: dict[Var, Ids] = {}
        self.written: set[Any] = set()
        self.deep: set[Any] = set()  # carried lists whose items are written to
        self.appends: list[tuple[Apply, Ids, Ids]] = []
        self.twice: dict[Any, Apply] = {}  # what puts into a list what it may hold already
        self.makers: dict[Var, Apply] = {}
        self.locals: dict[Op, set[Any]] = {}
        self.counters = Counters(self.makers.get)
        self.foreign = {("param", v) for v in foreign} | {READONLY}
        for var in foreign:
            if var.fact.kind in KINDS:
                self.own[var] = frozenset({("param", var)})
                if var.fact.kind != "array":
                    self.hold[var] = frozenset({("param", var)})
        given = dict(self.own), dict(self.hold)
        while True:
            self.own, self.hold = map(dict, given)
            self.findings: list[Finding] = []
            self.appends.clear()
            before = len(self.written) + len(self.deep)
            self.block(block, set(vars_of(*block.results)), ())
            if len(self.written) + len(self.deep) == before:
                break
        self.check_results(block)

    def ids(self, arg: Arg) -> Ids:
        if type(arg) is Var:
            return self.own.get(arg, NONE)
        return NONE.union(*[self.own.get(v, NONE) for v in vars_of(arg)])

    def held(self, arg: Arg) -> Ids:
        if type(arg) is Var:
            return self.hold.get(arg, NONE)
        return NONE.union(*[self.hold.get(v, NONE) for v in vars_of(arg)])

    def touched(self, arg: Arg) -> Ids:
        return self.ids(arg) | self.held(arg)

    # -- blocks and ops ------------------------------------------------------------------

    def block(self, block: Block, live: set[Var], loops: tuple[Any, ...]) -> None:
        after: list[set[Var]] = []  # for what asks: updates, and ops with blocks
        now = set(live)
        for op in reversed(block.ops):
            asks = type(op) is not Apply or op.rule.writes is not None
            after.append(set(now) if asks else now)
            now.difference_update(op.outs)
            now.update(vars_of(*args_of(op)))
            for inner in blocks_of(op):
                now.update(free_in_block(inner))
        for op, later in zip(block.ops, reversed(after), strict=True):
            self.op(op, later, loops)

    def op(self, op: Op, live: set[Var], loops: tuple[Any, ...]) -> None:
        match op:
            case Apply():
                self.apply(op, live)
            case If():
                for block in (op.then, op.orelse):
                    inner = live - set(op.outs) | set(vars_of(*block.results))
                    self.block(block, inner, loops)
                for i, out in enumerate(op.outs):
                    pair = (op.then.results[i], op.orelse.results[i])
                    self.own[out] = self.ids(pair[0]) | self.ids(pair[1])
                    self.hold[out] = self.held(pair[0]) | self.held(pair[1])
            case With():
                inner = live - set(op.outs) | set(vars_of(*op.body.results))
                self.block(op.body, inner, loops)
                for out, arg in zip(op.outs, op.body.results, strict=True):
                    self.own[out], self.hold[out] = self.ids(arg), self.held(arg)
            case For() | While():
                self.loop(op, live, loops)

    def apply(self, op: Apply, live: set[Var]) -> None:
        name = op.rule.name
        if len(op.outs) == 1:
            self.makers[op.outs[0]] = op
        if is_update(op):
            self.update(op, live)
            return
        for out in op.outs:
            if out.fact.kind in KINDS and name not in (".shape", "np.shape"):
                self.own[out], self.hold[out] = self.made(op, out, name)

    def made(self, op: Apply, out: Var, name: str) -> tuple[Ids, Ids]:
        fresh = frozenset({("op", out)})
        if name in (".copy()", "copied_any") and out.fact.kind != "list":
            return fresh, NONE
        if op.rule.called:  # its text shares nothing: it is judged by itself
            return fresh, frozenset({("items", out)})
        if name in ("copied", "copied_any"):
            return fresh, self.held(op.args[0])
        if name in ("copied_items", "zeros_list"):
            return fresh, frozenset({("items", out)})
        if name == "[]":
            source = op.args[0]
            kind = source.fact.kind if isinstance(source, Var) else "tuple"
            if kind in ("list", "tuple"):
                return self.held(source), self.held(source)
            return (self.ids(source) if is_basic(op.args[1]) else fresh), NONE
        if op.rule.kind == "opaque":
            return fresh.union(*(self.touched(arg) for arg in op.args)), NONE
        alias = op.rule.alias
        if alias is not None and not computes(op):
            source = op.args[op.rule.index(alias.rstrip("?!*"))]
            shared = self.touched(source)
            extra = {"?": fresh, "!": frozenset({READONLY})}.get(alias[-1], NONE)
            rank = fact_of_arg(source).rank
            if op.rule.name == "unbroadcast" and (rank is None or rank < (out.fact.rank or 0)):
                extra |= {READONLY}  # a number that is spread
            several = out.fact.kind in ("list", "tuple")  # items that are views of the source
            return shared | extra, self.held(source) | (shared if several else NONE)
        if out.fact.kind != "array":
            return fresh, NONE.union(*(self.touched(arg) for arg in op.args))
        return fresh, NONE

    def update(self, op: Apply, live: set[Var]) -> None:
        target = op.args[op.rule.index(op.rule.writes or "x")]
        wrote = self.ids(target)
        if isinstance(target, Var) and target.fact.kind == "list" and writes_items(op):
            wrote |= self.held(target)
            self.deep |= {i for i in self.ids(target) if i[0] == "carried"}
        again = [self.twice[i] for i in wrote if i in self.twice]
        if again:
            self.findings.append(Finding(op, "operand", soft=True) if is_soft(op) else
                                 Finding(op, "append", append=again[0]))
        else:
            self.judge(op, target, wrote, live)
        self.overlap(op, target)
        own, hold = self.ids(target), self.held(target)
        first = op.outs[0]
        if self.findings and self.findings[-1].op is op and self.findings[-1].place == "operand":
            own = frozenset({("op", first)})  # the copy that it will get
        if op.rule.name == "pop":
            if op.outs[1].fact.kind in KINDS:
                self.own[op.outs[1]] = self.hold[op.outs[1]] = hold
        elif isinstance(target, Var) and target.fact.kind == "list":
            value = op.args[-1]
            self.appends.append((op, own, self.touched(value)))
            if self.touched(value) & hold and not self.moves(op, own):
                self.twice["twice", first] = op
                hold |= {("twice", first)}
            hold = hold | self.touched(value)
        self.own[first], self.hold[first] = own, hold

    def moves(self, op: Apply, own: Ids) -> bool:
        """Whether what is put into a list is an item of it, a sum or a copy, which are new."""
        values = [v for v in vars_of(op.args[-1]) if v.fact.kind in KINDS]
        makers = [self.makers.get(v) for v in values]
        items = all(m is not None and m.rule.name == "[]" and self.ids(m.args[0]) & own
                    for m in makers)
        return items or op.rule.name == "list_add" or all(map(self.copies, values))

    def judge(self, op: Apply, target: Arg, wrote: Ids, live: set[Var]) -> None:
        """Find who else would see the write."""
        new = {i for i in wrote if i[0] == "carried"} - self.written
        if new:
            self.written |= new
            return
        soft = is_soft(op)
        if wrote & self.foreign:
            self.findings.append(Finding(op, "operand", soft=soft))
            return
        others = {v for v in live.difference(op.outs) if self.touched(v) & wrote}
        if others:
            first = next(v for v in self.own if v in others)
            self.findings.append(Finding(op, "operand", soft=True) if soft else
                                 self.blame(op, target, first, wrote))

    def overlap(self, op: Apply, target: Arg) -> None:
        """Copy a stored view of the target where NumPy may read what it has just written."""
        value = op.args[-1]
        if not (op.rule.name.startswith("setitem") and isinstance(target, Var)
                and target.fact.kind == "array" and isinstance(value, Var)
                and self.ids(value) & self.ids(target) - self.foreign):
            return
        to: tuple[Arg, ...] = (op.args[-2],)
        if op.rule.name == "setitem_in" and isinstance(op.args[1], Pack):
            path = op.args[1].items
            to = path if to == (Const(Ellipsis),) else (*path, *to)
        if clobbers(target, to, self.path(value, target), value, self.counters):
            self.findings.append(Finding(op, "append", append=op))

    def path(self, view: Var, base: Var) -> tuple[Arg, ...]:
        """How a view was taken of an array, or of another version of it."""
        maker = self.makers.get(view)
        if maker is None or maker.rule.name != "[]":
            return () if self.version(view) is self.version(base) else (Const(Ellipsis),) * 2
        source = maker.args[0]
        assert isinstance(source, Var)
        return (*self.path(source, base), maker.args[1])

    def version(self, var: Var) -> Var:
        """The array that updates started from."""
        while (maker := self.makers.get(var)) is not None and is_update(maker):
            operand = maker.args[maker.rule.index(maker.rule.writes or "x")]
            assert isinstance(operand, Var)
            var = operand
        return var

    def blame(self, op: Apply, target: Arg, var: Var, wrote: Ids) -> Finding:
        maker = self.makers.get(var)
        if var is not target and maker is not None and not is_update(maker):
            view = maker.rule.alias is not None or maker.rule.name == "[]"
            if view and var.fact.kind in ("array", "unknown"):
                return Finding(op, "view", view=var)
        held = self.hold.get(var, NONE) & wrote
        if held and (append := self.giver(self.own.get(var, NONE), wrote, op)):
            return Finding(op, "append", append=append)
        return Finding(op, "operand")

    def giver(self, own: Ids, wanted: Ids, but: Apply | None = None) -> Apply | None:
        """What put a value into a list, and may give it a copy instead."""
        for append, ids, value in self.appends:
            useful = append is not but and self.copies(append.args[-1]) < 2
            if useful and own & ids and value & wanted:
                return append
        return None

    # -- loops ---------------------------------------------------------------------------

    def loop(self, op: For | While, live: set[Var], loops: tuple[Any, ...]) -> None:
        if isinstance(op, For):
            self.counters.loop(op.body.params[0], op.bounds)
        params = op.body.params[1:] if isinstance(op, For) else op.body.params
        count = len(op.outs)
        inside = set(free_in_block(op.body))
        if isinstance(op, While):
            inside |= set(free_in_block(op.test))
        around = (live - set(op.outs)) | inside
        for _ in range(12):
            before = {p: (self.own.get(p), self.hold.get(p)) for p in params}
            for j, param in enumerate(params):
                if param.fact.kind in KINDS:
                    self.head(op, j, param)
            findings = len(self.findings)
            appends = len(self.appends)
            if isinstance(op, While):
                for p, q in zip(params, op.test.params, strict=True):
                    self.own[q], self.hold[q] = self.own.get(p, NONE), self.hold.get(p, NONE)
                self.block(op.test, set(vars_of(*op.test.results)) | around, loops)
            self.block(op.body, around | set(vars_of(*op.body.results)), (*loops, op))
            after = {p: (self.own.get(p), self.hold.get(p)) for p in params}
            if before == after and self.settled(op, params):
                break
            del self.findings[findings:]
            del self.appends[appends:]
        for j in range(count):
            self.edges(op, j, around)
        for j, out in enumerate(op.outs):
            result = op.body.results[j]
            if ("carried", op.outs[j]) in self.written:
                self.own[out] = frozenset({("out", out)})
            else:
                self.own[out] = self.ids(op.init[j]) | self.aged(op, self.ids(result))
            self.hold[out] = self.held(op.init[j]) | self.aged(op, self.held(result))

    def settled(self, op: For | While, params: tuple[Var, ...]) -> bool:
        for j, param in enumerate(params):
            if param.fact.kind in KINDS:
                own, hold = self.own.get(param), self.hold.get(param)
                self.head(op, j, param)
                if (own, hold) != (self.own.get(param), self.hold.get(param)):
                    return False
        return True

    def head(self, op: For | While, j: int, param: Var) -> None:
        mark = ("carried", op.outs[j])
        result = op.body.results[j]
        if mark in self.written:
            self.own[param] = frozenset({mark})
        else:
            own = self.ids(op.init[j]) | self.aged(op, self.ids(result))
            self.own[param] = own | {mark}
        first = self.held(op.init[j])
        if mark in self.deep:  # the items are its own, and none is there twice but those marked
            first = frozenset({("items", op.outs[j])}) | (first & self.twice.keys())
        self.hold[param] = first | self.aged(op, self.held(result))

    def aged(self, op: For | While, ids: Ids) -> Ids:
        """What this trip made is, for the next trip, another storage than its own."""
        local = self.local(op)
        if local.isdisjoint(ids):
            return ids
        return frozenset(("old", i) if i in local else i for i in ids)

    def local(self, op: For | While) -> set[Any]:
        known = self.locals.get(op)
        if known is not None:
            return known
        found: set[Any] = {("carried", out) for out in op.outs}
        stack = [op.body]
        while stack:
            block = stack.pop()
            for inner in block.ops:
                for out in inner.outs:
                    found |= {("op", out), ("out", out), ("carried", out), ("items", out)}
                stack.extend(blocks_of(inner))
        self.locals[op] = found
        return found

    def edges(self, op: For | While, j: int, around: set[Var]) -> None:
        """What a written carried value starts from, and hands on, must be its own."""
        if ("carried", op.outs[j]) not in self.written:
            return
        init, back = op.init[j], op.body.results[j]
        others = NONE.union(*(self.touched(v) for v in around))
        rivals = others.union(*(self.touched(a) for k, a in enumerate(op.init) if k != j))
        start = self.ids(init)
        if ("carried", op.outs[j]) in self.deep:
            start |= self.held(init)
        if start & (self.foreign | rivals):
            self.findings.append(self.entry(op, j, start, around))
        outer = self.ids(back) - self.local(op)
        rest = NONE.union(*(self.touched(a) for k, a in enumerate(op.body.results[: len(op.outs)])
                            if k != j))
        if outer & (self.foreign | others) or self.ids(back) & rest:
            for k, other in enumerate(op.body.results[: len(op.outs)]):
                held = k != j and self.held(other) & self.ids(back)
                if held and (append := self.giver(self.ids(other), self.ids(back))):
                    self.findings.append(Finding(op, "append", append=append))
                    return
            self.findings.append(Finding(op, "back", j))

    def entry(self, op: For | While, j: int, start: Ids, around: set[Var]) -> Finding:
        """A list that holds the first value can be given a copy instead."""
        for var in around:
            own = self.own.get(var, NONE)
            held = self.hold.get(var, NONE) & start and not own & start
            if held and (append := self.giver(own, start)):
                return Finding(op, "append", append=append)
        return Finding(op, "init", j)

    # -- results -------------------------------------------------------------------------

    def check_results(self, block: Block) -> None:
        seen: set[Any] = set()
        for var in vars_of(*block.results):
            ids = self.own.get(var, NONE) if var.fact.kind in ("array", "unknown") else NONE
            lists = self.own.get(var, NONE) if var.fact.kind == "list" else NONE
            if ids & (self.foreign | seen) or lists & self.foreign:
                self.findings.append(Finding(None, "result", result=var))
            if var.fact.kind == "list":
                ids = self.hold.get(var, NONE)
                self.check_held(var, ids & (self.foreign | seen))
            seen |= ids

    def check_held(self, var: Var, clash: Ids) -> None:
        """A list that is returned holds no array of the caller's, nor of another result."""
        if not clash:
            return
        before = len(self.findings)
        for append, _, _ in self.appends:
            arrays = [v for v in vars_of(append.args[-1]) if v.fact.kind in ("array", "unknown")]
            if any(self.own.get(v, NONE) & clash and not self.copies(v) for v in arrays):
                self.findings.append(Finding(append, "append", append=append))
        if len(self.findings) == before:
            self.findings.append(Finding(None, "items", result=var))

    def copies(self, arg: Arg) -> int:
        """How many copies were made one of the other."""
        maker = self.makers.get(arg) if isinstance(arg, Var) else None
        return 1 + self.copies(maker.args[0]) if maker and maker.rule.name in COPIES else 0


__all__ = ["Finding", "Pack", "Sharing"]
