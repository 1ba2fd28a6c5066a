"""What is the same in all trips is computed before the loop, where that can do no harm."""

import numpy as np
import pytest

import astgrad


def steps(x: float, dt: float, n: int):
    for _ in range(n):
        x = x - 0.5 * dt * x
    return x


def nested(x: float, a: float, n: int):
    for i in range(n):
        for _ in range(i):
            x = x * (1.0 - a) + (a + i) * x
    return x


def quotient(x: float, a: float, n: int):
    for _ in range(n):
        x = x + x / (a - 1.0)
    return x


def whole(x: float, k: int, n: int):
    for _ in range(n):
        x = x + 1e-300 * (k * 0.5) * x
    return x


def perhaps(x: float, a: float, n: int):
    if a > 0.0:
        b = a * 2.0
    for _ in range(n):
        x = x * (b * a)
    return x


CASES = [(steps, (0.7, 0.1, 4)), (nested, (0.4, 0.3, 4)), (quotient, (0.4, 3.0, 3)),
         (perhaps, (0.4, 0.3, 2))]  # fmt: skip


@pytest.mark.parametrize(("function", "args"), CASES)
def test_the_derivative_is_right(function, args):
    astgrad.check_grads(function, args, order=2)


@pytest.mark.parametrize(("function", "args", "argnums"), [
    (steps, (0.7, 0.1, 0), 0), (quotient, (0.4, 1.0, 0), 0), (perhaps, (0.4, -1.0, 0), 0),
    (whole, (0.5, 10**400, 0), 0),
])
@pytest.mark.parametrize("mode", ["reverse", "forward"])
def test_a_loop_that_does_not_run_computes_nothing_that_raises(function, args, argnums, mode):
    assert astgrad.grad(function, argnums, mode=mode)(*args) == 1.0


def test_the_text():
    text = astgrad.derivative_source(steps, 0.7, 0.1, 4, argnums=(0, 1))
    assert text.count("= 0.5 * dt") == 1
    assert text.index("0.5 * dt") < text.index("for _")
    text = astgrad.derivative_source(nested, 0.4, 0.3, 4, argnums=(0, 1))
    assert text.index("1.0 - a") < text.index("for i")


def test_arrays_stay():
    def scaled(x, a, n):
        for _ in range(n):
            x = x * (a + a)
        return np.sum(x)

    text = astgrad.derivative_source(scaled, np.ones(3), np.ones(3), 2)
    assert text.index("for _") < text.index("(a + a)")
