"""Statements on lists, dicts and tuples."""

from __future__ import annotations

from dataclasses import replace

from .draw import NUM, Arr, Dct, Kind, Lst, Num, Row, Tup
from .statements import Statements

KEYS = ("a", "b", "w", "cat")


class Containers(Statements):
    """Each method emits a statement and returns "", or returns None where it does not apply."""

    def container_rows(self) -> list[Row]:
        return [
            (1.5, "lists", self.list_new),
            (2.5, "lists", self.list_grow),
            (2, "lists", self.list_write),
            (1.5, "lists", self.list_pop),
            (1, "comprehensions", self.list_comprehension),
            (1.5, "dicts", self.dict_new),
            (2.5, "dicts", self.dict_write),
            (1, "dicts", self.dict_grow),
            (1.2, "tuples", self.tuple_new),
            (1.5, "tuples", self.unpack),
            (1, "tuples", self.pair),
            (1.5, "swap", self.swap),
        ]

    def item_kind(self) -> Kind:
        shape = self.new_shape()
        return Arr(shape) if shape and self.draw.chance(0.5) else NUM

    def set_kind(self, name: str, kind: Kind) -> None:
        self.scope.names[name] = replace(self.scope.names[name], kind=kind)

    def item(self, kind: Kind, depth: int = 1) -> str:
        """A new item: mostly a fresh value, sometimes a second name for an array."""
        text = str(self.value(kind, depth))
        if isinstance(kind, Arr) and self.groups_of(text) is not None and not self.on("kept_views", 0.4):
            return f"np.sin({text})"
        return text

    # lists

    def list_new(self) -> str:
        kind, count = self.item_kind(), self.draw.between(0, 3)
        items = ", ".join(self.item(kind) for _ in range(count))
        text = f"[{items}]"
        if count == 1 and isinstance(kind, Num) and self.draw.chance(0.3):
            text, count = f"{text} * 3", 3
        self.emit(f"{(name := self.fresh('xs'))} = {text}")
        self.bind(name, Lst(kind, count))
        return ""

    def growable(self) -> list[tuple[str, Lst]]:
        lists = [(name, k) for name, k in self.names(Lst) if self.scope.names[name].write]
        return [(name, k) for name, k in lists if not isinstance(k.item, Lst)]

    def list_grow(self) -> str | None:
        lists = self.growable()
        if not lists:
            return None
        (name, kind), d = self.draw.pick(lists), self.draw
        item = self.item(kind.item)
        forms = [f"{name}.append({item})"] * 5
        forms += [f"{name}.insert(0, {item})", f"{name}.extend([{item}])", f"{name} += [{item}]"]
        text = d.pick(forms)
        if "+=" in text and not self.scope.names[name].rebind:
            text = forms[0]
        self.emit(text)
        self.set_kind(name, Lst(kind.item, kind.count + 1))
        return ""

    def list_write(self) -> str | None:
        lists = [(name, k) for name, k in self.growable() if k.count > 0]
        if not lists:
            return None
        (name, kind), d = self.draw.pick(lists), self.draw
        place = f"{name}[{d.pick((0, -1, d.below(kind.count)))}]"
        if isinstance(kind.item, Num) and self.on("augmented", 0.5):
            self.emit(self.update(place, number=True))
        elif isinstance(kind.item, Arr) and d.chance(0.5):
            if self.on("augmented", 0.5):
                self.emit(self.update(place, number=False, shape=kind.item.shape))
            else:
                index, left = self.index(kind.item.shape)
                self.emit(f"{place}[{index}] = {self.broadcastable(left)}")
        else:
            self.emit(f"{place} = {self.item(kind.item)}")
        return ""

    def list_pop(self) -> str | None:
        lists = [(name, k) for name, k in self.growable() if k.count > 0]
        if not lists or self.scope.loops:
            return None
        (name, kind), d = self.draw.pick(lists), self.draw
        target = self.fresh("p")
        if d.chance(0.15):
            self.emit(f"del {name}[{d.pick((0, -1))}]")
        else:
            self.emit(f"{target} = {name}.pop({d.pick(('', '', '0', '-1'))})")
            self.bind(target, kind.item)
        self.set_kind(name, Lst(kind.item, kind.count - 1))
        return ""

    def list_comprehension(self) -> str | None:
        sources = [(name, k.item, k.count) for name, k in self.names(Lst) if not isinstance(k.item, Lst)]
        sources += [(name, NUM, k.shape[0]) for name, k in self.names(Arr) if len(k.shape) == 1]
        if not sources:
            return None
        name, item, count = self.draw.pick(sources)
        v = self.fresh("v")
        outer, self.scope.names = self.scope.names, {**self.scope.names}
        self.bind(v, item)
        text = f"np.tanh({v}) * {self.number(1)}" if self.draw.chance(0.5) else str(self.item(item, 2))
        test = f" if {self.test()}" if self.draw.chance(0.15) else ""
        self.scope.names = outer
        self.emit(f"{(target := self.fresh('ys'))} = [{text} for {v} in {name}{test}]")
        self.bind(target, Lst(item, 0 if test else count))
        return ""

    # dicts

    def dict_new(self) -> str:
        keys = self.draw.shuffled(KEYS)[: self.draw.between(1, 3)]
        kind = self.item_kind()
        items = tuple((key, kind if self.draw.chance(0.7) else self.item_kind()) for key in keys)
        text = ", ".join(f'"{key}": {self.item(k)}' for key, k in items)
        self.emit(f"{(name := self.fresh('d'))} = {{{text}}}")
        self.bind(name, Dct(items))
        return ""

    def dict_write(self) -> str | None:
        dicts = [(name, k) for name, k in self.names(Dct) if self.scope.names[name].write]
        if not dicts:
            return None
        (name, kind), d = self.draw.pick(dicts), self.draw
        key, item = d.pick(kind.items)
        place = f'{name}["{key}"]'
        if isinstance(item, Num) and self.on("augmented", 0.4):
            self.emit(self.update(place, number=True))
        elif isinstance(item, Arr) and d.chance(0.5):
            if self.on("augmented", 0.5):
                self.emit(self.update(place, number=False, shape=item.shape))
            else:
                index, left = self.index(item.shape)
                self.emit(f"{place}[{index}] = {self.broadcastable(left)}")
        elif d.chance(0.15):
            self.emit(f'{name}.update({{"{key}": {self.item(item)}}})')
        else:
            self.emit(f"{place} = {self.item(item)}")
        return ""

    def dict_grow(self) -> str | None:
        """A new key, or a key that is removed; only where it happens for sure."""
        dicts = [(name, k) for name, k in self.names(Dct) if self.scope.names[name].write]
        if not dicts or self.scope.depth or self.scope.nested:
            return None
        name, kind = self.draw.pick(dicts)
        if len(kind.items) > 1 and self.draw.chance(0.4):
            key, item = self.draw.pick(kind.items)
            if self.draw.chance(0.5):
                self.emit(f'del {name}["{key}"]')
            else:
                self.emit(f'{(target := self.fresh("p"))} = {name}.pop("{key}")')
                self.bind(target, item)
            self.set_kind(name, Dct(tuple(pair for pair in kind.items if pair[0] != key)))
            return ""
        free = [key for key in KEYS if key not in dict(kind.items)]
        if not free:
            return None
        key, item = self.draw.pick(free), self.item_kind()
        self.emit(f'{name}["{key}"] = {self.item(item)}')
        self.set_kind(name, Dct((*kind.items, (key, item))))
        return ""

    # tuples

    def tuple_new(self) -> str:
        kinds = tuple(self.item_kind() for _ in range(self.draw.between(2, 3)))
        items = ", ".join(self.item(kind) for kind in kinds)
        self.emit(f"{(name := self.fresh('p'))} = ({items})")
        self.bind(name, Tup(kinds))
        return ""

    def unpack(self) -> str | None:
        tuples: list[tuple[str, tuple[Kind, ...]]] = [(name, k.items) for name, k in self.names(Tup)]
        vectors = [(name, (NUM,) * k.shape[0]) for name, k in self.names(Arr) if k.shape in ((2,), (3,))]
        sources = tuples + vectors
        if not sources:
            return None
        name, kinds = self.draw.pick(sources)
        targets = [self.fresh("u") for _ in kinds]
        if len(kinds) == 3 and kinds[1] == kinds[2] and self.on("starred", 0.3):
            self.emit(f"{targets[0]}, *{targets[1]} = {name}")
            self.bind(targets[1], Lst(kinds[1], 2))
            self.bind(targets[0], kinds[0])
            return ""
        self.emit(f"{', '.join(targets)} = {name}")
        for target, kind in zip(targets, kinds, strict=True):
            self.bind(target, kind)
        return ""

    def pair(self) -> str:
        kinds = [self.item_kind() for _ in range(2)]
        values = [self.item(kind, 2) for kind in kinds]
        targets = [self.fresh("u") for _ in kinds]
        self.emit(f"{', '.join(targets)} = {', '.join(values)}")
        for target, kind in zip(targets, kinds, strict=True):
            self.bind(target, kind)
        return ""

    def swap(self) -> str | None:
        d = self.draw
        arrays = [(name, k.shape) for name, k in self.writable()]
        if arrays and d.chance(0.4):
            name, shape = d.pick(arrays)
            i, j = self.int_index(shape[0]), self.int_index(shape[0])
            if len(shape) == 1:
                self.emit(f"{name}[{i}], {name}[{j}] = {name}[{j}], {name}[{i}]")
            else:
                self.emit(f"{name}[{i}], {name}[{j}] = {name}[{j}].copy(), {name}[{i}].copy()")
            return ""
        groups: dict[Kind, list[str]] = {}
        alike: list[tuple[str, Kind]] = [*self.rebindable(Num), *self.rebindable(Arr)]
        for name, kind in alike:
            groups.setdefault(kind, []).append(name)
        fits = [names for names in groups.values() if len(names) > 1]
        if not fits:
            return None
        a, b = d.shuffled(d.pick(fits))[:2]
        self.emit(f"{a}, {b} = {b}, {a}")
        names = self.scope.names
        names[a], names[b] = names[b], names[a]
        if self.scope.depth:
            both = names[a].groups | names[b].groups
            names[a], names[b] = replace(names[a], groups=both), replace(names[b], groups=both)
        return ""
