import numpy as np


def last_stored(index, shape):
    """Which elements a store at an index with repeats keeps: the last of each place."""
    places = np.arange(int(np.prod(shape))).reshape(shape)[index]
    winner = np.zeros(int(np.prod(shape)), int)
    winner[places.ravel()] = np.arange(places.size)
    return winner[places] == np.arange(places.size).reshape(places.shape)


def fancy_write_grad(x, order, table):
    # forward
    table = table.copy()
    t = x[:2, None]
    t1 = order[-2:]
    t2 = table[t1]
    t3 = order[:2]
    table[t3] = t * t2
    table[:, [0, -1]] *= 0.5
    n = table.shape[1]
    t4 = order % n
    table[0, t4] += x
    n = len(x)
    # reverse
    table_bar = 2.0 * table
    y_bar = 1.0 * np.arange(n)
    # table[0, order % table.shape[1]] += x
    x_bar = np.where(last_stored((0, t4), table_bar.shape), table_bar[0, t4], 0.0)
    table_bar[0, t4] = 0.0
    np.add.at(table_bar, (0, t4), x_bar)
    # table[:, [0, -1]] *= 0.5
    t_bar = np.where(
        last_stored((slice(None, None), [0, -1]), table_bar.shape),
        0.5 * table_bar[:, [0, -1]],
        0.0,
    )
    table_bar[:, [0, -1]] = 0.0
    np.add.at(table_bar, (slice(None, None), [0, -1]), t_bar)
    # table[order[:2]] = x[:2, None] * table[order[-2:]]
    t_bar = table_bar[t3]
    t_bar1 = last_stored(t3, table_bar.shape)
    table_bar[t3] = 0.0
    x_bar[:2, None] += np.sum(np.where(t_bar1, t_bar * t2, 0.0), axis=1, keepdims=True)
    np.add.at(table_bar, t1, np.where(t_bar1, t_bar, 0.0) * t)
    # y[order] = x**2
    x_bar += np.where(last_stored(order, y_bar.shape), y_bar[order] * (2.0 * x), 0.0)
    return x_bar, table_bar
