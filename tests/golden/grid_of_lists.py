import math
import numpy as np


def add_trees(a, b):
    """The sum of two structures, item by item."""
    if isinstance(a, list | tuple):
        return type(a)(map(add_trees, a, b))
    return a + b


def copied_items(items):
    """A list with copies of its items, lists inside it too."""
    return [
        copied_items(v) if isinstance(v, list) else np.copy(v) if np.ndim(v) else v
        for v in items
    ]


def zeros_list(items):
    """Zeros in the structure of a list of numbers, arrays, lists and tuples."""
    if isinstance(items, list | tuple):
        return type(items)(zeros_list(item) for item in items)
    return np.zeros_like(items, np.result_type(items, 0.0)) if np.ndim(items) else 0.0


def grid_of_lists_grad(weights, size):
    # forward
    items = []
    for _ in range(size):
        items1 = []
        for k_ in range(size):
            items1.append(0.0)
        items.append(items1)
    t_saved = []
    t_saved1 = []
    items_saved = []
    for i in range(size):
        for j in range(size):
            items = copied_items(items)
            items[i][j] = weights[i, j] ** 2
            items1 = copied_items(items)
            items_saved.append(items1)
            t = i > 0
            if t:
                t1 = j > 0
            else:
                t1 = t
            t_saved1.append(t1)
            if t1:
                t = items[i]
                t1 = math.exp(items[i - 1][j]) + math.exp(t[j - 1])
                t_saved.append(t1)
                items[i][j] = t[j] + math.log(t1)
            elif t:
                items[i][j] = items[i][j] + items[i - 1][j]
            elif j > 0:
                t = items[i]
                items[i][j] = t[j] + t[j - 1]
    # reverse
    t_bar = zeros_list(items[-1])
    t_bar[-1] += 1.0
    items_bar = zeros_list(items)
    items_bar[-1] = add_trees(items_bar[-1], t_bar)
    weights_bar = np.zeros_like(weights)
    for i in reversed(range(size)):
        for j in reversed(range(size)):
            t = t_saved1.pop()
            items = items_saved.pop()
            if t:
                # cost[i][j] += np.log(np.exp(cost[i - 1][j]) + np.exp(cost[i][j - 1]))
                t_bar = items_bar[i][j]
                items_bar1 = copied_items(items_bar)
                items_bar1[i][j] = 0.0
                t = t_saved.pop()
                t_bar2 = t_bar / t
                t = items[i]
                t1 = j - 1
                t_bar1 = zeros_list(t)
                t_bar1[t1] += t_bar2 * math.exp(t[t1])
                t1 = i - 1
                t2 = items[t1]
                t_bar3 = zeros_list(t2)
                t_bar3[j] += t_bar2 * math.exp(t2[j])
                items_bar1[i] = add_trees(items_bar1[i], t_bar1)
                t_bar1 = zeros_list(t)
                t_bar1[j] += t_bar
                items_bar1[t1] = add_trees(items_bar1[t1], t_bar3)
                items_bar1[i] = add_trees(items_bar1[i], t_bar1)
            elif i > 0:
                # cost[i][j] += cost[i - 1][j]
                t_bar1 = items_bar[i][j]
                items_bar1 = copied_items(items_bar)
                items_bar1[i][j] = 0.0
                t = i - 1
                t_bar = zeros_list(items[t])
                t_bar[j] += t_bar1
                t_bar2 = zeros_list(items[i])
                t_bar2[j] += t_bar1
                items_bar1[t] = add_trees(items_bar1[t], t_bar)
                items_bar1[i] = add_trees(items_bar1[i], t_bar2)
            elif j > 0:
                # cost[i][j] += cost[i][j - 1]
                t_bar1 = items_bar[i][j]
                items_bar1 = copied_items(items_bar)
                items_bar1[i][j] = 0.0
                t = items[i]
                t_bar = zeros_list(t)
                t_bar[j - 1] += t_bar1
                t_bar2 = zeros_list(t)
                t_bar2[j] += t_bar1
                items_bar1[i] = add_trees(items_bar1[i], t_bar)
                items_bar1[i] = add_trees(items_bar1[i], t_bar2)
            else:
                items_bar1 = items_bar
            items_bar = copied_items(items_bar1)
            # cost[i][j] = weights[i, j] ** 2
            items_bar[i][j] = 0.0
            weights_bar[i, j] += items_bar1[i][j] * (2.0 * weights[i, j])
    return (weights_bar,)
