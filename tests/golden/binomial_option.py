import math
import numpy as np


def power_slope(x, y):
    """The derivative of x**y by x: 0 where y is 0."""
    return np.where(y == 0, 0.0, y * x ** np.where(y == 0, 1.0, y - 1))


def share(x, y, best):
    """What x has of the maximum or minimum of x and y: all, none, or half at a tie."""
    return np.where(x == y, 0.5, np.where(x == best, 1.0, 0.0))


def binomial_option_grad(spot, strike, rate, volatility, expiry, steps):
    # forward
    dt = expiry / steps
    t = math.sqrt(dt)
    up = math.exp(volatility * t)
    t1 = rate * dt
    discount = math.exp(-t1)
    t1 = math.exp(t1)
    t2 = 1 / up
    t3 = up - t2
    chance = (t1 - t2) / t3
    t4 = np.arange(-steps, stop=steps + 1, step=2.0)
    t5 = up**t4
    prices = spot * t5
    t6 = strike - prices
    value = np.maximum(t6, 0.0)
    value_saved = []
    t7 = 1 - chance
    value1 = value.copy()
    for level in range(steps, 0, -1):
        for j in range(level):
            t8 = value1[j]
            value_saved.append(t8)
            value1[j] = discount * (chance * value1[j + 1] + t7 * t8)
    # reverse
    value_bar = np.zeros_like(value1)
    value_bar[0] = 1.0
    chance_bar = 0.0
    discount_bar = 0.0
    for level in reversed(range(steps, 0, -1)):
        for j in reversed(range(level)):
            # value[j] = discount * (chance * value[j + 1] + (1 - chance) * value[j])
            value1[j] = value_saved.pop()
            t_bar = value_bar[j]
            t8 = j + 1
            t9 = value1[t8]
            t10 = value1[j]
            discount_bar += t_bar * (chance * t9 + t7 * t10)
            t_bar *= discount
            chance_bar -= t_bar * t10
            chance_bar += t_bar * t9
            value_bar[j] = t_bar * t7
            value_bar[t8] += t_bar * chance
    # value = np.maximum(strike - prices, 0.0)
    t_bar = value_bar * share(t6, 0.0, value)
    strike_bar = np.sum(t_bar)
    # prices = spot * up ** np.arange(-steps, steps + 1, 2.0)
    spot_bar = -np.sum(t_bar * t5)
    up_bar = -(np.sum(t_bar * power_slope(up, t4)) * spot)
    # chance = (np.exp(rate * dt) - 1 / up) / (up - 1 / up)
    t_bar = chance_bar / t3
    t_bar1 = chance_bar * (chance / t3)
    up_bar -= t_bar1
    t_bar2 = t2 / up
    up_bar -= t_bar1 * t_bar2
    up_bar += t_bar * t_bar2
    t_bar *= t1
    rate_bar = t_bar * dt
    dt_bar = t_bar * rate
    # discount = np.exp(-rate * dt)
    t_bar = discount_bar * discount
    rate_bar -= t_bar * dt
    dt_bar -= t_bar * rate
    # up = np.exp(volatility * np.sqrt(dt))
    t_bar = up_bar * up
    volatility_bar = t_bar * t
    dt_bar += t_bar * volatility * (0.5 / t)
    # dt = expiry / steps
    expiry_bar = dt_bar / steps
    return (
        float(spot_bar),
        float(strike_bar),
        float(rate_bar),
        float(volatility_bar),
        float(expiry_bar),
    )
