"""What the classes of objects make of operators, subscripts, loops and builtins: their special
methods, called as the functions that they are.

An object is a `Ref` to `Entries` with a class, or a `Tup` of a named tuple's class.
"""

from __future__ import annotations

import types
from typing import Any

import gast

from astgrad.frontend.calls import call_function
from astgrad.frontend.lower import Lowering, Refusal
from astgrad.frontend.values import Entries, Known, Ref, Tup

BINARY = {
    "Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "FloorDiv": "floordiv",
    "Mod": "mod", "Pow": "pow", "MatMult": "matmul", "BitAnd": "and", "BitOr": "or",
    "BitXor": "xor", "LShift": "lshift", "RShift": "rshift",
}  # fmt: skip
COMPARED = {
    "Eq": ("__eq__", "__eq__"), "NotEq": ("__ne__", "__ne__"), "Lt": ("__lt__", "__gt__"),
    "LtE": ("__le__", "__ge__"), "Gt": ("__gt__", "__lt__"), "GtE": ("__ge__", "__le__"),
}
UNARY = {"USub": "__neg__", "UAdd": "__pos__", "Invert": "__invert__"}



def class_of(lo: Lowering, value: Any) -> Any:
    """The class of an object; None for anything else."""
    if isinstance(value, Ref) and not value.path:
        content = lo.state.heap[value.obj]
        return content.cls if isinstance(content, Entries) else None
    return value.cls if isinstance(value, Tup) else None


def special(lo: Lowering, value: Any, name: str) -> types.FunctionType | None:
    """A special method that the class of an object defines in Python."""
    found = getattr(class_of(lo, value), name, None)
    return found if isinstance(found, types.FunctionType) else None


def no_method(lo: Lowering, value: Any, what: str, node: gast.AST) -> Refusal:
    return lo.refuse(node, f"the class `{class_of(lo, value).__name__}` defines no {what}",
                     "define it, or use the fields")


def is_object(lo: Lowering, value: Any) -> bool:
    """Whether a value is an object that is not a tuple: nothing else is known to do with it."""
    return isinstance(value, Ref) and class_of(lo, value) is not None


def is_dict(lo: Lowering, value: Any) -> bool:
    content = lo.state.heap.get(value.obj) if isinstance(value, Ref) else None
    return isinstance(content, Entries) and content.cls is None


def operated(lo: Lowering, op: str, left: Any, right: Any, node: gast.AST) -> Any:
    """The result of an operator on objects, or of `|` on dicts; None for all else."""
    if op == "BitOr" and is_dict(lo, left) and is_dict(lo, right):
        entries: Entries = lo.state.heap[left.obj]
        for key, value in lo.state.heap[right.obj].pairs:
            entries = entries.put(key, value)
        return lo.new_object(entries)
    name = BINARY.get(op, "")
    return first_of(lo, ((f"__{name}__", left, right), (f"__r{name}__", right, left)), node)


def compared_objects(lo: Lowering, op: str, left: Any, right: Any, node: gast.AST) -> Any:
    """The same of a comparison."""
    if op not in COMPARED:
        return None
    ahead, behind = COMPARED[op]
    return first_of(lo, ((ahead, left, right), (behind, right, left)), node)


def first_of(lo: Lowering, ways: tuple[tuple[str, Any, Any], ...], node: gast.AST) -> Any:
    """The result of the first method that there is and that does not leave it to the next."""
    (_, left, right), _ = ways
    ours, theirs = class_of(lo, left), class_of(lo, right)
    if ours is None and theirs is None:
        return None
    if None not in (ours, theirs) and ours is not theirs and issubclass(theirs, ours):
        ways = ways[::-1]
    for name, one, other in ways:
        function = special(lo, one, name)
        if function is None:
            continue
        if one is right and lo.fact(left).kind == "array":
            raise lo.refuse(node, "NumPy would apply this operator to each element of the array",
                            "write the object on the left")
        result = call_function(lo, function, (one, other), {}, node)
        if not (isinstance(result, Known) and result.value is NotImplemented):
            return result
    if is_object(lo, left) or is_object(lo, right):
        raise no_method(lo, left if is_object(lo, left) else right, "such operator", node)
    return None


def in_place(lo: Lowering, op: str, target: Any, value: Any, node: gast.AST) -> Any:
    """`target op= value` by `__iadd__` and its like; None where there is no such method."""
    function = special(lo, target, f"__i{BINARY.get(op, '')}__")
    return None if function is None else call_function(lo, function, (target, value), {}, node)


def asked(lo: Lowering, value: Any, name: str, *args: Any, node: gast.AST, what: str) -> Any:
    """The result of a special method that an object must have."""
    function = special(lo, value, name)
    if function is None:
        raise no_method(lo, value, what, node)
    return call_function(lo, function, (value, *args), {}, node)


def unwrapped(lo: Lowering, value: Any, node: gast.AST) -> Any:
    """What NumPy makes an array of: an object by its `__array__`, or its items."""
    if not is_object(lo, value):
        return value
    if special(lo, value, "__array__") is not None:
        return unwrapped(lo, asked(lo, value, "__array__", node=node, what="`__array__`"), node)
    if special(lo, value, "__len__") is None or special(lo, value, "__getitem__") is None:
        raise lo.refuse(node, f"an object of `{class_of(lo, value).__name__}` is given to NumPy",
                        "give it the numbers or arrays that it holds")
    from astgrad.frontend import templates

    return templates.expand(lo, templates.ITEMS, node, {"source": value})
