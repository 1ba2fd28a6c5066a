import numpy as np


def rollout_grad(x, w, n):
    # forward
    h_saved = []
    h = x
    for i in range(n):
        h_saved.append(h)
        h = np.tanh(h * w)
    # reverse
    h_bar = np.ones_like(h)
    w_bar = np.zeros_like(w)
    for i in reversed(range(n)):
        # h = np.tanh(h * w)
        t_bar = h_bar * (1.0 - h**2)
        h = h_saved.pop()
        h_bar = t_bar * w
        w_bar += t_bar * h
    return h_bar, w_bar
