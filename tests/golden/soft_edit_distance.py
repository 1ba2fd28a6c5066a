import math
import numpy as np


def zeros_list(items):
    """Zeros in the structure of a list of numbers, arrays, lists and tuples."""
    if isinstance(items, list | tuple):
        return type(items)(map(zeros_list, items))
    if isinstance(items, np.ndarray) and items.ndim:
        return np.zeros_like(items, np.result_type(items, 0.0))
    return 0.0


def soft_edit_distance_grad(a, b, insert, delete):
    # forward
    n = len(b)
    t = n + 1
    items = []
    for j in range(t):
        items.append(insert * j)
    n = len(a)
    t1 = n + 1
    t_saved = []
    t_saved1 = []
    previous_saved = []
    previous = items
    for i in range(1, t1):
        previous_saved.append(previous)
        current = [delete * i]
        for j in range(1, t):
            t2 = j - 1
            swap = 1.0 - float(np.dot(a[i - 1], b[t2]))
            options = np.array(
                [previous[j] + delete, current[t2] + insert, previous[t2] + swap]
            )
            t2 = np.exp(-options)
            t_saved1.append(t2)
            t2 = np.sum(t2)
            t_saved.append(t2)
            current.append(-math.log(t2))
        previous = current
    # reverse
    previous_bar = zeros_list(previous)
    previous_bar[-1] += 1.0
    a_bar = np.zeros_like(a)
    b_bar = np.zeros_like(b)
    delete_bar = 0.0
    insert_bar = 0.0
    for i in reversed(range(1, t1)):
        previous = previous_saved.pop()
        previous_bar1 = zeros_list(previous)
        current_bar, previous_bar = previous_bar, previous_bar1
        for j in reversed(range(1, t)):
            # current.append(-np.log(np.sum(np.exp(-options))))
            t_bar = current_bar.pop()
            t1 = t_saved.pop()
            t2 = t_saved1.pop()
            options_bar = t_bar / t1 * t2
            # options = np.array( [previous[j] + delete, current[j - 1] + insert, pre...
            t_bar1 = options_bar[0]
            t_bar = options_bar[1]
            swap_bar = options_bar[2]
            insert_bar += t_bar
            delete_bar += t_bar1
            t1 = j - 1
            previous_bar[j] += t_bar1
            current_bar[t1] += t_bar
            previous_bar[t1] += swap_bar
            # swap = 1.0 - float(np.dot(a[i - 1], b[j - 1]))
            t2 = i - 1
            a_bar[t2] -= swap_bar * b[t1]
            b_bar[t1] -= swap_bar * a[t2]
        # current = [delete * i]
        delete_bar += current_bar[0] * i
    items_bar = previous_bar
    for j in reversed(range(t)):
        # [insert * j for j in range(m + 1)]
        t_bar = items_bar.pop()
        insert_bar += t_bar * j
    return a_bar, b_bar, float(insert_bar), float(delete_bar)
