"""The benchmark runs, and its adjoints by hand and astgrad's agree, on small data."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parent.parent / "benchmarks" / "run.py"


@pytest.mark.full
def test_gradients_of_the_benchmark_agree(tmp_path):
    target = tmp_path / "found.json"
    options = ["--systems", "hand,C", "--size", "0.03", "--rounds", "1", "--json", str(target)]
    done = subprocess.run([sys.executable, str(RUN), *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(target.read_text())
    assert len(found["cases"]) == 24
    for name, case in found["cases"].items():
        for system in ("primal", "astgrad", "hand", "C"):
            row = case["systems"].get(system, {})
            assert row.get("error") in (None, "NotWrittenError"), (name, system, row)
            assert row.get("apart", 0.0) <= 1e-8, (name, system)
    assert "gradient / primal, scalar loops" in done.stdout
