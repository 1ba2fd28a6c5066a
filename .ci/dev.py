"""Set-up and chores, with nothing but Python and pip: `python3 .ci/dev.py COMMAND [ARGUMENTS]`.

test      the test suite, on the built wheel; ARGUMENTS go to pytest
example   examples/digits.py; ARGUMENTS go to it
check     ruff, and mypy --strict
versions  the suite under every other Python and NumPy that is supported and found here

Each makes the environment that it needs (.venv, .venv-3.13, ...; ignored by git), builds the
wheel, installs it with what the command needs, and runs. The source tree is never imported.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLD_NUMPY = "numpy==1.26.*"
VERSIONS = (
    ("3.13", None),
    ("3.12", OLD_NUMPY),
    ("3.11", OLD_NUMPY),
    ("3.12", None),
    ("3.11", None),
)


def main(arguments):
    """Run one command; its exit status is ours."""
    commands = {"test": test, "example": example, "check": check, "versions": versions}
    if not arguments or arguments[0] not in commands:
        sys.exit(__doc__)
    if sys.version_info < (3, 11):
        sys.exit("astgrad needs Python 3.11 or newer; this is " + sys.version.split()[0])
    sys.exit(commands[arguments[0]](arguments[1:]))


def test(arguments):
    return run_tests(environment(".venv", "test"), arguments)


def example(arguments):
    python = environment(".venv", "examples")
    return run(python, "-P", ROOT / "examples" / "digits.py", *arguments)


def check(arguments):
    python = environment(".venv", "dev")
    ruff = run(python, "-P", "-m", "ruff", "check", *arguments, cwd=ROOT)
    mypy = run(python, "-P", "-m", "mypy", "--strict", "astgrad", cwd=ROOT)
    return max(ruff, mypy)


def versions(arguments):
    status = 0
    for version, numpy in VERSIONS:
        label = f"Python {version}, {numpy or 'newest NumPy'}"
        interpreter = find_python(version)
        if numpy is None and version == f"{sys.version_info[0]}.{sys.version_info[1]}":
            continue  # that is what `test` does
        if interpreter is None:
            say(f"{label}: skipped, no such Python here")
            continue
        name = f".venv-{version}" + ("-old-numpy" if numpy else "")
        python = environment(name, "test", *filter(None, [numpy]), interpreter=interpreter)
        failed = run_tests(python, arguments)
        say(f"{label}: {'FAILED' if failed else 'passed'}")
        status = max(status, failed)
    return status


def run_tests(python, arguments):
    """Pytest on the installed wheel: --installed refuses any other, and -P hides the tree."""
    os.environ["PYTHONSAFEPATH"] = "1"  # -P for the interpreters that tests start
    return run(python, "-P", "-m", "pytest", "--installed", *arguments, cwd=ROOT)


def environment(name, extra, *requirements, interpreter=sys.executable):
    """Return the Python of the environment `name`, with today's wheel and its extra in it."""
    folder = ROOT / name
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    complete = folder / "complete"
    if not (complete.exists() and python.exists()):  # new, or its making was interrupted
        say(f"making {name}")
        must(interpreter, "-m", "venv", folder)
        complete.touch()
    pip = (python, "-P", "-m", "pip", "--quiet", "--disable-pip-version-check")
    with tempfile.TemporaryDirectory() as built:
        say(f"installing the wheel with [{extra}] into {name}")
        must(*pip, "wheel", "--no-deps", "--wheel-dir", built, ROOT)
        (wheel,) = Path(built).glob("*.whl")
        must(*pip, "install", f"{wheel}[{extra}]", *requirements)
        # Once more, because pip keeps what is there when the version is the same.
        must(*pip, "install", "--force-reinstall", "--no-deps", wheel)
    return python


def find_python(version):
    """Look for an interpreter that works: this one, on PATH, then among pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    installed = sorted(pyenv.glob(f"{version}.*/bin/python"))
    probe = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
    for candidate in (sys.executable, shutil.which(f"python{version}"), *installed):
        if candidate is not None:
            answer = subprocess.run([candidate, "-c", probe], capture_output=True, check=False)
            if answer.stdout.decode().strip() == version:
                return candidate
    return None


def must(*command):
    status = run(*command)
    if status != 0:
        sys.exit(f"failed with status {status}: {' '.join(map(str, command))}")


def run(*command, cwd=None):
    return subprocess.run([str(part) for part in command], cwd=cwd, check=False).returncode


def say(text):
    print(f"[dev] {text}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
