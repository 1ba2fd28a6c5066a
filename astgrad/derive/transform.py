"""What is asked of a function, and whether its arguments and result allow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from astgrad.analysis.options import OPTIONS, options
from astgrad.derive.trees import arg_of, is_active, parts, shown
from astgrad.errors import ArgumentError
from astgrad.frontend.lower import Lowering, Refusal
from astgrad.frontend.values import Closure, Derived, Entries, Items, Known, Partial, Ref, Tup
from astgrad.ir.core import Arg, Const, Var
from astgrad.ir.sizes import fact_of_arg
from astgrad.signatures import signature_of


@dataclass(frozen=True)
class Transform:
    """What is asked of a function: kind is "grad", "jvp", "jacobian", ... (`KINDS`).

    `checked` is of the whole text, so that of the outermost transform counts.
    """

    kind: str
    fun: Any
    argnums: Any = 0
    has_aux: bool = False
    holomorphic: bool = False
    mode: str = "reverse"
    debug: bool = False
    strong_zero: bool = False
    checked: bool = False
    compile: str | None = None  # None: Python and NumPy; "numba"; "auto"
    parallel: bool = False
    optimise: str = "text"  # or "speed"

    def whole(self) -> Any:
        """The options that hold for the whole text; that for Numba calls no functions."""
        calls = OPTIONS.get().calls and self.compile is None
        return options(checked=self.checked, calls=calls, speed=self.optimise == "speed")

    def asked(self) -> Any:
        """The options that hold while a function is differentiated."""
        return options(debug=self.debug, strong_zero=self.strong_zero)


@dataclass(frozen=True)
class Captured:
    """In argnums: a value that the function reads from its closure or globals."""

    name: str
    parameters: tuple[str, ...]


def positions(transform: Transform, names: list[str], count: int) -> list[Any]:
    """argnums as positions, parameters' names or `Captured`; ArgumentError for the rest."""
    wanted = transform.argnums if isinstance(transform.argnums, tuple) else (transform.argnums,)
    return [position(item, names, count) for item in wanted]


def position(item: Any, names: list[str], count: int) -> Any:
    if isinstance(item, str):
        if item not in names:
            return Captured(item, tuple(names))
        return names.index(item) if names.index(item) < count else item
    if isinstance(item, bool) or not isinstance(item, int):
        raise ArgumentError(f"argnums is {item!r}: give an int, a parameter's name, or a tuple")
    if not -count <= item < count:
        raise ArgumentError(f"argnums is {item}, and the function is called with {count} "
                            f"positional argument{'s' * (count != 1)}")
    return item % count


def parameter_names(fun: Any) -> list[str]:
    return list(signature_of(fun).parameters)


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


def value_at(lo: Lowering, place: Any, args: tuple[Any, ...], keywords: dict[str, Any],
             fun: Any) -> Any:
    """The argument at a place of argnums, in a function that has been lowered."""
    if isinstance(place, int):
        return args[place]
    if isinstance(place, str):
        return keywords[place]
    while isinstance(fun, Derived):
        fun = fun.function
    found = lo.read_outside(place.name, fun.value) if isinstance(fun, Known) else None
    if found is None:
        raise ArgumentError(f"argnums names {place.name!r}, which is neither a parameter nor a "
                            "value that the function reads from outside: the parameters are "
                            f"{', '.join(place.parameters)}")
    return found


def check_differentiable(heap: Mapping[Any, Any], value: Any, name: Any, transform: Transform
                         ) -> None:
    """A TypeError for an argument that is asked for and carries no derivative."""
    if parts(heap, value) is not None:
        return
    arg = arg_of(heap, value)
    if is_active(arg):
        return
    fact = fact_of_arg(arg)
    what = shown(fact) if fact.is_numeric else "not a number"
    raise ArgumentError(f"the argument {name!r} is {what}, which cannot be differentiated: "
                        "pass a float, or name another argument in argnums")


def split_aux(result: Any, transform: Transform) -> tuple[Any, Any]:
    if not transform.has_aux:
        return result, None
    if not isinstance(result, Tup) or len(result.items) != 2:
        raise ArgumentError("has_aux=True: the function must return a pair (value, aux)")
    return result.items[0], result.items[1]


def scalar(lo: Lowering, value: Any, transform: Transform) -> Arg:
    """The one number that a function returns; a TypeError for any other result."""
    heap = lo.state.heap
    if lo.problems:  # they say why there is no number
        raise Refusal(None)
    if isinstance(value, Ref) and isinstance(heap[value.obj], Items | Entries):
        kind = "a list" if isinstance(heap[value.obj], Items) else "a dict"
        raise ArgumentError(f"grad needs a function that returns one number, and this one "
                            f"returns {kind}: use vjp or jacobian, or has_aux=True")
    arg = value if isinstance(value, Const | Var) else lo.read(value)
    fact = fact_of_arg(arg)
    may = fact.kind == "array" and fact.shape in ((), None)
    single = may or fact.kind in ("number", "scalar")
    if not single:
        raise ArgumentError(f"grad needs a function that returns one number, and this one returns "
                            f"{shown(fact)}: use vjp or jacobian, or has_aux=True")
    if fact.is_complex and not transform.holomorphic:
        raise ArgumentError("grad of a function with a complex result: take its real part or "
                            "absolute value, or pass holomorphic=True")
    return arg
