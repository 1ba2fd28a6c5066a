"""No stale derivative: helpers, globals, closures, threads, new kinds."""

import linecache
import sys
import threading
import types

import numpy as np
import pytest

import astgrad

SOURCE = """
factor = 2.0
def helper(x):
    return x * x
def function(x):
    return factor * helper(x)
"""


def module(tmp_path, name):
    path = tmp_path / f"{name}.py"
    path.write_text(SOURCE)
    made = types.ModuleType(name)
    made.__file__ = str(path)
    exec(compile(SOURCE, str(path), "exec"), made.__dict__)
    return made


def test_globals_and_helpers(tmp_path):
    made = module(tmp_path, "fresh")
    gradient = astgrad.grad(made.function)
    assert gradient(3.0) == 12.0
    made.factor = 5.0
    assert gradient(3.0) == 30.0
    made.factor = np.array([1.0, 2.0]).sum()
    assert gradient(3.0) == 18.0
    other = tmp_path / "other.py"
    other.write_text("def helper(x):\n    return x * x * x\n")
    space = {}
    exec(compile(other.read_text(), str(other), "exec"), space)
    made.helper = space["helper"]
    assert gradient(3.0) == 81.0
    assert astgrad.jvp(made.function, (3.0,), (1.0,))[1] == 81.0
    made.helper.__code__ = (lambda x: x).__code__
    assert gradient(3.0) == 3.0


def test_closures():
    factor = 2.0

    def function(x):
        return factor * x

    gradient = astgrad.grad(function)
    assert gradient(1.0) == 2.0
    factor = 3.0
    assert gradient(1.0) == 3.0
    factor = np.array(4.0)
    assert gradient(1.0) == 4.0
    _, pullback = astgrad.vjp(function, 1.0)
    factor = 5.0
    assert pullback(1.0) == (4.0,)
    assert astgrad.vjp(function, 1.0)[1](1.0) == (5.0,)


@pytest.mark.parametrize(
    ("first", "use", "change"),
    [
        ("[]", "for a in v:\n        x = x * a", "v.append(2.0)"),
        ("[1.0]", "for a in v:\n        x = x * a", "v.append(2.0)"),
        ("['a']", "for a in v:\n        x = x * len(a) * 2", "v.append('bb')"),
        ("{}", "for a in v:\n        x = x * v[a]", "v.update(b=3.0)"),
        ("{'a': 1.0}", "for a in v:\n        x = x * v[a]", "v.update(b=3.0)"),
        ("{'a': 'b'}", "if 'c' in v:\n        x = 3 * x", "v.update(c='d')"),
        ("{1, 2}", "if 3 in v:\n        x = 3 * x", "v.add(3)"),
        ("[[]]", "for a in v[0]:\n        x = a * x", "v[0].append(3.0)"),
    ],
)
def test_what_lists_and_dicts_from_outside_hold(first, use, change):
    text = f"v = {first}\n\n\ndef f(x):\n    {use}\n    return x * x\n"
    space = defined(text)
    gradient = astgrad.grad(space["f"])
    assert gradient(1.5) == 3.0 * space["f"](1.0)
    exec(change, space)
    assert gradient(1.5) == 3.0 * space["f"](1.0) > 3.0


@pytest.mark.parametrize("write", [
    "v.append(x)", "v.append(1.0)", "w['a'] = x", "w['a'] = 1.0", "u['a'] = x", "del u['a']",
    "u.update(a=x)", "s.add(1)", "t.append('b')", "t[0] = 'b'", "w.setdefault('a', x)",
])
def test_lists_and_dicts_from_outside_are_not_written(write):
    text = f"v, w, u, s, t = [], {{}}, {{'a': 1.0}}, set(), ['a']\n\n\ndef f(x):\n    {write}\n    return x * x\n"
    with pytest.raises(astgrad.AstgradError, match="from outside, is written to"):
        astgrad.grad(defined(text)["f"])(1.5)


def defined(text):
    space = {}
    linecache.cache[f"<{text}>"] = (len(text), None, text.splitlines(keepends=True), f"<{text}>")
    exec(compile(text, f"<{text}>", "exec"), space)
    return space


def test_new_kinds_of_arguments():
    gradient = astgrad.grad(lambda x: np.sum(x * x))
    assert gradient(2.0) == 4.0
    for shape in ((3,), (4,), (2, 3), (1, 3), (0,), ()):
        x = np.full(shape, 3.0)
        np.testing.assert_array_equal(gradient(x), 2 * x)


def test_sizes_share_one_text():
    gradient = astgrad.grad(lambda x, y: np.sum(x * y))
    texts = {gradient.source(np.ones(n), np.ones(n)) for n in (2, 3, 50)}
    assert len(texts) == 1
    compiled = {gradient.compiled(np.ones(n), np.ones(n)) for n in (2, 3, 50)}
    assert len(compiled) == 1
    found = astgrad.grad(lambda x, y: np.sum(x + y), (0, 1))
    for shapes in (((3,), (3,)), ((3,), (1,)), ((1,), (3,)), ((2, 3), (3,)), ((3, 3), (3,))):
        x, y = (np.ones(s) for s in shapes)
        a, b = found(x, y)
        assert (a.shape, b.shape) == shapes
        assert a.sum() == b.sum() == np.broadcast(x, y).size


def test_threads_get_one_right_answer():
    def function(x):
        for _ in range(3):
            x = np.sin(x) * x
        return np.sum(x)

    x = np.linspace(0.1, 1.0, 5)
    expected = astgrad.grad(lambda v: function(v))(x)
    fresh, found = astgrad.grad(function), [None] * 16
    barrier = threading.Barrier(16)

    def run(k):
        barrier.wait()
        found[k] = fresh(x)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(16)]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    for each in found:
        np.testing.assert_array_equal(each, expected)
    assert len({fresh.compiled(x) for _ in range(3)}) == 1


def test_functions_made_again_and_again_are_not_confused():
    for factor in range(300):
        def function(x, factor=float(factor)):
            return factor * x

        assert astgrad.vjp(function, 1.0)[1](1.0)[0] == factor
