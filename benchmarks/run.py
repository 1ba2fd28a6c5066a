"""Ratios of gradient to primal, call overhead, first gradients; peers where installed."""

import argparse
import copy
import importlib.util
import math
import sys
import time
from pathlib import Path

import numpy as np

import astgrad

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.programs import PROGRAMS


def seconds(function, *args, repeat=5, budget=0.5):
    """The least time of one call; arguments are copied outside the clock."""
    best, spent = math.inf, 0.0
    for _ in range(repeat):
        fresh = copy.deepcopy(args)
        start = time.perf_counter()
        function(*fresh)
        elapsed = time.perf_counter() - start
        best, spent = min(best, elapsed), spent + elapsed
        if spent > budget:
            break
    return best


def loop_seconds(function, argument, count=20_000):
    start = time.perf_counter()
    for _ in range(count):
        function(argument)
    return (time.perf_counter() - start) / count


def small(np):
    return lambda x: np.tanh(x * x) + 3 * x


def peers():
    """Name -> (gradient maker, its numpy), for the peers that are installed."""
    found = {}
    if importlib.util.find_spec("autograd"):
        import autograd

        found["autograd"] = (autograd.grad, autograd.numpy)
    if importlib.util.find_spec("jax"):
        import jax

        jax.config.update("jax_enable_x64", True)
        found["jax"] = (lambda f: jax.jit(jax.grad(f)), jax.numpy)
    for name in ("autograd", "jax"):
        if name not in found:
            print(f"{name} is not installed: left out")
    return found


def overhead():
    derivative = astgrad.grad(small(np))
    bare = derivative.compiled(0.5)
    derivative(0.5)
    base, ours = loop_seconds(bare, 0.5), loop_seconds(derivative, 0.5)
    print(f"grad(f)(float): {ours * 1e6:.2f} us, {ours / base:.1f}x its bare text")
    for name, (grad, module) in peers().items():
        other = grad(small(module))
        other(0.5)
        theirs = loop_seconds(other, 0.5, 2_000)
        print(f"  {name}: {theirs * 1e6:.2f} us, {theirs / ours:.1f}x ours")


def long_function(lines=100):
    """The text of a straight function of so many lines."""
    body = ["    a, b = x, 1.5 * x"]
    body += [f"    a, b = np.sin(a) * {1 + i / 100} + b, np.tanh(b - a)" for i in range(lines)]
    return "\n".join(["def f(x):", *body, "    return a + b", ""])


def first_gradient():
    import linecache

    text = long_function()
    linecache.cache["<long>"] = (len(text), None, text.splitlines(True), "<long>")
    makers = {"astgrad": (astgrad.grad, np), **peers()}
    for name, (grad, module) in makers.items():
        space = {"np": module}
        exec(compile(text, "<long>", "exec"), space)
        if name == "astgrad":
            astgrad.grad(small(np))(0.5)  # the compiler itself is loaded once
        start = time.perf_counter()
        grad(space["f"])(0.5)
        print(f"first gradient of 100 lines, {name}: {time.perf_counter() - start:.3f} s")


def corpus(size, only):
    ratios = []
    for program in PROGRAMS:
        if program.result != "scalar" or (only and program.name not in only):
            continue
        args = program.make(np.random.default_rng(0), size)
        try:
            derivative = astgrad.grad(program.function, argnums=program.argnums)
            derivative(*copy.deepcopy(args))
        except astgrad.errors.AstgradError as error:
            print(f"{program.name}: refused ({str(error).splitlines()[0]})")
            continue
        primal, gradient = seconds(program.function, *args), seconds(derivative, *args)
        ratios.append((gradient / primal, program.name, primal, gradient))
    for ratio, name, primal, gradient in sorted(ratios):
        print(f"{ratio:7.1f}  {name:28s} {primal * 1e6:10.0f} us {gradient * 1e6:10.0f} us")
    mean = math.exp(sum(math.log(r[0]) for r in ratios) / len(ratios))
    print(f"gradient / primal over {len(ratios)} programs: geometric mean {mean:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10, help="scale of the corpus programs")
    parser.add_argument("--only", type=lambda t: t.split(","), default=[], help="program names")
    options = parser.parse_args()
    overhead()
    first_gradient()
    corpus(options.size, options.only)


if __name__ == "__main__":
    main()
