"""`compile="numba"`: the corpus against the NumPy back end, and what compiled code must not do."""

import copy
import os
import stat
import subprocess
import sys
import textwrap
import warnings

import numpy as np
import pytest
from programs import PROGRAMS
from programs.derived import argnums_of, example, gradient_of
from trees import check_same, leaves

import astgrad
from astgrad.api import compiled as compiled_module
from astgrad.errors import ArgumentError, UnsupportedError
from astgrad.ir.check import check

numba = pytest.importorskip("numba")

NEITHER: set[str] = set()  # nor by NumPy
NOT_YET = {
    "piecewise_spline": "is None on one path",
    "worklist": "`zeros_list` has no compiled form",  # a list of tuples
    "grid_of_lists": "a write to an array that a list holds",  # a list of lists
    "soft_edit_distance": "`zeros_list` has no compiled form",  # a tape of lists
}
SCALAR = [p for p in PROGRAMS if p.result == "scalar" and p.name not in NEITHER]
COMPILED = [p for p in SCALAR if p.name not in NOT_YET]


def compiled_gradient(program):
    return astgrad.grad(program.function, argnums_of(program), compile="numba")


def test_the_reasons_are_of_programs():
    assert {*NEITHER, *NOT_YET} <= {p.name for p in PROGRAMS}


@pytest.mark.sample(30)
@pytest.mark.parametrize("program", COMPILED, ids=lambda p: p.name)
def test_loops_run_as_python(program):
    """The text, run by Python without Numba: the same numbers, from a well-formed program."""
    made = []
    keep, module = compiled_module.jit_function, compiled_module.jit_module

    def checked(name, parameters, inputs, loops, *rest):
        check(loops.ops, [var for var, _ in inputs], loops.flat)
        return keep(name, parameters, inputs, loops, *rest)

    def noted(*functions):
        made.append(module(*functions))
        return made[-1]

    args = example(program)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiled_module, "jit_function", checked)
        patch.setattr(compiled_module, "jit_module", noted)
        text = astgrad.derivative_source(
            program.function, *args, argnums=argnums_of(program), compile="numba")
    assert "import astgrad" not in text
    space = dict(made[0].objects)
    exec(text.replace("@numba.njit(error_model=\"numpy\")\n", ""), space)
    with np.errstate(all="ignore"):
        result = space[f"{program.name}_grad"](*copy.deepcopy(args))
    check_same(result, gradient_of(program)(*copy.deepcopy(args)))


@pytest.mark.sample(5)
@pytest.mark.parametrize("program", COMPILED, ids=lambda p: p.name)
def test_compiled(program, strict):
    args = example(program)
    kept = copy.deepcopy(args)
    result = compiled_gradient(program)(*args)
    check_same(result, gradient_of(program)(*copy.deepcopy(kept)))
    for one, two in zip(leaves(args), leaves(kept), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("name", sorted(NOT_YET))
def test_refused_with_the_users_line(name):
    program = next(p for p in PROGRAMS if p.name == name)
    with pytest.raises(UnsupportedError, match=NOT_YET[name]) as caught:
        compiled_gradient(program).source(*example(program))
    assert caught.value.lineno
    assert "^" in str(caught.value)


# -- semantics ---------------------------------------------------------------------------------


def pick(x, i):
    return x[i] ** 2


def test_an_index_out_of_bounds_is_an_error():
    gradient = astgrad.grad(pick, compile="numba")
    x = np.arange(4.0)
    assert gradient(x, -1).tolist() == [0.0, 0.0, 0.0, 6.0]
    with pytest.raises(IndexError) as caught:
        gradient(x, 4)
    assert "return x[i] ** 2" in caught.value.__notes__[0]


def smooth(u, v):
    return np.sum(u[1:-1] * v[:-2])


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 9])
def test_short_arrays(n):
    """One text for all lengths: slices may be empty, or of length 1."""
    gradient, expected = astgrad.grad(smooth, (0, 1), compile="numba"), astgrad.grad(smooth, (0, 1))
    gradient(np.ones(5), np.ones(5))
    u, v = np.arange(2.0 * n).reshape(2, n)
    check_same(gradient(u, v), expected(u, v))


def outer_sum(x, y):
    return np.sum(x * y + np.sin(y))


@pytest.mark.parametrize("shapes", [((3, 1), (4,)), ((1,), (5,)), ((2, 1, 3), (4, 1)), ((3,), (3,))])
def test_broadcasting(shapes):
    x, y = (np.linspace(0.1, 1.0, int(np.prod(s))).reshape(s) for s in shapes)
    check_same(astgrad.grad(outer_sum, (0, 1), compile="numba")(x, y),
               astgrad.grad(outer_sum, (0, 1))(x, y))


def ratio(x, y):
    return x / y + x


def test_division_by_zero_raises_as_python_does():
    gradient = astgrad.grad(ratio, compile="numba")
    assert gradient(3.0, 2.0) == 1.5
    with pytest.raises(ZeroDivisionError):
        gradient(1.0, 0.0)


def logarithms(x):
    return np.sum(np.log(x) + np.sqrt(x))


def test_inf_and_nan_are_numpys():
    x = np.array([0.0, 1.0, -1.0])
    with np.errstate(all="ignore"):
        expected = astgrad.grad(logarithms)(x)
    np.testing.assert_array_equal(astgrad.grad(logarithms, compile="numba")(x), expected)


def factorial_series(x, n):
    total, factorial = 1.0, 1
    for k in range(1, n):
        factorial *= k
        total += x**k / factorial
    return total


def test_ints_do_not_overflow():
    """25! is no int of 64 bits: NumPy's text is run, with Python's ints."""
    gradient = astgrad.grad(factorial_series, compile="numba")
    assert gradient(2.0, 30) == astgrad.grad(factorial_series)(2.0, 30)


def shifted_twice(x):
    x = x.copy()
    x[1:] = x[:-1] + x[1:]
    x[:-1] += x[1:]
    return np.sum(x**3)


def test_a_store_that_overlaps_what_it_reads():
    x = np.linspace(0.5, 1.5, 7)
    check_same(astgrad.grad(shifted_twice, compile="numba")(x), astgrad.grad(shifted_twice)(x))


def test_layouts_and_read_only_arrays():
    x = np.linspace(0.1, 1.0, 12).reshape(3, 4)
    gradient = astgrad.grad(lambda a: np.sum(np.sin(a) * a.T[0, 0]), compile="numba")
    expected = gradient(x)
    frozen = x.copy()
    frozen.flags.writeable = False
    for same in (np.asfortranarray(x), frozen, np.repeat(x, 2, axis=1)[:, ::2], x.astype(">f8")):
        np.testing.assert_allclose(gradient(same), expected)


def scaled(x, factor):
    return np.sum(x * factor)


def test_float32_stays():
    x = np.linspace(0.1, 1.0, 5, dtype=np.float32)
    assert astgrad.grad(scaled, compile="numba")(x, 2.0).dtype == np.float32


@pytest.mark.parametrize("make", [
    astgrad.value_and_grad, astgrad.hessian, astgrad.jacfwd, astgrad.jacrev,
    astgrad.value_and_jacobian, astgrad.elementwise_grad])  # fmt: skip
def test_every_derivative_function(make):
    def function(x):
        return x**3 if make is astgrad.elementwise_grad else np.sum(x[1:] ** 3 * x[:-1])

    x = np.linspace(0.5, 1.0, 4)
    check_same(make(function, compile="numba")(x), make(function)(x))


def test_derivative_of_a_number():
    made = astgrad.derivative(lambda t: t**3, compile="numba")
    assert made(2.0) == 12.0
    assert type(made(2.0)) is float


def test_parallel_is_serial():
    program = next(p for p in PROGRAMS if p.name == "jacobi_2d")
    args = example(program)
    made = astgrad.grad(program.function, compile="numba", parallel=True)
    assert "numba.prange" in made.source(*args)
    check_same(made(*args), compiled_gradient(program)(*args)[0])


def test_parallel_without_independent_loops():
    with pytest.raises(UnsupportedError, match="independent"):
        astgrad.grad(lambda x: x * x, compile="numba", parallel=True)(2.0)


# -- where it cannot be --------------------------------------------------------------------------


def with_a_file(x):
    print("working")
    return x * x


def test_auto_takes_numpy_with_one_warning():
    gradient = astgrad.grad(with_a_file, compile="auto")
    with pytest.warns(RuntimeWarning, match="compile='auto' takes NumPy"):
        assert gradient(3.0) == 6.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert gradient(4.0) == 8.0


def test_effects_are_refused():
    with pytest.raises(UnsupportedError, match="Numba cannot compile") as caught:
        astgrad.grad(with_a_file, compile="numba")(3.0)
    assert "print" in caught.value.text


def test_a_wrong_word():
    with pytest.raises(ArgumentError, match="numba"):
        astgrad.grad(ratio, compile="llvm")


# -- the disk ------------------------------------------------------------------------------------


def test_the_text_runs_without_astgrad(tmp_path):
    path = tmp_path / "made.py"
    path.write_text(astgrad.derivative_source(smooth, np.ones(5), np.ones(5), compile="numba"))
    code = "import sys; sys.modules['astgrad'] = None; import numpy as np, made; "
    code += "print(made.smooth_grad(np.ones(5), np.ones(5)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "[0. 1. 1. 1. 0.]\n", done.stderr


def test_the_next_process_finds_it(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent("""
        import numpy as np, astgrad
        def total(x):
            return np.sum(np.sin(x) ** 2)
        g = astgrad.grad(total, compile="numba")
        g(np.ones(3))
        (made,) = g._cache.found.values().__iter__().__next__(),
        print(sum(made.function.function.stats.cache_hits.values()))
    """))
    folder = tmp_path / "kept"
    environment = {**os.environ, "ASTGRAD_CACHE_DIR": str(folder)}
    runs = [subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True)
            for _ in range(2)]
    assert [run.stdout for run in runs] == ["0\n", "1\n"], runs[0].stderr
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not list(folder.glob("*.tmp"))


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="the modes of POSIX")
def test_a_folder_that_others_can_write_is_not_used(tmp_path, monkeypatch):
    from astgrad.backend.numba import cache_folder

    tmp_path.chmod(0o777)
    monkeypatch.setenv("ASTGRAD_CACHE_DIR", str(tmp_path))
    with pytest.warns(RuntimeWarning, match="private"):
        assert cache_folder() is None
