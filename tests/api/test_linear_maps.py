"""`jvp`, `vjp`, `linearize`: structures, seeds, sharing of memory, effects."""

import threading

import numpy as np
import pytest

import astgrad


def rollout(x, w, n):
    h = x
    for _ in range(n):
        h = np.tanh(h * w)
    return h


def overwrite(x):
    x[1:] = x[1:] * x[:-1]
    x *= 2.0
    return x


X, W = np.linspace(0.1, 1.0, 4), np.linspace(1.0, 2.0, 4)


def test_pullback_in_any_order_and_thread():
    _, pullback = astgrad.vjp(rollout, X, W, 3)
    seeds = [np.eye(4)[i] for i in range(4)]
    expected = [pullback(seed) for seed in seeds]
    found = [None] * 16

    def run(k):
        found[k] = pullback(seeds[k % 4])

    threads = [threading.Thread(target=run, args=(k,)) for k in range(16)]
    for thread in reversed(threads):
        thread.start()
    for thread in threads:
        thread.join()
    for k in range(16):
        np.testing.assert_array_equal(found[k][0], expected[k % 4][0])
        np.testing.assert_array_equal(found[k][1], expected[k % 4][1])
        assert found[k][2] is None


@pytest.mark.parametrize("function", [rollout, lambda x, w, n: x * w * n], ids=["loop", "product"])
def test_what_the_caller_changes_later_does_not_matter(function):
    x, w = X.copy(), W.copy()
    out, pullback = astgrad.vjp(function, x, w, 3)
    expected = pullback(np.ones(4))
    x[:], w[:], out[:] = 7.0, 8.0, 9.0
    again = pullback(np.ones(4))
    np.testing.assert_array_equal(again[0], expected[0])
    again[0][:] = 5.0
    np.testing.assert_array_equal(pullback(np.ones(4))[0], expected[0])


def test_a_seed_is_neither_kept_nor_changed():
    seed = np.ones(4)
    _, pullback = astgrad.vjp(lambda x: x, X)
    (bar,) = pullback(seed)
    assert not np.shares_memory(bar, seed)
    bar[:] = 3.0
    assert (seed == 1.0).all()


def test_arguments_that_are_written_stay():
    x = X.copy()
    out, pullback = astgrad.vjp(overwrite, x)
    assert (x == X).all()
    first, second = pullback(np.ones(4))[0], pullback(np.ones(4))[0]
    np.testing.assert_array_equal(first, second)
    _, tangent = astgrad.jvp(overwrite, (x,), (np.ones(4),))
    assert np.dot(tangent, np.ones(4)) == pytest.approx(np.dot(first, np.ones(4)))
    np.testing.assert_array_equal(out, overwrite(X.copy()))


def test_structures():
    def function(d, pair):
        return {"a": d["x"] * pair[0], "n": (d["k"], pair[1] ** 2)}

    args = {"x": X, "k": 3}, (2.0, 5.0)
    out, pullback = astgrad.vjp(function, *args)
    assert out["n"] == (3, 25.0)
    bars = pullback({"a": np.ones(4), "n": (None, 1.0)})
    np.testing.assert_array_equal(bars[0]["x"], np.full(4, 2.0))
    assert bars[0]["k"] is None
    assert bars[1] == (pytest.approx(X.sum()), 10.0)
    out, along = astgrad.jvp(function, args, ({"x": np.ones(4), "k": None}, (0.0, 1.0)))
    np.testing.assert_array_equal(along["a"], np.full(4, 2.0))
    assert along["n"] == (None, 10.0)


def test_side_effects_happen_once():
    calls = []

    def function(x):
        print("called")
        calls.append(1)
        return x * x

    def noisy(x):
        print("called")
        return x * x

    import contextlib
    import io

    for make in (lambda: astgrad.vjp(noisy, 3.0)[1](1.0),
                 lambda: astgrad.linearize(noisy, 3.0)[1](1.0),
                 lambda: astgrad.grad(noisy, mode="forward")(3.0),
                 lambda: astgrad.grad(noisy)(3.0),
                 lambda: astgrad.jacobian(noisy)(3.0)):
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            make()
        assert text.getvalue() == "called\n"


def test_draws_are_kept_by_all_directions():
    rng = np.random.default_rng(0)

    def noisy(x):
        return np.sum(x * rng.standard_normal(4))

    state = rng.bit_generator.state
    gradient = astgrad.grad(noisy, mode="forward")(X)
    rng.bit_generator.state = state
    np.testing.assert_allclose(gradient, rng.standard_normal(4))


REFUSED = [
    (lambda: astgrad.vjp(rollout, X, W, 3)[1](np.ones(3)),
     "the seed has the shape (3,), and its primal (4,)"),
    (lambda: astgrad.vjp(rollout, X, W, 3)[1]((1.0, 2.0)),
     "the seed is a tuple, and its primal an array of shape (4,)"),
    (lambda: astgrad.vjp(lambda x: (x, x), 2.0)[1](1.0),
     "the seed has another structure than its primal: give a tuple of 2, not a float"),
    (lambda: astgrad.vjp(lambda x: {"a": x}, 2.0)[1]({"b": 1.0}),
     "the seed has another structure than its primal: give a dict with the keys 'a'"),
    (lambda: astgrad.vjp(lambda x: x, 2.0)[1](1j), "the seed is complex, and its primal is real"),
    (lambda: astgrad.jvp(lambda x: x, (1.0, 2.0), (1.0,)),
     "jvp takes a tangent for each primal: 2 primals and 1 tangents were given"),
    (lambda: astgrad.jvp(lambda x: x, 1.0, (1.0,)),
     "primals is a float: give a tuple, one entry per argument"),
    (lambda: astgrad.jvp(lambda n: n * 2.0, (2,), (1.0,)),
     "the tangent of `n` belongs to an int, which carries no derivative: give None there"),
    (lambda: astgrad.jvp(lambda x: x, (X,), (1.0,)),
     "the tangent of `x` is a float, and its primal an array of float64 with 1 dimension: "
     "their shapes differ"),
    (lambda: astgrad.jvp(lambda x: x, (X,), (np.ones(3),)),
     "the tangent of `x` has the shape (3,), and its primal (4,)"),
    (lambda: astgrad.linearize(lambda x: x, X)[1](X, X),
     "the linear map takes 1 tangents, 2 were given"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_refused(call, message):
    with pytest.raises(TypeError) as caught:
        call()
    assert str(caught.value) == message


def test_a_list_that_the_caller_changes_later():
    values = [float(i) for i in range(20)]

    def function(items, x):
        total = 0.0
        for item in items:
            total = total + item * x**2
        return total

    _, pullback = astgrad.vjp(function, values, 3.0)
    before = pullback(1.0)
    values[0] = values[5] = 1e6
    assert pullback(1.0) == before
    assert before[1] == sum(range(20)) * 6.0


def test_defaults_that_are_not_given_are_no_primals():
    weights = np.arange(3.0)

    def scaled(x, factor=2.0, *, w=weights):
        return x * w * factor

    x = np.ones(3)
    np.testing.assert_array_equal(astgrad.vjp(scaled, x)[1](x), [2.0 * weights])
    np.testing.assert_array_equal(astgrad.linearize(scaled, x)[1](x), 2.0 * weights)
    by_x, by_factor = astgrad.vjp(scaled, x, 3.0)[1](x)
    np.testing.assert_array_equal(by_x, 3.0 * weights)
    assert by_factor == 3.0
    np.testing.assert_array_equal(astgrad.linearize(scaled, x, 3.0)[1](x, 1.0), 4.0 * weights)
