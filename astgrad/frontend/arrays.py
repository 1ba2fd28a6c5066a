"""Builtins and methods of arrays that are not plain rows."""

from __future__ import annotations

from typing import Any

import gast
import numpy as np

from astgrad.frontend.arraylike import as_array, is_display
from astgrad.frontend.attributes import shape_of
from astgrad.frontend.builtins import Args, Keywords, builtin, collected, method
from astgrad.frontend.calls import BUILTINS, METHODS, apply_row, call_function
from astgrad.frontend.expressions import sequence_items
from astgrad.frontend.lower import Lowering
from astgrad.frontend.plain import UNPLAIN, plain
from astgrad.frontend.state import reachable
from astgrad.frontend.values import Ref, Tup
from astgrad.frontend.writes import ELLIPSIS, store
from astgrad.ir.core import NONE, Const
from astgrad.rules import programs, selection, table


@builtin(np.shape)
def np_shape(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return shape_of(lo, args[0], node)


@builtin(np.ndim)
def np_ndim(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    rank = lo.fact(args[0]).rank
    return lo.apply("np.ndim", lo.read(args[0])) if rank is None else Const(rank)


def arrayed(*, copies: bool) -> Any:
    """Handlers of np.array and np.asarray: an array is copied, or stays what it is."""
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        value = args[0]
        given = {**dict(zip(("dtype", "order"), args[1:], strict=False)), **keywords}
        if isinstance(value, Ref) and lo.fact(value).kind == "array":
            return array_again(lo, value, given, node, copies=copies)
        dtype = given.pop("dtype", NONE)
        made = apply_row(lo, table.row("np.array"), (value,), given, node)
        wanted = plain(dtype)
        if wanted is None or (wanted is not UNPLAIN and lo.fact(made).dtype == np.dtype(wanted)):
            return made
        return apply_row(lo, table.row(".astype()"), (made, dtype), {}, node)

    return handler


def array_again(lo: Lowering, value: Ref, given: Keywords, node: gast.AST, *, copies: bool) -> Any:
    """What np.array and np.asarray make of an array."""
    fact = lo.fact(value)
    copied = plain(given.pop("copy", Const(copies)))
    order = plain(given.pop("order", NONE))
    dtype = given.pop("dtype", NONE)
    if given or order not in ("C", "K", None) or not isinstance(copied, bool | None):
        raise lo.refuse(node, "np.array of an array with options other than dtype=, copy=, "
                              "order='C'", "use a function that does only this, like np.atleast_2d")
    wanted = plain(dtype)
    if wanted is UNPLAIN or (wanted is not None and np.dtype(wanted) != np.dtype(fact.dtype)):
        return apply_row(lo, table.row(".astype()"), (value, dtype), {}, node)
    if not copied:
        return value if order != "C" else apply_row(
            lo, table.row("np.ascontiguousarray"), (value,), {}, node)
    made = lo.apply(".copy()", lo.read(value))
    if order != "C" and isinstance(made, Ref):
        made.obj.contiguous = None if value.path and fact.rank != 1 else value.obj.contiguous
    return made


BUILTINS[np.array] = arrayed(copies=True)
BUILTINS[np.asarray] = arrayed(copies=False)


@builtin(np.einsum)
def einsum(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    """An einsum of one operand that sums over nothing is a view of it."""
    made = apply_row(lo, table.row("np.einsum"), args, keywords, node)
    operands = [arg for arg in args if isinstance(arg, Ref) and lo.fact(arg).kind == "array"]
    text = plain(args[0])
    if len(operands) != 1 or (isinstance(text, str) and sums(text.replace(" ", ""))):
        return made
    return lo.sharing(made, reachable(lo.state.heap, operands[0]))


def sums(subscripts: str) -> bool:
    """Whether an einsum of one operand sums over an index."""
    ins, arrow, out = subscripts.partition("->")
    return set(ins) != set(out) if arrow else len(set(ins)) < len(ins)


@builtin(np.diff)
def diff(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    if plain(args[1] if len(args) > 1 else keywords.get("n", NONE)) == 0:
        return args[0]
    return apply_row(lo, table.row("np.diff"), args, keywords, node)


@method("array", "conj")
@method("array", "conjugate")
def conj(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    """The method gives an array of reals itself."""
    fact = lo.fact(args[0])
    if fact.kind == "array" and fact.dtype and not fact.is_complex:
        return args[0]
    return apply_row(lo, table.row("np.conj"), args, keywords, node)


@method("array", "reshape")
def reshape(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    shape = args[1] if len(args) == 2 else Tup(args[1:])
    return reshaped(lo, args[0], shape, keywords.pop("order", Const("C")), keywords, node)


@builtin(np.reshape)
def np_reshape(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    given = {**dict(zip(("x", "shape", "order"), args, strict=False)), **keywords}
    x = given.pop("x", None) or given.pop("a")
    shape = given.pop("shape", None) or given.pop("newshape")
    return reshaped(lo, x, shape, given.pop("order", Const("C")), given, node)


def reshaped(lo: Lowering, x: Any, shape: Any, order: Any, keywords: Keywords,
             node: gast.AST) -> Any:
    """Column-major order is the transpose's row-major order."""
    row = table.row("np.reshape")
    if not column_major(lo, x, order, node):
        return apply_row(lo, row, (x, shape), keywords, node)
    items = sequence_items(lo, shape)
    if items is None and lo.fact(shape).kind != "number":
        raise lo.refuse(node, "order='F' with a shape that is not written out",
                        "reshape the transpose, and transpose the result")
    turned = apply_row(lo, table.row("np.transpose"), (x,), {}, node)
    if items is None:
        return apply_row(lo, row, (turned, shape), keywords, node)
    made = apply_row(lo, row, (turned, Tup(items[::-1])), keywords, node)
    return apply_row(lo, table.row("np.transpose"), (made,), {}, node)


def column_major(lo: Lowering, x: Any, order: Any, node: gast.AST) -> bool:
    """Whether order= says 'F'; 'A' and 'K' depend on the layout in memory."""
    if plain(order) in ("C", None) or (lo.fact(x).rank or 2) < 2:
        return False
    if plain(order) != "F":
        raise lo.refuse(node, f"order={plain(order)!r} depends on how the array lies in memory",
                        "write order='C' or order='F'")
    return True


def flat(name: str) -> Any:
    """Handlers of ravel and flatten."""
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        x = args[0] if args else keywords.pop("a")
        order = args[1] if len(args) > 1 else keywords.get("order", Const("C"))
        if is_display(lo, x):
            x = as_array(lo, x)
        if column_major(lo, x, order, node):
            x = apply_row(lo, table.row("np.transpose"), (x,), {}, node)
        return apply_row(lo, table.row(name), (x,), {}, node)

    return handler


METHODS["array", "ravel"] = BUILTINS[np.ravel] = flat("np.ravel")
METHODS["array", "flatten"] = flat(".flatten()")


@method("array", "transpose")
def transpose(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    axes = () if len(args) == 1 else (args[1] if len(args) == 2 else Tup(args[1:]),)
    return apply_row(lo, table.row("np.transpose"), (args[0], *axes), keywords, node)


@method("array", "item")
def item_(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    value = lo.read(args[0])
    if len(args) > 1:
        value = lo.build.apply("[]", value, lo.read(args[1] if len(args) == 2 else Tup(args[1:])))
    return lo.apply("float", value)


@method("array", "fill")
def fill(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    store(lo, args[0], ELLIPSIS, args[1], node)
    return NONE


@method("array", "sort")
def sort(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    made = apply_row(lo, table.row("np.sort"), args, keywords, node)
    store(lo, args[0], ELLIPSIS, made, node)
    return NONE


@method("array", "partition")
def partition(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    made = apply_row(lo, table.row("np.partition"), args, keywords, node)
    store(lo, args[0], ELLIPSIS, made, node)
    return NONE


@method("array", "resize", "setflags", "byteswap", "setfield")
def changes_itself(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    raise lo.refuse(node, "this method changes the array itself, not its elements",
                    "make a new array: y = np.resize(x, shape)")


@method("array", "tolist")
def tolist(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    return collected(lo, args[0], node)


@builtin(np.copyto)
def copyto(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    value = args[1]
    if "where" in keywords:
        value = lo.apply("np.where", lo.read(keywords["where"]), lo.read(value), lo.read(args[0]))
    store(lo, args[0], ELLIPSIS, value, node)
    return NONE


def runs(program: Any) -> Any:
    """A handler that is a program."""
    def handler(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
        return call_function(lo, program, args, keywords, node)

    return handler


for write_ in (selection.place, selection.putmask, selection.put_along_axis):
    BUILTINS[getattr(np, write_.__name__)] = runs(write_)


@builtin(np.where)
def where(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    name = "np.nonzero" if len(args) == 1 and not keywords else "np.where"
    return apply_row(lo, table.row(name), args, keywords, node)


@builtin(np.iscomplexobj)
def iscomplexobj(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    fact = lo.fact(args[0])
    if fact.dtype:
        return Const(fact.is_complex)
    return apply_row(lo, table.row("np.iscomplexobj"), args, keywords, node)


BUILTINS[np.isrealobj] = lambda lo, args, keywords, node: lo.build.apply(
    "Not", lo.read(iscomplexobj(lo, args, keywords, node)))


BEYOND = ("linear_ramp", "maximum", "mean", "median", "minimum")


@builtin(np.pad)
def pad(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    mode = args[2] if len(args) > 2 else keywords.get("mode", Const("constant"))
    width = args[1] if len(args) > 1 else keywords.get("pad_width", NONE)
    if plain(mode) not in BEYOND or not args:
        return apply_row(lo, table.row("np.pad"), args, keywords, node)
    ends = keywords.get("end_values", Const(0))
    rank, end = lo.fact(args[0]).rank, plain(ends)
    if plain(width) is UNPLAIN or "stat_length" in keywords or rank is None:
        raise lo.refuse(node, f"np.pad with mode={plain(mode)!r}, and widths or lengths known only "
                              "at run time", "concatenate what is added")
    sides = Tup((Tup((ends, ends)),) * rank) if end is UNPLAIN else two_each(end, rank)
    return call_function(lo, programs.pad_beyond,
                         (args[0], two_each(plain(width), rank), mode, sides), {}, node)


def two_each(value: Any, rank: int) -> Tup:
    """What np.pad takes for each side of each axis."""
    return Tup(tuple(Tup(tuple(map(Const, pair)))
                     for pair in np.broadcast_to(value, (rank, 2)).tolist()))


@builtin(np.sign)
def sign(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    """Of complex numbers, NumPy 2 gives z / |z|."""
    if lo.fact(args[0]).is_complex and np.sign(1j) == 1j:
        return call_function(lo, selection.direction, args, keywords, node)
    return apply_row(lo, table.row("np.sign"), args, keywords, node)


@builtin(np.take_along_axis)
def take_along_axis(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    """NumPy 2.3 has a default for the axis; it is written out for those before it."""
    if len(args) < 3:
        keywords.setdefault("axis", Const(-1))
    return apply_row(lo, table.row("np.take_along_axis"), args, keywords, node)


@builtin(np.real_if_close)
def real_if_close(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    if lo.fact(args[0]).is_complex:
        raise lo.refuse(node, "whether np.real_if_close gives real numbers depends on values",
                        "use np.real(x)")
    if lo.fact(args[0]).kind == "array" and lo.fact(args[0]).dtype:
        return args[0]
    return apply_row(lo, table.row("np.real_if_close"), args, keywords, node)


@method("array", "put")
@builtin(np.put)
def put(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    target = args[0]
    if lo.fact(target).rank != 1:
        target = apply_row(lo, table.row("np.ravel"), (target,), {}, node)
    store(lo, target, args[1], args[2], node)
    return NONE


@builtin(np.fill_diagonal)
def fill_diagonal(lo: Lowering, args: Args, keywords: Keywords, node: gast.AST) -> Any:
    shape = lo.build.apply(".shape", lo.read(args[0]))
    sides = (lo.build.apply("[]", shape, Const(k)) for k in (0, 1))
    n = lo.build.apply("min", *sides)
    index = lo.apply("np.arange", n, NONE, NONE)
    store(lo, args[0], Tup((index, index)), args[1], node)
    return NONE
