"""Rules that are loaded when a function of the package that they are for is met.

SciPy's are here.  Another package has its own by an entry point of the group `astgrad.rules`:

    [project.entry-points."astgrad.rules"]
    fastmath = "fastmath_astgrad"

The name is the package that the rules are for; what it points to is imported, and called if
it is a function.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from astgrad.errors import RuleError

GROUP = "astgrad.rules"
SCIPY = {f"scipy.{m}": f"astgrad.rules.scipy_{m}"
         for m in ("special", "linalg", "stats", "signal", "integrate")}
LOADED: set[str] = set()


def load_rules(function: Any) -> bool:
    """Load the rules of a function's package; whether there were any that are new."""
    new = {module for module in SCIPY if module in sys.modules} - LOADED
    LOADED.update(new)
    for module in sorted(new):
        import_module(SCIPY[module])
    package = package_of(function)
    if package in LOADED or package in ("numpy", "builtins", "__main__"):
        return bool(new)
    LOADED.add(package)
    for point in announced().get(package, ()):
        load(point)
        new.add(package)
    return bool(new)


def package_of(function: Any) -> str:
    module = getattr(function, "__module__", None) or type(function).__module__
    return str(module).split(".")[0]


@cache
def announced() -> dict[str, list[EntryPoint]]:
    """The entry points of the installed packages, by the package that the rules are for."""
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
