"""The texts: `derivative_source`, `explain`, `.source`, `.compiled`."""

import inspect

import numpy as np

import astgrad


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


def test_explain_shows_every_stage():
    shown = astgrad.explain(square, 2.0, np.ones(3))
    names = [name for name, _ in shown.stages]
    assert names == ["function", "lowered", "lowered, optimised", "derivative",
                     "derivative, optimised", "final"]
    assert shown["final"] == astgrad.derivative_source(square, 2.0, np.ones(3))
    assert all(f"# === {name} ===" in str(shown) for name in names)
    for name in names[1:]:
        compile(shown[name], name, "exec")
