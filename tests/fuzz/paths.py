"""Statements on names that only some paths bind, on state of several parts, and on records."""

from __future__ import annotations

from collections.abc import Callable

from .draw import NUM, Arr, Block, Dct, Int, Kind, Lst, Row, Var
from .flow import Flow, Head
from .texts import atom

RECORD = """
class Record:
    scale = 0.5

    def __init__(self, p, v, count=0):
        self.p, self.v, self.count = p, v, count

    def push(self, dt, damp=0.3):
        self.v = self.v - dt * damp * np.sin(self.p)
        self.p = self.p + dt * self.v
        self.count += 1
        return self

    @property
    def energy(self):
        return self.scale * np.sum(self.v**2) + np.sum(np.cos(self.p))
"""


class Paths(Flow):
    """Each method emits a statement and returns "", or returns None where it does not apply."""

    def path_rows(self) -> list[Row]:
        if self.scope.depth > 2 or self.scope.budget < 0:
            return []
        less = 1.0 / (1 + self.scope.depth)
        rows: list[tuple[float, str, str, Callable[[], str | None]]] = [
            (1.5 * less, "some_paths", "", self.some_paths),
            (1.2 * less, "first_trip", "loops", self.first_trip),
            (1.0 * less, "none_first", "loops", self.none_first),
            (1.0 * less, "with_blocks", "", self.with_block),
            (0.8 * less, "state_tuples", "loops", self.state_tuple),
            (0.8 * less, "mixed_containers", "loops lists dicts", self.mixed_container),
            (0.8 * less, "records", "loops", self.record),
            (0.6 * less, "complex_numbers", "loops", self.complex_number),
            (0.6 * less, "defaults", "closures", self.default_function),
            (0.4, "sorting", "kinks", self.sorted_items),
        ]
        return [(weight, name, write) for weight, name, needs, write in rows if self.features >= set(needs.split())]

    def counted_total(self, name: str, kind: Kind) -> str:
        """A number made of a value that was just bound."""
        match kind:
            case Arr():
                return self.draw.pick((f"np.sum({name} ** 2)", f"np.sum(np.sin({name}))", f"{name}.mean()"))
            case Lst(item, _):
                return f"sum([{self.counted_total('v', item)} for v in {name}])"
            case Dct(items):
                return " + ".join(self.counted_total(f'{name}["{key}"]', item) for key, item in items)
        return self.draw.pick((name, f"np.sin({name})", f"{name} ** 2"))

    def new_item(self) -> tuple[str, str, Kind]:
        """A name that is not bound yet, the text of its value, and its kind."""
        kind, d = self.item_kind(), self.draw
        form = d.weighted([(4, "item"), (1.5, "list"), (1, "dict")])
        if form == "list" and "lists" in self.features:
            return self.fresh("xs"), f"[{self.item(kind)}, {self.item(kind)}]", Lst(kind, 2)
        if form == "dict" and "dicts" in self.features:
            other = self.item_kind()
            text = f'{{"a": {self.item(kind)}, "b": {self.item(other)}}}'
            return self.fresh("d"), text, Dct((("a", kind), ("b", other)))
        return self.fresh("e"), self.item(kind, 2), kind

    # bound on some paths

    def some_paths(self) -> str:
        """Names that a branch binds, and that a later branch on the same test uses."""
        flag, total = self.fresh("c"), self.fresh("acc")
        self.emit(f"{flag} = {self.test()}")
        self.emit(f"{total} = {self.draw.pick(('0.0', '1.0', self.const()))}")
        self.bind(total, NUM)
        made: dict[str, Var] = {}
        block: Block = []
        with self.inside(block):
            for _ in range(self.draw.between(1, 2)):
                name, text, kind = self.new_item()
                self.emit(f"{name} = {text}")
                self.bind(name, kind)
                made[name] = self.scope.names[name]
            if self.draw.chance(0.3):
                self.statements(1)
        self.emit_block(f"if {flag}:", block)
        if self.draw.chance(0.3):
            self._arm("else:")
        self.statements(self.draw.below(2))
        block = []
        with self.inside(block):
            self.scope.names.update(made)
            self.statements(self.draw.below(3))
            terms = " + ".join(self.counted_total(name, var.kind) for name, var in made.items())
            self.emit(f"{total} = {total} * {self.const()} + {terms}")
        self.emit_block(f"if {flag}:", block)
        return ""

    def first_trip(self) -> str:
        """A name that the first trip of a loop binds, and the others update."""
        i, total, d = self.fresh("i"), self.fresh("acc"), self.draw
        name, text, kind = self.new_item()
        self.emit(f"{total} = {self.const()}")
        self.bind(total, NUM)

        def body() -> None:
            if d.chance(0.3):
                self.statements(1)
            self.emit_block(f"if {i} == 0:", [f"{name} = {text}"])
            block: Block = []
            with self.inside(block):
                self.bind(name, kind)
                self.emit(self.changed(name, kind))
                self.statements(d.below(2))
            self.emit_block("else:", block)
            self.bind(name, kind)
            self.emit(f"{total} = {total} * {self.const()} + {self.counted_total(name, kind)}")

        stop = d.pick(("2", "3", *[n for n, k in self.names(Int) if k.low == k.high and 0 < k.low < 5]))
        self.loop(Head(f"for {i} in range({stop}):", [(i, Int(0, 4), None, False)]), body, may_continue=False)
        return ""

    def changed(self, name: str, kind: Kind) -> str:
        match kind:
            case Arr(shape):
                return self.update(name, number=False, shape=shape)
            case Lst(item, _):
                return f"{name}.append({self.item(item)})"
            case Dct(items):
                key, item = self.draw.pick(items)
                return f'{name}["{key}"] = {self.const()} * {name}["{key}"] + {self.item(item, 0)}'
        return f"{name} = {self.const()} * {name} + {self.number(1)}"

    def none_first(self) -> str:
        """A name that is None before the first trip."""
        i, name, total, d = self.fresh("i"), self.fresh("prev"), self.fresh("acc"), self.draw
        kind = self.item_kind()
        self.emit(f"{name} = None")
        self.emit(f"{total} = {self.const()}")
        self.bind(total, NUM)
        value = self.item(kind, 2)

        def body() -> None:
            self.statements(d.below(2))
            now = self.fresh("now")
            self.emit(f"{now} = np.tanh({value} + 0.1 * {i})")
            self.bind(now, kind)
            term = f"np.sum({now} * {name})" if isinstance(kind, Arr) else f"{now} * {name}"
            self.emit_block(f"if {name} is not None:", [f"{total} = {total} * {self.const()} + {term}"])
            self.emit(f"{name} = {now}")

        self.loop(Head(f"for {i} in range({d.pick(('2', '3', '1'))}):", [(i, Int(0, 3), None, False)]), body,
                  may_continue=False)
        return ""

    def with_block(self) -> str:
        """A `with` block whose names live on."""
        block: Block = []
        with self.inside(block):
            self.statements(self.body(4))
            after = dict(self.scope.names)
        self.scope.names = after
        self.emit_block('with np.errstate(all="ignore"):', block)
        return ""

    # state of several parts

    def state_tuple(self) -> str:
        """A tuple that each trip takes apart and makes again."""
        name, d = self.fresh("state"), self.draw
        kinds = [self.item_kind() for _ in range(2)]
        values = [f"+{atom(self.item(kind))}" if isinstance(kind, Arr) else self.item(kind) for kind in kinds]
        self.emit(f"{name} = ({', '.join(values)}, 0)")
        parts = [self.fresh("a"), self.fresh("b"), self.fresh("k")]

        def body() -> None:
            self.emit(f"{', '.join(parts)} = {name}")
            for part, kind in zip(parts, kinds, strict=False):
                self.bind(part, kind)
            self.bind(parts[2], Int(0, 9))
            self.statements(d.below(3))
            news = [f"np.sin({part}) + {self.const()} * {atom(self.item(kind, 1))}"
                    for part, kind in zip(parts, kinds, strict=False)]
            self.emit(f"{name} = ({', '.join(news)}, {parts[2]} + 1)")

        self.loop(self.range_head(), body, may_continue=False)
        targets = [self.fresh("u") for _ in kinds]
        self.emit(f"{', '.join(targets)}, _ = {name}")
        for target, kind in zip(targets, kinds, strict=True):
            self.bind(target, kind)
        return ""

    def mixed_container(self) -> str:
        """Lists of dicts, dicts of lists, lists of tuples, that a loop writes and another reads."""
        name, i, total, v, d = self.fresh("box"), self.fresh("i"), self.fresh("acc"), self.fresh("v"), self.draw
        first, second = self.item(NUM), self.item(NUM)
        n = d.between(2, 3)
        if d.chance(0.4):
            self.emit(f'{name} = [{{"a": {first} * {i}, "b": [{second}, 0.5]}} for {i} in range({n})]')
            near, entry = f'{name}[{i} - 1]["b"][1]', f'{v}["a"] * {v}["b"][1]'
            writes = [f'{name}[{i}]["a"] += {near} * {self.const()}', f'{name}[{i}]["b"][1] = np.sin({name}[{i}]["a"])']
        elif d.chance(0.5):
            self.emit(f'{name} = {{"a": [{first}] * {n}, "b": [{second} for {i} in range({n})]}}')
            near, entry = f'{name}["a"][{i} - 1]', f'{v}[0] * {v}[-1]'
            writes = [f'{name}["b"][{i}] = {name}["b"][{i}] * {near}', f'{name}["a"][{i}] += {name}["b"][{i}]']
        else:
            self.emit(f"{name} = [({first} + {i}, {second}) for {i} in range({n})]")
            near, entry = f"{name}[{i} - 1][0]", f"{v}[0] * {v}[1]"
            writes = [f"{name}[{i}] = ({name}[{i}][1] * {self.const()}, {near} + {name}[{i}][0])"]
        self.loop(Head(f"for {i} in range({d.below(2)}, {n}):", [(i, Int(0, n - 1), None, False)]),
                  lambda: [self.emit(line) for line in writes] and self.statements(d.below(2)), may_continue=False)
        source = f"{name}.values()" if f'{name} = {{' in str(self.scope.block) else name
        self.emit(f"{total} = sum([{entry} for {v} in {source}])")
        self.bind(total, NUM)
        return ""

    def record(self) -> str:
        """An object with fields that methods and statements change."""
        name, other, total, d = self.fresh("o"), self.fresh("o"), self.fresh("acc"), self.draw
        kind = self.item_kind()
        self.records = True
        start = f"+{atom(self.item(kind))}" if isinstance(kind, Arr) else self.item(kind)
        self.emit(f"{name} = Record({start}, {self.const()})")
        self.emit(f"{other} = {d.pick((name, f'Record({self.number(1)}, {self.const()}, count=2)'))}")
        lines = [f"{name}.push({self.number(1)})", f"{other}.v = {other}.v * {self.const()}",
                 f"{name}.push({self.const()}, damp={self.number(0)}).v += {self.const()}",
                 f"{other}.p += {self.const()}", f"{other}.scale = {self.number(0)}"]
        if isinstance(kind, Arr):
            index, left = self.index(kind.shape)
            lines += [f"{name}.p[{index}] *= {self.broadcastable(left)}"] * 2

        def body() -> None:
            for line in d.shuffled(lines)[:2]:
                self.emit(line)
            self.statements(d.below(2))

        if d.chance(0.6):
            self.loop(self.range_head(), body)
        else:
            body()
        self.emit(f"{total} = {name}.energy + {other}.energy * {other}.count")
        self.bind(total, NUM)
        return ""

    records = False  # whether the class is used

    # values of other kinds

    def complex_number(self) -> str:
        """Complex arithmetic with a real end."""
        z, w, total, d = self.fresh("z"), self.fresh("z"), self.fresh("acc"), self.draw
        shape = self.new_shape()
        a, b = (self.array(shape, 1), self.array(shape, 0)) if shape and d.chance(0.6) else (self.number(1), self.number(0))
        self.emit(f"{z} = {atom(a)} + 1j * {atom(b)}")
        forms = [f"{z} * np.conj({z}) + {z}", f"np.exp(1j * np.real({z})) * {z}", f"{z} ** 2 / (3.0 + {z})",
                 f"({z} - {self.const()}j) * {atom(self.number(0))}"]
        self.emit(f"{w} = {d.pick(forms)}")
        if self.draw.chance(0.5):
            self.emit_block(f"for {(i := self.fresh('i'))} in range(2):", [f"{w} = {w} * {self.const()}j + {z} * {i}"])
        ends = [f"np.sum(np.abs({w} + 4.0))", f"np.sum({w}.real * {w}.imag)", f"np.sum(np.real({w} * {z}))"]
        self.emit(f"{total} = {d.pick(ends)}")
        self.bind(total, NUM)
        return ""

    def default_function(self) -> str:
        """A nested function with defaults, called with and without them."""
        name, total, z, k = self.fresh("g"), self.fresh("acc"), self.fresh("z"), self.fresh("k")
        body = f"return np.sin({z}) * {k} + {self.const()} * {z}"
        self.emit_block(f"def {name}({z}, {k}={self.number(1)}, *, power=1):", [body + " ** power"])
        calls = [f"{name}({self.number(1)})", f"{name}({self.number(0)}, {self.number(0)})",
                 f"{name}({self.number(0)}, power=2)", f"{name}({self.number(0)}, {k}={self.const()}, power=3)"]
        self.emit(f"{total} = {' + '.join(self.draw.shuffled(calls)[:2])}")
        self.bind(total, NUM)
        return ""

    def sorted_items(self) -> str:
        """The order of numbers."""
        items = ", ".join(f"{self.number(1)} + 0.{i}" for i in range(3))
        forms = [f"sorted([{items}])[{self.draw.below(3)}]", f"max([{items}])", f"min({items})",
                 f"np.sort(np.array([{items}]))[{self.draw.below(3)}]"]
        self.emit(f"{(name := self.fresh('s'))} = {self.draw.pick(forms)}")
        self.bind(name, NUM)
        return ""
