"""The package as it is installed: what it holds, what it needs, how it imports."""

import importlib.metadata
import importlib.resources
import re

import pytest

OPTIONAL = {"scipy", "numba", "sklearn", "matplotlib", "tqdm", "hypothesis", "pytest"}


@pytest.fixture(scope="module")
def installed():
    return importlib.metadata.distribution("astgrad")


def test_import_is_silent(run_python):
    done = run_python("-W", "error", "-c", "import astgrad")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_first_import_is_silent(run_python, tmp_path):
    """Without bytecode caches, where the compiler warns too."""
    cold = f"pycache_prefix={tmp_path / 'cache'}"
    done = run_python("-W", "error", "-X", cold, "-c", "import astgrad")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_import_changes_no_warning_filters(run_python):
    program = "import warnings, numpy; before = warnings.filters[:]; import astgrad; "
    done = run_python("-c", program + "assert warnings.filters == before")
    assert (done.returncode, done.stderr) == (0, "")


def test_import_needs_no_optional_package(run_python):
    done = run_python("-c", "import astgrad, sys; print(*sys.modules)")
    assert done.returncode == 0, done.stderr
    assert OPTIONAL.isdisjoint(name.partition(".")[0] for name in done.stdout.split())


def test_import_costs_little_over_numpy(run_python):
    program = (
        "import time, numpy; start = time.process_time(); import astgrad; print(time.process_time() - start)"
    )
    least = min(float(run_python("-c", program).stdout) for _ in range(5))
    assert least <= 0.15


def test_package_is_typed():
    assert importlib.resources.files("astgrad").joinpath("py.typed").is_file()


def test_requirements(installed):
    required = [line for line in installed.requires if "extra ==" not in line]
    names = {re.match(r"[\w.-]+", line).group() for line in required}
    assert names == {"astor", "gast", "numpy"}
    extras = installed.metadata.get_all("Provides-Extra")
    assert {"test", "numba", "scipy", "examples", "docs", "dev"} <= set(extras)
    assert installed.metadata["Requires-Python"] == ">=3.11"


def test_license(installed):
    assert installed.metadata["License-Expression"] == "MIT"
    assert any(file.name == "LICENSE" for file in installed.files)


def test_nothing_else_is_installed(installed):
    """Tests, examples and the like stay out of site-packages."""
    folders = {file.parts[0] for file in installed.files if file.suffix != ".pth"}
    assert folders <= {"astgrad", f"astgrad-{installed.version}.dist-info"}
