"""Adjoints by hand in C: the .c files here, compiled by the system's compiler."""

import ctypes
import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
Vector = ctypes.POINTER(ctypes.c_double)


class NoCompilerError(ImportError):
    pass


def library():
    """The compiled file; its folder goes with the process."""
    compiler = next(filter(shutil.which, ("g++", "gcc", "clang", "cc")), None)
    if compiler is None:
        raise NoCompilerError("no C compiler on the PATH")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "kernels.so"
        options = ["-O3", "-march=native", "-shared", "-fPIC", "-o", str(target)]
        if compiler == "g++":
            options += ["-x", "c++"]
        subprocess.run([compiler, *options, *map(str, sorted(HERE.glob("*.c"))), "-lm"], check=True)
        loaded = ctypes.CDLL(str(target))
    for name in NAMES:
        getattr(loaded, name).restype = ctypes.c_double
    return loaded


def pointer(array):
    return array.ctypes.data_as(Vector)


def number(x):
    return ctypes.c_double(x)


def lotka_volterra(lib):
    def run(x, y, a, b, c, d, h, steps):
        out, tape = np.empty(6), np.empty((steps, 2))
        values = map(number, (x, y, a, b, c, d, h))
        value = lib.lotka_volterra(*values, steps, pointer(tape), pointer(out))
        return value, tuple(out.tolist())

    return run


def logistic_map(lib):
    def run(x, r, steps):
        out, tape = np.empty(2), np.empty(steps)
        value = lib.logistic_map(number(x), number(r), steps, pointer(tape), pointer(out))
        return value, tuple(out.tolist())

    return run


def sin_sum(lib):
    def run(x):
        out = np.empty_like(x)
        return lib.sin_sum(pointer(x), len(x), pointer(out)), (out,)

    return run


def mandelbrot(lib):
    def run(cx, cy, limit):
        out, tape = np.empty(2), np.empty((limit, 2))
        value = lib.mandelbrot(number(cx), number(cy), limit, pointer(tape), pointer(out))
        return value, tuple(out.tolist())

    return run


def jacobi_2d(lib):
    def run(A, B, steps):
        A, B = A.copy(), B.copy()
        A_bar, B_bar = np.empty_like(A), np.zeros_like(B)
        value = lib.jacobi_2d(*map(pointer, (A, B, A_bar, B_bar)), len(A), steps)
        return value, (A_bar, B_bar)

    return run


def seidel_2d(lib):
    def run(A, steps):
        A = A.copy()
        A_bar = np.empty_like(A)
        return lib.seidel_2d(pointer(A), pointer(A_bar), len(A), steps), (A_bar,)

    return run


def hdiff(lib):
    def run(field, coeff):
        field_bar, coeff_bar = np.zeros_like(field), np.empty_like(coeff)
        n, _, k = coeff.shape
        arrays = map(pointer, (field, coeff, field_bar, coeff_bar))
        return lib.hdiff(*arrays, n, k), (field_bar, coeff_bar)

    return run


def lstm(lib):
    def run(main, extra, state, sequence):
        c, b = sequence.shape
        layers = len(main) // 2
        main_bar, extra_bar = np.zeros_like(main), np.zeros_like(extra)
        tape = np.empty((c, layers, 8, b))
        arrays = map(pointer, (main, extra, state, sequence, main_bar, extra_bar, tape))
        return lib.lstm(*arrays, layers, b, c), (main_bar, extra_bar)

    return run


def gmm(lib):
    def run(alphas, means, icf, x, index, mask, gamma, m, constant):
        n, d = x.shape
        bars = [np.zeros_like(a) for a in (alphas, means, icf)]
        arrays = map(pointer, (alphas, means, icf, x, *bars))
        options = (number(gamma), m, number(constant))
        return lib.gmm(*arrays, n, len(alphas), d, *options), tuple(bars)

    return run


def bundle(lib, component):
    def run(params, feature):
        bar = np.zeros_like(params)
        value = lib.bundle(pointer(params), pointer(feature), component, pointer(bar), len(bar))
        return value, (bar,)

    return run


def ba_x(lib):
    return bundle(lib, 0)


def ba_y(lib):
    return bundle(lib, 1)


NAMES = ("lotka_volterra", "logistic_map", "sin_sum", "mandelbrot", "jacobi_2d", "seidel_2d",
         "hdiff", "lstm", "gmm", "bundle")
