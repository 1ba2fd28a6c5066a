"""One process for one system: reads requests as lines of JSON, answers each with a line.

`{"do": "prepare", "case": ..., "size": ..., "file": ...}` runs the case once, saves value and
gradients, and says how long the first call took; `{"do": "time", ...}` measures it;
`{"do": "memory"}` its peak; `{"do": "overhead"}` and `{"do": "first"}` the two small ones.
"""

import json
import statistics
import sys
import time
import tracemalloc

from systems import SYSTEMS, AbsentError, NotWrittenError, one_thread

one_thread()

import numpy as np  # noqa: E402
import small  # noqa: E402
from cases import NAMED  # noqa: E402

BUDGET = 0.15  # seconds that one round of measurements may take


class Worker:
    def __init__(self, name):
        self.name = name
        self.system = SYSTEMS[name]()
        self.prepared = {}

    def prepare(self, case, size, file):
        case = NAMED[case]
        found = self.system.versions(case)
        if not found:
            raise NotWrittenError(f"no version of {case.name}")
        args = case.make(np.random.default_rng(0), size)
        given = self.system.given(case, args)
        best, errors, versions = None, [], {}
        for label, run in found.items():
            start = time.perf_counter()
            try:
                result = run(*given)
            except Exception as error:  # noqa: BLE001  # the next version may do
                errors.append(error)
                continue
            first = time.perf_counter() - start
            once = versions[label] = min(timed(run, given) for _ in range(3 if first < 0.5 else 1))
            if best is None or once < best[0]:
                best = once, run, result, first
        if best is None:
            raise errors[0]
        once, run, (value, gradients), first = best
        arrays = {f"g{i}": np.asarray(g) for i, g in enumerate(gradients)}
        np.savez(file, value=np.asarray(value), **arrays)
        self.prepared[case.name] = run, given, once
        return {"first": first, "once": once, "versions": versions}

    def time(self, case):
        """Seconds of one call, over a short round: the median of the calls."""
        run, given, once = self.prepared[case]
        inner = max(1, int(1e-4 / once))
        count = max(1, min(200, int(BUDGET / (once * inner))))
        return {"seconds": statistics.median(timed(run, given, inner) for _ in range(count))}

    def memory(self, case):
        """The peak of what Python and NumPy allocated in one call."""
        run, given, _ = self.prepared[case]
        tracemalloc.start()
        try:
            run(*given)
            return {"bytes": tracemalloc.get_traced_memory()[1]}
        finally:
            tracemalloc.stop()

    def forget(self, case):
        self.prepared.pop(case, None)
        return {}

    def overhead(self, argument):
        return small.overhead(self.system, self.name, argument)

    def first(self, lines):
        return small.first(self.system, self.name, lines)


def timed(run, given, inner=1):
    start = time.perf_counter()
    for _ in range(inner):
        run(*given)
    return (time.perf_counter() - start) / inner


def answered(ask):
    """The answer to a request, or why there is none, in one line."""
    try:
        return ask()
    except Exception as error:  # noqa: BLE001  # whatever a peer raises is its answer
        lines = str(error).strip().splitlines() or [""]
        return {"error": type(error).__name__, "why": lines[0][:200]}


def main():
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        worker = Worker(sys.argv[1])
    except AbsentError as error:
        print(json.dumps({"absent": str(error)}), file=out, flush=True)
        return
    print(json.dumps({"ready": True}), file=out, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        method = getattr(worker, request.pop("do"))
        print(json.dumps(answered(lambda m=method, r=request: m(**r))), file=out, flush=True)


if __name__ == "__main__":
    main()
