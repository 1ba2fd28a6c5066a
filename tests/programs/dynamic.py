"""Dynamic programming, signal processing, sparse and particle loops."""

import math

import numpy as np

from .program import Program


def _soft_min(a, b, c, gamma):
    low = min(a, b, c)
    total = (
        math.exp((low - a) / gamma)
        + math.exp((low - b) / gamma)
        + math.exp((low - c) / gamma)
    )
    return low - gamma * math.log(total)


def soft_dtw(x, y, gamma):
    """Soft dynamic time warping of two sequences of vectors (Cuturi, Blondel 2017)."""
    n, m = len(x), len(y)
    cost = np.full((n + 1, m + 1), 1e6)
    cost[0, 0] = 0.0
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            gap = np.sum((x[i - 1] - y[j - 1]) ** 2)
            cost[i, j] = gap + _soft_min(
                cost[i - 1, j], cost[i, j - 1], cost[i - 1, j - 1], gamma
            )
    return cost[n, m]


def soft_edit_distance(a, b, insert, delete):
    """Edit distance of two one-hot-like strings with a soft minimum, two rows."""
    m = len(b)
    previous = [insert * j for j in range(m + 1)]
    for i in range(1, len(a) + 1):
        current = [delete * i]
        for j in range(1, m + 1):
            swap = 1.0 - float(np.dot(a[i - 1], b[j - 1]))
            options = np.array(
                [previous[j] + delete, current[j - 1] + insert, previous[j - 1] + swap]
            )
            current.append(-np.log(np.sum(np.exp(-options))))
        previous = current
    return previous[-1]


def forward_log_space(start, transition, scores):
    """Partition function of a chain: every cell by explicit loops and a maximum."""
    steps, states = scores.shape
    alpha = np.zeros((steps, states))
    for s in range(states):
        alpha[0, s] = start[s] + scores[0, s]
    for t in range(1, steps):
        for s in range(states):
            top = -np.inf
            for p in range(states):
                top = max(top, alpha[t - 1, p] + transition[p, s])
            total = 0.0
            for p in range(states):
                total += np.exp(alpha[t - 1, p] + transition[p, s] - top)
            alpha[t, s] = top + np.log(total) + scores[t, s]
    return np.logaddexp.reduce(alpha[-1])


def ctc_loss(logits, labels):
    """Connectionist temporal classification over a label with blanks (Graves 2006)."""
    log_p = logits - np.log(np.sum(np.exp(logits), axis=1))[:, None]
    extended = [0]
    for label in labels:
        extended += [int(label), 0]
    width = len(extended)
    alpha = np.full(width, -1e5)
    alpha[0] = log_p[0, 0]
    alpha[1] = log_p[0, extended[1]]
    for t in range(1, len(logits)):
        previous = alpha.copy()
        for s in range(width):
            total = previous[s]
            if s >= 1:
                total = np.logaddexp(total, previous[s - 1])
            if s >= 2 and extended[s] != 0 and extended[s] != extended[s - 2]:
                total = np.logaddexp(total, previous[s - 2])
            alpha[s] = total + log_p[t, extended[s]]
    return -np.logaddexp(alpha[-1], alpha[-2])


def convolution_1d(signal, kernel):
    """A filter applied by two loops, borders treated by clipping the range."""
    n, half = len(signal), len(kernel) // 2
    result = np.zeros(n)
    for i in range(n):
        for k in range(max(-half, -i), min(half, n - 1 - i) + 1):
            result[i] += kernel[half + k] * signal[i + k]
    return np.sum(result**2)


def convolution_2d_bias(image, weights, bias):
    """Valid convolution with channels and a bias, windows by slices (NPBench)."""
    size = weights.shape[0]
    n, height, width, _ = image.shape
    rows, columns = height - size + 1, width - size + 1
    output = np.empty((n, rows, columns, weights.shape[3]))
    for i in range(rows):
        for j in range(columns):
            window = image[:, i : i + size, j : j + size, :, np.newaxis]
            output[:, i, j, :] = np.sum(
                window * weights[np.newaxis, :, :, :], axis=(1, 2, 3)
            )
    output += bias
    return np.sum(np.tanh(output) ** 2)


def stockham_fft(re, im):
    """Stockham's autosort FFT on real and imaginary arrays; weighted spectrum."""
    re, im = re.copy(), im.copy()
    n = len(re)
    half, stride = n // 2, 1
    while half >= 1:
        new_re, new_im = np.empty(n), np.empty(n)
        for p in range(half):
            c, s = math.cos(math.pi * p / half), -math.sin(math.pi * p / half)
            for q in range(stride):
                i, j = q + stride * p, q + stride * (p + half)
                low, high = q + stride * 2 * p, q + stride * (2 * p + 1)
                new_re[low] = re[i] + re[j]
                new_im[low] = im[i] + im[j]
                dr, di = re[i] - re[j], im[i] - im[j]
                new_re[high] = c * dr - s * di
                new_im[high] = s * dr + c * di
        re, im = new_re, new_im
        half //= 2
        stride *= 2
    return np.sum((re**2 + im**2) * np.cos(np.arange(n)))


def _fft(re, im):
    n = len(re)
    if n == 1:
        return re, im
    even_re, even_im = _fft(re[::2], im[::2])
    odd_re, odd_im = _fft(re[1::2], im[1::2])
    angle = -2 * np.pi * np.arange(n // 2) / n
    c, s = np.cos(angle), np.sin(angle)
    turned_re, turned_im = c * odd_re - s * odd_im, c * odd_im + s * odd_re
    return (
        np.concatenate([even_re + turned_re, even_re - turned_re]),
        np.concatenate([even_im + turned_im, even_im - turned_im]),
    )


def recursive_fft(re, im):
    """Cooley-Tukey by recursion on pairs of arrays; log power at the low half."""
    spectrum_re, spectrum_im = _fft(re, im)
    power = spectrum_re**2 + spectrum_im**2
    return np.sum(np.log(1.0 + power[: len(power) // 2]))


def csr_product(data, columns, starts, x):
    """Sparse matrix in compressed rows times a vector (NPBench spmv), twice."""
    n = len(starts) - 1
    for _ in range(2):
        y = np.empty(n)
        for i in range(n):
            part = slice(starts[i], starts[i + 1])
            y[i] = data[part] @ x[columns[part]]
        x = np.tanh(y)
    return np.dot(x, y)


def nbody(position, velocity, mass, dt, steps):
    """Gravity by all pairs, the zero distances masked (NPBench nbody); energy."""
    for _ in range(steps):
        gap = position[None, :, :] - position[:, None, :]
        square = np.sum(gap**2, axis=-1)
        inverse = np.zeros_like(square)
        apart = square > 0
        inverse[apart] = square[apart] ** -1.5
        acceleration = np.sum(gap * (inverse * mass)[:, :, None], axis=1)
        velocity += dt * acceleration
        position += dt * velocity
    kinetic = 0.5 * np.sum(mass[:, None] * velocity**2)
    potential = 0.0
    for i in range(len(mass)):
        for j in range(i):
            distance = np.sqrt(np.sum((position[i] - position[j]) ** 2))
            potential -= mass[i] * mass[j] / distance
    return kinetic + potential


def smooth_max_plus(weights, start, rounds, sharpness):
    """Longest path through a graph in the max-plus algebra, smoothed."""
    best = start.copy()
    for _ in range(rounds):
        update = np.empty_like(best)
        for j in range(len(best)):
            reach = best + weights[:, j]
            top = reach.max()
            spread = np.sum(np.exp(sharpness * (reach - top)))
            update[j] = top + np.log(spread) / sharpness
        best[:] = update - 0.1 * update.mean()
    return np.sum(best)


def soft_histogram(values, edges, width):
    """A histogram with sigmoid bin edges; its entropy."""
    counts = np.zeros(len(edges) - 1)
    for v in values:
        inside = 1.0 / (1.0 + np.exp(-(v - edges) / width))
        counts += inside[:-1] - inside[1:]
    share = counts / counts.sum()
    return -np.sum(share * np.log(share))


def value_iteration(rewards, kernel, discount, rounds):
    """Soft value iteration for a Markov decision process, states in place."""
    states, actions = rewards.shape
    value = np.zeros(states)
    for _ in range(rounds):
        for s in range(states):
            q = rewards[s] + discount * (kernel[s] @ value)
            value[s] = np.log(np.sum(np.exp(q)) / actions)
    return value @ value


def matrix_profile(series, window):
    """Smoothed nearest distances between windows of a series, quadratic loop."""
    count = len(series) - window + 1
    total = 0.0
    for i in range(count):
        near = 0.0
        for j in range(count):
            if abs(i - j) < window // 2:
                continue
            gap = series[i : i + window] - series[j : j + window]
            near += np.exp(-np.sum(gap * gap))
        total -= np.log(near)
    return total / count


def _edit(rng, size):
    def letters(n):
        scores = np.exp(rng.normal(size=(n, 4)))
        return scores / scores.sum(axis=1, keepdims=True)

    insert, delete = rng.uniform(0.5, 1.5, size=2).tolist()
    return letters(2 + size), letters(3 * size), insert, delete


def _convolution(rng, size):
    image = rng.normal(size=(2, 3 + size, 4 + size, 2))
    return image, rng.normal(size=(2, 2, 2, 1 + size)) / 2, rng.normal(size=1 + size)


def _fourier(rng, size):
    n = 2 ** (2 + size.bit_length())
    return tuple(rng.normal(size=(2, n)))


def _sparse(rng, size):
    n = 4 * size
    dense = rng.normal(size=(n, n)) * (rng.uniform(size=(n, n)) < 0.4)
    rows, columns = np.nonzero(dense)
    starts = np.searchsorted(rows, np.arange(n + 1))
    return dense[rows, columns], columns, starts, rng.normal(size=n)


def _bodies(rng, size):
    n = 2 + size
    angle = 2 * np.pi * np.arange(n) / n
    circle = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=1)
    position = 2 * circle + 0.1 * rng.normal(size=(n, 3))
    velocity = 0.3 * rng.normal(size=(n, 3))
    return position, velocity, rng.uniform(0.5, 1, size=n), 0.02, 3 * size


def _decision(rng, size):
    states, actions = 2 + size, 2
    kernel = rng.uniform(size=(states, actions, states))
    kernel /= kernel.sum(axis=-1, keepdims=True)
    return rng.normal(size=(states, actions)), kernel, 0.9, 3 * size


PROGRAMS = (
    Program(
        soft_dtw,
        lambda rng, size: (
            rng.normal(size=(3 * size, 2)),
            rng.normal(size=(4 * size, 2)),
            float(rng.uniform(0.5, 1)),
        ),
        (0, 1, 2),
    ),
    Program(soft_edit_distance, _edit, (0, 1, 2, 3)),
    Program(
        forward_log_space,
        lambda rng, size: (
            rng.normal(size=1 + 2 * size),
            rng.normal(size=(1 + 2 * size, 1 + 2 * size)),
            rng.normal(size=(3 * size, 1 + 2 * size)),
        ),
        (0, 1, 2),
    ),
    Program(
        ctc_loss,
        lambda rng, size: (
            rng.normal(size=(6 * size, 4)),
            rng.integers(1, 4, size=1 + size),
        ),
    ),
    Program(
        convolution_1d,
        lambda rng, size: (rng.normal(size=6 * size), rng.normal(size=1 + 2 * size)),
        (0, 1),
    ),
    Program(convolution_2d_bias, _convolution, (0, 1, 2)),
    Program(stockham_fft, _fourier, (0, 1)),
    Program(recursive_fft, _fourier, (0, 1)),
    Program(csr_product, _sparse, (0, 3)),
    Program(nbody, _bodies, (0, 1, 2, 3)),
    Program(
        smooth_max_plus,
        lambda rng, size: (
            rng.normal(size=(2 + size, 2 + size)),
            rng.normal(size=2 + size),
            2 * size,
            float(rng.uniform(1, 2)),
        ),
        (0, 1, 3),
    ),
    Program(
        soft_histogram,
        lambda rng, size: (
            rng.normal(size=6 * size),
            np.linspace(-2, 2, 4 + 2 * size),
            float(rng.uniform(0.3, 0.5)),
        ),
        (0, 1, 2),
    ),
    Program(value_iteration, _decision, (0, 1, 2)),
    Program(
        matrix_profile,
        lambda rng, size: (
            np.sin(np.arange(8 * size)) + 0.2 * rng.normal(size=8 * size),
            4,
        ),
    ),
)
