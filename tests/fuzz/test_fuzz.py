"""Generated programs, judged against astgrad: none may be wrong or crash, and few may be refused."""

from __future__ import annotations

import collections
import hashlib
import multiprocessing
import os
import time

import pytest

from .generate import ALL, generate
from .oracle import Outcome
from .run import Job, one, reason

USUAL, FULL = 300, 20_000
SECONDS = {"astgrad": 60, f"{__package__}.called": 20}  # of a usual run: on a slow machine fewer programs
LEAST = 40  # programs that even a slow machine must have tried
REFUSED = 0.2
SHOWN = 8


def first_seed(text: str) -> int:
    """Where the seeds of a run begin: 0 for the usual sample seed, far apart for others."""
    if text == "0":
        return 0
    return 1_000_000 + int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) * 100


def judged(task: tuple[Job, int]) -> tuple[int, Outcome]:
    job, seed = task
    report = one(job, seed)
    return seed, report.outcome


@pytest.mark.parametrize("module", SECONDS, ids=lambda name: name.rpartition(".")[2])
def test_generated_programs(module: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> None:
    full = request.config.getoption("--full")
    start = first_seed(request.config.getoption("--sample-seed"))
    seeds = range(start, start + (FULL if full else USUAL))
    job = Job(module, ALL, None, False, 20.0, 0.0)
    begun = time.monotonic()
    outcomes: dict[int, Outcome] = {}
    with multiprocessing.get_context("spawn").Pool(os.cpu_count(), maxtasksperchild=250) as pool:
        for seed, outcome in pool.imap_unordered(judged, ((job, seed) for seed in seeds)):
            outcomes[seed] = outcome
            if not full and time.monotonic() - begun > SECONDS[module] and len(outcomes) >= LEAST:
                break
    count = collections.Counter(outcome.status for outcome in outcomes.values())
    summary = f"fuzzed from seed {start}: {len(outcomes)} programs, {dict(count)}"
    with capsys.disabled():
        print(f"\n{summary}")
    failed = {seed: o for seed, o in sorted(outcomes.items()) if o.status in ("wrong", "crashed")}
    if failed:
        shown = [shrunk(module, seed) if k == 0 else whole(seed, o) for k, (seed, o) in enumerate(failed.items()) if k < SHOWN]
        pytest.fail("\n\n".join([summary, f"failed: {list(failed)}", *shown]), pytrace=False)
    refused = collections.Counter(reason(o.message) for o in outcomes.values() if o.status == "refused")
    assert count["refused"] <= REFUSED * len(outcomes), f"{summary}\n{refused}"



def whole(seed: int, outcome: Outcome) -> str:
    return f"--- seed {seed}: {outcome.status} at {outcome.stage}: {outcome.message}\n{generate(seed).text()}"


def shrunk(module: str, seed: int) -> str:
    """The first failure, made small."""
    report = one(Job(module, ALL, None, False, 20.0, 15.0), seed)
    return f"--- seed {seed}, shrunk: {report.outcome.status} at {report.outcome.stage}: {report.message}\n{report.text}"
