"""What must stay as it was for a compiled derivative to hold, checked before each call.

A guard is (get, value): `get() is value`.  Those of the usual forms are written out into
one function, which costs a few attribute reads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from astgrad.api.keys import key_of

Getter = Callable[[], Any]
Guards = tuple[tuple[Getter, Any], ...]
Captures = tuple[tuple[str, Getter], ...]


def checker(guards: Guards, captures: Captures) -> Callable[[], bool]:
    """A function that says whether all guards, and the kinds of the captures, hold."""
    space: dict[str, Any] = {"key_of": key_of}
    tests: dict[str, None] = {}
    seen: set[Any] = set()
    for i, (get, value) in enumerate(guards):
        key = identity(get), id(value)
        if key not in seen:
            seen.add(key)
            space[f"v{i}"] = value
            tests[f"{written(get, i, space)} is v{i}"] = None
    for i, (_, get) in enumerate(captures):
        space[f"c{i}"], space[f"k{i}"] = get, key_of(get())
        tests[f"key_of(c{i}()) == k{i}"] = None
    exec(f"def holds():\n    return {' and '.join(tests) or True}", space)
    made: Callable[[], bool] = space["holds"]
    return made


def identity(get: Getter) -> Any:
    """Equal for getters that read the same thing."""
    cells = getattr(get, "__closure__", None) or ()
    contents = tuple(c.cell_contents for c in cells)
    return getattr(get, "__code__", get), tuple(
        c if isinstance(c, str) else id(c) for c in contents)


def written(get: Getter, i: int, space: dict[str, Any]) -> str:
    """The expression that reads what `get` reads."""
    code = getattr(get, "__code__", None)
    free = dict(zip(code.co_freevars, get.__closure__ or (), strict=True)) if code else {}
    held = {name: cell.cell_contents for name, cell in free.items()}
    if code is not None and held.keys() == {"function"} and len(code.co_names) == 1:
        space[f"g{i}"] = held["function"]
        return f"g{i}.{code.co_names[0]}"
    if code is not None and held.keys() == {"name", "space"} and code.co_names == ("get",):
        space[f"g{i}"] = held["space"].get
        return f"g{i}({held['name']!r})"
    space[f"g{i}"] = get
    return f"g{i}()"
