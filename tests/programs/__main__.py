"""Check the corpus itself: `python -m tests.programs [name ...]` from the root.

Every program must run at sizes 1 and 3, give the same bits twice, depend on each of
its `argnums`, and be smooth at its inputs: central differences along a random
direction agree at two step sizes, and forward and backward differences meet.
"""

import copy
import math
import sys
import time

import numpy as np

from . import PROGRAMS, Program

SEEDS = (0, 1, 2)
STEPS = (4e-5, 1e-5)
TOLERANCE = 1e-6


def is_real(leaf):
    """Whether a leaf takes a perturbation: a real float or an array of them."""
    if isinstance(leaf, np.ndarray | np.generic):
        return np.issubdtype(leaf.dtype, np.floating)
    return isinstance(leaf, float)


def tree_map(function, tree):
    """The same structure with `function` of every float leaf, the others unchanged."""
    if isinstance(tree, dict):
        return {key: tree_map(function, value) for key, value in tree.items()}
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*[tree_map(function, value) for value in tree])
    if isinstance(tree, list | tuple):
        return type(tree)([tree_map(function, value) for value in tree])
    return function(tree) if is_real(tree) else copy.deepcopy(tree)


def leaves(tree):
    """The float leaves of a structure, in order."""
    found = []
    tree_map(lambda leaf: found.append(leaf) or leaf, tree)
    return found


def contract(result):
    """One number from a scalar, an array or a structure: fixed weights per entry."""
    total = 0.0
    for leaf in leaves(result):
        entries = np.ravel(leaf)
        total += float(np.dot(entries, np.cos(1.0 + np.arange(entries.size))))
    return total


def line(program, args, argnums, rng):
    """The program along a random direction, as long in each leaf as its values."""
    chosen = [args[i] for i in argnums]
    directions = []
    for leaf in leaves(chosen):
        unit = rng.normal(size=np.shape(leaf))
        unit /= max(math.sqrt(np.sum(unit**2)), 1e-9)
        directions.append(unit * (np.max(np.abs(leaf), initial=0.0) or 1.0))

    def along(t):
        parts = iter(directions)
        moved = tree_map(lambda leaf: leaf + t * next(parts), chosen)
        inputs = copy.deepcopy(list(args))
        for position, value in zip(argnums, moved, strict=True):
            inputs[position] = value
        result = program.function(*inputs)
        return float(result) if program.result == "scalar" else contract(result)

    return along


def check_result(program, result):
    """The result has the declared kind and is finite."""
    if program.result == "scalar":
        good = isinstance(result, float | np.floating) and np.ndim(result) == 0
    elif program.result == "array":
        good = isinstance(result, np.ndarray)
    else:
        good = isinstance(result, dict | list | tuple)
    assert good, f"a {program.result} was declared, got {type(result).__name__}"
    assert all(np.all(np.isfinite(leaf)) for leaf in leaves(result)), "not finite"


def check_smooth(program, args, argnums, rng):
    """Differences of several orders agree along two random directions."""
    slopes = []
    for _ in range(2):
        along = line(program, args, argnums, rng)
        middle = along(0.0)
        pairs = [(along(h), along(-h)) for h in STEPS]
        first, second = (
            (up - down) / (2 * h) for (up, down), h in zip(pairs, STEPS, strict=True)
        )
        slopes.append((first, second))
        up, down = pairs[1]
        kink = abs(up - 2 * middle + down) / STEPS[1]
        scale = max(abs(second), 1e-2 * abs(middle))
        assert kink <= 5e-2 * scale, f"a kink: {kink:.1e} against {scale:.1e}"
    scale = max(abs(second) for _, second in slopes)
    for first, second in slopes:
        gap = abs(first - second) / scale if scale else math.inf
        assert gap <= TOLERANCE, f"steps disagree by {gap:.1e} in {argnums}"


def check(program: Program, size: int, seed: int) -> float:
    """All checks at one size and seed; the run time of the primal in seconds."""
    args = program.make(np.random.default_rng(seed), size)
    again = program.make(np.random.default_rng(seed), size)
    assert isinstance(args, tuple), "make must return a tuple"
    with np.errstate(all="raise", under="ignore"):
        result = program.function(*copy.deepcopy(args))
        start = time.perf_counter()
        repeated = program.function(*again)
        seconds = time.perf_counter() - start
        check_result(program, result)
        pairs = list(zip(leaves(result), leaves(repeated), strict=True))
        assert pairs, "no float in the result"
        assert all(np.array_equal(a, b) for a, b in pairs), "not deterministic"
        argnums = program.argnums
        argnums = (argnums,) if isinstance(argnums, int) else argnums
        rng = np.random.default_rng(100 + seed)
        for position in argnums:
            assert leaves(args[position]), f"no float in argument {position}"
            check_smooth(program, args, (position,), rng)
        check_smooth(program, args, argnums, rng)
    return seconds


def main(names: list[str]) -> int:
    known = [program.name for program in PROGRAMS]
    twice = {name for name in known if known.count(name) > 1}
    failures = [f"{name}: named twice" for name in sorted(twice)]
    for program in PROGRAMS:
        if names and program.name not in names:
            continue
        times = {}
        for size in (1, 3):
            for seed in SEEDS:
                try:
                    times[size] = check(program, size, seed)
                except Exception as error:
                    problem = f"{type(error).__name__}: {error}"
                    failures.append(f"{program.name} ({size=}, {seed=}): {problem}")
        area = program.function.__module__.rpartition(".")[2]
        slow = "  slow" if times.get(1, 0) > 5e-3 else ""
        shown = "".join(f"{1e3 * seconds:9.3f} ms" for seconds in times.values())
        print(f"{area:12} {program.name:28}{shown}{slow}")
    print(f"{len(known)} programs, {len(failures)} failures")
    for failure in failures:
        print("  ", failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
