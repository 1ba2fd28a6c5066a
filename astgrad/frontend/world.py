"""What a lowering asks of the world outside the function; `outside` answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import FunctionType
from typing import Any

from astgrad.frontend.state import State
from astgrad.frontend.values import Known
from astgrad.rules import table


class World(ABC):
    """Names from outside, what is known of their values, and for how long that holds."""

    @abstractmethod
    def captured(self, name: str, function: Any, node: Any) -> Any:
        """The value of a name that the function does not bind."""

    @abstractmethod
    def read_outside(self, name: str, function: Any) -> Any:
        """The value of a name that a function has read from outside; None if it did not."""

    @abstractmethod
    def with_outside(self, *states: State) -> None:
        """What only another path has read from outside is on these paths as it came."""

    @abstractmethod
    def known(self, value: Any, text: str = "") -> Any:
        """The abstract value of one that is known when the function is lowered."""

    @abstractmethod
    def known_attribute(self, value: Known, name: str, node: Any) -> Any:
        """An attribute of a module, a class, a function."""

    @abstractmethod
    def depends(self, function: FunctionType) -> None:
        """The program holds as long as the function has this code and these defaults."""

    @abstractmethod
    def follows(self, row: table.Row) -> None:
        """The program holds as long as this is the function's rule."""
