import numpy as np


def holt_smoothing_grad(alpha, beta, series):
    # forward
    level = series[0]
    trend = series[1] - level
    n = len(series)
    level_saved = []
    trend_saved = []
    t = 1 - beta
    for i in range(1, n):
        level_saved.append(level)
        trend_saved.append(trend)
        forecast = level + trend
        error = series[i] - forecast
        level1 = forecast + alpha * error
        trend = t * trend + beta * (level1 - level)
        level = level1
    # reverse
    loss_bar = 1.0 / (n - 1)
    series_bar = np.zeros_like(series)
    level_bar = 0.0
    trend_bar = 0.0
    alpha_bar = 0.0
    beta_bar = 0.0
    for i in reversed(range(1, n)):
        level = level_saved.pop()
        trend = trend_saved.pop()
        # trend = (1 - beta) * trend + beta * (level - previous)
        forecast = level + trend
        error = series[i] - forecast
        level1 = forecast + alpha * error
        beta_bar += trend_bar * (level1 - level)
        t_bar = trend_bar * beta
        level_bar += t_bar
        trend_bar1 = trend_bar * t
        beta_bar -= trend_bar * trend
        # previous, level = level, forecast + alpha * error
        alpha_bar += level_bar * error
        error_bar = level_bar * alpha
        # loss += error * error
        error_bar += 2.0 * (loss_bar * error)
        # error = series[i] - forecast
        forecast_bar = level_bar - error_bar
        series_bar[i] += error_bar
        # forecast = level + trend
        level_bar = forecast_bar - t_bar
        trend_bar = trend_bar1 + forecast_bar
    # trend = series[1] - series[0]
    series_bar[1] += trend_bar
    series_bar[0] -= trend_bar
    # level = series[0]
    series_bar[0] += level_bar
    return float(alpha_bar), float(beta_bar), series_bar
