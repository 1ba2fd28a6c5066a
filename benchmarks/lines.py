"""Where the time of a case goes: its printed value and gradient, by line.

    python benchmarks/lines.py lstm atax [--size 1.0] [--top 12] [--calls 5]

Each line's share is measured by a trace function; what the tracing itself costs a line is
measured first, and taken off.  Lines of helper functions count to the line that calls them.
"""

import argparse
import linecache
import sys
import time
from collections import Counter

import numpy as np
from cases import NAMED

import astgrad


def traced(function, args, calls):
    """Line number -> [seconds, times], and the whole time without tracing."""
    code, clock = function.__code__, time.perf_counter
    spent, times, last = Counter(), Counter(), [0, 0.0]

    def step(frame, event, arg):
        now = clock()
        line, since = last
        spent[line] += now - since
        times[line] += 1
        last[0], last[1] = frame.f_lineno, clock()
        return step

    def enter(frame, event, arg):
        if frame.f_code is not code:
            return None
        last[0], last[1] = frame.f_lineno, clock()
        return step

    function(*args)
    start = clock()
    for _ in range(calls):
        function(*args)
    whole = (clock() - start) / calls
    sys.settrace(enter)
    try:
        for _ in range(calls):
            function(*args)
    finally:
        sys.settrace(None)
    return {line: (spent[line] / calls, times[line] / calls) for line in times}, whole


def empty(n):
    for _ in range(n):
        pass


def overhead():
    """Seconds that the trace adds to a line, as this file's clock sees them."""
    found, whole = traced(empty, (20_000,), 3)
    seconds, times = map(sum, zip(*found.values(), strict=True))
    return max(0.0, (seconds - whole) / times)


def printed(case, args):
    """The derivative's text as a function whose lines are those of the text."""
    text = astgrad.value_and_grad(case.function, case.argnums).source(*args)
    file = f"<{case.name}>"
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    space = {}
    exec(compile(text, file, "exec"), space)
    return space[f"{case.name}_value_and_grad"], file


def show(case, options, extra):
    args = case.make(np.random.default_rng(0), options.size)
    function, file = printed(case, args)
    found, whole = traced(function, args, options.calls)
    net = {line: max(0.0, s - extra * n) for line, (s, n) in found.items()}
    total = sum(net.values())
    print(f"\n{case.name}: {whole * 1e3:.3g} ms a call; by line:")
    for line in sorted(net, key=net.get, reverse=True)[: options.top]:
        share, times = 100.0 * net[line] / total, found[line][1]
        print(f"{share:5.1f}% {times:8.0f}x  {linecache.getline(file, line).strip()[:90]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="+", choices=list(NAMED), metavar="case")
    parser.add_argument("--size", type=float, default=1.0)
    parser.add_argument("--top", type=int, default=12)
    parser.add_argument("--calls", type=int, default=5)
    options = parser.parse_args()
    extra = overhead()
    for name in options.cases:
        show(NAMED[name], options, extra)


if __name__ == "__main__":
    main()
