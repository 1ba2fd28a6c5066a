"""The adjoint of one primitive: what its result's adjoint contributes to its args."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from astgrad.analysis.activity import Activity
from astgrad.analysis.builder import Builder, rank_zero
from astgrad.analysis.identities import accumulate
from astgrad.analysis.indexing import (
    is_basic,
    is_relabelling,
    merged,
    no_repeats,
    without_new,
)  # fmt: skip
from astgrad.analysis.options import OPTIONS
from astgrad.analysis.shapes import expand, shape_source, unbroadcast
from astgrad.errors import Problem, UnsupportedError
from astgrad.ir.core import NONE, TEMP_BAR, Apply, Arg, Block, Const, Op, Pack, Var
from astgrad.ir.fact import Fact, carried_adjoint
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import all_ops, carriers, vars_of
from astgrad.rules import table
from astgrad.transform.strong import strengthened, strong_times

Contribution = tuple[Arg, Arg]  # an arg of the op, what is added to its adjoint

Bars = dict[Var, Arg]  # the adjoints that are known


def bar_name(arg: Arg) -> str:
    return f"{arg.name}_bar" if isinstance(arg, Var) and arg.name != "_" else TEMP_BAR


def zero(build: Builder, arg: Arg) -> Arg:
    """The zero adjoint of a value."""
    fact = fact_of_arg(arg)
    match fact.kind:
        case "number" | "scalar":
            return Const(0.0) if not fact.is_complex else Const(0j)
        case "list" | "tape":
            return build.apply("zeros_list", arg, name=bar_name(arg))
        case "tuple":
            items = (build.apply("[]", arg, Const(i)) for i in range(len(fact.items)))
            return Pack("tuple", tuple(zero(build, item) for item in items))
    return build.apply("np.zeros_like", shape_source(build, arg), name=bar_name(arg))


def add_adjoints(build: Builder, a: Arg, b: Arg, name: str) -> Arg:
    """The sum of two adjoints of one value; lists add up item by item."""
    kind = fact_of_arg(b).kind
    if kind not in ("list", "tuple", "tape"):
        ranks = fact_of_arg(a).rank, fact_of_arg(b).rank
        alike = fact_of_arg(a).kind == kind == "array" and ranks[0] == ranks[1]
        placed = accumulate(build, a, b, alike=alike)
        return build.apply("Add", a, b, name=name) if placed is None else placed
    for row in ("list_add", "list_add_tree"):
        made = build.definition(b, row)
        if made and build.definition(made[0], "zeros_list"):
            inner = build.definition(made[2], "list_add")
            if inner and build.definition(inner[0], "zeros_list"):
                path = Pack("tuple", (made[1],))
                return build.apply("index_add_in", a, path, *inner[1:], name=name)
            return build.apply(row, a, *made[1:], name=name)
    if isinstance(a, Pack) and isinstance(b, Pack):
        items = (add_adjoints(build, x, y, TEMP_BAR) for x, y in zip(a.items, b.items, strict=True))
        return Pack(a.kind, tuple(items), a.keys)
    return build.apply("add_trees", a, b, name=name)


def contributions(build: Builder, op: Apply, bars: list[Arg | None], active: Activity
                  ) -> Iterable[Contribution]:
    """What the adjoints of an op's results contribute to each active arg.

    Where both operands are one value and get the same, it gets twice as much, once.
    """
    found = by_operand(build, op, bars, active)
    if len(op.args) != 2 or op.args[0] is not op.args[1]:
        return found
    pairs = list(found)
    if len(pairs) == 2 and pairs[0][0] is pairs[1][0] and build.same(pairs[0][1], pairs[1][1]):
        return [(pairs[0][0], build.apply("Mult", Const(2.0), pairs[0][1]))]
    return pairs


def check_keepers(ops: tuple[Op, ...], active: Activity) -> None:
    """Refuse opaque methods of objects that have an adjoint, and may hold what they are given."""
    for op in all_ops(Block((), ops, ())):
        if (isinstance(op, Apply) and op.rule.kind == "opaque" and op.rule.name.startswith(".")
                and op.args[0] in active and any(v in active for v in vars_of(*op.args[1:]))):
            refuse(op, kept=True)


def by_operand(build: Builder, op: Apply, bars: list[Arg | None], active: Activity
               ) -> Iterator[Contribution]:
    special = SPECIAL.get(op.rule.name)
    if special is not None:
        yield from special(build, op, bars, active)
        return
    if all(bar is None for bar in bars):
        return
    if op.rule.kind == "opaque":
        refuse(op)
    g = result_of(bars)
    env: dict[str, Arg] = dict(zip(op.rule.params, op.args, strict=True))
    env |= {"ans": result_of(list(op.outs)), "g": g}
    for param, derivative in op.rule.derivatives.items():
        arg = env[param]
        if not any(v in active for v in carriers(arg)):
            continue
        if OPTIONS.get().strong_zero:
            derivative = strengthened(derivative)
        value = build.expand(derivative, env)
        if op.rule.kind == "elementwise":
            value = times(build, g, value)
            value = widen(build, value, op)
            value = value if alone(op, arg) else unbroadcast(build, value, arg)
        yield from distribute(build, arg, value)


def alone(op: Apply, arg: Arg) -> bool:
    """Whether an operand is the one that gives an elementwise result its shape."""
    return not rank_zero(arg) and all(other is arg or rank_zero(other) for other in op.args)


def result_of(values: Sequence[Arg | None]) -> Arg:
    """`ans` or `g` of a rule: one value, or a tuple with None where there is none."""
    found = tuple(NONE if value is None else value for value in values)
    return found[0] if len(found) == 1 else Pack("tuple", found)


def widen(build: Builder, value: Arg, op: Apply) -> Arg:
    """An adjoint that lost its result's shape to a folded seed has it again."""
    if rank_zero(value) and not rank_zero(op.outs[0]):
        return expand(build, value, op.outs[0])
    return value


def times(build: Builder, g: Arg, partial: Arg) -> Arg:
    """g * partial; a scalar factor stands first."""
    if OPTIONS.get().strong_zero:
        return strong_times(build, g, partial)
    if rank_zero(partial) and not rank_zero(g):
        return build.apply("Mult", partial, g)
    return build.apply("Mult", g, partial)


def as_real(build: Builder, value: Arg, like: Arg) -> Arg:
    """The real part of what was computed for a value that is real."""
    have, want = fact_of_arg(value), fact_of_arg(like)
    if have.is_complex and want.is_numeric and want.dtype and not want.is_complex:
        return build.apply("np.real", value)
    return value


def distribute(build: Builder, arg: Arg, value: Arg) -> Iterator[Contribution]:
    """An adjoint of a display is a display of adjoints."""
    if not isinstance(arg, Pack):
        yield arg, as_number(build, as_real(build, value, arg), arg)
        return
    for i, item in enumerate(arg.items):
        if any(True for _ in carriers(item)):
            part = value.items[i] if isinstance(value, Pack) else build.apply("[]", value, Const(i))
            yield from distribute(build, item, part)


FLOATING = ("float", "compl")  # how the names of such dtypes begin


def as_wide(build: Builder, fact: Fact, bar: Arg) -> Arg:
    """An adjoint where paths meet, in the dtype that it has on each of them."""
    have = fact_of_arg(bar)
    differ = have.kind == fact.kind == "array" and have.dtype != fact.dtype
    if differ and have.dtype[:5] in ("float", fact.dtype[:5]) and fact.dtype[:5] in FLOATING:
        return build.apply(".astype()", bar, Const(fact.dtype), name=getattr(bar, "name", TEMP_BAR))
    return bar


def as_number(build: Builder, value: Arg, like: Arg) -> Arg:
    """The adjoint of a number that meets arrays of unknown rank, as a number."""
    number = not isinstance(like, Const) and fact_of_arg(like).kind in ("number", "scalar")
    if not number or rank_zero(value):
        return value
    return build.apply("np.sum", value, NONE, Const(False))


def refuse(op: Apply, *, kept: bool = False) -> None:
    """Say what an opaque call has to do with a derivative: by its arguments, or by what other
    methods of its object were given.
    """
    problem = Problem(
        f"`{op.rule.name}` has no rule, and its argument is differentiated", op.span,
        "give it a rule with astgrad.rule, or write it out with NumPy")
    if kept or not vars_of(*op.args):
        problem = Problem(
            f"`{op.rule.name}` may hold or give back what is differentiated, and astgrad cannot "
            "see how", op.span, "keep it in a variable, a list or a dict")
    raise UnsupportedError([problem])


# -- rows whose adjoints are not one expression ------------------------------------------------


def _getitem(build: Builder, op: Apply, bars: list[Arg | None], active: Activity
             ) -> Iterator[Contribution]:
    (x, index), g = op.args, bars[0]
    if g is None:
        return
    fact = fact_of_arg(x)
    if fact.kind == "tuple" and isinstance(index, Const) and isinstance(index.value, int):
        at = index.value % len(fact.items)
        yield x, Pack("tuple", tuple(
            g if i == at else zero_of(build, x, i) for i in range(len(fact.items))))
        return
    if fact.kind in ("list", "tuple"):
        zeros = zero(build, x)
        deep = fact_of_arg(g).kind in ("list", "tuple")
        yield x, build.apply("list_add_tree" if deep else "list_add", zeros, index, g)
        return
    yield from scattered(build, x, index, g)


def replaced(build: Builder, x: Arg, index: Arg) -> Arg:
    """The adjoint of what a store replaced: zero; of a structure, zeros in that structure."""
    if fact_of_arg(x).kind != "list":
        return Const(0.0)
    return emptied(build, build.apply("[]", x, index))


def emptied(build: Builder, item: Arg) -> Arg:
    fact = fact_of_arg(item)
    if fact.kind in ("list", "array"):
        return zero(build, item)
    if fact.kind != "tuple":
        return Const(0.0)
    parts = (emptied(build, build.apply("[]", item, Const(i))) for i in range(len(fact.items)))
    return Pack("tuple", tuple(parts))


def zero_of(build: Builder, x: Arg, i: int) -> Arg:
    """The zero adjoint of an item of a tuple, which may be None."""
    fact = fact_of_arg(x).items[i]
    if fact.kind in ("number", "scalar") or not fact.may_vary:
        return Const(0j) if fact.is_complex else Const(0.0)
    return build.apply("zeros_list", build.apply("[]", x, Const(i)))


def scattered(build: Builder, x: Arg, index: Arg, g: Arg) -> Iterator[Contribution]:
    """Zeros like x, with g at the index (added up where it repeats); where x is a view,
    like the array that it views.
    """
    if is_relabelling(index) and fact_of_arg(g).kind == "array":
        yield x, build.apply("[]", g, without_new(index))
        return
    path: tuple[Arg, ...] = ()
    base = x
    while no_repeats(index):
        view = view_step(build, base)
        if view is None:
            break
        path, base = (view[1], *path), view[0]
    path, index = merged(path, index)
    zeros = build.apply("np.zeros_like", base, name=bar_name(base))
    if path:
        args: tuple[Arg, ...] = (zeros, Pack("tuple", path), index, g)
        yield base, build.apply("setitem_in", *args, name=bar_name(base))
        return
    row = "setitem" if no_repeats(index) else "add_at"
    yield base, build.apply(row, zeros, index, g, name=bar_name(base))


VIEWS = (".T", "np.transpose", "np.swapaxes", "np.moveaxis", "np.squeeze", "np.expand_dims",
         "np.flip")


def view_step(build: Builder, view: Arg) -> tuple[Arg, Arg] | None:
    """The array that a view was taken of, and the step that leads from it to the view."""
    op = build.made.get(view) if isinstance(view, Var) else None
    if op is None or not op.args or fact_of_arg(op.args[0]).kind != "array":
        return None
    if op.rule.name == "[]":
        return (op.args[0], op.args[1]) if is_basic(op.args[1]) else None
    return (op.args[0], Pack("step", op.args[1:], (op.rule,))) if op.rule.name in VIEWS else None


def _setitem(build: Builder, op: Apply, bars: list[Arg | None], active: Activity
             ) -> Iterator[Contribution]:
    g = bars[0]
    if g is None:
        return
    *rest, index, value = op.args
    x, path = rest[0], rest[1] if len(rest) == 2 else None
    if any(v in active for v in carriers(value)):
        source = g if path is None else build.expand_path(g, path)
        whole = isinstance(index, Const) and index.value is Ellipsis
        taken = source if whole else build.apply("[]", source, index)
        if not no_repeats(index):
            mask = build.apply("last_stored", index, build.apply(".shape", source))
            taken = build.apply("np.where", mask, taken, Const(0.0))
        if fact_of_arg(taken).kind not in ("list", "tuple") and not fills(build, value, op):
            taken = unbroadcast(build, taken, value)
        yield from distribute(build, value, taken)
    if any(v in active for v in carriers(x)):
        if path is None and isinstance(index, Const) and index.value is Ellipsis:
            return
        if isinstance(path, Pack):
            holder = build.expand_path(x, path) if fact_of_arg(x).kind == "list" else x
            gone = replaced(build, holder, index)
            yield x, write_in(build, op.rule.name, g, path.items, index, gone, bar_name(x))
        else:
            gone = replaced(build, x, index)
            yield x, build.apply(op.rule.name, g, index, gone, name=bar_name(x))


def fills(build: Builder, value: Arg, store: Apply) -> bool:
    """Whether what is stored was made, element by element, of what stood at the place: then it
    has its shape, for it could not be stored if it were larger.
    """
    op = build.forward.get(value) if isinstance(value, Var) else None
    if op is None or op.rule.kind != "elementwise" or store.rule.name != "setitem":
        return False
    x, index = store.args[0], store.args[1]
    whole = isinstance(index, Const) and index.value is Ellipsis
    there = (arg for arg in op.args if (whole and arg is x)
             or build.definition(arg, "[]") == (x, index))
    rank = fact_of_arg(value).rank
    return bool(rank) and any(fact_of_arg(arg).rank == rank for arg in there)


RESHAPES = ("np.reshape", "np.ravel")
IN_ORDER = (".copy()", "np.zeros", "np.ones", "np.full", "np.empty", "np.arange")


def write_in(build: Builder, row: str, x: Arg, path: tuple[Arg, ...], index: Arg, value: Arg,
             name: str) -> Arg:
    """`x[path][index] = value`; a reshape of x must be a view, as that of its primal is."""
    through = any(isinstance(step, Pack) and step.kind == "step" and step.keys[0].name in RESHAPES
                  for step in path)
    if through and not in_order(build, x):
        x = build.apply(".copy()", x, name=name)
    return build.apply(row, x, Pack("tuple", path), index, value, name=name)


def in_order(build: Builder, x: Arg) -> bool:
    """Whether an adjoint or tangent is known to be contiguous, in C order."""
    op = build.made.get(x) if isinstance(x, Var) else None
    if op is None or not isinstance(x, Var):
        return False
    if op.rule.writes is not None:
        return in_order(build, op.args[op.rule.index(op.rule.writes)])
    fresh = op.rule.alias is None and op.rule.name != "[]"
    return op.rule.name in IN_ORDER or (fresh and x.fact.rank == 1)


def _append(build: Builder, op: Apply, bars: list[Arg | None], active: Activity
            ) -> Iterator[Contribution]:
    x, value = op.args
    g = bars[0]
    if g is None:
        return
    item = carried_adjoint(fact_of_arg(value))
    rest, last = Var(bar_name(x), fact_of_arg(g)), Var(bar_name(value), item)
    build.add(Apply((rest, last), table.row("pop"), (g,), build.span))
    yield from distribute(build, value, last)
    yield x, rest


def _pop(build: Builder, op: Apply, bars: list[Arg | None], active: Activity
         ) -> Iterator[Contribution]:
    rest, value = bars
    if rest is None and value is None:
        return
    if rest is None:
        rest = zero(build, op.outs[0])
    if value is None:
        value = zero(build, op.outs[1])
    fact = Fact("list", items=(carried_adjoint(op.outs[1].fact),))
    out = Var(bar_name(op.args[0]), fact)
    build.add(Apply((out,), table.row("append"), (rest, value), build.span))
    yield op.args[0], out


def _list_of(build: Builder, op: Apply, bars: list[Arg | None], active: Activity
             ) -> Iterator[Contribution]:
    if bars[0] is not None:
        yield from distribute(build, op.args[0], bars[0])


SPECIAL = {
    "[]": _getitem, "setitem": _setitem, "setitem_in": _setitem, "append": _append, "pop": _pop,
    "list_of": _list_of,
}  # fmt: skip
