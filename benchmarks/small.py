"""What a derivative costs before it computes: call overhead, and the first gradient."""

import linecache
import math
import statistics
import time

import numpy as np


def scalar(x):
    return np.tanh(x * x) + 3 * x


def summed(x):
    return np.sum(np.tanh(x * x) + 3 * x)


def bare_scalar(x):
    """The derivative of `scalar` as one would write it."""
    t = math.tanh(x * x)
    return 2.0 * x * (1.0 - t * t) + 3.0


def bare_summed(x):
    t = np.tanh(x * x)
    return 2.0 * x * (1.0 - t * t) + 3.0


def gradient(system, name, function, example):
    """The gradient of a function of one argument, as the users of a system get it."""
    from systems import with_numpy

    if name == "astgrad":
        return system.astgrad.grad(function)
    if name == "astgrad-numba":
        return system.astgrad.grad(function, compile="numba")
    if name == "autograd":
        return system.autograd.grad(with_numpy(function, system.numpy))
    if name == "JAX":
        jax = system.jax
        compiled = jax.jit(jax.grad(with_numpy(function, jax.numpy)))
        return lambda x: compiled(x).block_until_ready()
    if name == "PyTorch":
        torch, text = system.torch, with_numpy(function, system.torch)

        def recorded(x):
            x = torch.as_tensor(x, dtype=torch.float64).requires_grad_()
            return torch.autograd.grad(text(x), x)[0]

        return recorded
    raise NotImplementedError(name)


def overhead(system, name, argument):
    """Seconds of a call of the gradient of `scalar` at a float, or of `summed` at 10 numbers."""
    x = 0.7 if argument == "float" else np.linspace(0.1, 1.0, 10)
    if name == "hand":
        run = bare_scalar if argument == "float" else bare_summed
    else:
        run = gradient(system, name, scalar if argument == "float" else summed, x)
    if name == "JAX":
        x = system.jax.numpy.asarray(x)
    run(x)
    rounds = []
    for _ in range(15):
        count = 200
        start = time.perf_counter()
        for _ in range(count):
            run(x)
        rounds.append((time.perf_counter() - start) / count)
    return {"seconds": statistics.median(rounds), "result": np.ravel(np.asarray(run(x))).tolist()}


def long_text(lines, salt):
    """A straight function of so many lines; another one for each salt."""
    body = ["    a, b = x, 1.5 * x"]
    for i in range(lines):
        factor = 1.0 + (i + salt) / 100.0
        body.append(f"    a, b = np.sin(a) * {factor} + b, np.tanh(b - a)")
    return "\n".join(["def f(x):", *body, "    return a + b", ""])


def first(system, name, lines):
    """Seconds to the first gradient of a new function, the system itself being loaded."""
    gradient(system, name, scalar, 0.5)(0.5)
    taken = []
    for salt in range(3):
        text = long_text(lines, salt)
        file = f"<long {salt}>"
        linecache.cache[file] = (len(text), None, text.splitlines(True), file)
        space = {"np": np, "__name__": __name__}
        exec(compile(text, file, "exec"), space)
        start = time.perf_counter()
        result = gradient(system, name, space["f"], 0.5)(0.5)
        taken.append(time.perf_counter() - start)
    return {"seconds": statistics.median(taken), "result": [float(result)]}
