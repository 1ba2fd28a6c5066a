"""Expressions of a wanted kind: tests, numbers, arrays. All stay of order one."""

from __future__ import annotations

from .draw import NUM, Arr, Dct, Fun, Int, Kind, Lst, Num, Row, Tup
from .texts import Shape, atom, droppable, piece_fits, same_call
from .writer import Writer

UNARY = ("sin", "cos", "tanh", "arctan")
MATH = ("sin", "cos", "tanh", "atan")


class Expressions(Writer):
    """Each method returns text; `depth` bounds the nesting."""

    # kinds in general

    def value(self, kind: Kind, depth: int = 2) -> str | None:
        match kind:
            case Num():
                return self.number(depth)
            case Arr(shape):
                return self.array(shape, depth)
            case Int(low, high):
                return str(self.draw.between(low, high))
            case Fun():
                return self._function(kind)
            case Lst(item, count):
                items = [self.value(item, depth - 1) for _ in range(count)]
                return None if None in items else f"[{', '.join(map(str, items))}]"
            case _:
                fits = [name for name, var in self.scope.names.items() if var.kind == kind]
                return self.draw.pick(fits) if fits else None

    def _function(self, wanted: Fun) -> str:
        """A function from number to number, as an argument."""
        named = [name for name, k in [*self.helpers.items(), *self.names(Fun)] if same_call(k, wanted)]
        if named and self.draw.chance(0.5):
            return self.draw.pick(named)
        if self.on("lambdas", 0.5):
            q = self.fresh("q")
            return f"lambda {q}: {atom(self.number(1))} * np.{self.draw.pick(UNARY)}({q})"
        return f"np.{self.draw.pick(UNARY)}"

    def reads(self, kind: Kind) -> list[str]:
        """Texts that read a value of this kind out of a container."""
        found: list[str] = []
        for name, var in self.scope.names.items():
            match var.kind:
                case Lst(item, count) if item == kind and count > 0 and "lists" in self.features:
                    found.append(f"{name}[{self.draw.pick((0, -1, self.draw.below(count)))}]")
                case Lst(Lst(inner, m), n) if inner == kind:
                    found.append(f"{name}[{self.int_index(n)}][{self.int_index(m)}]")
                case Dct(items):
                    found += [f'{name}["{key}"]' for key, item in items if item == kind]
                case Tup(items):
                    found += [f"{name}[{i}]" for i, item in enumerate(items) if item == kind]
        return found

    # tests

    def test(self) -> str:
        """A truth value: of integers, of lengths, or of numbers."""
        n, d = self.number, self.draw
        rows: list[Row] = [
            (6, "float_branches", lambda: f"{n(1)} {d.pick(('<', '>', '<=', '>='))} {self.const(0.0, 1.0)}"),
            (2, "float_branches", lambda: f"{n(0)} {d.pick(('<', '>'))} {n(1)}"),
            (1.5, "chained", lambda: f"{self.const(-1, 0.2)} < {n(1)} < {self.const(0.4, 1.4)}"),
            (1, "chained", lambda: f"{n(0)} < {n(0)} <= {self.const(0.4, 1.4)}"),
            (5, "int_branches", self._int_test),
            (1, "masks", lambda: self._any()),
            (1, "int_branches", lambda: self._length_test()),
        ]
        text = self.first(rows) or f"{n(0)} > {self.const()}"
        if self.on("bool_operators", 0.12):
            other = self.first(rows) or "True"
            text = f"{text} {d.pick(('and', 'or'))} {other}"
            return f"not ({text})" if d.chance(0.2) else text
        return text

    def _int_test(self) -> str | None:
        ints = [name for name, _ in self.names(Int)]
        if not ints:
            return None
        name, d = self.draw.pick(ints), self.draw
        if d.chance(0.4):
            return f"{name} % 2 == {d.below(2)}"
        return f"{name} {d.pick(('<', '>', '==', '!=', '>='))} {d.between(0, 3)}"

    def _any(self) -> str | None:
        arrays = self.names(Arr)
        if not arrays:
            return None
        name, _ = self.draw.pick(arrays)
        return f"np.{self.draw.pick(('any', 'all'))}({name} > {self.const(0.0, 0.8)})"

    def _length_test(self) -> str | None:
        texts = [f"len({name})" for name, _ in self.names(Lst)]
        texts += [f"{name}.shape[{self.draw.below(len(k.shape))}]" for name, k in self.names(Arr)]
        return f"{self.draw.pick(texts)} > {self.draw.between(1, 3)}" if texts else None

    # numbers

    def number(self, depth: int = 2) -> str:
        if depth <= 0 or self.draw.chance(0.2):
            return self.number_leaf()
        n, c, d = self.number, self.const, self.draw
        rows: list[Row] = [
            (3, "", lambda: f"np.{d.pick(UNARY)}({n(depth - 1)})"),
            (2, "math", lambda: f"math.{d.pick(MATH)}({n(depth - 1)})"),
            (1, "", lambda: self._shaped("np", n(depth - 1))),
            (1, "math", lambda: self._shaped("math", n(depth - 1))),
            (2, "", lambda: f"{c()} * {atom(n(depth - 1))} + {c()} * {atom(n(depth - 1))}"),
            (2, "", lambda: f"{n(depth - 1)} {d.pick('+-')} {atom(n(depth - 1))}"),
            (2.5, "", lambda: f"{atom(n(depth - 1))} * {atom(n(depth - 1))}"),
            (1.5, "", lambda: f"{atom(n(depth - 1))} * np.cos({n(depth - 1)})"),
            (1, "", lambda: f"{atom(n(depth - 1))} / (1.0 + {atom(n(0))} ** 2)"),
            (0.4, "", lambda: f"-{atom(n(depth - 1))}"),
            (0.4, "", lambda: f"{atom(n(0))} ** {d.pick((2, 3))}"),
            (0.7, "kinks", lambda: f"{d.pick(('max', 'min'))}({n(depth - 1)}, {n(0)})"),
            (0.4, "kinks", lambda: f"abs({n(depth - 1)})"),
            (1.2, "ternary", lambda: f"({n(depth - 1)} if {self.test()} else {n(depth - 1)})"),
            (4, "reductions", lambda: self._reduction(depth)),
            (2, "linear", lambda: self._inner(depth)),
            (4, "calls", lambda: self.call(NUM, depth)),
            (1, "masks", lambda: self._masked_sum()),
            (0.7, "comprehensions", lambda: self._listed_sum()),
        ]
        return self.first(rows) or self.number_leaf()

    def number_leaf(self) -> str:
        d, rows = self.draw, []
        if names := [name for name, _ in self.names(Num)]:
            rows.append((5.0, "", lambda: d.pick(names)))
        if reads := self.reads(NUM):
            rows.append((5.0, "", lambda: d.pick(reads)))
        if self.names(Arr):
            rows.append((4.0, "elements", self._element))
        if ints := [name for name, _ in self.names(Int)]:
            rows.append((0.6, "", lambda: f"0.{d.between(1, 4)} * {d.pick(ints)}"))
        return self.first([*rows, (0.7, "", self.const)]) or self.const()

    def _element(self) -> str:
        name, kind = self.draw.pick(self.names(Arr))
        index = [self.int_index(n) for n in kind.shape]
        if len(index) == 2 and self.draw.chance(0.15):
            return f"{name}[{index[0]}][{index[1]}]"
        return f"{name}[{', '.join(index)}]"

    def _shaped(self, module: str, inner: str) -> str:
        a = atom(inner)
        forms = (f"exp(-{a} ** 2)", f"log1p({a} ** 2)", f"sqrt(1.0 + {a} ** 2)", f"exp({module}.sin({inner}))")
        return f"{module}.{self.draw.pick(forms)}"

    def _some_array(self, depth: int) -> tuple[str, Shape] | None:
        """An array expression of any shape in scope, not too large for a sum."""
        arrays = self.names(Arr)
        if not arrays:
            return None
        name, kind = self.draw.pick(arrays)
        if depth > 1 and self.draw.chance(0.5):
            return self.array(kind.shape, depth - 1), kind.shape
        return name, kind.shape

    def _reduction(self, depth: int) -> str | None:
        found = self._some_array(depth)
        if found is None:
            return None
        a, d = found[0], self.draw
        forms = [f"np.sum({a})", f"np.sum({a})", f"np.mean({a})", f"np.sum({atom(a)} ** 2)", f"np.sum(np.sin({a}))"]
        forms += [f"{a}.sum()", f"{a}.mean()"] if a.isidentifier() else []
        forms += [f"np.max({a})", f"np.min({a})"] if "kinks" in self.features and d.chance(0.2) else []
        return d.pick(forms)

    def _inner(self, depth: int) -> str | None:
        vectors = [(name, k.shape) for name, k in self.names(Arr) if len(k.shape) == 1]
        if not vectors:
            return None
        name, shape = self.draw.pick(vectors)
        other = self.array(shape, depth - 1)
        return self.draw.pick((f"np.dot({name}, {other})", f"{name} @ {atom(other)}"))

    def _masked_sum(self) -> str | None:
        arrays = self.names(Arr)
        if not arrays:
            return None
        name, _ = self.draw.pick(arrays)
        return f"np.sum({name}[{name} {self.draw.pick('<>')} {self.const(0.0, 0.8)}])"

    def _listed_sum(self) -> str | None:
        lists = [(name, k.item) for name, k in self.names(Lst)]
        lists += [(name, NUM) for name, k in self.names(Arr) if len(k.shape) == 1]
        if not lists:
            return None
        name, item = self.draw.pick(lists)
        v = self.fresh("v")
        inner = f"np.sum({v})" if isinstance(item, Arr) else v
        if not isinstance(item, Num | Arr):
            return None
        test = f" if {inner} > {self.const(0, 0.5)}" if self.draw.chance(0.2) else ""
        return f"sum([{self.const()} * {inner} for {v} in {name}{test}])"

    # calls

    def call(self, result: Kind, depth: int) -> str | None:
        """A call of a helper or of a local function that returns such a value."""
        functions = list(self.helpers.items()) + self.names(Fun)
        functions = [(name, fun) for name, fun in functions if fun.result == result and fun.pure]
        if not functions:
            return None
        name, fun = self.draw.pick(functions)
        arguments = [self.value(kind, min(depth - 1, 1)) for kind in fun.params]
        if len(fun.names) > 1 and self.on("keywords", 0.15):
            arguments[-1] = f"{fun.names[-1]}={arguments[-1]}"
        return None if None in arguments else f"{name}({', '.join(map(str, arguments))})"

    # arrays

    def array(self, shape: Shape, depth: int = 2) -> str:
        if depth <= 0 or self.draw.chance(0.2):
            return self.array_leaf(shape)
        a, n, d = self.array, self.number, self.draw
        less = depth - 1
        rows: list[Row] = [
            (3, "", lambda: f"np.{d.pick(UNARY)}({a(shape, less)})"),
            (1.5, "", lambda: self._shaped("np", a(shape, less))),
            (2.5, "", lambda: f"{self.const()} * {atom(a(shape, less))} + {self.const()} * {atom(a(shape, less))}"),
            (2.5, "", lambda: f"{a(shape, less)} {d.pick('+-')} {atom(a(shape, less))}"),
            (2.5, "", lambda: f"{atom(a(shape, less))} * {atom(a(shape, less))}"),
            (1.5, "", lambda: f"{atom(n(less))} * {atom(a(shape, less))}"),
            (0.7, "", lambda: f"{a(shape, less)} + {atom(n(less))}"),
            (1, "", lambda: f"{atom(a(shape, less))} / (1.0 + {atom(self.array_leaf(shape))} ** 2)"),
            (0.4, "", lambda: f"-{atom(a(shape, less))}"),
            (1, "kinks", lambda: f"np.{d.pick(('maximum', 'minimum'))}({a(shape, less)}, {self.array_leaf(shape)})"),
            (1, "kinks", lambda: f"np.maximum({a(shape, less)}, {self.const(0, 0.8)})"),
            (1.2, "where", lambda: self._where(shape, less)),
            (1, "ternary", lambda: f"({a(shape, less)} if {self.test()} else {a(shape, less)})"),
            (4, "calls", lambda: self.call(Arr(shape), depth)),
            *(self._vector_rows(shape[0], less) if len(shape) == 1 else self._matrix_rows(shape, less)),
        ]
        return self.first(rows) or self.array_leaf(shape)

    def _vector_rows(self, n: int, less: int) -> list[Row]:
        a, d = self.array, self.draw
        matrices = [(name, k.shape) for name, k in self.names(Arr) if len(k.shape) == 2]

        def product() -> str | None:
            fit = [(m, s) for m, s in matrices if n in s]
            if not fit:
                return None
            m, (rows, columns) = d.pick(fit)
            if rows == n:
                v = a((columns,), less)
                return d.pick((f"{m} @ {atom(v)}", f"np.dot({m}, {v})", f"{atom(v)} @ {m}.T"))
            v = a((rows,), less)
            return d.pick((f"{atom(v)} @ {m}", f"{m}.T @ {atom(v)}"))

        def reduced() -> str | None:
            fit = [(m, s) for m, s in matrices if n in s]
            if not fit:
                return None
            m, s = d.pick(fit)
            axis = 0 if s[1] == n else 1
            axis = axis if d.chance(0.6) else axis - 2
            return d.pick((f"np.sum({m}, axis={axis})", f"{m}.mean(axis={axis})", f"np.mean({m}, {axis})"))

        def concatenated() -> str | None:
            k = d.between(1, n - 1) if n > 1 else 0
            return f"np.concatenate(({a((k,), 0)}, {a((n - k,), 0)}))" if k else None

        return [
            (2, "linear", product),
            (2, "axis", reduced),
            (1, "cumsum", lambda: f"np.cumsum({a((n,), less)})"),
            (1.2, "concatenate", concatenated),
            (0.8, "array_literals", lambda: f"np.array([{', '.join(self.number(1) for _ in range(n))}])"),
            (0.8, "comprehensions", lambda: self._listed_array(n)),
            (1.2, "int_index", lambda: self._gather(n)),
        ]

    def _listed_array(self, n: int) -> str | None:
        vectors = [name for name, k in self.names(Arr) if k.shape == (n,)]
        if not vectors:
            return None
        v = self.fresh("v")
        return f"np.array([np.{self.draw.pick(UNARY)}({v} * {self.const()}) for {v} in {self.draw.pick(vectors)}])"

    def _gather(self, n: int) -> str | None:
        vectors = [(name, k.shape[0]) for name, k in self.names(Arr) if len(k.shape) == 1]
        if not vectors:
            return None
        name, length = self.draw.pick(vectors)
        return f"{name}[{self.positions(length, n, unique=False)}]"

    def positions(self, length: int, count: int, *, unique: bool) -> str:
        """Text of an integer index array; with repeats where the features allow it."""
        if unique or "repeats" not in self.features or self.draw.chance(0.4):
            picked = self.draw.shuffled(range(length))[:count]
        else:
            picked = []
        if len(picked) < count:
            self.used.add("repeats")
            picked = [self.draw.below(length) for _ in range(count)]
        text = str(picked)
        return text if self.draw.chance(0.5) else f"np.array({text})"

    def _matrix_rows(self, shape: Shape, less: int) -> list[Row]:
        (r, c), a, d = shape, self.array, self.draw

        def product() -> str | None:
            fit = [(m, k.shape) for m, k in self.names(Arr) if len(k.shape) == 2 and k.shape[0] == r]
            if not fit:
                return None
            m, s = d.pick(fit)
            other = a((s[1], c), less)
            return d.pick((f"{m} @ {atom(other)}", f"np.matmul({m}, {other})"))

        def broadcast() -> str:
            return f"{atom(a((r, c), less))} {d.pick('+*-')} {atom(a((c,), 0))}"

        def expanded() -> str:
            v, w = atom(a((r,), 0)), atom(a((c,), less))
            column = d.pick((f"{v}[:, None]", f"{v}[:, np.newaxis]", f"{v}.reshape(-1, 1)"))
            return f"{column} * {w}" if d.chance(0.7) else f"{column} + {w}[None, :]"

        def kept() -> str | None:
            fit = [m for m, k in self.names(Arr) if k.shape == (r, c)]
            if not fit:
                return None
            m = d.pick(fit)
            return f"{m} - {d.pick(('np.mean', 'np.sum'))}({m}, axis={d.between(-2, 1)}, keepdims=True)"

        return [
            (1, "linear", lambda: f"np.outer({a((r,), less)}, {a((c,), less)})"),
            (1, "linear", product),
            (1.5, "vectors", broadcast),
            (2.5, "newaxis", expanded),
            (0.7, "axis", kept),
            (0.7, "views", lambda: f"{atom(a((c, r), 0))}.T"),
            (0.5, "views", lambda: f"np.reshape({a((r * c,), 0)}, ({r}, {c}))" if r * c < 10 else None),
            (0.5, "concatenate", lambda: f"np.stack([{', '.join(a((c,), 0) for _ in range(r))}])"),
            (0.5, "cumsum", lambda: f"np.cumsum({a((r, c), 0)}, axis={d.below(2)})"),
        ]

    def _where(self, shape: Shape, less: int) -> str:
        test = f"{self.array_leaf(shape)} {self.draw.pick('<>')} {self.const(0.0, 0.8)}"
        other = self.const() if self.draw.chance(0.3) else self.array(shape, less)
        return f"np.where({test}, {self.array(shape, less)}, {other})"

    def array_leaf(self, shape: Shape) -> str:
        """A name, a piece of a name, or a fresh array, of this shape."""
        d = self.draw
        exact = [name for name, k in self.names(Arr) if k.shape == shape]
        pieces = [(name, k.shape) for name, k in self.names(Arr) if k.shape != shape]
        pieces = [(name, s) for name, s in pieces if piece_fits(s, shape)]
        rows: list[Row] = []
        if exact:
            rows.append((6, "", lambda: d.pick(exact)))
        if reads := self.reads(Arr(shape)):
            rows.append((4, "", lambda: d.pick(reads)))
        if pieces:
            rows.append((3, "slices", lambda: self.piece(*d.pick(pieces), shape)))
        if exact and shape and self.draw.chance(0.1):
            rows.append((3, "negative_steps", lambda: f"{d.pick(exact)}[::-1]"))
        return self.first(rows) or self.filled(shape)

    def piece(self, name: str, source: Shape, shape: Shape) -> str:
        """Text of a basic index that takes an array of `shape` out of `source`."""
        parts = []
        drop = self.draw.pick(droppable(source, shape))
        wanted = list(shape)
        for axis, n in enumerate(source):
            parts.append(self.int_index(n) if axis == drop else self.slice_of(n, wanted.pop(0)))
        if len(parts) == 2 and parts[1] == ":" and self.draw.chance(0.5):
            parts.pop()
        return f"{name}[{', '.join(parts)}]"

    def filled(self, shape: Shape) -> str:
        size = shape[0] if len(shape) == 1 else shape
        forms = [f"{self.const()} * np.ones({size})", f"np.full({size}, {self.number_leaf()})"]
        if len(shape) == 1:
            forms += [f"np.linspace({self.const(0, 0.5)}, {self.const(0.6, 1.4)}, {size})", f"0.3 * np.arange({size})"]
        return self.draw.pick(forms)
