import math
import numpy as np


def unbroadcast(g, x):
    shape = np.shape(x)
    extra = np.ndim(g) - len(shape)
    if extra < 0:
        g = np.reshape(g, (1,) * -extra + np.shape(g))
    if extra > 0:
        g = np.sum(g, axis=tuple(range(extra)))
    ones = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
    if ones:
        g = np.sum(g, axis=ones, keepdims=True)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


def gaussian_mixture_grad(alphas, means, icf, x):
    # forward
    n = x.shape[0]
    n1 = x.shape[1]
    n2 = len(alphas)
    weights = np.empty((n, n2))
    position_saved = []
    whitened_saved = []
    factor_saved = []
    position_saved1 = []
    for j in range(n2):
        factor = np.zeros((n1, n1))
        position = n1
        for column in range(n1):
            position_saved.append(position)
            factor[column, column] = math.exp(icf[j, column])
            length = n1 - column - 1
            t = position + length
            factor[column + 1:, column] = icf[j, position:t]
            position = t
        factor_saved.append(factor)
        position_saved1.append(position)
        whitened = (x - means[j]) @ factor.T
        whitened_saved.append(whitened)
        weights[:, j] = (
            alphas[j] + np.sum(icf[j, :n1]) - 0.5 * np.sum(whitened**2, axis=1)
        )
    top = np.max(weights, axis=1, keepdims=True)
    t = np.exp(weights - top)
    t1 = np.sum(t, axis=1, keepdims=True)
    total = np.log(t1) + top
    top = np.max(alphas, axis=0, keepdims=True)
    t2 = np.exp(alphas - top)
    # reverse
    total_bar = np.expand_dims(-1.0 * n, 0)
    # total = np.log(np.sum(np.exp(z - top), axis=axis, keepdims=True)) + top
    alphas_bar = total_bar / np.sum(t2, axis=0, keepdims=True) * t2
    total_bar = np.expand_dims(np.ones_like(np.squeeze(total, axis=1)), 1)
    weights_bar = total_bar / t1 * t
    icf_bar = np.zeros_like(icf)
    means_bar = np.zeros_like(means)
    for j in reversed(range(n2)):
        # weights[:, j] = ( alphas[j] + np.sum(icf[j, :d]) - 0.5 * np.sum(whitened**2...
        t_bar = weights_bar[:, j]
        t_bar1 = np.sum(t_bar)
        whitened = whitened_saved.pop()
        whitened_bar = (-(0.5 * t_bar))[:, None] * (2.0 * whitened)
        weights_bar[:, j] = 0.0
        alphas_bar[j] += t_bar1
        icf_bar[j, :n1] += t_bar1
        factor = factor_saved.pop()
        # whitened = (x - means[j]) @ factor.T
        factor_bar = whitened_bar.T @ (x - means[j])
        means_bar[j] -= np.sum(whitened_bar @ factor, axis=0)
        position = position_saved1.pop()
        for column in reversed(range(n1)):
            # factor[column + 1 :, column] = icf[j, position : position + length]
            t = column + 1
            position1 = position_saved.pop()
            icf_bar[j, position1:position] += unbroadcast(
                factor_bar[t:, column], icf[j, position1:position]
            )
            factor_bar[t:, column] = 0.0
            # factor[column, column] = np.exp(icf[j, column])
            icf_bar[j, column] += factor_bar[column, column] * math.exp(icf[j, column])
            factor_bar[column, column] = 0.0
            position = position1
    return alphas_bar, means_bar, icf_bar
