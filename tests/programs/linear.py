"""Dense and sparse linear algebra by loops, most of it in place."""

import numpy as np

from .program import Program


def cholesky(a):
    """Cholesky factor in place, row by row (PolyBench cholesky); log determinant."""
    n = a.shape[0]
    for i in range(n):
        for j in range(i):
            a[i, j] -= np.dot(a[i, :j], a[j, :j])
            a[i, j] /= a[j, j]
        a[i, i] -= np.dot(a[i, :i], a[i, :i])
        a[i, i] = np.sqrt(a[i, i])
    return 2.0 * np.sum(np.log(np.diag(a))) + a[n - 1, 0]


def lu_factor(a):
    """LU without pivoting by scalar loops (PolyBench lu); both triangles are read."""
    a = a.copy()
    n = len(a)
    for i in range(n):
        for j in range(i):
            for k in range(j):
                a[i, j] -= a[i, k] * a[k, j]
            a[i, j] /= a[j, j]
        for j in range(i, n):
            for k in range(i):
                a[i, j] -= a[i, k] * a[k, j]
    return np.sum(np.log(np.abs(np.diagonal(a)))) + np.sum(a[:, 0] * a[0, :])


def pivoted_solve(a, b):
    """Gaussian elimination with partial pivoting and row swaps, then back."""
    a, x = a.copy(), b.copy()
    n = len(x)
    for k in range(n - 1):
        p = k + int(np.argmax(np.abs(a[k:, k])))
        if p != k:
            a[[k, p]] = a[[p, k]]
            x[k], x[p] = x[p], x[k]
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            a[i, k:] -= factor * a[k, k:]
            x[i] -= factor * x[k]
    for i in range(n - 1, -1, -1):
        x[i] = (x[i] - np.dot(a[i, i + 1 :], x[i + 1 :])) / a[i, i]
    return np.dot(x, x)


def triangular_solve(lower, b):
    """Forward substitution (PolyBench trisolv)."""
    x = np.zeros_like(b)
    for i in range(len(b)):
        x[i] = (b[i] - lower[i, :i] @ x[:i]) / lower[i, i]
    return np.sum(x**2)


def gram_schmidt(a):
    """Modified Gram-Schmidt: columns are normalised and projected out (PolyBench)."""
    a = a.copy()
    m, n = a.shape
    q = np.zeros((m, n))
    r = np.zeros((n, n))
    for k in range(n):
        r[k, k] = np.sqrt(np.dot(a[:, k], a[:, k]))
        q[:, k] = a[:, k] / r[k, k]
        for j in range(k + 1, n):
            r[k, j] = np.dot(q[:, k], a[:, j])
            a[:, j] -= q[:, k] * r[k, j]
    return np.sum(np.sin(q)) + np.sum(r**2 / (1.0 + np.arange(n)))


def durbin(r):
    """Levinson-Durbin recursion for a Toeplitz system (PolyBench durbin)."""
    n = len(r)
    y = np.empty(n)
    alpha = -r[0]
    beta = 1.0
    y[0] = -r[0]
    for k in range(1, n):
        beta *= 1.0 - alpha * alpha
        alpha = -(r[k] + np.dot(np.flip(r[:k]), y[:k])) / beta
        y[:k] += alpha * np.flip(y[:k])
        y[k] = alpha
    return np.sum(y**2)


def gemver(alpha, beta, a, u1, v1, u2, v2, y, z):
    """Rank-two update and two products (PolyBench gemver)."""
    a += np.outer(u1, v1) + np.outer(u2, v2)
    x = beta * (y @ a) + z
    w = alpha * (a @ x)
    return np.dot(w, x)


def syrk(alpha, beta, c, a):
    """Symmetric rank-k update of the lower triangle (PolyBench syrk)."""
    for i in range(a.shape[0]):
        c[i, : i + 1] *= beta
        for k in range(a.shape[1]):
            c[i, : i + 1] += alpha * a[i, k] * a[: i + 1, k]
    return np.sum(c * c)


def trmm(alpha, a, b):
    """Triangular matrix product in place (PolyBench trmm)."""
    m, n = b.shape
    for i in range(m):
        for j in range(n):
            b[i, j] += np.dot(a[i + 1 :, i], b[i + 1 :, j])
    b *= alpha
    return np.sum(np.sin(b))


def atax(a, x):
    """The product A'(Ax), accumulated row by row (PolyBench atax)."""
    y = np.zeros(a.shape[1])
    for row in a:
        y += row * (row @ x)
    return np.sum(y * x)


def bicg_kernel(a, p, r):
    """Both products of the BiCG step in one pass over A (PolyBench bicg)."""
    n, m = a.shape
    s = np.zeros(m)
    q = np.zeros(n)
    for i in range(n):
        for j in range(m):
            s[j] += r[i] * a[i, j]
            q[i] += a[i, j] * p[j]
    return np.sum(s**2) + np.sum(q**3)


def gesummv(alpha, beta, a, b, x):
    """Summed matrix-vector products with a temporary (PolyBench gesummv)."""
    n = len(x)
    temporary = np.zeros(n)
    y = np.zeros(n)
    for i in range(n):
        for j in range(n):
            temporary[i] = a[i, j] * x[j] + temporary[i]
            y[i] = b[i, j] * x[j] + y[i]
        y[i] = alpha * temporary[i] + beta * y[i]
    return np.dot(y, np.tanh(x))


def symm(alpha, beta, c, a, b):
    """Product with a symmetric matrix stored in its lower triangle (PolyBench)."""
    m, n = c.shape
    row = np.empty(n)
    c *= beta
    for i in range(m):
        for j in range(n):
            c[:i, j] += alpha * b[i, j] * a[i, :i]
            row[j] = b[:i, j] @ a[i, :i]
        c[i, :] += alpha * b[i, :] * a[i, i] + alpha * row
    return np.sum(c**2)


def thomas_solve(lower, diagonal, upper, b):
    """Tridiagonal system by the Thomas algorithm, overwriting the right-hand side."""
    d = diagonal.copy()
    n = len(b)
    for i in range(1, n):
        factor = lower[i - 1] / d[i - 1]
        d[i] -= factor * upper[i - 1]
        b[i] -= factor * b[i - 1]
    b[-1] /= d[-1]
    for i in reversed(range(n - 1)):
        b[i] = (b[i] - upper[i] * b[i + 1]) / d[i]
    return np.sum(b**2)


def conjugate_gradient(a, b, tolerance):
    """Hestenes-Stiefel iteration to a tolerance, vectors updated in place."""
    x = np.zeros_like(b)
    r = b.copy()
    p = r.copy()
    old = r @ r
    for _ in range(2 * len(b)):
        ap = a @ p
        step = old / (p @ ap)
        x += step * p
        r -= step * ap
        new = r @ r
        if np.sqrt(new) < tolerance:
            break
        p *= new / old
        p += r
        old = new
    return np.sum(x**2) + b @ x


def power_iteration(a, v, rounds):
    """Dominant eigenvalue by the power method and a Rayleigh quotient."""
    for _ in range(rounds):
        v = a @ v
        v = v / np.linalg.norm(v)
    return v @ a @ v / (v @ v) + np.sum(np.sin(3 * v))


def householder_qr(a):
    """QR by reflections that are applied in place; sums entries of R."""
    r = a.copy()
    for k in range(r.shape[1]):
        v = r[k:, k].copy()
        v[0] += np.copysign(np.sqrt(np.sum(v * v)), v[0])
        v /= np.sqrt(np.sum(v * v))
        block = r[k:, k:]
        block -= 2.0 * np.outer(v, v @ block)
    return np.sum(np.log(np.abs(np.diag(r)))) + np.sum(np.triu(r, 1) ** 2)


def matrix_chain(matrices, x):
    """A scaled product of a list of matrices, from the right; then the trace."""
    product = np.eye(len(x))
    for matrix in reversed(matrices):
        product = matrix @ product
        product /= 1.0 + np.abs(product).max()
    return np.trace(product) + x @ product @ x


def _definite(rng, n):
    a = rng.normal(size=(n, n))
    return a @ a.T / n + np.eye(n)


def _dominant(rng, n):
    return rng.normal(size=(n, n)) + 2.0 * n * np.eye(n)


def _gemver(rng, size):
    n = 3 * size
    a = rng.normal(size=(n, n)) / n
    vectors = rng.normal(size=(6, n)) / np.sqrt(n)
    return float(rng.uniform(1, 2)), float(rng.uniform(1, 2)), a, *vectors


def _scalars(rng):
    return float(rng.uniform(1, 2)), float(rng.uniform(1, 2))


def _symm(rng, size):
    m, n = 3 * size, 2 * size
    c, b = rng.normal(size=(2, m, n))
    return *_scalars(rng), c, rng.normal(size=(m, m)), b


def _tridiagonal(rng, size):
    n = 5 * size
    lower, upper = rng.normal(size=(2, n - 1))
    return lower, 3.0 + rng.uniform(size=n), upper, rng.normal(size=n)


def _power(rng, size):
    n = 3 * size
    a = _definite(rng, n) + 0.1 * rng.normal(size=(n, n))
    return a, rng.normal(size=n), 2 + size


def _square(rng, size):
    return rng.normal(size=(3 * size, 3 * size))


PROGRAMS = (
    Program(cholesky, lambda rng, size: (_definite(rng, 3 * size),)),
    Program(lu_factor, lambda rng, size: (_dominant(rng, 3 * size),)),
    Program(
        pivoted_solve,
        lambda rng, size: (
            rng.permutation(_dominant(rng, 3 * size)),
            rng.normal(size=3 * size),
        ),
        (0, 1),
    ),
    Program(
        triangular_solve,
        lambda rng, size: (_dominant(rng, 4 * size), 9 * rng.normal(size=4 * size)),
        (0, 1),
    ),
    Program(gram_schmidt, lambda rng, size: (rng.normal(size=(4 * size, 2 + size)),)),
    Program(durbin, lambda rng, size: (rng.uniform(-0.9, 0.9, 4 * size) / (4 * size),)),
    Program(gemver, _gemver, (0, 1, 2, 3, 4, 5, 6, 7, 8)),
    Program(
        syrk,
        lambda rng, size: (
            *_scalars(rng),
            _square(rng, size),
            rng.normal(size=(3 * size, 2 * size)),
        ),
        (0, 1, 2, 3),
    ),
    Program(
        trmm,
        lambda rng, size: (
            float(rng.uniform(1, 2)),
            _square(rng, size) / (3 * size),
            rng.normal(size=(3 * size, 2 * size)),
        ),
        (0, 1, 2),
    ),
    Program(
        atax,
        lambda rng, size: (
            rng.normal(size=(4 * size, 3 * size)),
            rng.normal(size=3 * size),
        ),
        (0, 1),
    ),
    Program(
        bicg_kernel,
        lambda rng, size: (
            rng.normal(size=(4 * size, 3 * size)),
            rng.normal(size=3 * size),
            rng.normal(size=4 * size),
        ),
        (0, 1, 2),
    ),
    Program(
        gesummv,
        lambda rng, size: (
            *_scalars(rng),
            _square(rng, size),
            _square(rng, size),
            rng.normal(size=3 * size),
        ),
        (0, 1, 2, 3, 4),
    ),
    Program(symm, _symm, (0, 1, 2, 3, 4)),
    Program(thomas_solve, _tridiagonal, (0, 1, 2, 3)),
    Program(
        conjugate_gradient,
        lambda rng, size: (_definite(rng, 4 * size), rng.normal(size=4 * size), 0.05),
        (0, 1),
    ),
    Program(power_iteration, _power, (0, 1)),
    Program(householder_qr, lambda rng, size: (rng.normal(size=(4 * size, 3 * size)),)),
    Program(
        matrix_chain,
        lambda rng, size: (
            [rng.normal(size=(3, 3)) for _ in range(3 * size)],
            rng.normal(size=3),
        ),
        (0, 1),
    ),
)
