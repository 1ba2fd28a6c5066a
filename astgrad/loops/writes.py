"""Writes to arrays in place, element by element.

A value is computed in the loop that stores it only where every read of the array that is
written is of the very element that is written then; else it is put into memory first.
"""

from __future__ import annotations

from astgrad.ir.core import TEMP, Apply, Arg, Block, Pack, Var
from astgrad.ir.fact import BOOL, INT, Fact
from astgrad.ir.walk import all_ops, vars_of
from astgrad.loops.element import element
from astgrad.loops.lower import Lowered, handles, is_array
from astgrad.loops.masks import is_mask, stored_where
from astgrad.loops.slices import view
from astgrad.loops.tapes import flat
from astgrad.loops.values import Computed, Index, Value, repeats, stored
from astgrad.loops.views import follow, shape_sizes
from astgrad.loops.writing import ZERO, Uncompiled, Writing, of_dtype
from astgrad.rules.table import row


@handles("setitem", "index_add", "add_at", "setitem_in", "index_add_in")
def write(lo: Lowered, op: Apply) -> None:
    env = dict(zip(op.rule.params, op.args, strict=True))
    out, x = op.outs[0], env["x"]
    adds = op.rule.name.startswith(("index_add", "add_at"))
    if out.fact.kind in ("list", "tuple"):
        listed(lo, op)
        return
    if not is_array(x):
        value = lo.scalar(env["value"])
        lo.known[out] = element(lo.write, row("Add"), (lo.scalar(x), value), out.fact,
                                out.name) if adds else value
        return
    target = lo.array(x)
    rule = "index_add" if adds else "setitem"
    base = follow(lo, stored(target), env.get("path"))  # type: ignore[arg-type]
    if is_mask(env["index"]):
        if "path" in env:
            raise Uncompiled("a write at a mask through a view")
        lo.values[out] = stored(stored_where(lo, target, env["index"], env["value"], rule))
        return
    place = view(lo, base, env["index"])
    lo.values[out] = stored(into(lo, target, place, env["value"], rule, op))


def into(lo: Lowered, target: Var, place: Value, value: Arg, rule: str, op: Apply) -> Var:
    given = lo.value(value)
    while given.rank > place.rank:
        if not given.ones[0]:
            raise Uncompiled("a write of an array with more dimensions than its place")
        given = first(lo, given)
    sizes = lo.fitted(place, given)
    if rule == "index_add" and repeats(place) and op.rule.name != "add_at":
        raise Uncompiled("a sum into places that may be the same")
    if not fusible(lo, target, place, given):
        given = stored(lo.fill(given, Var(TEMP, lo.fact_like(given, value))))
    return lo.store(target, sizes, place.place, given, rule, not repeats(place))


def first(lo: Lowered, value: Value) -> Value:
    from astgrad.loops.views import without

    return without(value, (0,))


def fusible(lo: Lowered, target: Var, place: Value, value: Value) -> bool:
    """Whether the value, where it reads the target, reads only the element being written."""
    trial = Writing(lo.write)
    index = tuple(Var("i", INT) for _ in range(place.rank))
    _, at = place.place(trial, index)
    where = tuple(map(trial.key, at))
    start = len(trial.ops)
    value.at(trial, value.aligned(index))
    for op in all_ops(Block((), tuple(trial.ops[start:]), ())):
        if not isinstance(op, Apply) or op.rule.name == ".shape" or target not in vars_of(*op.args):
            continue
        if op.rule.name != "[]" or op.args[0] is not target or repeats(place):
            return False
        read = op.args[1].items if isinstance(op.args[1], Pack) else (op.args[1],)
        if tuple(map(trial.key, read)) != where:
            return False
    return True


@handles("last_stored")
def last_stored(lo: Lowered, op: Apply) -> None:
    """Which elements survive a store at an index with repeats: the last of each place."""
    index, shape = op.args
    sizes = shape_sizes(lo, Computed((), (), lambda w, i: ZERO), shape, False)
    fact = Fact("array", "int64", (None,) * len(sizes))
    winner = lo.allocate("winner", fact, sizes, "np.zeros")
    place = view(lo, stored(winner), index)
    steps = lo.sizes(place)

    def number(write: Writing, at: Index) -> Arg:
        return flat(write, ZERO, at, steps)

    winner = lo.store(winner, steps, place.place, Computed(place.sizes, place.ones, number),
                      apart=False)
    found = view(lo, stored(winner), index)

    def wins(write: Writing, at: Index) -> Arg:
        return write.apply("Eq", found.at(write, at), number(write, at), fact=BOOL)

    lo.put(op.outs[0], Computed(place.sizes, place.ones, wins))


def listed(lo: Lowered, op: Apply) -> None:
    """A write to a list: as it is."""
    if op.rule.name.endswith("_in"):
        raise Uncompiled("a write to an array that a list holds")
    args = [lo.scalar(arg) if not is_array(arg) else lo.array(arg) for arg in op.args]
    lo.write.add(Apply(op.outs, op.rule, tuple(args), op.span))


@handles("append", "pop", "new_list", "list_add", "copied")
def on_list(lo: Lowered, op: Apply) -> None:
    """A list that is not kept as an array stays, and holds what is in memory."""
    args: list[Arg] = []
    for arg in op.args:
        if isinstance(arg, Pack) and any(map(is_array, arg.items)):
            arg = arg.rebuild(tuple(lo.array(i) if is_array(i) else lo.scalar(i)
                                    for i in arg.items))
            args.append(arg)
        else:
            args.append(lo.array(arg) if is_array(arg) else lo.scalar(arg))
    lo.write.add(Apply(op.outs, op.rule, tuple(args), op.span))


__all__ = ["of_dtype"]
