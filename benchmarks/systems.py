"""The systems that are compared: each turns a case into `run(*args) -> (value, gradients)`.

Nothing of a peer is imported before its own process asks for it.
"""

import functools
import importlib
import inspect
import os
import types

import numpy as np

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class AbsentError(Exception):
    """This system cannot be had here; the message says why."""


class NotWrittenError(Exception):
    """This system has no version of this case."""


def one_thread():
    """Before anything is imported: one core for everybody."""
    for name in THREADS:
        os.environ[name] = "1"
    flags = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ["XLA_FLAGS"] = flags
    os.environ["JAX_PLATFORMS"] = "cpu"


def needed(name):
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise AbsentError(f"{name} is not installed ({error})") from error


def with_numpy(function, module):
    """The same text, and all that it calls in its file, with `module` for its `np`."""
    space = dict(function.__globals__)
    space["np"] = module
    for name, value in space.items():
        if isinstance(value, types.FunctionType) and value.__module__ == function.__module__:
            space[name] = types.FunctionType(
                value.__code__, space, name, value.__defaults__, value.__closure__
            )
    return space[function.__name__]


def versions(name, case):
    """What `peers/name.py` has for a case: label -> its text, and other ways to write it."""
    module = vars(importlib.import_module(f"peers.{name}"))
    found = {}
    for key, function in module.items():
        stem, _, label = key.partition("__")
        if stem == case.name:
            found[label or "literal"] = function
    return found


class Primal:
    """The case itself, without derivative.

    `versions(case)`: label -> `run`; where there are several, the faster is reported.
    """

    def versions(self, case):
        return {"literal": lambda *args: (case.function(*args), ())}

    def given(self, case, args):
        return args


class Astgrad(Primal):
    """Both texts: the one that reads best, and `optimise="speed"`."""

    def __init__(self):
        self.astgrad = needed("astgrad")

    def versions(self, case):
        ways = {"literal": "text", "speed": "speed"}
        return {label: self.astgrad.value_and_grad(case.function, case.argnums, optimise=way)
                for label, way in ways.items()}


class Numba(Astgrad):
    """astgrad with `compile="numba"`."""

    def __init__(self):
        super().__init__()
        needed("numba")
        if "compile" not in inspect.signature(self.astgrad.grad).parameters:
            raise AbsentError('this astgrad has no compile="numba"')

    def versions(self, case):
        made = self.astgrad.value_and_grad(case.function, case.argnums, compile="numba")
        return {"literal": made}


class Hand(Primal):
    def versions(self, case):
        return versions("hand", case)


class C(Primal):
    def __init__(self):
        from peers import c_kernels

        try:
            self.library = c_kernels.library()
        except c_kernels.NoCompilerError as error:
            raise AbsentError(str(error)) from error

    def versions(self, case):
        makers = versions("c_kernels", case)
        return {label: maker(self.library) for label, maker in makers.items()}


class Autograd(Primal):
    def __init__(self):
        self.autograd = needed("autograd")
        self.numpy = needed("autograd.numpy")

    def versions(self, case):
        function = with_numpy(case.function, self.numpy)
        return {"literal": self.autograd.value_and_grad(function, case.argnums)}


class Jax(Primal):
    def __init__(self):
        self.jax = needed("jax")
        self.jax.config.update("jax_enable_x64", True)

    def versions(self, case):
        written = versions("jax_kernels", case)
        written = written or {"literal": with_numpy(case.function, self.jax.numpy)}
        return {label: self.compiled(f, case) for label, f in written.items()}

    def compiled(self, function, case):
        made = self.jax.value_and_grad(function, case.argnums)

        @functools.cache
        def jitted(static):
            return self.jax.jit(made, static_argnums=static)

        def run(*args):
            static = tuple(i for i, a in enumerate(args) if isinstance(a, int))
            return self.jax.block_until_ready(jitted(static)(*args))

        return run

    def given(self, case, args):
        array = self.jax.numpy.asarray
        return tuple(array(a) if isinstance(a, (np.ndarray, float)) else a for a in args)


class Torch(Primal):
    def __init__(self):
        self.torch = needed("torch")
        self.torch.set_num_threads(1)
        self.torch.set_default_dtype(self.torch.float64)

    def versions(self, case):
        written = versions("torch_kernels", case)
        written = written or {"literal": with_numpy(case.function, self.torch)}
        return {label: self.recorded(f, case) for label, f in written.items()}

    def recorded(self, function, case):
        def run(*args):
            value = function(*args)
            return value.detach(), self.torch.autograd.grad(value, [args[i] for i in case.argnums])

        return run

    def given(self, case, args):
        made = [
            self.torch.as_tensor(a) if isinstance(a, (np.ndarray, float)) else a for a in args
        ]
        for i in case.argnums:
            made[i] = made[i].clone().requires_grad_()
        return tuple(made)


SYSTEMS = {
    "primal": Primal,
    "astgrad": Astgrad,
    "astgrad-numba": Numba,
    "hand": Hand,
    "C": C,
    "autograd": Autograd,
    "JAX": Jax,
    "PyTorch": Torch,
}
