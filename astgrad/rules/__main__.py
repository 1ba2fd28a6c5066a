"""`python -m astgrad.rules`: the table as Markdown, one section for each module of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

import astgrad.language  # noqa: F401
from astgrad.rules.packages import SCIPY
from astgrad.rules.table import ROWS, Row, resolve

KINDS = {
    "elementwise": "partial derivatives",
    "linear": "the transpose",
    "bilinear": "the transpose by each factor",
    "general": "the adjoint",
}


def group_of(row: Row) -> str:
    """The module that a row's function lives in, as the headings say it."""
    root, _, rest = row.name.partition(".")
    if root in ("np", "scipy") and "." in rest:
        return f"{root}.{rest.partition('.')[0]}"
    known = ("np", "math", "cmath", "operator", "statistics", "scipy")
    return root if root in known else "Python"


def public(row: Row) -> bool:
    """Whether users call it: not a helper that generated text defines, nor an update."""
    local = str(getattr(row.evaluate, "__module__", "")).startswith("astgrad.runtime")
    return not local and row.writes is None and row.name not in INTERNAL


INTERNAL = ("clip", "scipy.linalg.sqrtm_of", "scipy.linalg.logm_of", "range_len", "list_of",
            "new_list", "copied", "add_lists", "zeros_list",
            "ends_empty", "assert_empty", "strong_times", "check_adjoint")


def derivatives(row: Row) -> str:
    if row.kind == "composite":
        body = row.body
        return f"`{ast.unparse(body)}`" if isinstance(body, ast.AST) else "a program"
    if not row.derivatives:
        return "constant"
    parts = (f"{param}: `{ast.unparse(value)}`" for param, value in row.derivatives.items())
    return f"{KINDS[row.kind]}; " + ", ".join(parts)


def lines() -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "Printed from the table by `python -m astgrad.rules`. In a row, `g` is the adjoint of"
    yield "the result, `ans` the result; an elementwise row gives what `g` is multiplied with."
    yield "What is a program is ordinary Python in terms of other rows. Not rows, and understood:"
    yield "`np.r_`, `np.c_`, `np.vectorize`, `np.poly1d`, methods of ufuncs, frozen distributions,"
    yield "writes (`np.put`, `np.place`, `np.putmask`, `np.put_along_axis`, `np.copyto`), `sorted`,"
    yield "`filter`, `map`, `zip`, and `itertools` where the number of items is bounded."
    groups: dict[str, list[Row]] = {}
    for row in ROWS.values():
        if public(row):
            groups.setdefault(group_of(row), []).append(row)
    for group in sorted(groups):
        yield from ("", f"## {group}", "", "| function | derivative |", "|---|---|")
        for row in sorted(groups[group], key=lambda r: r.text):
            text, value = row.text.replace("|", "\\|"), derivatives(row).replace("|", "\\|")
            yield f"| `{text}` | {value} |"


def load_scipy() -> None:
    """SciPy's rows are loaded as its modules are."""
    for module in SCIPY:
        if find_spec("scipy"):
            import_module(module)
    resolve(lines)


if __name__ == "__main__":
    load_scipy()
    print("\n".join(lines()))
