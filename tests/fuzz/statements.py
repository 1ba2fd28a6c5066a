"""Straight-line statements on numbers and arrays: bindings, aliases, views, writes."""

from __future__ import annotations

import re

from .draw import NUM, Arr, Int, Num, Row
from .expressions import UNARY, Expressions
from .texts import Shape, atom

NAME = re.compile(r"[A-Za-z_]\w*")
SHARES = re.compile(r"([A-Za-z_]\w*)(\[[^\]]*\]|\.T)*")


class Statements(Expressions):
    """Each method emits a statement and returns "", or returns None where it does not apply."""

    def plain_rows(self) -> list[Row]:
        return [
            (3, "", self.number_new),
            (2.5, "", self.number_rebind),
            (2.5, "augmented", self.number_augmented),
            (3, "vectors", self.array_new),
            (2, "vectors", self.array_rebind),
            (3, "augmented", self.array_augmented),
            (4, "element_writes", lambda: self.write(piece=False)),
            (4, "slice_writes", lambda: self.write(piece=True)),
            (1.5, "overlap", self.overlap),
            (1.5, "aliases", self.alias),
            (3, "views", self.view),
            (1, "copies", self.copy),
            (1, "masks", self.mask_write),
            (1, "int_index", self.position_write),
            (1.2, "np_writes", self.numpy_write),
            (0.7, "walrus", self.walrus),
            (0.6, "chain", self.chain),
            (0.7, "ints", self.counter),
            (0.3, "del", self.delete),
        ]

    # what an array expression may share memory with

    def groups_of(self, text: str) -> frozenset[int] | None:
        names = self.scope.names
        if text.startswith("(") and " if " in text:
            arrays = [names[n] for n in NAME.findall(text) if n in names and isinstance(names[n].kind, Arr)]
            return frozenset().union(*(var.groups for var in arrays)) or None
        match = SHARES.fullmatch(text)
        return names[match[1]].groups if match and match[1] in names else None

    def new_shape(self) -> Shape | None:
        shapes = [k.shape for _, k in self.names(Arr)]
        return self.draw.pick(shapes) if shapes else None

    # bindings

    def number_new(self) -> str:
        text = self.number(2)
        self.emit(f"{(name := self.fresh('s'))} = {text}")
        self.bind(name, NUM)
        return ""

    def number_rebind(self) -> str | None:
        names = self.rebindable(Num)
        if not names:
            return None
        name, _ = self.draw.pick(names)
        keep = f"{self.const(0.3, 0.9)} * {name} + " if self.draw.chance(0.4) else ""
        self.emit(f"{name} = {keep}{self.number(2)}")
        self.bind(name, NUM)
        return ""

    def update(self, target: str, number: bool, shape: Shape = ()) -> str:
        """Text of an augmented assignment that keeps the target tame."""
        value = self.number(1) if number else self.broadcastable(shape)
        op = self.draw.weighted([(5.0, "+="), (2.0, "-="), (2.0, "*="), (1.0, "/="), (0.3, "**=")])
        match op:
            case "*=":
                value = f"np.cos({value})" if self.draw.chance(0.6) else value
            case "/=":
                value = f"1.0 + {atom(value)} ** 2"
            case "**=":
                value = "2"
        return f"{target} {op} {value}"

    def number_augmented(self) -> str | None:
        names = self.rebindable(Num)
        if not names:
            return None
        self.emit(self.update(self.draw.pick(names)[0], number=True))
        return ""

    def array_new(self) -> str | None:
        shape = self.new_shape()
        if shape is None:
            return None
        text = self.array(shape, 2)
        self.emit(f"{(name := self.fresh('v' if len(shape) == 1 else 'M'))} = {text}")
        self.bind(name, Arr(shape), self.groups_of(text))
        return ""

    def array_rebind(self) -> str | None:
        names = self.rebindable(Arr)
        if not names:
            return None
        name, kind = self.draw.pick(names)
        text = self.array(kind.shape, 2)
        groups = self.groups_of(text)
        if self.scope.depth and groups is not None and not self.on("ambiguous", 0.1):
            text, groups = f"np.tanh({text})", None
        self.emit(f"{name} = {text}")
        self.bind(name, kind, groups)
        return ""

    def broadcastable(self, shape: Shape, depth: int = 1) -> str:
        """A value that broadcasts to the shape: mostly of that shape itself."""
        if not shape or self.draw.chance(0.15):
            return self.number(depth)
        if len(shape) > 1 and self.draw.chance(0.2):
            return self.array(shape[1:], depth)
        return self.array(shape, depth)

    def array_augmented(self) -> str | None:
        fixed = {name for name, var in self.scope.names.items() if not var.rebind}
        names = [(name, kind) for name, kind in self.writable() if name not in fixed]
        if not names:
            return None
        name, kind = self.draw.pick(names)
        self.emit(self.update(name, number=False, shape=kind.shape))
        return ""

    # writes

    def write(self, *, piece: bool) -> str | None:
        arrays = self.writable()
        if not arrays:
            return None
        name, kind = self.draw.pick(arrays)
        for _ in range(8):
            index, left = self.index(kind.shape)
            if bool(left) == piece:
                break
        else:
            return None
        target = f"{name}[{index}]"
        if self.on("augmented", 0.4):
            self.emit(self.update(target, not left, left))
        elif self.draw.chance(0.2):
            self.emit(f"{target} = {self.const(0.3, 0.9)} * {target} + {self.broadcastable(left)}")
        else:
            self.emit(f"{target} = {self.broadcastable(left, 2)}")
        return ""

    def overlap(self) -> str | None:
        """A write whose value reads overlapping places of the same array."""
        arrays = [(name, k.shape) for name, k in self.writable() if k.shape[0] > 2]
        if not arrays:
            return None
        (name, shape), c, d = self.draw.pick(arrays), self.const, self.draw
        forms = [
            f"{name}[1:] = {c()} * {name}[:-1] + {name}[1:]",
            f"{name}[:-1] {d.pick(('+=', '-='))} {c()} * {name}[1:]",
            f"{name}[1:] += {name}[:-1] * {name}[1:]",
            f"{name}[1:-1] += {c()} * ({name}[:-2] - 2.0 * {name}[1:-1] + {name}[2:])",
            f"{name}[:] = {name}[::-1] * {c()}",
            f"{name}[0] = {name}[-1] * {name}[1]",
        ]
        if len(shape) == 2 and shape[1] > 1:
            forms += [f"{name}[:, 0] += {c()} * {name}[:, -1]", f"{name}[:, 1:] = np.sin({name}[:, :-1])"]
        self.emit(d.pick(forms))
        return ""

    def mask_write(self) -> str | None:
        arrays = self.writable()
        if not arrays:
            return None
        (name, kind), d = self.draw.pick(arrays), self.draw
        test = f"{name} {d.pick('<>')} {self.const(0.0, 0.8)}"
        other = d.pick([n for n, k in self.names(Arr) if k.shape == kind.shape])
        if d.chance(0.5):
            self.emit(f"{(mask := self.fresh('mask'))} = {test}")
            test = mask
            forms = [f"{name}[{test}] = {self.const()} * {other}[{test}]", f"{name}[{test}] += {other}[{test}]"]
        else:
            forms = [f"{name}[{test}] = {self.number(1)}", f"{name}[{test}] *= {self.const()}"]
        self.emit(d.pick(forms))
        return ""

    def position_write(self) -> str | None:
        arrays = [(name, k.shape) for name, k in self.writable() if len(k.shape) == 1 or self.draw.chance(0.3)]
        if not arrays:
            return None
        (name, shape), d = self.draw.pick(arrays), self.draw
        count = d.between(2, 3)
        if count > shape[0] and "repeats" not in self.features:
            count = shape[0]
        at = self.positions(shape[0], count, unique=d.chance(0.5))
        value = self.broadcastable((count, *shape[1:]))
        self.emit(f"{name}[{at}] {d.pick(('=', '=', '+=', '*='))} {value}")
        return ""

    def numpy_write(self) -> str | None:
        """A NumPy function that writes to an argument."""
        arrays = self.writable()
        if not arrays:
            return None
        (name, kind), d = self.draw.pick(arrays), self.draw
        shape = kind.shape
        forms = [
            lambda: f"np.copyto({name}, {self.array(shape, 1)})",
            lambda: f"{name}.fill({self.number(1)})",
            lambda: f"np.{d.pick(UNARY)}({self.array(shape, 1)}, out={name})",
            lambda: f"np.{d.pick(('multiply', 'add'))}({name}, {self.broadcastable(shape)}, out={name})",
        ]
        if len(shape) == 1:
            at = self.positions(shape[0], 2, unique=shape[0] > 1 and d.chance(0.4))
            forms.append(lambda: f"np.{d.pick(('add', 'subtract'))}.at({name}, {at}, {self.broadcastable((2,))})")
        elif shape[0] == shape[1]:
            forms.append(lambda: f"np.fill_diagonal({name}, {self.number(1)})")
        self.emit(d.pick(forms)())
        return ""

    # second names

    def alias(self) -> str | None:
        arrays = self.names(Arr)
        if not arrays:
            return None
        old, kind = self.draw.pick(arrays)
        self.emit(f"{(name := self.fresh('b'))} = {old}")
        var = self.scope.names[old]
        self.bind(name, kind, var.groups, write=var.write)
        self.write_soon(name, kind)
        return ""

    def copy(self) -> str | None:
        arrays = self.names(Arr)
        if not arrays:
            return None
        old, kind = self.draw.pick(arrays)
        form = self.draw.pick((f"{old}.copy()", f"np.array({old})", f"np.copy({old})", f"+{old}"))
        self.emit(f"{(name := self.fresh('c'))} = {form}")
        self.bind(name, kind)
        return ""

    def view(self) -> str | None:
        arrays = self.names(Arr)
        if not arrays:
            return None
        (old, kind), d = self.draw.pick(arrays), self.draw
        shape = kind.shape
        index, left = self.index(shape)
        forms: list[tuple[str, Shape, bool]] = [(f"{old}[::-1]", shape, True)]
        if left:
            forms += [(f"{old}[{index}]", left, True)] * 6
        if len(shape) == 2:
            r, c = shape
            forms += [(f"{old}.T", (c, r), True), (f"np.transpose({old})", (c, r), True)]
            forms += [(f"{old}.{d.pick(('reshape(-1)', 'ravel()'))}", (r * c,), True)] * 2
            forms += [(f"{old}[{self.int_index(r)}]", (c,), True)] * 3
            forms += [(f"{old}[:, {self.int_index(c)}]", (r,), True)] * 2
            forms += [(f"np.diagonal({old})", (min(r, c),), False)]
        elif shape[0] in (4, 6):
            half = (2, shape[0] // 2)
            forms += [(f"{old}.reshape({half[0]}, {half[1]})", half, True), (f"np.reshape({old}, {half})", half, True)]
        text, left, write = d.pick(forms)
        self.emit(f"{(name := self.fresh('w'))} = {text}")
        self.bind(name, Arr(left), self.scope.names[old].groups, write=write and self.scope.names[old].write)
        self.write_soon(name, Arr(left))
        return ""

    def write_soon(self, name: str, kind: Arr) -> None:
        """Often, a write through the name that was just made."""
        if not self.draw.chance(0.5) or name not in [n for n, _ in self.writable()]:
            return
        if self.on("augmented", 0.35):
            self.emit(self.update(name, number=False, shape=kind.shape))
        elif self.on("element_writes", 0.6):
            index = ", ".join(self.int_index(n) for n in kind.shape)
            self.emit(f"{name}[{index}] = {self.number(1)}")
        elif self.on("slice_writes"):
            self.emit(f"{name}[:] = {self.broadcastable(kind.shape)}")

    # small things

    def walrus(self) -> str:
        name = self.fresh("t")
        text = f"({name} := {self.number(1)})"
        self.bind(name, NUM)
        self.emit(f"{(target := self.fresh('s'))} = {text} * {atom(self.number(1))} + {name}")
        self.bind(target, NUM)
        return ""

    def chain(self) -> str:
        if self.draw.chance(0.5) and (shape := self.new_shape()):
            text = f"np.sin({self.array(shape, 1)})"
            self.emit(f"{(a := self.fresh('v'))} = {(b := self.fresh('v'))} = {text}")
            self.bind(a, Arr(shape))
            self.bind(b, Arr(shape), self.scope.names[a].groups)
            return ""
        self.emit(f"{(a := self.fresh('s'))} = {(b := self.fresh('s'))} = {self.number(2)}")
        self.bind(a, NUM)
        self.bind(b, NUM)
        return ""

    def counter(self) -> str:
        ints = [name for name, _ in self.rebindable(Int)]
        if ints and self.draw.chance(0.7):
            name = self.draw.pick(ints)
            self.emit(f"{name} += {self.draw.between(1, 2)}")
        else:
            self.emit(f"{(name := self.fresh('k'))} = {self.draw.below(3)}")
        self.bind(name, Int(0, 99))
        return ""

    def delete(self) -> str | None:
        names = [name for name, var in self.scope.names.items() if var.rebind and isinstance(var.kind, Num | Arr)]
        if self.scope.depth or self.scope.nested or len(names) < 4:
            return None
        name = self.draw.pick(names)
        self.emit(f"del {name}")
        del self.scope.names[name]
        return ""
