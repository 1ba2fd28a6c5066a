import numpy as np


def batch_normalisation_grad(x, gamma, beta, w, momentum):
    # forward
    n = x.shape[0]
    n1 = x.shape[1]
    t = np.zeros(n1)
    t1 = np.ones(n1)
    if n % 2:
        raise ValueError("array split does not result in an equal division")
    size = n // 2
    b = 2 * size
    t2 = x[0:size]
    mean = np.mean(t2, axis=0)
    var = np.var(t2, axis=0)
    t *= momentum
    t3 = 1 - momentum
    t += t3 * mean
    t1 *= momentum
    t1 += t3 * var
    t4 = t2 - mean
    t5 = np.sqrt(var + 1e-05)
    t6 = gamma * t4 / t5
    z = t6 + beta
    t7 = np.tanh(z @ w)
    t8 = x[size:b]
    mean = np.mean(t8, axis=0)
    var = np.var(t8, axis=0)
    t *= momentum
    t += t3 * mean
    t1 *= momentum
    t1 += t3 * var
    t9 = t8 - mean
    t10 = np.sqrt(var + 1e-05)
    t11 = gamma * t9 / t10
    z1 = t11 + beta
    t12 = np.tanh(z1 @ w)
    t1 = np.sqrt(t1 + 1e-05)
    z2 = (x - t) / t1
    t = z2 * gamma + beta
    t13 = t @ w
    # reverse
    t_bar = np.full_like(t13, 1.0 / t13.size)
    t_bar1 = w.T
    t_bar2 = t_bar @ t_bar1
    w_bar = t.T @ t_bar
    beta_bar = np.sum(t_bar2, axis=0)
    z_bar = t_bar2 * gamma
    gamma_bar = np.sum(t_bar2 * z2, axis=0)
    # z = (x - running["mean"]) / np.sqrt(running["var"] + 1e-5)
    x_bar = z_bar / t1
    t_bar = np.sum(z_bar * (z2 / t1), axis=0) * (0.5 / t1)
    t_bar2 = np.sum(x_bar, axis=0)
    # loss += np.sum(np.tanh(z @ w) ** 2)
    t_bar3 = 2.0 * t12 * (1.0 - t12**2)
    z_bar = t_bar3 @ t_bar1
    w_bar += z1.T @ t_bar3
    # z = gamma * (batch - mean) / np.sqrt(var + 1e-5) + beta
    beta_bar += np.sum(z_bar, axis=0)
    t_bar3 = z_bar / t10
    var_bar = -(np.sum(z_bar * (t11 / t10), axis=0) * (0.5 / t10))
    gamma_bar += np.sum(t_bar3 * t9, axis=0)
    t_bar3 = t_bar3 * gamma
    mean_bar = -np.sum(t_bar3, axis=0)
    x_bar[size:b] += t_bar3
    # running["var"] += (1 - momentum) * var
    var_bar -= t3 * t_bar
    # running["mean"] += (1 - momentum) * mean
    mean_bar -= t3 * t_bar2
    # mean, var = batch.mean(axis=0), batch.var(axis=0)
    t_bar3 = t8.shape[0]
    x_bar[size:b] += mean_bar / t_bar3
    x_bar[size:b] += var_bar * 2.0 * (t8 - np.mean(t8, axis=0, keepdims=True)) / t_bar3
    # loss += np.sum(np.tanh(z @ w) ** 2)
    t_bar3 = 2.0 * t7 * (1.0 - t7**2)
    z_bar = t_bar3 @ t_bar1
    w_bar += z.T @ t_bar3
    # z = gamma * (batch - mean) / np.sqrt(var + 1e-5) + beta
    beta_bar += np.sum(z_bar, axis=0)
    t_bar1 = z_bar / t5
    var_bar = -(np.sum(z_bar * (t6 / t5), axis=0) * (0.5 / t5))
    gamma_bar += np.sum(t_bar1 * t4, axis=0)
    t_bar1 = t_bar1 * gamma
    mean_bar = -np.sum(t_bar1, axis=0)
    x_bar[0:size] += t_bar1
    # running["var"] += (1 - momentum) * var
    var_bar -= t3 * (momentum * t_bar)
    # running["mean"] += (1 - momentum) * mean
    mean_bar -= t3 * (momentum * t_bar2)
    # mean, var = batch.mean(axis=0), batch.var(axis=0)
    t_bar = t2.shape[0]
    x_bar[0:size] += mean_bar / t_bar
    x_bar[0:size] += var_bar * 2.0 * (t2 - np.mean(t2, axis=0, keepdims=True)) / t_bar
    return x_bar, gamma_bar, beta_bar, w_bar
