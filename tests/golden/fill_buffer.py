import math
import numpy as np


def fill_buffer_grad(points, centers, width):
    # forward
    n = len(points)
    n1 = len(centers)
    kernel = np.zeros((n, n1))
    t_saved = []
    for i in range(n):
        for j in range(n1):
            gap = points[i] - centers[j]
            t = np.sum(gap**2) / width
            t_saved.append(t)
            kernel[i, j] = math.exp(-t)
    t = min(n, n1)
    diagonal = np.zeros(t)
    for i in range(t):
        diagonal[i] = kernel[i, i] * kernel[-1, i]
    # reverse
    diagonal_bar = np.ones_like(diagonal)
    kernel_bar = np.ones_like(kernel)
    for i in reversed(range(t)):
        # diagonal[i] = kernel[i, i] * kernel[-1, i]
        t_bar = diagonal_bar[i]
        diagonal_bar[i] = 0.0
        kernel_bar[i, i] += t_bar * kernel[-1, i]
        kernel_bar[-1, i] += t_bar * kernel[i, i]
    points_bar = np.zeros_like(points)
    centers_bar = np.zeros_like(centers)
    width_bar = 0.0
    for i in reversed(range(n)):
        for j in reversed(range(n1)):
            t = t_saved.pop()
            # kernel[i, j] = np.exp(-np.sum(gap**2) / width)
            t_bar = kernel_bar[i, j] * math.exp(-t)
            kernel_bar[i, j] = 0.0
            width_bar += t_bar * (t / width)
            gap = points[i] - centers[j]
            t_bar = t_bar / width * (2.0 * gap)
            gap_bar = -t_bar
            # gap = points[i] - centers[j]
            points_bar[i] += gap_bar
            centers_bar[j] += t_bar
    return points_bar, centers_bar, float(width_bar)
