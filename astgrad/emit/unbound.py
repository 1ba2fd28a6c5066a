"""Names that may be unbound where their value is handed on: they are None until they are bound.

Where paths meet, `w1_1 = w1` is printed also on the path on which nobody binds, or reads, w1.
"""

from __future__ import annotations

from astgrad.emit.inline import Inline
from astgrad.emit.names import Names
from astgrad.ir.binding import handed_on, unbound_in
from astgrad.ir.core import Block, Var
from astgrad.ir.walk import all_ops


def unbound_names(block: Block, names: Names, inline: Inline) -> frozenset[str]:
    """The names that are to be None where they would be unbound."""
    pairs = [pair for op in all_ops(block) for pair in handed_on(op)]
    unsure = unbound_in(pairs)
    return frozenset(  # another variable's value would be read, and must be bound
        names[value] for target, value in pairs
        if isinstance(value, Var) and value in unsure and value.name == target.name
        and value not in inline and target not in inline and names[target] != names[value])
