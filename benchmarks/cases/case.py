"""What a case is: a plain function, its arguments, and which rows of the table it counts in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Case:
    """A function that returns one number, differentiated by `argnums`.

    `make(rng, size)` gives its arguments; size 1 is the published one.  `family` is
    "scalar" (loops over Python floats), "array" (one of the 16 kernels), or "model".
    """

    function: Callable[..., Any]
    family: str
    make: Callable[..., tuple[Any, ...]]
    argnums: tuple[int, ...]
    in_place: bool = False

    @property
    def name(self) -> str:
        return self.function.__name__


def scaled(count, size, least=4):
    """`count` at size 1; never less than `least`."""
    return max(least, round(count * size))
