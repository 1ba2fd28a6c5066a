"""A linear map at all basis directions of one of its inputs: the columns of a Jacobian.

x_bar = np.zeros_like(x)
for i in range(x.size):
x_dot = np.zeros_like(x)
x_dot[i] = 1.0
x_bar[i] = f_dot(x_dot)
"""

from __future__ import annotations

from dataclasses import replace

from astgrad.analysis.builder import Builder
from astgrad.derive.linear import Linear, unit
from astgrad.errors import ArgumentError
from astgrad.frontend.lower import Lowering
from astgrad.ir.core import NONE, Arg, Block, Const, For, Pack, Var
from astgrad.ir.fact import INT
from astgrad.ir.sizes import fact_of_arg
from astgrad.ir.walk import substitute_arg
from astgrad.pipeline import project


def sweep(lo: Lowering, linear: Linear, var: Var, outs: list[Var], *, holomorphic: bool = False
          ) -> dict[Var, Arg | None]:
    """For each of `outs` its derivatives: of the shape `var.shape + out.shape`.

    None is zero throughout.  Of a real one by a complex z = x + iy: d/dx - i d/dy, of two
    sweeps; of a complex one by a complex one there is one number if they are holomorphic.
    """
    found = swept(lo, linear, var, outs)
    if not var.fact.is_complex:
        return found
    real = [out for out in outs if not out.fact.is_complex]
    if len(real) < len(outs) and not holomorphic:
        raise ArgumentError("the derivative of a complex result by a complex argument is one "
                            "number for holomorphic functions only: pass holomorphic=True, or "
                            "take the real and the imaginary part")
    turned = swept(lo, linear, var, real, Const(1j)) if real else {}
    return found | {out: joined(lo.build, found[out], turned[out]) for out in real}


def joined(build: Builder, along_x: Arg | None, along_y: Arg | None) -> Arg | None:
    """d/dx - i d/dy."""
    if along_y is None:
        return along_x
    turned = build.apply("Mult", Const(1j), along_y)
    return build.apply("USub", turned) if along_x is None else build.apply("Sub", along_x, turned)


def swept(lo: Lowering, linear: Linear, var: Var, outs: list[Var], factor: Const | None = None
          ) -> dict[Var, Arg | None]:
    """The derivatives along the basis directions of `var`, times a factor."""
    actual = substitute_arg(var, linear.table)
    if var.fact.kind in ("number", "scalar"):
        seed = scaled(lo.build, unit(lo.build, var, linear.table), factor)
        found = linear.at(lo.build, {var: seed})
        return {out: valued(lo.build, linear, out, found.get(out)) for out in outs}
    if var.fact.kind != "array" or var.fact.shape is None:
        raise ArgumentError(f"the directions of `{var.name}` cannot be counted: pass example "
                            "arguments, or use mode='reverse'")
    return directions(lo, linear, var, actual, outs, factor)


def scaled(build: Builder, seed: Arg, factor: Const | None) -> Arg:
    return seed if factor is None else build.apply("Mult", factor, seed)


def valued(build: Builder, linear: Linear, out: Var, found: Arg | None) -> Arg | None:
    """A result in the kind and shape of its primal."""
    if found is None:
        return None
    like = substitute_arg(out, linear.table)
    return project(build, found, like if isinstance(like, Var) else out)


def directions(lo: Lowering, linear: Linear, var: Var, actual: Arg, outs: list[Var],
               factor: Const | None) -> dict[Var, Arg | None]:
    rank = var.fact.rank or 0
    count = lo.build.apply("np.size", actual, name="n")
    index = Var("i", INT)
    inner = Builder(lo.build)
    seed = scaled(inner, basis(inner, actual, rank, count, index), factor)
    found = linear.at(inner, {var: seed})
    wanted = [out for out in outs if found.get(out) is not None]
    inits, params, results, last = [], [], [], []
    for out in wanted:
        value = valued(inner, linear, out, found[out])
        assert value is not None
        start = room(lo.build, linear, var, actual, out, count)
        param = Var("jacobian", fact_of_arg(start))
        inits.append(start)
        params.append(param)
        results.append(inner.apply("setitem", param, index, value, name="jacobian"))
        last.append(Var("jacobian", fact_of_arg(start)))
    if wanted:
        body = Block((index, *params), tuple(inner.ops), tuple(results))
        lo.build.add(For(tuple(last), (Const(0), count, Const(1)), tuple(inits), body))
    made = dict(zip(wanted, last, strict=True))
    return {out: shaped(lo, linear, actual, rank, out, made.get(out)) for out in outs}


def basis(build: Builder, actual: Arg, rank: int, count: Arg, index: Arg) -> Arg:
    """The direction of one element."""
    name = f"{actual.name}_seed" if isinstance(actual, Var) else "seed"
    if rank == 0:
        return build.apply("np.ones_like", actual, name=name)
    if rank == 1:
        zeros = build.apply("np.zeros_like", actual, name=name)
        return build.apply("setitem", zeros, index, Const(1.0), name=name)
    flat = build.apply("np.zeros", count, NONE, name=name)
    flat = build.apply("setitem", flat, index, Const(1.0), name=name)
    dtype = fact_of_arg(actual).dtype
    if dtype != "float64":
        flat = build.apply(".astype()", flat, Const(dtype), name=name)
    return build.apply("np.reshape", flat, sizes(build, actual), name=name)


def sizes(build: Builder, arg: Arg) -> Pack:
    """The shape of an array as a display."""
    fact = fact_of_arg(arg)
    if fact.kind != "array":
        return Pack("tuple", ())
    return Pack("tuple", tuple(dimension(build, arg, k) for k in range(len(fact.shape or ()))))


def dimension(build: Builder, arg: Arg, axis: int) -> Arg:
    size = (fact_of_arg(arg).shape or ())[axis]
    if isinstance(size, int):
        return Const(size)
    made = build.apply("[]", build.apply(".shape", arg), Const(axis), name="n")
    if isinstance(made, Var):
        made.fact = replace(INT, size=size)
    return made


def room(build: Builder, linear: Linear, var: Var, actual: Arg, out: Var, count: Arg) -> Arg:
    """Zeros, a row for each direction."""
    like = substitute_arg(out, linear.table)
    rank = fact_of_arg(like).rank if fact_of_arg(like).kind == "array" else 0
    if rank is None:
        raise ArgumentError(f"the rank of `{out.name}` is not known: pass example arguments")
    if not rank and (var.fact.rank or 0) == 1 and not fact_of_arg(like).is_complex:
        return build.apply("np.zeros_like", actual, name="jacobian")
    outer = sizes(build, like)
    first = dimension(build, actual, 0) if var.fact.rank == 1 else count
    shape: Arg = Pack("tuple", (first, *outer.items)) if rank else first
    zeros = build.apply("np.zeros", shape, NONE, name="jacobian")
    dtype = fact_of_arg(like).dtype
    if dtype not in ("float64", "float"):
        dtype = {"complex": "complex128"}.get(dtype, dtype)
        return build.apply(".astype()", zeros, Const(dtype), name="jacobian")
    return zeros


def shaped(lo: Lowering, linear: Linear, actual: Arg, rank: int, out: Var, made: Arg | None
           ) -> Arg | None:
    if made is None or rank == 1:
        return made
    inside, outside = sizes(lo.build, actual), sizes(lo.build, substitute_arg(out, linear.table))
    shape = Pack("tuple", (*inside.items, *outside.items))
    return lo.build.apply("np.reshape", made, shape, name="jacobian")

