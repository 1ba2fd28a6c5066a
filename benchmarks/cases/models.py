"""Three objectives of ADBench, from their definitions; the data are drawn."""

import math

import numpy as np

from .case import Case, scaled


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def lstm(main, extra, state, sequence):
    """`main`: (2 layers, 4 b), weights then biases; `extra`: (3, b); `state`: (2 layers, b)."""
    b = sequence.shape[1]
    layers = len(main) // 2
    hidden = [state[2 * i] for i in range(layers)]
    cell = [state[2 * i + 1] for i in range(layers)]
    total = 0.0
    for t in range(len(sequence) - 1):
        x = sequence[t] * extra[0]
        for i in range(layers):
            weight, bias = main[2 * i], main[2 * i + 1]
            forget = sigmoid(x * weight[:b] + bias[:b])
            ingate = sigmoid(hidden[i] * weight[b : 2 * b] + bias[b : 2 * b])
            outgate = sigmoid(x * weight[2 * b : 3 * b] + bias[2 * b : 3 * b])
            change = np.tanh(hidden[i] * weight[3 * b :] + bias[3 * b :])
            cell[i] = cell[i] * forget + ingate * change
            hidden[i] = outgate * np.tanh(cell[i])
            x = hidden[i]
        predicted = x * extra[1] + extra[2]
        normal = predicted - np.log(np.sum(np.exp(predicted)) + 2.0)
        total += np.sum(sequence[t + 1] * normal)
    return -total / ((len(sequence) - 1) * b)


def logsumexp(x):
    top = np.max(x, axis=-1, keepdims=True)
    return top[..., 0] + np.log(np.sum(np.exp(x - top), axis=-1))


def gmm(alphas, means, icf, x, index, mask, gamma, m, constant):
    """`icf`: logarithms of the diagonal, then the lower triangle by columns.

    `icf[:, index] * mask` is that triangle as (k, d, d); `constant` is the part of the
    objective that nothing is differentiated by.
    """
    n, d = x.shape
    logs = icf[:, :d]
    diagonal = np.exp(logs)
    lower = icf[:, index] * mask
    centred = x[:, None, :] - means
    scaled = diagonal * centred + np.einsum("kij,nkj->nki", lower, centred)
    inner = alphas + np.sum(logs, axis=1) - 0.5 * np.sum(scaled * scaled, axis=2)
    prior = 0.5 * gamma**2 * (np.sum(diagonal * diagonal) + np.sum(icf[:, d:] ** 2))
    prior = prior - m * np.sum(logs)
    return constant + np.sum(logsumexp(inner)) - n * logsumexp(alphas) + prior


def rodrigues(axis, x):
    """`x` turned about `axis`, by its length; rows for rows."""
    square = np.sum(axis * axis, axis=1)
    theta = np.sqrt(square)
    unit = axis / theta[:, None]
    c, s = np.cos(theta)[:, None], np.sin(theta)[:, None]
    cross = np.stack(
        (
            unit[:, 1] * x[:, 2] - unit[:, 2] * x[:, 1],
            unit[:, 2] * x[:, 0] - unit[:, 0] * x[:, 2],
            unit[:, 0] * x[:, 1] - unit[:, 1] * x[:, 0],
        ),
        1,
    )
    along = np.sum(unit * x, axis=1)[:, None]
    return x * c + cross * s + unit * (along * (1.0 - c))


def ba_x(params, feature):
    return np.sum(reprojection(params, feature)[:, 0])


def ba_y(params, feature):
    return np.sum(reprojection(params, feature)[:, 1])


def reprojection(params, feature):
    """Weighted errors (p, 2) of p observations.

    A row of `params` is rotation 3, centre 3, focal length, principal point 2, radial
    distortion 2, the point 3, the weight: each error depends on its own row alone, so that
    the gradients of the two sums are the whole sparse Jacobian.
    """
    x = rodrigues(params[:, 0:3], params[:, 11:14] - params[:, 3:6])
    plane = x[:, 0:2] / x[:, 2:3]
    square = np.sum(plane * plane, axis=1)
    radial = 1.0 + params[:, 9] * square + params[:, 10] * square * square
    image = plane * radial[:, None] * params[:, 6:7] + params[:, 7:9]
    return params[:, 14:15] * (image - feature)


def of_lstm(rng, size):
    """l2_c1024: two layers, 1024 characters of 14 bits."""
    b, layers = 14, 2
    main = rng.uniform(-0.5, 0.5, size=(2 * layers, 4 * b))
    extra = rng.uniform(-0.5, 0.5, size=(3, b))
    state = rng.uniform(-0.5, 0.5, size=(2 * layers, b))
    return main, extra, state, rng.integers(0, 2, size=(scaled(1024, size), b)).astype(float)


def of_gmm(rng, size):
    """d10_K25, 1000 points."""
    n, d, k, gamma, m = scaled(1000, size), 10, 25, 1.0, 0
    mask = np.tril(np.ones((d, d)), -1)
    index = np.zeros((d, d), dtype=int)
    columns, rows = np.triu_indices(d, 1)
    index[rows, columns] = d + np.arange(len(rows))
    freedom = d + m + 1
    gammas = sum(math.lgamma(0.5 * (freedom - j)) for j in range(d))
    wishart = freedom * d * (math.log(gamma) - 0.5 * math.log(2.0))
    wishart -= 0.25 * d * (d - 1) * math.log(math.pi) + gammas
    constant = -0.5 * n * d * math.log(2.0 * math.pi) - k * wishart
    triangle = rng.normal(size=(k, d * (d + 1) // 2))
    return (rng.normal(size=k), rng.random(size=(k, d)), triangle, rng.normal(size=(n, d)),
            index, mask, gamma, m, constant)


def of_ba(rng, size):
    """ba1: 31843 observations; cameras and points are gathered before the clock starts."""
    cameras, points, p = 49, scaled(7776, size), scaled(31_843, size)
    scale = np.array([0.3] * 3 + [1.0] * 4 + [0.1] * 2 + [0.01] * 2)
    camera = rng.normal(size=(cameras, 11)) * scale
    camera[:, 5] -= 10.0
    place = rng.normal(size=(points, 3))
    rows = (camera[rng.integers(0, cameras, p)], place[rng.integers(0, points, p)])
    return np.concatenate((*rows, rng.random(size=(p, 1))), axis=1), rng.normal(size=(p, 2))


CASES = (
    Case(lstm, "model", of_lstm, (0, 1)),
    Case(gmm, "model", of_gmm, (0, 1, 2)),
    Case(ba_x, "model", of_ba, (0,)),
    Case(ba_y, "model", of_ba, (0,)),
)
