"""How much of the suite runs, on which astgrad, and what all tests share.

Tests are written over all their cases. `@pytest.mark.sample(count)` on a parametrised test
runs a seeded choice of them, `@pytest.mark.full` keeps a test for `--full`, and a case that
is named on the command line runs in any event.
"""

import difflib
import hashlib
import importlib.metadata
import importlib.util
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import hypothesis
import numpy as np
import pytest

TESTS = Path(__file__).parent
QUICK, USUAL, FULL = "quick", "usual", "full"
EXAMPLES = {QUICK: 10, USUAL: 50, FULL: 1000}  # Hypothesis' examples of each property


def pytest_addoption(parser):
    group = parser.getgroup("astgrad")
    group.addoption("--full", action="store_true", help="run every case of every test")
    group.addoption("--quick", action="store_true", help="run a fifth of the usual sample")
    group.addoption("--sample-seed", default="0", help="what the sample is drawn from")
    group.addoption("--update-golden", action="store_true", help="write the golden files anew")
    group.addoption(
        "--installed", action="store_true", help="refuse to test anything but an installed wheel"
    )


def pytest_configure(config):
    size = size_of(config)
    hypothesis.settings.register_profile(
        size, max_examples=EXAMPLES[size], derandomize=size != FULL, deadline=None, database=None
    )
    hypothesis.settings.load_profile(size)
    if config.getoption("--installed") and (reason := why_not_a_wheel()):
        raise pytest.UsageError(f"--installed: {reason}")


def size_of(config):
    if config.getoption("--full"):
        return FULL
    return QUICK if config.getoption("--quick") else USUAL


def why_not_a_wheel():
    """What is wrong with the astgrad that these tests would import; None if it is a wheel."""
    try:
        installed = importlib.metadata.distribution("astgrad")
    except importlib.metadata.PackageNotFoundError:
        return "astgrad is not installed"
    if "archive_info" not in json.loads(installed.read_text("direct_url.json") or "{}"):
        return "astgrad was not installed from a wheel"
    found = package_folder()
    if found != Path(installed.locate_file("astgrad")).resolve():
        return f"{found} stands in front of the installed astgrad"
    return None


def package_folder():
    """Where astgrad would be imported from, without importing it."""
    spec = importlib.util.find_spec("astgrad")
    return Path(spec.origin).resolve().parent if spec and spec.origin else None


def pytest_report_header(config):
    seed = config.getoption("--sample-seed")
    return [
        f"astgrad: {package_folder()}, numpy: {np.__version__}",
        f"size: {size_of(config)}, sample seed: {seed}",
    ]


def pytest_collection_modifyitems(config, items):
    if size_of(config) == FULL:
        return
    dropped = beyond_sample(config, items)
    dropped |= {item for item in items if item.get_closest_marker("full")}
    dropped -= {item for item in items if is_named(config, item)}
    config.hook.pytest_deselected(items=[item for item in items if item in dropped])
    items[:] = [item for item in items if item not in dropped]


def beyond_sample(config, items):
    """The items that exceed their test's sample. Other cases coming or going move few."""
    cases_of = defaultdict(list)
    for item in items:
        if item.get_closest_marker("sample"):
            cases_of[item.nodeid.partition("[")[0]].append(item)
    seed = config.getoption("--sample-seed")
    dropped = set()
    for cases in cases_of.values():
        (count,) = cases[0].get_closest_marker("sample").args
        if size_of(config) == QUICK:
            count = max(1, count // 5)
        cases.sort(key=lambda item: hashlib.sha256(f"{seed} {item.nodeid}".encode()).digest())
        dropped.update(cases[count:])
    return dropped


def is_named(config, item):
    """Whether the command line names this very item, not just its test, file or folder."""
    ends = (each for each in config.args if "::" in each)
    return any(item.nodeid == end or item.nodeid.endswith("/" + end) for end in ends)


@pytest.fixture
def golden(request):
    """Return `check(name, text)`: `text` is what tests/golden/`name` holds."""

    def check(name, text):
        path = TESTS / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            return
        if not path.exists():
            pytest.fail(f"no golden file {path}: --update-golden writes it", pytrace=False)
        expected = path.read_text(encoding="utf-8")
        if text != expected:
            lines = difflib.unified_diff(
                expected.splitlines(), text.splitlines(), f"golden/{name}", "now", lineterm=""
            )
            pytest.fail("\n".join(lines), pytrace=False)

    return check


@pytest.fixture
def run_python(tmp_path):
    """Return `run(*arguments)`: a new Python in an empty folder, so on the installed astgrad."""

    def run(*arguments, cwd=tmp_path, **options):
        command = [sys.executable, *map(str, arguments)]
        return subprocess.run(
            command, cwd=cwd, capture_output=True, text=True, check=False, **options
        )

    return run
