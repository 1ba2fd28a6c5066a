"""The registry of rules and the constructors of its rows.

A row is a template of the primal (`"np.tanh(x)"`) and one expression for each
parameter that may be active.  `ans` is the result, `g` the incoming adjoint; all
other names are the template's own parameters.  Both modes, facts, printing and tests
come from the row.  A mistake in a row is a `RuleError` when it is made.

    elementwise   partial derivatives; g * partial is the contribution
    linear        the transpose: what g contributes to the parameter
    bilinear      the same, for products
    general       the adjoint of an array function; the tangent is its transpose
    constant      no derivative
    composite     another expression or function, in its place
"""

from __future__ import annotations

import ast
import cmath
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from astgrad.errors import RuleError
from astgrad.ir.core import Arg, Function
from astgrad.references import Reference
from astgrad.rules.packages import load_rules

RESERVED = ("ans", "g")


@dataclass(eq=False, slots=True)
class Row:
    text: str
    kind: str
    params: tuple[str, ...]
    defaults: dict[str, Any]
    expression: ast.expr
    derivatives: dict[str, ast.expr] = field(default_factory=dict)
    star: str | None = None
    keyword_only: tuple[str, ...] = ()
    alias: str | None = None  # "x": a view of x; "x?": a view or a copy; "x*": holds x
    effect: str = ""  # "draws", "io", "raises"
    writes: str | None = None
    statement: ast.stmt | None = None
    cheap: bool = False
    body: Any = None  # a composite's expression or function
    at: str = ""
    name: str = ""
    fact: Callable[..., Any] | None = None
    evaluate: Callable[..., Any] | None = None
    results: tuple[str, ...] = ()  # names of several results; then `ans` and `g` are tuples
    tuple_class: Any = None  # of the several results, if NumPy names them
    function: Any = None  # what the row is of, where its name does not lead there
    needs: Reference | None = None  # what printed text needs for the function's name
    own: Any = None  # derivatives that are functions of the user's
    tangent: Callable[..., Arg] | None = None  # of forward mode, where it is given apart
    called: Function | None = None  # the user's function that the text defines and calls
    derived: dict[Any, Any] = field(default_factory=dict)  # what was made of it, by what was asked
    of: Row | None = None  # the row that this one writes into `out`, or leaves the derivative of

    def __repr__(self) -> str:
        return self.text

    def index(self, param: str) -> int:
        return self.params.index(param)


ROWS: dict[str, Row] = {}
BY_FUNCTION: dict[int, tuple[Any, Row]] = {}
ALIASES: dict[str, str] = {}


def elementwise(text: str, *, at: str = "", name: str = "", **partials: str) -> Row:
    """A row `f(x, y, ...)` that acts on each element: `x="df/dx"` for each parameter."""
    return _add(text, "elementwise", partials, at=at, name=name)


def linear(text: str, *, alias: str | None = None, cheap: bool = False, name: str = "",
           at: str = "", fact: Callable[..., Any] | None = None, **transposes: str) -> Row:
    """A row that is linear in each parameter named: `x="transpose of x -> f at g"`."""
    return _add(text, "linear", transposes, alias=alias, cheap=cheap, name=name, at=at, fact=fact)


def bilinear(text: str, *, name: str = "", at: str = "", fact: Callable[..., Any] | None = None,
             alias: str | None = None, **transposes: str) -> Row:
    """A product: linear in each parameter while the others stay."""
    return _add(text, "bilinear", transposes, name=name, at=at, fact=fact, alias=alias)


def general(text: str, *, name: str = "", at: str = "", results: tuple[str, ...] = (),
            tuple_class: Any = None, fact: Callable[..., Any] | None = None,
            **adjoints: str) -> Row:
    """Any smooth function: what g contributes to each parameter, linear in g."""
    return _add(text, "general", adjoints, name=name, at=at, results=results,
                tuple_class=tuple_class, fact=fact)


def constant(text: str, *, effect: str = "", alias: str | None = None, cheap: bool = False,
             name: str = "", fact: Callable[..., Any] | None = None) -> Row:
    """A row without a derivative."""
    return _add(text, "constant", {}, effect=effect, alias=alias, cheap=cheap, name=name,
                fact=fact)


def composite(text: str, body: str | Callable[..., Any], *, name: str = "", at: str = "") -> Row:
    """A row that is another expression, or an ordinary Python function."""
    parsed = _parse(body, text) if isinstance(body, str) else body
    return _add(text, "composite", {}, body=parsed, name=name, at=at)


def update(text: str, statement: str, evaluate: Callable[..., Any], *, writes: str = "x",
           alias: str | None = None, fact: Callable[..., Any] | None = None,
           **derivatives: str) -> Row:
    """A new version of a parameter, written in place when printed."""
    row = _add(text, "linear", derivatives, fact=fact, alias=alias)
    row.writes, row.evaluate = writes, evaluate
    row.statement = ast.parse(statement).body[0]
    return row


def runtime(function: Callable[..., Any], text: str, *, fact: Callable[..., Any] | None = None,
            alias: str | None = None, **transposes: str) -> Row:
    """A helper that is printed into the generated module, linear where stated."""
    row = _add(text, "linear" if transposes else "constant", transposes, fact=fact, alias=alias)
    row.evaluate = function
    return row


def _parse(text: str, row: str) -> ast.expr:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise RuleError(f"the row {row!r}: {text!r} is not an expression ({error.msg})") from None


def _add(text: str, kind: str, derivatives: dict[str, str], **fields: Any) -> Row:
    expression = _parse(text, text)
    params, defaults, star, keyword_only = _signature(expression)
    for param in params:
        if param in RESERVED:
            raise RuleError(f"the row {text!r}: {param!r} is reserved")
    parsed = {}
    for param, derivative in derivatives.items():
        if param not in params:
            raise RuleError(f"the row {text!r} has no parameter {param!r}")
        parsed[param] = _parse(derivative, text)
    name = fields.pop("name", "") or _name_of(expression)
    row = Row(text, kind, params, defaults, _call_of(expression), parsed, star, keyword_only,
              name=name, **fields)
    if defaults and name.split(".")[0] in MODULES:
        row.evaluate = Sparing(row)
    if name in ROWS:
        raise RuleError(f"the row {text!r} stands twice")
    ROWS[name] = row
    return row


def _signature(
    node: ast.expr,
) -> tuple[tuple[str, ...], dict[str, Any], str | None, tuple[str, ...]]:
    if isinstance(node, ast.Call) and not isinstance(node.func, ast.Lambda):
        params: list[str] = []
        star = None
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        if isinstance(receiver, ast.Name) and receiver.id not in MODULES:
            params.append(receiver.id)
        for arg in node.args:
            if isinstance(arg, ast.Starred):
                star = arg.value.id  # type: ignore[attr-defined]
                params.append(star)
            else:
                params.append(arg.id)  # type: ignore[attr-defined]
        defaults = {k.arg: ast.literal_eval(k.value) for k in node.keywords if k.arg}
        after_star = tuple(defaults) if star else ()
        return (*params, *defaults), defaults, star, after_star
    names = (n.id for n in ast.walk(node) if isinstance(n, ast.Name))
    return tuple(dict.fromkeys(names)), {}, None, ()


MODULES = {"np", "math", "cmath", "operator", "statistics", "scipy"}  # and those of rules


class Sparing:
    """A row as a function of its parameters that, like the printed text, leaves out keywords
    at the row's defaults: where NumPy's own default is no value, the row says None.
    """

    def __init__(self, row: Row) -> None:
        self.row = row
        self.made: dict[tuple[bool, ...], Callable[..., Any]] = {}

    def __call__(self, *values: Any) -> Any:
        given = dict(zip(self.row.params, values, strict=True))
        spared = tuple(_same(given[k], v) for k, v in self.row.defaults.items())
        if spared not in self.made:
            self.made[spared] = self.compiled(spared)
        return self.made[spared](*values)

    def compiled(self, spared: tuple[bool, ...]) -> Callable[..., Any]:
        call = self.row.expression
        assert isinstance(call, ast.Call)
        names = dict(zip(self.row.defaults, spared, strict=True))
        kept = [k for k in call.keywords if not names.get(k.arg or "", False)]
        text = ast.unparse(ast.Call(call.func, call.args, kept))
        space = {name: sys.modules[module] for name, module in
                 (("np", "numpy"), ("math", "math"), ("scipy", "scipy")) if module in sys.modules}
        space |= root_of(self.row)
        params = ", ".join(self.row.params)
        made: Callable[..., Any] = eval(f"lambda {params}: {text}", space)  # noqa: S307 - a row's
        return made


def root_of(row: Row) -> dict[str, Any]:
    """What the first name in the printed call of a user's row stands for."""
    if row.needs is None:
        return {}
    if row.needs.module:
        return {row.needs.root: sys.modules[row.needs.root]}
    return dict(row.needs.objects)


def _same(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and bool(value == default))


def _call_of(node: ast.expr) -> ast.expr:
    """The template as it is printed: keywords hold their parameter, not the default."""
    if isinstance(node, ast.Call):
        keywords = [ast.keyword(k.arg, ast.Name(k.arg or "", ast.Load())) for k in node.keywords]
        return ast.Call(node.func, node.args, keywords)
    return node


def _name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            receiver = node.func.value.id
            return ast.unparse(node.func) if receiver in MODULES else f".{node.func.attr}()"
        return ast.unparse(node.func)
    return operator_name(node)


def operator_name(node: ast.expr) -> str:
    """The key of an operator's row: `+`, `u-`, `<`, `x.attr`, `[]`."""
    match node:
        case ast.BinOp():
            return type(node.op).__name__
        case ast.UnaryOp():
            return type(node.op).__name__
        case ast.Compare():
            return type(node.ops[0]).__name__
        case ast.Attribute():
            return "." + node.attr
        case ast.Subscript():
            return "[]"
        case ast.IfExp():
            return "ifexp"
    raise RuleError(f"no operator: {ast.unparse(node)}")


def row(name: str) -> Row:
    """The row of a name as templates write it; RuleError where there is none."""
    try:
        return ROWS[name]
    except KeyError:
        raise RuleError(f"a rule mentions {name!r}, which has no row") from None


def resolve(function: Any) -> Row | None:
    """The row of a function object, or None.  Modules are looked up as they load."""
    if not BY_FUNCTION:
        index_functions()
    entry = BY_FUNCTION.get(id(function))
    if entry and entry[0] is function:
        return entry[1]
    if getattr(function, "__module__", None) == "statistics":
        return ROWS.get(f"statistics.{getattr(function, '__name__', '')}")
    if load_rules():
        index_functions()
        entry = BY_FUNCTION.get(id(function))
        if entry and entry[0] is function:
            return entry[1]
    owner = getattr(function, "__self__", None)  # a method of a distribution
    name = getattr(owner, "name", None) or type(owner).__name__.removesuffix("_gen")
    if owner is not None and isinstance(name, str) and getattr(sys.modules.get("scipy.stats"), name, None) is owner:
        return ROWS.get(f"scipy.stats.{name}.{function.__name__}")
    return None


def index_functions() -> None:
    """Bind each dotted row name to the function object that it names."""
    import builtins

    roots: dict[str, Any] = {module: sys.modules.get(module) for module in MODULES}
    roots["np"] = sys.modules["numpy"]
    for name, entry in ROWS.items():
        target: Any = roots.get(name.split(".")[0], builtins)
        parts = name.split(".")[1:] if name.split(".")[0] in roots else [name]
        for part in parts:
            target = getattr(target, part, None)
        if target is None and entry.evaluate is not None:
            target = entry.evaluate  # a helper that generated text defines
        target = entry.function or target
        if target is not None and callable(target):
            BY_FUNCTION[id(target)] = (target, entry)
    for other, name in ALIASES.items():
        root, _, rest = other.partition(".")
        target = roots.get(root)
        for part in rest.split("."):
            target = getattr(target, part, None)
        if target is not None:
            BY_FUNCTION.setdefault(id(target), (target, ROWS[name]))


def alias(name: str, *others: str) -> None:
    """Other spellings that resolve to the same row."""
    ALIASES.update(dict.fromkeys(others, name))
    BY_FUNCTION.clear()


def evaluator(row: Row) -> Callable[..., Any]:
    """The row as a Python function of its parameters, in order."""
    if row.evaluate is None:
        names = ", ".join(row.params)
        expression = row.body if isinstance(row.body, ast.expr) else row.expression
        code = compile(f"lambda {names}: {ast.unparse(expression)}", row.text, "eval")
        space: dict[str, Any] = {
            name: r.evaluate for name, r in ROWS.items() if r.evaluate is not None}
        space |= {"np": np, "math": math, "cmath": cmath, "scipy": sys.modules.get("scipy")}
        row.evaluate = eval(code, space)  # noqa: S307 - the expression is a row of the table
    return row.evaluate
