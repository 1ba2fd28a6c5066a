"""`python -m tests.fuzz.run --count N --seed S`: fuzz astgrad with generated programs, shrink what fails.

Prints a summary: how many were ok, refused (by reason), wrong, crashed; for each failure its seed, the message
and the shrunk program as a file of Python that `read_case` reads. Exit status 1 if anything failed.
"""

from __future__ import annotations

import argparse
import collections
import importlib
import multiprocessing
import pathlib
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType
from typing import TypeVar

from .case import Case
from .generate import ALL, RARE, generate
from .oracle import Outcome, check
from .shrink import shrink

T = TypeVar("T")


class TimedOut(BaseException):
    """A case took too long; not an Exception, so that nothing in between catches it."""


@dataclass(frozen=True)
class Job:
    """How to treat each seed."""

    module: str
    features: frozenset[str]
    size: int | None
    second: bool
    timeout: float
    shrink_s: float


@dataclass(frozen=True)
class Report:
    """What came of one seed; of a failure, the shrunk program and its own message."""

    seed: int
    outcome: Outcome
    features: frozenset[str]
    text: str = ""
    message: str = ""


def main(argv: list[str] | None = None) -> int:
    options = _options(argv)
    try:
        importlib.import_module(options.module)
    except ImportError as error:
        print(f"cannot import {options.module}: {error}", file=sys.stderr)
        return 2
    features = frozenset(options.features.split(",")) if options.features else ALL
    features -= frozenset(options.without.split(",")) if options.without else frozenset()
    if unknown := features - ALL:
        print(f"unknown features: {', '.join(sorted(unknown))}; known: {', '.join(sorted(ALL))}", file=sys.stderr)
        return 2
    job = Job(options.module, features, options.size, options.second, options.timeout, options.shrink)
    seeds = range(options.seed, options.seed + options.count)
    print(f"fuzzing {options.module}: seeds {seeds.start} to {seeds.stop - 1}", flush=True)
    start, reports, failures = time.monotonic(), [], 0
    for report in _reports(job, seeds, options.processes):
        reports.append(report)
        if report.outcome.status in ("wrong", "crashed"):
            failures += 1
            _print_failure(report, options.save)
            if options.stop_after and failures >= options.stop_after:
                break
    _print_summary(reports, time.monotonic() - start, options.coverage)
    return 1 if failures else 0


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.run", description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--second", action="store_true", help="check second derivatives too")
    parser.add_argument("--stop-after", type=int, default=0, metavar="K", help="stop after K failures")
    parser.add_argument("--features", default="", help="only these, separated by commas")
    parser.add_argument("--without", default="", help=f"not these; {','.join(sorted(RARE))} may rightly be refused")
    parser.add_argument("--size", type=int, default=None, help="statements to aim at")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=20.0, help="seconds for one check of one case")
    parser.add_argument("--shrink", type=float, default=60.0, help="seconds to shrink a failure; 0: not at all")
    parser.add_argument("--save", type=pathlib.Path, default=None, help="a folder for the shrunk failures")
    parser.add_argument("--coverage", action="store_true", help="print how often each feature occurred")
    parser.add_argument("--module", default="astgrad", help="what to fuzz")
    return parser.parse_args(argv)


def _reports(job: Job, seeds: range, processes: int) -> Iterator[Report]:
    if processes < 2:
        yield from (one(job, seed) for seed in seeds)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, maxtasksperchild=250) as pool:
        yield from pool.imap_unordered(_one, ((job, seed) for seed in seeds))


def _one(task: tuple[Job, int]) -> Report:
    return one(*task)


def one(job: Job, seed: int) -> Report:
    """Generate, check and, if it fails, shrink."""
    case = generate(seed, job.features, job.size)
    module = importlib.import_module(job.module)

    def verdict(case: Case) -> Outcome:
        try:
            return limited(lambda: check(case, module, second=job.second), job.timeout)
        except TimedOut:
            return Outcome("crashed", "timeout", f"TimedOut: more than {job.timeout} s")

    outcome = verdict(case)
    if outcome.status in ("ok", "refused"):
        return Report(seed, outcome, case.features, case.text() if outcome.status == "refused" else "")
    if job.shrink_s and outcome.stage != "timeout":
        case = shrink(case, lambda c: verdict(c).alike(outcome), job.shrink_s)
    return Report(seed, outcome, case.features, case.text(), verdict(case).message)


def limited(work: Callable[[], T], seconds: float) -> T:
    """What `work` returns, or TimedOut; in a process' main thread only."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise TimedOut

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def reason(message: str) -> str:
    """A refusal's first line without the names and numbers in it, to count alike ones together."""
    lines = [line for line in message.splitlines() if line.strip()]
    line = re.sub(r"'[^']*'|`[^`]*`|\"[^\"]*\"", "'...'", lines[0] if lines else "")
    return re.sub(r"<fuzz \d+>|\b\d+\b", "#", line)[:110]


def _print_failure(report: Report, folder: pathlib.Path | None) -> None:
    outcome = report.outcome
    print(f"\n=== seed {report.seed}: {outcome.status} at {outcome.stage}: {outcome.message}")
    print(f"--- shrunk: {report.message}\n{report.text}", flush=True)
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"seed_{report.seed}.py").write_text(report.text)


def _print_summary(reports: list[Report], seconds: float, coverage: bool) -> None:
    count = collections.Counter(report.outcome.status for report in reports)
    statuses = ", ".join(f"{count[status]} {status}" for status in ("ok", "refused", "wrong", "crashed"))
    print(f"\n{len(reports)} programs in {seconds:.1f} s: {statuses}")
    refused = [report for report in reports if report.outcome.status == "refused"]
    reasons = collections.Counter(reason(report.outcome.message) for report in refused)
    for text, number in reasons.most_common():
        seeds = [r.seed for r in refused if reason(r.outcome.message) == text][:4]
        print(f"  {number:5} refused: {text}  (seeds {', '.join(map(str, seeds))})")
    for status in ("wrong", "crashed"):
        seeds = [r.seed for r in reports if r.outcome.status == status]
        if seeds:
            print(f"  {status}: seeds {', '.join(map(str, sorted(seeds)))}")
    if coverage:
        used: collections.Counter[str] = collections.Counter()
        for report in reports:
            used.update(report.features)
        for name, number in sorted(used.items(), key=lambda row: -row[1]):
            print(f"  {number:5} {name}")


if __name__ == "__main__":
    raise SystemExit(main())
