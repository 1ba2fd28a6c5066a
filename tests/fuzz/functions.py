"""Helpers at module level, nested functions, lambdas, and their calls; the statement choice itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from .draw import NUM, Arr, Block, Fun, Int, Kind, Lst, Num, Row, Scope, Tup, Var
from .expressions import UNARY
from .paths import Paths
from .texts import atom

PARAMS = ("x", "y", "z", "a", "v", "s", "i", "u1", "s1", "v1")


class Functions(Paths):
    """Each statement method emits a statement and returns "", or returns None where it does not apply."""

    def function_rows(self) -> list[Row]:
        less = 1.0 / (1 + self.scope.depth)
        return [
            (2, "helper_writes", self.call_writer),
            (1.5, "helper_views", self.call_viewer),
            (1, "helpers", self.call_pair),
            (1.2, "helpers", self.call_value),
            (1.2 * less, "closures", self.nested_function),
            (1.2 * less, "lambdas", self.lambda_function),
            (0.5 * less, "nonlocal", self.nonlocal_function),
            (0.4 * less, "closure_writes", self.closure_write),
        ]

    def statement(self) -> None:
        self.scope.budget -= 1
        rows = [*self.plain_rows(), *self.container_rows(), *self.flow_rows(), *self.path_rows(),
                *self.function_rows()]
        self.first([row for row in rows if row[0] > 0])

    # definitions at module level

    @contextmanager
    def function(self, names: dict[str, Var], result: Kind | None, budget: int, nested: bool = False) -> Iterator[Block]:
        """Write into a new function's body."""
        outer, taken = self.scope, set(self.taken)
        depth = outer.depth if nested else 0
        self.scope = Scope(dict(names), depth=0 if not nested else min(depth, 2), result=result, budget=budget)
        self.scope.nested = nested
        if not nested:
            self.taken = set(self.helpers) | {"f", "np", "math"} | set(names)
        yield self.scope.block
        self.scope = outer
        self.taken = taken if not nested else self.taken

    def define(self, name: str, fun: Fun) -> None:
        self.helpers[name] = fun
        self.taken.add(name)

    def helper(self, kinds: list[Kind]) -> tuple[str, Block]:
        """A module-level function for arguments of (some of) these kinds; its header and its body."""
        d = self.draw
        form = self.first([
            (4, "helpers", lambda: "value"),
            (2, "helper_writes", lambda: "writer"),
            (2, "helper_views", lambda: "viewer"),
            (1, "recursion", lambda: "recursive"),
            (1, "function_args", lambda: "applier"),
            (1, "tuples", lambda: "pair"),
        ])  # fmt: skip
        name = f"{d.pick(('h', 'step', 'update', 'h'))}{len(self.helpers) + 1}"
        arrays = [kind for kind in kinds if isinstance(kind, Arr)]
        if form == "recursive":
            either: list[Kind] = [*arrays, NUM]
            return self._recursive(name, d.pick(either))
        if form == "applier":
            return self._applier(name)
        if form in ("writer", "viewer") and arrays:
            params: list[Kind] = [d.pick(arrays), *([NUM] if form == "writer" else [])]
        else:
            form = "pair" if form == "pair" else "value"
            params = [d.pick(kinds) for _ in range(d.between(1, 2))]
        names = tuple(d.shuffled(PARAMS)[: len(params)])
        scope = {p: self._param(kind) for p, kind in zip(names, params, strict=True)}
        write = form == "writer"
        if form == "value":  # an array that is passed may be a temporary or anything: read only
            scope = {p: replace(var, write=False, rebind=not isinstance(var.kind, Arr)) for p, var in scope.items()}
        result = self._result_kind(form or "value", params)
        with self.function(scope, result, d.between(1, 4)) as block:
            self.scope.returns = form != "viewer"
            self.statements(1 if form == "viewer" else d.between(0, 3))
            self._end(form or "value", names, params)
            kind = self.scope.result
        pure = not write and form not in ("viewer", "pair")
        self.define(name, Fun(tuple(params), kind, pure, names))
        return f"def {name}({', '.join(names)}):", block

    def _param(self, kind: Kind) -> Var:
        self.group += 1
        return Var(kind, frozenset({self.group}))

    def _result_kind(self, form: str, params: list[Kind]) -> Kind | None:
        if form == "value":
            return NUM if self.draw.chance(0.5) else self.draw.pick([k for k in params if isinstance(k, Num | Arr)])
        if form == "pair":
            return Tup((NUM, params[0]))
        return None if form == "viewer" or self.draw.chance(0.6) else NUM

    def _end(self, form: str, names: tuple[str, ...], params: list[Kind]) -> None:
        """The last statements of a helper."""
        scope = self.scope
        if form == "viewer":
            name, kind = names[0], params[0]
            if name not in scope.names or not isinstance(kind, Arr):
                return self.emit("return None")
            index, left = self.index(kind.shape)
            text, shape = (f"{name}[{index}]", left) if left else (name, kind.shape)
            if len(kind.shape) == 2 and self.draw.chance(0.2):
                text, shape = f"{name}.T", kind.shape[::-1]
            self.emit(f"return {text}")
            scope.result = Arr(shape)
        elif form == "writer":
            while self.draw.chance(0.3):
                self.write(piece=self.draw.chance(0.5))
            if self.write(piece=self.draw.chance(0.5)) is None:
                self.emit(f"{names[0]}[0] *= {self.const()}")
            if scope.result is not None:
                self.emit(self.returned())
        else:
            self.emit(self.returned())

    def returned(self) -> str:
        match self.scope.result:
            case None:
                return "return"
            case Tup(items):
                return f"return {', '.join(self.item(kind) for kind in items)}"
            case kind:
                return f"return {self.value(kind, 2)}"

    def _recursive(self, name: str, kind: Kind) -> tuple[str, Block]:
        scope = {"x": self._param(kind), "k": Var(Int(0, 3), rebind=False)}
        scope["x"] = replace(scope["x"], write=False)
        with self.function(scope, kind, 2) as block:
            more = f" or {self.test()}" if self.draw.chance(0.6) else ""  # an end that data decides
            self.emit_block(f"if k <= 0{more}:", [f"return {self.value(kind, 1)}"])
            call = f"{name}({self.value(kind, 1)}, k - 1)"
            tail = bool(more) and self.draw.chance(0.3)
            self.emit(f"return {call}" if tail else
                      f"return {self.const()} * {call} + {atom(str(self.value(kind, 1)))}")
        self.define(name, Fun((kind, Int(0, 3)), kind))
        return f"def {name}(x, k):", block

    def _applier(self, name: str) -> tuple[str, Block]:
        function = Fun((NUM,), NUM)
        scope = {"fn": Var(function, rebind=False), "z": Var(NUM)}
        with self.function(scope, NUM, 2) as block:
            self.statements(self.draw.below(2))
            self.emit(f"return fn(z) * {self.number(1)} + fn({self.number(1)})")
        self.define(name, Fun((function, NUM), NUM))
        return f"def {name}(fn, z):", block

    # calls as statements

    def _helpers(self, wanted: str) -> list[tuple[str, Fun]]:
        def matches(fun: Fun) -> bool:
            match wanted:
                case "viewer":
                    return not fun.pure and isinstance(fun.result, Arr)
                case "pair":
                    return isinstance(fun.result, Tup)
                case "value":
                    return fun.pure
            return not fun.pure and not isinstance(fun.result, Arr | Tup)

        return [(name, fun) for name, fun in self.helpers.items() if matches(fun)]

    def call_value(self) -> str | None:
        """`y = h(x, s)`."""
        fits = [*self._helpers("value"), *self.names(Fun)]
        fits = [(name, fun) for name, fun in fits if isinstance(fun.result, Num | Arr) and fun.pure]
        if not fits:
            return None
        _, fun = self.draw.pick(fits)
        assert fun.result is not None
        text = self.call(fun.result, 2)
        if text is None:
            return None
        self.emit(f"{(target := self.fresh('r'))} = {text}")
        self.bind(target, fun.result)
        return ""

    def call_writer(self) -> str | None:
        """`h(x, s)`, where h writes to x: to a name, a view or a row."""
        writers = self._helpers("writer")
        if not writers:
            return None
        name, fun = self.draw.pick(writers)
        kind = fun.params[0]
        assert isinstance(kind, Arr)
        targets = [n for n, k in self.writable() if k == kind] * 3
        targets += [f"{n}[{self.slice_of(k.shape[0], kind.shape[0])}]" for n, k in self.writable()
                    if k.shape[1:] == kind.shape[1:] and k.shape[0] > kind.shape[0]]  # fmt: skip
        targets += [f"{n}[{self.int_index(k.shape[0])}]" for n, k in self.writable() if k.shape[1:] == kind.shape]
        if not targets:
            return None
        text = f"{name}({self.draw.pick(targets)}, {self.number(1)})"
        if fun.result is None:
            self.emit(text)
        else:
            self.emit(f"{(target := self.fresh('r'))} = {text}")
            self.bind(target, fun.result)
        return ""

    def call_viewer(self) -> str | None:
        """`w = h(x)`, a view of x, often written at once."""
        viewers = self._helpers("viewer")
        arrays = [(n, k) for n, k in self.names(Arr)]
        fits = [(name, fun, n) for name, fun in viewers for n, k in arrays if k == fun.params[0]]
        if not fits:
            return None
        name, fun, old = self.draw.pick(fits)
        assert isinstance(fun.result, Arr)
        self.emit(f"{(target := self.fresh('w'))} = {name}({old})")
        var = self.scope.names[old]
        self.bind(target, fun.result, var.groups, write=var.write)
        self.write_soon(target, fun.result)
        return ""

    def call_pair(self) -> str | None:
        """`p, q = h(x)`."""
        pairs = self._helpers("pair")
        if not pairs:
            return None
        name, fun = self.draw.pick(pairs)
        arguments = []
        for kind in fun.params:
            text = str(self.value(kind, 1))
            arguments.append(f"np.sin({text})" if isinstance(kind, Arr) else text)
        assert isinstance(fun.result, Tup)
        targets = [self.fresh("r") for _ in fun.result.items]
        self.emit(f"{', '.join(targets)} = {name}({', '.join(arguments)})")
        for target, kind in zip(targets, fun.result.items, strict=True):
            self.bind(target, kind, write=False)
        return ""

    # functions inside

    def _captured(self) -> dict[str, Var]:
        return {name: replace(var, rebind=False, write=False) for name, var in self.scope.names.items()}

    def _inner_param(self) -> str:
        shadowed = [name for name, _ in self.names(Num)]
        if shadowed and self.on("shadowing", 0.15):
            return self.draw.pick(shadowed)
        return self.fresh("z")

    def nested_function(self) -> str:
        kind = self.item_kind()
        z, name, result = self._inner_param(), self.fresh("g"), self.draw.pick((NUM, kind))
        names = {**self._captured(), z: Var(kind, write=False)}
        with self.function(names, result, 3, nested=True) as block:
            self.statements(self.draw.below(3))
            self.emit(self.returned())
        self.emit_block(f"def {name}({z}):", block)
        self.bind(name, Fun((kind,), result), rebind=False)
        return self.call_value() or ""

    def lambda_function(self) -> str:
        z, name = self._inner_param(), self.fresh("g")
        outer, self.scope.names = self.scope.names, {**self._captured(), z: Var(NUM)}
        text = self.number(2)
        self.scope.names = outer
        if z not in text:
            text = f"{atom(text)} * np.{self.draw.pick(UNARY)}({z})"
        self.emit(f"{name} = lambda {z}: {text}")
        self.bind(name, Fun((NUM,), NUM), rebind=False)
        return self.call_value() or ""

    def nonlocal_function(self) -> str | None:
        """A nested function that updates a number of the outer one."""
        numbers = [name for name, _ in self.rebindable(Num)]
        if not numbers or self.scope.nested:
            return None
        s, name, z = self.draw.pick(numbers), self.fresh("g"), self.fresh("z")
        update = f"{s} = {self.const(0.3, 0.9)} * {s} + np.{self.draw.pick(UNARY)}({z})"
        body: Block = [f"nonlocal {s}", update]
        self.emit_block(f"def {name}({z}):", [*body, f"return {s} * {z}"] if self.draw.chance(0.4) else body)
        for _ in range(self.draw.between(1, 2)):
            self.emit(f"{name}({self.number(1)})")
        self.bind(name, Fun((NUM,), None, pure=False), rebind=False)
        return ""

    def closure_write(self) -> str | None:
        """A nested function that writes to an array of the outer one."""
        arrays = self.writable()
        if not arrays or self.scope.nested:
            return None
        (x, kind), name, z = self.draw.pick(arrays), self.fresh("g"), self.fresh("z")
        index, left = self.index(kind.shape)
        value = f"{z} * {self.broadcastable(left)}" if left else f"{z} * {self.const()}"
        self.emit_block(f"def {name}({z}):", [f"{x}[{index}] {self.draw.pick(('=', '+='))} {value}"])
        for _ in range(self.draw.between(1, 2)):
            self.emit(f"{name}({self.number(1)})")
        self.bind(name, Fun((NUM,), None, pure=False), rebind=False)
        return ""

    # the end of f

    def total(self) -> str:
        """A number that depends on (nearly) all that is live."""
        terms = []
        for name, var in self.scope.names.items():
            if not self.draw.chance(0.85):
                continue
            match var.kind:
                case Num():
                    terms.append(self.draw.pick((name, f"{self.const()} * {name}", f"np.sin({name})")))
                case Arr():
                    terms.append(self._array_term(name))
                case Lst(Num(), _):
                    terms.append(f"sum({name})")
                case Lst(Arr(), count) if count:
                    terms.append(f"np.sum({name}[{self.draw.pick((0, -1))}] ** 2)")
                case Tup() | Lst():
                    continue
        kinds: list[Kind] = [NUM, *dict.fromkeys(k for _, k in self.names(Arr))]
        for kind in kinds:
            for text in self.reads(kind):
                if self.draw.chance(0.4):
                    terms.append(text if kind == NUM else self._array_term(text))
        return " + ".join(self.draw.shuffled(terms)[:9]) or self.number(2)

    def _array_term(self, text: str) -> str:
        forms = [f"np.sum({text} ** 2)", f"{self.const()} * np.sum({text})", f"np.sum(np.sin({text}))"]
        return self.draw.pick([*forms, f"np.sum({text} * {text})", f"np.mean({text} ** 2)"])
