"""Products, networks, n bodies: arrays without writes, but for the convolution."""

import itertools

import numpy as np

from .case import Case, scaled


def gemm(alpha, beta, C, A, B):
    return np.sum((alpha * A @ B + beta * C) ** 2)


def atax(A, x):
    return np.sum(((A @ x) @ A) ** 2)


def bicg(A, p, r):
    return np.sum((r @ A) ** 2) + np.sum((A @ p) ** 2)


def softmax(x, weights):
    shifted = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return np.sum(weights * (shifted / np.sum(shifted, axis=-1, keepdims=True)))


def conv2d_bias(image, weights, bias):
    K = weights.shape[0]
    rows = image.shape[1] - K + 1
    columns = image.shape[2] - K + 1
    out = np.empty((image.shape[0], rows, columns, weights.shape[3]))
    for i in range(rows):
        for j in range(columns):
            out[:, i, j, :] = np.sum(
                image[:, i : i + K, j : j + K, :, np.newaxis] * weights[np.newaxis, :, :, :],
                axis=(1, 2, 3),
            )
    return np.sum((out + bias) ** 2)


def acceleration(x, y, z, mass):
    dx, dy, dz = x.T - x, y.T - y, z.T - z
    inverse = (dx**2 + dy**2 + dz**2 + 0.01) ** -1.5
    return (dx * inverse) @ mass, (dy * inverse) @ mass, (dz * inverse) @ mass


def nbody(x, y, z, u, v, w, mass, dt, steps):
    ax, ay, az = acceleration(x, y, z, mass)
    for _ in range(steps):
        u, v, w = u + ax * dt / 2.0, v + ay * dt / 2.0, w + az * dt / 2.0
        x, y, z = x + u * dt, y + v * dt, z + w * dt
        ax, ay, az = acceleration(x, y, z, mass)
        u, v, w = u + ax * dt / 2.0, v + ay * dt / 2.0, w + az * dt / 2.0
    return np.sum(x * x + y * y + z * z) + 0.5 * np.sum(mass * (u * u + v * v + w * w))


def mlp(x, target, W1, b1, W2, b2, W3, b3):
    h1 = np.tanh(x @ W1 + b1)
    h2 = np.tanh(h1 @ W2 + b2)
    return np.mean((h2 @ W3 + b3 - target) ** 2)


def mlp_16x32(x, target, W1, b1, W2, b2, W3, b3):
    return mlp(x, target, W1, b1, W2, b2, W3, b3)


def mlp_256x512(x, target, W1, b1, W2, b2, W3, b3):
    return mlp(x, target, W1, b1, W2, b2, W3, b3)


def logistic_regression(w, b, X, y):
    margin = y * (X @ w + b)
    return np.mean(np.log(1.0 + np.exp(-margin))) + 0.01 * np.sum(w * w)


def of_gemm(rng, size):
    n = scaled(300, size)
    return 1.5, 1.2, *(rng.normal(size=(n, n)) for _ in range(3))


def of_conv(rng, size):
    n = scaled(32, size, least=6)
    weights = rng.normal(size=(5, 5, 3, 8))
    return rng.normal(size=(8, n, n, 3)), weights, rng.normal(size=8)


def of_nbody(rng, size):
    n = scaled(60, size)
    return *(rng.normal(size=(n, 1)) for _ in range(6)), rng.random(size=(n, 1)), 0.01, 20


def of_mlp(batch, hidden):
    def make(rng, size):
        m, n = scaled(batch, size), scaled(hidden, size)
        widths = (n, n, n, 10)
        layers = []
        for a, b in itertools.pairwise(widths):
            layers += [rng.normal(size=(a, b)) / np.sqrt(a), rng.normal(size=b)]
        return rng.normal(size=(m, n)), rng.normal(size=(m, 10)), *layers

    return make


def of_softmax(rng, size):
    shape = (scaled(8, size), 8, 128, 128)
    return rng.normal(size=shape), rng.normal(size=shape)


def of_regression(rng, size):
    n, d = scaled(10_000, size), 100
    return rng.normal(size=d) / 10, 0.1, rng.normal(size=(n, d)), np.sign(rng.normal(size=n))


def matrix_and(count):
    def make(rng, size):
        n = scaled(1500, size)
        return rng.normal(size=(n, n)) / n, *(rng.normal(size=n) for _ in range(count))

    return make


CASES = (
    Case(nbody, "array", of_nbody, (0, 1, 2, 3, 4, 5, 6)),
    Case(conv2d_bias, "array", of_conv, (0, 1, 2)),
    Case(softmax, "array", of_softmax, (0,)),
    Case(gemm, "array", of_gemm, (2, 3, 4)),
    Case(atax, "array", matrix_and(1), (0, 1)),
    Case(bicg, "array", matrix_and(2), (0, 1, 2)),
    Case(mlp_16x32, "array", of_mlp(16, 32), (2, 3, 4, 5, 6, 7)),
    Case(mlp_256x512, "array", of_mlp(256, 512), (2, 3, 4, 5, 6, 7)),
    Case(logistic_regression, "array", of_regression, (0, 1)),
)
