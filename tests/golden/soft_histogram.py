import numpy as np


def soft_histogram_grad(values, edges, width):
    # forward
    n = len(edges)
    counts = np.zeros(n - 1)
    n = len(values)
    t_saved = []
    for i in range(n):
        v = values[i]
        t = np.exp((edges - v) / width)
        t_saved.append(t)
        inside = 1.0 / (1.0 + t)
        counts += inside[:-1] - inside[1:]
    t = np.sum(counts)
    share = counts / t
    # reverse
    share_bar = -np.log(share)
    share_bar -= share / share
    # share = counts / counts.sum()
    counts_bar = share_bar / t
    counts_bar -= share_bar @ share / t
    values_bar = np.zeros_like(values)
    edges_bar = np.zeros_like(edges)
    width_bar = 0.0
    for i in reversed(range(n)):
        t = t_saved.pop()
        # counts += inside[:-1] - inside[1:]
        t1 = 1.0 + t
        inside = 1.0 / t1
        inside_bar = np.zeros_like(inside)
        inside_bar[:-1] = counts_bar
        inside_bar[1:] -= counts_bar
        # inside = 1.0 / (1.0 + np.exp(-(v - edges) / width))
        t_bar = inside_bar * (inside / t1) * t
        v = values[i]
        t_bar1 = t_bar / width
        width_bar += t_bar @ (edges - v) / width / width
        edges_bar -= t_bar1
        v_bar = np.sum(t_bar1)
        values_bar[i] += v_bar
    return values_bar, edges_bar, float(width_bar)
