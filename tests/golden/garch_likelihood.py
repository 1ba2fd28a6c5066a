import numpy as np


def garch_likelihood_grad(parameters, returns):
    # forward
    omega = parameters[0]
    alpha = parameters[1]
    beta = parameters[2]
    t = 1 - alpha - beta
    variance = omega / t
    n = len(returns)
    variance_saved = []
    variance1 = variance
    for r in range(n):
        variance_saved.append(variance1)
        r = returns[r]
        variance1 = omega + alpha * r**2 + beta * variance1
    # reverse
    returns_bar = np.zeros_like(returns)
    variance_bar = 0.0
    alpha_bar = 0.0
    omega_bar = 0.0
    beta_bar = 0.0
    for r in reversed(range(n)):
        variance1 = variance_saved.pop()
        # variance = omega + alpha * r**2 + beta * variance
        beta_bar += variance_bar * variance1
        variance_bar1 = variance_bar * beta
        omega_bar += variance_bar
        r1 = returns[r]
        t1 = r1**2
        alpha_bar += variance_bar * t1
        t_bar1 = 2.0 * r1
        r_bar = variance_bar * alpha * t_bar1
        # total += 0.5 * (np.log(2 * np.pi * variance) + r**2 / variance)
        t_bar = 1.0 * 0.5
        r_bar += t_bar / variance1 * t_bar1
        returns_bar[r] += r_bar
        variance_bar = (
            variance_bar1
            - t_bar * (t1 / variance1 / variance1)
            + t_bar / (6.283185307179586 * variance1) * 6.283185307179586
        )
    # variance = omega / (1 - alpha - beta)
    omega_bar += variance_bar / t
    t_bar = variance_bar * (variance / t)
    beta_bar += t_bar
    alpha_bar += t_bar
    # omega, alpha, beta = parameters
    parameters_bar = np.zeros_like(parameters)
    parameters_bar[0] = omega_bar
    parameters_bar[1] += alpha_bar
    parameters_bar[2] += beta_bar
    return parameters_bar, returns_bar
