import math
import numpy as np


def jumps_with_writes_grad(x, limit):
    # forward
    y = x.copy()
    n = len(y)
    t_saved = []
    y_saved = []
    y_saved1 = []
    t_saved1 = []
    t_saved2 = []
    y_saved2 = []
    t_saved3 = []
    broke_saved = []
    trips_saved = []
    returned = False
    trips = 0
    for i in range(n):
        broke = False
        trips1 = 0
        for j in range(i, n):
            if (i + j) % 3 == 1:
                stop = False
            else:
                y_saved2.append(y[j])
                y[j] += 0.3 * y[i] ** 2
                t = y[j]
                done = t > limit
                t_saved2.append(done)
                if done:
                    t1 = math.tanh(t)
                    t_saved1.append(t1)
                    y_saved1.append(t)
                    y[j] = limit * t1
                stop = done
            trips1 += 1
            broke = stop
            if stop:
                break
        broke_saved.append(broke)
        trips_saved.append(trips1)
        if not broke:
            t = y[i]
            y_saved.append(t)
            y[i] = t * 0.5
        done = np.sum(y) > 0.85 * n * limit
        t_saved3.append(done)
        if done:
            t_saved.append(np.sum(y[:i + 1] ** 2))
        trips += 1
        returned = done
        if done:
            break
    # reverse
    if returned:
        y_bar = np.zeros_like(y)
        value_bar = 1.0
    else:
        y_bar = np.ones_like(y)
        value_bar = 0.0
    limit_bar = 0.0
    for i in reversed(range(trips)):
        t = t_saved3.pop()
        if t:
            t = t_saved.pop()
            limit_bar += value_bar * t
            t = i + 1
            y_bar[:t] += value_bar * limit * (2.0 * y[:t])
            value_bar = 0.0
        broke = broke_saved.pop()
        if not broke:
            # y[i] *= 0.5
            y[i] = y_saved.pop()
            y_bar[i] *= 0.5
        trips = trips_saved.pop()
        for j in reversed(range(i, i + trips)):
            if (i + j) % 3 != 1:
                t = t_saved2.pop()
                if t:
                    # y[j] = limit * np.tanh(y[j])
                    y[j] = y_saved1.pop()
                    t_bar = y_bar[j]
                    t = t_saved1.pop()
                    limit_bar += t_bar * t
                    y_bar[j] = t_bar * limit * (1.0 - t**2)
                # y[j] += 0.3 * y[i] ** 2
                y[j] = y_saved2.pop()
                y_bar[i] += y_bar[j] * 0.3 * (2.0 * y[i])
    return y_bar, float(limit_bar)
