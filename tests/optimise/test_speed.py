"""`optimise="speed"`: the same numbers, in text that writes over what is not read again."""

import copy
import inspect

import numpy as np
import pytest
from api.test_printed_again import CASES, read_again
from programs import PROGRAMS
from programs.derived import argnums_of, example
from trees import leaves

import astgrad

SCALAR = [program for program in PROGRAMS if program.result == "scalar"]
X = np.arange(1.0, 13.0).reshape(3, 4) / 7
Y = np.arange(12.0).reshape(3, 4) / 5 - 1.0


def both(function, *args, argnums=0):
    made = [astgrad.value_and_grad(function, argnums, optimise=way)(*copy.deepcopy(args))
            for way in ("text", "speed")]
    for a, b in zip(leaves(made[0]), leaves(made[1]), strict=True):
        assert type(a) is type(b)
        np.testing.assert_allclose(b, a, rtol=1e-11, atol=1e-12)
    return made


def fast(function, *args):
    return astgrad.derivative_source(function, *args, optimise="speed")


@pytest.mark.sample(20)
@pytest.mark.parametrize("program", [pytest.param(p, id=p.name) for p in SCALAR])
def test_the_corpus(program):
    both(program.function, *example(program), argnums=tuple(argnums_of(program)))


@pytest.mark.sample(4)
@pytest.mark.parametrize("program", CASES)
def test_printed_again(program, tmp_path):
    """The fast text is in the language: its own derivative is that of the gradient."""
    args = example(program)
    gradient = astgrad.value_and_grad(program.function, tuple(argnums_of(program)),
                                      optimise="speed")
    again, given = read_again(gradient, args, tmp_path)
    first = astgrad.grad(lambda *a: again(*a)[0], tuple(argnums_of(program)))
    for a, b in zip(leaves(first(*copy.deepcopy(given))), leaves(gradient(*args)[1]), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-10)


# -- memory -----------------------------------------------------------------------------------


def chain(x, w):
    y = np.exp(x - 1.0)
    return np.sum(np.abs(np.sin(np.tanh(y) * w)))


def held(x, w):
    """What is read later in any form is not written over."""
    t = x * w
    row, kept = t[1], [t]
    u = np.exp(t)
    v = np.tanh(u)
    return np.sum(np.sin(u)) + np.sum(v) + np.sum(row) + np.sum(kept[0] ** 3)


def swapped(x, w):
    """The operand that dies stands on the right, and is read through a view of itself."""
    t = np.sin(x)
    t = w - t
    t = t[::-1] - t
    return np.sum(np.abs(t) ** 1.5)


def in_loops(x, w):
    for _ in range(3):
        t = np.sin(x)
        if t[0, 0] > 0.1:
            t = np.cos(t)
        x = t * w
    return np.sum(x)


def narrowed(x, w):
    """Results of another shape or dtype have arrays of their own."""
    t = np.exp(x)
    return np.sum(t[:1] * w) + np.sum(np.abs(t[:, :1] + 1j * w))


@pytest.mark.parametrize("function", [chain, held, swapped, in_loops, narrowed])
def test_right(function):
    both(function, X, Y, argnums=(0, 1))
    both(function, X.T.copy().T, Y, argnums=(0, 1))


def test_to_the_bit():
    """Nothing rounds otherwise where no sum of products is changed."""
    (a, grads), (b, others) = both(chain, X, Y, argnums=(0, 1))
    assert a == b
    assert all(np.array_equal(g, h) for g, h in zip(grads, others, strict=True))


def test_results_overwrite():
    text = fast(chain, X, Y)
    assert "np.exp(t, out=t)" in text
    assert "out=" not in astgrad.derivative_source(chain, X, Y)


def test_arguments_and_results_stay():
    x, w = X.copy(), Y.copy()
    value, pullback = astgrad.vjp(lambda a, b: np.tanh(np.exp(a) * b), x, w, optimise="speed")
    before = value.copy()
    first, again = pullback(np.ones((3, 4))), pullback(np.ones((3, 4)))
    assert np.array_equal(x, X)
    assert np.array_equal(w, Y)
    assert np.array_equal(value, before)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))


def test_vectors_are_left_alone():
    assert "out=" not in fast(lambda x: np.sum(np.sin(np.exp(x))), X[0])


# -- sums of products -------------------------------------------------------------------------


@pytest.mark.parametrize(("function", "expected"), [
    (lambda x, w: np.sum(x * w), "np.einsum('ij,ij->', x, w)"),
    (lambda x, w: np.sum(x * w, axis=0) @ w[0], "np.einsum('ij,ij->j', x, w)"),
    (lambda x, w: np.sum(np.sum(x * w, axis=-1, keepdims=True) * w),
     "np.einsum('ij,ij->i', x, w)[:, None]"),
    (lambda x, w: np.sum(x[0] ** 2) * w[0, 0], "t @ t"),
])  # fmt: skip
def test_sums_of_products(function, expected):
    made = both(function, X, Y, argnums=(0, 1))
    assert len(made) == 2
    text = astgrad.value_and_grad(function, optimise="speed").source(X, Y)
    assert expected in text.replace('"', "'")


def test_not_where_shapes_may_differ():
    """Broadcasts, integers, single precision and sums that start from a number stay as they are."""
    assert "einsum" not in fast(lambda x, w: np.sum(x * w), X, Y[:1])
    assert "einsum" not in fast(lambda x, w: np.sum(x * w), X.astype("float32"),
                                Y.astype("float32"))
    assert "einsum" not in fast(lambda x, w: np.sum(x * w, initial=1.0), X, Y)
    assert "einsum" not in fast(lambda x, n: np.sum(x * np.sum(n * n)), X, np.arange(6).reshape(2, 3))


def batch(words):
    def function(a, b):
        return np.sum(np.sin(np.einsum(words, a, b)))

    return function


SIZES = {"n": 4, "k": 3, "i": 2, "j": 5}


@pytest.mark.parametrize("words", [
    "nki,kij->nkj", "kij,nkj->nki", "nki,nkj->kij", "nki,nkj->kji", "ij,jk->ik", "ij,jk->ki",
    "ji,jk->ik", "nkij,nkj->nki", "ijk,ijn->kinj",
])
def test_stacks_of_matrices(words):
    rng = np.random.default_rng(0)
    given, _ = words.split("->")
    a, b = (rng.normal(size=[SIZES[c] for c in word]) for word in given.split(","))
    both(batch(words), a, b, argnums=(0, 1))


def test_a_stack_of_products_is_a_matmul():
    text = fast(batch("nki,kij->nkj"), np.ones((4, 3, 2)), np.ones((3, 2, 5)))
    assert "einsum" not in text
    assert " @ " in text


def test_einsum_that_broadcasts_is_left_alone():
    both(batch("ij,jk->ik"), np.ones((2, 1)), np.ones((3, 4)), argnums=(0, 1))


# -- the option -------------------------------------------------------------------------------


def test_every_derivative_has_it():
    for name in ("grad", "value_and_grad", "derivative", "elementwise_grad", "jacobian", "jacfwd",
                 "jacrev", "value_and_jacobian", "hessian", "jvp", "vjp", "linearize", "hvp",
                 "ggnvp", "derivative_source"):
        parameter = inspect.signature(getattr(astgrad, name)).parameters["optimise"]
        assert parameter.default == "text", name


def test_each_of_them_is_right():
    def f(x):
        return np.sum(np.sin(np.exp(x)) ** 2)

    def g(x):
        return np.sin(np.exp(x)) * x

    v = np.ones_like(X)
    for way, calls in [
        ("hessian", lambda o: astgrad.hessian(f, optimise=o)(X)),
        ("jacobian", lambda o: astgrad.jacobian(g, optimise=o)(X)),
        ("jacfwd", lambda o: astgrad.jacfwd(g, optimise=o)(X)),
        ("elementwise", lambda o: astgrad.elementwise_grad(g, optimise=o)(X)),
        ("jvp", lambda o: astgrad.jvp(g, (X,), (v,), optimise=o)),
        ("linearize", lambda o: astgrad.linearize(g, X, optimise=o)[1](v)),
        ("hvp", lambda o: astgrad.hvp(f, (X,), (v,), optimise=o)),
        ("ggnvp", lambda o: astgrad.ggnvp(f, g, (X,), (v,), optimise=o)),
    ]:
        for a, b in zip(leaves(calls("text")), leaves(calls("speed")), strict=True):
            np.testing.assert_allclose(b, a, rtol=1e-12, err_msg=way)


def test_words():
    with pytest.raises(TypeError, match="optimise is 'fast': give 'text' or 'speed'"):
        astgrad.grad(chain, optimise="fast")
    with pytest.raises(TypeError, match="leave out compile"):
        astgrad.grad(chain, optimise="speed", compile="numba")
    with pytest.raises(TypeError, match="optimise is 'fast'"):
        astgrad.jvp(chain, (X, Y), (X, Y), optimise="fast")


# -- in every text ----------------------------------------------------------------------------


def scaled(a, s):
    return np.sum(np.sin(a / s) * a)


def test_numbers_are_taken_out_of_sums_of_the_reverse_sweep():
    both(scaled, X, 0.7, argnums=(0, 1))
    both(scaled, X[0], 0.7, argnums=(0, 1))
    text = astgrad.derivative_source(scaled, X, 0.7, argnums=1)
    assert "* t) / s" in text.split("# reverse")[1]
    vectors = astgrad.derivative_source(scaled, X[0], 0.7, argnums=1).split("# reverse")[1]
    assert " @ " in vectors
    assert "np.sum" not in vectors


def test_sums_of_the_primal_stay():
    text = astgrad.value_and_grad(lambda x, w: np.sum(x * w) * np.sum(w)).source(X[0], Y[0])
    assert "np.sum(x * w)" in text


def steps(u, a, rate):
    """An array that is only stored whole is bound anew, and not copied, where it is saved."""
    for _ in range(3):
        u = np.tanh(a @ u)
        u /= 1.0 + np.sum(u * u)
        u *= rate
    return np.sum(u**2)


def parts(u, a, rate):
    """What is stored in part keeps its memory."""
    v = a @ u
    for i in range(3):
        v /= 1.0 + np.sum(v * v)
        v[i] = v[i - 1] * rate
    return np.sum(v**2)


@pytest.mark.parametrize("function", [steps, parts])
def test_whole_stores(function):
    astgrad.check_grads(function, (X[0, :3], X[:, :3], 1.3), order=2)
    both(function, X[0, :3], X[:, :3], 1.3, argnums=(0, 1, 2))


def test_what_is_saved_is_not_copied():
    text = astgrad.derivative_source(steps, X[0, :3], X[:, :3], 1.3)
    assert ".copy()" not in text
    assert "u = u / " in text
    assert ".copy()" in astgrad.derivative_source(parts, X[0, :3], X[:, :3], 1.3)


def test_signs_of_numbers_are_numbers():
    text = astgrad.derivative_source(lambda x, y: abs(x - y) * x, 1.0, 2.0)
    assert "np." not in text
    for x in (1.0, 2.0, 3.0):
        expected = np.sign(x - 2.0) * x + abs(x - 2.0)
        assert astgrad.grad(lambda x, y: abs(x - y) * x)(x, 2.0) == expected
