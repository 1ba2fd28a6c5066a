import math
import numpy as np


def unbroadcast(g, x):
    shape = np.shape(x)
    extra = np.ndim(g) - len(shape)
    if extra < 0:
        g = np.reshape(g, (1,) * -extra + np.shape(g))
    if extra > 0:
        g = np.sum(g, axis=tuple(range(extra)))
    ones = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
    if ones:
        g = np.sum(g, axis=ones, keepdims=True)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


def matrix_profile_grad(series, window):
    # forward
    n = len(series)
    count = n - window + 1
    t_saved = []
    gap_saved = []
    near_saved = []
    for i in range(count):
        near = 0.0
        for j in range(count):
            if not abs(i - j) < window // 2:
                gap = series[i:i + window] - series[j:j + window]
                gap_saved.append(gap)
                t = math.exp(-np.sum(gap * gap))
                t_saved.append(t)
                near += t
        near_saved.append(near)
    # reverse
    total_bar = 1.0 / count
    series_bar = np.zeros_like(series)
    for i in reversed(range(count)):
        near = near_saved.pop()
        # total -= np.log(near)
        near_bar = -(total_bar / near)
        for j in reversed(range(count)):
            if not abs(i - j) < window // 2:
                t = t_saved.pop()
                gap = gap_saved.pop()
                # near += np.exp(-np.sum(gap * gap))
                t_bar = 2.0 * (near_bar * t * gap)
                # gap = series[i : i + window] - series[j : j + window]
                t = i + window
                t1 = j + window
                series_bar[i:t] -= unbroadcast(t_bar, series[i:t])
                series_bar[j:t1] += unbroadcast(t_bar, series[j:t1])
    return (series_bar,)
