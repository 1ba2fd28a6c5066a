"""Functions that the compiler has itself, called on arrays in memory; marks and errors."""

from __future__ import annotations

from dataclasses import replace

from astgrad.emit.statements import MARK
from astgrad.ir.core import NONE, Apply, Arg, Block, Const, If, Var
from astgrad.ir.fact import INT
from astgrad.loops.lower import HANDLERS, Lowered, handles, is_array
from astgrad.loops.values import stored
from astgrad.loops.writing import ZERO, Uncompiled, Writing, helper

LIBRARY = ("np.linalg.solve np.linalg.inv np.linalg.cholesky np.linalg.det np.linalg.slogdet "
           "np.linalg.eigh np.linalg.svd np.linalg.qr np.linspace np.arange np.sort np.argsort "
           "np.searchsorted np.lstsq np.kron np.interp").split()
COUNTED = ("np.arange", "np.linspace")
RANKS = {"np.linalg.solve": 2, "np.linalg.inv": 2, "np.linalg.cholesky": 2, "np.linalg.det": 2,
         "np.linalg.slogdet": 2, "np.linalg.eigh": 2, "np.linalg.svd": 2, "np.linalg.qr": 2,
         "np.sort": 1, "np.argsort": 1}  # fmt: skip
DEFAULTS: dict[str, dict[str, tuple[Arg, ...]]] = {
    "np.sort": {"axis": (Const(-1), ZERO), "kind": (NONE,)},
    "np.argsort": {"axis": (Const(-1), ZERO), "kind": (NONE, Const("stable"))},
}


def library(lo: Lowered, op: Apply) -> None:
    """A call of the compiler's own, where it takes these ranks and keywords."""
    name = op.rule.name
    rank = RANKS.get(name)
    if rank is not None and lo.value(op.args[0]).rank != rank:
        raise Uncompiled(f"`{name}` of an array with {lo.value(op.args[0]).rank} dimensions")
    args: list[Arg] = []
    for param, arg in zip(op.rule.params, op.args, strict=True):
        allowed = DEFAULTS.get(name, {}).get(param)
        if allowed is not None and arg not in allowed:
            raise Uncompiled(f"`{name}` with `{param}=`")
        if allowed is not None:
            arg = Const("mergesort" if arg == Const("stable") else op.rule.defaults[param])
        args.append(lo.array(arg) if is_array(arg) else lo.scalar(arg))
    outs = tuple(Var(out.name, replace(out.fact, shape=(None,)) if name in COUNTED else out.fact)
                 for out in op.outs)
    lo.write.add(Apply(outs, op.rule, tuple(args), op.span))
    for old, new in zip(op.outs, outs, strict=True):
        if is_array(old):
            lo.values[old] = stored(new)
        else:
            lo.known[old] = new


HANDLERS.update(dict.fromkeys(LIBRARY, library))


@handles("mark")
def mark(lo: Lowered, op: Apply) -> None:
    lo.write.add(Apply((), MARK, op.args))


@handles("raise_")
def raised(lo: Lowered, op: Apply) -> None:
    stop(lo.write, op)


@handles("assert_")
def asserted(lo: Lowered, op: Apply) -> None:
    inner = Writing(lo.write)
    stop(inner, op)
    lo.write.add(If((), lo.scalar(op.args[0]), Block((), (), ()), Block((), tuple(inner.ops), ()),
                    op.span))


def stop(write: Writing, op: Apply) -> None:
    """Any error: the dispatcher runs NumPy's text, which raises the function's own."""
    write.add(Apply((), replace(helper("value_error"), effect="raises"), (), op.span))


def error(lo: Lowered, op: Apply) -> None:
    """An exception that is made, to be raised."""
    lo.known[op.outs[0]] = NONE


HANDLERS.update(dict.fromkeys(
    ("ValueError", "RuntimeError", "TypeError", "IndexError", "ZeroDivisionError", "KeyError",
     "ArithmeticError", "OverflowError", "AssertionError", "Exception"), error))


@handles("range_len")
def range_len(lo: Lowered, op: Apply) -> None:
    args = tuple(map(lo.scalar, op.args))
    lo.known[op.outs[0]] = lo.write.apply(op.rule, *args, fact=INT, name=op.outs[0].name)
