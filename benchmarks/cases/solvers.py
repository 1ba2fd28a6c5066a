"""Factorisations and a triangular solve, as loops that write in place."""

import numpy as np

from .case import Case, scaled


def cholesky(A):
    A = A.copy()
    n = len(A)
    for i in range(n):
        for j in range(i):
            A[i, j] = (A[i, j] - np.dot(A[i, :j], A[j, :j])) / A[j, j]
        A[i, i] = np.sqrt(A[i, i] - np.dot(A[i, :i], A[i, :i]))
    return np.sum(np.tril(A) ** 2)


def lu(A):
    A = A.copy()
    n = len(A)
    for i in range(n):
        for j in range(i):
            A[i, j] = (A[i, j] - np.dot(A[i, :j], A[:j, j])) / A[j, j]
        for j in range(i, n):
            A[i, j] -= np.dot(A[i, :i], A[:i, j])
    return np.sum(A * A)


def trisolv(L, b):
    x = np.zeros(len(b))
    for i in range(len(b)):
        x[i] = (b[i] - np.dot(L[i, :i], x[:i])) / L[i, i]
    return np.sum(x * x)


def definite(rng, n):
    M = rng.normal(size=(n, n))
    return M @ M.T / n + np.eye(n)


def triangular(rng, n):
    return np.tril(rng.normal(size=(n, n)), -1) / n + np.eye(n)


def of_trisolv(rng, n):
    return triangular(rng, n), rng.normal(size=n)


CASES = (
    Case(cholesky, "array", lambda rng, size: (definite(rng, scaled(80, size)),), (0,), True),
    Case(lu, "array", lambda rng, size: (definite(rng, scaled(60, size)),), (0,), True),
    Case(
        trisolv, "array",
        lambda rng, size: of_trisolv(rng, scaled(1500, size)),
        (0, 1), True,
    ),
)
