"""JAX as its users write it: `scan` for loops, `.at[].set` for writes, `lax.conv`.

What is not here is the NumPy text of the case with `jax.numpy` for `np`.  `name__other` is
another way to write `name`: the faster one is reported.
"""

import jax
import jax.numpy as jnp
from jax import lax


def lotka_volterra(x, y, a, b, c, d, h, steps):
    def slope(x, y):
        return a * x - b * x * y, c * x * y - d * y

    def step(state, _):
        x, y = state
        kx1, ky1 = slope(x, y)
        kx2, ky2 = slope(x + 0.5 * h * kx1, y + 0.5 * h * ky1)
        kx3, ky3 = slope(x + 0.5 * h * kx2, y + 0.5 * h * ky2)
        kx4, ky4 = slope(x + h * kx3, y + h * ky3)
        x = x + h / 6.0 * (kx1 + 2.0 * kx2 + 2.0 * kx3 + kx4)
        y = y + h / 6.0 * (ky1 + 2.0 * ky2 + 2.0 * ky3 + ky4)
        return (x, y), None

    (x, y), _ = lax.scan(step, (x, y), None, length=steps)
    return x * y


def logistic_map(x, r, steps):
    def step(_, state):
        x, total = state
        x = r * x * (1.0 - x)
        return x, total + jnp.where(x > 0.66, x * x, x)

    return lax.fori_loop(0, steps, step, (x, 0.0))[1]


def sin_sum(x):
    return lax.fori_loop(0, len(x), lambda i, acc: acc + x[i] ** 2 * jnp.sin(x[i]), 0.0)


def sin_sum__vectorised(x):
    return jnp.sum(x**2 * jnp.sin(x))


def mandelbrot(cx, cy, limit):
    def step(state):
        x, y, n = state
        return x * x - y * y + cx, 2.0 * x * y + cy, n + 1

    start = (0.0, 0.0, 0)
    x, y, _ = lax.while_loop(lambda s: (s[0] ** 2 + s[1] ** 2 < 4.0) & (s[2] < limit), step, start)
    return x * x + y * y


def five_points(a):
    return 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])


def jacobi_2d(A, B, steps):
    def step(_, state):
        A, B = state
        B = B.at[1:-1, 1:-1].set(five_points(A))
        return A.at[1:-1, 1:-1].set(five_points(B)), B

    A, B = lax.fori_loop(0, steps, step, (A, B))
    return jnp.sum(A * A)


def seidel_2d(A, steps):
    n = A.shape[0]

    def point(i, j, A):
        return A.at[i, j].set(
            (A[i - 1, j - 1] + A[i - 1, j] + A[i - 1, j + 1]
             + A[i, j - 1] + A[i, j] + A[i, j + 1]
             + A[i + 1, j - 1] + A[i + 1, j] + A[i + 1, j + 1]) / 9.0
        )

    def row(i, A):
        return lax.fori_loop(1, n - 1, lambda j, A: point(i, j, A), A)

    A = lax.fori_loop(0, steps, lambda _, A: lax.fori_loop(1, n - 1, row, A), A)
    return jnp.sum(A * A)


def seidel_2d__scan(A, steps):
    """Rows by a scan; along a row the recurrence is a scan of numbers."""

    def row(above, here_below):
        here, below = here_below
        known = (above[:-2] + above[1:-1] + above[2:] + here[1:-1] + here[2:]
                 + below[:-2] + below[1:-1] + below[2:])

        def point(left, k):
            new = (left + k) / 9.0
            return new, new

        _, inner = lax.scan(point, here[0], known)
        new = jnp.concatenate((here[:1], inner, here[-1:]))
        return new, new

    def sweep(A, _):
        _, rows = lax.scan(row, A[0], (A[1:-1], A[2:]))
        return jnp.concatenate((A[:1], rows, A[-1:])), None

    return jnp.sum(lax.scan(sweep, A, None, length=steps)[0] ** 2)


def vadv(stage, u, wcon, pos, tens, dtr):
    """Levels first, then one scan down and one up."""
    stage, u, wcon, pos, tens = (jnp.moveaxis(f, 2, 0) for f in (stage, u, wcon, pos, tens))
    K = stage.shape[0]
    mean = 0.25 * (wcon[:, 1:] + wcon[:, :-1])
    gav = jnp.concatenate((jnp.zeros_like(mean[:1]), -mean[1:K]))
    gcv = jnp.concatenate((mean[1:K], jnp.zeros_like(mean[:1])))
    difference = u[1:] - u[:-1]
    zero = jnp.zeros_like(u[:1])
    term = 0.5 * gav * jnp.concatenate((zero, difference))
    term = term - 0.5 * gcv * jnp.concatenate((difference, zero))
    acol, ccol = 0.5 * gav, 0.5 * gcv
    right = dtr * pos + tens + stage + term

    def down(before, level):
        c, d = before
        acol, ccol, right = level
        divided = 1.0 / (dtr - acol - ccol - c * acol)
        new = ccol * divided, (right - d * acol) * divided
        return new, new

    _, (c, d) = lax.scan(down, (jnp.zeros_like(u[0]), jnp.zeros_like(u[0])), (acol, ccol, right))

    def up(data, level):
        c, d = level
        data = d - c * data
        return data, data

    _, data = lax.scan(up, jnp.zeros_like(u[0]), (c, d), reverse=True)
    return jnp.sum((dtr * (data - pos)) ** 2)


def cholesky(A):
    n = A.shape[0]
    places = jnp.arange(n)

    def element(j, state):
        i, A = state
        row = jnp.where(places < j, A[i] * A[j], 0.0)
        return i, A.at[i, j].set((A[i, j] - jnp.sum(row)) / A[j, j])

    def row(i, A):
        # the trip count varies, which reverse mode refuses: a masked loop over all columns
        _, A = lax.fori_loop(
            0, n, lambda j, s: lax.cond(j < i, element, lambda j, s: s, j, s), (i, A)
        )
        rest = jnp.sum(jnp.where(places < i, A[i] * A[i], 0.0))
        return A.at[i, i].set(jnp.sqrt(A[i, i] - rest))

    return jnp.sum(jnp.tril(lax.fori_loop(0, n, row, A)) ** 2)


def cholesky__columns(A):
    n = A.shape[0]
    places = jnp.arange(n)

    def column(j, L):
        rest = A[:, j] - L @ L[j]
        return L.at[:, j].set(jnp.where(places >= j, rest / jnp.sqrt(rest[j]), 0.0))

    return jnp.sum(lax.fori_loop(0, n, column, jnp.zeros_like(A)) ** 2)


def lu__pivots(A):
    n = A.shape[0]
    places = jnp.arange(n)

    def pivot(k, A):
        below = places > k
        factor = jnp.where(below, A[:, k] / A[k, k], 0.0)
        A = A.at[:, k].set(jnp.where(below, factor, A[:, k]))
        return A - jnp.outer(factor, jnp.where(below, A[k], 0.0))

    return jnp.sum(lax.fori_loop(0, n, pivot, A) ** 2)


def lu(A):
    n = A.shape[0]
    places = jnp.arange(n)

    def row(i, A):
        def element(j, A):
            done = jnp.sum(jnp.where(places < jnp.minimum(i, j), A[i] * A[:, j], 0.0))
            rest = A[i, j] - done
            return A.at[i, j].set(jnp.where(j < i, rest / A[j, j], rest))

        return lax.fori_loop(0, n, element, A)

    return jnp.sum(lax.fori_loop(0, n, row, A) ** 2)


def trisolv(L, b):
    def row(i, x):
        return x.at[i].set((b[i] - L[i] @ x) / L[i, i])  # what is not solved yet is zero

    return jnp.sum(lax.fori_loop(0, len(b), row, jnp.zeros_like(b)) ** 2)


def trisolv__scan(L, b):
    def row(x, level):
        i, line, right = level
        return x.at[i].set((right - line @ x) / line[i]), None

    x, _ = lax.scan(row, jnp.zeros_like(b), (jnp.arange(len(b)), L, b))
    return jnp.sum(x**2)


def nbody(x, y, z, u, v, w, mass, dt, steps):
    def acceleration(x, y, z):
        dx, dy, dz = x.T - x, y.T - y, z.T - z
        inverse = (dx**2 + dy**2 + dz**2 + 0.01) ** -1.5
        return (dx * inverse) @ mass, (dy * inverse) @ mass, (dz * inverse) @ mass

    def step(state, _):
        x, y, z, u, v, w, ax, ay, az = state
        u, v, w = u + ax * dt / 2.0, v + ay * dt / 2.0, w + az * dt / 2.0
        x, y, z = x + u * dt, y + v * dt, z + w * dt
        ax, ay, az = acceleration(x, y, z)
        u, v, w = u + ax * dt / 2.0, v + ay * dt / 2.0, w + az * dt / 2.0
        return (x, y, z, u, v, w, ax, ay, az), None

    start = (x, y, z, u, v, w, *acceleration(x, y, z))
    (x, y, z, u, v, w, *_), _ = lax.scan(step, start, None, length=steps)
    return jnp.sum(x * x + y * y + z * z) + 0.5 * jnp.sum(mass * (u * u + v * v + w * w))


def conv2d_bias(image, weights, bias):
    out = lax.conv_general_dilated(
        image, weights, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC")
    )
    return jnp.sum((out + bias) ** 2)


def softmax(x, weights):
    return jnp.sum(weights * jax.nn.softmax(x, axis=-1))


def logistic_regression(w, b, X, y):
    return jnp.mean(jax.nn.softplus(-y * (X @ w + b))) + 0.01 * jnp.sum(w * w)


def lstm(main, extra, state, sequence):
    b = sequence.shape[1]
    layers = main.shape[0] // 2
    sigmoid = jax.nn.sigmoid

    def step(state, here_next):
        here, after = here_next
        hidden, cell = list(state[0]), list(state[1])
        x = here * extra[0]
        for i in range(layers):
            weight, bias = main[2 * i], main[2 * i + 1]
            forget = sigmoid(x * weight[:b] + bias[:b])
            ingate = sigmoid(hidden[i] * weight[b : 2 * b] + bias[b : 2 * b])
            outgate = sigmoid(x * weight[2 * b : 3 * b] + bias[2 * b : 3 * b])
            change = jnp.tanh(hidden[i] * weight[3 * b :] + bias[3 * b :])
            cell[i] = cell[i] * forget + ingate * change
            hidden[i] = outgate * jnp.tanh(cell[i])
            x = hidden[i]
        predicted = x * extra[1] + extra[2]
        normal = predicted - jnp.log(jnp.sum(jnp.exp(predicted)) + 2.0)
        return (tuple(hidden), tuple(cell)), jnp.sum(after * normal)

    start = (tuple(state[0::2]), tuple(state[1::2]))
    _, terms = lax.scan(step, start, (sequence[:-1], sequence[1:]))
    return -jnp.sum(terms) / ((sequence.shape[0] - 1) * b)
