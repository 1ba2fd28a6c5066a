"""`rule`: derivatives for functions that cannot be read, as rows or functions."""

import math
import sys
import types

import numpy as np
import pytest
import scipy.ndimage

import astgrad


@pytest.fixture(scope="module")
def fast():
    """A module of functions without Python source."""
    module = types.ModuleType("fast_case")
    module.cube = np.frompyfunc(lambda x: x * x * x, 1, 1)
    module.sine = np.frompyfunc(math.sin, 1, 1)
    module.cosine = np.frompyfunc(math.cos, 1, 1)
    module.mix = np.frompyfunc(lambda x, y: x * y * y, 2, 1)
    module.other = np.frompyfunc(lambda x, y: x * y * y, 2, 1)
    sys.modules["fast_case"] = module
    astgrad.rule("fast_case.cube(x)", x="3.0 * x**2", example=(0.7,))
    astgrad.rule("fast_case.sine(x)", x="fast_case.cosine(x)")
    astgrad.rule("fast_case.cosine(x)", x="-fast_case.sine(x)")
    yield module
    del sys.modules["fast_case"]


def test_a_row(fast):
    def f(x):
        for _ in range(2):
            x = fast.cube(x) * 0.5
        return x

    astgrad.check_grads(f, (0.9,), order=3)
    text = astgrad.grad(f).source(0.9)
    assert text.startswith("import fast_case\n")
    assert "fast_case.cube(x)" in text


def test_rows_that_mention_each_other(fast):
    fourth = astgrad.grad(astgrad.grad(astgrad.grad(astgrad.grad(fast.sine))))
    assert fourth(0.3) == pytest.approx(math.sin(0.3))


def test_without_a_rule_it_is_refused(fast):
    def f(x):
        return fast.other(x, 2.0) * x

    with pytest.raises(astgrad.UnsupportedError, match=r"astgrad\.rule"):
        astgrad.grad(f)(1.0)
    astgrad.rule("fast_case.other(x, y)", x="y**2", y="2.0 * x * y")
    assert astgrad.grad(f)(3.0) == pytest.approx(24.0)


def in_loop(fast):
    def f(x, y):
        total = 0.0
        for i in range(3):
            x = fast.mix(x, y)
            total = total + x * (i + 1.0)
        return total

    return f


def x_and_y(g, ans, x, y):
    return g * y * y, 2.0 * g * x * y


def along(tangents, ans, x, y):
    x_dot, y_dot = tangents
    return x_dot * y * y + 2.0 * x * y * y_dot


@pytest.mark.parametrize("given", [{"vjp": x_and_y}, {"jvp": along},
                                   {"vjp": x_and_y, "jvp": along}], ids=lambda d: "+".join(d))
def test_functions(fast, given):
    astgrad.rule("fast_case.mix(x, y)", **given, example=(0.7, 1.2))
    astgrad.check_grads(in_loop(fast), (0.7, 1.2), order=3)


def test_both_functions_are_used(fast):
    astgrad.rule("fast_case.mix(x, y)", vjp=lambda g, ans, x, y: (10.0 * g, None), jvp=along)
    f = in_loop(fast)
    assert astgrad.grad(f)(1.0, 1.0) == 10.0 + 2 * 100.0 + 3 * 1000.0
    assert astgrad.jvp(f, (1.0, 1.0), (1.0, 0.0))[1] == 6.0


def test_a_new_rule_holds_for_derivatives_made_earlier(fast):
    def f(x):
        return fast.mix(x, 3.0)

    gradient = astgrad.grad(f)
    astgrad.rule("fast_case.mix(x, y)", x="y**2", y="2.0 * x * y")
    assert gradient(1.0) == 9.0
    astgrad.rule("fast_case.mix(x, y)", x="100.0 * y**2", y="2.0 * x * y")
    assert gradient(1.0) == 900.0


def test_an_array_function_with_keywords():
    def smooth_loss(x, w):
        return np.sum(w * scipy.ndimage.correlate1d(x, np.array([1.0, 2.0, 3.0]), mode="wrap") ** 2)

    astgrad.rule("scipy.ndimage.correlate1d(x, k, mode='reflect')", kind="linear",
                 x="scipy.ndimage.correlate1d(g, k[::-1], mode=mode)")
    x, w = np.linspace(0.1, 2.0, 7), np.arange(7.0)
    astgrad.check_grads(smooth_loss, (x, w))
    assert "import scipy.ndimage" in astgrad.grad(smooth_loss).source(x, w)


def test_a_function_that_no_import_leads_to():
    local = np.frompyfunc(lambda x: x * x, 1, 1)
    astgrad.rule("local(x)", local, x="2.0 * x", example=(3.0,))

    def f(x):
        return local(x) * local(x + 1.0)

    astgrad.check_grads(f, (0.5,))


@pytest.mark.parametrize(("row", "given", "message"), [
    ("fast_case.nope(x)", {"x": "1.0"}, "'fast_case' has no 'nope'"),
    ("nowhere.f(x)", {"x": "1.0"}, "no module leads to 'nowhere.f'; pass the function itself"),
    ("fast_case.mix", {"x": "1.0"}, "is not a call"),
    ("fast_case.mix(x, 2)", {"x": "1.0"}, "'2' is not a parameter's name"),
    ("fast_case.mix(x, g)", {"x": "1.0"}, "'g' is reserved"),
    ("fast_case.mix(x, y)", {}, "has no derivative"),
    ("fast_case.mix(x, y)", {"z": "1.0"}, "has no parameter 'z'"),
    ("fast_case.mix(x, y)", {"x": "y * y *"}, "is not an expression"),
    ("fast_case.mix(x, y)", {"x": "y * w"}, "x: 'w' is no parameter"),
    ("fast_case.mix(x, y)", {"x": "np.foo(y)"}, "mentions 'np.foo', which has no row"),
    ("fast_case.mix(x, y)", {"x": "np.cos(x, y, x)"}, "takes at most 1 arguments"),
    ("fast_case.mix(x, y)", {"x": "g * y", "y": "x"}, "some of its expressions mention g"),
    ("fast_case.mix(x, y)", {"x": "y", "kind": "smooth"}, "kind is 'smooth', and may be"),
    ("fast_case.mix(x, y)", {"x": "y", "kind": "constant"}, "a constant has no derivatives"),
    ("fast_case.mix(x, y)", {"x": "y", "vjp": x_and_y}, "has functions and expressions"),
    ("fast_case.mix(x, y)", {"x": "y**2", "y": "3.0 * x * y", "example": (1.0, 2.0)},
     "is wrong at its example: order 1, forward mode, argument 1"),
    ("np.sin(x)", {"x": "np.cos(x)"}, "np.sin has a rule"),
])  # fmt: skip
def test_mistakes_are_found_at_once(fast, row, given, message):
    astgrad.rule("fast_case.mix(x, y)", x="y**2", y="2.0 * x * y")
    with pytest.raises(ValueError, match=r"test_rule\.py:[0-9]+: ") as caught:
        astgrad.rule(row, **given)
    assert isinstance(caught.value, astgrad.RuleError)
    assert message in str(caught.value)
    assert astgrad.grad(fast.mix)(1.0, 3.0) == 9.0  # the former rule stands


def test_entry_points(run_python, tmp_path, monkeypatch):
    """Rules of an installed package are loaded with the first derivative."""
    info = tmp_path / "speedy_astgrad-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: speedy-astgrad\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[astgrad.rules]\nspeedy = speedy_astgrad:register\n")
    (tmp_path / "speedy.py").write_text(
        "import numpy as np\n\ncube = np.frompyfunc(lambda x: x * x * x, 1, 1)\n")
    (tmp_path / "speedy_astgrad.py").write_text(
        "import astgrad\n\n\ndef register():\n"
        "    print('loaded')\n    astgrad.rule('speedy.cube(x)', x='3.0 * x**2')\n")
    (tmp_path / "main.py").write_text(
        "import speedy, astgrad\n\n\ndef f(x):\n    return speedy.cube(x)\n\n\n"
        "print('before')\nprint(astgrad.grad(f)(2.0))\n")
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    done = run_python("main.py")
    assert done.stderr == ""
    assert done.stdout.split() == ["before", "loaded", "12.0"]
