"""The promises of DESIGN section 6, one test or more each."""

import copy
import functools
import inspect
import io
import itertools
import linecache
import os
import pdb
import subprocess
import sys
import threading
import traceback
from collections import namedtuple

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given
from trees import check_apart, check_structure, define, direction, frozen, leaves

import astgrad

Pair = namedtuple("Pair", "left right")
KINDS = [float, np.float64, np.float32, np.float16]


# what a function is given: structures of numbers and arrays of all kinds


def numbers(kind):
    return st.floats(-2, 2, width=16).map(kind)


def some_arrays():
    shapes = st.sampled_from([(), (1,), (3,), (0,), (2, 3), (1, 2), (2, 1, 2)])
    types = st.sampled_from([np.float64, np.float32, np.float16, np.longdouble])
    return st.builds(lambda shape, dtype: np.linspace(-1.5, 2, int(np.prod(shape)), dtype=dtype).reshape(shape), shapes, types)


leaf = st.one_of(*map(numbers, KINDS), some_arrays())
other = st.sampled_from([3, True, "text", None])
structure = st.recursive(
    leaf | other,
    lambda inner: st.lists(inner, max_size=3)
    | st.tuples(inner, inner)
    | st.builds(Pair, inner, inner)
    | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


def sum_of(tree, text):
    """An expression: a nonlinear sum over the leaves of a structure."""
    if isinstance(tree, dict):
        parts = [sum_of(item, f"{text}[{key!r}]") for key, item in tree.items()]
    elif isinstance(tree, list | tuple):
        parts = [sum_of(item, f"{text}[{i}]") for i, item in enumerate(tree)]
    elif isinstance(tree, float | np.floating | np.ndarray):
        parts = [f"np.sum({text} * {text} * 0.5)"]
    else:
        parts = []
    return " + ".join(filter(None, parts))


@given(tree=structure)
def test_1_gradients_have_the_arguments_structure_shapes_dtypes_and_kinds(tree):
    text = sum_of(tree, "x")
    if not text:
        return
    f = define(f"def f(x, y):\n    return {text} + y\n")
    before = frozen(tree)
    gradient, of_y = astgrad.grad(f, argnums=(0, 1))(tree, 2.0)
    check_structure(tree, gradient)
    assert type(of_y) is float
    assert frozen(tree) == before
    for ours, value in zip(leaves(gradient), leaves(tree), strict=True):
        assert np.array_equal(ours, value)
    check_apart(tree, gradient)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
def test_1_the_dtype_stays_through_a_loop(dtype):
    f = define(
        "def f(x, w, n):\n    h = x.copy()\n    for _ in range(n):\n        h[1:] = np.tanh(h[:-1] * w) + 0.5\n"
        "    return np.mean(h) + w\n"
    )
    x, w = np.linspace(0.1, 0.9, 5, dtype=dtype), dtype(0.5)
    for mode in ("reverse", "forward"):
        x_bar, w_bar = astgrad.grad(f, argnums=(0, 1), mode=mode)(x, w, 3)
        assert x_bar.dtype == dtype
        assert type(w_bar) is dtype


@pytest.mark.parametrize("value", [1.5, np.float64(1.5), np.float32(1.5), np.array(1.5), np.array([1.5]), np.array([[1.5]])])
@pytest.mark.parametrize("text", ["x * 2.0", "np.sum(np.ones(3) * x)", "np.sum(a * x)", "a[0] * x", "(a @ a) * x", "h(x, a)"])
def test_1_the_kind_of_a_number_stays(value, text):
    """A Python float, a NumPy number, a 0-d array and arrays of one element are five things."""
    expression = f"np.sum({text})"
    f = define(
        "def h(x, a):\n    y = np.zeros(3)\n    for i in range(3):\n        y[i] = np.sum(x) * a[i]\n    return y\n\n\n"
        f"def f(x, a):\n    return {expression}\n"
    )
    if text == "h(x, a)" and isinstance(value, np.float32):
        pytest.xfail("a float32 number that is stored into a float64 array has a float64 gradient")
    for mode in ("reverse", "forward"):
        gradient = astgrad.grad(f, mode=mode)(value, np.arange(3.0))
        check_structure(value, gradient)


# 2


def test_2_arguments_stay_as_they_are_where_the_function_writes_to_them():
    f = define(
        "def f(x, d, c, items, n):\n    x[1:] *= 2.0\n    d['w'] = d['w'] * x[0]\n    d['new'] = x[1]\n    del d['old']\n"
        "    y = np.sum(c * x)\n    c[:] = 7\n    items.append(y)\n    items[0] = items[0] * x[2]\n"
        "    row = d['m'][0]\n    row[:] = x[0]\n    n += 1\n"
        "    return y + np.sum(d['w']) + d['new'] + items[0] * items[-1] + np.sum(d['m'] ** 2)\n"
    )
    args = (
        np.array([1.0, 2.0, 3.0]),
        {"w": np.ones(2), "old": 1.0, "m": np.eye(3)},
        np.array([3.0, 1.0, 2.0]),
        [0.5, 2.5],
        3,
    )
    before = frozen(args)
    astgrad.grad(f, argnums=(0, 1))(*args)
    assert frozen(args) == before
    astgrad.grad(f, argnums=(0, 1), mode="forward")(*args)
    assert frozen(args) == before
    _, pullback = astgrad.vjp(f, *args)
    assert frozen(args) == before
    pullback(1.0)
    assert frozen(args) == before
    astgrad.jvp(f, args, (np.ones(3), {"w": np.ones(2), "old": 0.0, "m": np.zeros((3, 3))}, np.ones(3), [0.0, 0.0], None))
    assert frozen(args) == before


def test_2_other_effects_happen_once_with_a_callable_argument(capsys):
    lines = []
    f = define(
        "def f(x, log, n):\n    for i in range(n):\n        print('trip', i)\n        x = np.sin(x) * 2.0\n        log(i)\n"
        "    return np.sum(x)\n"
    )
    x = np.array([0.3, 0.4])
    for call in (
        lambda: astgrad.grad(f)(x, lines.append, 3),
        lambda: astgrad.grad(f, mode="forward")(x, lines.append, 3),
        lambda: astgrad.value_and_grad(f)(x, lines.append, 3),
        lambda: astgrad.vjp(lambda t: f(t, lines.append, 3), x)[1](1.0),
        lambda: astgrad.jvp(lambda t: f(t, lines.append, 3), (x,), (x,)),
    ):
        call()
        assert capsys.readouterr().out == "trip 0\ntrip 1\ntrip 2\n"
        assert lines == [0, 1, 2]
        lines.clear()


def test_2_other_effects_happen_once(capsys):
    f = define("def f(x, n):\n    for i in range(n):\n        print('trip', i)\n        x = np.sin(x) * 2.0\n    return np.sum(x)\n")
    x = np.array([0.3, 0.4])
    for call in (
        lambda: astgrad.grad(f)(x, 3),
        lambda: astgrad.grad(f, mode="forward")(x, 3),
        lambda: astgrad.value_and_grad(f)(x, 3),
        lambda: [(p := astgrad.vjp(f, x, 3)[1])(1.0), p(2.0)],
        lambda: astgrad.jvp(f, (x, 3), (x, None)),
        lambda: astgrad.hessian(f)(x, 3),
    ):
        call()
        assert capsys.readouterr().out == "trip 0\ntrip 1\ntrip 2\n"


def test_2_draws_happen_once_and_are_kept():
    f = define(
        "def f(x, rng, n):\n    total = 0.0\n    for _ in range(n):\n        noise = rng.normal(size=3)\n"
        "        total = total + np.sum(np.sin(x * noise))\n    return total\n"
    )
    x = np.array([0.3, 0.4, 0.5])
    rng = np.random.default_rng(5)
    gradient = astgrad.grad(f)(x, rng, 4)
    left = rng.normal()
    again = np.random.default_rng(5)
    noise = again.normal(size=(4, 3))
    assert again.normal() == left
    np.testing.assert_allclose(gradient, np.sum(noise * np.cos(x * noise), axis=0), rtol=1e-13)


# 3


@pytest.mark.parametrize(
    "text",
    [
        "return x, y, x",
        "return {'a': x[1:], 'b': x}, x.T, y.reshape(3)",
        "z = x + y\n    return z, z",
        "return x + 0.0, y",
        "return [x, x]",
        "return x[:2], y[::-1]",
    ],
)
def test_3_nothing_that_is_returned_shares_memory(text):
    f = define(f"def f(x, y, n):\n    {text}\n")
    args = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0]), 2
    value, pullback = astgrad.vjp(f, *args)
    seed = direction(value, np.random.default_rng(0))
    first, second = pullback(seed), pullback(seed)
    check_apart(args, seed, *first[:2], *second[:2])
    check_apart(args, value, *first[:2], *second[:2])
    tangents = np.ones(3), np.ones(3), None
    out, tangent = astgrad.jvp(f, args, tangents)
    check_apart(args, out, tangent, tangents)
    for entry in leaves(first):
        assert entry.flags.writeable
        entry[...] = 99.0
    again = pullback(seed)
    for ours, theirs in zip(leaves(second), leaves(again), strict=True):
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("text", ["np.sum(x + y)", "np.sum(x)", "x[0] * y[1]", "np.sum(x) + np.sum(y[::-1]) * 2.0"])
def test_3_gradients_are_apart_and_writable(text):
    f = define(f"def f(x, y):\n    return {text}\n")
    args = np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0])
    derivative = astgrad.grad(f, argnums=(0, 1))
    first, second = derivative(*args), derivative(*args)
    check_apart(args, *first, *second)
    assert all(entry.flags.writeable for entry in (*first, *second))


def test_3_the_value_and_the_aux_are_apart_from_the_gradient():
    f = define("def f(x):\n    y = x * x\n    return np.sum(y), {'x': x, 'y': y}\n")
    x = np.array([1.0, 2.0])
    (value, aux), gradient = astgrad.value_and_grad(f, has_aux=True)(x)
    check_apart(gradient, aux)
    check_apart(gradient, (x,))
    np.testing.assert_array_equal(aux["y"], x * x)
    assert value == 5.0


# 4

TWICE = """
import sys
sys.path.insert(0, {tests!r})
import numpy as np
from trees import define
import astgrad
f = define('''{text}''')
derivative = astgrad.grad(f, argnums=(0, 1))
args = np.linspace(0.1, 1.0, 7), {{'a': np.ones((2, 7)), 'b': 0.3}}, 4
print(derivative.source(*args))
print([entry.tobytes().hex() if isinstance(entry, np.ndarray) else float(entry).hex()
       for entry in (derivative(*args)[0], *derivative(*args)[1].values())])
"""
SAME = """def f(x, d, n):
    h = {'state': x, 'sum': 0.0}
    for i in range(n):
        h['state'] = np.tanh(d['a'] @ h['state'])[0] * x
        h['sum'] += np.sum(h['state']) * d['b']
    return h['sum']
"""


def test_4_every_process_prints_the_same_and_gives_the_same_bits(tmp_path):
    program = TWICE.format(tests=os.path.dirname(os.path.abspath(__file__)), text=SAME)
    runs = []
    for seed in ("1", "99"):
        folder = tmp_path / seed
        folder.mkdir()
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        runs.append(subprocess.Popen([sys.executable, "-c", program], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True))
    texts = [run.communicate()[0] for run in runs]
    assert "def f_grad" in texts[0]
    assert texts[0] == texts[1]


def test_4_the_text_has_no_paths_and_is_the_same_for_two_objects():
    texts = {astgrad.grad(define(SAME), argnums=(0, 1)).source(np.ones(7), {"a": np.ones((2, 7)), "b": 0.3}, n) for n in (1, 4)}
    (text,) = texts
    assert os.sep + "home" not in text
    assert os.path.dirname(__file__) not in text
    assert "<test" not in text


def test_4_the_same_bits_each_time():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=50), rng.normal(size=(50, 50))
    f = define("def f(x, w):\n    for row in w:\n        x = np.tanh(x * row)\n    return np.sum(x)\n")
    derivative = astgrad.grad(f, argnums=(0, 1))
    first = frozen(derivative(x, w))
    assert all(frozen(derivative(x, w)) == first for _ in range(5))


# 5


def failing():
    return define("def f(x, y, n):\n    h = x\n    for i in range(n):\n        h = h * y\n        h = h[1:]\n    return np.sum(h)\n")


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_5_an_error_names_the_users_line(mode):
    f = failing()
    with pytest.raises(ValueError, match="broadcast") as caught:
        astgrad.grad(f, mode=mode)(np.ones(3), np.ones(3), 3)
    (note,) = caught.value.__notes__
    assert ":4: h = h * y" in note
    assert os.path.basename(f.__code__.co_filename) in note


def test_5_an_error_of_the_reverse_sweep_names_the_users_line():
    f = define("def f(x):\n    y = np.sin(x)\n    z = np.sqrt(y - y)\n    return np.sum(z)\n")
    with np.errstate(all="raise"), pytest.raises(FloatingPointError) as caught:
        astgrad.grad(f)(np.ones(2))
    assert ":3: z = np.sqrt(y - y)" in "".join(caught.value.__notes__)


def test_5_tracebacks_show_the_derivatives_lines():
    with pytest.raises(ValueError, match="broadcast") as caught:
        astgrad.grad(failing())(np.ones(3), np.ones(3), 3)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert last.name == "f_grad"
    assert last.line == "h = h * y" or "h * y" in last.line


def test_5_inspect_knows_the_source():
    f = define("def f(x):\n    return x * x\n")
    derivative = astgrad.grad(f)
    text = derivative.source(2.0)
    assert inspect.getsource(derivative.compiled(2.0)) in text
    filename = derivative.compiled(2.0).__code__.co_filename
    assert "".join(linecache.getlines(filename)) == text


def test_5_pdb_stops_in_the_derivative():
    f = define("def f(x):\n    y = x * x\n    return y * y\n")
    derivative = astgrad.grad(f)
    compiled = derivative.compiled(2.0)
    output = io.StringIO()
    debugger = pdb.Pdb(stdin=io.StringIO("step\nlist\nargs\ncontinue\n"), stdout=output, nosigint=True, readrc=False)
    assert debugger.runcall(compiled, 2.0) == 32.0
    assert "f_grad" in output.getvalue()
    assert "x = 2.0" in output.getvalue()
    assert "return" in output.getvalue()


def test_5_tracers_see_every_line():
    f = define("def f(x, n):\n    for i in range(n):\n        x = np.sin(x)\n    return x\n")
    derivative = astgrad.grad(f)
    compiled = derivative.compiled(0.5, 3)
    seen = set()

    def tracer(frame, event, argument):
        if frame.f_code is compiled.__code__:
            seen.add(frame.f_lineno)
            return tracer
        return None

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        compiled(0.5, 3)
    finally:
        sys.settrace(before)
    lines = {line for _, _, line in compiled.__code__.co_lines() if line} - {compiled.__code__.co_firstlineno}
    assert seen | {compiled.__code__.co_firstlineno} >= lines


# 6


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_6_unused_arguments_get_zeros(mode):
    f = define("def f(x, y, d, items):\n    return np.sum(x) * 2.0\n")
    args = np.ones(2), 3.0, {"a": np.ones((2, 2), np.float32), "b": 1.0}, [1.0, 2.0]
    _, y, d, items = astgrad.grad(f, argnums=(0, 1, 2, 3), mode=mode)(*args)
    for given_to, gradient in zip(args[1:], (y, d, items), strict=True):
        check_structure(given_to, gradient)
        assert all(not np.any(entry) for entry in leaves(gradient))


@pytest.mark.xfail(reason="a list is one kind: the zero of its np.float32 is a float", strict=True)
def test_6_unused_items_of_several_kinds_get_zeros_of_theirs():
    f = define("def f(x, items):\n    return x * 2.0\n")
    items = [1.0, np.float32(2), np.float64(3)]
    check_structure(items, astgrad.grad(f, argnums=1)(1.0, items))


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_6_a_constant_function_has_a_gradient_of_zero(mode):
    f = define("def f(x, n):\n    return 1.0\n")
    check_structure(np.ones(3), astgrad.grad(f, mode=mode)(np.ones(3), 2))
    assert not np.any(astgrad.grad(f, mode=mode)(np.ones(3), 2))


@pytest.mark.parametrize("wrong", [3, True, np.int64(3), np.arange(3), np.array([True]), np.bool_(True)])
@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_6_integers_are_an_error_that_names_the_argument(wrong, mode):
    f = define("def f(x, count):\n    return np.sum(x * count)\n")
    with pytest.raises(TypeError, match="'count'") as caught:
        astgrad.grad(f, argnums=(0, 1), mode=mode)(2.0, wrong)
    assert isinstance(caught.value, astgrad.errors.AstgradError)
    assert astgrad.grad(f, mode=mode)(2.0, wrong) == np.sum(wrong)


# 7, of which tests of the conventions' rows are in tests/rules; here what depends on the text of f

CONVENTIONS = [
    ("abs(x)", 0.0, 0.0),
    ("np.abs(x)", 0.0, 0.0),
    ("np.sign(x)", 0.0, 0.0),
    ("np.floor(x)", 2.0, 0.0),
    ("x // 1.0", 2.5, 0.0),
    ("np.maximum(x, 0.0)", 0.0, 0.5),
    ("np.minimum(x, 0.0)", 0.0, 0.5),
    ("max(x, 0.0)", 0.0, 0.5),
    ("min(0.0, x)", 0.0, 0.5),
    ("np.where(x > 0, x, 0.0)", 0.0, 0.0),
    ("x if x > 0 else 0.0", 0.0, 0.0),
    ("np.clip(x, 0.0, 1.0)", 0.0, 1.0),
    ("np.clip(x, 0.0, 1.0)", 1.0, 1.0),
    ("np.hypot(x, 0.0)", 0.0, 0.0),
    ("np.arctan2(x, 0.0)", 0.0, 0.0),
    ("x ** 2", 0.0, 0.0),
    ("x ** 0", 0.0, 0.0),
    ("x ** 0.0", 0.0, 0.0),
    ("np.sinc(x)", 0.0, 0.0),
    ("x % 1.5", 2.0, 1.0),
    ("5.0 % x", 2.0, -2.0),
    ("np.fmod(-5.0, x)", 2.0, 2.0),
    ("0.0 ** x", 2.0, 0.0),
    ("np.float64(0.0) ** x", 2.0, 0.0),
    ("np.linalg.norm(np.array([x, x]))", 0.0, 0.0),
    ("np.max(np.array([x, x, 1.0]))", 1.0, 2 / 3),
    ("np.std(np.array([x, 1.0]))", 1.0, 0.0),
    ("np.prod(np.array([x, 0.0, 3.0]))", 2.0, 0.0),
    ("np.prod(np.array([x, 2.0, 3.0]))", 0.0, 6.0),
    ("np.median(np.array([x, 1.0]))", 3.0, 0.5),
    ("np.sqrt(x)", 0.0, np.inf),
    ("np.log(x)", 0.0, np.inf),
    ("x ** 0.5", 0.0, np.inf),
    ("np.where(x > 0, np.log(x), 0.0)", 0.0, 0.0),
]


@pytest.mark.parametrize(("text", "at", "expected"), CONVENTIONS)
@pytest.mark.parametrize("kind", [np.float64, lambda value: np.array([value])], ids=["number", "array"])
@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_7_the_conventions_hold(text, at, expected, kind, mode):
    value = kind(at)
    if isinstance(value, np.ndarray):
        if any(word in text for word in ("max(x", "min(0", " if ", "array(")):
            return
        text = f"np.sum({text})"
    f = define(f"def f(x):\n    return {text}\n")
    with np.errstate(all="ignore"):
        gradient = astgrad.grad(f, mode=mode)(value)
    assert np.all(np.asarray(gradient) == expected), gradient


def test_7_a_branch_is_the_branch_taken():
    f = define("def f(x):\n    if x >= 0:\n        return 3.0 * x\n    return -x\n")
    assert astgrad.grad(f)(0.0) == 3.0
    assert astgrad.grad(f)(-0.0) == 3.0
    assert astgrad.grad(f)(-1.0) == -1.0


# what issue 2 promises besides: no stale derivative, and threads


def test_what_is_redefined_is_used():
    space = {}
    f = define("scale = 2.0\n\n\ndef h(x):\n    return x * x\n\n\ndef f(x):\n    return h(x) * scale\n")
    space = f.__globals__
    derivative = astgrad.grad(f)
    assert derivative(3.0) == 12.0
    space["scale"] = 5.0
    assert derivative(3.0) == 30.0
    space["h"] = define("def h(x):\n    return x ** 3\n", "h")
    assert derivative(3.0) == 135.0
    space["scale"] = np.array([1.0, 2.0])
    with pytest.raises(TypeError, match="one number"):
        derivative(3.0)
    space["scale"] = 1.0
    assert derivative(3.0) == 27.0


def test_a_closure_that_changes_is_used():
    make = define(
        "def make():\n    rate = 2.0\n\n    def f(x):\n        return x * x * rate\n\n    def change(value):\n"
        "        nonlocal rate\n        rate = value\n    return f, change\n", "make",
    )  # fmt: skip
    f, change = make()
    derivative = astgrad.grad(f)
    assert derivative(3.0) == 12.0
    change(10.0)
    assert derivative(3.0) == 60.0
    change(np.float32(10.0))
    assert derivative(3.0) == 60.0


def test_threads_get_one_right_answer():
    f = define("def f(x, n):\n    for i in range(n):\n        x = np.sin(x) * 1.5\n    return np.sum(x)\n")
    derivative = astgrad.grad(f)
    x = np.linspace(0, 1, 6)
    found, barrier = [], threading.Barrier(16)

    def work():
        barrier.wait()
        found.append(derivative(x, 4))

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert all(np.array_equal(entry, found[0]) for entry in found)
    h = 1e-6
    expected = [(f(x + h * unit, 4) - f(x - h * unit, 4)) / (2 * h) for unit in np.eye(6)]
    np.testing.assert_allclose(found[0], expected, rtol=1e-6)


def test_a_derivative_is_called_as_the_primal_is():
    f = define("def f(x, /, y, *rest, scale=2.0, **more):\n    '''Documented.'''\n    return x * y * scale + sum(rest) + more['k']\n")
    derivative = astgrad.grad(f)
    assert inspect.signature(derivative) == inspect.signature(f)
    assert derivative.__doc__ == "Documented."
    assert derivative(3.0, 2.0, k=1.0) == 4.0
    assert derivative(3.0, y=5.0, scale=1.0, k=1.0) == 5.0
    assert derivative(3.0, 5.0, 7.0, 8.0, scale=1.0, k=1.0) == 5.0
    assert not hasattr(derivative, "__wrapped__")
    with pytest.raises(TypeError):
        derivative()


def test_partial_and_methods():
    f = define("def f(a, x, b=1.0):\n    return a * x * x * b\n")
    assert astgrad.grad(functools.partial(f, 2.0, b=3.0))(5.0) == 60.0
    Model = define("class Model:\n    def __init__(self, w):\n        self.w = w\n\n    def loss(self, x):\n        return self.w * x * x\n", "Model")
    assert astgrad.grad(Model(4.0).loss)(3.0) == 24.0


def test_a_pullback_may_be_called_in_any_order():
    f = define("def f(x, n):\n    y = x.copy()\n    for i in range(n):\n        y[1:] = np.sin(y[:-1]) * y[1:]\n    return y\n")
    x = np.array([0.3, 0.6, 0.9])
    _, one = astgrad.vjp(f, x, 3)
    _, two = astgrad.vjp(f, 2 * x, 2)
    seeds = [np.eye(3)[0], np.eye(3)[1], np.array([1.0, 2.0, 3.0])]
    first = [[copy.deepcopy(p(s)[0]) for s in seeds] for p in (one, two)]
    for p, s in itertools.product((1, 0), (2, 0, 1)):
        assert np.array_equal((one, two)[p](seeds[s])[0], first[p][s])
    x[:] = 99.0
    assert np.array_equal(one(seeds[2])[0], first[0][2])
