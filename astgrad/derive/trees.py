"""Structures of abstract values: their leaves, and structures like them.

A leaf is an arg: the number itself, or what an array's object holds.  `heap` is what the
objects held when the structure was taken.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

from astgrad.errors import ArgumentError
from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Entries, Items, Known, Obj, Ref, Tup
from astgrad.ir.core import NONE, Arg, Const, Pack, Var
from astgrad.ir.fact import Fact
from astgrad.ir.sizes import example, fact_of_arg

Heap = Mapping[Obj, Any]
Path = tuple[Any, ...]


def parts(heap: Heap, value: Any) -> list[tuple[Any, Any]] | None:
    """(step of a path, part) of a structure; None for a leaf."""
    if isinstance(value, Tup):
        keys = value.cls._fields if value.cls else range(len(value.items))
        return list(zip(keys, value.items, strict=True))
    content = heap[value.obj] if isinstance(value, Ref) and not value.path else None
    if isinstance(content, Items):
        return list(enumerate(content.values))
    if isinstance(content, Entries):
        if content.cls is None:
            return [([k], v) for k, v in content.pairs]
        return [("." + k, v) for k, v in content.pairs]
    return None


def arg_of(heap: Heap, value: Any) -> Arg:
    """The arg of a leaf."""
    if isinstance(value, Ref):
        value = heap[value.obj]
    return value if isinstance(value, Var | Const | Pack) else NONE


def paths(heap: Heap, value: Any, path: Path = ()) -> Iterator[tuple[Path, Arg]]:
    inner = parts(heap, value)
    if inner is None:
        yield path, arg_of(heap, value)
        return
    for step, part in inner:
        yield from paths(heap, part, (*path, step))


def is_active(arg: Arg) -> bool:
    """Whether a leaf carries derivatives."""
    return fact_of_arg(arg).may_vary if isinstance(arg, Var) else fact_of_arg(arg).is_float


def leaves(heap: Heap, value: Any) -> list[Var]:
    """The variables of a structure that carry derivatives."""
    return [a for _, a in paths(heap, value) if isinstance(a, Var) and is_active(a)]


def rebuilt(lo: Lowering, heap: Heap, value: Any, leaf: Callable[[Arg], Any]) -> Any:
    """A structure like this one with other leaves."""
    return rebuilt_with_paths(lo, heap, value, lambda _, arg: leaf(arg))


def rebuilt_with_paths(lo: Lowering, heap: Heap, value: Any, leaf: Callable[[Path, Arg], Any],
                       path: Path = ()) -> Any:
    inner = parts(heap, value)
    if inner is None:
        return leaf(path, arg_of(heap, value))
    made = tuple(rebuilt_with_paths(lo, heap, part, leaf, (*path, step)) for step, part in inner)
    if isinstance(value, Tup):
        return Tup(made, value.cls)
    content = heap[value.obj]
    if isinstance(content, Items):
        return lo.new_object(Items(made))
    keys = (k for k, _ in content.pairs)
    return lo.new_object(Entries(tuple(zip(keys, made, strict=True)), adjoint_class(content.cls)))


def adjoint_class(cls: Any) -> Any:
    if cls is None or dataclasses.is_dataclass(cls):
        return cls
    return SimpleNamespace


def matched(lo: Lowering, heap: Heap, like: Any, given: Any, name: str
            ) -> Iterator[tuple[Arg, Arg]]:
    """(leaf, what is given for it) for each leaf that carries derivatives.

    ArgumentError where `given` has another structure or shape.
    """
    inner = parts(heap, like)
    if inner is None:
        yield from matched_leaf(lo, arg_of(heap, like), given, name)
        return
    other = parts(lo.state.heap, given)
    if other is None or [s for s, _ in other] != [s for s, _ in inner]:
        raise ArgumentError(f"{name} has another structure than its primal: "
                            f"{outline(lo, lo.state.heap, given)}, "
                            f"instead of {outline(lo, heap, like)}")
    for (step, part), (_, item) in zip(inner, other, strict=True):
        yield from matched(lo, heap, part, item, name + shown_step(step))


def shown_step(step: Any) -> str:
    if isinstance(step, list):
        return f"[{step[0]!r}]"
    return f"[{step}]" if isinstance(step, int) else f".{step.lstrip('.')}"


def matched_leaf(lo: Lowering, leaf: Arg, given: Any, name: str) -> Iterator[tuple[Arg, Arg]]:
    structured = parts(lo.state.heap, given) is not None and fact_of_arg(leaf).kind != "list"
    if structured:
        raise ArgumentError(f"{name} is {outline(lo, lo.state.heap, given)}, and its primal "
                            f"{shown(fact_of_arg(leaf))}")
    arg = NONE if isinstance(given, Known) else lo.read(given)
    if not is_active(leaf):
        if arg != NONE:
            raise ArgumentError(f"{name} belongs to {shown(fact_of_arg(leaf))}, which carries no "
                                "derivative: give None there")
        return
    fact, want = fact_of_arg(arg), fact_of_arg(leaf)
    if not fact.is_numeric and fact.kind not in ("unknown", "list"):
        raise ArgumentError(f"{name} is {shown(fact)}, and its primal {shown(want)}")
    if not fits(fact, want):
        if fact.kind == want.kind == "array" and len(fact.shape or ()) == len(want.shape or ()):
            raise ArgumentError(f"{name} has the shape {sizes(fact)}, and its primal "
                                f"{sizes(want)}")
        raise ArgumentError(f"{name} is {shown(fact)}, and its primal {shown(want)}: "
                            "their shapes differ")
    yield leaf, arg


def fits(have: Fact, want: Fact) -> bool:
    """Whether shapes may be the same, as far as is known."""
    if have.kind == "unknown" or want.kind in ("unknown", "list"):
        return True
    a = have.shape if have.kind == "array" else ()
    b = want.shape if want.kind == "array" else ()
    if a is None or b is None:
        return True
    if len(a) != len(b):
        return False
    pairs = [(m, n) for m, n in zip(a, b, strict=True) if m is not None and n is not None]
    return all(m == n or None in (example(m), example(n)) or example(m) == example(n)
               for m, n in pairs)


def sizes(fact: Fact) -> tuple[int | None, ...]:
    """The shape in the example."""
    return tuple(example(n) for n in fact.shape or ())


def outline(lo: Lowering, heap: Heap, value: Any) -> str:
    inner = parts(heap, value)
    if inner is None:
        return shown(fact_of_arg(arg_of(heap, value)))
    if isinstance(value, Tup):
        return f"a tuple of {len(inner)}"
    content = heap[value.obj]
    if isinstance(content, Items):
        return f"a list of {len(inner)}"
    if content.cls is not None:
        return f"a {content.cls.__name__}"
    return "a dict with the keys " + ", ".join(repr(k) for k, _ in content.pairs)


def shown(fact: Fact) -> str:
    """A fact in the words of messages."""
    if fact.kind == "array" and fact.shape is not None:
        n = len(fact.shape)
        return f"an array of {fact.dtype} with {n} dimension{'s' * (n != 1)}"
    if fact.kind == "array":
        return f"an array of {fact.dtype}"
    if fact.kind in ("number", "scalar"):
        article = "an" if fact.dtype[:1] in "iu" else "a"
        return f"{article} {fact.dtype}"
    return {"tuple": "a tuple", "list": "a list", "static": "None or another value without a "
            "derivative", "unknown": "a value of unknown kind"}[fact.kind]
