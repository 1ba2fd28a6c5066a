import numpy as np


def last_stored(index, shape):
    """Which elements a store at an index with repeats keeps: the last of each place."""
    places = np.arange(int(np.prod(shape))).reshape(shape)[index]
    winner = np.zeros(int(np.prod(shape)), int)
    winner[places.ravel()] = np.arange(places.size)
    return winner[places] == np.arange(places.size).reshape(places.shape)


def running_statistics_grad(x):
    # forward
    n = len(x)
    gram = np.outer(x, x)
    t = np.arange(min(gram.shape[0], gram.shape[1]))
    gram[t, t] = np.sum(x)
    ordered = np.empty(n)
    ordered[...] = x
    t1 = n - 1
    scratch = gram[0].copy()
    scratch[...] = x[0]
    # reverse
    scratch_bar = 3.0 * scratch**2
    ordered_bar = 1.0 * np.arange(n)
    gram_bar = 2.0 * gram
    # scratch.fill(x[0])
    x_bar = np.zeros_like(x)
    x_bar[0] = np.sum(scratch_bar)
    # np.put(ordered, [0, n - 1], x[1] * x[2])
    t_bar = np.sum(
        np.where(last_stored([0, t1], ordered_bar.shape), ordered_bar[[0, t1]], 0.0)
    )
    ordered_bar[[0, t1]] = 0.0
    x_bar[1] = t_bar * x[2]
    x_bar[2] = t_bar * x[1]
    # ordered.sort()
    ordered_bar = ordered_bar[np.argsort(np.argsort(ordered, kind="stable"))]
    # np.copyto(ordered, x)
    x_bar += ordered_bar
    # np.fill_diagonal(gram, np.sum(x))
    t_bar = np.sum(np.where(last_stored((t, t), gram_bar.shape), gram_bar[t, t], 0.0))
    gram_bar[t, t] = 0.0
    x_bar += t_bar
    # gram = np.outer(x, x)
    x_bar += gram_bar @ x
    x_bar += x @ gram_bar
    return (x_bar,)
