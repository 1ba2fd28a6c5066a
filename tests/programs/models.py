"""Statistical and neural models: losses and likelihoods as their users write them."""

import itertools

import numpy as np

from .program import Program


def _sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def _log_sum_exp(z, axis):
    top = np.max(z, axis=axis, keepdims=True)
    total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    return np.squeeze(total, axis=axis)


def logistic_regression(w, b, x, labels):
    """Mean negative log-likelihood of labels in {-1, 1}, with a ridge penalty."""
    margins = labels * (x @ w + b)
    return np.mean(np.logaddexp(0.0, -margins)) + 0.01 * np.dot(w, w)


def multilayer_perceptron(params, x, y):
    """Three layers with their parameters in a dict, squared loss."""
    h = x
    for k in range(3):
        h = h @ params[f"w{k}"] + params[f"b{k}"]
        if k < 2:
            h = np.tanh(h)
    return np.mean(np.sum((h - y) ** 2, axis=1))


def softmax_cross_entropy(w, b, x, labels):
    """Multinomial regression: the picked log-probability of integer labels."""
    scores = x @ w + b
    scores = scores - scores.max(axis=1, keepdims=True)
    log_probability = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    picked = log_probability[np.arange(len(labels)), labels]
    return -picked.mean()


def gaussian_mixture(alphas, means, icf, x):
    """Log-likelihood of a Gaussian mixture, inverse factors packed (ADBench GMM)."""
    n, d = x.shape
    k = len(alphas)
    weights = np.empty((n, k))
    for j in range(k):
        factor = np.zeros((d, d))
        position = d
        for column in range(d):
            factor[column, column] = np.exp(icf[j, column])
            length = d - column - 1
            factor[column + 1 :, column] = icf[j, position : position + length]
            position += length
        whitened = (x - means[j]) @ factor.T
        weights[:, j] = (
            alphas[j] + np.sum(icf[j, :d]) - 0.5 * np.sum(whitened**2, axis=1)
        )
    return np.sum(_log_sum_exp(weights, 1)) - n * _log_sum_exp(alphas, 0)


def lstm_sequence(params, inputs, targets):
    """An LSTM cell over a sequence, gates in one product, squared loss."""
    size = params["bias"].shape[0] // 4
    h = np.zeros(size)
    c = np.zeros(size)
    loss = 0.0
    for x, target in zip(inputs, targets):
        gates = params["input"] @ x + params["state"] @ h + params["bias"]
        forget = _sigmoid(gates[:size])
        enter = _sigmoid(gates[size : 2 * size])
        leave = _sigmoid(gates[2 * size : 3 * size])
        c = forget * c + enter * np.tanh(gates[3 * size :])
        h = leave * np.tanh(c)
        loss += np.sum((params["output"] @ h - target) ** 2)
    return loss / len(targets)


def gru_sequence(w, u, b, inputs):
    """A gated recurrent unit; states are written to an array and read at the end."""
    n = u.shape[-1]
    states = np.zeros((len(inputs) + 1, n))
    for t in range(len(inputs)):
        x, h = inputs[t], states[t]
        reset = _sigmoid(w[0] @ x + u[0] @ h + b[0])
        update = _sigmoid(w[1] @ x + u[1] @ h + b[1])
        candidate = np.tanh(w[2] @ x + u[2] @ (reset * h) + b[2])
        states[t + 1] = (1 - update) * h + update * candidate
    return np.sum(states[1:] ** 2)


def kalman_filter(transition, noise, observations, scale):
    """Log-likelihood of a linear Gaussian state-space model by prediction errors."""
    d = transition.shape[0]
    observe = np.eye(2, d)
    mean = np.zeros(d)
    covariance = np.eye(d)
    total = 0.0
    for y in observations:
        mean = transition @ mean
        covariance = transition @ covariance @ transition.T + scale * np.eye(d)
        spread = observe @ covariance @ observe.T + np.diag(np.exp(noise))
        residual = y - observe @ mean
        gain = np.linalg.solve(spread, observe @ covariance).T
        mean = mean + gain @ residual
        covariance = covariance - gain @ spread @ gain.T
        _, logdet = np.linalg.slogdet(spread)
        total -= 0.5 * (logdet + residual @ np.linalg.solve(spread, residual))
    return total


def attention(x, wq, wk, wv, heads):
    """Causal self-attention with several heads; the mask is added to the scores."""
    length, width = x.shape
    depth = width // heads
    mask = np.where(np.tri(length) > 0, 0.0, -1e9)
    output = np.zeros_like(x)
    for head in range(heads):
        part = slice(head * depth, (head + 1) * depth)
        q, k, v = x @ wq[:, part], x @ wk[:, part], x @ wv[:, part]
        scores = q @ k.T / np.sqrt(depth) + mask
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        output[:, part] = weights @ v
    return np.sum((x + output) ** 2) / length


def batch_normalisation(x, gamma, beta, w, momentum):
    """Batch norm between two layers; the running statistics are updated in place."""
    running = {"mean": np.zeros(x.shape[1]), "var": np.ones(x.shape[1])}
    loss = 0.0
    for batch in np.split(x, 2):
        mean, var = batch.mean(axis=0), batch.var(axis=0)
        running["mean"] *= momentum
        running["mean"] += (1 - momentum) * mean
        running["var"] *= momentum
        running["var"] += (1 - momentum) * var
        z = gamma * (batch - mean) / np.sqrt(var + 1e-5) + beta
        loss += np.sum(np.tanh(z @ w) ** 2)
    z = (x - running["mean"]) / np.sqrt(running["var"] + 1e-5)
    return loss + np.mean((z * gamma + beta) @ w)


def ridge_regression(log_penalty, x, y, x_test, y_test):
    """Held-out loss of ridge regression in closed form, by its penalty and data."""
    d = x.shape[1]
    gram = x.T @ x + np.exp(log_penalty) * np.eye(d)
    w = np.linalg.solve(gram, x.T @ y)
    residual = x_test @ w - y_test
    return 0.5 * np.mean(residual**2)


def gaussian_process(theta, x, y):
    """Negative log marginal likelihood with a squared exponential kernel.

    Rasmussen and Williams, algorithm 2.1.
    """
    signal, length, noise = np.exp(theta)
    gaps = np.sum((x[:, None, :] - x[None, :, :]) ** 2, axis=-1)
    kernel = signal * np.exp(-0.5 * gaps / length**2) + noise * np.eye(len(x))
    factor = np.linalg.cholesky(kernel)
    half = np.linalg.solve(factor, y)
    logdet = 2.0 * np.sum(np.log(np.diag(factor)))
    return 0.5 * (half @ half + logdet + len(y) * np.log(2 * np.pi))


def factor_analysis(loadings, log_noise, x):
    """Gaussian likelihood with low-rank plus diagonal covariance (Woodbury)."""
    n, _ = x.shape
    rank = loadings.shape[1]
    precision = np.exp(-log_noise)
    scaled = precision[:, None] * loadings
    core = np.eye(rank) + loadings.T @ scaled
    projected = x @ scaled
    quadratic = np.sum(x**2 * precision) - np.sum(
        projected * np.linalg.solve(core, projected.T).T
    )
    logdet = np.sum(log_noise) + np.log(np.linalg.det(core))
    return 0.5 * (quadratic / n + logdet)


def hidden_markov(log_start, log_transition, emission, observations):
    """Forward algorithm in log space, one observation symbol at a time."""
    start = log_start - _log_sum_exp(log_start, 0)
    transition = log_transition - _log_sum_exp(log_transition, 1)[:, None]
    emission = emission - _log_sum_exp(emission, 1)[:, None]
    alpha = start + emission[:, observations[0]]
    for symbol in observations[1:]:
        alpha = _log_sum_exp(alpha[:, None] + transition, 0) + emission[:, symbol]
    return -_log_sum_exp(alpha, 0)


def arma_likelihood(phi, theta, log_sigma, series):
    """Conditional Gaussian likelihood of ARMA(p, q); innovations fill an array."""
    p, q = len(phi), len(theta)
    n = len(series)
    innovation = np.zeros(n)
    for t in range(p, n):
        value = series[t]
        for i in range(p):
            value -= phi[i] * series[t - 1 - i]
        for j in range(min(q, t)):
            value -= theta[j] * innovation[t - 1 - j]
        innovation[t] = value
    variance = np.exp(2 * log_sigma)
    count = n - p
    return 0.5 * np.sum(innovation**2) / variance + count * log_sigma


def bundle_residual(camera, point, weight, feature):
    """Reprojection error with Rodrigues' rotation and distortion (ADBench BA)."""
    rotation, center, focal, offset, radial = camera
    angle = np.sqrt(np.sum(rotation**2))
    axis = rotation / angle
    moved = point - center
    turned = (
        moved * np.cos(angle)
        + np.cross(axis, moved) * np.sin(angle)
        + axis * np.dot(axis, moved) * (1 - np.cos(angle))
    )
    flat = turned[:2] / turned[2]
    square = np.sum(flat * flat)
    flat = flat * (1 + radial[0] * square + radial[1] * square * square)
    error = weight * (focal * flat + offset - feature)
    return np.sum(error**2) + (1 - weight * weight) ** 2


def variational_autoencoder(params, x, noise):
    """Negative evidence bound with the reparametrised Gaussian; noise is given."""
    hidden = np.tanh(x @ params["encode"])
    mean, log_var = np.split(hidden @ params["head"], 2, axis=1)
    z = mean + np.exp(0.5 * log_var) * noise
    logits = np.tanh(z @ params["decode"]) @ params["output"]
    likelihood = np.sum(x * logits - np.logaddexp(0.0, logits), axis=1)
    divergence = 0.5 * np.sum(np.exp(log_var) + mean**2 - 1 - log_var, axis=1)
    return np.mean(divergence - likelihood)


def _regression(rng, size):
    n, d = 8 * size, 2 + size
    x = rng.normal(size=(n, d))
    labels = np.where(x[:, 0] + rng.normal(size=n) > 0, 1.0, -1.0)
    return rng.normal(size=d), float(rng.normal()), x, labels


def _perceptron(rng, size):
    widths = [3, 4 * size, 3 * size, 2]
    params = {}
    for k, (rows, columns) in enumerate(itertools.pairwise(widths)):
        params[f"w{k}"] = rng.normal(size=(rows, columns)) / np.sqrt(rows)
        params[f"b{k}"] = 0.1 * rng.normal(size=columns)
    return params, rng.normal(size=(5 * size, 3)), rng.normal(size=(5 * size, 2))


def _classes(rng, size):
    n, d, k = 5 * size, 2 + size, 3
    x = rng.normal(size=(n, d))
    return rng.normal(size=(d, k)), rng.normal(size=k), x, rng.integers(0, k, size=n)


def _mixture(rng, size):
    d, k, n = 2 + size // 2, 2 + size, 6 * size
    icf = 0.3 * rng.normal(size=(k, d * (d + 1) // 2))
    x = rng.normal(size=(n, d))
    return rng.normal(size=k), rng.normal(size=(k, d)), icf, x


def _lstm(rng, size):
    d, h, steps = 2, 2 + size, 3 * size
    params = {
        "input": rng.normal(size=(4 * h, d)),
        "state": rng.normal(size=(4 * h, h)) / np.sqrt(h),
        "bias": rng.normal(size=4 * h),
        "output": rng.normal(size=(d, h)),
    }
    return params, rng.normal(size=(steps, d)), rng.normal(size=(steps, d))


def _gru(rng, size):
    d, h = 2, 2 + size
    w, u = rng.normal(size=(3, h, d)), rng.normal(size=(3, h, h)) / np.sqrt(h)
    return w, u, rng.normal(size=(3, h)), rng.normal(size=(3 * size, d))


def _state_space(rng, size):
    d = 2 + size // 2
    transition = 0.8 * np.eye(d) + 0.1 * rng.normal(size=(d, d))
    observations = rng.normal(size=(4 * size, 2))
    return transition, rng.normal(size=2), observations, float(rng.uniform(0.2, 0.5))


def _attention(rng, size):
    length, width = 3 * size, 4
    wq, wk, wv = rng.normal(size=(3, width, width)) / 2
    return rng.normal(size=(length, width)), wq, wk, wv, 2


def _batch(rng, size):
    n, d = 8 * size, 2 + size
    gamma, beta = rng.normal(size=(2, d))
    return rng.normal(size=(n, d)), gamma, beta, rng.normal(size=(d, 2)), 0.9


def _ridge(rng, size):
    d = 2 + size
    x, x_test = rng.normal(size=(2, 6 * size, d))
    w = rng.normal(size=d)
    noise = rng.normal(size=(2, 6 * size))
    return float(rng.uniform(-1, 1)), x, x @ w + noise[0], x_test, x_test @ w + noise[1]


def _process(rng, size):
    x = rng.normal(size=(5 * size, 2))
    y = np.sin(x[:, 0]) + 0.1 * rng.normal(size=5 * size)
    return np.array([0.1, 0.2, -1.5]) + 0.1 * rng.normal(size=3), x, y


def _factors(rng, size):
    d = 3 + size
    loadings = rng.normal(size=(d, 1 + size // 2))
    return loadings, 0.3 * rng.normal(size=d), rng.normal(size=(6 * size, d))


def _markov(rng, size):
    k, symbols = 2 + size, 3
    start, transition = rng.normal(size=k), rng.normal(size=(k, k))
    return (
        start,
        transition,
        rng.normal(size=(k, symbols)),
        rng.integers(0, 3, 5 * size),
    )


def _arma(rng, size):
    phi = np.array([0.5, -0.2]) + 0.05 * rng.normal(size=2)
    theta = np.array([0.3, 0.1]) + 0.05 * rng.normal(size=2)
    return phi, theta, float(rng.uniform(-0.2, 0.2)), rng.normal(size=12 * size)


def _camera(rng, size):
    camera = (
        rng.uniform(0.1, 0.5, size=3),
        rng.normal(size=3),
        float(rng.uniform(1, 2)),
        rng.normal(size=2),
        0.1 * rng.normal(size=2),
    )
    point = rng.normal(size=3) + np.array([0.0, 0.0, 6.0])
    return camera, point, float(rng.uniform(0.5, 0.9)), rng.normal(size=2)


def _autoencoder(rng, size):
    n, d, h, k = 4 * size, 3 + size, 4, 2
    params = {
        "encode": rng.normal(size=(d, h)),
        "head": rng.normal(size=(h, 2 * k)),
        "decode": rng.normal(size=(k, h)),
        "output": rng.normal(size=(h, d)),
    }
    return params, rng.uniform(size=(n, d)), rng.normal(size=(n, k))


PROGRAMS = (
    Program(logistic_regression, _regression, (0, 1)),
    Program(multilayer_perceptron, _perceptron, (0, 1)),
    Program(softmax_cross_entropy, _classes, (0, 1, 2)),
    Program(gaussian_mixture, _mixture, (0, 1, 2)),
    Program(lstm_sequence, _lstm, (0, 1)),
    Program(gru_sequence, _gru, (0, 1, 2, 3)),
    Program(kalman_filter, _state_space, (0, 1, 2, 3)),
    Program(attention, _attention, (0, 1, 2, 3)),
    Program(batch_normalisation, _batch, (0, 1, 2, 3)),
    Program(ridge_regression, _ridge, (0, 1, 2)),
    Program(gaussian_process, _process, (0, 1, 2)),
    Program(factor_analysis, _factors, (0, 1, 2)),
    Program(hidden_markov, _markov, (0, 1, 2)),
    Program(arma_likelihood, _arma, (0, 1, 2, 3)),
    Program(bundle_residual, _camera, (0, 1, 2)),
    Program(variational_autoencoder, _autoencoder, (0, 1)),
)
