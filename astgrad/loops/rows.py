"""Lists whose items are rows of a buffer: made, read and written at indices, pushed, popped."""

from __future__ import annotations

from astgrad.ir.core import Apply, Arg, Const, Pack, Var
from astgrad.ir.fact import Fact
from astgrad.loops.lists import Tape, dtype_of
from astgrad.loops.lower import Lowered, lists
from astgrad.loops.memory import row_of
from astgrad.loops.tapes import Stack, pop, push, row_sizes, start
from astgrad.loops.values import Index, Stored, Value, View, given, stored
from astgrad.loops.views import constant, permuted
from astgrad.loops.writes import into
from astgrad.loops.writing import ONE, ZERO, Uncompiled


def stack_of(lo: Lowered, arg: Arg) -> Stack:
    if not isinstance(arg, Var) or arg not in lo.stacks:
        raise Uncompiled("a list that is not followed to where it is made")
    return lo.stacks[arg]


def row(lo: Lowered, stack: Stack, index: Arg) -> View:
    """An item, where it is in the buffer."""
    at = within(lo, lo.scalar(index), stack.top)
    sizes = row_sizes(lo.write, stack)
    return View(given(*sizes), tuple(n == ONE for n in sizes), stored(stack.buffer),
                lambda write, inner: (at, *inner))


def within(lo: Lowered, i: Arg, n: Arg) -> Arg:
    """An index of a list, checked and counted from the front."""
    if isinstance(i, Const) and isinstance(n, Const) and -n.value <= i.value < n.value:
        return Const(i.value % n.value)
    return lo.write.help("place", i, n)


@lists("new_list")
def new(lo: Lowered, op: Apply, tape: Tape) -> None:
    lo.stacks[op.outs[0]] = start(lo, tape, op.outs[0].name)


@lists("append")
def append(lo: Lowered, op: Apply, tape: Tape) -> None:
    lo.stacks[op.outs[0]] = push(lo, tape, stack_of(lo, op.args[0]), lo.value(op.args[1]))


@lists("pop")
def popped(lo: Lowered, op: Apply, tape: Tape) -> None:
    lo.stacks[op.outs[0]], value = pop(lo, tape, stack_of(lo, op.args[0]))
    found(lo, op.outs[1], value)


def found(lo: Lowered, out: Var, value: Value) -> None:
    if value.rank == 0:
        lo.known[out] = value.at(lo.write, ())
    else:
        lo.values[out] = value


@lists("[]")
def item(lo: Lowered, op: Apply, tape: Tape) -> None:
    """It is copied, unless it is read before the list is written to."""
    lo.define(op.outs[0], row(lo, stack_of(lo, op.args[0]), op.args[1]))


@lists("len")
def length(lo: Lowered, op: Apply, tape: Tape) -> None:
    lo.known[op.outs[0]] = stack_of(lo, op.args[0]).top


@lists("setitem", "list_add")
def write(lo: Lowered, op: Apply, tape: Tape) -> None:
    x, index, value = op.args
    stack = stack_of(lo, x)
    place = row(lo, stack, index)
    rule = "setitem" if op.rule.name == "setitem" else "index_add"
    made = into(lo, stack.buffer, place, value, rule, op)
    lo.stacks[op.outs[0]] = Stack(made, stack.top)


@lists("copied")
def copied(lo: Lowered, op: Apply, tape: Tape) -> None:
    lo.stacks[op.outs[0]] = stack_of(lo, op.args[0])


@lists("list_of")
def display(lo: Lowered, op: Apply, tape: Tape) -> None:
    (items,) = op.args
    assert isinstance(items, Pack)
    if not items.items:
        new(lo, op, tape)
        return
    values = [lo.value(each) for each in items.items]
    sizes, _ = lo.broadcast(values)
    buffer = room(lo, tape, op.outs[0].name, Const(len(values)), sizes)
    for k, value in enumerate(values):
        buffer = lo.store(buffer, sizes, row_of(buffer, k), value)
    lo.stacks[op.outs[0]] = Stack(buffer, Const(len(values)))


def room(lo: Lowered, tape: Tape, name: str, count: Arg, sizes: Index, fill: str = "np.empty"
         ) -> Var:
    assert tape.item is not None
    fact = Fact("array", dtype_of(tape.item), (None, *(tape.item.shape or ())))
    return lo.allocate(name, fact, (count, *sizes), fill)


@lists("zeros_list")
def zeros(lo: Lowered, op: Apply, tape: Tape) -> None:
    like = stack_of(lo, op.args[0])
    sizes = row_sizes(lo.write, like)
    buffer = room(lo, tape, op.outs[0].name, like.top, sizes, "np.zeros")
    lo.stacks[op.outs[0]] = Stack(buffer, like.top)


@lists("unstack")
def unstacked(lo: Lowered, op: Apply, tape: Tape) -> None:
    g, _, axis = op.args
    value = lo.value(g)
    k = constant(axis) % value.rank
    if k:
        value = permuted(value, (k, *(n for n in range(value.rank) if n != k)))
    buffer = value.var if isinstance(value, Stored) else lo.fill(value, Var(
        op.outs[0].name, lo.fact_like(value, g)))
    lo.stacks[op.outs[0]] = Stack(buffer, lo.write.size_of(buffer, 0))


@lists("np.stack", "np.array")
def stacked(lo: Lowered, op: Apply, tape: Tape) -> None:
    stack = stack_of(lo, op.args[0])
    sizes = (stack.top, *row_sizes(lo.write, stack))
    whole = View(given(*sizes), tuple(n == ONE for n in sizes), stored(stack.buffer),
                 lambda write, index: index)
    axis = op.args[1] if op.rule.name == "np.stack" else ZERO
    k = constant(axis) % whole.rank
    order = (*range(1, k + 1), 0, *range(k + 1, whole.rank))
    lo.define(op.outs[0], permuted(whole, order) if k else whole)
