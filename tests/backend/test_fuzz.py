"""Generated programs through `compile="numba"`: the loops, run by Python, against differences."""

import numpy as np
import pytest
from fuzz.generate import generate
from fuzz.oracle import check

import astgrad
from astgrad.api import compiled, compiled_maps

numba = pytest.importorskip("numba")


class Loops:
    """What the oracle calls, with `compile="numba"`."""

    errors = astgrad.errors

    @staticmethod
    def grad(function, argnums=0):
        return astgrad.grad(function, argnums, compile="numba")

    @staticmethod
    def vjp(function, *args):
        return astgrad.vjp(function, *args, compile="numba")

    @staticmethod
    def jvp(function, primals, tangents):
        return astgrad.jvp(function, primals, tangents, compile="numba")


@pytest.mark.sample(12)
@pytest.mark.parametrize("seed", range(400, 600))
def test_generated_programs(seed, strict, monkeypatch):
    def by_python(text, *names):
        space = {"np": np, **text.objects}
        exec(text.source.replace("@numba.njit(error_model=\"numpy\")\n", ""), space)
        return tuple(space[name] for name in names)

    for module in (compiled, compiled_maps):
        monkeypatch.setattr(module, "compile_loops", by_python)
    with np.errstate(all="ignore"):
        outcome = check(generate(seed), Loops)
    assert outcome.status in ("ok", "refused"), outcome
