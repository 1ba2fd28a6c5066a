"""Array writes of every kind, each program about one of them."""

import numpy as np

from .program import Program


def slice_write(x, y):
    """Strided slices of a buffer taken from different sources."""
    z = np.zeros(2 * len(x))
    z[::2] = x
    z[1::2] = np.sin(y) * x
    z[:3] = 0.5 * z[-3:]
    return np.sum(z**2)


def element_write(x):
    """A prefix product kept in an array, one element at a time."""
    prefix = np.empty_like(x)
    prefix[0] = x[0]
    for i in range(1, len(x)):
        prefix[i] = prefix[i - 1] * x[i]
    return np.sum(np.cos(prefix))


def row_view_write(a, v):
    """Rows are bound as views and written through; the matrix is read later."""
    a = a.copy()
    for i in range(a.shape[0]):
        row = a[i]
        row[1:] = row[:-1] * v[i] + row[1:]
        row *= v[i]
    return np.sum(a**2)


def alias_write(x, s):
    """Two names for one array: a write through one is read through the other."""
    a = x * s
    b = a
    before = a[0] ** 2
    b[0] = s * s
    b[1:] *= a[0]
    return before + np.sum(a**3) + b[-1]


def swap_elements(x, rounds):
    """A shuffle by pairwise swaps between squarings: fixed-order butterfly."""
    x = x.copy()
    n = len(x)
    for r in range(rounds):
        for i in range(n // 2):
            x[i], x[n - 1 - i] = x[n - 1 - i], np.sin(x[i])
        x[0], x[1:] = x[-1] * 0.9, x[:-1].copy()
    return np.sum(x * np.arange(1, n + 1))


def augmented_elements(x, w, index):
    """Scatter with every augmented operator, through repeated scalar indices."""
    a = np.ones(4)
    for k, i in enumerate(index):
        a[i] += x[k]
        a[i] *= w[k]
        a[(i + 1) % 4] -= 0.5 * a[i]
        a[(i + 2) % 4] /= 1.0 + w[k] ** 2
    a **= 2
    return np.sum(a)


def out_argument(x, w):
    """Ufuncs write into one reused work array by `out=`."""
    work = np.empty_like(x)
    total = 0.0
    for k in range(len(w)):
        np.multiply(x, w[k], out=work)
        np.tanh(work, out=work)
        np.add(work, x, out=work)
        total += np.sum(work**2)
    return total + work[0]


def scatter_add(values, weights, index, bins):
    """Assembly of element loads into nodes, repeated nodes add (np.add.at)."""
    load = np.zeros(bins)
    np.add.at(load, index, values * weights)
    np.subtract.at(load, index[::2], weights[::2] ** 2)
    return np.sum(load**2 / (1 + np.arange(bins)))


def mask_write(x, scale):
    """Boolean masks as targets, plain and augmented; the mask is of the old values."""
    y = x.copy()
    mask = y > 0.5
    y[mask] = scale * np.log1p(y[mask])
    y[~mask] *= y[~mask]
    y[np.abs(x) > 1.5] = 2.0
    return np.sum(y * x)


def fill_buffer(points, centers, width):
    """A kernel matrix filled entry by entry into np.zeros, one triangle mirrored."""
    n, m = len(points), len(centers)
    kernel = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            gap = points[i] - centers[j]
            kernel[i, j] = np.exp(-np.sum(gap**2) / width)
    diagonal = np.zeros(min(n, m))
    for i in range(min(n, m)):
        diagonal[i] = kernel[i, i] * kernel[-1, i]
    return np.sum(kernel) + np.sum(diagonal)


def overlapping_slices(x, rounds):
    """Pascal's triangle on an array: source and target overlap."""
    x = x.copy()
    for _ in range(rounds):
        x[1:] = x[:-1] + x[1:]
        x[:-1] *= x[1:] * 0.1
    return np.sum(np.sin(x))


def overwritten_constant(x):
    """A constant buffer that is used, then overwritten, then used again."""
    c = np.linspace(1.0, 2.0, len(x))
    y = np.sum(c * x * x)
    c[:] = 7.0
    c[0] = 0.0
    return y + np.dot(c, np.sin(x))


def overwritten_coefficients(x, c):
    """An argument that is constant for the derivative, changed after its use."""
    y = np.sum(c * x * x)
    c[:] = 7.0
    z = np.sum(c * x)
    c -= 6.5
    return y * z + np.sum(x**c)


def _normalise_rows(a, floor):
    for i in range(len(a)):
        a[i] /= floor + np.sqrt(np.sum(a[i] ** 2))


def mutated_by_helper(a, x):
    """A helper normalises rows of its argument in place; the caller reads them."""
    before = a[0, 0] ** 2
    _normalise_rows(a, 1e-2)
    _normalise_rows(a.T, 1e-1)
    return before + np.sum(np.tanh(a @ x))


def rows_in_place(a, target):
    """The loop variable is a row and is written to, half of them by `row[:] =`."""
    for k, row in enumerate(a):
        if k % 2:
            row[:] = np.exp(-row) + target
        else:
            row -= row.mean()
    return np.sum(a * a[::-1])


def jumps_with_writes(x, limit):
    """Nested loops that write, skip, break, fall into `else` and return early."""
    y = x.copy()
    n = len(y)
    for i in range(n):
        for j in range(i, n):
            if (i + j) % 3 == 1:
                continue
            y[j] += 0.3 * y[i] ** 2
            if y[j] > limit:
                y[j] = limit * np.tanh(y[j])
                break
        else:
            y[i] *= 0.5
        if np.sum(y) > 0.85 * n * limit:
            return limit * np.sum(y[: i + 1] ** 2)
    return np.sum(y)


def fancy_write(x, order, table):
    """Integer-array targets: a permutation written, rows gathered and replaced."""
    y = np.zeros_like(x)
    y[order] = x**2
    table = table.copy()
    table[order[:2]] = x[:2, None] * table[order[-2:]]
    table[:, [0, -1]] *= 0.5
    table[0, order % table.shape[1]] += x
    return np.sum(y * np.arange(len(x))) + np.sum(table**2)


def running_statistics(x):
    """Whole-array in-place methods: fill, sort, put, copyto, fill_diagonal."""
    n = len(x)
    gram = np.outer(x, x)
    np.fill_diagonal(gram, np.sum(x))
    ordered = np.empty(n)
    np.copyto(ordered, x)
    ordered.sort()
    np.put(ordered, [0, n - 1], x[1] * x[2])
    scratch = gram[0].copy()
    scratch.fill(x[0])
    return np.sum(gram**2) + np.dot(ordered, np.arange(n)) + np.sum(scratch**3)


def reshaped_view(x, rows):
    """A flat vector written through its matrix view, diagonal view and transpose."""
    flat = x * 2.0
    grid = flat.reshape(rows, -1)
    grid[1] += grid[0] ** 2
    grid.T[0] *= x[:rows]
    corner = grid[-1:, ::2]
    corner[...] = np.cos(corner)
    return np.sum(flat**2) + grid[0, -1]


def while_with_writes(x, floor):
    """Deflation: the largest residual entry is damped until all are small."""
    r = x.copy()
    log = np.zeros(100)
    k = 0
    while np.max(np.abs(r)) > floor:
        i = int(np.argmax(np.abs(r)))
        log[k] = r[i]
        r[i] = 0.4 * r[i] + 0.05 * r[i - 1]
        k += 1
    return np.sum(log**2) + np.sum(r)


def _scatter(rng, size):
    n = 6 * size
    return rng.normal(size=n), rng.normal(size=n), rng.integers(0, 4, size=n)


def _mask(rng, size):
    n = 6 * size
    x = rng.permutation(np.linspace(0.1, 2.0, n)) + rng.uniform(-1e-3, 1e-3, size=n)
    return x, float(rng.uniform(1, 2))


def _fancy(rng, size):
    n = 4 * size
    return rng.normal(size=n), rng.permutation(n), rng.normal(size=(n, n))


PROGRAMS = (
    Program(
        slice_write,
        lambda rng, size: tuple(rng.normal(size=(2, 4 * size))),
        (0, 1),
    ),
    Program(element_write, lambda rng, size: (rng.uniform(0.8, 1.2, size=5 * size),)),
    Program(
        row_view_write,
        lambda rng, size: (
            rng.normal(size=(2 + size, 3 + size)),
            rng.uniform(0.5, 1.2, size=2 + size),
        ),
        (0, 1),
    ),
    Program(
        alias_write,
        lambda rng, size: (rng.normal(size=4 * size), float(rng.uniform(0.5, 1.5))),
        (0, 1),
    ),
    Program(swap_elements, lambda rng, size: (rng.normal(size=3 + 2 * size), 2 * size)),
    Program(augmented_elements, _scatter, (0, 1)),
    Program(
        out_argument,
        lambda rng, size: (rng.normal(size=4 * size), rng.normal(size=2 * size)),
        (0, 1),
    ),
    Program(scatter_add, lambda rng, size: (*_scatter(rng, size), 4), (0, 1)),
    Program(mask_write, _mask, (0, 1)),
    Program(
        fill_buffer,
        lambda rng, size: (
            rng.normal(size=(3 * size, 2)),
            rng.normal(size=(2 * size, 2)),
            float(rng.uniform(1, 2)),
        ),
        (0, 1, 2),
    ),
    Program(
        overlapping_slices,
        lambda rng, size: (rng.uniform(0.5, 1.0, size=3 + 2 * size), 2 + size),
    ),
    Program(
        overwritten_constant,
        lambda rng, size: (rng.normal(size=4 * size),),
    ),
    Program(
        overwritten_coefficients,
        lambda rng, size: (rng.uniform(0.5, 1.5, 4 * size), rng.normal(size=4 * size)),
    ),
    Program(
        mutated_by_helper,
        lambda rng, size: (
            rng.normal(size=(2 + size, 1 + size)),
            rng.normal(size=1 + size),
        ),
        (0, 1),
    ),
    Program(
        rows_in_place,
        lambda rng, size: (rng.normal(size=(2 + 2 * size, 3)), rng.normal(size=3)),
        (0, 1),
    ),
    Program(
        jumps_with_writes,
        lambda rng, size: (
            rng.uniform(0.4, 1.2, size=4 + 2 * size),
            float(rng.uniform(1.4, 1.6)),
        ),
        (0, 1),
    ),
    Program(fancy_write, _fancy, (0, 2)),
    Program(running_statistics, lambda rng, size: (rng.normal(size=3 + 2 * size),)),
    Program(
        reshaped_view,
        lambda rng, size: (rng.normal(size=(1 + size) * 4), 1 + size),
    ),
    Program(
        while_with_writes,
        lambda rng, size: (rng.normal(size=3 + 2 * size), 0.5),
    ),
)
