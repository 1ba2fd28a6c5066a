"""`source_text` prints what a careful engineer would write, and always the tree it was given."""

import ast
import copy
import importlib.util
import math
import random
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import pytest

from astgrad.emit.text import Blank, Comment, source_text

WIDTH = 88


def printed(source):
    tree = ast.parse(source)
    before = ast.dump(tree)
    text = source_text(tree.body)
    assert ast.dump(tree) == before
    assert ast.dump(ast.parse(text)) == before
    assert source_text(ast.parse(text).body) == text
    return text


def expression(node):
    text = source_text([ast.Assign([ast.Name("_", ast.Store())], node)])
    assert text.startswith("_ = ")
    return text[4:-1]


ON_ONE_LINE = """
x[i, 1:-1]
x[i + 1:n - 1]
x[:]
x[1:]
x[:-1]
x[::2]
x[::-1]
x[a:b:c]
x[..., None]
x[i]
x[-1]
x[(i,)]
x[1:2,]
x[()]
x[i][j]
x[f(i):g(j)]
x[a or b:c]
x[*a, b]
return a, b
return (a,)
return a
return
return *a, b
return ()
(a,) = x
a, b = b, a
a, (b, c) = x
[a, b] = x
a = b = c
*a, b = x
x[i], y.z = f(x)
a, b
x += a, b
x = yield
x = yield a, b
x += yield a
x = yield from a
x = await f(x)
x = (yield a) + 1
x = await y ** 2
x = (await y).z
del a, b[i]
x = x**2
x = -x**2
x = (-x)**2
x = (-1.0)**n
x = x**-2
x = x**-n
x = x.y**2.0
x = x[i] ** 2
x = f(x) ** 2
x = (a + b) ** 2
x = x ** (n - 1)
x = x**y**z
x = (x**y) ** z
x = 2 ** f(x)
x = 1.0 - h**2
x = x - -1.0
x = -x
x = --x
x = ~x
x = +x
x = -(a + b)
x = -a * b
x = a + b - c
x = a - (b - c)
x = a - (b + c)
x = a / (b * c)
x = a * (b + c)
x = a @ b
x = a // b % c
x = (a | b) & c ^ d
x = a << b >> c
x = not a
x = not (a and b)
x = not a == b
x = (not a) == b
x = a and b or c
x = a and (b or c)
x = (a and b) and c
x = a < b <= c
x = (a < b) < c
x = a < (b < c)
x = a is not None
x = a not in b
x = (a is b) + 1
x = a if c else b
x = (a if c else b) if d else e
x = a if c else b if d else e
x = (a if c else b) + 1
x = [a if c else b]
x = (n := 1)
x = [n := 1, n]
f(n := 1)
f(x=(n := 1))
lambda: 0
lambda x, *a, y=1, **k: x + y
lambda x, /, y, *, z: 0
f(lambda x: x, 1)
(lambda x: x)(1)
x = (lambda: 0) or 1
f()
f(a, *b, c=1, **d)
f(*(a or b))
f(**a)
f(i for i in x)
f((i for i in x), 1)
f(axis=0)
f(x)(y)
f(x).y[z](w)
np.add.at(u_bar, i, t_bar)
(1).real
1.0.real
1.0j.imag
"a".join(x)
(a + b).T
{**a, "b": c}
{}
{a, b}
{*a, b}
[]
[*a, b]
()
(a, b), c
[(a, b), c]
[i for i in x]
[i for i, j in x if i if j]
[i for i in (a if b else c)]
[(i, j) for i in x for j in i]
{i for i in x}
{i: j for i, j in x}
(i for i in x)
[n := i for i in x]
[i for i in x if (n := i)]
x: int = 1
x: int
(x): int = 1
x.y: list[int] = []
x: tuple = (1, 2)
x @= y
x //= y
x **= 2
assert x
assert x, "message"
assert (x, y)
raise
raise ValueError("no")
raise ValueError from error
global a, b
nonlocal a
import numpy as np
import a.b, c
from . import a
from ..b import c as d, e
from a import *
pass
f"{x}"
f"{x!r:>{width}} {y:.3f}"
f"a{{b}}"
f"{ {1: 2}[x]}"
f"{(lambda: 0)()}"
f"{(lambda: 0)}"
f"{x['a']}"
f'{x} said "no"'
f"it's {x}"
f"{x}\\n"
"it's"
'say "no"'
"\\n\\\\ é \\x00"
b"a"
b'"'
u"a"
1
1.0
1e+16
1e-300
0.1
2.0j
True
None
...
10000000000000000000000
""".strip().splitlines()


@pytest.mark.parametrize("line", ON_ONE_LINE)
def test_prints_as_written(line):
    """Exactly; after another statement, for a string that stands first is a docstring."""
    assert printed(f"x\n{line}") == f"x\n{line}\n"


REPRINTED = {
    "x = 'a'": 'x = "a"',
    "x = 'it\\'s'": 'x = "it\'s"',
    "x = (((a)))": "x = a",
    "x = a ** b": "x = a**b",
    "return (a, b)": "return a, b",
    "return a,": "return (a,)",
    "for (i, j) in x: pass": "for i, j in x:\n    pass",
    "for i in 1, 2: pass": "for i in (1, 2):\n    pass",
    "[i for (i, j) in x]": "[i for i, j in x]",
    "x[(i, j)]": "x[i, j]",
    "x[i,]": "x[(i,)]",
    "if (n := f(x)): pass": "if n := f(x):\n    pass",
    "while (n := f(x)): pass": "while n := f(x):\n    pass",
    "if (n := f(x)) > 1: pass": "if (n := f(x)) > 1:\n    pass",
    "f((n := 1))": "f(n := 1)",
    "x = 'a' 'b'": 'x = "ab"',
    'f"{x=}"': 'f"x={x!r}"',
    "x = 0x10": "x = 16",
    "x = 1_000.0": "x = 1000.0",
    "x = '''a\nb'''": 'x = "a\\nb"',
    "a; b": "a\nb",
    "f(a=1, *b)": "f(*b, a=1)",
    "with (a as b): pass": "with a as b:\n    pass",
    "with (a, b): pass": "with a, b:\n    pass",
    "with ((a, b)): pass": "with ((a, b)):\n    pass",
    "with (a, b) as c: pass": "with (a, b) as c:\n    pass",
    "with a as (b, c): pass": "with a as (b, c):\n    pass",
    "lambda: (yield)": "lambda: (yield)",
}


@pytest.mark.parametrize(("source", "text"), REPRINTED.items(), ids=list(REPRINTED))
def test_prints_in_one_style(source, text):
    assert printed("x\n" + source) == f"x\n{text}\n"


STATEMENTS = [
    '''
    """A module."""

    import numpy as np
    from math import sin

    N = 3


    @cache
    @wraps(f, 1)
    def f(x, y: float = 1.0, /, *a, k=None, **kw) -> tuple[int, float]:
        """Return x.

            Indented; "quoted", and a backslash: \\\\.
        """
        import os

        x = 1

        def g():
            global N
            return N

        return g


    async def h(x):
        async for i in x:
            await i
        async with x as y, z:
            pass
        return [i async for i in x]


    class A(B, metaclass=C):
        """A class."""
        x: int = 1

        def f(self):
            pass

        @property
        def g(self):
            pass


    class D:
        pass


    x = A()
    ''',
    """
    if a:
        pass
    elif b:
        pass
    else:
        if c:
            pass
        x = 1
    for i in range(n):
        if i:
            continue
        break
    else:
        pass
    while True:
        pass
    else:
        pass
    try:
        f()
    except ValueError:
        raise
    except (KeyError, TypeError) as error:
        raise A("no") from error
    except:
        pass
    else:
        pass
    finally:
        pass
    try:
        f()
    finally:
        pass
    try:
        f()
    except* ValueError:
        pass
    match x:
        case 1 | -1 | "a" | None:
            pass
        case [a, (b as c), *_] if a:
            pass
        case {"k": v, **rest}:
            pass
        case A(1, x=[]) as y:
            pass
        case _:
            pass
    """,
]


@pytest.mark.parametrize("text", STATEMENTS)
def test_statements(text):
    text = textwrap.dedent(text).lstrip()
    assert printed(text) == text.replace("(b as c)", "b as c")


LONG = {
    "call": """
        t_bar = np.einsum(
            "ij,jk->ik", some_operand_of_the_product, another_operand_of_the_product
        )
    """,
    "call, one argument per line": """
        t_bar = np.einsum(
            "ij,jk->ik",
            some_operand_of_the_product,
            another_operand_of_the_product,
            optimize=True,
        )
    """,
    "arguments that are long": """
        np.add.at(
            some_adjoint_of_a_long_name,
            some_index_of_a_long_name,
            some_operand_of_the_product * another_operand_of_the_product
            + yet_another_operand_of_the_sum,
        )
    """,
    "keyword": """
        x = np.function(
            argument=(
                some_operand_of_the_product * another_operand_of_the_product
                + yet_another_operand_of_the_sum
            ),
            axis=0,
        )
    """,
    "sum": """
        u_bar[1:-1, 1:-1] = (
            (1.0 - 4.0 * alpha) * t_bar[1:-1, 1:-1]
            + alpha * (t_bar[:-2, 1:-1] + t_bar[2:, 1:-1])
            - alpha * (t_bar[1:-1, :-2] + t_bar[1:-1, 2:])
        )
    """,
    "sum that fits between brackets": """
        some_adjoint_of_a_long_name[1:-1] = (
            some_operand_of_the_product * another_operand_of_the_product + 1.0
        )
    """,
    "product in a sum": """
        x = (
            some_operand_of_the_product
                * another_operand_of_the_product
                * yet_another_operand_of_the_product
            + some_operand_of_the_sum
        )
    """,
    "bracketed operand": """
        x = (
            some_operand_of_the_product
            * (
                some_operand_of_the_sum_of_a_long_name
                + another_operand_of_the_sum_of_a_long_name
            )
        )
    """,
    "power": """
        x = (
            (some_operand_of_the_sum + another_operand_of_the_sum)
            ** (some_operand_of_the_sum + yet_another_operand_of_the_sum)
        )
    """,
    "call of a call": """
        x_bar = np.sum(
            some_operand_of_the_product * another_operand_of_the_product, axis=0
        ).reshape(n, m)
    """,
    "what follows a call": """
        adjoint_of_x = (
            np.sum(some_operand_of_the_product * another_operand_of_the_product)[-1].T
        )
    """,
    "index": """
        some_adjoint_of_a_long_name[
            some_index_of_a_long_name + 1:another_index_of_a_long_name - 1, 1:-1
        ] = 0.0
    """,
    "targets": """
        (
            some_adjoint_of_a_long_name,
            another_adjoint_of_a_long_name,
            yet_another_adjoint_of_a_long_name,
        ) = f(x)
    """,
    "string": """
        some_adjoint_of_a_long_name_in_a_string = (
            "a text that has nowhere to break, and is therefore left in one piece"
        )
    """,
    "string that is too long": f"""
        x = "{"a text " * 15}"
    """,
    "condition": """
        if (
            some_operand_of_the_condition < another_operand_of_the_condition
            and yet_another_operand_of_the_condition
        ):
            pass
        elif not (
            some_operand_of_the_condition < another_operand_of_the_condition
            and yet_another_operand_of_the_condition
        ):
            pass
    """,
    "conditional": """
        x = (
            some_operand_of_the_conditional
            if some_condition_of_a_long_name < another_condition_of_a_long_name
            else another_operand_of_the_conditional
        )
    """,
    "comparison": """
        x = (
            some_operand_of_the_comparison_of_a_long_name
            < another_operand_of_the_comparison_of_a_long_name
            <= 1
        )
    """,
    "return": """
        return (
            some_adjoint_of_a_long_name,
            another_adjoint_of_a_long_name,
            yet_another_adjoint_of_a_long_name,
        )
    """,
    "return of a sum": """
        return (
            some_operand_of_the_product * another_operand_of_the_product
            + yet_another_operand_of_the_sum
        )
    """,
    "literals": """
        x = [
            some_operand_of_the_literal_of_a_long_name,
            another_operand_of_the_literal_of_a_long_name,
        ]
        x = {
            "some_key_of_a_long_name": some_operand_of_the_literal_of_a_long_name,
            "another_key": 1.0,
        }
    """,
    "comprehension": """
        x = [
            some_function_of_a_long_name(some_argument_of_a_long_name)
            for some_argument_of_a_long_name in some_iterable
            if some_condition
        ]
    """,
    "loop": """
        for some_element_of_a_long_name, another_element_of_a_long_name in zip(
            some_iterable_of_a_long_name, another_iterable_of_a_long_name
        ):
            pass
    """,
    "with": """
        with (
            some_function_of_a_long_name(x) as some_result_of_a_long_name,
            another_function_of_a_long_name(x),
        ):
            pass
    """,
    "assert": """
        assert some_operand_of_the_condition < another_operand_of_the_condition, (
            "a message that makes it long"
        )
        assert (
            some_operand_of_the_condition < another_operand_of_the_condition
            and yet_another_operand_of_the_condition
        ), "a message"
    """,
    "import": """
        from some_package_of_a_long_name.some_module_of_a_long_name import (
            some_function,
            another_function as g,
        )
    """,
    "def": """
        def some_function_of_a_long_name(
            some_argument,
            another_argument: float,
            /,
            *,
            yet_another_argument=1.0,
            **keywords,
        ) -> tuple[float, float]:
            pass
    """,
    "class": """
        class SomeClassOfALongName(
            SomeBaseClassOfALongName, AnotherBaseClassOfALongName, metaclass=Meta
        ):
            pass
    """,
    "lambda": """
        x = function(
            lambda some_argument, another_argument: some_function(
                some_argument, another_argument, 1.0
            ),
        )
    """,
}


@pytest.mark.parametrize("text", LONG.values(), ids=list(LONG))
def test_long_lines(text):
    text = textwrap.dedent(text).lstrip()
    assert printed(text) == text
    assert max(map(len, text.splitlines())) <= WIDTH or "a text a text" in text


def test_only_long_lines_break():
    line = f"x = {'a' * 40} + {'b' * 41}"
    assert len(line) == WIDTH
    assert printed(line) == line + "\n"
    assert printed(line + "b") == f"x = (\n    {'a' * 40} + {'b' * 41}b\n)\n".replace(
        " + ", "\n    + "
    )
    nested = f"if a:\n    {line[:-4]}\n"
    assert printed(nested) == nested
    assert len(printed(nested.replace("b\n", "bb\n")).splitlines()) == 5


# --- comments and blank lines


def test_comments_and_blanks_stand_in_any_body():
    (define,) = ast.parse("def f(x):\n    for i in x:\n        y = i\n    return y").body
    define.body[0].body.insert(0, Comment("y = i"))
    define.body[:0] = [Comment(text="forward"), Blank()]
    define.body.insert(3, Comment("reverse"))
    body = [Comment("Printed by astgrad."), *ast.parse("import numpy as np").body]
    assert source_text([*body, Comment("f"), define, Comment("end")]) == textwrap.dedent("""\
        # Printed by astgrad.
        import numpy as np


        # f
        def f(x):
            # forward

            for i in x:
                # y = i
                y = i
            # reverse
            return y


        # end
        """)


def test_a_body_of_comments_gets_a_pass():
    (branch,) = ast.parse("if a:\n    pass").body
    branch.body = [Comment("nothing"), Blank()]
    assert source_text([branch]) == "if a:\n    # nothing\n\n    pass\n"


def test_a_comment_keeps_elif_apart():
    (branch,) = ast.parse("if a:\n    pass\nelif b:\n    pass").body
    branch.orelse.insert(0, Comment("b"))
    assert source_text([branch]) == "if a:\n    pass\nelse:\n    # b\n    if b:\n        pass\n"


def test_long_and_odd_comments():
    assert source_text([Comment("x" * (WIDTH - 2))]) == f"# {'x' * (WIDTH - 2)}\n"
    (cut,) = source_text([Comment("x" * (WIDTH - 1))]).splitlines()
    assert len(cut) == WIDTH
    assert cut.endswith("xxx...")
    assert source_text([Comment("a\nb\r\x0cc ")]) == "# a\n# b\n#\n# c\n"
    assert source_text([Comment("")]) == "#\n"


def test_blanks():
    a, b = ast.parse("a\nb").body
    define = ast.parse("def f():\n    pass").body[0]
    assert source_text([Blank(), a, Blank(), b, Blank()]) == "a\n\nb\n"
    assert source_text([a, Blank(), define, Blank(), Blank(), Blank(), b]) == (
        "a\n\n\ndef f():\n    pass\n\n\n\nb\n"
    )
    assert source_text([]) == ""


def test_comment_and_blank_are_nodes():
    comment = Comment("a", lineno=1)
    assert ast.dump(comment) == "Comment(text='a')"
    assert copy.deepcopy(comment).text == "a"
    assert [type(node) for node in ast.walk(ast.Module([Blank()], []))] == [ast.Module, Blank]


# --- literals


@pytest.mark.parametrize(
    ("constant", "text"),
    [
        (math.inf, "np.inf"),
        (-math.inf, "-np.inf"),
        (math.nan, "np.nan"),
        (-0.0, "-0.0"),
        (-1, "-1"),
        (1e22, "1e+22"),
        (2j, "2.0j"),
        (1 + 2j, "1.0 + 2.0j"),
        (1 - 2j, "1.0 - 2.0j"),
        (-1 + 2j, "-1.0 + 2.0j"),
        (complex(-0.0, -2.0), "-2.0j"),
        (complex(0.0, -2.0), "0.0 - 2.0j"),
        (complex(-0.0, 2.0), "complex(-0.0, 2.0)"),
        (complex(1.0, -0.0), "complex(1.0, -0.0)"),
        (complex(3.0, 0.0), "3.0 + 0.0j"),
        (complex(math.inf, 1.0), "complex(np.inf, 1.0)"),
    ],
)
def test_numbers(constant, text):
    np = SimpleNamespace(inf=math.inf, nan=math.nan)
    assert expression(ast.Constant(constant)) == text
    read = eval(text, {"np": np})
    assert type(read) is type(constant)
    assert repr(read) == repr(constant)


def test_negative_constants_are_bracketed_where_precedence_asks():
    x, minus, both = ast.Name("x", ast.Load()), ast.Constant(-1.0), ast.Constant(1 + 2j)
    assert expression(ast.BinOp(minus, ast.Pow(), x)) == "(-1.0)**x"
    assert expression(ast.BinOp(x, ast.Pow(), minus)) == "x**-1.0"
    assert expression(ast.BinOp(x, ast.Sub(), minus)) == "x - -1.0"
    assert expression(ast.BinOp(minus, ast.Mult(), x)) == "-1.0 * x"
    assert expression(ast.Attribute(minus, "real", ast.Load())) == "(-1.0).real"
    assert expression(ast.BinOp(both, ast.Mult(), x)) == "(1.0 + 2.0j) * x"
    assert expression(ast.BinOp(x, ast.Sub(), both)) == "x - (1.0 + 2.0j)"


@pytest.mark.parametrize(
    "text",
    ["", '"', '""', "'", "\\", 'a"""b"', "a\\", "a\n    b\n", "\t\r\x00é\ud800", '\\"', "a\\'\""],
)
def test_strings_and_docstrings_read_back(text):
    body = [ast.Expr(ast.Constant(text)), ast.Expr(ast.Constant(text))]
    first, second = ast.parse(source_text(body)).body
    assert first.value.value == second.value.value == text
    assert source_text(body).startswith('"""')


def test_a_node_without_a_source_form_is_refused():
    for node in (ast.Constant(object()), ast.Load()):
        with pytest.raises(TypeError, match="cannot print"):
            source_text([ast.Expr(node)])


# --- any tree

MODULES = """
argparse ast asyncio.base_events asyncio.tasks collections contextlib copy ctypes dataclasses
decimal difflib dis doctest enum fractions functools heapq inspect json.decoder logging operator
pathlib pickle random re statistics string textwrap threading tokenize typing unittest.mock
"""


@pytest.mark.parametrize("name", MODULES.split())
def test_reads_back(name):
    source = Path(importlib.util.find_spec(name).origin).read_text(encoding="utf-8")
    printed(source)


NAMES = ["x", "h_bar", "alpha", "some_longer_name", "np"]
CONSTANTS = [0, 1, 2.5, 1e-300, 2j, "a", "it's", '"q"', b"b", None, True, ..., "\n\\"]
BINARY = [
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.Mod,
    ast.FloorDiv,
    ast.MatMult,
    ast.Pow,
    ast.LShift,
]
BINARY += [ast.RShift, ast.BitOr, ast.BitXor, ast.BitAnd]
COMPARE = [
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.Is,
    ast.IsNot,
    ast.In,
    ast.NotIn,
]
UNARY = [ast.USub, ast.UAdd, ast.Not, ast.Invert]
LOAD, STORE = ast.Load(), ast.Store()


class Draw:
    """Random trees, brackets needed wherever an operand binds weaker than its place."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def some(self, low, high, depth):
        return [self.expr(depth) for _ in range(self.random.randint(low, high))]

    def maybe(self, depth):
        return self.expr(depth) if self.random.random() < 0.5 else None

    def name(self, context=LOAD):
        return ast.Name(self.random.choice(NAMES), context)

    def expr(self, depth):
        if depth <= 0:
            leaf = ast.Constant(self.random.choice(CONSTANTS))
            return leaf if self.random.random() < 0.4 else self.name()
        kinds = [name for name in dir(self) if name.startswith("draw_")]
        return getattr(self, self.random.choice(kinds))(depth - self.random.randint(1, 2))

    def draw_binary(self, d):
        return ast.BinOp(self.expr(d), self.random.choice(BINARY)(), self.expr(d))

    draw_binary_2 = draw_binary_3 = draw_binary

    def draw_unary(self, d):
        return ast.UnaryOp(self.random.choice(UNARY)(), self.expr(d))

    def draw_bool(self, d):
        return ast.BoolOp(self.random.choice([ast.And, ast.Or])(), self.some(2, 3, d))

    def draw_compare(self, d):
        right = self.some(1, 2, d)
        return ast.Compare(self.expr(d), [self.random.choice(COMPARE)() for _ in right], right)

    def draw_conditional(self, d):
        return ast.IfExp(*self.some(3, 3, d))

    def draw_call(self, d):
        function = ast.Attribute(self.name(), "sum", LOAD) if self.maybe(0) else self.expr(d)
        args = [
            self.random.choice([arg, arg, ast.Starred(arg, LOAD)]) for arg in self.some(0, 3, d)
        ]
        names = self.random.sample(["axis", "out", None], self.random.randint(0, 2))
        return ast.Call(function, args, [ast.keyword(name, self.expr(d)) for name in names])

    draw_call_2 = draw_call

    def draw_attribute(self, d):
        return ast.Attribute(self.expr(d), "T", LOAD)

    def index(self, d):
        if self.maybe(0):
            return self.expr(d)
        return ast.Slice(self.maybe(d), self.maybe(d), self.maybe(d))

    def draw_subscript(self, d):
        several = [self.index(d) for _ in range(self.random.randint(1, 3))]
        index = ast.Tuple(several, LOAD) if self.maybe(0) else several[0]
        return ast.Subscript(self.expr(d), index, LOAD)

    def draw_sequence(self, d):
        return self.random.choice([ast.Tuple, ast.List])(self.some(0, 3, d), LOAD)

    def draw_set(self, d):
        return ast.Set(self.some(1, 3, d))

    def draw_dict(self, d):
        values = self.some(0, 3, d)
        return ast.Dict([self.maybe(d) for _ in values], values)

    def draw_lambda(self, d):
        default = self.some(0, 1, d)
        arguments = ast.arguments([], [ast.arg("a"), ast.arg("b")], None, [], [], None, default)
        return ast.Lambda(arguments, self.expr(d))

    def draw_named(self, d):
        return ast.NamedExpr(self.name(STORE), self.expr(d))

    def loops(self, d):
        pair = ast.Tuple([self.name(STORE), self.name(STORE)], STORE)
        target = pair if self.maybe(0) else self.name(STORE)
        return [ast.comprehension(target, self.expr(d), self.some(0, 1, d), 0)]

    def draw_comprehension(self, d):
        kind = self.random.choice([ast.ListComp, ast.SetComp, ast.GeneratorExp])
        return kind(self.expr(d), self.loops(d))

    def draw_dict_comprehension(self, d):
        return ast.DictComp(self.expr(d), self.expr(d), self.loops(d))

    def draw_coroutine(self, d):
        kind = self.random.choice([ast.Await, ast.Yield, ast.YieldFrom])
        return kind(self.expr(d))

    def statement(self):
        d = self.random.randint(1, 5)
        target = self.random.choice(
            [self.name(STORE), ast.Subscript(self.name(), self.expr(d), STORE)]
        )
        body = [ast.Pass()]
        return self.random.choice(
            [
                lambda: ast.Assign([target], self.expr(d)),
                lambda: ast.AugAssign(target, self.random.choice(BINARY)(), self.expr(d)),
                lambda: ast.AnnAssign(self.name(STORE), self.expr(d), self.maybe(d), 1),
                lambda: ast.Return(self.maybe(d)),
                lambda: ast.Expr(self.expr(d)),
                lambda: ast.Assert(self.expr(d), self.maybe(d)),
                lambda: ast.Raise(self.expr(d), self.maybe(d)),
                lambda: ast.If(self.expr(d), body, []),
                lambda: ast.While(self.expr(d), body, []),
                lambda: ast.For(target, self.expr(d), body, []),
                lambda: ast.With([ast.withitem(item) for item in self.some(1, 2, d)], body),
            ]
        )()


@pytest.mark.parametrize("seed", range(40))
def test_random_trees_read_back_in_88_columns(seed):
    draw = Draw(seed)
    for _ in range(20):
        body = [ast.Expr(ast.Constant(0)), draw.statement()]
        text = source_text(body)
        assert ast.dump(ast.parse(text)) == ast.dump(ast.Module(body, []))
        assert "\\\n" not in text
        assert max(map(len, text.splitlines())) <= WIDTH, text


def test_f_strings_nest():
    text = printed("""x\nf'{x["a"]} {f"{y}"}'\nf'{x!r:{"a"}}'\nf'''{x["a"]}"''\\''''\n""")
    assert text.splitlines()[1] == """f'{x["a"]} {f"{y}"}'"""


def test_long_chains_need_no_recursion():
    source = "x = " + " + ".join(["a"] * 500)
    text = source_text(ast.parse(source).body)
    assert text.count("\n    + a") == 499


# --- the module itself


def test_import_is_silent():
    command = [sys.executable, "-W", "error", "-c", "import astgrad.emit.text"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
