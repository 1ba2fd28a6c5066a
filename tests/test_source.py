"""The source of every kind of function is found, exactly; what is not the source is refused."""

import ast
import doctest
import functools
import importlib.util
import io
import itertools
import linecache
import math
import os
import subprocess
import sys
import textwrap
import threading
import types
from pathlib import Path

import gast
import pytest

import astgrad
from astgrad.errors import NoSourceError
from astgrad.source import FunctionSource, function_source

SERIAL = itertools.count()


def load(folder, text, name=None):
    """Write `text` to a module of its own in `folder` and import it."""
    name = name or f"module_{next(SERIAL)}"
    path = folder / f"{name}.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(text, filename=None, keep=True, mode="exec", **names):
    """Run `text`, as a notebook would, and return its names."""
    filename = filename or f"<cell-{next(SERIAL)}>"
    if keep:
        linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    exec(compile(text, filename, mode, dont_inherit=True), names)
    return names


def segment(source, node=None):
    """Return the user's characters at the span of `node`."""
    span = source.span(node or source.node)
    lines = span.text.split("\n")
    assert len(lines) == span.end_line - span.line + 1
    assert tuple(lines) == source.lines[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_col]
    lines[0] = lines[0][span.col :]
    return "\n".join(lines)


def refused(fn):
    """Return the text of the error that `function_source` raises, checked to say what to do."""
    with pytest.raises(NoSourceError) as caught:
        function_source(fn)
    assert all(problem.fix for problem in caught.value.problems)
    return str(caught.value)


def same_text(node):
    """Return a node as text that can be compared."""
    return gast.dump(node)


def test_function_in_a_file(tmp_path):
    module = load(
        tmp_path,
        """\
        import math


        def f(x, y=1):
            \"\"\"Doc.\"\"\"
            return math.sin(x) + y
        """,
    )
    source = function_source(module.f)
    assert isinstance(source, FunctionSource)
    assert isinstance(source.node, gast.FunctionDef)
    assert (source.name, source.filename) == ("f", module.__file__)
    assert source.lines == tuple((tmp_path / module.__file__).read_text().splitlines())
    assert segment(source).startswith("def f(x, y=1):")
    span = source.span(source.node.body[1].value.left)
    assert (span.line, span.col, span.end_line, span.end_col) == (6, 11, 6, 22)
    assert span.text == "    return math.sin(x) + y"
    assert span.short() == f"{module.__name__}.py:6"


def test_methods_nested_and_decorated(tmp_path):
    module = load(
        tmp_path,
        '''\
        import functools


        def twice(fn):
            @functools.wraps(fn)
            def wrapper(*args):
                return fn(*args) * 2
            return wrapper


        def plain(fn):
            fn.marked = True
            return fn


        class Model:
            """A model."""

            def forward(self, x):
                return self.__w * x

            @staticmethod
            @plain
            def still(x):
                def inner(y):
                    return x + y
                return inner

            def forward2(self, x): return x

            class Deep:
                @property
                def forward(self):
                    return super().forward


        @twice
        @plain
        def f(x):
            return x + 1


        def f2():
            def f(x):
                return x + 2
            return f
        ''',
    )
    deep = module.Model.Deep.forward.fget
    cases = {
        module.Model.forward: ("forward", 20, "self.__w * x"),
        module.Model.still: ("still", 24, "inner"),
        module.Model.still(1): ("inner", 25, "x + y"),
        module.Model.forward2: ("forward2", 29, "x"),
        deep: ("forward", 33, "super().forward"),
        module.f.__wrapped__: ("f", 39, "x + 1"),
        module.f2(): ("f", 44, "x + 2"),
    }
    for fn, (name, line, result) in cases.items():
        source = function_source(fn)
        assert source.name == source.node.name == name
        assert source.node.decorator_list == []
        place = source.span(source.node)
        assert place.line == line - (fn is module.Model.forward)
        assert segment(source).startswith(f"def {name}(")
        assert segment(source, source.node.body[-1].value) == result


def test_wraps_gives_the_wrapper_itself(tmp_path):
    module = load(
        tmp_path,
        """\
        import functools

        def cut(fn):
            @functools.wraps(fn)
            def wrapper(*args):
                return fn(*args) - 5
            return wrapper

        @cut
        def f(x):
            return x
        """,
    )
    assert module.f.__name__ == "f"
    source = function_source(module.f)
    assert source.name == source.node.name == "wrapper"
    assert segment(source, source.node.body[0].value) == "fn(*args) - 5"


LAMBDAS = """\
def many(a):
    return (lambda x: x + 1), (lambda x: x+1), (lambda
        x: (
            x, x * 2)), lambda x, y=lambda z: z + a: y(x), lambda: lambda x: x

é = [lambda x: 'é' * x, lambda x: "é"  * x, lambda x: x * "é"]; pair = lambda: None, lambda: 1

called = sorted(
    [3, 1], key=lambda v: -v,
), (lambda v: v)(
    lambda v: v * 3
)
table = {'a': lambda d: d['a'] ** 2, 'b': lambda d: d['b'] ** 2, **{k: (lambda d, k=k: d[k]) for k in 'c'}}
class C: f = lambda self: self.__x; g = lambda self: self.__y
maybe = (lambda x: x) if é else (lambda x: -x)
"""


def test_lambdas(tmp_path):
    module = load(tmp_path, LAMBDAS)
    first = module.many(1)
    greek = getattr(module, "é")
    cases = {
        first[0]: "lambda x: x + 1",
        first[1]: "lambda x: x+1",
        first[2]: "lambda\n        x: (\n            x, x * 2)",
        first[3]: "lambda x, y=lambda z: z + a: y(x)",
        first[3].__defaults__[0]: "lambda z: z + a",
        first[4]: "lambda: lambda x: x",
        first[4](): "lambda x: x",
        greek[0]: "lambda x: 'é' * x",
        greek[1]: 'lambda x: "é"  * x',
        greek[2]: 'lambda x: x * "é"',
        module.pair[0]: "lambda: None",
        module.pair[1]: "lambda: 1",
        module.called[1]: "lambda v: v * 3",
        module.table["a"]: "lambda d: d['a'] ** 2",
        module.table["b"]: "lambda d: d['b'] ** 2",
        module.table["c"]: "lambda d, k=k: d[k]",
        module.C.f: "lambda self: self.__x",
        module.C.g: "lambda self: self.__y",
        module.maybe: "lambda x: x",
    }
    for fn, text in cases.items():
        source = function_source(fn)
        assert isinstance(source.node, gast.Lambda)
        assert source.name == "<lambda>"
        assert segment(source) == text


def test_lambdas_of_one_line_each_select_themselves(tmp_path):
    parts = [f"lambda x: x {op} {k}" for op in "+-*/" for k in ("1", "2", "1.0", "-0.0", "0.0")]
    module = load(tmp_path, f"fs = [{', '.join(parts)}]")
    assert [segment(function_source(fn)) for fn in module.fs] == parts


def test_constant_lambdas_are_told_apart_by_their_constants(tmp_path):
    parts = ["0.0", "-0.0", "0", "False", "(1,)", "(1.0,)", "(True,)", "1j", "'a'", "b'a'", "None"]
    module = load(tmp_path, "fs = [" + ", ".join("lambda: " + part for part in parts) + "]")
    got = [segment(function_source(fn)) for fn in module.fs]
    assert got == ["lambda: " + part for part in parts]


def test_spans_of_all_nodes(tmp_path):
    module = load(
        tmp_path,
        """\
        class K:
            def naïve(self, a: "é" = "ü", *args, b=2, **kw):
                é = f"{a!r:>{b}} ü {b + 1}" + "漢" * (b + 1); y = {**kw, "ä": [*args][1:b]}
                for i, (j, k) in enumerate(y): é += "é" ; print(i, sep="é", end=k)
                return lambda q, /, *, r=1: (é, q if r else j)
        """,
    )
    source = function_source(module.K.naïve)
    plain = ast.parse("\n".join(source.lines)).body[0].body[0]
    text = "\n".join(source.lines)
    expected = {
        (type(node).__name__.replace("arg", "Name"), ast.get_source_segment(text, node))
        for node in ast.walk(plain)
        if hasattr(node, "lineno") and not isinstance(node, ast.JoinedStr | ast.FormattedValue)
    }
    found = set()
    for node in gast.walk(source.node):
        span = source.span(node)
        assert 1 <= span.line <= span.end_line <= len(source.lines)
        if hasattr(node, "lineno"):
            found.add((type(node).__name__, segment(source, node)))
    inside = {"keyword", "Constant"}  # 3.11 places the text of an f-string as a whole
    missing = {each for each in expected - found if each[0] not in inside}
    assert {name.replace("Name", "") for name, _ in missing} <= {"keyword"}
    assert ("Constant", '"漢"') in found
    assert ("Name", "é") in found
    assert ("BinOp", '"漢" * (b + 1)') in found


def test_span_of_nodes_without_a_position(tmp_path):
    source = function_source(load(tmp_path, "def f(a, b=2): return [i for i in a if i]").f)
    comprehension = source.node.body[0].value.generators[0]
    assert segment(source, comprehension) == "i in a if i"
    assert segment(source, source.node.args) == "a, b=2"
    assert segment(source, gast.Pass()) == segment(source)


def test_result_does_not_share_nodes(tmp_path):
    fn = load(tmp_path, "def f(x):\n    return x\n").f
    one = function_source(fn)
    one.node.body[0].value.id = "changed"
    assert function_source(fn).node.body[0].value.id == "x"


def test_cell_with_linecache():
    names = run("a = 1\ndef f(x):\n    return x + a\n\ng = lambda x: x * a\n")
    assert segment(function_source(names["f"])) == "def f(x):\n    return x + a"
    assert segment(function_source(names["g"])) == "lambda x: x * a"


@pytest.mark.parametrize("ending", ["\r\n", ""])
def test_registered_lines_may_end_in_any_way(ending):
    text = "def f(x):\n    return '''a\nb''' * x\n"
    lines = [line + ending for line in text.split("\n")]
    names = run(text, "<ending>", keep=False)
    linecache.cache["<ending>"] = (len(text), None, lines, "<ending>")
    assert segment(function_source(names["f"])) == text.strip()


def test_await_and_futures_of_a_cell():
    """A notebook compiles a cell with flags that its text does not show."""
    text = "import asyncio\nawait asyncio.sleep(0); f = lambda x: x\ndef g(x: Missing):\n  def h(y: Missing): return y\n  return h\n"
    filename = "<cell-await>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    import __future__

    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | __future__.annotations.compiler_flag
    code = compile(text, filename, "exec", flags=flags, dont_inherit=True)
    names = {}
    list(types.FunctionType(code, names)().__await__())
    assert segment(function_source(names["f"])) == "lambda x: x"
    assert segment(function_source(names["g"])).startswith(
        "def g(x: Missing):\n  def h(y: Missing)"
    )


def test_future_annotations(tmp_path):
    text = """\
    from __future__ import annotations
    def f(x: Missing) -> Missing:
        def g(y: Missing): return y
        return g
    """
    module = load(tmp_path, text)
    assert function_source(module.f).name == "f"
    assert function_source(module.f(1)).name == "g"


def test_statements_that_are_compiled_one_by_one():
    """How a call compiles depends on the imports of the module, which a notebook splits."""
    text = "import math\ndef f(x): return math.sin(x)\n"
    filename = "<cell-split>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    whole, split = {}, {}
    exec(compile(text, filename, "exec", dont_inherit=True), whole)
    for statement in ast.parse(text).body:
        exec(compile(ast.Module([statement], []), filename, "exec", dont_inherit=True), split)
    for names in (whole, split):
        assert segment(function_source(names["f"])) == "def f(x): return math.sin(x)"
    assert whole["f"].__code__.co_code != split["f"].__code__.co_code


def test_text_that_is_kept_by_code_object(monkeypatch):
    """What Python keeps for the prompt and `python -c` from 3.13.1 on."""
    fn = run("def f(x): return x\n", "<string>", keep=False)["f"]
    kept = {fn.__code__: ["def f(x): return x\n"]}
    assert "no source" in refused(fn)
    monkeypatch.setattr(linecache, "_getlines_from_code", kept.get, raising=False)
    assert segment(function_source(fn)) == "def f(x): return x"


def test_statement_of_the_prompt():
    text = "def f(x):\n    return x\n\n"
    filename = "<python-input-0>"
    names = {}
    linecache.cache[filename] = (len(text), None, [line + "\n" for line in text.splitlines()], "")
    exec(compile(ast.Interactive(ast.parse(text).body), filename, "single"), names)
    assert segment(function_source(names["f"])) == text.strip()
    assert function_source(names["f"]).span(gast.Pass()).short() == "<python-input-0>:1"


def in_a_doctest():
    """Run in a doctest.

    >>> def f(x):
    ...     return x + 5
    >>> segment(function_source(f))
    'def f(x):\\n    return x + 5'
    >>> segment(function_source(lambda x: x + 6))
    'lambda x: x + 6'
    """


def test_doctest():
    tests = doctest.DocTestFinder().find(in_a_doctest, globs=globals())
    (test,) = (each for each in tests if each.examples)
    runner = doctest.DocTestRunner()
    report = io.StringIO()
    result = runner.run(test, out=report.write)
    assert (result.failed, result.attempted) == (0, 3), report.getvalue()


def test_zip_import(tmp_path, monkeypatch):
    import zipfile

    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("zipped_for_source.py", "def f(x):\n    return x / 2\n")
    monkeypatch.syspath_prepend(str(tmp_path / "z.zip"))
    import zipped_for_source

    assert segment(function_source(zipped_for_source.f)) == "def f(x):\n    return x / 2"


def test_asserts_that_pytest_rewrites():
    """The functions of a test module are compiled from another tree than the one in the file."""

    def f(x):
        assert x > 0, "positive"
        assert (lambda y: y)(x) in [1, 2, 3]  # noqa: PLC3002 - it is what is tested
        return x * 2

    assert "@pytest_ar" in f.__code__.co_names
    source = function_source(f)
    assert [type(each).__name__ for each in source.node.body] == ["Assert", "Assert", "Return"]
    assert segment(source, source.node.body[0]) == 'assert x > 0, "positive"'
    assert segment(function_source(lambda x: x + 1)) == "lambda x: x + 1"
    fn = (found := []).append
    assert fn(lambda q: q) is None
    assert segment(function_source(found[0])) == "lambda q: q"


def test_asserts_that_pytest_rewrites_are_still_compared():
    def f(x):
        assert x > 0
        return x * 2

    names = [name if name != "f" else "f" for name in f.__code__.co_names]
    other = f.__code__.replace(co_names=tuple(names), co_consts=(*f.__code__.co_consts[:-1], 99))
    assert "text has changed" in refused(types.FunctionType(other, globals()))


def test_pep_695(tmp_path):
    if sys.version_info < (3, 12):
        return  # the syntax is younger
    module = load(tmp_path, "def f[T](x: T) -> T: return x\nclass A[T]:\n  def g(self): return 1\n")
    assert segment(function_source(module.f)) == "def f[T](x: T) -> T: return x"
    assert segment(function_source(module.A.g)) == "def g(self): return 1"


def test_async_and_generators_are_left_to_others(tmp_path):
    module = load(tmp_path, "async def a(x): return x\ndef g(x): yield x\n")
    assert isinstance(function_source(module.a).node, gast.AsyncFunctionDef)
    assert isinstance(function_source(module.g).node, gast.FunctionDef)


def test_specialised_and_traced_code(tmp_path):
    text = """\
    def f(n):
        t = 0.0
        for i in range(n):
            t += i * 2.0
        return t
    """
    module = load(tmp_path, text)
    for _ in range(200):
        module.f(100)
    seen = []

    def tracer(frame, event, arg):
        seen.append(event)
        return tracer

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        module.f(2)
        assert function_source(module.f).name == "f"
    finally:
        sys.settrace(before)
    assert "line" in seen
    assert function_source(module.f).name == "f"


def test_warnings_of_the_text_are_not_given_again(tmp_path):
    text = "def f(x):\n    return x is 1 or '\\d'\n"
    filename = f"<cell-{next(SERIAL)}>"
    with pytest.warns((SyntaxWarning, DeprecationWarning)):
        names = run(text, filename)
    assert function_source(names["f"]).name == "f"  # warnings are errors here


# What is refused


def change(module, text):
    """Rewrite the file of a module, with another time of change."""
    path = Path(module.__file__)
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    later = path.stat().st_mtime + 10
    os.utime(path, (later, later))


ORIGINAL = """\
def f(x):
    return x * 2 + g(x)


def g(x):
    return x


h, k = lambda x: x + 1, lambda x: x + 2
"""


@pytest.mark.parametrize(
    ("before", "after", "fits"),
    [
        ("x * 2", "x * 3", "gk"),
        ("x * 2", "x * 2.0", "gk"),
        ("x * 2", "x / 2", "gk"),
        ("g(x)\n", "h(x)\n", "gk"),
        ("def f(x)", "def f(y)", "gk"),
        ("def f(x)", "def f2(x)", "gk"),
        ("def f(x)", "# new\ndef f(x)", ""),
        ("def f(x)", "@deco\ndef f(x)", "f"),
        ("return x * 2", "return x*2", "fgk"),
        ("x * 2 + g(x)", "(x * 2) + g(x)  # two", "fgk"),
        ("\n\n\ndef g", "\n    # later\n\ndef g", "fgk"),
        ("x + 2", "x + 3", "fg"),
        ("lambda x: x + 1", "lambda x: x + 10", "fgk"),
        ("lambda x: x + 1, lambda x: x + 2", "1, 2", "fg"),
        ("def g(x):", "def g(x:", ""),
        ("def g(x):\n    return x\n", "", "f"),
        ("return x\n", "return x\n\nreturn 5\n", "fg"),
    ],
)
def test_changed_files(tmp_path, before, after, fits):
    module = load(tmp_path, ORIGINAL)
    for name in "fgk":
        function_source(getattr(module, name))
    assert before in ORIGINAL
    change(module, ORIGINAL.replace(before, after))
    for name in "fgk":
        fn = getattr(module, name)
        if name in fits:
            source = function_source(fn)
            clean = load(tmp_path, ORIGINAL)
            expected = function_source(getattr(clean, name))
            assert same_text(source.node) == same_text(expected.node)
            assert source.lines == tuple(ORIGINAL.replace(before, after).splitlines())
        else:
            assert "text has changed" in refused(fn)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("0.0", "-0.0"),
        ("1", "1.0"),
        ("1", "True"),
        ("'a'", "b'a'"),
        ("(1, 2)", "(1, 2.0)"),
        ("x in {1, 2}", "x in {1, 2.0}"),
        ("0j", "-0j"),
        ("lambda: 1", "lambda: 1.0"),
        ("[k for k in x if k > 1]", "[k for k in x if k > 1.0]"),
    ],
)
def test_constants_compare_by_type_and_bits(tmp_path, before, after):
    text = "def f(x):\n    return {}\n"
    module = load(tmp_path, text.format(before))
    assert function_source(module.f).name == "f"
    change(module, text.format(after))
    assert "text has changed" in refused(module.f)


def test_changed_file_shows_what_stands_there_now(tmp_path):
    module = load(tmp_path, "def f(x):\n    return x\n", "changed_shown")
    change(module, "# empty\n")
    text = refused(module.f)
    assert text.startswith(
        "changed_shown.py:1: this is not what `f` was compiled from: the text has changed since\n"
        "    # empty\n"
        "    ^^^^^^^\n"
        "  fix: reload the module"
    )
    module = load(tmp_path, "\n\n\ndef f(x):\n    return x\n", "changed_short")
    change(module, "# empty\n")
    assert "changed_short.py now ends before line 4" in refused(module.f)


def test_reloading_helps(tmp_path):
    module = load(tmp_path, ORIGINAL, "reloaded")
    change(module, ORIGINAL.replace("x * 2", "x * 3"))
    assert "importlib.reload" in refused(module.f)
    again = load(tmp_path, ORIGINAL.replace("x * 2", "x * 3"), "reloaded")
    assert "x * 3" in segment(function_source(again.f))


def test_removed_file(tmp_path):
    module = load(tmp_path, ORIGINAL)
    Path(module.__file__).unlink()
    assert f"its file {module.__file__} cannot be read" in refused(module.f)


def test_reused_cell_name():
    old = run("def f(x): return x + 1", "<cell-again>")["f"]
    new = run("def f(x): return x + 2", "<cell-again>")["f"]
    assert segment(function_source(new)) == "def f(x): return x + 2"
    assert "text has changed" in refused(old)


@pytest.mark.parametrize("fn", [math.sin, len, int, functools.partial(len), print, [].append])
def test_not_python(fn):
    text = refused(fn)
    assert "not a function written in Python" in text
    assert type(fn).__name__ in text


def test_bound_method():
    assert "__func__" in refused(FunctionSource("n", "f", (), "n").span)


def test_exec_without_linecache_and_the_rewrite_that_works():
    text = "def f(x): return x\n"
    error = refused(run(text, "<string>", keep=False)["f"])
    assert error.startswith("`f` has no source: exec, eval and `python -c` keep none of <string>")
    with pytest.raises(NoSourceError) as caught:
        function_source(eval("lambda x: x"))
    program = caught.value.problems[0].fix.split("\n", 1)[1]
    names = {"text": text, "linecache": linecache}
    exec(program, names)
    assert segment(function_source(names["f"])) == text.strip()


def test_stdin():
    assert "IPython" in refused(run("def f(x): return x", "<stdin>", keep=False)["f"])


def python(*arguments):
    """Run a fresh interpreter; warnings are errors."""
    line = [sys.executable, "-W", "error", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(astgrad.__file__).parents[1])}
    return subprocess.run(line, capture_output=True, text=True, check=False, env=environment)


def test_command_line_string():
    program = (
        "from astgrad.source import function_source\n"
        "f = lambda x: x + 1\n"
        "print(function_source(f).node.body.right.value)\n"
    )
    done = python("-c", program)
    if done.returncode == 0:  # from 3.13.1 on, `python -c` keeps its text
        assert sys.version_info >= (3, 13)
        assert done.stdout == "1\n"
    else:
        assert "NoSourceError: `<lambda>` has no source" in done.stderr


def test_without_columns(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        "from astgrad.source import function_source\n"
        "one = lambda x: x + 1\n"
        "two = lambda x: x + 1, lambda x: x + 2\n"
        "print(function_source(one).node.body.right.value)\n"
        "function_source(two[0])\n"
    )
    done = python("-X", "no_debug_ranges", str(path))
    assert done.stdout == "1\n"
    assert "line 3 of" in done.stderr
    assert "write one lambda per line" in done.stderr


@pytest.mark.parametrize("level", ["-O", "-OO"])
def test_optimised(tmp_path, level):
    path = tmp_path / "program.py"
    path.write_text(
        "from astgrad.source import function_source\n"
        "def f(x):\n    '''doc'''\n    assert x\n    return x\n"
        "print(len(function_source(f).node.body))\n"
    )
    assert python(level, str(path)).stdout == "3\n"


def test_import_is_silent_and_light():
    done = python("-c", "import sys, astgrad.source; print('dis' in sys.modules or 0)")
    assert done.stderr == ""
    assert done.returncode == 0


def test_threads(tmp_path):
    body = "".join(f"def f{k}(x): return x + {k}\n" for k in range(200))
    module = load(tmp_path, body)
    wrong = []

    def work():
        for k in range(0, 200, 7):
            if segment(function_source(getattr(module, f"f{k}"))) != f"def f{k}(x): return x + {k}":
                wrong.append(k)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_standard_library():
    """Every function of some large modules is found, and it is what `ast` sees there."""
    import argparse
    import dataclasses
    import statistics

    count = 0
    for module in (argparse, dataclasses, statistics, textwrap, functools):
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        there = {
            (node.name, node.lineno)
            for node in ast.walk(tree)
            if hasattr(node, "args") and hasattr(node, "name")
        }
        members = [
            vars(owner).values()
            for owner in (module, *vars(module).values())
            if hasattr(owner, "__dict__")
        ]
        for fn in itertools.chain.from_iterable(list(each) for each in members):
            if isinstance(fn, types.FunctionType) and fn.__code__.co_filename == module.__file__:
                source = function_source(fn)
                if source.name != "<lambda>":
                    assert (source.name, source.span(source.node).line) in there
                    assert segment(source).startswith(f"def {source.name}(")
                count += 1
    assert count > 200
