"""How text names a function, a class or a module from outside: by an import if it can.

`reference(function, "zz.crc32")` -> text `zlib.crc32`, which needs `import zlib`.  What no
import leads to (a bound method, what a notebook or a function defines) is handed to the text
under a name.
"""

from __future__ import annotations

import builtins
import sys
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reference:
    """An expression, the module that it needs imported, the objects that it is given."""

    text: str
    module: str = ""
    objects: Mapping[str, Any] = field(default_factory=dict)

    @property
    def root(self) -> str:
        return self.text.split(".")[0]


def reference(value: Any, text: str) -> Reference:
    """The reference to a value that the user's text calls `text`."""
    if getattr(builtins, text, None) is value:
        return Reference(text)
    if isinstance(value, types.ModuleType) and value.__name__ in sys.modules:
        return Reference(value.__name__, value.__name__)
    own = f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"
    for dotted in (text, own):
        module = module_of(dotted, value)
        if module:
            return Reference(dotted, module)
    name = text.rpartition(".")[2]
    name = name if name.isidentifier() else "value"
    return Reference(name, "", {name: value})


def module_of(dotted: str, value: Any) -> str:
    """The module from which a dotted name leads to a value; "" if it does not."""
    parts = dotted.split(".")
    for count in reversed(range(1, len(parts))):
        name = ".".join(parts[:count])
        found: Any = sys.modules.get(name)
        if found is None or name == "__main__":
            continue
        for part in parts[count:]:
            found = getattr(found, part, None)
        return name if found is value and value is not None else ""
    return ""
