"""What a trip reads of an array at places that no later write of the loop reaches: it is still
there after the loop, so that nothing needs to be saved or restored for it.

    for i in range(1, n): x[i] = x[i - 1] * a[i]        x[i - 1], and x[i] itself, stay as they are

Places are told apart along one axis, on which all writes of the loop have the trip's number plus
a constant.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from astgrad.analysis.indexing import getitem_fact, is_basic, item_kind
from astgrad.analysis.overlap import axes, slice_parts
from astgrad.ir.core import Apply, Arg, Block, Const, For, Op, Var
from astgrad.ir.fact import Dim
from astgrad.ir.sizes import Trip, fact_of_arg, same_shape
from astgrad.transform.plan import Place, root


def settled_places(loop: For) -> dict[Var, Place]:
    """Values of the body that stand somewhere in what the loop makes."""
    trip = loop.body.params[0].fact.size
    step, first = loop.bounds[2], loop.bounds[0]
    if not (isinstance(trip, Dim) and isinstance(trip.symbol, Trip) and isinstance(step, Const)
            and isinstance(step.value, int) and step.value and not loop.backwards):
        return {}
    if step.value < 0:
        first = loop.bounds[1]
    start = first.value if isinstance(first, Const) else None
    if not isinstance(start, int):
        return {}
    least = start if step.value > 0 else start + 1
    found: dict[Var, Place] = {}
    for j, out in enumerate(loop.outs):
        first_version, steps = root(loop.body, loop.body.results[j])
        if steps and first_version is loop.body.params[j + 1] and out.fact.rank:
            chain = Chain(loop.body, trip.symbol, step.value, least, steps[::-1])
            found.update((var, (j, out, index)) for var, index in chain.places())
    return found


@dataclass
class Chain:
    """The writes of one array in a trip, in their order, and the array's versions."""

    body: Block
    trip: Trip
    step: int
    least: int  # the least number of a trip
    steps: list[tuple[Op, Var]]
    written: list[int] = field(default_factory=list)  # how far from the trip's number, by step

    def places(self) -> list[tuple[Var, Arg]]:
        array = self.steps[0][1]
        for axis in range(array.fact.rank or 0):
            offsets = [self.written_at(op, axis) for op, _ in self.steps]
            if None not in offsets:
                self.written = [offset for offset in offsets if offset is not None]
                return self.found(axis)
        return []

    def written_at(self, op: Op, axis: int) -> int | None:
        if not isinstance(op, Apply) or op.rule.name not in ("setitem", "index_add"):
            return None
        return self.offset(self.item(op.args[0], op.args[1], axis))

    def item(self, array: Arg, index: Arg, axis: int) -> Arg | None:
        rank = fact_of_arg(array).rank
        return axes(index, rank)[axis] if rank is not None and is_basic(index) else None

    def offset(self, item: Arg | None) -> int | None:
        """An int's distance from the trip's number, if it is never negative."""
        size = item.fact.size if isinstance(item, Var) and item_kind(item) == "int" else None
        if not isinstance(size, Dim) or size.symbol is not self.trip or self.least + size.add < 0:
            return None
        return size.add

    def found(self, axis: int) -> list[tuple[Var, Arg]]:
        versions: list[Arg] = [self.steps[0][0].args[0], *(v for _, v in self.steps)]  # type: ignore[union-attr]
        values: list[tuple[Var, Arg]] = []
        for op in self.body.ops:
            if not isinstance(op, Apply):
                continue
            if op.rule.name == "[]" and op.args[0] in versions:
                place = self.read_at(self.item(op.args[0], op.args[1], axis))
                if place is not None and self.stays(place, versions.index(op.args[0])):
                    values.append((op.outs[0], op.args[1]))
            elif op.rule.name == "setitem" and op.outs and op.outs[0] in versions:
                place, value = self.written_at(op, axis), op.args[2]
                if (place is not None and isinstance(value, Var) and self.fits(op, value)
                        and self.stays(place, versions.index(op.outs[0]))):
                    values.append((value, op.args[1]))
        return values

    def read_at(self, item: Arg | None) -> int | None:
        """The place that is read, of a slice the one nearest to later writes."""
        if item is None or item_kind(item) != "slice":
            return self.offset(item)
        start, stop, step = slice_parts(item)
        if step != Const(1):
            return None
        if self.step < 0:
            return self.offset(start) if stop == Const(None) else None
        plain = start == Const(None) or (isinstance(start, Const) and start.value >= 0)
        end = self.offset(stop)
        return end - 1 if plain and end is not None else None

    def stays(self, place: int, version: int) -> bool:
        """Whether neither the trip's writes after a version nor later trips reach a place."""
        later = [*self.written[version:], *(offset + self.step for offset in self.written)]
        return all(place < offset if self.step > 0 else place > offset for offset in later)

    def fits(self, op: Apply, value: Var) -> bool:
        """Whether what is stored is what can be read there: no number, nothing that is spread."""
        piece, fact = getitem_fact(op.args[0], op.args[1]), value.fact
        return (piece is not None and piece.kind == fact.kind and piece.dtype == fact.dtype
                and (piece.kind == "scalar" or same_shape(piece.shape, fact.shape)))
