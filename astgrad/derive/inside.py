"""Derivatives met inside programs: `grad(f)`, `vjp(f, x)`, a derivative made earlier.

`KINDS` says what each kind of derivative is; the values of a program that stand for
derivatives are `Derived`, those for pullbacks and tangent maps too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from astgrad.derive.apart import Inner, Reader, lower_apart, renamed
from astgrad.derive.gradient import Call, adjoints, gradient
from astgrad.derive.jacobian import elementwise_grad, hessian, jacobian
from astgrad.derive.linear import Linear, pullback, pushforward
from astgrad.derive.tangent import derivative, like_result, tangent, tangents_of
from astgrad.derive.transform import Transform, parameter_names, split_aux, value_names
from astgrad.derive.trees import Heap, leaves, matched, rebuilt
from astgrad.errors import ArgumentError
from astgrad.frontend.calls import DERIVATIVES, DERIVED
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Derived, Items, Ref, Tup
from astgrad.ir.core import NONE, Arg, Block, Const, Var
from astgrad.ir.walk import free_in_block, substitute_arg
from astgrad.pipeline import project

KINDS: dict[str, Callable[[Lowering, Transform, Call], Any]] = {
    "grad": gradient, "value_and_grad": gradient, "derivative": derivative,
    "jacobian": jacobian, "value_and_jacobian": jacobian, "hessian": hessian,
    "elementwise_grad": elementwise_grad,
}  # fmt: skip


def derive(lo: Lowering, transform: Transform, call: Call) -> Any:
    """The value of `transform(fun)(*args)` as abstract values in the block at hand."""
    with transform.asked():
        return KINDS[transform.kind](lo, transform, call)


# -- linear maps ------------------------------------------------------------------------------


class Map(Reader):
    """A linear map of a program: how it is called, and what it does there."""

    def __init__(self, inner: Inner, linear: Linear, value: Any, heap: Heap) -> None:
        self.inner, self.linear, self.value, self.heap = inner, linear, value, heap

    def reads(self) -> tuple[Any, ...]:
        outputs = tuple(arg for arg in self.linear.outputs.values() if arg is not None)
        free = free_in_block(Block((), self.linear.ops, outputs))
        actual = (*self.linear.table.values(), *self.inner.table.values())
        return (*free, *outputs, *actual, self.inner.result, self.value)

    def call(self, lo: Lowering, args: tuple[Any, ...]) -> Any:
        raise NotImplementedError


class Pullback(Map):
    def call(self, lo: Lowering, args: tuple[Any, ...]) -> Any:
        if len(args) != 1:
            raise ArgumentError(f"a pullback takes one seed, {len(args)} were given")
        found = self.linear.at(lo.build, seeds_of(lo, self.inner, self.value, self.heap, args[0]))
        made = adjoints(lo, self.inner, found)

        def leaf(arg: Arg) -> Any:
            return lo.wrap(made[arg]) if isinstance(arg, Var) and arg in made else NONE

        return Tup(tuple(rebuilt(lo, self.inner.heap, v, leaf) for v in self.inner.args))


class Pushforward(Map):
    def call(self, lo: Lowering, args: tuple[Any, ...]) -> Any:
        if len(args) != len(self.inner.args):
            raise ArgumentError(f"the linear map takes {len(self.inner.args)} tangents, "
                                f"{len(args)} were given")
        dots: dict[Var, Arg] = {}
        for i, (value, given) in enumerate(zip(self.inner.args, args, strict=True)):
            if given is not None:
                dots.update(tangents_of(lo, self.inner, value, given, f"argument {i}"))
        found = self.linear.at(lo.build, dots)
        known = {out: dot for out, dot in found.items() if dot is not None}
        return like_result(lo, self.inner, self.heap, self.value, known)


def seeds_of(lo: Lowering, inner: Inner, value: Any, heap: Heap, given: Any) -> dict[Var, Arg]:
    """The seed of each float leaf of a result, in its kind, shape and dtype."""
    made: dict[Var, Arg] = {}
    for leaf, arg in matched(lo, heap, value, given, "the seed"):
        if not isinstance(leaf, Var):
            continue
        like = substitute_arg(leaf, inner.table)
        seed = project(lo.build, arg, like if isinstance(like, Var) else leaf)
        have = made.get(leaf)
        made[leaf] = seed if have is None else lo.build.apply("Add", have, seed)
    return made


def linear_map(lo: Lowering, transform: Transform, call: Call) -> tuple[Any, Any, Map]:
    """(result, aux, the pullback or the tangent map) of a function at arguments."""
    inner = lower_apart(lo, call.fun, call.args, call.keywords, call.node)
    value, aux = split_aux(inner.result, transform)
    heap = dict(lo.state.heap)
    outs = list(dict.fromkeys(leaves(heap, value)))
    wrt = [v for a in inner.args for v in leaves(inner.heap, a)]
    made: Map
    with transform.asked():
        if transform.kind == "vjp":
            made = Pullback(inner, pullback(lo, inner, outs, wrt), value, heap)
        else:
            made = Pushforward(inner, pushforward(lo, inner, outs, wrt), value, heap)
    return renamed(lo, value, inner.table), renamed(lo, aux, inner.table), made


# -- calls in programs ------------------------------------------------------------------------


def nested(target: Any) -> Any:
    """The handler of a derivative object, made outside, that is called in a program."""
    transform = getattr(target, "__astgrad__", None)
    if not isinstance(transform, Transform):
        return None

    def handler(lo: Any, args: tuple[Any, ...], keywords: dict[str, Any], node: Any) -> Any:
        fun = lo.known(transform.fun)
        names = parameter_names(transform.fun)
        if hasattr(target, "receiver"):
            args = (lo.known(target.receiver), *args)
        return derive(lo, transform, Call(fun, names, args, keywords, node))

    return handler


def derived(lo: Lowering, value: Derived, args: tuple[Any, ...], keywords: dict[str, Any],
            node: Any) -> Any:
    """A call of `grad(f)`, where f is a function value of the program, or of a pullback."""
    if isinstance(value.function, Map):
        return value.function.call(lo, args)
    transform = Transform(value.kind, None, **dict(value.options))
    names = value_names(value.function)
    return derive(lo, transform, Call(value.function, names, args, keywords, node))


def maker(kind: str, **fixed: Any) -> Any:
    """`grad(f, ...)` inside a program gives a `Derived` value."""

    def handler(lo: Lowering, args: tuple[Any, ...], keywords: dict[str, Any], node: Any) -> Any:
        given = {**dict(zip(("fun", "argnums"), args, strict=False)), **keywords}
        fun = given.pop("fun", None)
        options = {**fixed, **{k: plain_option(lo, v, node) for k, v in given.items()}}
        if fun is None:
            raise lo.refuse(node, f"`{kind}` as a decorator inside a function",
                            f"write g = {kind}(f, ...)")
        return Derived(kind, fun, tuple(options.items()))

    return handler


def plain_option(lo: Lowering, item: Any, node: Any) -> Any:
    if isinstance(item, Const):
        return item.value
    if isinstance(item, Tup):
        return tuple(plain_option(lo, i, node) for i in item.items)
    raise lo.refuse(node, "an option of a derivative is known only at run time")


def listed(lo: Lowering, value: Any, node: Any) -> tuple[Any, ...]:
    """The items of a tuple or list of arguments."""
    if isinstance(value, Tup):
        return value.items
    content = lo.state.heap[value.obj] if isinstance(value, Ref) else None
    if isinstance(content, Items):
        return content.values
    raise lo.refuse(node, "primals and tangents are given as tuples", "write (x,)")


def options_of(lo: Lowering, keywords: dict[str, Any], node: Any) -> dict[str, Any]:
    return {k: plain_option(lo, v, node) for k, v in keywords.items()}


def jvp_inside(lo: Lowering, args: tuple[Any, ...], keywords: dict[str, Any], node: Any) -> Any:
    given = {**dict(zip(("fun", "primals", "tangents"), args, strict=False)), **keywords}
    fun = given.pop("fun")
    primals, tangents = (listed(lo, given.pop(k), node) for k in ("primals", "tangents"))
    transform = Transform("jvp", None, **options_of(lo, given, node))
    check_count(primals, tangents)
    return tangent(lo, transform, Call(fun, value_names(fun), primals, {}, node), tangents)


def check_count(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> None:
    if len(primals) != len(tangents):
        raise ArgumentError(f"jvp takes a tangent for each primal: {len(primals)} primals and "
                            f"{len(tangents)} tangents were given")


def map_inside(kind: str) -> Any:
    def handler(lo: Lowering, args: tuple[Any, ...], keywords: dict[str, Any], node: Any) -> Any:
        transform = Transform(kind, None, **options_of(lo, keywords, node))
        fun, *primals = args
        call = Call(fun, value_names(fun), tuple(primals), {}, node)
        value, aux, made = linear_map(lo, transform, call)
        function = Derived(kind, made)
        return Tup((value, function, aux) if transform.has_aux else (value, function))

    return handler


def hvp_inside(lo: Lowering, args: tuple[Any, ...], keywords: dict[str, Any], node: Any) -> Any:
    fun, primals, tangents = args
    count = len(listed(lo, primals, node))
    inside = Derived("grad", fun, (("argnums", tuple(range(count))),))
    result = jvp_inside(lo, (inside, primals, tangents), {}, node)
    return result.items[1]


DERIVATIVES.append(nested)
DERIVED.append(derived)
