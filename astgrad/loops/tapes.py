"""Lists as arrays: a buffer and how much of it is filled.

A push writes at the top, a pop reads from there; an array is pushed element by element,
and read where it is.  Where it is known before the loops how often something is pushed,
the buffer has that size from the start; else it grows.  A list that is only a tape may have
items of any size; the items of others, which are read and written at indices (`loops.rows`),
are rows of the buffer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from astgrad.ir.core import Arg, Block, Const, For, If, Var
from astgrad.ir.fact import INT, Fact, Size
from astgrad.ir.walk import vars_of
from astgrad.loops.lists import Tape, dtype_of
from astgrad.loops.values import Computed, Index, Stored, Value, View, given
from astgrad.loops.writing import ONE, ZERO, Uncompiled, Writing

if TYPE_CHECKING:
    from astgrad.loops.memory import Memory

FIRST = Const(16)  # elements of a buffer that grows


@dataclass(frozen=True)
class Stack:
    """A buffer and how much of it is filled.

    Its first axis counts items, where their sizes are known; else the items are one after
    the other, and their sizes in a stack of their own.
    """

    buffer: Var
    top: Arg
    sizes: Stack | None = None
    counted: bool = True  # else the loops' trips say where an item is

    def parts(self) -> list[Arg]:
        if not self.counted:
            return [self.buffer]
        return [self.buffer, self.top, *(self.sizes.parts() if self.sizes else ())]


def start(lo: Memory, tape: Tape, name: str) -> Stack:
    """An empty tape, with room for all that will be pushed where that is known."""
    assert tape.item is not None
    dims = [lo.lengths(size) for size in tape.item.shape or ()]
    known = [n for n in dims if n is not None]
    tape.sized = len(known) == len(dims)
    tape.dims = tuple(known) if tape.sized else ()
    once = tape.sized and len(tape.pushes) == 1 and not tape.indexed
    trips = capacity(lo, tape) if once else None
    tape.exact = trips is not None
    more = known if tape.sized else []
    room: tuple[Arg, ...] = (FIRST,)
    if trips is not None:
        whole: Arg = ONE
        for n in trips:
            whole = lo.write.times(whole, n)
        room = trips if same_trips(lo, tape) else (whole,)
    if tape.indexed and not tape.sized:
        raise Uncompiled(f"the list `{name}`, whose items are of no known size")
    inner = tape.item.shape if tape.sized else ()
    fact = Fact("array", dtype_of(tape.item), (*(None for _ in room), *(inner or ())))
    buffer = lo.allocate(name, fact, (*room, *more))
    if tape.sized:
        return Stack(buffer, ZERO, counted=not tape.loops)
    sizes = lo.allocate(f"{name}_sizes", Fact("array", "int64", (None,)), (FIRST,))
    return Stack(buffer, ZERO, Stack(sizes, ZERO))


def same_trips(lo: Memory, tape: Tape) -> bool:
    """Whether items are popped in the same loops, backwards: then each trip has its place."""
    depth = len(lo.around)
    if len(tape.pops) != 1:
        return False
    there, back = tape.pushes[0][depth:], tape.pops[0][depth:]
    if tape.pops[0][:depth] != lo.around or len(there) != len(back) or not there:
        return False
    for one, two in zip(there, back, strict=True):
        if not (isinstance(one, For) and isinstance(two, For) and two.backwards
                and not two.stops and one.bounds == two.bounds and not one.backwards):
            return False
    tape.loops, tape.back = there, back  # type: ignore[assignment]
    return True


def trip_index(lo: Memory, loops: tuple[For, ...]) -> Index:
    """Where the item of this trip is."""
    return tuple(lo.write.subtract(lo.scalar(op.body.params[0]), lo.scalar(op.bounds[0]))
                 for op in loops)


def capacity(lo: Memory, tape: Tape) -> Index | None:
    """How often each loop around a push runs, if that is known before."""
    found: list[Arg] = []
    for op in tape.pushes[0]:
        if op in lo.around:
            continue
        if not isinstance(op, For) or op.stops or op.bounds[2] != ONE:
            return None
        if not all(var in lo.seen for var in vars_of(*op.bounds)):
            return None
        low, high = (lo.scalar(bound) for bound in op.bounds[:2])
        trips = lo.write.at_least_zero(lo.write.subtract(high, low))
        found.append(trips)
    return tuple(found) or None


def push(lo: Memory, tape: Tape, stack: Stack, value: Value) -> Stack:
    write, base = lo.write, stack.top
    sizes = tuple(lo.true_size(write, value, k) for k in range(value.rank))
    count: Arg = ONE
    if tape.sized:
        dims = row_sizes(write, stack) if tape.indexed else tape.dims
        sizes = tuple(lo.equal(write, n, size) for n, size in zip(sizes, dims, strict=True))
    else:
        for n in sizes:
            count = write.times(count, n)
    top = write.add_to(base, count)
    buffer = stack.buffer if tape.exact else roomy(write, stack.buffer, base, top)

    if tape.loops:
        here = trip_index(lo, tape.loops)
        return Stack(lo.store(buffer, sizes, lambda inner, index: (buffer, (*here, *index)), value),
                     ZERO, counted=False)

    def place(inner: Writing, index: Index) -> tuple[Var, Index]:
        return buffer, ((base, *index) if tape.sized else (flat(inner, base, index, sizes),))

    made = lo.store(buffer, sizes, place, value)
    saved = stack.sizes
    if saved is not None:
        for n in sizes:
            after = write.add_to(saved.top, ONE)
            room = roomy(write, saved.buffer, saved.top, after)
            new = write.apply("setitem", room, saved.top, n, fact=room.fact, name=room.name)
            saved = Stack(new, after)
    return Stack(made, top, saved)


def roomy(write: Writing, buffer: Var, filled: Arg, size: Arg) -> Var:
    """The buffer, or a larger one with the same elements, where it is full."""
    have = write.size_of(buffer, 0)
    from astgrad.ir.fact import BOOL

    full = write.apply("Gt", size, have, fact=BOOL)
    inner = Writing(write)
    more = inner.help("grown", buffer, filled, size, fact=buffer.fact, hint=buffer.name)
    out = Var(buffer.name, buffer.fact)
    write.add(If((out,), full, Block((), tuple(inner.ops), (more,)), Block((), (), (buffer,)),
                 write.span))
    return out


def flat(write: Writing, base: Arg, index: Index, sizes: Index) -> Arg:
    at: Arg = ZERO
    for k, i in enumerate(index):
        at = write.add_to(write.times(at, sizes[k]) if k else ZERO, i)
    return write.add_to(base, at)


def pop(lo: Memory, tape: Tape, stack: Stack) -> tuple[Stack, Value]:
    """The rest of a tape, and its last item, which is read in the buffer."""
    write = lo.write
    assert tape.item is not None
    shape: tuple[Size, ...] = tape.item.shape or ()
    saved = stack.sizes
    if saved is None:
        sizes = row_sizes(write, stack) if tape.indexed else tape.dims
        count: Arg = ONE
    else:
        sizes, saved = popped_sizes(write, saved, shape)
        count = ONE
        for n in sizes:
            count = write.times(count, n)
    here: Index = trip_index(lo, tape.back)
    if not tape.back:
        here = (write.subtract(stack.top, count),)
    top = here[-1]
    rest = Stack(stack.buffer, top, saved, stack.counted)
    if not shape:
        element = write.read(stack.buffer, here)
        return rest, Computed((), (), lambda w, i: element)
    base = Stored(given(ZERO), (False,), stack.buffer)

    def lead(inner: Writing, index: Index) -> Index:
        return (*here, *index) if tape.sized else (flat(inner, top, index, sizes),)

    return rest, View(given(*sizes), tuple(n == ONE for n in sizes), base, lead)


def row_sizes(write: Writing, stack: Stack) -> Index:
    """The sizes of an item of a list whose items are rows."""
    rank = stack.buffer.fact.rank or 1
    return tuple(write.size_of(stack.buffer, k) for k in range(1, rank))


def popped_sizes(write: Writing, saved: Stack, shape: tuple[Size, ...]) -> tuple[Index, Stack]:
    found: list[Arg] = []
    for known in reversed(shape):
        top = write.subtract(saved.top, ONE)
        found.insert(0, ONE if known == 1 else
                     write.apply("[]", saved.buffer, top, fact=INT, name="n"))
        saved = Stack(saved.buffer, top)
    return tuple(found), saved
