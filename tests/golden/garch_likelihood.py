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
    for i in range(n):
        variance_saved.append(variance1)
        r = returns[i]
        variance1 = omega + alpha * r**2 + beta * variance1
    # reverse
    returns_bar = np.zeros_like(returns)
    variance_bar = 0.0
    alpha_bar = 0.0
    omega_bar = 0.0
    beta_bar = 0.0
    for i in reversed(range(n)):
        variance1 = variance_saved.pop()
        # variance = omega + alpha * r**2 + beta * variance
        beta_bar += variance_bar * variance1
        variance_bar1 = variance_bar * beta
        omega_bar += variance_bar
        r = returns[i]
        t1 = r**2
        alpha_bar += variance_bar * t1
        # total += 0.5 * (np.log(2 * np.pi * variance) + r**2 / variance)
        variance_bar1 -= 0.5 * (t1 / variance1 / variance1)
        r_bar = (variance_bar * alpha + 0.5 / variance1) * (2.0 * r)
        variance_bar = (
            variance_bar1 + 0.5 / (6.283185307179586 * variance1) * 6.283185307179586
        )
        returns_bar[i] += r_bar
    # variance = omega / (1 - alpha - beta)
    omega_bar += variance_bar / t
    t_bar = variance_bar * (variance / t)
    beta_bar += t_bar
    alpha_bar += t_bar
    # omega, alpha, beta = parameters
    parameters_bar = np.zeros_like(parameters)
    parameters_bar[0] = omega_bar
    parameters_bar[1] = alpha_bar
    parameters_bar[2] = beta_bar
    return parameters_bar, returns_bar
