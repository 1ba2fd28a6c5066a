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


def worklist_grad(values, ratio):
    values_0 = values[0]
    values_1 = values[1]
    # forward
    stack = [(values_0, 0), (values_1, 0)]
    stack_saved = []
    depth_saved = []
    value_saved = []
    stack_saved1 = []
    trips = 0
    while len(stack) > 0:
        t = stack.pop()
        stack_saved1.append(list(stack))
        value = t[0]
        value_saved.append(value)
        depth = t[1]
        depth_saved.append(depth)
        if depth != 3:
            if depth == 1:
                stack1 = [(value * 0.5, 3)]
                for i in range(len(stack)):
                    t = stack[i]
                    item_0 = t[0]
                    item_1 = t[1]
                    stack1.append((item_0, item_1))
            else:
                stack1 = stack
            stack1.append((value * ratio, depth + 1))
            stack1.append((value * (1 - ratio), depth + 2))
            stack_saved.append(list(stack1))
            items = []
            for i in range(len(stack1)):
                t = stack1[i]
                v = t[0]
                d = t[1]
                items.append((v, min(d, 3)))
            stack = items
        trips += 1
    # reverse
    stack_bar = zeros_list(stack)
    ratio_bar = 0.0
    for _ in range(trips):
        depth = depth_saved.pop()
        value = value_saved.pop()
        stack1 = stack_saved1.pop()
        if depth == 3:
            # total += np.sqrt(value) * value
            t = math.sqrt(value)
            value_bar = t + value * (0.5 / t)
        else:
            stack = stack_saved.pop()
            # [(v, min(d, 3)) for v, d in stack]
            stack_bar1 = zeros_list(stack)
            items_bar = stack_bar
            for i in reversed(range(len(stack))):
                # [(v, min(d, 3)) for v, d in stack]
                t_bar = items_bar.pop()
                v_bar = t_bar[0]
                stack_bar1[i] = add_trees(stack_bar1[i], (v_bar, 0.0))
            # stack.extend([(value * ratio, depth + 1), (value * (1 - ratio), depth +...
            t_bar = stack_bar1.pop()
            t_bar1 = t_bar[0]
            t_bar = stack_bar1.pop()
            t_bar = t_bar[0]
            value_bar = t_bar1 * (1 - ratio)
            ratio_bar -= t_bar1 * value
            value_bar += t_bar * ratio
            ratio_bar += t_bar * value
            if depth == 1:
                # stack.insert(0, (value * 0.5, 3))
                stack_bar = zeros_list(stack1)
                for i in reversed(range(len(stack1))):
                    # stack.insert(0, (value * 0.5, 3))
                    t_bar = stack_bar1.pop()
                    item_0_bar = t_bar[0]
                    stack_bar[i] = add_trees(stack_bar[i], (item_0_bar, 0.0))
                # stack.insert(0, (value * 0.5, 3))
                value_bar += stack_bar1[0][0] * 0.5
            else:
                stack_bar = stack_bar1
        # value, depth = stack.pop()
        stack_bar.append((value_bar, 0.0))
    values_0_bar = stack_bar[0][0]
    values_1_bar = stack_bar[1][0]
    return [float(values_0_bar), float(values_1_bar)], float(ratio_bar)
