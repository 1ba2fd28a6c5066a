"""The derivative objects that the tests of the corpus share: each is built once in a test run."""

from functools import cache

import numpy as np

import astgrad

from .program import Program


def argnums_of(program: Program) -> tuple[int, ...]:
    return (program.argnums,) if isinstance(program.argnums, int) else program.argnums


def example(program: Program, seed: int = 0):
    return program.make(np.random.default_rng(seed), 1)


@cache
def gradient_of(program: Program):
    return astgrad.grad(program.function, argnums=argnums_of(program))


@cache
def text_of(program: Program) -> str:
    """The printed gradient; of a program whose result is no number, its forward and reverse function."""
    args = example(program)
    if program.result == "scalar":
        return gradient_of(program).source(*args)
    _, pullback = astgrad.vjp(program.function, *args)
    return pullback.text
