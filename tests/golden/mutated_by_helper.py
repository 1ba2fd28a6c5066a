import math
import numpy as np


def mutated_by_helper_grad(a, x):
    # forward
    n = len(a)
    t_saved = []
    t_saved1 = []
    a1 = a.copy()
    for i in range(n):
        t = a1[i]
        t_saved1.append(t.copy())
        t1 = math.sqrt(np.sum(t**2))
        t_saved.append(t1)
        a1[i] = t / (0.01 + t1)
    n1 = len(a1.T)
    t_saved2 = []
    t_saved3 = []
    a2 = a1.copy()
    for i in range(n1):
        t = a2.T[i]
        t_saved3.append(t.copy())
        t1 = math.sqrt(np.sum(t**2))
        t_saved2.append(t1)
        a2.T[i] = t / (0.1 + t1)
    # reverse
    t_bar = 1.0 - np.tanh(a2 @ x) ** 2
    a_bar = np.outer(t_bar, x)
    x_bar = t_bar @ a2
    for i in reversed(range(n1)):
        # a[i] /= floor + np.sqrt(np.sum(a[i] ** 2))
        t_bar = a_bar.T[i]
        t = t_saved2.pop()
        t1 = 0.1 + t
        t2 = t_saved3.pop()
        t_bar1 = t_bar / t1
        t_bar1 -= t_bar @ t2 / t1 / t1 * (0.5 / t) * (2.0 * t2)
        a_bar.T[i] = t_bar1
    for i in reversed(range(n)):
        # a[i] /= floor + np.sqrt(np.sum(a[i] ** 2))
        t_bar = a_bar[i]
        t = t_saved.pop()
        t1 = 0.01 + t
        t_bar1 = t_bar / t1
        t2 = t_saved1.pop()
        t_bar1 -= t_bar @ a1[i] / t1 * (0.5 / t) * (2.0 * t2)
        a_bar[i] = t_bar1
    # before = a[0, 0] ** 2
    a_bar[0, 0] += 2.0 * a[0, 0]
    return a_bar, x_bar
