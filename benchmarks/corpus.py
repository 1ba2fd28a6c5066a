"""CPU time of the gradient over that of the primal, for the programs of the tests' corpus.

One thread: OMP_NUM_THREADS=1, and likewise for the BLAS at hand.

    python benchmarks/corpus.py [--size 10] [--only heat,rollout]
"""

import argparse
import copy
import math
import sys
import time
from pathlib import Path

import numpy as np

import astgrad

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.programs import PROGRAMS


def seconds(functions, args, least=5, most=25, budget=0.5):
    """The least CPU time of a call of each, in turns; arguments are copied outside the clock."""
    best, spent, count = [math.inf] * len(functions), 0.0, 0
    while count < least or (spent < budget and count < most):
        for i, function in enumerate(functions):
            fresh = copy.deepcopy(args)
            start = time.process_time()
            function(*fresh)
            elapsed = time.process_time() - start
            best[i], spent = min(best[i], elapsed), spent + elapsed
        count += 1
    return best


def corpus(size, only):
    ratios = []
    for program in PROGRAMS:
        if program.result != "scalar" or (only and program.name not in only):
            continue
        args = program.make(np.random.default_rng(0), size)
        try:
            derivative = astgrad.grad(program.function, argnums=program.argnums)
            derivative(*copy.deepcopy(args))
        except Exception as error:  # noqa: BLE001  # the others are measured all the same
            print(f"{program.name}: {type(error).__name__}: {str(error).splitlines()[0]}")
            continue
        primal, gradient = seconds((program.function, derivative), args)
        ratios.append((gradient / primal, program.name, primal, gradient))
    for ratio, name, primal, gradient in sorted(ratios):
        print(f"{ratio:7.1f}  {name:28s} {primal * 1e6:10.0f} us {gradient * 1e6:10.0f} us")
    mean = math.exp(sum(math.log(r[0]) for r in ratios) / len(ratios))
    print(f"gradient / primal over {len(ratios)} programs: geometric mean {mean:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=10, help="scale of the programs")
    parser.add_argument("--only", type=lambda t: t.split(","), default=[], help="program names")
    options = parser.parse_args()
    corpus(options.size, options.only)


if __name__ == "__main__":
    main()
