import numpy as np


def safe_divide_number(a, b):
    """a / b, and 0 where b is 0."""
    return 0.0 if b == 0 else a / b


def power_iteration_grad(a, v, rounds):
    # forward
    t_saved = []
    v_saved = []
    v_saved1 = []
    for _ in range(rounds):
        v_saved1.append(v)
        v = a @ v
        v_saved.append(v)
        t = np.linalg.norm(v)
        t_saved.append(t)
        v = v / t
    t = v @ a
    t1 = v @ v
    # reverse
    v_bar = 3 * np.cos(3 * v)
    v_bar -= 2.0 * (t @ v / t1 / t1 * v)
    t_bar = v / t1
    v_bar += t / t1
    v_bar += a @ t_bar
    a_bar = np.outer(v, t_bar)
    for _ in range(rounds):
        t = t_saved.pop()
        # v = v / np.linalg.norm(v)
        v_bar1 = v_bar / t
        v1 = v_saved.pop()
        v_bar1 += safe_divide_number(-(v_bar @ v / t), t) * v1
        v = v_saved1.pop()
        # v = a @ v
        a_bar += np.outer(v_bar1, v)
        v_bar = v_bar1 @ a
    return a_bar, v_bar
