"""The printed derivatives of the corpus: golden files, that are tidy, run without astgrad, and never vary."""

import inspect
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tidy import faults
from trees import check_near, leaves, limit

import astgrad

from . import PROGRAMS
from .derived import example, gradient_of, text_of
from .test_corpus import NOT_YET, SECONDS, cases

TESTS = Path(__file__).resolve().parents[1]
GOLDEN = TESTS / "golden"
SCALAR = [program for program in PROGRAMS if program.result == "scalar"]

# Programs whose text a reviewer would send back, or that does not run by itself; each line goes when it does.
NOT_TIDY: dict[str, str] = {}
NOT_ALONE: dict[str, str] = {}


@pytest.mark.parametrize("program", cases(PROGRAMS, NOT_YET))
def test_text(program, golden):
    if program.name == "fancy_write" and np.__version__ < "2":
        pytest.skip("NumPy 1.26 says less of a slice of argsort: one name more")
    with limit(SECONDS):
        text = text_of(program)
    assert "astgrad" not in text.replace("# astgrad", "")
    assert str(TESTS) not in text
    golden(f"{program.name}.py", text)


@pytest.mark.parametrize("program", cases(PROGRAMS, NOT_YET, NOT_TIDY))
def test_tidy(program):
    primal = inspect.getsource(sys.modules[program.function.__module__])
    found = faults(text_of(program), primal)
    assert not found, "\n".join([*found, text_of(program)])


@pytest.mark.sample(6)
@pytest.mark.parametrize("program", cases(SCALAR, NOT_YET))
def test_all_stages_are_python(program):
    shown = astgrad.explain(program.function, *example(program), argnums=program.argnums)
    for name, text in shown.stages[1:]:
        compile(text, name, "exec")


ALONE = """
import importlib.abc, pathlib, pickle, sys

class Nobody(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "astgrad":
            raise ImportError("astgrad is not here")

sys.meta_path.insert(0, Nobody())
folder, tests = sys.argv[1:]
sys.path.insert(0, tests)
found = {}
for name, function, args, outer in pickle.load(sys.stdin.buffer):
    space = {"__name__": name}
    try:
        text = pathlib.Path(folder, name + ".py").read_text("utf-8")
        exec(compile(text, name + ".py", "exec"), space)
        found[name] = space[function](*args, **outer)
    except Exception as error:
        found[name] = f"{type(error).__name__}: {error}"
assert "astgrad" not in sys.modules
sys.stdout.buffer.write(pickle.dumps(found))
"""


@pytest.fixture(scope="module")
def alone():
    """What every golden file gives in a Python that cannot import astgrad."""
    given = []
    for program in SCALAR:
        if program.name in NOT_YET or not (GOLDEN / f"{program.name}.py").exists():
            continue
        args = example(program)
        compiled = gradient_of(program)._specialised(args, {})
        outer = {name: get() for name, get in compiled.captures}
        given.append((program.name, compiled.function.__name__, args, outer))
    command = [sys.executable, "-c", ALONE, str(GOLDEN), str(TESTS)]
    done = subprocess.run(command, input=pickle.dumps(given), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return pickle.loads(done.stdout)


@pytest.mark.parametrize("program", cases(SCALAR, NOT_YET, NOT_ALONE))
def test_runs_without_astgrad(program, alone):
    ours = alone[program.name]
    assert not isinstance(ours, str), ours
    theirs = gradient_of(program)(*example(program))
    for mine, yours in zip(leaves(ours), leaves(theirs), strict=True):
        check_near(mine, yours, 1e-13, float(np.max(np.abs(yours), initial=0.0)))


def test_every_golden_file_is_of_a_program():
    known = {f"{program.name}.py" for program in PROGRAMS}
    here = {path.name for path in GOLDEN.glob("*.py")}
    assert here <= known, sorted(here - known)


PRINT = """
import sys
sys.path.insert(0, sys.argv[1])
from programs import PROGRAMS
from programs.derived import text_of
wanted = set(sys.argv[2:])
for program in PROGRAMS:
    if program.name in wanted:
        print(program.name, text_of(program), sep="\\n")
"""


def printed_in(folder, seed, names):
    folder.mkdir()
    command = [sys.executable, "-c", PRINT, str(TESTS), *names]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_every_process_prints_the_same(tmp_path, request):
    usual = not request.config.getoption("--full")
    names = [program.name for program in PROGRAMS if program.name not in NOT_YET]
    names = names[::8] if usual else names
    runs = [printed_in(tmp_path / name, seed, names) for name, seed in (("a", "1"), ("b", "77"))]
    (one, problem), (two, other) = (run.communicate() for run in runs)
    assert [run.returncode for run in runs] == [0, 0], (problem or other).decode()
    assert one == two
    here = "".join(f"{p.name}\n{text_of(p)}\n" for p in PROGRAMS if p.name in names)
    assert one.decode() == here
