"""The generator, the oracle and the shrinker, tried on stand-ins for astgrad."""

from __future__ import annotations

import ast
import collections
import hashlib
import os
import pathlib
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from . import differences
from .case import Case, leaves, read_case
from .differences import Differences, TimesAsPlus
from .generate import ALL, candidate, generate
from .oracle import Outcome, check
from .primal import Primal, accepted, smooth
from .run import reason
from .shrink import measure, shrink

ROOT = pathlib.Path(__file__).parents[2]
COUNT = 60
DIGEST = f"""
import hashlib, sys
sys.path.insert(0, {str(ROOT)!r})
from tests.fuzz.generate import generate
text = "".join(generate(seed).text() for seed in range(20))
print(hashlib.sha256(text.encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [generate(seed) for seed in range(COUNT)]


def test_the_same_programs_in_every_process(cases: list[Case]) -> None:
    here = hashlib.sha256("".join(case.text() for case in cases[:20]).encode()).hexdigest()
    runs = [
        subprocess.Popen(
            [sys.executable, "-c", DIGEST],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in ("1", "2")
    ]
    assert [run.communicate()[0].strip() for run in runs] == [here, here]


def test_most_attempts_are_accepted() -> None:
    tries = [accepted(candidate(seed, 0, ALL, 2 + seed % 9)) for seed in range(100)]
    assert sum(tries) > 60


def test_half_are_small_and_all_are_different(cases: list[Case]) -> None:
    sizes = [sum(isinstance(node, ast.stmt) for node in ast.walk(case.tree)) - 2 for case in cases]
    assert 0.3 < sum(size <= 12 for size in sizes) / COUNT < 0.7
    assert len({case.source for case in cases}) == COUNT


def test_every_feature_occurs() -> None:
    used = collections.Counter(name for seed in range(200) for name in candidate(seed, 0, ALL, 14).features)
    assert not ALL - set(used)


def test_features_that_are_off_do_not_occur() -> None:
    off = {"while_loops", "lambdas", "math", "loops", "nested_lists", "lists", "dicts", "promote"}
    for seed in range(30):
        case = generate(seed, ALL - off, 8)
        nodes = list(ast.walk(case.tree))
        assert not any(isinstance(node, ast.While | ast.For | ast.Lambda | ast.Dict) for node in nodes)
        assert "math." not in case.source
    with pytest.raises(ValueError, match="unknown features: whiles"):
        generate(0, frozenset({"whiles"}))


def test_only_numbers() -> None:
    for seed in range(10):
        case = generate(seed, frozenset({"math"}), 5)
        assert all(isinstance(arg, float | int) for arg in case.args)


def test_programs_repeat_to_the_bit_and_a_case_survives_its_text(cases: list[Case]) -> None:
    for case in cases:
        again = read_case(case.text())
        assert again.argnums == case.argnums
        assert Primal(case)(*case.fresh_args()) == Primal(again)(*again.fresh_args())
        given = [np.asarray(leaf).tobytes() for arg in case.args for leaf in leaves(arg)]
        assert given == [np.asarray(leaf).tobytes() for arg in again.args for leaf in leaves(arg)]


def program(text: str, *args: Any, argnums: tuple[int, ...] = (0,)) -> Case:
    return Case(0, "import math\nimport numpy as np\n" + text, args, argnums)


@pytest.mark.parametrize(
    "body",
    [
        "if x > 0.5:\n        x = x * 2\n    return x",
        "return np.maximum(x, 0.5)",
        "return max(x, 0.5)",
        "return abs(x - 0.5)",
        "return 1.0 if 0 < x < 0.5001 else x",
        "return np.empty(1)[0] * 0 + x",
        "while True:\n        x = x * 1.0",
        "return np.log(x - 0.5)",
        "return x * np.float64(1e200) * 1e200",
        "return np.array([x])",
        "return y",
        "return float('nan')",
    ],
)
def test_unfit_programs_are_rejected(body: str) -> None:
    assert not smooth(program(f"def f(x):\n    {body}\n", 0.5))


def test_a_shared_array_stays_shared() -> None:
    c = np.ones(2)
    case = program("def f(x, c, e):\n    c[0] = 2.0\n    return x * e[0]\n", 0.5, c, c)
    assert Primal(case)(*case.fresh_args()) == 1.0
    assert Primal(case)(*read_case(case.text()).fresh_args()) == 1.0
    assert c[0] == 1.0


# the oracle


def test_a_right_derivative_passes(cases: list[Case]) -> None:
    for case in cases[:30]:
        assert check(case, differences) == Outcome("ok")


TWO = "def f(x, d, n):\n    return np.sum(np.sin(x[:n]) * d['w'])\n"


def two() -> Case:
    return program(TWO, np.array([0.3, 0.7]), {"w": 0.4}, 2, argnums=(0, 1))


def step(fun: Callable[..., Any], args: tuple[Any, ...], argnums: tuple[int, ...]) -> tuple[Any, ...]:
    """Gradients by complex steps: exact, so that second derivatives can be judged."""
    case, results = Case(0, "", args, argnums), []
    for k, leaf in enumerate(case.leaves()):
        parts = []
        for i in range(np.size(leaf)):
            unit = [np.zeros(np.shape(other)) for other in case.leaves()]
            unit[k].flat[i] = 1.0
            moved = iter([other + 1e-30j * e for other, e in zip(case.leaves(), unit, strict=True)])
            ends = [next(moved), {"w": next(moved)}, *args[2:]]
            parts.append(np.asarray(fun(*ends)).imag / 1e-30)
        results.append(np.array(parts) if isinstance(leaf, np.ndarray) else float(parts[0]))
    return results[0], {"w": results[1]}


def exact(wrong_second: bool = False, second_entry: float = 1.0) -> SimpleNamespace:
    """A stand-in whose grad of f is written by hand and whose other derivatives are complex steps."""

    def grad(fun: Callable[..., Any], argnums: tuple[int, ...] = (0,)) -> Callable[..., Any]:
        if fun.__name__ == "f":
            return lambda x, d, n: (np.cos(x) * d["w"], {"w": np.sum(np.sin(x)) * second_entry})
        extra = 1e-4 if wrong_second else 0.0
        return lambda *args: (lambda g: (g[0] + extra, g[1]))(step(fun, args, argnums))  # noqa: PLC3002 - shorter than a def

    def jvp(fun: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> tuple[Any, Any]:
        out = fun(*primals)
        ends = fun(primals[0] + 1e-30j * tangents[0], {"w": primals[1]["w"] + 1e-30j * tangents[1]["w"]}, primals[2])
        if not isinstance(out, tuple):
            return out, ends.imag / 1e-30
        return out, (ends[0].imag / 1e-30, {"w": float(ends[1]["w"].imag / 1e-30)})

    def vjp(fun: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[[float], Any]]:
        g = step(fun, primals, (0, 1))
        return fun(*primals), lambda seed: (g[0] * seed, {"w": g[1]["w"] * seed}, None)

    def floats(*args: Any) -> Any:
        x, d = grad(args[0], args[1])(*args[2:])
        return x, {"w": float(d["w"])} if not np.iscomplexobj(d["w"]) else d

    def outer(fun: Callable[..., Any], argnums: tuple[int, ...] = (0,)) -> Callable[..., Any]:
        return lambda *args: floats(fun, argnums, *args)

    return SimpleNamespace(grad=outer, vjp=vjp, jvp=jvp)


def test_second_derivatives_are_checked() -> None:
    assert check(two(), exact(), second=True) == Outcome("ok")
    assert check(two(), exact(wrong_second=True)) == Outcome("ok")
    outcome = check(two(), exact(wrong_second=True), second=True)
    assert (outcome.status, outcome.stage) == ("wrong", "grad of grad")


def gradients(result: Callable[..., Any]) -> SimpleNamespace:
    """The right module but for grad."""
    return SimpleNamespace(grad=lambda fun, argnums: result, vjp=differences.vjp, jvp=differences.jvp)


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (lambda x, d, n: (x * np.nan, {"w": 1.0}), "not finite"),
        (lambda x, d, n: (x, {"w": 1.0}), "shares memory"),
        (lambda x, d, n: (x.copy(), {"w": np.float64(1.0)}), "argument 1['w']: expected float, got float64"),
        (lambda x, d, n: (x.copy(), {}), "keys []"),
        (lambda x, d, n: (x.astype("f"), {"w": 1.0}), "float32(2,), expected float64(2,)"),
        (lambda x, d, n: x.copy(), "expected a tuple of 2 gradients"),
        (lambda x, d, n: (x.copy(), {"w": 1.0}), "apart by"),
        (lambda x, d, n: x.fill(0), "arguments were changed"),
        (lambda x, d, n: d.update(w=0.4, v=1), "arguments were changed"),
    ],
)
def test_wrong_gradients_are_found(result: Callable[..., Any], message: str) -> None:
    outcome = check(two(), gradients(result))
    assert outcome.status == "wrong"
    assert message in outcome.message


def test_a_small_error_is_found() -> None:
    assert check(two(), exact(second_entry=1 + 1e-6)).status == "wrong"


def test_refusals_and_crashes_are_told_apart() -> None:
    class UnsupportedError(Exception):
        pass

    def refuse(fun: Callable[..., Any], argnums: Any) -> Any:
        raise UnsupportedError("no 'while' here, line 7")

    def crash(fun: Callable[..., Any], argnums: Any) -> Any:
        raise KeyError("x")

    errors = SimpleNamespace(UnsupportedError=UnsupportedError)
    refused = check(two(), SimpleNamespace(grad=refuse, errors=errors))
    assert refused == Outcome("refused", "grad", "no 'while' here, line 7")
    assert reason(refused.message) == "no '...' here, line #"
    crashed = check(two(), SimpleNamespace(grad=crash, errors=errors))
    assert (crashed.status, crashed.stage) == ("crashed", "grad")
    assert crashed.message.startswith("KeyError: 'x' [")


# the shrinker


def test_a_planted_bug_is_found_and_shrunk() -> None:
    broken = Differences(TimesAsPlus())
    case = next(
        case for seed in range(90, 300) if check(case := generate(seed, size=4), broken).status == "wrong"
    )  # fmt: skip
    first = check(case, broken)
    small = shrink(case, lambda c: check(c, broken).alike(first), budget_s=3)
    assert measure(small) < measure(case)
    assert "*=" in small.source
    assert sum(isinstance(node, ast.stmt) for node in ast.walk(small.tree)) <= 9
    assert check(small, broken).alike(first)
    assert check(read_case(small.text()), broken).alike(first)


def test_trip_counts_and_arrays_shrink() -> None:
    source = (
        "def f(x, s, n):\n    y = x * 1.7\n    for i in range(n):\n        if i < 9:\n            y[1:] *= s\n"
        "        s = s + 0.1\n    return np.sum(np.sin(y)) + s\n"
    )
    case = program(source, np.array([0.31, 0.52, 0.74, 0.45]), 0.6, 4, argnums=(0, 1))
    small = shrink(case, lambda c: "*=" in c.source, budget_s=3)
    assert "for" not in small.source
    assert max(np.size(leaf) for leaf in small.leaves()) <= 2
    assert len(small.args) <= 2
