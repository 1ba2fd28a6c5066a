"""Lowers a function and runs what came out in the interpreter, beside Python itself."""

import copy

import numpy as np

import astgrad.language  # noqa: F401
from astgrad.analysis.builder import exact
from astgrad.frontend.entry import follow, lower
from astgrad.ir.check import check
from astgrad.ir.evaluate import evaluate
from astgrad.rules.table import evaluator


def bound(function, args, kwargs):
    import inspect

    given = inspect.signature(function).bind(*args, **kwargs)
    given.apply_defaults()
    return given.arguments


def run(program, function, args, kwargs=None):
    """The value of a lowered program at real arguments."""
    values = bound(function, args, kwargs or {})
    inputs = dict.fromkeys((*(leaf.var for leaf in program.leaves),
                            *(capture.var for capture in program.captures)))
    check(program.ops, inputs, [program.value])
    env = {leaf.var: follow(values[leaf.path[0]], leaf.path[1:]) for leaf in program.leaves}
    env |= {capture.var: capture.get() for capture in program.captures}
    (value,) = evaluate(program.ops, [program.value], env, evaluator)
    return value


def lowered_value(function, *args, **kwargs):
    """What the lowered function gives; the arguments stay as they are."""
    args, kwargs = copy.deepcopy((args, kwargs))
    token = exact.set(True)  # NumPy's functions stay NumPy's
    try:
        program = lower(function, args, kwargs)
    finally:
        exact.reset(token)
    return run(program, function, args, kwargs)


def python_value(function, *args, **kwargs):
    args, kwargs = copy.deepcopy((args, kwargs))
    return function(*args, **kwargs)


def agree(a, b, rtol=1e-12):
    """Raise unless two results have one structure, one kind and the same numbers."""
    if isinstance(a, dict):
        assert isinstance(b, dict)
        assert list(a) == list(b)
        for key in a:
            agree(a[key], b[key], rtol)
    elif isinstance(a, list | tuple):
        assert type(a) is type(b), (type(a), type(b))
        assert len(a) == len(b)
        for x, y in zip(a, b, strict=True):
            agree(x, y, rtol)
    elif isinstance(a, np.ndarray | np.generic):
        assert type(a) is type(b), (type(a), type(b))
        assert (a.dtype, a.shape) == (b.dtype, b.shape), (a.dtype, a.shape, b.dtype, b.shape)
        np.testing.assert_allclose(b, a, rtol, rtol)
    elif isinstance(a, int | float | complex):
        assert type(a) is type(b), (type(a), type(b))
        np.testing.assert_allclose(b, a, rtol, rtol)
    elif hasattr(a, "__dict__"):
        agree(vars(a), b, rtol)
    else:
        assert a == b


def same(function, *args, **kwargs):
    """Check that the lowered function does what Python does."""
    expected = python_value(function, *args, **kwargs)
    agree(expected, lowered_value(function, *args, **kwargs))
