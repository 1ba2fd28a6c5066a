import numpy as np


def kalman_filter_grad(transition, noise, observations, scale):
    # forward
    n = transition.shape[0]
    observe = np.eye(2, M=n)
    mean = np.zeros(n)
    covariance = np.eye(n)
    n1 = len(observations)
    t_saved = []
    residual_saved = []
    spread_saved = []
    gain_saved = []
    t_saved1 = []
    t_saved2 = []
    covariance_saved = []
    mean_saved = []
    for i in range(n1):
        covariance_saved.append(covariance)
        mean_saved.append(mean)
        mean = transition @ mean
        t = transition @ covariance
        t_saved2.append(t)
        covariance = t @ transition.T + scale * np.eye(n)
        t = observe @ covariance
        spread = t @ observe.T + np.diag(np.exp(noise))
        spread_saved.append(spread)
        residual = observations[i] - observe @ mean
        residual_saved.append(residual)
        gain = np.linalg.solve(spread, t)
        gain_saved.append(gain)
        t = gain.T
        mean = mean + t @ residual
        t = t @ spread
        t_saved1.append(t)
        covariance = covariance - t @ gain
        t_saved.append(np.linalg.solve(spread, residual))
    # reverse
    mean_bar = np.zeros_like(mean)
    covariance_bar = np.zeros_like(covariance)
    transition_bar = np.zeros_like(transition)
    noise_bar = np.zeros_like(noise)
    observations_bar = np.zeros_like(observations)
    scale_bar = 0.0
    for i in reversed(range(n1)):
        t = t_saved.pop()
        residual = residual_saved.pop()
        spread = spread_saved.pop()
        # total -= 0.5 * (logdet + residual @ np.linalg.solve(spread, residual))
        t_bar = spread.T
        t_bar1 = np.linalg.solve(t_bar, -(0.5 * residual))
        residual_bar = t_bar1 - 0.5 * t
        spread_bar = -np.outer(t_bar1, t)
        # _, logdet = np.linalg.slogdet(spread)
        spread_bar -= 0.5 * np.linalg.inv(spread).T
        # covariance = covariance - gain @ spread @ gain.T
        t_bar1 = -covariance_bar
        gain = gain_saved.pop()
        t = t_saved1.pop()
        t_bar2 = gain.T
        t_bar3 = t_bar1 @ t_bar2
        gain_bar = t.T @ t_bar1
        t_bar1 = t_bar3 @ t_bar
        spread_bar += gain @ t_bar3
        # mean = mean + gain @ residual
        t_bar1 += np.outer(mean_bar, residual)
        residual_bar += mean_bar @ t_bar2
        gain_bar += t_bar1.T
        # gain = np.linalg.solve(spread, observe @ covariance).T
        t_bar = np.linalg.solve(t_bar, gain_bar)
        spread_bar -= t_bar @ t_bar2
        # residual = y - observe @ mean
        mean_bar += -residual_bar @ observe
        observations_bar[i] += residual_bar
        # spread = observe @ covariance @ observe.T + np.diag(np.exp(noise))
        noise_bar += np.diagonal(spread_bar) * np.exp(noise)
        t_bar += spread_bar @ observe
        covariance_bar += observe.T @ t_bar
        # covariance = transition @ covariance @ transition.T + scale * np.eye(d)
        scale_bar += np.sum(covariance_bar * np.eye(n))
        t_bar = covariance_bar @ transition
        t = t_saved2.pop()
        transition_bar += covariance_bar.T @ t
        covariance = covariance_saved.pop()
        transition_bar += t_bar @ covariance.T
        covariance_bar = transition.T @ t_bar
        mean = mean_saved.pop()
        # mean = transition @ mean
        transition_bar += np.outer(mean_bar, mean)
        mean_bar = mean_bar @ transition
    return transition_bar, noise_bar, observations_bar, float(scale_bar)
