"""How the cost of a gradient grows: with inputs, with steps, with lines.

    python benchmarks/scaling.py [--plot docs/scaling.png] [--json scaling.json]

Four measurements, printed as tables and drawn where matplotlib is installed:

inputs   multiplications in the printed gradient of x1 * ... * xn, against the n (n - 2) of
         the partial derivatives written out one by one
modes    time of the gradient over time of the primal, reverse and forward, by inputs
steps    time and peak memory of the gradient over the primal, by steps of a loop
lines    time of a call: differentiated before the run, against traced at each run (autograd,
         where it is installed), by lines; and the time to differentiate
"""

import argparse
import ast
import json
import linecache
import statistics
import time
import tracemalloc
from pathlib import Path

import numpy as np

import astgrad

ROOT = Path(__file__).resolve().parent.parent


def made(text, name, file):
    """The function of this text, with source that can be found."""
    linecache.cache[file] = (len(text), None, text.splitlines(True), file)
    space = {"np": np, "__name__": __name__}
    exec(compile(text, file, "exec"), space)
    return space[name]


def seconds(function, *args, least=0.02):
    """The median of a few rounds, each of so many calls that a clock can tell."""
    function(*args)
    start = time.perf_counter()
    function(*args)
    count = max(1, int(least / (time.perf_counter() - start)))
    rounds = []
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(count):
            function(*args)
        rounds.append((time.perf_counter() - start) / count)
    return statistics.median(rounds)


def in_turns(functions, args, rounds=5):
    """Medians of functions measured one after the other, again and again."""
    times = [[seconds(f, *args, least=0.005) for f in functions] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*times, strict=True)]


def peak(function, *args):
    """Bytes that Python and NumPy held at the most, during a call."""
    function(*args)
    tracemalloc.start()
    try:
        function(*args)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def multiplications(text):
    return sum(isinstance(node, ast.Mult) for node in ast.walk(ast.parse(text)))


def by_inputs():
    """WORKED_EXAMPLES H1."""
    rows = []
    for n in (4, 8, 16, 32, 64):
        names = [f"x{i}" for i in range(n)]
        lines = [f"def product({', '.join(names)}):", f"    y = {names[0]} * {names[1]}"]
        lines += [f"    y = y * {name}" for name in names[2:]]
        function = made("\n".join([*lines, "    return y", ""]), "product", f"<product {n}>")
        text = astgrad.derivative_source(function, *([1.5] * n), argnums=tuple(range(n)))
        rows.append({"n": n, "reverse": multiplications(text), "one by one": n * (n - 2)})
    return rows


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def by_modes():
    """WORKED_EXAMPLES H2."""
    rows = []
    reverse = astgrad.grad(rosenbrock)
    forward = astgrad.grad(rosenbrock, mode="forward")
    for n in (4, 16, 64, 256, 1024, 4096, 16384):
        x = np.linspace(-1.0, 1.0, n)
        functions = [rosenbrock, reverse, *([forward] if n <= 1024 else [])]
        primal, *gradients = in_turns(functions, (x,))
        row = dict(zip(("reverse", "forward"), (g / primal for g in gradients), strict=False))
        rows.append({"n": n, **row})
    return rows


def pendulum(angle, speed, dt, steps):
    for _ in range(steps):
        speed = speed - dt * np.sin(angle)
        angle = angle + dt * speed
    return np.sum(angle * angle)


def by_steps():
    """WORKED_EXAMPLES H3, its first half: nothing is recomputed."""
    rows = []
    gradient = astgrad.grad(pendulum, (0, 1))
    for n in (8, 32, 128, 512, 2048):
        args = np.linspace(0.0, 1.0, 1000), np.zeros(1000), 0.01, n
        primal, ours = in_turns([pendulum, gradient], args, rounds=3)
        memory, more = peak(pendulum, *args), peak(gradient, *args)
        rows.append({"n": n, "time": ours / primal, "peak, primal": memory, "peak, ours": more})
    return rows


def by_lines():
    """WORKED_EXAMPLES H4."""
    try:
        import autograd
        from systems import with_numpy
    except ImportError:
        print("autograd is not installed: no tracing to compare with")
        autograd = None
    rows = []
    for n in (1, 10, 30, 100, 300):
        lines = [f"    x = np.sin({1.0 + i / 1000.0} * x) + 0.5 * x" for i in range(n)]
        text = "\n".join(["def f(x):", *lines, "    return np.sum(x)", ""])
        function = made(text, "f", f"<lines {n}>")
        x = np.linspace(0.0, 1.0, 10)
        start = time.perf_counter()
        gradient = astgrad.grad(function)
        gradient(x)
        row = {"n": n, "to differentiate": time.perf_counter() - start}
        functions = [function, gradient]
        if autograd is not None:
            functions.append(autograd.grad(with_numpy(function, autograd.numpy)))
        names = ("primal", "before the run", "at each run")
        row.update(zip(names, in_turns(functions, (x,), rounds=3), strict=False))
        rows.append(row)
    return rows


MEASUREMENTS = {"inputs": by_inputs, "modes": by_modes, "steps": by_steps, "lines": by_lines}


def table(rows):
    heads = list(rows[0])
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for row in rows:
        cells = [f"{row[h]:.4g}" if h in row else "-" for h in heads]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


LABELS = {
    "inputs": ("factors", "multiplications", ("reverse", "one by one")),
    "modes": ("inputs", "time of gradient / time of primal", ("reverse", "forward")),
    "steps": ("steps", "bytes at the most", ("peak, ours", "peak, primal")),
    "lines": ("lines", "seconds of a call", ("primal", "before the run", "at each run")),
}


def draw(results, target):
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        print("matplotlib is not installed: no plot")
        return
    figure = Figure(figsize=(9, 7), layout="constrained")
    FigureCanvasAgg(figure)
    for axes, (name, rows) in zip(figure.subplots(2, 2).flat, results.items(), strict=False):
        horizontal, vertical, keys = LABELS[name]
        for key in keys:
            points = [(row["n"], row[key]) for row in rows if key in row]
            if points:
                axes.plot(*zip(*points, strict=True), "o-", label=key)
        axes.set_xscale("log", base=2)
        axes.set(yscale="log", xlabel=horizontal, ylabel=vertical)
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    figure.savefig(target, dpi=90)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=list(MEASUREMENTS), action="append")
    parser.add_argument("--plot", type=Path, default=ROOT / "docs" / "scaling.png")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results = {}
    for name in options.only or MEASUREMENTS:
        results[name] = MEASUREMENTS[name]()
        print(f"\n{name}\n\n{table(results[name])}", flush=True)
    if not options.only:
        draw(results, options.plot)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
