import math
import numpy as np


def add_trees(a, b):
    """The sum of two structures, item by item; of one and the number 0.0, that one."""
    if not isinstance(a, list | tuple):
        return b if isinstance(b, list | tuple) else a + b
    return type(a)(map(add_trees, a, b)) if isinstance(b, list | tuple) else a


def zeros_list(items):
    """Zeros in the structure of a list of numbers, arrays, lists and tuples."""
    if isinstance(items, list | tuple):
        return type(items)(map(zeros_list, items))
    if isinstance(items, np.ndarray) and items.ndim:
        return np.zeros_like(items, np.result_type(items, 0.0))
    return 0.0


def grid_of_lists_grad(weights, size):
    # forward
    items = []
    for _ in range(size):
        items1 = []
        for k in range(size):
            items1.append(0.0)
        items.append(items1)
    items_saved = []
    t_saved = []
    items_saved1 = []
    items_saved2 = []
    t_saved1 = []
    items_saved3 = []
    for i in range(size):
        for j in range(size):
            items_saved3.append(items[i][j])
            items[i][j] = weights[i, j] ** 2
            t = i > 0
            if t:
                t1 = j > 0
            else:
                t1 = t
            t_saved1.append(t1)
            if t1:
                t = items[i]
                t1 = t[j]
                t = math.exp(items[i - 1][j]) + math.exp(t[j - 1])
                t_saved.append(t)
                items_saved.append(t1)
                items[i][j] = t1 + math.log(t)
            elif t:
                t = items[i][j]
                items_saved1.append(t)
                items[i][j] = t + items[i - 1][j]
            elif j > 0:
                t = items[i]
                t1 = t[j]
                items_saved2.append(t1)
                items[i][j] = t1 + t[j - 1]
    # reverse
    t_bar = zeros_list(items[-1])
    t_bar[-1] += 1.0
    items_bar = zeros_list(items)
    items_bar[-1] = add_trees(items_bar[-1], t_bar)
    weights_bar = np.zeros_like(weights)
    for i in reversed(range(size)):
        for j in reversed(range(size)):
            t = t_saved1.pop()
            if t:
                # cost[i][j] += np.log(np.exp(cost[i - 1][j]) + np.exp(cost[i][j - 1]))
                items[i][j] = items_saved.pop()
                t = t_saved.pop()
                t_bar = items_bar[i][j] / t
                t = j - 1
                t1 = i - 1
                items_bar[i][t] += t_bar * math.exp(items[i][t])
                items_bar[t1][j] += t_bar * math.exp(items[t1][j])
            elif i > 0:
                # cost[i][j] += cost[i - 1][j]
                items[i][j] = items_saved1.pop()
                items_bar[i - 1][j] += items_bar[i][j]
            elif j > 0:
                # cost[i][j] += cost[i][j - 1]
                items[i][j] = items_saved2.pop()
                items_bar[i][j - 1] += items_bar[i][j]
            # cost[i][j] = weights[i, j] ** 2
            items[i][j] = items_saved3.pop()
            t_bar = items_bar[i][j]
            items_bar[i][j] = 0.0
            weights_bar[i, j] += t_bar * (2.0 * weights[i, j])
    return (weights_bar,)
