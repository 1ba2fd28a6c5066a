"""`compile="numba"`: a transform and example arguments -> the derivative in compiled loops.

Where the compiled function raises, NumPy's text is run instead: it raises the function's
own error, or gives the result that the loops were not written for.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from astgrad.analysis.builder import exactly
from astgrad.api.build import (
    Compiled,
    Leaves,
    build,
    checker_of,
    leaves_of,
    outside,
    parameters_of,
    prepared,
)
from astgrad.backend.numba import MISSING, available, compile_loops, why_not
from astgrad.derive.transform import Transform
from astgrad.emit.jit import Loops, jit_module, leaf_vars
from astgrad.emit.module import Text
from astgrad.errors import UnsupportedError
from astgrad.ir.core import Arg, Block, For, Op
from astgrad.ir.walk import all_ops, free_in_block, substitute_arg
from astgrad.loops.program import HELPERS, in_loops
from astgrad.pipeline import finish

WARNED: set[str] = set()


def build_compiled(transform: Transform, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Compiled:
    """The derivative by Numba; with "auto", NumPy's where that is not possible."""
    plain = cache(lambda: build(transform, args, kwargs))
    auto = transform.compile == "auto"
    if not available():
        if not auto:
            raise UnsupportedError(MISSING)
        return instead(plain, MISSING)
    try:
        text, program, name = loops_text(transform, args, kwargs)
    except UnsupportedError as error:
        if not auto:
            raise
        plain()  # what is wrong with the function itself is raised here
        return instead(plain, str(error))
    captures = tuple((key, get) for _, key, get in outside(program))
    function = Guarded(compile_loops(text, name), plain, auto)
    return Compiled(function, text.source, captures, checker_of(program, captures),
                    bool(program.written), program.by_value, program=program)


def instead(plain: Callable[[], Compiled], reason: str) -> Compiled:
    """NumPy's derivative, and one warning for each reason."""
    if reason not in WARNED:
        WARNED.add(reason)
        warnings.warn(f"compile='auto' takes NumPy: {reason}", RuntimeWarning, stacklevel=5)
    return plain()


def loops_text(transform: Transform, args: tuple[Any, ...], kwargs: dict[str, Any]
               ) -> tuple[Text, Any, str]:
    """The text for Numba, its program, the function's name."""
    with exactly(True):
        program, name, ops, results, _ = prepared(transform, args, kwargs)
    leaves = leaves_of(program)
    loops = loops_of(ops, results[0], leaves, transform.parallel)
    options = ", parallel=True" if transform.parallel else ""
    return jit_module(name, parameters_of(program), leaves, loops, HELPERS, options), program, name


def loops_of(ops: tuple[Op, ...], result: Arg, leaves: Leaves, parallel: bool) -> Loops:
    foreign = tuple(var for var, _ in leaves)
    ops, (result,), sharing = finish(ops, (result,), foreign)
    used = set(free_in_block(Block((), ops, (result,))))
    ops, made, independent = in_loops(ops, result, sharing, [var for var in foreign if var in used])
    flat = tuple(dict.fromkeys(leaf_vars(made)))
    ops, owned, sharing = finish(ops, flat, foreign)
    table = dict(zip(flat, owned, strict=True))
    at_once = independent & {op.body.params[0] for op in all_ops(Block((), ops, ()))
                             if isinstance(op, For)}
    if parallel and not at_once:
        raise UnsupportedError("parallel=True: this derivative has no loop whose trips are "
                               "independent of each other")
    return Loops(ops, owned, substitute_arg(made, table), sharing,
                 at_once if parallel else frozenset())


class Guarded:
    """A compiled function; where it raises, NumPy's text decides."""

    def __init__(self, function: Callable[..., Any], plain: Callable[[], Compiled], auto: bool
                 ) -> None:
        self.function, self.plain, self.auto = function, plain, auto
        self.__name__ = getattr(function, "__name__", "derivative")
        self.__wrapped__ = getattr(function, "py_func", function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self.function(*map(contiguous, args),
                                 **{k: contiguous(v) for k, v in kwargs.items()})
        except Exception as error:  # noqa: BLE001
            reason = why_not(error)
        if reason is not None and not self.auto:
            raise reason
        if reason is not None:
            self.function = instead(self.plain, str(reason)).function
        return by_numpy(self.plain(), args, kwargs)


def by_numpy(plain: Compiled, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """NumPy's result, or its error."""
    from astgrad.api.exact import failed

    try:
        return plain.function(*args, **kwargs)
    except Exception as error:  # noqa: BLE001
        own = {k: v for k, v in kwargs.items() if k not in dict(plain.captures)}
        return failed(plain, error, args, own)


def contiguous(value: Any) -> Any:
    """Arrays as the loops are compiled for: in order, writable, of the machine's own bytes."""
    kind = type(value)
    if kind is np.ndarray:
        flags = value.flags
        if flags.c_contiguous and flags.writeable and value.dtype.isnative and flags.aligned:
            return value
        return np.array(value, value.dtype.newbyteorder("="), order="C")
    if kind in (list, tuple):
        return kind(map(contiguous, value))
    if kind is dict:
        return {k: contiguous(v) for k, v in value.items()}
    if isinstance(value, np.ndarray):
        return np.array(value, value.dtype.newbyteorder("="), order="C")
    return value
