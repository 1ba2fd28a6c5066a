"""An error in derivative code has a note with the user's line, also inside loops."""

import inspect

import numpy as np
import pytest

import astgrad


def indexed(x, n):
    total = 0.0
    for i in range(n):
        total += x[i] * np.array([1, 2])[i]  # raises
        total *= 2
    return total


def divided(x, n):
    i = 0
    while i < n:
        if i > 1:
            x = x * x / (i - 2)  # raises
        i += 1
    return x


def solved(x, n):
    total = 0.0
    for i in range(n):
        for _ in range(n):
            total += np.sum(np.linalg.solve(x, np.eye(2) * i))  # raises
        x = x * 0.0
    return total


@pytest.mark.parametrize(("function", "x", "error"), [
    (indexed, np.ones(3), IndexError), (divided, 2.0, ZeroDivisionError),
    (solved, np.eye(2), np.linalg.LinAlgError),
])  # fmt: skip
@pytest.mark.parametrize("derive", [
    astgrad.grad, astgrad.hessian, lambda f: lambda *args: astgrad.vjp(f, *args),
    lambda f: lambda *args: astgrad.jvp(f, args, (args[0] * 1.0, None)),
], ids=["grad", "hessian", "vjp", "jvp"])  # fmt: skip
def test_the_line_that_raised(function, x, error, derive):
    lines, start = inspect.getsourcelines(function)
    at = next(i for i, line in enumerate(lines) if "# raises" in line)
    with pytest.raises(error) as caught:
        derive(function)(x, 3)
    note = caught.value.__notes__[0]
    assert f"test_errors_at_run_time.py:{start + at}: " in note
    assert lines[at].split("#")[0].strip() in note


class Unconverged(ArithmeticError):
    def __init__(self, message, point=None):
        super().__init__(message)
        self.point = point


def descended(x, n):
    for i in range(n):
        x = x - 0.5 * x * x
        if np.any(x < 0.0):
            raise Unconverged("below zero", point=[x, i])
    return np.sum(x * x)


@pytest.mark.parametrize("derive", [
    astgrad.grad, lambda f: lambda *args: astgrad.vjp(f, *args),
    lambda f: lambda *args: astgrad.jvp(f, args, (args[0] * 1.0, None)),
], ids=["grad", "vjp", "jvp"])  # fmt: skip
def test_an_error_of_the_users_that_is_given_arrays(derive):
    x = np.array([0.5, 3.0])
    with pytest.raises(Unconverged, match="below zero") as caught:
        derive(descended)(x, 2)
    assert caught.value.point[0].tolist() == [0.375, -1.5]
    astgrad.check_grads(lambda x: descended(x, 2), (np.array([0.5, 0.7]),))
