"""How much is run: the primal once, and lines of the printed code."""

import sys

import numpy as np
import pytest

import astgrad

X = np.array([0.3, 0.7, 1.1, 0.2])


def ticking(x, tick):
    y = np.zeros(3)
    for i in range(3):
        tick(i)
        y[i] = np.sin(x[i]) * x[i + 1]
    return y


def ticking_loss(x, tick):
    for i in range(2):
        tick(i)
        x = np.sin(x) * x
    return np.sum(x)


@pytest.mark.parametrize(("derive", "trips"), [
    (lambda tick: astgrad.jacrev(ticking)(X, tick), 3),
    (lambda tick: astgrad.jacfwd(ticking)(X, tick), 3),
    (lambda tick: [astgrad.vjp(lambda x: ticking(x, tick), X)[1](e) for e in np.eye(3)[:1]], 3),
    (lambda tick: astgrad.linearize(lambda x: ticking(x, tick), X)[1](X), 3),
    (lambda tick: astgrad.grad(ticking_loss)(X, tick), 2),
    (lambda tick: astgrad.grad(ticking_loss, mode="forward")(X, tick), 2),
    (lambda tick: astgrad.hvp(lambda x: ticking_loss(x, tick), (X,), (X,)), 2),
    (lambda tick: astgrad.hessian(ticking_loss)(X, tick), 2),
], ids=["jacrev", "jacfwd", "vjp", "linearize", "grad", "forward", "hvp", "hessian"])  # fmt: skip
def test_one_run_of_the_primal(derive, trips):
    """However many directions there are; so a Jacobian is one forward sweep and n pullbacks."""
    ticks = []
    derive(ticks.append)
    assert ticks == list(range(trips))


def test_one_run_for_all_pullbacks():
    ticks = []
    _, pullback = astgrad.vjp(lambda x: ticking(x, ticks.append), X)
    rows = [pullback(e)[0] for e in np.eye(3)]
    assert ticks == [0, 1, 2]
    np.testing.assert_allclose(rows, astgrad.jacobian(ticking)(X, ticks.append))


def lines(function, *args):
    """How many lines of generated code a call runs."""
    count = 0

    def trace(frame, event, _):
        nonlocal count
        if not frame.f_code.co_filename.startswith("<astgrad"):
            return None
        count += event == "line"
        return trace

    function(*args)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*args)
    finally:
        sys.settrace(before)
    return count


def rollout(x, w, n):
    for _ in range(n):
        x = np.tanh(x * w) + 0.1 * x
    return np.sum(x**2)


def test_forward_over_reverse_costs_at_most_three_gradients():
    w = 0.5 + 0.1 * X
    one = lines(astgrad.grad(rollout), X, w, 50)
    both = lines(lambda: astgrad.hvp(lambda x: rollout(x, w, 50), (X,), (w,)))
    assert both <= 3.0 * one


def test_a_gradient_costs_the_same_for_any_number_of_inputs():
    counts = {lines(astgrad.grad(rollout), np.linspace(0.1, 1.0, n), 0.5, 20)
              for n in (2, 20, 200)}
    assert len(counts) == 1


def test_a_jacobian_costs_a_sweep_for_each_output():
    def f(x, n):
        return np.sin(np.cumsum(x))[:n] * x[0]

    costs = [lines(astgrad.jacrev(f), np.linspace(0.1, 1.0, 40), n) for n in (5, 10, 20)]
    assert costs[2] - costs[1] == 2 * (costs[1] - costs[0])
