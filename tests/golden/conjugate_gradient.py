import math
import numpy as np


def conjugate_gradient_grad(a, b, tolerance):
    # forward
    x = np.zeros_like(b)
    r = b.copy()
    p = r.copy()
    old = r @ r
    n = len(b)
    p_saved = []
    p_saved1 = []
    new_saved = []
    old_saved = []
    r_saved = []
    ap_saved = []
    t_saved = []
    r1 = r.copy()
    trips = 0
    for _ in range(2 * n):
        old_saved.append(old)
        ap = a @ p
        ap_saved.append(ap)
        t = p @ ap
        t_saved.append(t)
        step = old / t
        x += step * p
        r_saved.append(r1.copy())
        r1 -= step * ap
        new = r1 @ r1
        new_saved.append(new)
        done = math.sqrt(new) < tolerance
        if not done:
            p_saved1.append(p.copy())
            p *= new / old
            p_saved.append(p.copy())
            p += r1
            old = new
        trips += 1
        if done:
            break
    # reverse
    x_bar = b + 2.0 * x
    p_bar = np.zeros_like(p)
    r_bar = np.zeros_like(r1)
    a_bar = np.zeros_like(a)
    old_bar = 0.0
    for _ in range(trips):
        new = new_saved.pop()
        old = old_saved.pop()
        if math.sqrt(new) < tolerance:
            new_bar = 0.0
        else:
            # p += r
            p[...] = p_saved.pop()
            r_bar += p_bar
            # p *= new / old
            p[...] = p_saved1.pop()
            t = new / old
            p_bar1 = t * p_bar
            t_bar = p_bar @ p
            new_bar = old_bar + t_bar / old
            old_bar = -(t_bar * (t / old))
            p_bar = p_bar1
        # new = r @ r
        r_bar += 2.0 * (new_bar * r1)
        # r -= step * ap
        r1[...] = r_saved.pop()
        ap = ap_saved.pop()
        t = t_saved.pop()
        step = old / t
        ap_bar = -(step * r_bar)
        # x += step * p
        step_bar = x_bar @ p - r_bar @ ap
        p_bar += step * x_bar
        # step = old / (p @ ap)
        old_bar += step_bar / t
        t_bar = step_bar * (step / t)
        p_bar -= t_bar * ap
        ap_bar -= t_bar * p
        # ap = a @ p
        a_bar += np.outer(ap_bar, p)
        p_bar += ap_bar @ a
    # old = r @ r
    r_bar += 2.0 * (old_bar * r)
    # p = r.copy()
    r_bar += p_bar
    # r = b.copy()
    b_bar = x + r_bar
    return a_bar, b_bar
