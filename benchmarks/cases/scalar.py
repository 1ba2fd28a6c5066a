"""Loops over Python floats.

Maps that contract drive adjoints into subnormals, and chaotic ones make them overflow.
These do neither: the orbit of Lotka-Volterra is closed, the logistic map is taken at its
period doubling (r = 3), and the point of the Mandelbrot set lies at its neck.
"""

import numpy as np

from .case import Case, scaled


def lotka_volterra(x, y, a, b, c, d, h, steps):
    for _ in range(steps):
        kx1 = a * x - b * x * y
        ky1 = c * x * y - d * y
        x2 = x + 0.5 * h * kx1
        y2 = y + 0.5 * h * ky1
        kx2 = a * x2 - b * x2 * y2
        ky2 = c * x2 * y2 - d * y2
        x3 = x + 0.5 * h * kx2
        y3 = y + 0.5 * h * ky2
        kx3 = a * x3 - b * x3 * y3
        ky3 = c * x3 * y3 - d * y3
        x4 = x + h * kx3
        y4 = y + h * ky3
        kx4 = a * x4 - b * x4 * y4
        ky4 = c * x4 * y4 - d * y4
        x = x + h / 6.0 * (kx1 + 2.0 * kx2 + 2.0 * kx3 + kx4)
        y = y + h / 6.0 * (ky1 + 2.0 * ky2 + 2.0 * ky3 + ky4)
    return x * y


def logistic_map(x, r, steps):
    total = 0.0
    i = 0
    while i < steps:
        x = r * x * (1.0 - x)
        if x > 0.66:
            total += x * x
        else:
            total += x
        i += 1
    return total


def sin_sum(x):
    acc = 0.0
    for i in range(len(x)):
        acc += x[i] ** 2 * np.sin(x[i])
    return acc


def mandelbrot(cx, cy, limit):
    x, y, n = 0.0, 0.0, 0
    while x * x + y * y < 4.0 and n < limit:
        x, y = x * x - y * y + cx, 2.0 * x * y + cy
        n += 1
    return x * x + y * y


CASES = (
    Case(
        lotka_volterra, "scalar",
        lambda rng, size: (1.0, 0.5, 1.1, 0.9, 0.8, 1.0, 0.01, scaled(1000, size)),
        (0, 1, 2, 3, 4, 5),
    ),
    Case(logistic_map, "scalar", lambda rng, size: (0.3, 3.0, scaled(10_000, size)), (0, 1)),
    Case(sin_sum, "scalar", lambda rng, size: (rng.normal(size=scaled(10_000, size)),), (0,)),
    Case(mandelbrot, "scalar", lambda rng, size: (-0.75, 0.005 / size, 10_000), (0, 1)),
)
