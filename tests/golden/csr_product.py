import numpy as np


def csr_product_grad(data, columns, starts, x):
    # forward
    n = len(starts)
    n -= 1
    x_saved = []
    for _ in range(2):
        x_saved.append(x)
        y = np.empty(n)
        for i in range(n):
            t = starts[i]
            t1 = starts[i + 1]
            y[i] = data[t:t1] @ x[columns[t:t1]]
        x = np.tanh(y)
    # reverse
    data_bar = np.zeros_like(data)
    y_bar = x
    x_bar = y
    for _ in range(2):
        # x = np.tanh(y)
        y_bar1 = y_bar + x_bar * (1.0 - x**2)
        x = x_saved.pop()
        x_bar = np.zeros_like(x)
        for i in reversed(range(n)):
            # y[i] = data[part] @ x[columns[part]]
            t_bar = y_bar1[i]
            y_bar1[i] = 0.0
            t = starts[i]
            t1 = starts[i + 1]
            t2 = columns[t:t1]
            data_bar[t:t1] += t_bar * x[t2]
            np.add.at(x_bar, t2, t_bar * data[t:t1])
        y_bar = np.zeros_like(y_bar)
    return data_bar, x_bar
