"""`operator.itemgetter`, `attrgetter` and `methodcaller`: partial calls of functions that say what
is done with the object.
"""

from __future__ import annotations

import operator
from typing import Any

from astgrad.frontend.lower import Lowering
from astgrad.frontend.values import Known, Partial


def items_of(*args: Any) -> Any:
    """What `itemgetter(*keys)` gives: called with the keys, then the object."""
    *keys, value = args
    return operator.itemgetter(*keys)(value)


def attributes_of(*args: Any) -> Any:
    """What `attrgetter(*names)` gives: called with the names, then the object."""
    *names, value = args
    return operator.attrgetter(*names)(value)


def method_result(name: str, *args: Any, **keywords: Any) -> Any:
    """What `methodcaller(name, *given)` gives: called with the name, the rest, then the object."""
    *given, value = args
    return operator.methodcaller(name, *given, **keywords)(value)


GETTERS: dict[Any, Any] = {
    operator.itemgetter: items_of, operator.attrgetter: attributes_of,
    operator.methodcaller: method_result,
}


def getter_outside(lo: Lowering, target: Any) -> Partial | None:
    """The partial call that a getter from outside stands for."""
    function = GETTERS.get(type(target))
    if function is None:
        return None
    made = target.__reduce__()
    cls = made[0]  # of a method caller with keywords, a functools.partial of the class
    keywords = tuple((k, lo.known(v)) for k, v in getattr(cls, "keywords", {}).items())
    args = (*getattr(cls, "args", ()), *made[1])
    return Partial(Known(function), tuple(lo.known(arg) for arg in args), keywords)
