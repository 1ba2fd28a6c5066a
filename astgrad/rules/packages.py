"""Rules that are loaded once the package that they are for is imported.

SciPy's are here.  Another package has its own by an entry point of the group `astgrad.rules`:

    [project.entry-points."astgrad.rules"]
    fastmath = "fastmath_astgrad"

The name is the module that the rules are for.  When a derivative is made and that module is
imported, what it points to is imported, and called if it is a function.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from astgrad.errors import RuleError

GROUP = "astgrad.rules"
SCIPY = {f"scipy.{m}": f"astgrad.rules.scipy_{m}"
         for m in ("special", "linalg", "stats", "signal", "integrate")}
LOADED: set[str] = set()


def load_rules() -> bool:
    """Load the rules of what was imported since the last time; whether there are any."""
    new = {name for name in (*SCIPY, *announced()) if name in sys.modules} - LOADED
    LOADED.update(new)
    for name in sorted(new):
        if name in SCIPY:
            import_module(SCIPY[name])
        for point in announced().get(name, ()):
            load(point)
    return bool(new)


@cache
def announced() -> dict[str, list[EntryPoint]]:
    """The entry points of the installed packages, by the module that the rules are for."""
    found: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=GROUP):
        found.setdefault(point.name, []).append(point)
    return found


def load(point: EntryPoint) -> None:
    try:
        target = point.load()
        if callable(target):
            target()
    except Exception as error:
        raise RuleError(f"the rules for {point.name!r} ({point.value}) cannot be loaded: "
                        f"{type(error).__name__}: {error}") from error
