"""Appending ops to a block: facts, constants and identities are settled at once.

`Builder.apply` gives the result of a row at args; `Builder.expand` the value of a rule's
expression.  An identity is a function (builder, args) -> Arg or None in `IDENTITIES`,
a directive one in `DIRECTIVES`: names that rules use and facts resolve.
"""

from __future__ import annotations

import ast
import functools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from astgrad.analysis.indexing import getitem_fact
from astgrad.analysis.infer import infer
from astgrad.errors import RuleError, Span
from astgrad.ir.core import TEMP, Apply, Arg, Const, Op, Pack, Var
from astgrad.ir.fact import Fact
from astgrad.ir.sizes import fact_of_arg
from astgrad.rules import table
from astgrad.rules.table import Row, evaluator

Identity = Callable[["Builder", tuple[Arg, ...]], Arg | None]
IDENTITIES: dict[str, Identity] = {}
DIRECTIVES: dict[str, Callable[..., Arg]] = {}
FOLDS = frozenset(
    "Add Sub Mult Div USub Pow FloorDiv Mod Lt LtE Gt GtE Eq NotEq Not Is IsNot".split())


exact: ContextVar[bool] = ContextVar("exact", default=False)


again: ContextVar[bool] = ContextVar("again", default=False)


@contextmanager
def exactly(wanted: bool, *, after_error: bool = False) -> Iterator[None]:
    """NumPy's functions on numbers too, if wanted: inf and nan where they have them.

    `after_error`: the text is run where another raised; its divisions and powers do not.
    """
    tokens = exact.set(wanted or exact.get()), again.set(after_error or again.get())
    try:
        yield
    finally:
        exact.reset(tokens[0])
        again.reset(tokens[1])


MATH = {f"np.{name}": f"math.{name}" for name in (
    "exp expm1 log log1p log2 log10 sqrt sin cos tan sinh cosh tanh".split())}
MATH |= {"np.arcsin": "math.asin", "np.arccos": "math.acos", "np.arctan": "math.atan",
         "np.arcsinh": "math.asinh", "np.arccosh": "math.acosh", "np.arctanh": "math.atanh",
         "np.arctan2": "math.atan2", "np.absolute": "abs", "np.fabs": "abs",
         "np.sign": "sign_number"}
MATH |= {name: f"{name}_number" for name in (
    "safe_divide", "share", "log_of_base", "power_slope", "share_exp")}


def is_double(arg: Arg) -> bool:
    fact = fact_of_arg(arg)
    return (fact.kind, fact.dtype) in (("number", "float"), ("scalar", "float64"))


class Builder:
    def __init__(self, parent: Builder | None = None, *, faithful: bool = False) -> None:
        self.ops: list[Op] = []
        self.made: dict[Var, Apply] = dict(parent.made) if parent else {}
        self.forward: dict[Var, Apply] = parent.forward if parent else {}  # the forward sweep's
        self.span: Span | None = parent.span if parent else None
        self.hint = TEMP
        # The user's own operations: nothing that rounds otherwise takes their place.
        self.faithful: bool = parent.faithful if parent else faithful

    def add(self, op: Op) -> Op:
        self.ops.append(op)
        if isinstance(op, Apply) and len(op.outs) == 1:
            self.made[op.outs[0]] = op
        return op

    def apply(self, row: Row | str, *args: Arg, name: str = "") -> Arg:
        """The single result of a row; the op is appended unless it folds away."""
        if isinstance(row, str):
            row = table.row(row)
        if len(args) < len(row.params):  # those left out are the defaults
            args += tuple(Const(row.defaults[p]) for p in row.params[len(args) :])
        if row.kind == "composite" and isinstance(row.body, ast.expr):
            return self.expand(row.body, dict(zip(row.params, args, strict=True)))
        if row.kind == "composite":
            raise RuleError(f"a rule mentions {row.name!r}, which is a program: use it in another")
        row = self.fast_row(row, args)
        if again.get() and not self.faithful and row.name in ("Div", "Pow"):
            args = self.widened(row, args)
        identity = IDENTITIES.get(row.name)
        if identity is not None:
            before = len(self.ops)
            found = identity(self, args)
            if isinstance(found, Var) and found.name == self.hint and len(self.ops) > before:
                found.name = name or found.name
            if found is not None:
                return found
        folded = self.fold(row, args)
        if folded is not None:
            return folded
        fact = self.fact(row, args)
        if row.results and fact.kind == "tuple":
            return self.several(row, args, fact, name)
        out = Var(name or self.hint, fact)
        self.add(Apply((out,), row, args, self.span))
        return out

    def several(self, row: Row, args: tuple[Arg, ...], fact: Fact, name: str) -> Pack:
        """The results of a row that has several, as a display."""
        pairs = zip(row.results, fact.items, strict=True)
        outs = tuple(Var(name or hint, item) for hint, item in pairs)
        self.add(Apply(outs, row, args, self.span))
        return Pack("tuple", outs, (row.tuple_class,) if row.tuple_class else ())

    def fast_row(self, row: Row, args: tuple[Arg, ...]) -> Row:
        """`math.sin` for `np.sin` of a Python float or a float64 scalar.

        It may raise where NumPy gives inf or nan; the caller then runs the exact text.
        """
        if exact.get():
            return row
        if row.name == "Pow":
            base, power = (fact_of_arg(arg) for arg in args)
            whole = isinstance(args[1], Const) and isinstance(args[1].value, int)
            if base.kind == power.kind == "number" and not whole and "complex" not in (
                    base.dtype, power.dtype) and base.dtype == "float":
                return table.row("math.pow")
            return row
        name = MATH.get(row.name)
        if name is None or not all(is_double(arg) for arg in args):
            return row
        return table.row(name)

    def widened(self, row: Row, args: tuple[Arg, ...]) -> tuple[Arg, ...]:
        """Operands, the first of them NumPy's where Python's raises: 1.0 / 0.0, 0.0**-0.5."""
        if isinstance(args[1], Const) and not (row.name == "Pow" and args[1].value < 0):
            return args
        if not is_double(args[0]) or fact_of_arg(args[1]).kind not in ("number", "scalar"):
            return args
        return (self.apply("np.float64", args[0]), args[1])

    def fact(self, row: Row, args: tuple[Arg, ...]) -> Fact:
        if row.name == "[]":
            fact = getitem_fact(*args)
            if fact is not None:
                return fact
        return infer(row, args)[0]

    def fold(self, row: Row, args: tuple[Arg, ...]) -> Arg | None:
        if row.name not in FOLDS or not all(isinstance(arg, Const) for arg in args):
            return None
        values = [arg.value for arg in args]  # type: ignore[union-attr]
        inverse = row.name == "Div" and is_number(args[0], 1.0) and not self.faithful
        if inverse and not is_power_of_two(values[1]):
            return None  # `g / 6` reads better than `g * 0.16666666666666666`
        if not all(v is None or type(v) in (int, float, bool, str) for v in values):
            return None
        try:
            return Const(evaluator(row)(*values))
        except Exception:  # noqa: BLE001 - whatever it raises, it raises at run time
            return None

    def definition(self, arg: Arg, name: str) -> tuple[Arg, ...] | None:
        """The args of the op that made `arg`, if it is that of the named row."""
        if isinstance(arg, Var):
            op = self.made.get(arg)
            if op is not None and op.rule.name == name:
                return op.args
        return None

    def same(self, a: Arg, b: Arg, depth: int = 3) -> bool:
        """Whether two args are one value, or were made alike of the same values."""
        if a == b or depth == 0 or not (isinstance(a, Var) and isinstance(b, Var)):
            return a == b
        one, two = self.made.get(a), self.made.get(b)
        return (one is not None and two is not None and one.rule is two.rule
                and not one.rule.effect and not one.rule.writes and one.rule.kind != "opaque"
                and all(self.same(x, y, depth - 1)
                        for x, y in zip(one.args, two.args, strict=True)))

    def expand_path(self, x: Arg, path: Arg) -> Arg:
        """The view of x that a path of indices and view steps leads to."""
        assert isinstance(path, Pack)
        for step in path.items:
            if isinstance(step, Pack) and step.kind == "step":
                x = self.apply(step.keys[0], x, *step.items)
            else:
                x = self.apply("[]", x, step)
        return x

    # -- rules' expressions -----------------------------------------------------------

    def formula(self, text: str, **env: Arg) -> Arg:
        """The value of an expression as rules write them."""
        return self.expand(_parsed(text), env)

    def expand(self, node: ast.expr, env: Mapping[str, Arg]) -> Arg:
        match node:
            case ast.Name():
                return env[node.id]
            case ast.Constant():
                return Const(node.value)
            case ast.Tuple() | ast.List():
                kind = "tuple" if isinstance(node, ast.Tuple) else "list"
                return Pack(kind, tuple(self.expand(item, env) for item in node.elts))
            case ast.BinOp():
                args = (self.expand(node.left, env), self.expand(node.right, env))
                return self.apply(table.operator_name(node), *args)
            case ast.UnaryOp():
                return self.apply(table.operator_name(node), self.expand(node.operand, env))
            case ast.Compare():
                args = (self.expand(node.left, env), self.expand(node.comparators[0], env))
                return self.apply(table.operator_name(node), *args)
            case ast.Call():
                return self._call(node, env)
            case ast.Attribute():
                return self.apply("." + node.attr, self.expand(node.value, env))
            case ast.Subscript():
                return self.apply("[]", self.expand(node.value, env), self.expand(node.slice, env))
            case ast.Slice():
                parts = (node.lower, node.upper, node.step)
                items = (Const(None) if p is None else self.expand(p, env) for p in parts)
                return Pack("slice", tuple(items))
        raise RuleError(f"a rule uses {ast.unparse(node)!r}, which rules cannot use")

    def _call(self, node: ast.Call, env: Mapping[str, Arg]) -> Arg:
        args = [self.expand(arg, env) for arg in node.args]
        keywords = {k.arg: self.expand(k.value, env) for k in node.keywords if k.arg}
        name = ast.unparse(node.func)
        if name in DIRECTIVES:
            return DIRECTIVES[name](self, *args, **keywords)
        if isinstance(node.func, ast.Attribute) and name.split(".")[0] in env:
            args.insert(0, env[name.split(".")[0]])
            name = f".{node.func.attr}()"
        row = table.row(name)
        return self.apply(row, *bind(row, args, keywords))


@functools.lru_cache(None)
def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def bind(row: Row, args: Iterable[Arg], keywords: Mapping[str, Arg]) -> tuple[Arg, ...]:
    """The args of a call in the order of the row's parameters; RuleError if they
    do not fit, which names the keywords that do.
    """
    values = list(args)
    positional = [p for p in row.params if p not in row.keyword_only]
    bound: dict[str, Arg] = {}
    if row.star is not None:
        at = positional.index(row.star)
        values[at:] = [Pack("tuple", tuple(values[at:]))]
    if len(values) > len(positional):
        raise RuleError(f"{row.text} takes at most {len(positional)} arguments")
    bound.update(zip(positional, values, strict=False))
    for name, value in keywords.items():
        if name not in row.params:
            known = ", ".join(row.params)
            raise RuleError(f"the rule of {row.name} has no keyword {name!r} (it knows {known})")
        bound[name] = value
    for name in AXES.intersection(bound):
        bound[name] = constant(bound[name])
    for name, default in row.defaults.items():
        bound.setdefault(name, Const(default))
    missing = [p for p in row.params if p not in bound]
    if missing:
        raise RuleError(f"{row.name} needs {', '.join(missing)}")
    return tuple(bound[p] for p in row.params)


AXES = frozenset(("axis", "axes", "source", "destination", "shift", "width", "reps"))


def constant(arg: Arg) -> Arg:
    """A display of constants as one constant."""
    if isinstance(arg, Pack) and arg.kind == "tuple":
        items = tuple(constant(item) for item in arg.items)
        if all(isinstance(item, Const) for item in items):
            return Const(tuple(item.value for item in items))  # type: ignore[union-attr]
    return arg


def is_number(arg: Arg, value: float) -> bool:
    return (
        isinstance(arg, Const)
        and type(arg.value) in (int, float)
        and arg.value == value
    )


def is_power_of_two(value: object) -> bool:
    return isinstance(value, int | float) and abs(math.frexp(value)[0]) == 0.5


def rank_zero(arg: Arg) -> bool:
    fact = fact_of_arg(arg)
    return fact.kind in ("number", "scalar") or (fact.kind == "array" and fact.shape == ())
