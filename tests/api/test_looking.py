"""The texts: `derivative_source`, `explain`, `.source`, `.compiled`."""

import inspect

import numpy as np
import pytest

import astgrad
from astgrad.pipeline import PASSES


def square(x: float, y: np.ndarray, n: int = 2) -> float:
    total = 0.0
    for _ in range(n):
        total += x * np.sum(y)
    return total


def test_source_is_that_of_the_derivative():
    text = astgrad.derivative_source(square, 2.0, np.ones(3), argnums=1)
    assert text == astgrad.grad(square, 1).source(2.0, np.ones(3))
    assert "def square_grad(x, y, n=2):" in text
    assert "astgrad" not in text


def test_without_examples_the_facts_come_from_annotations():
    text = astgrad.derivative_source(square)
    space = {}
    exec(text, space)
    assert space["square_grad"](2.0, np.ones(3), 2) == 6.0
    assert text.startswith("# for real numbers or arrays of unknown rank")


def test_compiled_is_a_plain_function_that_inspect_knows():
    function = astgrad.grad(square).compiled(2.0, np.ones(3))
    assert inspect.getsource(function).startswith("def square_grad")
    assert function(2.0, np.ones(3), 2) == 6.0


STAGES = ["function", "lowered", "derivative", *(name for name, _ in PASSES), "ownership", "final"]


def test_explain_shows_every_stage():
    shown = astgrad.explain(square, 2.0, np.ones(3))
    names = [name for name, _ in shown.stages]
    assert names == STAGES
    assert shown["final"] == astgrad.derivative_source(square, 2.0, np.ones(3))
    assert all(f"# === {name} ===" in str(shown) for name in names)
    for name in names[1:]:
        compile(shown[name], name, "exec")


def fill(x, n):
    y = np.zeros(n)
    for i in range(n):
        y[i] = np.sin(x) * np.sin(x)
    unused = x * 3.0
    return np.sum(y)


def test_explain_shows_what_each_pass_changed():
    shown = astgrad.explain(fill, 2.0, 3)
    assert "y2 = setitem(y1, i, t" in shown["lowered"]  # as the IR has it
    assert "\n    unused = " in shown["derivative"]
    assert "unused" not in shown["without dead code"]
    assert "\n# -    unused = " in str(shown)
    assert "# === products folded ===\n# nothing changed\n" in str(shown)


def by_hand(x, v):
    total = 0.0
    while total < x:
        v = v.copy()
        if v[0] > 1.0:
            v[0] = v[0] * x
            with np.errstate(all="ignore"):
                total += v[0] / x
        else:
            total += x
    assert total > 0, "no total"
    return total


@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_each_stage_is_python(mode):
    shown = astgrad.explain(by_hand, 2.0, np.ones(3), mode=mode)
    for name, text in shown.stages[1:]:
        compile(text, name, "exec")
