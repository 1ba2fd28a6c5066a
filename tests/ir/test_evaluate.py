"""The interpreter, on programs written by hand."""

import numpy as np
import pytest

import astgrad.language  # noqa: F401
from astgrad.errors import InternalError
from astgrad.ir.check import check
from astgrad.ir.core import (
    UNDEFINED,
    Apply,
    Block,
    Const,
    For,
    If,
    Pack,
    Var,
    While,
)  # fmt: skip
from astgrad.ir.evaluate import evaluate
from astgrad.rules.table import evaluator, row


def op(name, out, *args):
    return Apply((out,), row(name), args)


def run(ops, result, **env):
    names = {v: env[v.name] for o in ops for v in list_vars(o) if v.name in env}
    check(ops, names, [result])
    return evaluate(ops, [result], names, evaluator)[0]


def list_vars(o):
    from astgrad.ir.walk import free_vars

    return free_vars(o)


x, y, n, s, out, c = (Var(name) for name in ("x", "y", "n", "s", "out", "c"))


def test_an_update_works_on_a_copy():
    given = np.array([1.0, 2.0])
    assert run([op("setitem", y, x, Const(0), Const(5.0))], Pack("tuple", (y, x)), x=given)[0][0] == 5.0
    assert given[0] == 1.0


def loop(stop=None):
    i, a, b = Var("i"), Var("a"), Var("b")
    ops = [op("Add", b, a, i)]
    results = (b,)
    if stop is not None:
        flag = Var("flag")
        ops.append(op("GtE", flag, i, Const(stop)))
        results = (b, flag)
    body = Block((i, a), tuple(ops), results)
    return For((out,), (Const(0), n, Const(1)), (Const(0),), body, stops=stop is not None)


def test_for_carries_and_stops():
    assert run([loop()], out, n=5) == 10
    assert run([loop()], out, n=0) == 0
    assert run([loop(stop=2)], out, n=5) == 3


def test_while_tests_before_each_trip():
    a, b, t, d = Var("a"), Var("b"), Var("t"), Var("d")
    test = Block((a,), (op("Lt", t, a, n),), (t,))
    body = Block((b,), (op("Mult", d, b, Const(2)),), (d,))
    assert run([While((out,), (Const(1),), test, body)], out, n=20) == 32


def test_undefined_raises_where_it_is_read():
    branch = If((s,), c, Block((), (), (Const(1.0),)), Block((), (), (UNDEFINED,)))
    use = op("Add", out, s, Const(1.0))
    assert run([branch, use], out, c=True) == 2.0
    with pytest.raises(UnboundLocalError):
        run([branch, use], out, c=False)


@pytest.mark.parametrize(
    ("ops", "result"),
    [
        ([op("Add", y, s, Const(1))], y),  # s is not bound
        ([op("Add", y, Const(1), Const(1))] * 2, y),  # y is bound twice
        ([Apply((y,), row("Add"), (Const(1),))], y),
        ([If((y,), Const(True), Block((), (), (Const(1),)), Block((), (), ()))], y),
    ],
)
def test_the_checker_refuses(ops, result):
    with pytest.raises(InternalError):
        check(ops, [], [result])
