"""Statements: one function for each class of node; True if the rest was lowered too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from astgrad.errors import RuleError
from astgrad.frontend import splices
from astgrad.frontend.aliases import check_aliases, check_own
from astgrad.frontend.attributes import method_or_field, set_part
from astgrad.frontend.builtins import collected
from astgrad.frontend.conditions import truth
from astgrad.frontend.effects import ASSERT, RAISE, raised
from astgrad.frontend.expressions import closure, item, list_items, place, sequence_items
from astgrad.frontend.iterate import length
from astgrad.frontend.lookup import lookup
from astgrad.frontend.lower import FLAGS, STATEMENTS, Lowering, unknown_key
from astgrad.frontend.names import is_item_written
from astgrad.frontend.parameters import named_parts
from astgrad.frontend.plain import UNPLAIN, plain
from astgrad.frontend.refusals import unless_bottom
from astgrad.frontend.unread import unread
from astgrad.frontend.values import Entries, Items, Iterable, Known, Ref, Tup
from astgrad.frontend.writes import augment, augment_item, store
from astgrad.ir.core import TEMP, UNDEFINED, Apply, Arg, Block, Const, If, Pack, Var, With
from astgrad.ir.fact import STATIC
from astgrad.ir.sizes import is_fixed

TRUE = Const(True)


def handles(*classes: type) -> Callable[[Any], Any]:
    def register(function: Any) -> Any:
        for cls in classes:
            STATEMENTS[cls] = function
        return function

    return register


@handles(gast.Pass)
def pass_(lo: Lowering, node: gast.Pass, rest: list[gast.stmt]) -> bool:
    return False


@handles(gast.Expr)
def expression(lo: Lowering, node: gast.Expr, rest: list[gast.stmt]) -> bool:
    if not isinstance(node.value, gast.Constant):
        unread(lo, lo.expr(node.value))
    return False


@handles(gast.Assign)
def assign(lo: Lowering, node: gast.Assign, rest: list[gast.stmt]) -> bool:
    is_place = is_item_written(lo.frame.source.node, node)
    value = place(lo, node.value) if is_place else lo.expr(node.value)
    if isinstance(node.value, gast.BinOp | gast.Call | gast.Subscript) and all(
            isinstance(target, gast.Name) and target.id not in lo.live_after(node)
            and owner(lo, target.id) is lo.frame for target in node.targets):
        unread(lo, value)
    for target in node.targets:
        bind_target(lo, target, value)
    return False


@handles(gast.AnnAssign)
def annotated(lo: Lowering, node: gast.AnnAssign, rest: list[gast.stmt]) -> bool:
    if node.value is not None:
        bind_target(lo, node.target, lo.expr(node.value))
    return False


def bind_target(lo: Lowering, target: gast.expr, value: Any) -> None:
    match target:
        case gast.Name():
            lo.bind(target.id, value, owner(lo, target.id))
        case gast.Tuple() | gast.List():
            unpack(lo, target, value)
        case gast.Subscript():
            store(lo, place(lo, target.value), lo.expr(target.slice), value, target)
        case gast.Attribute():
            set_attribute(lo, lo.expr(target.value), target.attr, value, target)
        case _:
            raise lo.refuse(target, "this cannot be assigned to")


def owner(lo: Lowering, name: str) -> Any:
    """The frame that an assignment to the name goes to: `nonlocal` reaches out."""
    frame = lo.frame
    while (frame, "$nonlocal " + name) in lo.state.names:
        frame = frame.parent  # type: ignore[assignment]
    return frame


def unpack(lo: Lowering, target: gast.Tuple | gast.List, value: Any) -> None:
    count = len(target.elts)
    starred = [i for i, e in enumerate(target.elts) if isinstance(e, gast.Starred)]
    if isinstance(value, Iterable):
        value = collected(lo, value, target)
    items = sequence_items(lo, value)
    if items is None:
        if starred:
            unpack_starred(lo, target, value, starred[0])
            return
        check_count(lo, value, count, target)
        items = tuple(item(lo, value, Const(i), target) for i in range(count))
    if starred:
        i = starred[0]
        last = len(items) - (count - i - 1)
        middle = lo.new_object(Items(items[i:last]))
        items = (*items[:i], middle, *items[last:])
    if len(items) != count:
        raise lo.refuse(target, f"{len(items)} values are unpacked into {count} names")
    for element, part in zip(target.elts, items, strict=True):
        bind_target(lo, element.value if isinstance(element, gast.Starred) else element, part)


def check_count(lo: Lowering, value: Any, count: int, node: gast.AST) -> None:
    """Raise as Python does where an array or a list does not have as many items as names."""
    fact = lo.fact(value)
    if fact.kind not in ("array", "list"):
        return
    size = fact.shape[0] if fact.kind == "array" and fact.shape else None
    if isinstance(size, int) and size != count:
        raise lo.refuse(node, f"{size} values are unpacked into {count} names")
    if not is_fixed(size, count):
        test = lo.build.apply("NotEq", length(lo, lo.read(value)), Const(count))
        error = raised(lo, ValueError, f"expected {count} values to unpack")
        lo.build.add(If((), test, Block((), (error,), ()), Block((), (), ()), lo.build.span))


def unpack_starred(lo: Lowering, target: Any, value: Any, at: int) -> None:
    """`a, *b, c = value` for an array or a list of unknown length."""
    after = len(target.elts) - at - 1
    middle = Const(slice(at, -after or None))
    parts = [item(lo, value, Const(i), target) for i in range(at)]
    parts.append(collected(lo, item(lo, value, middle, target), target))
    parts += [item(lo, value, Const(i - after), target) for i in range(after)]
    for element, part in zip(target.elts, parts, strict=True):
        bind_target(lo, element.value if isinstance(element, gast.Starred) else element, part)


def set_attribute(lo: Lowering, target: Any, name: str, value: Any, node: gast.AST) -> None:
    content = lo.state.heap.get(target.obj) if isinstance(target, Ref) else None
    if isinstance(target, Ref) and set_part(lo, target, name, value, node):
        return
    if not isinstance(content, Entries) or content.cls is None:
        raise lo.refuse(node, f"the attribute {name!r} is assigned to something from outside",
                        "return the value instead")
    check_aliases(lo, target.obj, node)
    lo.state.heap[target.obj] = content.put(name, value)
    lo.written.add(target.obj)


@handles(gast.AugAssign)
def augmented(lo: Lowering, node: gast.AugAssign, rest: list[gast.stmt]) -> bool:
    op = type(node.op).__name__
    target = node.target
    if isinstance(target, gast.Name):
        current = lookup(lo, target.id, target)
        value = lo.expr(node.value)
        lo.bind(target.id, augment(lo, current, op, value, node), owner(lo, target.id))
        return False
    if isinstance(target, gast.Subscript):
        base, index = place(lo, target.value), lo.expr(target.slice)
        if isinstance(base, Ref) and lo.fact(base).kind == "array":
            augment_item(lo, base, lo.read(index), op, lo.expr(node.value), node)
            return False
        current = item(lo, base, index, target, whole=False)
        new = augment(lo, current, op, lo.expr(node.value), node)
        if not (isinstance(new, Ref) and new == current):
            store(lo, base, index, new, target)
        return False
    base = lo.expr(target.value)
    current = method_or_field(lo, base, target.attr, target)
    set_attribute(lo, base, target.attr, augment(lo, current, op, lo.expr(node.value), node), node)
    return False


@handles(gast.If)
def if_(lo: Lowering, node: gast.If, rest: list[gast.stmt]) -> bool:
    test = truth(lo, lo.expr(node.test), node.test)
    body, orelse, taken = node.body, node.orelse, False
    if isinstance(test, Const):
        lo.statements([*(body if test.value else orelse), *rest])
        return True
    live = set(lo.live_after(node))
    if rest and (ends(body) or ends(orelse)):
        body = body if ends(body) else [*body, *rest]
        orelse = orelse if ends(orelse) else [*orelse, *rest]
        live, taken = live | lo.live_after(rest[-1]), True
    frame = lo.frame
    lo.branch(test, lambda: lo.statements(body), lambda: lo.statements(orelse),
              Live(lo, frame, live))
    return taken


class Live:
    """The places that matter after a statement: live names, and all of other frames."""

    def __init__(self, lo: Lowering, frame: Any, names: set[str]) -> None:
        self.lo, self.frame, self.names = lo, frame, names | frame.head


def ends(body: list[gast.stmt]) -> bool:
    """Whether a block always jumps out at its end."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, gast.If):
        return ends(last.body) and ends(last.orelse)
    return isinstance(last, gast.Return | gast.Break | gast.Continue | gast.Raise)


@handles(gast.Return)
def return_(lo: Lowering, node: gast.Return, rest: list[gast.stmt]) -> bool:
    value = Const(None)
    if node.value is not None:
        value = unless_bottom(lo.defining, lambda: lo.expr(node.value))
    for var, known in named_parts(lo, value, "result"):  # before the caller gives them names
        lo.frame.calls[-1].names.setdefault(var, known if var.name == TEMP else var.name)
    lo.state.names[lo.frame, "$value"] = value
    for flag in FLAGS:
        lo.state.names[lo.frame, flag] = TRUE
    return True


@handles(gast.Break)
def break_(lo: Lowering, node: gast.Break, rest: list[gast.stmt]) -> bool:
    for flag in ("$jump", "$stop", "$broke"):
        lo.state.names[lo.frame, flag] = TRUE
    return True


@handles(gast.Continue)
def continue_(lo: Lowering, node: gast.Continue, rest: list[gast.stmt]) -> bool:
    lo.state.names[lo.frame, "$jump"] = TRUE
    return True


@handles(gast.FunctionDef)
def function_def(lo: Lowering, node: gast.FunctionDef, rest: list[gast.stmt]) -> bool:
    if node.decorator_list:
        raise lo.refuse(node.decorator_list[0], "a decorated function is defined inside",
                        "define it outside, or leave out the decorator")
    lo.bind(node.name, closure(lo, node, node.name))
    return False


@handles(gast.Nonlocal)
def nonlocal_(lo: Lowering, node: gast.Nonlocal, rest: list[gast.stmt]) -> bool:
    for name in node.names:
        lo.state.names[lo.frame, "$nonlocal " + name] = TRUE
    return False


@handles(gast.Import, gast.ImportFrom)
def import_(lo: Lowering, node: Any, rest: list[gast.stmt]) -> bool:
    import importlib

    for alias in node.names:
        if isinstance(node, gast.Import):
            module = importlib.import_module(alias.name)
            top = module if alias.asname else importlib.import_module(alias.name.split(".")[0])
            value: Any = top
            name = alias.asname or alias.name.split(".")[0]
        else:
            value = imported(lo, "." * node.level + (node.module or ""), alias.name)
            name = alias.asname or alias.name
        lo.bind(name, lo.known(value))
    return False


def imported(lo: Lowering, module: str, name: str) -> Any:
    """What `from module import name` binds; a relative one starts from the function's package."""
    import importlib

    space = lo.frame.function.__globals__
    package = space.get("__package__") or space.get("__name__", "").rpartition(".")[0]
    found = importlib.import_module(module, package)
    if hasattr(found, name):
        return getattr(found, name)
    dot = "" if module.endswith(".") else "."
    return importlib.import_module(module + dot + name, package)


@handles(gast.Delete)
def delete(lo: Lowering, node: gast.Delete, rest: list[gast.stmt]) -> bool:
    for target in node.targets:
        if isinstance(target, gast.Name):
            lo.state.names[lo.frame, target.id] = UNDEFINED
            continue
        if isinstance(target, gast.Subscript):
            base, index = place(lo, target.value), lo.expr(target.slice)
            delete_item(lo, base, index, target)
            continue
        raise lo.refuse(target, "this cannot be deleted inside a derivative")
    return False


def delete_item(lo: Lowering, base: Any, index: Any, node: gast.AST) -> None:
    content = lo.state.heap.get(base.obj) if isinstance(base, Ref) else None
    if content is not None:
        check_own(lo, base.obj, node)
    items = list_items(lo, base)
    key = plain(index)
    if isinstance(content, Entries) and key is not UNPLAIN and content.get(key) is not None:
        lo.state.heap[base.obj] = content.drop(key)
    elif items is not None and isinstance(key, int | slice):
        kept = list(items)
        del kept[key]
        lo.state.heap[base.obj] = Items(tuple(kept))
    elif isinstance(base, Ref) and lo.fact(base).kind == "list":
        splices.delete(lo, base, index, node)
    else:
        raise unknown_key(lo.refuse(
            node, "this item cannot be deleted: which one is not known here",
            "use .pop() or a slice"))
    lo.written.add(base.obj)


@handles(gast.Assert)
def assert_(lo: Lowering, node: gast.Assert, rest: list[gast.stmt]) -> bool:
    test = truth(lo, lo.expr(node.test), node.test)
    if isinstance(test, Const) and test.value:
        return False
    message = Const(None) if node.msg is None else lo.arg(node.msg)
    lo.build.add(Apply((), ASSERT, (test, message), lo.build.span))
    return False


@handles(gast.Raise)
def raise_(lo: Lowering, node: gast.Raise, rest: list[gast.stmt]) -> bool:
    if node.exc is None:
        raise lo.refuse(node, "a bare `raise`", "name the error that is raised")
    refuse_in_rule(lo, node.exc)
    lo.build.add(Apply((), RAISE, (error_of(lo, node.exc),), lo.build.span))
    lo.state.dead = True
    return True


def error_of(lo: Lowering, node: gast.expr) -> Arg:
    """The error that is raised: written where it is raised, if that makes it."""
    if isinstance(node, gast.Call):
        cls = lo.expr(node.func)
        given = [(None, a) for a in node.args] + [(k.arg, k.value) for k in node.keywords]
        known = isinstance(cls, Known) and is_error(cls.value)
        if known and not any(isinstance(value, gast.Starred) for _, value in given):
            return Pack("call", tuple(lo.arg(value) for _, value in given),
                        (cls, *(name for name, _ in given)))
    error = lo.expr(node)
    return Const(error.value, error.text) if isinstance(error, Known) else lo.read(error)


def is_error(target: Any) -> bool:
    return isinstance(target, type) and issubclass(target, BaseException)


def refuse_in_rule(lo: Lowering, node: gast.expr) -> None:
    """A rule that is a function refuses a call by `raise RuleError("what is wrong: a fix")`."""
    if not isinstance(node, gast.Call) or not isinstance(node.func, gast.Name):
        return
    function = lo.expr(node.func)
    if isinstance(function, Known) and function.value is RuleError:
        message, _, fix = str(node.args[0].value).partition(": ")
        raise lo.refuse(node, message, fix)


__all__ = ["STATIC", "Block", "Tup", "Var", "With"]
