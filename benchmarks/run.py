"""Time of value and gradient: astgrad, adjoints by hand, autograd, JAX and PyTorch.

Each system runs in a process of its own, pinned to one core and to one thread; for each case
their gradients are compared before anything is timed, and then they are timed in turns, in
short rounds, so that a busy machine is busy for all.  Prints the table of cases, and the
table of what we must reach.  Peers that are not installed are named and left out.
"""

import argparse
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import plot
import report
from cases import CASES, NAMED
from systems import SYSTEMS, one_thread

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-8
COMPILED = "astgrad-numba"
TRACED = ("primal", "astgrad", "hand")  # those that allocate by Python and NumPy alone


class Process:
    """A worker of one system; `ask` is one request and its answer."""

    def __init__(self, name, core, cache):
        installed = importlib.util.find_spec("astgrad")
        paths = (os.environ.get("PYTHONPATH", ""), "" if installed else str(HERE.parent))
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)),
                       "ASTGRAD_CACHE_DIR": str(cache)}
        self.name = name
        self.child = subprocess.Popen(
            [sys.executable, str(HERE / "worker.py"), name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env=environment,
        )
        if core is not None:
            os.sched_setaffinity(self.child.pid, {core})
        self.greeting = self.answer()

    def ask(self, do, **request):
        self.child.stdin.write(json.dumps({"do": do, **request}) + "\n")
        self.child.stdin.flush()
        return self.answer()

    def answer(self):
        line = self.child.stdout.readline()
        if not line:
            return {"absent": "its process ended", "error": "Ended", "why": "its process ended"}
        return json.loads(line)

    def close(self):
        self.child.stdin.close()
        self.child.wait()


def started(names, core, cache):
    """The workers that are there; the others are named."""
    found, absent = {}, {}
    for name in names:
        process = Process(name, core, cache)
        if "absent" in process.greeting:
            absent[name] = process.greeting["absent"]
            print(f"{name}: left out: {absent[name]}")
            process.close()
        else:
            found[name] = process
    return found, absent


def compared(prepared, folder, case):
    """System -> how far its gradients are from the first system's, relative to the largest."""
    import numpy as np

    apart, reference = {}, None
    for name in prepared:
        if name == "primal":
            continue
        with np.load(folder / f"{name}-{case}.npz") as file:
            arrays = {key: file[key] for key in file}
        if reference is None:
            reference = arrays
        differences = [
            float(np.max(np.abs(arrays[key] - wanted)) / (np.max(np.abs(wanted)) or 1.0))
            if arrays[key].shape == wanted.shape else float("inf")
            for key, wanted in reference.items()
        ]
        apart[name] = max(differences)
    return apart


def measured(case, workers, options, folder):
    """One case: prepared, compared, timed in turns."""
    result = {"family": case.family, "in_place": case.in_place, "systems": {}}
    rows = result["systems"]
    prepared = []
    for name, worker in workers.items():
        file = str(folder / f"{name}-{case.name}.npz")
        rows[name] = worker.ask("prepare", case=case.name, size=options.size, file=file)
        if "error" not in rows[name]:
            prepared.append(name)
    for name, apart in compared(prepared, folder, case.name).items():
        rows[name]["apart"] = apart
        if not apart <= TOLERANCE:
            rows[name].update(error="Wrong", why=f"differs from {prepared[1]} by {apart:.1e}")
    timed = {name: [] for name in prepared if "error" not in rows[name]}
    for _ in range(options.rounds):
        for name, times in timed.items():
            if times and sum(times) > options.budget:
                continue  # a slow peer is not worth more of the day
            times.append(workers[name].ask("time", case=case.name)["seconds"])
    for name, times in timed.items():
        rows[name].update(report.spread(times))
        if name in TRACED:
            rows[name].update(workers[name].ask("memory", case=case.name))
    for name in prepared:
        workers[name].ask("forget", case=case.name)
    return result


def from_cache(results, options, folder):
    """The first gradient again, each in a new process that finds on the disk what it needs."""
    for name, case in results["cases"].items():
        row = case["systems"].get(COMPILED, {})
        if "seconds" in row:
            worker = Process(COMPILED, options.core, folder / "cache")
            file = str(folder / "again.npz")
            again = worker.ask("prepare", case=name, size=options.size, file=file)
            row["cached"] = again.get("first")
            worker.close()


def small(workers, options):
    """Call overhead by argument, and the first gradient of a long function."""
    result = {"float": {}, "ten": {}, "first": {}}
    rounds = max(1, options.rounds // 3)
    for argument in ("float", "ten"):
        for name, worker in workers.items():
            answers = [worker.ask("overhead", argument=argument) for _ in range(rounds)]
            if "error" not in answers[0]:
                times = [answer["seconds"] for answer in answers]
                result[argument][name] = {**report.spread(times), "result": answers[0]["result"]}
    for name, worker in workers.items():
        answer = worker.ask("first", lines=100)
        if "error" not in answer:
            result["first"][name] = answer
    return result


def machine(options):
    return {
        "python": platform.python_version(), "machine": platform.machine(),
        "core": options.core, "size": options.size, "load": os.getloadavg()[0],
    }


def parsed():
    def comma(text):
        return text.split(",")

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", type=comma, help="cases, families, or 'small'; by commas")
    parser.add_argument("--systems", type=comma, default=list(SYSTEMS), help="by commas")
    parser.add_argument("--size", type=float, default=1.0, help="factor on the cases' sizes")
    parser.add_argument("--rounds", type=int, default=9, help="turns of each system, per case")
    parser.add_argument("--budget", type=float, default=4.0, help="seconds per system and case")
    parser.add_argument("--core", type=int, help="pin to this one; default: the last")
    parser.add_argument("--json", type=Path, help="write what was measured to this file")
    parser.add_argument("--plot", type=Path, help="draw it to this PNG (needs matplotlib)")
    options = parser.parse_args()
    if options.core is None and hasattr(os, "sched_getaffinity"):
        options.core = max(os.sched_getaffinity(0))
    known = {*NAMED, *(case.family for case in CASES), "small"}
    unknown = {*(options.only or ())} - known | {*options.systems} - {*SYSTEMS}
    if unknown:
        parser.error(f"not known: {', '.join(sorted(unknown))}; cases: {', '.join(sorted(known))}")
    return options


def everything(names, only, options, folder):
    workers, absent = started(dict.fromkeys(names), options.core, folder / "cache")
    results = {"machine": machine(options), "absent": absent, "cases": {}}
    try:
        for case in CASES:
            if not only or {case.name, case.family} & only:
                result = measured(case, workers, options, folder)
                results["cases"][case.name] = result
                print(report.line(case.name, result), flush=True)
        if COMPILED in workers:
            from_cache(results, options, folder)
        if not only or "small" in only:
            results["small"] = small(workers, options)
    finally:
        for worker in workers.values():
            worker.close()
    return results


def main():
    options = parsed()
    only = {*(options.only or ())}
    one_thread()
    names = ["primal", "astgrad", *options.systems]
    with tempfile.TemporaryDirectory() as folder:
        results = everything(names, only, options, Path(folder))
    print(report.text(results))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))
    if options.plot:
        plot.draw(results, options.plot)


if __name__ == "__main__":
    main()
