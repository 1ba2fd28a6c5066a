"""Stencils: Jacobi and Seidel sweeps, horizontal diffusion, vertical advection."""

import numpy as np

from .case import Case, scaled


def jacobi_2d(A, B, steps):
    A, B = A.copy(), B.copy()
    for _ in range(steps):
        B[1:-1, 1:-1] = 0.2 * (
            A[1:-1, 1:-1] + A[1:-1, :-2] + A[1:-1, 2:] + A[2:, 1:-1] + A[:-2, 1:-1]
        )
        A[1:-1, 1:-1] = 0.2 * (
            B[1:-1, 1:-1] + B[1:-1, :-2] + B[1:-1, 2:] + B[2:, 1:-1] + B[:-2, 1:-1]
        )
    return np.sum(A * A)


def seidel_2d(A, steps):
    A = A.copy()
    n = len(A)
    for _ in range(steps):
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                A[i, j] = (
                    A[i - 1, j - 1] + A[i - 1, j] + A[i - 1, j + 1]
                    + A[i, j - 1] + A[i, j] + A[i, j + 1]
                    + A[i + 1, j - 1] + A[i + 1, j] + A[i + 1, j + 1]
                ) / 9.0
    return np.sum(A * A)


def hdiff(field, coeff):
    lap = 4.0 * field[1:-1, 1:-1] - (
        field[2:, 1:-1] + field[:-2, 1:-1] + field[1:-1, 2:] + field[1:-1, :-2]
    )
    res = lap[1:, 1:-1] - lap[:-1, 1:-1]
    flux_x = np.where(res * (field[2:-1, 2:-2] - field[1:-2, 2:-2]) > 0, 0.0, res)
    res = lap[1:-1, 1:] - lap[1:-1, :-1]
    flux_y = np.where(res * (field[2:-2, 2:-1] - field[2:-2, 1:-2]) > 0, 0.0, res)
    out = field[2:-2, 2:-2] - coeff * (
        flux_x[1:] - flux_x[:-1] + flux_y[:, 1:] - flux_y[:, :-1]
    )
    return np.sum(out * out)


def vadv(stage, u, wcon, pos, tens, dtr):
    """A tridiagonal system in k (Thomas' algorithm), implicit by halves."""
    stage = stage.copy()
    K = stage.shape[2]
    ccol = np.zeros(stage.shape)
    dcol = np.zeros(stage.shape)
    gcv = 0.25 * (wcon[1:, :, 1] + wcon[:-1, :, 1])
    cs = 0.5 * gcv
    ccol[:, :, 0] = 0.5 * gcv
    bcol = dtr - ccol[:, :, 0]
    term = -cs * (u[:, :, 1] - u[:, :, 0])
    dcol[:, :, 0] = dtr * pos[:, :, 0] + tens[:, :, 0] + stage[:, :, 0] + term
    ccol[:, :, 0] = ccol[:, :, 0] / bcol
    dcol[:, :, 0] = dcol[:, :, 0] / bcol
    for k in range(1, K - 1):
        gav = -0.25 * (wcon[1:, :, k] + wcon[:-1, :, k])
        gcv = 0.25 * (wcon[1:, :, k + 1] + wcon[:-1, :, k + 1])
        as_ = 0.5 * gav
        cs = 0.5 * gcv
        acol = 0.5 * gav
        ccol[:, :, k] = 0.5 * gcv
        bcol = dtr - acol - ccol[:, :, k]
        term = -as_ * (u[:, :, k - 1] - u[:, :, k]) - cs * (u[:, :, k + 1] - u[:, :, k])
        dcol[:, :, k] = dtr * pos[:, :, k] + tens[:, :, k] + stage[:, :, k] + term
        divided = 1.0 / (bcol - ccol[:, :, k - 1] * acol)
        ccol[:, :, k] = ccol[:, :, k] * divided
        dcol[:, :, k] = (dcol[:, :, k] - dcol[:, :, k - 1] * acol) * divided
    gav = -0.25 * (wcon[1:, :, K - 1] + wcon[:-1, :, K - 1])
    as_ = 0.5 * gav
    acol = 0.5 * gav
    bcol = dtr - acol
    term = -as_ * (u[:, :, K - 2] - u[:, :, K - 1])
    dcol[:, :, K - 1] = dtr * pos[:, :, K - 1] + tens[:, :, K - 1] + stage[:, :, K - 1] + term
    divided = 1.0 / (bcol - ccol[:, :, K - 2] * acol)
    dcol[:, :, K - 1] = (dcol[:, :, K - 1] - dcol[:, :, K - 2] * acol) * divided
    data = dcol[:, :, K - 1]
    stage[:, :, K - 1] = dtr * (data - pos[:, :, K - 1])
    for k in range(K - 2, -1, -1):
        data = dcol[:, :, k] - ccol[:, :, k] * data
        stage[:, :, k] = dtr * (data - pos[:, :, k])
    return np.sum(stage * stage)


def of_jacobi(rng, size):
    n = scaled(150, size)
    return rng.normal(size=(n, n)), rng.normal(size=(n, n)), scaled(40, size)


def of_seidel(rng, size):
    n = scaled(40, size)
    return rng.normal(size=(n, n)), scaled(5, size)


def of_hdiff(rng, size):
    n = scaled(64, size) + 4
    return rng.normal(size=(n, n, 32)), 0.1 + rng.random(size=(n - 4, n - 4, 32))


def of_vadv(rng, size):
    n, k = scaled(64, size), scaled(40, size)
    shape = (n, n, k)
    fields = [rng.normal(size=shape) for _ in range(4)]
    return fields[0], fields[1], rng.random(size=(n + 1, n, k)), fields[2], fields[3], 3.0 / 20.0


CASES = (
    Case(jacobi_2d, "array", of_jacobi, (0, 1), in_place=True),
    Case(seidel_2d, "array", of_seidel, (0,), in_place=True),
    Case(hdiff, "array", of_hdiff, (0, 1)),
    Case(vadv, "array", of_vadv, (0, 1, 2, 3, 4), in_place=True),
)
