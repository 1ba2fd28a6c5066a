"""Reductions whose axis or `keepdims` are values of the call, not of the text."""

import numpy as np
import pytest

import astgrad

X = np.random.default_rng(0).normal(size=(2, 3, 4))


@pytest.mark.parametrize("mode", ["reverse", "forward"])
@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("axis", [0, 1, -1, (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("reduce", [np.max, np.min, np.sum, np.mean])
def test_reductions(reduce, axis, kept, mode):
    def f(x):
        return np.sum(np.sin(reduce(x, axis=axis, keepdims=kept)) * 1.7)

    expected = astgrad.numerical_grad(f)(X)
    np.testing.assert_allclose(astgrad.grad(f, mode=mode)(X), expected, atol=1e-6)
