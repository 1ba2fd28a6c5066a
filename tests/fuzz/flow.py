"""Branches, loops and jumps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .containers import Containers
from .draw import NUM, Arr, Block, Dct, Int, Kind, Lst, Num, Row, Tup, Var
from .texts import atom


@dataclass
class Head:
    """A loop's header, what it binds, whether it runs at least once."""

    text: str
    binds: list[tuple[str, Kind, frozenset[int] | None, bool]] = field(default_factory=list)
    surely: bool = True
    first: Block = field(default_factory=list)
    last: Block = field(default_factory=list)
    frozen: str = ""


class Flow(Containers):
    """Each method emits a statement and returns "", or returns None where it does not apply."""

    def flow_rows(self) -> list[Row]:
        deep = self.scope.depth
        if deep > 2 or self.scope.budget < 0:
            return [(2, "", self.jump)] if self.scope.loops else []
        less = 1.0 / (1 + deep)
        return [
            (3 * less, "int_branches", self.branch),
            (3 * less, "float_branches", self.branch),
            (1.5 * less, "float_branches", self.either),
            (5 * less, "loops", self.count_loop),
            (4 * less, "loops", self.item_loop),
            (3 * less, "while_loops", self.while_loop),
            (1.5 * less, "loops", self.fill_loop),
            (1 * less, "lists", self.append_loop),
            (1.5 * less, "loops", self.sum_loop),
            (0.7 * less, "dicts", self.dict_loop),
            (0.7 * less, "nested_lists", self.table_loop),
            (0.7 * less, "promote", self.promote_loop),
            (1 * less, "early_return", self.jump),
            (6 if self.scope.loops else 0, "jumps", self.jump),
        ]

    def statement(self) -> None:
        raise NotImplementedError

    def statements(self, count: int) -> None:
        for at in range(count):
            if self.scope.budget > 0 or at == 0:
                self.statement()

    def body(self, most: int = 3) -> int:
        return self.draw.between(1, most)

    # branches

    def branch(self) -> str:
        test = self.test()
        if self.on("walrus", 0.08):
            name = self.fresh("t")
            test = f"({name} := {self.number(1)}) > {self.const(0, 0.8)}"
            self.bind(name, NUM)
        self._arm(f"if {test}:")
        if self.draw.chance(0.2):
            self._arm(f"elif {self.test()}:")
        if self.draw.chance(0.5):
            self._arm("else:")
        return ""

    def _arm(self, header: str) -> str:
        block: Block = []
        with self.inside(block):
            self.statements(self.body())
        self.emit_block(header, block)
        return ""

    def either(self) -> str:
        """A name that both arms bind."""
        kind, name = self.item_kind(), self.fresh("e")
        for header in (f"if {self.test()}:", "else:"):
            block: Block = []
            with self.inside(block):
                if self.draw.chance(0.3):
                    self.statements(1)
                self.emit(f"{name} = {self.item(kind, 2)}")
            self.emit_block(header, block)
        self.bind(name, kind)
        return ""

    # jumps

    def jump(self) -> str | None:
        """A guarded break, continue or return."""
        rows: list[tuple[float, str]] = []
        if self.scope.loops:
            rows += [(4, "break")] if "jumps" in self.features else []
            rows += [(3, "continue")] if "jumps" in self.features and self.scope.loops[-1] else []
        if "early_return" in self.features and self.scope.returns:
            rows.append((1.5, "return"))
        if not rows:
            return None
        kind = self.draw.weighted(rows)
        block: Block = []
        test = self.test()
        with self.inside(block):
            if self.draw.chance(0.4):
                self.statements(1)
            self.emit(self.returned() if kind == "return" else kind)
        self.used.add({"return": "early_return"}.get(kind, kind))
        self.emit_block(f"if {test}:", block)
        self.scope.jumped = self.scope.jumped or kind != "return"
        if self.draw.chance(0.12):
            self._arm("else:")
        return ""

    def returned(self) -> str:
        raise NotImplementedError

    # loops

    def loop(self, head: Head, body: Callable[[], None] | None = None, may_continue: bool = True) -> None:
        """A loop with a body, perhaps an else, and names that live on after it."""
        scope = self.scope
        block: Block = []
        outer, scope.jumped = scope.jumped, False
        before = dict(scope.names)
        scope.loops.append(may_continue)
        with self.inside(block):
            for name, kind, groups, rebind in head.binds:
                self.bind(name, kind, groups, rebind=rebind)
            if head.frozen and (var := scope.names.get(head.frozen)):
                scope.names[head.frozen] = Var(var.kind, var.groups, rebind=var.rebind, write=isinstance(var.kind, Arr))
            scope.block.extend(head.first)
            (body or (lambda: self.statements(self.body(3))))()
            scope.block.extend(head.last)
            if self.draw.chance(0.03) and self.on("jumps"):
                self.emit("break")
            after = dict(scope.names)
        if head.frozen in before:
            scope.names[head.frozen] = before[head.frozen]
        scope.loops.pop()
        jumped, scope.jumped = scope.jumped, outer
        self.emit_block(head.text, block)
        if self.on("loop_else", 0.35 if jumped else 0.04):
            self._arm("else:")
        targets = [name for name, *_ in head.binds]
        for name, var in after.items():
            wanted = 0.4 if name in targets else 0.25
            if head.surely and not jumped and name not in before and isinstance(var.kind, Num | Arr | Int):
                if self.on("names_after_loops", wanted):
                    scope.names[name] = var

    def range_head(self) -> Head:
        d, i = self.draw, self.fresh("i")
        counts: list[tuple[str, int]] = [(str(k), k) for k in (2, 3, 3, 4)]
        for name, kind in self.names(Int):
            if kind.low == kind.high and kind.low < 6:
                counts += [(name, kind.low)] * 3
        for name, arr in self.names(Arr):
            axis = d.below(len(arr.shape))
            texts = (f"len({name})", f"{name}.shape[0]") if axis == 0 else (f"{name}.shape[1]",)
            counts.append((d.pick(texts), arr.shape[axis]))
        text, n = d.pick(counts)
        if self.on("few_trips", 0.12):
            text, n = d.pick((("0", 0), ("1", 1)))
        low, high, form = 0, n - 1, f"range({text})"
        outer = [name for name, k in self.names(Int) if k.low >= 0 and k.high < 5 and k.low != k.high]
        shape = d.below(10)
        if shape == 0 and self.on("reversed"):
            form = d.pick((f"reversed(range({text}))", f"range({text} - 1, -1, -1)"))
        elif shape == 1 and self.on("strided_ranges"):
            form = f"range(0, {text}, 2)"
        elif shape == 2 and n > 1:
            form, low = f"range(1, {text})", 1
        elif shape == 3 and n > 1 and self.on("reversed"):
            form, low = f"range({text} - 1, 0, -1)", 1
        elif shape in (4, 5) and outer:
            form, low, high, n = f"range({d.pick(outer)})", 0, 3, 0
        self.used.add({0: "zero_trips", 1: "one_trip"}.get(n, "trips"))
        return Head(f"for {i} in {form}:", [(i, Int(low, max(low, high)), None, True)], surely=n > low)

    def count_loop(self) -> str:
        self.loop(self.range_head())
        return ""

    def item_loop(self) -> str | None:
        """A loop over the items of something, perhaps with enumerate, zip or reversed around it."""
        sources = self.iterables()
        if not sources:
            return None
        d = self.draw
        text, name, item, groups, count = d.pick(sources)
        if text.endswith(".items()"):
            key, v = self.fresh("key"), self.fresh("v")
            self.used.add("items")
            self.loop(Head(f"for {key}, {v} in {text}:", [(v, item, groups, True)], count > 0, frozen=name))
            return ""
        v = self.fresh("row" if isinstance(item, Arr) else "v")
        binds, head = [(v, item, groups, True)], f"{v} in {text}"
        if not text.endswith(")") and self.on("enumerate", 0.35):
            i = self.fresh("i")
            binds.append((i, Int(0, max(count - 1, 0)), None, True))
            head = f"{i}, {v} in enumerate({text})"
        elif len(sources) > 1 and self.on("zip", 0.4):
            other, _, kind, more, least = d.pick([s for s in sources if not s[0].endswith(".items()")] or sources)
            if not other.endswith(".items()"):
                u = self.fresh("u")
                binds.append((u, kind, more, True))
                head, count = f"{v}, {u} in zip({text}, {other})", min(count, least)
        elif not text.endswith(")") and self.on("reversed", 0.12):
            head = f"{v} in reversed({text})"
        self.loop(Head(f"for {head}:", binds, count > 0, frozen=name))
        return ""

    def iterables(self) -> list[tuple[str, str, Kind, frozenset[int] | None, int]]:
        """(text, name, kind of an item, groups of an item, least count) of what may be iterated."""
        found: list[tuple[str, str, Kind, frozenset[int] | None, int]] = []
        for name, var in self.scope.names.items():
            match var.kind:
                case Arr((n,)):
                    found.append((name, name, NUM, None, n))
                    found.append((f"{name}[1:]", name, NUM, None, n - 1))
                case Arr((n, m)):
                    found += [(name, name, Arr((m,)), var.groups, n)] * 2
                    found.append((f"{name}.T", name, Arr((n,)), var.groups, m))
                case Lst(item, count) if not isinstance(item, Lst):
                    found += [(name, name, item, None, count)] * 3
                case Tup(items) if len(set(items)) == 1:
                    found.append((name, name, items[0], None, len(items)))
                case Dct(items) if len({kind for _, kind in items}) == 1 and items:
                    found += [(f"{name}.items()", name, items[0][1], None, len(items))] * 5
                    found.append((f"{name}.values()", name, items[0][1], None, len(items)))
        return found

    def while_loop(self) -> str:
        d, k = self.draw, self.fresh("k")
        least, limit = self.draw.pick(((3, "3"), (2, "2"), (4, "4"), (0, "0"), (1, "1")))
        ints = [(kind.low, name) for name, kind in self.names(Int) if kind.low == kind.high and kind.low < 6]
        if ints and d.chance(0.5):
            least, limit = d.pick(ints)
        early = d.chance(0.5)
        step = f"{k} += 1"
        first: Block = [step] if early else []
        last: Block = [] if early else [step]
        counted: list[tuple[str, Kind, frozenset[int] | None, bool]] = [(k, Int(1, 6) if early else Int(0, 5), None, False)]
        numbers = [name for name, _ in self.rebindable(Num)]
        form = d.below(5)
        self.emit(f"{k} = 0")
        self.used.add("zero_trips" if least == 0 else "trips")
        if form == 0 and numbers:
            s = d.pick(numbers)
            first = [*first, f"{s} = {self.const(0.3, 0.8)} * {s}"]
            head = Head(f"while {s} > {self.const(0.05, 0.4)} and {k} < 5:", counted, False, first, last)
        elif form == 1:
            least = max(1, least)
            last = [*last, (f"if {k} >= {least}:", ["break"])]
            self.loop(Head("while True:", counted, False, first, last), may_continue=False)
            self.bind(k, Int(0, 9))
            return ""
        elif form == 2 and numbers and self.on("walrus"):
            s, t = d.pick(numbers), self.fresh("t")
            test = f"({t} := {s} * {self.const(0.3, 0.7).lstrip('-')}) > {self.const(0.1, 0.3).lstrip('-')}"
            first = [*first, f"{s} = {t}"]
            head = Head(f"while {k} < 5 and {test}:", [*counted, (t, NUM, None, True)], False, first, last)
        else:
            head = Head(f"while {k} < {limit}:", counted, least > 0, first, last)
        self.loop(head, may_continue=early)
        self.bind(k, Int(0, 9))
        return ""

    # loops with a purpose

    def fill_loop(self) -> str | None:
        """A fresh buffer that a loop fills."""
        shape = self.new_shape()
        if shape is None:
            return None
        d, name, i = self.draw, self.fresh("buf"), self.fresh("i")
        like = [n for n, k in self.names(Arr) if k.shape == shape]
        size = str(shape[0] if len(shape) == 1 else shape)
        forms = [f"np.zeros({size})", f"np.empty({size})", f"np.zeros_like({like[0]})", f"np.empty_like({like[0]})"]
        self.emit(f"{name} = {d.pick(forms)}")
        order = d.pick((f"range({shape[0]})", f"range(len({name}))", f"reversed(range({shape[0]}))"))

        def body() -> None:
            if d.chance(0.3):
                self.statements(1)
            value = self.number(2) if len(shape) == 1 else self.array(shape[1:], 2)
            self.emit(f"{name}[{i}] = {value}")
            self.bind(name, Arr(shape))

        self.loop(Head(f"for {i} in {order}:", [(i, Int(0, shape[0] - 1), None, False)]), body, may_continue=False)
        self.bind(name, Arr(shape))
        return ""

    def append_loop(self) -> str:
        """A list that one loop fills and a later one, perhaps, reads."""
        name, kind = self.fresh("xs"), self.item_kind()
        self.emit(f"{name} = []")
        head = self.range_head()
        self.bind(name, Lst(kind, 0))

        def body() -> None:
            if self.draw.chance(0.5):
                self.statements(1)
            self.emit(f"{name}.append({self.item(kind, 2)})")

        self.loop(head, body)
        if self.draw.chance(0.4):
            v, total = self.fresh("v"), self.fresh("s")
            inner = v if isinstance(kind, Num) else f"np.sum({v})"
            self.emit(f"{total} = {self.draw.pick(('0', '0.0'))}")
            self.emit_block(f"for {v} in {name}:", [f"{total} = {total} * {self.const()} + {inner}"])
            self.bind(total, NUM)
        return ""

    def promote_loop(self) -> str | None:
        """A number that becomes an array in the loop."""
        shape = self.new_shape()
        if shape is None:
            return None
        head, name = self.range_head(), self.fresh("h")
        if not head.surely:
            return None
        self.emit(f"{name} = {self.draw.pick(('0', '0.0', '0.5'))}")
        self.loop(head, lambda: self.emit(f"{name} = {name} * {self.const()} + {atom(self.array(shape, 1))}"))
        self.bind(name, Arr(shape))
        return ""

    def sum_loop(self) -> str:
        """A number, perhaps an integer at first, that a loop adds to."""
        name, d = self.fresh("acc"), self.draw
        self.emit(f"{name} = {d.pick(('0', '0.0', '1.0'))}")

        def body() -> None:
            if d.chance(0.3):
                self.statements(1)
            self.emit(f"{name} {d.pick(('+=', '+=', '-='))} {self.number(2)}")

        self.loop(self.range_head(), body)
        self.bind(name, NUM)
        return ""

    def dict_loop(self) -> str:
        """A dict with integer keys that a loop fills and another reads."""
        head, name, total, key = self.range_head(), self.fresh("d"), self.fresh("s"), self.fresh("key")
        i = head.binds[0][0]
        self.emit(f"{name} = {{}}")
        self.loop(head, lambda: self.emit(f"{name}[{i}] = {self.number(2)}"))
        self.emit(f"{total} = 0.0")
        if self.draw.chance(0.5):
            self.emit_block(f"for {key} in {name}:", [f"{total} += {self.const()} * {name}[{key}]"])
        else:
            self.emit_block(f"for {key} in {name}.values():", [f"{total} = np.sin({total}) + {key}"])
        self.bind(total, NUM)
        return ""

    def table_loop(self) -> str:
        """A list of lists, each entry from its neighbours."""
        d, name, i, j = self.draw, self.fresh("table"), self.fresh("i"), self.fresh("j")
        n, m = d.between(2, 4), d.between(2, 3)
        self.emit(f"{name} = [[{self.number(1)}] * {m} for _ in range({n})]")

        def inner() -> None:
            near = f"{name}[{i} - 1][{j}] + {self.const()} * {name}[{i}][{j} - 1]"
            self.emit(f"{name}[{i}][{j}] = {self.const(0.2, 0.6)} * ({near}) + {self.number(1)}")

        def outer() -> None:
            self.loop(Head(f"for {j} in range(1, {m}):", [(j, Int(1, m - 1), None, False)]), inner)

        self.loop(Head(f"for {i} in range(1, {n}):", [(i, Int(1, n - 1), None, False)]), outer)
        self.bind(name, Lst(Lst(NUM, m), n))
        return ""
