"""Lists and tuples of numbers where NumPy takes an array: `np.sum([x, y])`, `a + [x, y]`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Items, Ref, Tup
from astgrad.ir.core import Const, Var
from astgrad.ir.fact import Fact
from astgrad.rules.table import Row

SEQUENCES = frozenset((  # parameters that are sequences of arrays, or options
    "items", "choices", "condlist", "choicelist", "funclist", "keys", "shape", "axes", "q", "args",
    "indices_or_sections", "c_and_lower", "c_or_cr", "l_and_u", "lu_and_piv",
    "new_shape", "constant_values", "window"))
JOINED = frozenset(("arrays",))  # sequences whose items NumPy makes arrays of
EITHER = frozenset(("np.array", "np.asarray", "np.block"))


def with_arrays(lo: Lowering, row: Row, args: tuple[Any, ...], keywords: dict[str, Any]
                ) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The call with arrays for the lists and tuples of numbers that NumPy would convert."""
    if row.name.partition(".")[0] not in ("np", "scipy") or row.name in EITHER:
        return args, keywords
    names = [p for p in row.params if p not in row.keyword_only]
    if row.star is not None:
        names[names.index(row.star) :] = [row.star] * len(args)

    def converted(name: str, value: Any) -> Any:
        if name in SEQUENCES:
            return value
        if name in JOINED and row.star != name:
            return _joined(lo, value)
        data = name in row.derivatives and row.star is None
        known = numeric if data else real
        return as_array(lo, value) if is_display(lo, value) and holds(lo, value, known) else value

    pairs = zip([*names, *[""] * len(args)], args, strict=False)
    return (tuple(converted(name, value) for name, value in pairs),
            {name: converted(name, value) for name, value in keywords.items()})


def _joined(lo: Lowering, value: Any) -> Any:
    """The sequence of arrays, with arrays for its lists and tuples."""
    items = displayed(lo, value)
    if items is None or not any(is_display(lo, item) for item in items):
        return value
    return Tup(tuple(as_array(lo, item) if is_display(lo, item) else item for item in items))


def as_array(lo: Lowering, value: Any) -> Any:
    return lo.apply("np.array", lo.read(value))


def is_array(lo: Lowering, value: Any) -> bool:
    return isinstance(value, Ref) and lo.fact(value).kind == "array"


def displayed(lo: Lowering, value: Any) -> tuple[Any, ...] | None:
    content = lo.state.heap.get(value.obj) if isinstance(value, Ref) else None
    if isinstance(content, Items):
        return content.values
    return value.items if isinstance(value, Tup) and value.cls is None else None


def is_display(lo: Lowering, value: Any) -> bool:
    listed = isinstance(value, Ref) and lo.fact(value).kind == "list"
    return listed or displayed(lo, value) is not None


def holds(lo: Lowering, value: Any, known: Callable[[Fact], bool]) -> bool:
    """Whether a number of this kind, or an array, is in a display or a list."""
    items = displayed(lo, value)
    if items is not None:
        return any(holds(lo, item, known) for item in items)
    if isinstance(value, Const):
        return type(value.value) is float or (known is numeric and type(value.value) is int)
    if not isinstance(value, Ref | Var):
        return False
    fact = lo.fact(value)
    while fact.kind == "list":
        (fact,) = fact.items
    return known(fact)


def numeric(fact: Fact) -> bool:
    return fact.is_numeric and fact.dtype != "bool"


def real(fact: Fact) -> bool:
    return numeric(fact) and not fact.is_int
