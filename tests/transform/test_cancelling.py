"""Extremes that are subtracted against overflow, and cancel, have no adjoint."""

import numpy as np
import pytest

import astgrad

RNG = np.random.default_rng(0)
X, W = RNG.normal(size=(3, 4)), RNG.normal(size=(3, 4))


def softmax(x, w):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum(w * (e / np.sum(e, axis=1, keepdims=True)))


def columns(x, w):
    e = np.exp(np.min(x, axis=0, keepdims=True) - x)
    return np.sum(w / e * np.sum(e, axis=0, keepdims=True))


def log_sums(x, w):
    t = np.max(x, axis=1, keepdims=True)
    return np.sum(w[:, 0] * (t[:, 0] + np.log(np.sum(np.exp(x - t), axis=1))))


def log_sum(x, w):
    t = np.max(x)
    return t + np.log(np.sum(np.exp(x - t) * np.exp(w)))


def log_sum_kept(x, w):
    t = np.max(x, axis=-1, keepdims=True)
    s = t + np.log(np.sum(np.exp(x - t), axis=-1, keepdims=True))
    return np.sum(w * (x - s))


def in_a_loop(x, w):
    for _ in range(2):
        e = np.exp(x - np.max(x, axis=1, keepdims=True))
        x = w * (e / np.sum(e, axis=1, keepdims=True))
    return np.sum(x**2)


CANCELLING = [softmax, columns, log_sums, log_sum, log_sum_kept, in_a_loop]


@pytest.mark.parametrize("function", CANCELLING)
def test_no_adjoint(function):
    text = astgrad.derivative_source(function, X, W)
    assert "ties" not in text
    astgrad.check_grads(function, (X, W), order=2)
    numerical = astgrad.numerical_grad(function)(X, W)
    np.testing.assert_allclose(astgrad.grad(function)(X, W), numerical, atol=1e-6)


# -- where something depends on the extreme ---------------------------------------------------


def shifted(x, w):
    return np.sum(w * np.exp(x - np.max(x, axis=1, keepdims=True)))


def read_again(x, w):
    t = np.max(x, axis=1, keepdims=True)
    e = np.exp(x - t)
    return np.sum(w * (e / np.sum(e, axis=1, keepdims=True))) + np.sum(t)


def other_axis(x, w):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum(w * (e / np.sum(e, axis=0, keepdims=True)))


def not_normalised_by_all(x, w):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum(w * (e / (1.0 + np.sum(e, axis=1, keepdims=True))))


def from_a_start(x, w):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum(w * (e / np.sum(e, axis=1, keepdims=True, initial=0.5)))


def twice_added(x, w):
    t = np.max(x, axis=1, keepdims=True)
    return np.sum(w[:, 0] * (2.0 * t[:, 0] + np.log(np.sum(np.exp(x - t), axis=1))))


def wrong_place(x, w):
    """The extremes of rows are added to other rows."""
    t = np.max(x[:, :3], axis=1, keepdims=True)
    return np.sum(t[::-1, 0] + np.log(np.sum(np.exp(x[:, :3] - t), axis=1)) * w[:, 0])


def out_of_a_loop(x, w):
    t = 0.0
    total = 0.0
    for i in range(3):
        t = t + np.max(x[i])
        e = np.exp(x[i] - np.max(x[i]))
        total = total + np.sum(w[i] * e) / np.sum(e)
    return total * t


def in_a_branch(x, w):
    t = np.max(x, axis=1, keepdims=True)
    e = np.exp(x - t)
    if np.sum(w) > -100.0:
        e = e * t
    return np.sum(w * (e / np.sum(e, axis=1, keepdims=True)))


def across(x, w):
    """t is spread along another axis than it was taken of."""
    t = np.max(x[:3, :3], axis=1)
    e = np.exp(x[:3, :3] - t)
    return np.sum(w[:3, :3] * (e / np.sum(e, axis=1, keepdims=True)))


@pytest.mark.parametrize("function", [shifted, read_again, other_axis, not_normalised_by_all,
                                      from_a_start, twice_added, wrong_place, out_of_a_loop,
                                      in_a_branch, across])
def test_adjoint_kept(function):
    assert "ties" in astgrad.derivative_source(function, X, W)
    astgrad.check_grads(function, (X, W), order=2)


def test_returned_beside_the_value():
    """What is returned beside the value has its own derivative in an outer one."""
    def inner(x, w):
        t = np.max(x, axis=1, keepdims=True)
        e = np.exp(x - t)
        return np.sum(w * (e / np.sum(e, axis=1, keepdims=True))), t

    def outer(x):
        (value, t), gradient = astgrad.value_and_grad(inner, has_aux=True)(x, W)
        return np.sum(t**3) + value + np.sum(gradient**2)

    astgrad.check_grads(outer, (X,), order=1)
    np.testing.assert_allclose(astgrad.grad(outer)(X), astgrad.numerical_grad(outer)(X), atol=1e-6)


def test_a_pullback_of_both():
    def f(x):
        t = np.max(x, axis=1, keepdims=True)
        return t[:, 0] + np.log(np.sum(np.exp(x - t), axis=1)), t

    (_, t), pullback = astgrad.vjp(f, X)
    (first,) = pullback((np.ones(3), np.zeros_like(t)))
    (second,) = pullback((np.zeros(3), np.ones_like(t)))
    np.testing.assert_allclose(first, np.exp(X) / np.sum(np.exp(X), axis=1, keepdims=True))
    np.testing.assert_allclose(second, (X == t).astype(float))
