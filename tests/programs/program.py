"""One program of the corpus: a plain function and a way to make its arguments."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Program:
    """A function as its author wrote it, with what a test must know about it.

    `make(rng, size)` gives fresh positional arguments; size 1 is a tiny test, larger
    ones are for benchmarks. `argnums` are the positions that hold real numbers,
    arrays or structures of them. `smooth` says how many derivatives exist at the
    inputs that `make` draws (3: at least three). `result` is "scalar", "array" or
    "tree". Functions may write to their arguments: pass them a copy.
    """

    function: Callable[..., Any]
    make: Callable[[np.random.Generator, int], tuple[Any, ...]]
    argnums: int | tuple[int, ...] = 0
    smooth: int = 3
    result: str = "scalar"

    @property
    def name(self) -> str:
        return self.function.__name__
