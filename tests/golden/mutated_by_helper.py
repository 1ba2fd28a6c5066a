import math
import numpy as np


def mutated_by_helper_grad(a, x):
    # forward
    n = len(a)
    t_saved = []
    t_saved1 = []
    t_saved2 = []
    a1 = a.copy()
    for i in range(n):
        t = a1[i]
        t_saved2.append(t.copy())
        t1 = math.sqrt(np.sum(t**2))
        t_saved.append(t1)
        t = t / (0.01 + t1)
        t_saved1.append(t)
        a1[i] = t
    n1 = len(a1.T)
    t_saved3 = []
    t_saved4 = []
    t_saved5 = []
    for i in range(n1):
        t = a1.T
        t1 = t[i]
        t_saved5.append(t1.copy())
        t2 = math.sqrt(np.sum(t1**2))
        t_saved3.append(t2)
        t_saved4.append(t.copy())
        a1.T[i] = t1 / (0.1 + t2)
    # reverse
    t_bar = 1.0 - np.tanh(a1 @ x) ** 2
    a_bar = np.outer(t_bar, x)
    x_bar = t_bar @ a1
    for i in reversed(range(n1)):
        t_bar1 = a_bar.T[i].copy()
        # a[i] /= floor + np.sqrt(np.sum(a[i] ** 2))
        a_bar.T[i] = 0.0
        t = t_saved3.pop()
        t2 = 0.1 + t
        t1 = t_saved4.pop()
        t_bar = np.zeros_like(t1)
        t_bar[i] = 1.0 / t2 * t_bar1
        a_bar += t_bar.T
        t3 = t_saved5.pop()
        t_bar = np.zeros_like(t1)
        t_bar[i] = np.sum(-(t_bar1 * (t1[i] / t2 / t2))) * (0.5 / t) * (2.0 * t3)
        a_bar += t_bar.T
    for i in reversed(range(n)):
        t_bar = a_bar[i].copy()
        # a[i] /= floor + np.sqrt(np.sum(a[i] ** 2))
        a_bar[i] = 0.0
        t = t_saved.pop()
        t2 = 0.01 + t
        t1 = t_saved1.pop()
        t3 = t_saved2.pop()
        a_bar[i] += np.sum(-(t_bar * (t1 / t2))) * (0.5 / t) * (2.0 * t3)
        a_bar[i] += 1.0 / t2 * t_bar
    # before = a[0, 0] ** 2
    a_bar[0, 0] += 2.0 * a[0, 0]
    return a_bar, x_bar
