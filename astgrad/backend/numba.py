"""The text of loops -> functions compiled by Numba, which are kept on disk for other processes.

The text is written to the user's cache directory, where Numba puts what it compiles beside
it; the file's name says the text and all versions, so that nothing stale is found.  Only a
private directory of the user is used.  Nothing is executed from there but machine code that
Numba itself looks up; the source that runs is the text at hand.
"""

from __future__ import annotations

import hashlib
import importlib.util
import linecache
import math
import os
import platform
import sys
import tempfile
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from astgrad.backend.python import COUNTER, SPANS
from astgrad.emit.module import Text
from astgrad.errors import Problem, Span, UnsupportedError

FORMAT = "1"  # of what is kept on disk
MISSING = "Numba is not installed: `pip install astgrad[numba]`"


def available() -> bool:
    return importlib.util.find_spec("numba") is not None


def compile_loops(text: Text, *names: str) -> tuple[Callable[..., Any], ...]:
    """The functions of these names; compiled at their first call, or found on disk."""
    import numba

    folder = cache_folder()
    filename = f"<astgrad {names[0]} {next(COUNTER)}>"
    if folder is not None:
        filename = str(kept(folder, names[0], text.source))
    if folder is None:
        lines = text.source.splitlines(keepends=True)
        linecache.cache[filename] = (len(text.source), None, lines, filename)
    SPANS[filename] = text.spans
    module = types.ModuleType(f"_astgrad_{Path(filename).stem.strip('<>').replace(' ', '_')}")
    sys.modules[module.__name__] = module  # where Numba finds again what it has compiled
    space = module.__dict__
    space |= {"__file__": filename, "np": np, "math": math, "numba": numba, **text.objects}
    exec(compile(text.source, filename, "exec"), space)
    for name in names if folder is not None else ():
        getattr(space.get(f"{name}_loops", space[name]), "enable_caching", int)()
    return tuple(space[name] for name in names)


def why_not(error: Exception) -> UnsupportedError | None:
    """What Numba cannot compile, at the user's line; None for errors of the function itself."""
    from numba.core.errors import NumbaError

    if not isinstance(error, NumbaError):
        return None
    place = getattr(error, "loc", None)
    spans = SPANS.get(getattr(place, "filename", ""), {})
    span = nearest(spans, getattr(place, "line", 0) or 0)
    said = str(getattr(error, "msg", error)).strip().split("\n")
    reason = next((line.strip() for line in said if line.strip()), "an error of Numba's")
    return UnsupportedError(Problem(f"Numba cannot compile this: {reason}", span,
                                    "leave out compile='numba', or write compile='auto'"))


def nearest(spans: dict[int, Span], line: int) -> Span | None:
    before = [k for k in spans if k <= line]
    return spans[max(before)] if before else None


# -- the disk ------------------------------------------------------------------------------


def cache_folder() -> Path | None:
    """The private directory for compiled functions; None where there is none to trust."""
    path = chosen_folder()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if private(path):
            return path
    except OSError:
        pass
    warnings.warn(f"{path} is not a private directory of yours: compiled functions are not "
                  "kept; ASTGRAD_CACHE_DIR names another one", RuntimeWarning, stacklevel=2)
    return None


def chosen_folder() -> Path:
    """ASTGRAD_CACHE_DIR, or the platform's directory for caches."""
    given = os.environ.get("ASTGRAD_CACHE_DIR")
    if given:
        return Path(given)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "astgrad"


def private(path: Path) -> bool:
    """Whether only the user can write there, or where Numba writes."""
    if not hasattr(os, "getuid"):
        return True
    for each in (path, path / "__pycache__"):
        if each.is_symlink() and each != path:
            return False
        if each.exists():
            found = each.stat()
            if found.st_uid != os.getuid() or found.st_mode & 0o022:
                return False
    return True


def kept(folder: Path, name: str, source: str) -> Path:
    """The file of this text and these versions; written at once or not at all."""
    import numba

    key = "\n".join((FORMAT, source, sys.version, numba.__version__, np.__version__,
                     platform.machine(), str(getattr(numba.config, "CPU_NAME", ""))))
    digest = hashlib.sha256(key.encode()).hexdigest()[:24]
    path = folder / f"{name[:60]}_{digest}.py"
    if not path.exists():
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(source)
        Path(temporary).replace(path)
    return path
