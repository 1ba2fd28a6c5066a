import numpy as np


def factor_analysis_grad(loadings, log_noise, x):
    # forward
    n = x.shape[0]
    precision = np.exp(-log_noise)
    t = precision[:, None]
    scaled = t * loadings
    core = np.eye(1) + loadings.T @ scaled
    projected = x @ scaled
    t1 = np.linalg.solve(core, projected.T).T
    # reverse
    quadratic_bar = 0.5 / n
    # logdet = np.sum(log_noise) + np.log(np.linalg.det(core))
    core_bar = 0.5 * np.linalg.inv(core).T
    log_noise_bar = np.full_like(log_noise, 0.5)
    # quadratic = np.sum(x**2 * precision) - np.sum( projected * np.linalg.solve(core...
    t_bar = np.linalg.solve(core.T, (-(quadratic_bar * projected)).T)
    core_bar -= t_bar @ t1
    projected_bar = t_bar.T
    projected_bar -= quadratic_bar * t1
    precision_bar = np.sum(quadratic_bar * x**2, axis=0)
    x_bar = quadratic_bar * precision * (2.0 * x)
    # projected = x @ scaled
    x_bar += projected_bar @ scaled.T
    scaled_bar = x.T @ projected_bar
    # core = np.eye(rank) + loadings.T @ scaled
    scaled_bar += loadings @ core_bar
    loadings_bar = scaled @ core_bar.T
    # scaled = precision[:, None] * loadings
    loadings_bar += scaled_bar * t
    precision_bar += (scaled_bar * loadings)[:, 0]
    # precision = np.exp(-log_noise)
    log_noise_bar -= precision_bar * precision
    return loadings_bar, log_noise_bar, x_bar
