import math
import numpy as np


def arma_likelihood_grad(phi, theta, log_sigma, series):
    # forward
    n = len(phi)
    n1 = len(theta)
    n2 = len(series)
    innovation = np.zeros(n2)
    innovation_saved = []
    for t in range(n, n2):
        value = series[t]
        for i in range(n):
            value -= phi[i] * series[t - 1 - i]
        for j in range(min(n1, t)):
            value -= theta[j] * innovation[t - 1 - j]
        innovation_saved.append(innovation[t])
        innovation[t] = value
    variance = math.exp(2 * log_sigma)
    count = n2 - n
    # reverse
    log_sigma_bar = float(count)
    innovation_bar = 0.5 / variance * (2.0 * innovation)
    # variance = np.exp(2 * log_sigma)
    log_sigma_bar -= 0.5 * np.sum(innovation**2) / variance / variance * variance * 2
    series_bar = np.zeros_like(series)
    phi_bar = np.zeros_like(phi)
    theta_bar = np.zeros_like(theta)
    for t in reversed(range(n, n2)):
        # innovation[t] = value
        innovation[t] = innovation_saved.pop()
        value_bar = innovation_bar[t]
        innovation_bar[t] = 0.0
        for j in reversed(range(min(n1, t))):
            # value -= theta[j] * innovation[t - 1 - j]
            t1 = t - 1 - j
            theta_bar[j] -= value_bar * innovation[t1]
            innovation_bar[t1] -= value_bar * theta[j]
        for i in reversed(range(n)):
            # value -= phi[i] * series[t - 1 - i]
            t1 = t - 1 - i
            phi_bar[i] -= value_bar * series[t1]
            series_bar[t1] -= value_bar * phi[i]
        # value = series[t]
        series_bar[t] += value_bar
    return phi_bar, theta_bar, float(log_sigma_bar), series_bar
