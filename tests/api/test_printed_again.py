"""The printed derivative is a program in the language: read again and differentiated, it gives
the numbers that the derivative of the derivative gives.
"""

import copy
import functools
import importlib.util
import sys

import numpy as np
import pytest
from programs import PROGRAMS

import astgrad
from api.directions import direction, dot

NOT_YET = {
    "collected_states": "a list of arrays that a helper splits is one array with views",
}
CASES = [pytest.param(p, id=p.name, marks=[
    pytest.mark.xfail(reason=NOT_YET[p.name], strict=True)] if p.name in NOT_YET else [])
    for p in PROGRAMS if p.result == "scalar"]  # fmt: skip


def read_again(derivative, args, folder):
    """The function of the printed text in a module of its own, and its arguments."""
    given, keywords = derivative.bind(args, {})
    compiled = derivative._specialised(given, keywords)
    name = f"printed_{compiled.function.__name__}"
    path = folder / f"{name}.py"
    path.write_text(compiled.text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    function = getattr(module, compiled.function.__name__)
    outer = keywords | {name: get() for name, get in compiled.captures}
    return functools.partial(function, **outer) if outer else function, given


def close(a, b, rtol):
    assert abs(a - b) <= rtol * (abs(a) + abs(b)) + 1e-10, (a, b)


@pytest.mark.sample(6)
@pytest.mark.parametrize("program", CASES)
def test_printed_again(program, tmp_path):
    rng = np.random.default_rng(0)
    args = program.make(rng, 1)
    argnums = program.argnums if isinstance(program.argnums, tuple) else (program.argnums,)
    gradient = astgrad.grad(program.function, argnums)
    again, given = read_again(gradient, args, tmp_path)
    seed = tuple(direction(args[i], rng) for i in argnums)
    along = tuple(direction(arg, rng) for arg in args)
    close(dot(again(*copy.deepcopy(given)), seed), dot(gradient(*args), seed), 1e-12)
    second = astgrad.vjp(gradient, *args)[1](seed)
    second_again = astgrad.vjp(again, *given)[1](seed)
    close(dot(second_again[: len(second)], along), dot(second, along), 1e-8)


def loss(x, w):
    with astgrad.adjoint_of(x) as x_bar:
        x_bar = np.clip(x_bar, -0.5, 0.5)
    h = x * w
    for i in range(len(h)):
        h[i] = np.sin(h[i]) * x[i] ** 2
    return np.sum(np.maximum(h, 0.1) / w[:1])


def plain(x, w):
    h = x * w
    for i in range(len(h)):
        h[i] = np.sin(h[i]) * x[i] ** 2
    return np.sum(np.maximum(h, 0.1) / w[:1])


def without_loop(x, w):
    return np.sum(np.sin(x * w) * x**2 / w[:1])


@pytest.mark.parametrize("derivative", [
    astgrad.grad(plain, 1), astgrad.grad(without_loop, mode="forward"),
    astgrad.hessian(without_loop),
], ids=["reverse", "forward", "hessian"])  # fmt: skip
def test_other_derivatives(derivative, tmp_path):
    x, w = np.array([0.3, 0.7, 1.1]), np.array([1.5, 0.5, 0.8])
    again, _ = read_again(derivative, (x, w), tmp_path)
    compare(derivative, again, x, w)


def test_after_surgery(tmp_path):
    derivative = astgrad.grad(loss, (0, 1))
    x, w = np.array([0.3, 0.7, 1.1]), np.array([1.5, 0.5, 0.8])
    again, _ = read_again(derivative, (x, w), tmp_path)
    compare(derivative, again, x, w)


def compare(derivative, again, x, w):
    given = (x, w), (0.5 * w, x)
    for one, other in zip(leaves(astgrad.jvp(derivative, *given)[1]),
                          leaves(astgrad.jvp(again, *given)[1]), strict=True):
        np.testing.assert_allclose(one, other, 1e-10, 1e-12)


def leaves(value):
    return [a for v in value for a in leaves(v)] if isinstance(value, tuple) else [value]
