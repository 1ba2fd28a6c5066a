"""`compile="numba"` of `vjp`, `jvp`, `linearize`, `hvp`, `ggnvp`: as NumPy's, and errors go back to it."""

import copy

import numpy as np
import pytest
from programs import PROGRAMS
from programs.derived import example
from trees import check_same, direction, tree_map

import astgrad
from astgrad.api import compiled_maps
from astgrad.errors import ArgumentError, UnsupportedError

numba = pytest.importorskip("numba")

LISTS = {"worklist", "grid_of_lists", "soft_edit_distance"}  # of tuples or lists
NOT_YET = {
    **{(kind, name): "Numba cannot compile" for kind in ("jvp", "vjp", "linearize") for name in LISTS},
    **{(kind, "piecewise_spline"): "is None on one path" for kind in ("vjp", "linearize")},
    ("linearize", "csr_product"): "the number of dimensions",
    **{(kind, "factor_analysis"): "cofactors" for kind in ("jvp", "linearize")},
    ("linearize", "pivoted_solve"): "the number of dimensions",
}
CASES = [pytest.param(kind, p, id=f"{kind}-{p.name}") for p in PROGRAMS
         for kind in ("jvp", "vjp", "linearize")]  # fmt: skip


def along(kind, program, **options):
    """The value and its derivative along a direction, or the pullback of one."""
    args, rng = example(program), np.random.default_rng(1)
    if kind == "jvp":
        return astgrad.jvp(program.function, args, direction(args, rng), **options)
    given = copy.deepcopy(args)
    out, linear = getattr(astgrad, kind)(program.function, *given, **options)
    for array in given:
        if isinstance(array, np.ndarray):
            array[...] = 3  # the map does not read what is the caller's
    seeds = (direction(out, rng),) if kind == "vjp" else direction(args, rng)
    first, again = linear(*seeds), linear(*copy.deepcopy(seeds))
    check_same(first, again, 0.0)
    return out, first


def without_scalars(tree):
    """Python's numbers for NumPy's: on numbers the NumPy text uses `math`, the loops do not."""
    return tree_map(lambda x: x if isinstance(x, np.ndarray) else float(x), tree)


def refusal_of(kind, program):
    return NOT_YET.get((kind, program.name))


def check_map(kind, program):
    if refusal_of(kind, program) is not None:
        with pytest.raises(UnsupportedError, match=refusal_of(kind, program)):
            along(kind, program, compile="numba")
        return
    ours, theirs = along(kind, program, compile="numba"), along(kind, program)
    check_same(without_scalars(ours), without_scalars(theirs))


@pytest.mark.sample(30)
@pytest.mark.parametrize(("kind", "program"), CASES)
def test_loops_run_as_python(kind, program, strict, monkeypatch):
    def by_python(text, *names):
        space = {"np": np, **text.objects}
        exec(text.source.replace("@numba.njit(error_model=\"numpy\")\n", ""), space)
        return tuple(space[name] for name in names)

    monkeypatch.setattr(compiled_maps, "compile_loops", by_python)
    with np.errstate(all="ignore"):
        check_map(kind, program)


@pytest.mark.sample(4)
@pytest.mark.parametrize(("kind", "program"), CASES)
def test_compiled(kind, program, strict):
    check_map(kind, program)


# -- errors ------------------------------------------------------------------------------------


def root(x):
    return x**0.5


def test_the_pullback_gives_what_numpy_gives():
    """The slope at 0 is inf: Python's float raises, and so do the loops."""
    with np.errstate(all="ignore"):
        out, pullback = astgrad.vjp(root, 0.0, compile="numba")
        assert (out, pullback(1.0)) == (0.0, (np.inf,))
        out, tangent = astgrad.linearize(root, 0.0, compile="numba")
        assert (out, tangent(1.0)) == (0.0, np.inf)
        assert astgrad.jvp(root, (0.0,), (1.0,), compile="numba") == (0.0, np.inf)


def scaled_root(x, y):
    x[1] = y * x[0]
    return x[1:] ** 0.5 * x[0]


def test_the_fallback_is_at_the_primals_of_then():
    x = np.array([4.0, 1.0, 9.0])
    out, pullback = astgrad.vjp(scaled_root, x, 2.0, compile="numba")
    expected = pullback(np.ones(2))
    assert x.tolist() == [4.0, 1.0, 9.0]
    pullback._saved.compiled.second = broken
    x[:] = 0.0
    out[:] = 0.0
    check_same(pullback(np.ones(2)), expected)


def broken(*args):
    raise IndexError("as the loops do")


def pick(x, i):
    return x[i] * x


def test_an_error_is_the_functions_own():
    x = np.arange(4.0)
    with pytest.raises(IndexError) as caught:
        astgrad.vjp(pick, x, 4, compile="numba")
    assert "return x[i] * x" in caught.value.__notes__[0]
    with pytest.raises(IndexError):
        astgrad.jvp(pick, (x, 4), (x, None), compile="numba")


def with_a_file(x):
    print("working")
    return x * x


def test_auto_takes_numpy():
    with pytest.warns(RuntimeWarning, match="compile='auto' takes NumPy"):
        out, pullback = astgrad.vjp(with_a_file, 3.0, compile="auto")
    assert (out, pullback(1.0)) == (9.0, (6.0,))
    assert astgrad.jvp(with_a_file, (3.0,), (1.0,), compile="auto") == (9.0, 6.0)
    with pytest.raises(UnsupportedError, match="Numba cannot compile"):
        astgrad.vjp(with_a_file, 3.0, compile="numba")


def test_a_wrong_word():
    with pytest.raises(ArgumentError, match="numba"):
        astgrad.vjp(pick, 1.0, compile="llvm")
    with pytest.raises(ArgumentError, match="debug"):
        astgrad.vjp(pick, 1.0, compile="numba", debug=True)


# -- structures, second order --------------------------------------------------------------------


def parts(params, *, factor):
    h = np.tanh(params["w"] * factor) + params["b"]
    return {"h": h, "norm": np.sum(h**2)}, h[0]


def test_structures_and_keywords(strict):
    def fun(params, factor=2.0):
        return parts(params, factor=factor)[0]

    params = {"w": np.linspace(0.0, 1.0, 3), "b": 0.5}
    seed = {"h": np.ones(3), "norm": 2.0}
    out, pullback = astgrad.vjp(fun, params, compile="numba")
    expected, theirs = astgrad.vjp(fun, params)
    check_same(out, expected)
    check_same(pullback(seed), theirs(seed))
    tangents = ({"w": np.ones(3), "b": 1.0},)
    check_same(astgrad.jvp(fun, (params,), tangents, compile="numba"),
               astgrad.jvp(fun, (params,), tangents))


def coupled(x):
    return np.sum(np.sin(x[1:]) * x[:-1] ** 2)


def test_second_order(strict):
    x, v = np.linspace(0.5, 1.0, 5), np.linspace(1.0, -1.0, 5)
    check_same(astgrad.hvp(coupled, (x,), (v,), compile="numba"), astgrad.hvp(coupled, (x,), (v,)))

    def outer(r):
        return 0.5 * np.sum(r**2)

    check_same(astgrad.ggnvp(outer, np.sin, (x,), (v,), compile="numba"),
               astgrad.ggnvp(outer, np.sin, (x,), (v,)))


def twice(x):
    return x, x


def test_a_result_that_is_returned_twice(strict):
    out, pullback = astgrad.vjp(twice, 2.0, compile="numba")
    assert (out, pullback((1.0, 3.0))) == ((2.0, 2.0), (4.0,))


def branching(x, n):
    if n > 0:
        scale = np.cos(x)
        x = scale * x
    else:
        x = 2.0 * x
    return x


@pytest.mark.parametrize("n", [1, 0])
def test_what_is_saved_on_one_path(n, strict):
    x = np.linspace(0.1, 1.0, 3)
    check_same(astgrad.vjp(branching, x, n, compile="numba")[1](x),
               astgrad.vjp(branching, x, n)[1](x))
