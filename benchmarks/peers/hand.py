"""Adjoints by hand, as a source transformation could print them: (value, gradients)."""

import math

import numpy as np


def lotka_volterra(x, y, a, b, c, d, h, steps):
    tape = []
    half, sixth, third = 0.5 * h, h / 6.0, h / 3.0
    for _ in range(steps):
        kx1, ky1 = x * (a - b * y), y * (c * x - d)
        x2, y2 = x + half * kx1, y + half * ky1
        kx2, ky2 = x2 * (a - b * y2), y2 * (c * x2 - d)
        x3, y3 = x + half * kx2, y + half * ky2
        kx3, ky3 = x3 * (a - b * y3), y3 * (c * x3 - d)
        x4, y4 = x + h * kx3, y + h * ky3
        kx4, ky4 = x4 * (a - b * y4), y4 * (c * x4 - d)
        tape.append((x, y, x2, y2, x3, y3, x4, y4))
        x += sixth * (kx1 + 2.0 * kx2 + 2.0 * kx3 + kx4)
        y += sixth * (ky1 + 2.0 * ky2 + 2.0 * ky3 + ky4)
    value = x * y
    x_bar, y_bar = y, x
    a_bar = b_bar = c_bar = d_bar = 0.0
    for x, y, x2, y2, x3, y3, x4, y4 in reversed(tape):
        gx, gy = sixth * x_bar, sixth * y_bar  # of kx4, ky4
        u, v = x4 * gx, y4 * gy
        a_bar += u
        b_bar += u * y4
        c_bar += v * x4
        d_bar += v
        x4_bar, y4_bar = gx * (a - b * y4) + c * v, gy * (c * x4 - d) - b * u
        gx, gy = third * x_bar + h * x4_bar, third * y_bar + h * y4_bar
        u, v = x3 * gx, y3 * gy
        a_bar += u
        b_bar += u * y3
        c_bar += v * x3
        d_bar += v
        x3_bar, y3_bar = gx * (a - b * y3) + c * v, gy * (c * x3 - d) - b * u
        gx, gy = third * x_bar + half * x3_bar, third * y_bar + half * y3_bar
        u, v = x2 * gx, y2 * gy
        a_bar += u
        b_bar += u * y2
        c_bar += v * x2
        d_bar += v
        x2_bar, y2_bar = gx * (a - b * y2) + c * v, gy * (c * x2 - d) - b * u
        gx, gy = sixth * x_bar + half * x2_bar, sixth * y_bar + half * y2_bar
        u, v = x * gx, y * gy
        a_bar += u
        b_bar += u * y
        c_bar += v * x
        d_bar += v
        x_bar += x4_bar + x3_bar + x2_bar + gx * (a - b * y) + c * v
        y_bar += y4_bar + y3_bar + y2_bar + gy * (c * x - d) - b * u
    return value, (x_bar, y_bar, a_bar, -b_bar, c_bar, -d_bar)


def logistic_map(x, r, steps):
    tape = []
    total = 0.0
    i = 0
    while i < steps:
        tape.append(x)
        x = r * x * (1.0 - x)
        if x > 0.66:
            total += x * x
        else:
            total += x
        i += 1
    x_bar = r_bar = 0.0
    for before in reversed(tape):
        if x > 0.66:
            x_bar += 2.0 * x
        else:
            x_bar += 1.0
        r_bar += x_bar * before * (1.0 - before)
        x_bar *= r * (1.0 - 2.0 * before)
        x = before
    return total, (x_bar, r_bar)


def sin_sum(x):
    acc = 0.0
    x_bar = np.empty(len(x))
    for i in range(len(x)):
        v = float(x[i])
        s = math.sin(v)
        acc += v * v * s
        x_bar[i] = v * (2.0 * s + v * math.cos(v))
    return acc, (x_bar,)


def mandelbrot(cx, cy, limit):
    tape = []
    x, y, n = 0.0, 0.0, 0
    while x * x + y * y < 4.0 and n < limit:
        tape.append((x, y))
        x, y = x * x - y * y + cx, 2.0 * x * y + cy
        n += 1
    value = x * x + y * y
    x_bar, y_bar, cx_bar, cy_bar = 2.0 * x, 2.0 * y, 0.0, 0.0
    for x, y in reversed(tape):
        cx_bar += x_bar
        cy_bar += y_bar
        x_bar, y_bar = 2.0 * (x * x_bar + y * y_bar), 2.0 * (x * y_bar - y * x_bar)
    return value, (cx_bar, cy_bar)


def five_points(a):
    return 0.2 * (a[1:-1, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:] + a[2:, 1:-1] + a[:-2, 1:-1])


def five_points_back(to, source):
    """The inner adjoint of what was written, moved to the five places it was read from."""
    bar = 0.2 * source[1:-1, 1:-1]
    source[1:-1, 1:-1] = 0.0
    to[1:-1, 1:-1] += bar
    to[1:-1, :-2] += bar
    to[1:-1, 2:] += bar
    to[2:, 1:-1] += bar
    to[:-2, 1:-1] += bar


def jacobi_2d(A, B, steps):
    A, B = A.copy(), B.copy()
    for _ in range(steps):
        B[1:-1, 1:-1] = five_points(A)
        A[1:-1, 1:-1] = five_points(B)
    A_bar, B_bar = 2.0 * A, np.zeros_like(B)
    for _ in range(steps):
        five_points_back(B_bar, A_bar)
        five_points_back(A_bar, B_bar)
    return np.sum(A * A), (A_bar, B_bar)


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
    A_bar = 2.0 * A
    for _ in range(steps):
        for i in range(n - 2, 0, -1):
            for j in range(n - 2, 0, -1):
                bar = A_bar[i, j] / 9.0
                A_bar[i, j] = 0.0
                A_bar[i - 1 : i + 2, j - 1 : j + 2] += bar
    return np.sum(A * A), (A_bar,)


def cholesky(A):
    A = A.copy()
    n = len(A)
    for i in range(n):
        for j in range(i):
            A[i, j] = (A[i, j] - np.dot(A[i, :j], A[j, :j])) / A[j, j]
        A[i, i] = np.sqrt(A[i, i] - np.dot(A[i, :i], A[i, :i]))
    L = np.tril(A)
    bar = 2.0 * L
    for i in range(n - 1, -1, -1):
        g = bar[i, i] = 0.5 * bar[i, i] / L[i, i]
        bar[i, :i] -= 2.0 * g * L[i, :i]
        for j in range(i - 1, -1, -1):
            g = bar[i, j] = bar[i, j] / L[j, j]
            bar[j, j] -= g * L[i, j]
            bar[i, :j] -= g * L[j, :j]
            bar[j, :j] -= g * L[i, :j]
    return np.sum(L * L), (bar,)


def lu(A):
    A = A.copy()
    n = len(A)
    for i in range(n):
        for j in range(i):
            A[i, j] = (A[i, j] - np.dot(A[i, :j], A[:j, j])) / A[j, j]
        for j in range(i, n):
            A[i, j] -= np.dot(A[i, :i], A[:i, j])
    bar = 2.0 * A
    for i in range(n - 1, -1, -1):
        for j in range(n - 1, i - 1, -1):
            g = bar[i, j]
            bar[i, :i] -= g * A[:i, j]
            bar[:i, j] -= g * A[i, :i]
        for j in range(i - 1, -1, -1):
            g = bar[i, j] = bar[i, j] / A[j, j]
            bar[j, j] -= g * A[i, j]
            bar[i, :j] -= g * A[:j, j]
            bar[:j, j] -= g * A[i, :j]
    return np.sum(A * A), (bar,)


def trisolv(L, b):
    n = len(b)
    x = np.zeros(n)
    for i in range(n):
        x[i] = (b[i] - np.dot(L[i, :i], x[:i])) / L[i, i]
    x_bar, b_bar, L_bar = 2.0 * x, np.empty(n), np.zeros_like(L)
    for i in range(n - 1, -1, -1):
        g = b_bar[i] = x_bar[i] / L[i, i]
        L_bar[i, i] = -g * x[i]
        L_bar[i, :i] = -g * x[:i]
        x_bar[:i] -= g * L[i, :i]
    return np.sum(x * x), (L_bar, b_bar)


def conv2d_bias(image, weights, bias):
    K = weights.shape[0]
    rows, columns = image.shape[1] - K + 1, image.shape[2] - K + 1
    out = np.empty((image.shape[0], rows, columns, weights.shape[3]))
    spread = weights[np.newaxis, :, :, :]
    for i in range(rows):
        for j in range(columns):
            window = image[:, i : i + K, j : j + K, :, np.newaxis]
            out[:, i, j, :] = np.sum(window * spread, axis=(1, 2, 3))
    out += bias
    out_bar = 2.0 * out
    image_bar, weights_bar = np.zeros_like(image), np.zeros_like(weights)
    for i in range(rows):
        for j in range(columns):
            bar = out_bar[:, i, j, :]
            weights_bar += np.tensordot(image[:, i : i + K, j : j + K, :], bar, ((0,), (0,)))
            image_bar[:, i : i + K, j : j + K, :] += np.tensordot(bar, weights, ((1,), (3,)))
    return np.sum(out * out), (image_bar, weights_bar, np.sum(out_bar, axis=(0, 1, 2)))


def softmax(x, weights):
    out = x - np.max(x, axis=-1, keepdims=True)
    np.exp(out, out=out)
    out /= np.sum(out, axis=-1, keepdims=True)
    bar = weights * out
    rows = np.sum(bar, axis=-1, keepdims=True)
    value = np.sum(rows)
    out *= rows
    bar -= out
    return value, (bar,)


def gemm(alpha, beta, C, A, B):
    out = alpha * A @ B + beta * C
    bar = 2.0 * out
    scaled = alpha * bar
    return np.sum(out * out), (beta * bar, scaled @ B.T, A.T @ scaled)


def atax(A, x):
    y = A @ x
    out = y @ A
    bar = 2.0 * out
    y_bar = A @ bar
    A_bar = np.stack((y, y_bar), 1) @ np.stack((bar, x))
    return np.sum(out * out), (A_bar, y_bar @ A)


def bicg(A, p, r):
    s, q = r @ A, A @ p
    s_bar, q_bar = 2.0 * s, 2.0 * q
    A_bar = np.stack((r, q_bar), 1) @ np.stack((s_bar, p))
    return np.sum(s * s) + np.sum(q * q), (A_bar, q_bar @ A, A @ s_bar)


def mlp(x, target, W1, b1, W2, b2, W3, b3):
    h1 = np.tanh(x @ W1 + b1)
    h2 = np.tanh(h1 @ W2 + b2)
    error = h2 @ W3 + b3 - target
    bar = 2.0 / error.size * error
    bar2 = bar @ W3.T * (1.0 - h2 * h2)
    bar1 = bar2 @ W2.T * (1.0 - h1 * h1)
    gradients = (x.T @ bar1, np.sum(bar1, 0), h1.T @ bar2, np.sum(bar2, 0), h2.T @ bar,
                 np.sum(bar, 0))
    return np.mean(error * error), gradients


mlp_16x32 = mlp_256x512 = mlp


def logistic_regression(w, b, X, y):
    margin = y * (X @ w + b)
    decay = np.exp(-margin)
    bar = -y * decay / ((1.0 + decay) * len(y))
    value = np.mean(np.log(1.0 + decay)) + 0.01 * np.sum(w * w)
    return value, (bar @ X + 0.02 * w, np.sum(bar))
