"""`adjoint_of`: the body is run where the reverse sweep has the adjoint, and nowhere else."""

import contextlib
import io
import sys
import threading

import numpy as np
import pytest

import astgrad
from astgrad import adjoint_of

X, W = np.array([0.5, 3.0]), np.array([1.0, 2.0])


def clipped(x, w):
    h = np.tanh(x * w)
    with astgrad.adjoint_of(h) as h_bar:
        h_bar = np.clip(h_bar, -1.0, 1.0)
    return np.sum(h**2)


def unclipped(x, w):
    return np.sum(np.tanh(x * w) ** 2)


def in_a_loop(x, w, n):
    h = x
    for i in range(n):
        h = np.tanh(h * w)
        with adjoint_of(h) as h_bar:
            if np.max(np.abs(h_bar)) > 0.5:
                h_bar *= 0.5
            print(i, "%.4f" % np.sum(h_bar))
    return np.sum(h)


def number(x):
    y = x * x
    with adjoint_of(y) as y_bar: y_bar = 10.0 * y_bar  # noqa: E701
    return y + x


def written(x):
    a = np.zeros(3)
    for i in range(3):
        a[i] = x * i
        with adjoint_of(a) as a_bar:
            a_bar[i] = 100.0
        a[i] += x
    return np.sum(a)


def test_the_primal_skips_the_body(capsys):
    assert clipped(X, W) == unclipped(X, W)
    assert number(3.0) == 12.0
    np.testing.assert_array_equal(in_a_loop(X, W, 2), np.sum(np.tanh(np.tanh(X * W) * W)))
    assert capsys.readouterr().out == ""


def test_the_primal_under_a_tracer():
    """A debugger or a coverage tool that traces goes on after the body."""
    seen = []

    def trace(frame, event, _):
        seen.append((frame.f_code.co_name, event))
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        found = number(3.0)
        kept = sys.gettrace()
    finally:
        sys.settrace(before)
    assert found == 12.0
    assert kept is trace
    assert seen[-1] == ("number", "return")


def test_replace_by_binding():
    h = np.tanh(X * W)
    expected = np.clip(2 * h, -1, 1) * (1 - h**2) * W
    np.testing.assert_allclose(astgrad.grad(clipped)(X, W), expected)
    out, pullback = astgrad.vjp(clipped, X, W)
    assert out == unclipped(X, W)
    np.testing.assert_allclose(pullback(1.0)[0], expected)
    np.testing.assert_allclose(pullback(0.1)[0], 0.2 * h * (1 - h**2) * W)
    assert astgrad.grad(number)(3.0) == 61.0


def test_replace_by_writing():
    assert astgrad.grad(written)(2.0) == 3.0 + 100.0 * (0 + 1 + 2)


def test_print_in_a_loop(capsys):
    x_bar = astgrad.grad(in_a_loop)(X, W, 3)
    assert capsys.readouterr().out == "2 1.0000\n1 0.4984\n0 0.3509\n"
    hs = [X]
    for _ in range(3):
        hs.append(np.tanh(hs[-1] * W))
    expected = np.ones(2)
    for h in hs[:0:-1]:
        expected = expected * (0.5 if np.max(np.abs(expected)) > 0.5 else 1.0) * (1 - h**2) * W
    np.testing.assert_allclose(x_bar, expected)


def test_the_printed_text():
    assert astgrad.grad(clipped).source(X, W) == (
        "import numpy as np\n\n\n"
        "def clipped_grad(x, w):\n"
        "    # forward\n"
        "    h = np.tanh(x * w)\n"
        "    # reverse\n"
        "    h_bar = 2.0 * h\n"
        "    # h_bar = np.clip(h_bar, -1.0, 1.0)\n"
        "    h_bar = np.clip(h_bar, -1.0, 1.0)\n"
        "    # h = np.tanh(x * w)\n"
        "    return h_bar * (1.0 - h**2) * w\n")


def test_a_breakpoint(monkeypatch):
    def f(x):
        y = x * x
        with adjoint_of(y) as y_bar:
            breakpoint()
        return 3.0 * y

    seen = []
    monkeypatch.setattr("sys.breakpointhook", lambda: seen.append(sys._getframe(1).f_code.co_name))
    assert astgrad.grad(f)(2.0) == 12.0
    assert seen == ["f_grad"]


def test_higher_order():
    """The body is part of the gradient that is differentiated again."""
    assert astgrad.hessian(number)(3.0) == 20.0
    assert astgrad.grad(astgrad.grad(number))(3.0) == 20.0
    assert astgrad.hvp(number, (3.0,), (1.0,)) == (20.0,)
    hessian = astgrad.jacobian(astgrad.grad(clipped))(X, W)
    differences = astgrad.numerical_grad(lambda x: np.sum(astgrad.grad(clipped)(x, W)))(X)
    np.testing.assert_allclose(hessian.sum(0), differences, 1e-5)


def looked(x):
    for _ in range(2):
        x = np.sin(x)
        with adjoint_of(x) as x_bar:
            print(x_bar)
    return np.sum(x)


def test_forward_mode_skips_a_body_that_looks(capsys):
    plain = astgrad.numerical_grad(looked)(X)
    np.testing.assert_allclose(astgrad.grad(looked, mode="forward")(X), plain, 1e-8)
    np.testing.assert_allclose(astgrad.jvp(looked, (X,), (X,))[1], plain @ X, 1e-8)
    np.testing.assert_allclose(astgrad.linearize(looked, X)[1](X), plain @ X, 1e-8)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("derive", [
    lambda: astgrad.jvp(number, (1.0,), (1.0,)), lambda: astgrad.linearize(number, 1.0),
    lambda: astgrad.grad(number, mode="forward")(1.0), lambda: astgrad.jacfwd(clipped)(X, W),
], ids=["jvp", "linearize", "grad", "jacfwd"])  # fmt: skip
def test_forward_mode_refuses_a_body_that_replaces(derive):
    with pytest.raises(astgrad.UnsupportedError, match="forward mode has no adjoint"):
        derive()


def reads_after(x):
    with adjoint_of(x) as x_bar:
        x_bar = 2.0 * x_bar
    return x * x_bar


def of_a_view(x):
    row = x[0]
    with adjoint_of(row) as row_bar:
        row_bar = 2.0 * row_bar
    return np.sum(row)


def of_an_expression(x):
    with adjoint_of(x * 2.0) as x_bar:
        x_bar = 2.0 * x_bar
    return x


def of_a_list(x):
    both = [x, x]
    with adjoint_of(both) as bar:
        print(bar)
    return both[0]


def that_returns(x):
    with adjoint_of(x) as x_bar:
        return x_bar
    return x


def that_writes_outside(x):
    y = np.zeros(2)
    with adjoint_of(x) as x_bar:
        y[0] = x_bar
    return x * y[0]


def of_another_shape(x):
    y = x * 2.0
    with adjoint_of(y) as y_bar:
        y_bar = np.ones(3)
    return y


def without_a_name(x):
    with adjoint_of(x):
        print("here")
    return x


@pytest.mark.parametrize(("function", "x", "message"), [
    (reads_after, 2.0, "`x_bar` is not bound here"), (of_a_view, np.eye(2), "`row` is a view"),
    (of_an_expression, 2.0, "takes the name of a variable"),
    (of_a_list, 2.0, "`both` is no number or array"), (that_returns, 2.0, "`return` in the body"),
    (that_writes_outside, 2.0, "writes to `y`"), (of_another_shape, 2.0, "and its primal a float"),
    (without_a_name, 2.0, "is bound to a name"),
])  # fmt: skip
def test_what_is_refused(function, x, message):
    with pytest.raises((SyntaxError, TypeError), match=message):
        astgrad.grad(function)(x)


def test_threads():
    found = []
    threads = [threading.Thread(target=lambda: found.append(number(3.0))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [12.0] * 8


def test_an_unused_variable_has_no_adjoint():
    def f(x):
        y = x * x
        with adjoint_of(y) as y_bar:
            print(y_bar)
        return x

    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert astgrad.grad(f)(2.0) == 1.0
    assert out.getvalue() == ""
