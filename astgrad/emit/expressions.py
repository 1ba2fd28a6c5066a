"""IR args and ops -> expressions of the standard ast."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from astgrad.emit.inline import Inline
from astgrad.emit.names import Names
from astgrad.errors import InternalError
from astgrad.ir.core import Apply, Arg, Const, If, Pack, Undefined, Var
from astgrad.references import Reference, module_of, reference
from astgrad.rules.table import Row
from astgrad.rules.updates import ufunc_of


class Expressions:
    """Writes args; notes the helpers, modules and objects that the text needs."""

    def __init__(self, names: Names, inline: Inline, functions: Mapping[Row, str]) -> None:
        self.names, self.inline, self.functions = names, inline, functions
        self.helpers: dict[str, Callable[..., Any]] = {}
        self.modules: set[str] = set()
        self.classes: set[tuple[str, str]] = set()  # module, name
        self.objects: dict[str, Any] = {}

    def arg(self, arg: Arg) -> ast.expr:
        match arg:
            case Var():
                node = getattr(arg, "node", None)  # an expression that stands for a variable
                if node is not None:
                    return node  # type: ignore[no-any-return]
                made = self.inline.chosen.get(arg)
                if made is None:
                    return ast.Name(self.names[arg], ast.Load())
                return self.apply(made) if isinstance(made, Apply) else self.conditional(made)
            case Const():
                return self.const(arg)
            case Pack():
                return self.pack(arg)
            case Undefined():
                raise InternalError("an unbound value is read")
        raise InternalError(f"no such arg: {arg!r}")

    def index(self, arg: Arg) -> ast.expr:
        """An arg between the brackets of a subscript, where slices have colons."""
        if isinstance(arg, Const) and isinstance(arg.value, slice):
            parts = (arg.value.start, arg.value.stop, arg.value.step)
            return ast.Slice(*(None if p is None else self.const(Const(p)) for p in parts))
        if isinstance(arg, Const) and isinstance(arg.value, tuple):
            return ast.Tuple([self.index(Const(v)) for v in arg.value], ast.Load())
        if isinstance(arg, Pack) and arg.kind == "slice":
            return ast.Slice(*(None if i == Const(None) else self.arg(i) for i in arg.items))
        if isinstance(arg, Pack) and arg.kind == "tuple" and arg.items:
            return ast.Tuple([self.index(i) for i in arg.items], ast.Load())
        return self.arg(arg)

    def const(self, const: Const) -> ast.expr:
        value = const.value
        if isinstance(value, slice):
            parts = [self.const(Const(p)) for p in (value.start, value.stop, value.step)]
            return slice_call(parts)
        if isinstance(value, tuple):
            return ast.Tuple([self.const(Const(v)) for v in value], ast.Load())
        if isinstance(value, np.dtype):
            return ast.Constant(value.name)
        if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
            return ast.UnaryOp(ast.USub(), ast.Constant(-value))
        if isinstance(value, float) and not np.isfinite(value):
            self.modules.add("np")
            return ast.Attribute(ast.Name("np", ast.Load()), "nan" if np.isnan(value) else "inf",
                                 ast.Load())
        plain = bool | int | float | complex | str | bytes | type(...)
        if value is None or isinstance(value, plain):
            return ast.Constant(value)
        return self.object(const)

    def object(self, const: Const) -> ast.expr:
        """A function, class or module of the user's, by its name."""
        text = str(const.text or getattr(const.value, "__name__", "value"))
        root = text.split(".", 1)[0]
        if root in ("np", "math", "cmath"):
            self.modules.add(root)
            return ast.parse(text, mode="eval").body
        needs = reference(const.value, text)
        self.needed(needs)
        return ast.parse(needs.text, mode="eval").body

    def named_class(self, cls: type) -> ast.expr:
        """`Point`, by `from shapes import Point` if that leads there."""
        own = cls.__module__ != "__main__" and module_of(f"{cls.__module__}.{cls.__name__}", cls)
        if own:
            self.classes.add((own, cls.__name__))
        else:
            self.objects[cls.__name__] = cls
        return name(cls.__name__)

    def needed(self, needs: Reference) -> None:
        """What is named from outside is imported, or given to the module."""
        self.objects.update(needs.objects)
        if needs.module:
            self.modules.add(needs.module)

    def pack(self, pack: Pack) -> ast.expr:
        items = pack.items
        match pack.kind:
            case "tuple":
                made = [self.arg(i) for i in items]
                if pack.keys:
                    return ast.Call(self.named_class(pack.keys[0]), made, [])
                return ast.Tuple(made, ast.Load())
            case "list":
                return ast.List([self.arg(i) for i in items], ast.Load())
            case "dict":
                keys: list[ast.expr | None] = [self.const(Const(k)) for k in pack.keys]
                return ast.Dict(keys, [self.arg(i) for i in items])
            case "object":
                cls, *fields = pack.keys
                given = [ast.keyword(f, self.arg(i)) for f, i in zip(fields, items, strict=True)]
                return ast.Call(self.named_class(cls), [], given)
            case "slice":
                return slice_call([self.arg(i) for i in items])
            case "call":
                function, *keywords = pack.keys
                call = self.object(Const(function.value, function.text))
                given = [ast.keyword(k, self.arg(i)) for k, i in zip(keywords, items, strict=True)]
                return ast.Call(call, [g.value for g in given if g.arg is None],
                                [g for g in given if g.arg is not None])
            case "text":
                method, *keywords = pack.keys
                text, *made = [self.arg(i) for i in items]
                count = len(made) - len(keywords)
                given = [ast.keyword(k, v) for k, v in zip(keywords, made[count:], strict=True)]
                return ast.Call(ast.Attribute(text, method, ast.Load()), made[:count], given)
            case "percent":
                return ast.BinOp(self.arg(items[0]), ast.Mod(), self.arg(items[1]))
            case "format":
                return self.format(pack)
        raise InternalError(f"no such display: {pack.kind}")

    def format(self, pack: Pack) -> ast.expr:
        items = iter(pack.items)
        parts: list[ast.expr] = []
        for key in pack.keys:
            if isinstance(key, str):
                parts.append(ast.Constant(key))
            else:
                conversion, spec = key
                text = ast.JoinedStr([ast.Constant(spec)]) if spec else None
                parts.append(ast.FormattedValue(self.arg(next(items)), conversion, text))
        return ast.JoinedStr(parts)

    def apply(self, op: Apply) -> ast.expr:
        return self.row(op.rule, op.args)

    def row(self, row: Row, args: tuple[Arg, ...]) -> ast.expr:
        if row.called:
            return ast.Call(name(self.functions[row]), [self.arg(a) for a in args], [])
        if row.name == "pop":
            return ast.Call(ast.Attribute(self.arg(args[0]), "pop", ast.Load()), [], [])
        if row.name == "new_list":
            return ast.List([], ast.Load())
        if row.name == "list_of":
            return self.arg(args[0])
        if row.name == "range_len":
            counted = ast.Call(name("range"), [self.arg(a) for a in args], [])
            return ast.Call(name("len"), [counted], [])
        if row.name == "np.shape":
            return ast.Attribute(self.arg(args[0]), "shape", ast.Load())
        if row.name == "np.size":
            return ast.Attribute(self.arg(args[0]), "size", ast.Load())
        self.note(row)
        return self.template(row.expression, row, dict(zip(row.params, args, strict=True)))

    def into(self, row: Row, args: tuple[Arg, ...]) -> ast.expr:
        """`np.exp(a, out=x)`; the first arg is what the result is written into."""
        self.modules.add("np")
        out, *given = map(self.arg, args)
        function = ast.parse(ufunc_of(row) or "", mode="eval").body
        return ast.Call(function, given, [ast.keyword("out", out)])

    def note(self, row: Row) -> None:
        root = row.name.split(".")[0]
        if row.needs is not None:
            self.needed(row.needs)
        elif root in ("np", "math", "cmath"):
            self.modules.add(root)
        elif root == "scipy":
            self.modules.add(".".join(row.name.split(".")[:2]))
        elif row.evaluate is not None and not row.writes:
            function = row.evaluate
            if str(getattr(function, "__module__", "")).startswith("astgrad.runtime"):
                self.helpers[function.__name__] = function

    def template(self, node: ast.expr, row: Row, args: dict[str, Arg]) -> ast.expr:
        match node:
            case ast.Subscript(slice=ast.Name(id=key)) if key in args:
                value = self.template(node.value, row, args)
                return ast.Subscript(value, self.index(args[key]), ast.Load())
            case ast.Call():
                return self._call(node, row, args)
            case ast.Name():
                return self.arg(args[node.id]) if node.id in args else name(node.id)
        fields: dict[str, Any] = {}
        for field in node._fields:
            part: Any = getattr(node, field, None)
            if isinstance(part, ast.expr):
                part = self.template(part, row, args)
            elif isinstance(part, list):
                part = [self.template(v, row, args) if isinstance(v, ast.expr) else v
                        for v in part]
            fields[field] = part
        return type(node)(**fields)

    def _call(self, node: ast.Call, row: Row, args: dict[str, Arg]) -> ast.expr:
        positional: list[ast.expr] = []
        for item in node.args:
            if isinstance(item, ast.Starred) and isinstance(item.value, ast.Name):
                pack = args[item.value.id]
                if isinstance(pack, Pack):
                    positional.extend(self.arg(i) for i in pack.items)
                else:
                    positional.append(ast.Starred(self.arg(pack), ast.Load()))
            else:
                positional.append(self.template(item, row, args))
        keywords = []
        for keyword in node.keywords:
            value = args.get(keyword.arg or "")
            default = row.defaults.get(keyword.arg or "")
            if isinstance(value, Const) and value == Const(default):
                continue
            keywords.append(ast.keyword(keyword.arg, self.template(keyword.value, row, args)))
        function = node.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            function = self.template(function, row, args)
        if isinstance(function, ast.Attribute):
            self.modules |= {n.id for n in ast.walk(function)
                             if isinstance(n, ast.Name) and n.id in ("np", "math", "cmath")}
        return ast.Call(function, positional, keywords)

    def conditional(self, op: Any) -> ast.expr:
        """An `If` without statements: `and`, `or`, or a conditional expression."""
        assert isinstance(op, If)
        then, orelse = op.then.results[0], op.orelse.results[0]
        test = self.arg(op.test)
        if orelse is op.test or orelse == Const(False):
            return ast.BoolOp(ast.And(), flat(ast.And, test, self.arg(then)))
        if then is op.test or then == Const(True):
            return ast.BoolOp(ast.Or(), flat(ast.Or, test, self.arg(orelse)))
        return ast.IfExp(test, self.arg(then), self.arg(orelse))


def slice_call(parts: list[ast.expr]) -> ast.expr:
    """`slice(a, b)`, without a step of None."""
    if isinstance(parts[2], ast.Constant) and parts[2].value is None:
        parts = parts[:2]
    return ast.Call(name("slice"), parts, [])


def flat(kind: type[ast.boolop], *values: ast.expr) -> list[ast.expr]:
    made: list[ast.expr] = []
    for value in values:
        if isinstance(value, ast.BoolOp) and isinstance(value.op, kind):
            made.extend(value.values)
        else:
            made.append(value)
    return made


def name(text: str) -> ast.expr:
    return ast.Name(text, ast.Load())
