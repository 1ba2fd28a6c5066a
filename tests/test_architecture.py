"""DESIGN section 3, held: imports point down only, files are short, names say something.

Run as a script it lists the functions over 40 lines, which is advice and not a rule.
"""

import ast
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

LAYERS = (
    {"errors"},
    {"source", "signatures", "references", "runtime"},
    {"ir"},
    {"rules"},
    {"analysis"},
    {"frontend", "transform", "optimise", "emit"},
    {"loops"},  # array statements as loops, for the back ends that compile them
    {"backend", "pipeline"},
    {"derive"},  # derivatives met in a program, and the one asked for: lowered and differentiated
    {"language"},  # imports all that registers itself
    {"api"},
    {"cli", "testing"},
    {"__init__", "__main__"},
)
LEVEL = {unit: level for level, units in enumerate(LAYERS) for unit in units}
REQUIRED = {"numpy", "gast", "astor"}
OPTIONAL = {"scipy": "rules/scipy_", "numba": "backend/numba"}  # and where they are imported
VAGUE = {"util", "utils", "misc", "common", "helper", "helpers"}
MOST_LINES = 400
MANY_LINES = 40

spec = importlib.util.find_spec("astgrad")  # finds the package, does not import it
PACKAGE = Path(spec.submodule_search_locations[0])


@dataclass(frozen=True)
class Import:
    target: str  # dotted, absolute
    line: int
    deferred: bool  # inside a function


@dataclass(frozen=True)
class Module:
    path: Path

    @property
    def name(self):
        return self.path.relative_to(PACKAGE).as_posix()

    @property
    def parts(self):
        """("rules", "table") for astgrad/rules/table.py, ("rules",) for its __init__."""
        parts = self.path.relative_to(PACKAGE).with_suffix("").parts
        return parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts

    @property
    def unit(self):
        """A package's own `__main__` is run, and imported by nobody."""
        return "__main__" if self.parts[-1] == "__main__" else self.parts[0]

    def tree(self):
        return ast.parse(self.path.read_text(encoding="utf-8"), self.name)

    def imports(self):
        return tuple(found_imports(self.tree(), self.package(), deferred=False))

    def package(self):
        folder = self.path.relative_to(PACKAGE).parent
        return ["astgrad", *folder.parts]


def found_imports(node, package, *, deferred):
    """All imports below a node: statements, and import_module or __import__ of a constant.

    Not what only a type checker imports: a type's name, which nothing needs to run.
    """
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            for child in node.orelse:
                yield from found_imports(child, package, deferred=deferred)
            return
        case ast.Import(names=names):
            for alias in names:
                yield Import(alias.name, node.lineno, deferred)
        case ast.ImportFrom(module=module, names=names, level=level):
            base = package[: len(package) - level + 1] if level else []
            base = ".".join([*base, *([module] if module else [])])
            for alias in names:
                # `from astgrad import ir` names a module, `from astgrad.ir import Var` does not
                target = f"{base}.{alias.name}" if base == "astgrad" else base
                yield Import(target, node.lineno, deferred)
        case ast.Call(
            func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            yield Import(name, node.lineno, deferred)
    inside = deferred or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    for child in ast.iter_child_nodes(node):
        yield from found_imports(child, package, deferred=inside)


def unit_of(target):
    """The unit an import reaches; what is imported from astgrad itself is of its __init__."""
    package, _, rest = target.partition(".")
    if package != "astgrad":
        return None
    first = rest.partition(".")[0]
    return first if first in LEVEL else "__init__"


def modules():
    return [Module(path) for path in sorted(PACKAGE.rglob("*.py"))]


MODULES = modules()
each_module = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)


def test_every_unit_has_a_layer():
    assert {module.unit for module in MODULES} <= set(LEVEL)


@each_module
def test_imports_point_down(module):
    wrong = []
    for found in module.imports():
        unit = unit_of(found.target)
        if unit not in (None, module.unit) and LEVEL[unit] >= LEVEL[module.unit]:
            wrong.append(f"{module.name}:{found.line} imports {found.target}")
    assert not wrong


@each_module
def test_only_known_packages_are_imported(module):
    allowed = {"numpy"} if module.unit == "runtime" else REQUIRED | OPTIONAL.keys()
    packages = {found.target.partition(".")[0] for found in module.imports()}
    assert packages - {"astgrad"} - sys.stdlib_module_names <= allowed


@pytest.mark.parametrize("package", sorted(OPTIONAL))
def test_an_optional_package_is_imported_in_one_place(package):
    """And there inside a function, so that astgrad imports without it."""
    wrong = [
        f"{module.name}:{found.line}"
        for module in MODULES
        for found in module.imports()
        if found.target.partition(".")[0] == package
        and not (found.deferred and module.name.startswith(OPTIONAL[package]))
    ]
    assert not wrong


def test_astor_is_imported_in_one_place():
    """Its import warns on newer Pythons: one place holds that back."""
    places = {
        module.name
        for module in MODULES
        for found in module.imports()
        if found.target.partition(".")[0] == "astor"
    }
    assert len(places) <= 1


@each_module
def test_files_are_short(module):
    assert len(module.path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@each_module
def test_names_are_not_vague(module):
    words = {word for part in module.parts for word in part.split("_")}
    assert VAGUE.isdisjoint(words)


@pytest.mark.parametrize(
    ("line", "package", "targets"),
    [
        ("import astgrad.ir.core", "astgrad.rules", ["astgrad.ir.core"]),
        ("from astgrad import ir, grad", "astgrad.rules", ["astgrad.ir", "astgrad.grad"]),
        ("from astgrad.ir import Var", "astgrad.rules", ["astgrad.ir"]),
        ("from . import table", "astgrad.rules", ["astgrad.rules"]),
        ("from .table import row", "astgrad.rules", ["astgrad.rules.table"]),
        ("from .. import api", "astgrad.rules", ["astgrad.api"]),
        ("from ..api import grad", "astgrad.rules", ["astgrad.api"]),
        ("def f(): import numba", "astgrad.backend", ["numba"]),
        ("importlib.import_module('numba')", "astgrad.backend", ["numba"]),
        ("if TYPE_CHECKING: import numba", "astgrad.backend", []),
        ("if TYPE_CHECKING: pass\nelse: import numba", "astgrad.backend", ["numba"]),
    ],
)
def test_imports_are_found(line, package, targets):
    """The checks above see every form that an import takes."""
    found = found_imports(ast.parse(line), package.split("."), deferred=False)
    assert [each.target for each in found] == targets


def long_functions():
    for module in MODULES:
        for node in ast.walk(module.tree()):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1
                if lines > MANY_LINES:
                    yield lines, f"{module.name}:{node.lineno}", node.name


if __name__ == "__main__":
    for lines, place, name in sorted(long_functions(), reverse=True):
        print(f"{lines:4} lines  {place}  {name}")
