import math


def counter_closure_grad(x, n):
    # forward
    t_saved = []
    delta_saved = []
    count_saved = []
    mean = 0.0
    spread = 0.0
    count = 0
    for k in range(n):
        t = k * x
        t = math.sin(t) + t
        count += 1
        count_saved.append(count)
        delta = t - mean
        delta_saved.append(delta)
        mean += delta / count
        t -= mean
        t_saved.append(t)
        spread += delta * t
    t = count - 1
    # reverse
    spread_bar = 0.5 / math.sqrt(spread / t) / t
    mean_bar = 1.0
    x_bar = 0.0
    for k in reversed(range(n)):
        t = t_saved.pop()
        delta = delta_saved.pop()
        # spread += delta * (value - mean)
        delta_bar = spread_bar * t
        t_bar = spread_bar * delta
        mean_bar -= t_bar
        count = count_saved.pop()
        # mean += delta / count
        delta_bar += mean_bar / count
        # delta = value - mean
        t_bar += delta_bar
        mean_bar -= delta_bar
        # push(math.sin(k * x) + k * x)
        x_bar += (t_bar + t_bar * math.cos(k * x)) * k
    return (float(x_bar),)
