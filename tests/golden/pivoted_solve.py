import numpy as np


def last_stored(index, shape):
    """Which elements a store at an index with repeats keeps: the last of each place."""
    places = np.arange(int(np.prod(shape))).reshape(shape)[index]
    winner = np.zeros(int(np.prod(shape)), int)
    winner[places.ravel()] = np.arange(places.size)
    return winner[places] == np.arange(places.size).reshape(places.shape)


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


def pivoted_solve_grad(a, b):
    # forward
    a = a.copy()
    x = b.copy()
    n = len(x)
    t = n - 1
    t_saved = []
    factor_saved = []
    a_saved = []
    a_saved1 = []
    p_saved = []
    for k in range(t):
        p = k + int(np.argmax(np.absolute(a[k:, k])))
        p_saved.append(p)
        if p != k:
            a_saved1.append(a[[k, p]])
            a[[k, p]] = a[[p, k]]
            t1 = x[k]
            x[k] = x[p]
            x[p] = t1
        for i in range(k + 1, n):
            factor = a[i, k] / a[k, k]
            factor_saved.append(factor)
            a_saved.append(a[i, k:].copy())
            a[i, k:] -= factor * a[k, k:]
            t1 = x[k]
            t_saved.append(t1)
            x[i] -= factor * t1
    for i in range(t, -1, -1):
        t1 = i + 1
        x[i] = (x[i] - np.dot(a[i, t1:], x[t1:])) / a[i, i]
    # reverse
    x_bar = 2.0 * x
    a_bar = np.zeros_like(a)
    for i in reversed(range(t, -1, -1)):
        # x[i] = (x[i] - np.dot(a[i, i + 1 :], x[i + 1 :])) / a[i, i]
        t_bar = x_bar[i]
        t1 = a[i, i]
        t_bar1 = t_bar / t1
        t2 = i + 1
        x_bar[i] = t_bar1
        a_bar[i, t2:] -= t_bar1 * x[t2:]
        x_bar[t2:] -= t_bar1 * a[i, t2:]
        a_bar[i, i] -= t_bar * (x[i] / t1)
    for k in reversed(range(t)):
        for i in reversed(range(k + 1, n)):
            # x[i] -= factor * x[k]
            t_bar = x_bar[i]
            t = t_saved.pop()
            factor = factor_saved.pop()
            factor_bar = -(t_bar * t)
            x_bar[k] -= t_bar * factor
            # a[i, k:] -= factor * a[k, k:]
            a[i, k:] = a_saved.pop()
            t_bar = a_bar[i, k:]
            factor_bar -= t_bar @ a[k, k:]
            a_bar[k, k:] -= factor * t_bar
            # factor = a[i, k] / a[k, k]
            t = a[k, k]
            a_bar[i, k] += factor_bar / t
            a_bar[k, k] -= factor_bar * (factor / t)
        p = p_saved.pop()
        if p != k:
            # x[k], x[p] = x[p], x[k]
            t_bar = x_bar[p]
            x_bar[p] = 0.0
            t_bar1 = x_bar[k]
            x_bar[k] = t_bar
            x_bar[p] += t_bar1
            # a[[k, p]] = a[[p, k]]
            a[[k, p]] = a_saved1.pop()
            t_bar = unbroadcast(
                np.where(last_stored([k, p], a_bar.shape), a_bar[[k, p]], 0.0),
                a[[p, k]],
            )
            a_bar[[k, p]] = 0.0
            np.add.at(a_bar, [p, k], t_bar)
    return a_bar, x_bar
