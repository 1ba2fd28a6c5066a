"""Derivatives as operations on programs being lowered.

`derive(lo, transform, args)` lowers the function of a transform apart, at fresh copies of
its arguments, differentiates that block and puts the result into the block at hand.  A
derivative of a derivative, or one met inside a function, is the same operation nested,
so no perturbation can be confused with another.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from astgrad.analysis.builder import Builder
from astgrad.analysis.infer import fact_of_arg
from astgrad.errors import ArgumentError, Problem
from astgrad.frontend.calls import DERIVATIVES, DERIVED, call
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import (
    Closure, Derived, Entries, Items, Known, Obj, Partial, Ref, Tup,
)  # fmt: skip
from astgrad.ir.core import NONE, Arg, Const, Op, Pack, Var
from astgrad.ir.fact import Fact
from astgrad.ir.walk import substitute, substitute_arg, vars_of
from astgrad.pipeline import forward, mark, project, reverse
from astgrad.transform.adjoints import zero


@dataclass(frozen=True)
class Transform:
    """What is asked of a function: kind is "grad", "value_and_grad", "jvp", "vjp"."""

    kind: str
    fun: Any
    argnums: Any = 0
    has_aux: bool = False
    holomorphic: bool = False
    mode: str = "reverse"


@dataclass
class Inner:
    """A function lowered apart: its ops and result, and the fresh inputs."""

    ops: tuple[Op, ...]
    result: Any
    table: dict[Var, Arg]  # fresh variable -> the actual arg
    args: tuple[Any, ...]
    keywords: dict[str, Any]
    heap: dict[Obj, Any]  # what the fresh inputs held on entry


def lower_apart(lo: Lowering, fun: Any, args: tuple[Any, ...], keywords: dict[str, Any],
                node: Any) -> Inner:
    table: dict[Var, Arg] = {}
    fresh = tuple(fresh_copy(lo, a, table) for a in args)
    fresh_keywords = {k: fresh_copy(lo, v, table) for k, v in keywords.items()}
    before = dict(lo.state.heap)
    own = set(_objects(lo, (*fresh, *fresh_keywords.values())))
    outer, lo.build = lo.build, Builder(lo.build)
    try:
        result = call(lo, fun, fresh, fresh_keywords, node)
        result = readable(lo, result)
        ops = tuple(lo.build.ops)
    finally:
        lo.build = outer
    for obj, content in before.items():
        if lo.state.heap.get(obj) != content and obj.name[0] != "$":
            if obj not in own:
                raise lo.refuse(node, f"the function that is differentiated writes to `{obj.name}`, "
                                      "which belongs to the outside", "pass it as an argument")
    return Inner(ops, result, table, fresh, fresh_keywords, before)


def _objects(lo: Lowering, values: tuple[Any, ...]) -> list[Obj]:
    from astgrad.frontend.writes import reachable

    return [obj for value in values for obj in reachable(lo.state.heap, value)]


def fresh_copy(lo: Lowering, value: Any, table: dict[Var, Arg]) -> Any:
    """The same structure with new variables for its leaves, sharing nothing."""
    match value:
        case Tup():
            return Tup(tuple(fresh_copy(lo, v, table) for v in value.items), value.cls)
        case Ref():
            content = lo.state.heap[value.obj]
            obj = Obj(value.obj.name, value.obj.span)
            obj.contiguous = value.obj.contiguous and not value.path
            if isinstance(content, Items) and not value.path:
                new: Any = Items(tuple(fresh_copy(lo, v, table) for v in content.values))
            elif isinstance(content, Entries):
                new = Entries(tuple((k, fresh_copy(lo, v, table)) for k, v in content.pairs),
                              content.cls)
            else:
                new = fresh_var(lo.read(value), table)
            lo.state.heap[obj] = new
            return Ref(obj)
        case Var():
            return fresh_var(value, table)
        case Const() if isinstance(value.value, float):
            return fresh_var(value, table)
    return value


def fresh_var(arg: Arg, table: dict[Var, Arg]) -> Var:
    var = Var(arg.name if isinstance(arg, Var) else "x", fact_of_arg(arg))
    table[var] = arg
    return var


def readable(lo: Lowering, value: Any) -> Any:
    """Views in a result are read while the block is open."""
    match value:
        case Tup():
            return Tup(tuple(readable(lo, v) for v in value.items), value.cls)
        case Ref() if value.path:
            return lo.wrap(lo.read(value))
    return value


def leaves(heap: dict[Obj, Any], value: Any) -> list[Var]:
    """The variables of a fresh argument, those that carry derivatives."""
    match value:
        case Tup():
            return [v for item in value.items for v in leaves(heap, item)]
        case Ref():
            content = heap[value.obj]
            if isinstance(content, Items):
                return [v for item in content.values for v in leaves(heap, item)]
            if isinstance(content, Entries):
                return [v for _, item in content.pairs for v in leaves(heap, item)]
            return leaves(heap, content)
        case Var():
            return [value] if value.fact.is_float else []
    return []


def structure_of(lo: Lowering, heap: dict[Obj, Any], value: Any, bars: dict[Var, Any]) -> Any:
    """A structure like the argument's with its leaves' adjoints; None where there is none."""
    match value:
        case Tup():
            return Tup(tuple(structure_of(lo, heap, v, bars) for v in value.items), value.cls)
        case Ref():
            content = heap[value.obj]
            if isinstance(content, Items):
                return lo.new_object(Items(tuple(structure_of(lo, heap, v, bars) for v in content.values)))
            if isinstance(content, Entries):
                pairs = tuple((k, structure_of(lo, heap, v, bars)) for k, v in content.pairs)
                return lo.new_object(Entries(pairs, adjoint_class(content.cls)))
            return structure_of(lo, heap, content, bars)
        case Var() if value in bars:
            return lo.wrap(bars[value])
    return NONE


def adjoint_class(cls: Any) -> Any:
    import dataclasses

    if cls is None or dataclasses.is_dataclass(cls):
        return cls
    return SimpleNamespace


# -- which arguments --------------------------------------------------------------------------


def positions(transform: Transform, names: list[str], count: int) -> list[Any]:
    """argnums as positions or names; ArgumentError for what does not exist."""
    wanted = transform.argnums if isinstance(transform.argnums, tuple) else (transform.argnums,)
    found: list[Any] = []
    for item in wanted:
        if isinstance(item, str):
            if item not in names:
                raise ArgumentError(f"argnums names {item!r}, which is not a parameter: the "
                                    f"parameters are {', '.join(names)}")
            found.append(names.index(item) if names.index(item) < count else item)
        elif isinstance(item, bool) or not isinstance(item, int):
            raise ArgumentError(f"argnums is {item!r}: give an int, a parameter's name, or a tuple")
        elif not -count <= item < count:
            raise ArgumentError(f"argnums is {item}, and the function is called with {count} "
                                "positional arguments")
        else:
            found.append(item % count)
    return found


def parameter_names(fun: Any) -> list[str]:
    import inspect

    return list(inspect.signature(fun).parameters)


# -- the operation ----------------------------------------------------------------------------


def derive(lo: Lowering, transform: Transform, fun: Any, names: list[str], args: tuple[Any, ...],
           keywords: dict[str, Any], node: Any, outermost: bool = False) -> Any:
    """The value of `transform(fun)(*args)` as abstract values in the block at hand."""
    inner = lower_apart(lo, fun, args, keywords, node)
    chosen = []
    for place in positions(transform, names, len(args)):
        chosen.append(inner.args[place] if isinstance(place, int) else inner.keywords[place])
    for value, place in zip(chosen, positions(transform, names, len(args)), strict=True):
        check_differentiable(inner.heap, value, names[place] if isinstance(place, int) else place, transform)
    value, aux = split_aux(inner.result, transform)
    out = scalar(lo, value, transform)
    wrt = list(dict.fromkeys(v for a in chosen for v in leaves(inner.heap, a)))
    if transform.mode == "forward":
        ops, bars = forward_gradient(inner.ops, out, wrt)
    elif isinstance(out, Var):
        seed = Const(1.0) if not out.fact.is_complex else Const(1.0 + 0j)
        ops, bars = reverse(inner.ops, {out: seed}, wrt)
    else:
        ops, bars = inner.ops, [None] * len(wrt)
    if outermost:
        ops = (mark("forward"), *ops)
    emit(lo, ops, inner.table)
    table = inner.table
    projected: dict[Var, Arg] = {}
    for var, bar in zip(wrt, bars, strict=True):
        real = table[var]
        bar = None if bar is None else substitute_arg(bar, table)
        projected[var] = project(lo.build, bar, real if isinstance(real, Var) else var)
    grads = [structure_of(lo, inner.heap, a, projected) for a in chosen]
    gradient = Tup(tuple(grads)) if isinstance(transform.argnums, tuple) else grads[0]
    value = renamed(lo, value, table)
    aux = renamed(lo, aux, table)
    if transform.kind == "value_and_grad":
        result = Tup((value, aux)) if transform.has_aux else value
        return Tup((result, gradient))
    return Tup((gradient, aux)) if transform.has_aux else gradient


def emit(lo: Lowering, ops: tuple[Op, ...], table: dict[Var, Arg]) -> None:
    for op in ops:
        lo.build.add(substitute(op, table))


def renamed(lo: Lowering, value: Any, table: dict[Var, Arg]) -> Any:
    """A result with the fresh inputs replaced by the actual ones."""
    match value:
        case Var() | Pack():
            return substitute_arg(value, table)
        case Tup():
            return Tup(tuple(renamed(lo, v, table) for v in value.items), value.cls)
        case Ref():
            content = lo.state.heap[value.obj]
            if isinstance(content, Items):
                new: Any = Items(tuple(renamed(lo, v, table) for v in content.values))
            elif isinstance(content, Entries):
                new = Entries(tuple((k, renamed(lo, v, table)) for k, v in content.pairs),
                              content.cls)
            else:
                new = substitute_arg(content, table)
            if new != content:
                lo.state.heap[value.obj] = new
    return value


def split_aux(result: Any, transform: Transform) -> tuple[Any, Any]:
    if not transform.has_aux:
        return result, None
    if not isinstance(result, Tup) or len(result.items) != 2:
        raise ArgumentError("has_aux=True: the function must return a pair (value, aux)")
    return result.items


def scalar(lo: Lowering, value: Any, transform: Transform) -> Arg:
    arg = value if isinstance(value, Const | Var) else lo.read(value)
    fact = fact_of_arg(arg)
    single = fact.kind in ("number", "scalar") or (fact.kind == "array" and fact.shape in ((), None))
    if not single or (fact.kind == "number" and isinstance(arg, Const)
                      and not isinstance(arg.value, int | float | complex)):
        raise ArgumentError(
            f"grad needs a function that returns one number, and this one returns {shown(fact)}: "
            "use vjp, or jacobian")
    if fact.is_complex and not transform.holomorphic:
        raise ArgumentError("grad of a function with a complex result: take a real part, or pass "
                            "holomorphic=True")
    return arg


def shown(fact: Fact) -> str:
    if fact.kind == "array":
        return f"an array of {fact.dtype} with {fact.rank} dimension{'s' * (fact.rank != 1)}"
    return {"tuple": "a tuple", "list": "a list", "static": "no number"}.get(fact.kind, fact.kind)


def check_differentiable(heap: dict[Obj, Any], value: Any, name: Any, transform: Transform) -> None:
    """A TypeError for an int or bool argument that is asked for."""
    if isinstance(value, Ref) and isinstance(heap[value.obj], Items | Entries):
        return
    if isinstance(value, Tup):
        return
    arg = heap[value.obj] if isinstance(value, Ref) else value
    fact = fact_of_arg(arg) if isinstance(arg, Var | Const) else Fact("static")
    if fact.is_float or fact.kind == "unknown":
        if fact.is_complex and not transform.holomorphic:
            return
        return
    kind = {"number": fact.dtype, "scalar": fact.dtype, "array": f"array of {fact.dtype}"}.get(
        fact.kind, "value that is not a number")
    raise ArgumentError(f"the argument {name!r} is an {kind}".replace("an b", "a b").replace(
        "an v", "a v") + ", which cannot be differentiated: pass a float")


def forward_gradient(ops: tuple[Op, ...], out: Arg, wrt: list[Var]
                     ) -> tuple[tuple[Op, ...], list[Arg | None]]:
    """The gradient by one tangent sweep for each number in `wrt`."""
    raise ArgumentError("mode='forward' here takes numbers only")


# -- inside programs ----------------------------------------------------------------------------


def nested(target: Any) -> Any:
    """The handler of a derivative object, made outside, that is called in a program."""
    transform = getattr(target, "__astgrad__", None)
    if not isinstance(transform, Transform):
        return None

    def handler(lo: Any, args: tuple[Any, ...], keywords: dict[str, Any], node: Any) -> Any:
        fun = lo.known(transform.fun)
        return derive(lo, transform, fun, parameter_names(transform.fun), args, keywords, node)

    return handler


def derived(lo: Lowering, value: Derived, args: tuple[Any, ...], keywords: dict[str, Any],
            node: Any) -> Any:
    """A call of `grad(f)` where f is a function value of the program."""
    options = dict(value.options)
    transform = Transform(value.kind, None, **options)
    return derive(lo, transform, value.function, value_names(value.function), args, keywords, node)


def value_names(function: Any) -> list[str]:
    """The parameter names of a function value."""
    match function:
        case Known():
            return parameter_names(function.value)
        case Closure():
            args = function.node.args
            return [p.id for p in (*args.posonlyargs, *args.args, *args.kwonlyargs)]
        case Derived():
            return value_names(function.function)
        case Partial():
            names = value_names(function.function)[len(function.args) :]
            return [n for n in names if n not in dict(function.keywords)]
    return []


def maker(kind: str) -> Any:
    """`grad(f, ...)` inside a program gives a `Derived` value."""

    def handler(lo: Lowering, args: tuple[Any, ...], keywords: dict[str, Any], node: Any) -> Any:
        names = ("fun", "argnums")
        given = {**dict(zip(names, args, strict=False)), **keywords}
        fun = given.pop("fun")
        options = {}
        for name, item in given.items():
            options[name] = plain_option(lo, item, node)
        return Derived(kind, fun, tuple(options.items()))

    return handler


def plain_option(lo: Lowering, item: Any, node: Any) -> Any:
    if isinstance(item, Const):
        return item.value
    if isinstance(item, Tup):
        return tuple(plain_option(lo, i, node) for i in item.items)
    raise lo.refuse(node, "an option of a derivative is known only at run time")


DERIVATIVES.append(nested)
DERIVED.append(derived)

__all__ = ["Problem", "Transform", "derive", "forward", "zero"]
