import numpy as np


def undiagonal(g, x, offset, axis1, axis2):
    """Zeros in the shape of x, with g on the diagonal."""
    x_bar = np.zeros(np.shape(x), np.result_type(g))
    diagonal = np.diagonal(x_bar, offset, axis1, axis2)
    diagonal.flags.writeable = True
    diagonal[...] = g
    return x_bar


def gaussian_process_grad(theta, x, y):
    # forward
    t = np.exp(theta)
    signal = t[0]
    length = t[1]
    noise = t[2]
    t1 = x[:, None, :] - x[None, :, :]
    gaps = np.sum(t1**2, axis=-1)
    t2 = length**2
    t3 = -0.5 * gaps / t2
    t4 = np.exp(t3)
    n = len(x)
    t5 = np.eye(n)
    kernel = signal * t4 + noise * t5
    factor = np.linalg.cholesky(kernel)
    half = np.linalg.solve(factor, y)
    # reverse
    # logdet = 2.0 * np.sum(np.log(np.diag(factor)))
    factor_bar = undiagonal(1.0 / np.diag(factor), factor, 0, 0, 1)
    # half = np.linalg.solve(factor, y)
    t_bar = factor.T
    y_bar = np.linalg.solve(t_bar, half)
    factor_bar -= np.outer(y_bar, half)
    # factor = np.linalg.cholesky(kernel)
    t_bar1 = t_bar @ factor_bar
    t_bar2 = np.tril(t_bar1)
    t_bar2 += np.tril(t_bar1, k=-1).T
    kernel_bar = 0.5 * np.linalg.solve(t_bar, np.linalg.solve(t_bar, t_bar2).T)
    # kernel = signal * np.exp(-0.5 * gaps / length**2) + noise * np.eye(len(x))
    noise_bar = np.sum(kernel_bar * t5)
    signal_bar = np.sum(kernel_bar * t4)
    t_bar = signal * kernel_bar * t4
    length_bar = -(np.sum(t_bar * t3) / t2 * (2.0 * length))
    gaps_bar = -0.5 * (t_bar / t2)
    # gaps = np.sum((x[:, None, :] - x[None, :, :]) ** 2, axis=-1)
    t_bar = gaps_bar[:, :, None] * (2.0 * t1)
    x_bar = np.sum(t_bar, axis=1)
    x_bar -= np.sum(t_bar, axis=0)
    # signal, length, noise = np.exp(theta)
    t_bar = np.zeros_like(t)
    t_bar[0] = signal_bar
    t_bar[1] = length_bar
    t_bar[2] = noise_bar
    theta_bar = t_bar * t
    return theta_bar, x_bar, y_bar
