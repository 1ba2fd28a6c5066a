import numpy as np


def expand_to(g, x):
    return np.broadcast_to(g, np.shape(x))


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


def csr_product_grad(data, columns, starts, x):
    # forward
    n = len(starts)
    n -= 1
    y_saved = []
    x_saved = []
    x1 = x
    for _ in range(2):
        x_saved.append(x1)
        y = np.empty(n)
        for i in range(n):
            t = starts[i]
            t1 = starts[i + 1]
            y[i] = data[t:t1] @ x1[columns[t:t1]]
        y_saved.append(y)
        x1 = np.tanh(y)
    # reverse
    data_bar = np.zeros_like(data)
    y_bar = x1
    x_bar = y
    for _ in range(2):
        y = y_saved.pop()
        # x = np.tanh(y)
        y_bar1 = y_bar + unbroadcast(x_bar * (1.0 - x1**2), y)
        x1 = x_saved.pop()
        x_bar = np.zeros_like(x1)
        for i in reversed(range(n)):
            # y[i] = data[part] @ x[columns[part]]
            t_bar = y_bar1[i]
            y_bar1[i] = 0.0
            t = starts[i]
            t1 = starts[i + 1]
            t2 = columns[t:t1]
            data_bar[t:t1] += t_bar * x1[t2]
            np.add.at(x_bar, t2, t_bar * data[t:t1])
        y_bar = np.zeros_like(y_bar)
    return data_bar, expand_to(x_bar, x).copy()
