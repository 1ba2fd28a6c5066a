"""Programs that are written out for the ints and sizes of their arguments."""

import threading

import numpy as np
import pytest

import astgrad


def power(x, n):
    return 1.0 if n == 0 else x * power(x, n - 1)


def halves(x, depth):
    if depth == 0 or len(x) < 2:
        return np.sum(np.sin(x))
    middle = len(x) // 2
    return halves(x[:middle], depth - 1) * halves(x[middle:], depth - 1)


def collatz(x, n):
    if n == 1:
        return x
    return collatz(x * x * 0.5, 3 * n + 1) if n % 2 else collatz(np.sin(x), n // 2)


def even(x, n):
    return x if n == 0 else 2.0 * odd(x * x, n - 1)


def odd(x, n):
    return np.sin(x) if n == 0 else even(x + 1.0, n - 1)


def buckets(x, n):
    found = {}
    for i in range(n):
        key = i % 3
        found[key] = found[key] * x[i] if key in found else x[i]
        if i == 4:
            del found[key]
    total = 0.0
    for key, value in found.items():
        total = total + value * (key + 1)
    return total


@pytest.mark.parametrize("n", [0, 1, 2, 5, 3, 120])
def test_each_depth_has_its_own_text(n):
    derivative = astgrad.grad(power)
    for depth in (2, n, 3, n):
        np.testing.assert_allclose(derivative(1.01, depth), depth * 1.01 ** (depth - 1))


def test_kinds_of_call():
    slope = 5 * 1.1**4
    _, pullback = astgrad.vjp(power, 1.1, 5)
    np.testing.assert_allclose(pullback(1.0)[0], slope)
    _, pullback = astgrad.vjp(power, 1.1, 2)
    np.testing.assert_allclose(pullback(1.0)[0], 2.2)
    np.testing.assert_allclose(astgrad.jvp(power, (1.1, 5), (1.0, None))[1], slope)
    np.testing.assert_allclose(astgrad.grad(power)(1.1, n=5), slope)
    np.testing.assert_allclose(astgrad.grad(astgrad.grad(power))(1.1, 5), 20 * 1.1**3)


@pytest.mark.parametrize("f", [collatz, even, odd])
@pytest.mark.parametrize("n", [6, 3])
def test_recursion(f, n):
    h = 1e-6
    slope = (f(0.7 + h, n) - f(0.7 - h, n)) / (2 * h)
    np.testing.assert_allclose(astgrad.grad(f)(0.7, n), slope, rtol=1e-6)


@pytest.mark.parametrize(("f", "rest"), [(halves, 3), (halves, 1), (buckets, 2), (buckets, 5)])
@pytest.mark.parametrize("size", [5, 8])
def test_sizes_and_keys(f, rest, size):
    x = np.linspace(0.3, 1.2, size)
    direction = np.cos(np.arange(size))
    h = 1e-6
    slope = (f(x + h * direction, rest) - f(x - h * direction, rest)) / (2 * h)
    np.testing.assert_allclose(np.sum(astgrad.grad(f)(x, rest) * direction), slope, rtol=1e-7)


def test_true_is_not_one():
    def chosen(x, n):
        table = {}
        for i in range(n):
            table[i] = x
        return table[0] * (2.0 if n is True else 3.0)

    derivative = astgrad.grad(chosen)
    assert (derivative(1.0, 1), derivative(1.0, True), derivative(1.0, 1)) == (3.0, 2.0, 3.0)


def test_threads_with_other_depths():
    derivative, wrong = astgrad.grad(power), []

    def run(n):
        for _ in range(20):
            if not np.isclose(derivative(1.1, n), n * 1.1 ** (n - 1)):
                wrong.append(n)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
