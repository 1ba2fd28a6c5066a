"""`compile="numba"`: a transform and example arguments -> the derivative in compiled loops.

Where the compiled function raises, NumPy's text is run instead: it raises the function's
own error, or gives the result that the loops were not written for.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from astgrad.analysis.builder import exactly
from astgrad.api.build import (
    Compiled,
    build,
    checker_of,
    leaves_of,
    outside,
    parameters_of,
    prepared,
)
from astgrad.backend.numba import MISSING, available, compile_loops, why_not
from astgrad.derive.transform import Transform
from astgrad.emit.jit import Loops, jit_function, jit_module, leaf_vars
from astgrad.emit.module import Text
from astgrad.errors import UnsupportedError
from astgrad.frontend.entry import Program
from astgrad.ir.core import Arg, Block, For, Op, Var
from astgrad.ir.walk import all_ops, free_in_block, substitute_arg
from astgrad.loops.fuse import fused
from astgrad.loops.program import HELPERS, in_loops
from astgrad.pipeline import finish

WARNED: set[str] = set()


def build_compiled(transform: Transform, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Compiled:
    """The derivative by Numba; with "auto", NumPy's where that is not possible."""
    fallback = Fallback(cache(lambda: build(transform, args, kwargs)), transform.compile == "auto")

    def make() -> Compiled:
        text, program, name = loops_text(transform, args, kwargs)
        (function,) = compile_loops(text, name)
        return specialised(program, text, Guarded(function, fallback))

    return by_numba(fallback, make)


def by_numba(fallback: Fallback, make: Callable[[], Compiled]) -> Compiled:
    """What `make` compiles; with "auto", NumPy's derivative where it cannot."""
    if not available():
        if not fallback.auto:
            raise UnsupportedError(MISSING)
        return instead(fallback.plain, MISSING)
    try:
        return make()
    except UnsupportedError as error:
        if not fallback.auto:
            raise
        fallback.plain()  # what is wrong with the function itself is raised here
        return instead(fallback.plain, str(error))


def specialised(program: Program, text: Text, function: Callable[..., Any]) -> Compiled:
    captures = tuple((key, get) for _, key, get in outside(program))
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
    foreign = [var for var, _ in leaves]
    ops, made, independent = looped(ops, results[0], foreign, foreign)
    loops = owned(ops, made, foreign, independent, transform.parallel)
    options = ", parallel=True" if transform.parallel else ""
    function = jit_function(name, parameters_of(program), leaves, loops, HELPERS, options)
    return jit_module(function), program, name


def looped(ops: tuple[Op, ...], result: Arg, inputs: list[Var], foreign: list[Var]
           ) -> tuple[tuple[Op, ...], Arg, frozenset[Var]]:
    """`in_loops`; the sizes of `inputs` are checked, and what is `foreign` is not written to."""
    ops, (result,), sharing = finish(ops, (result,), tuple(foreign))
    used = set(free_in_block(Block((), ops, (result,))))
    return fused(*in_loops(ops, result, sharing, [var for var in inputs if var in used]), inputs)


def owned(ops: tuple[Op, ...], result: Arg, foreign: list[Var],
          independent: frozenset[Var] = frozenset(), parallel: bool = False) -> Loops:
    """Loops with copies where they could otherwise overwrite."""
    flat = tuple(dict.fromkeys(leaf_vars(result)))
    ops, made, sharing = finish(ops, flat, tuple(foreign))
    table = dict(zip(flat, made, strict=True))
    at_once = independent & {op.body.params[0] for op in all_ops(Block((), ops, ()))
                             if isinstance(op, For)}
    if parallel and not at_once:
        raise UnsupportedError("parallel=True: this derivative has no loop whose trips are "
                               "independent of each other")
    return Loops(ops, made, substitute_arg(result, table), sharing,
                 at_once if parallel else frozenset())


@dataclass(frozen=True)
class Fallback:
    """NumPy's derivative, for where compiled loops raise; `auto`: also where Numba refuses."""

    plain: Callable[[], Compiled]
    auto: bool

    def __call__(self, error: Exception) -> Compiled:
        """NumPy's derivative instead; raises what Numba cannot compile."""
        reason = why_not(error)
        if reason is None:
            return self.plain()
        if not self.auto:
            raise reason
        return instead(self.plain, str(reason))


class Guarded:
    """A compiled function; where it raises, NumPy's text decides."""

    def __init__(self, function: Callable[..., Any], fallback: Fallback) -> None:
        self.function, self.fallback = function, fallback
        self.__name__ = getattr(function, "__name__", "derivative")
        self.__wrapped__ = getattr(function, "py_func", function)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self.function(*map(contiguous, args),
                                 **{k: contiguous(v) for k, v in kwargs.items()})
        except Exception as error:  # noqa: BLE001
            raised = error
        plain = self.fallback(raised)
        if why_not(raised) is not None:
            self.function = plain.function
        return by_numpy(plain, args, kwargs)


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
