import numpy as np


def convolution_1d_grad(signal, kernel):
    # forward
    n = len(signal)
    n1 = len(kernel)
    half = n1 // 2
    result = np.zeros(n)
    for i in range(n):
        for k in range(max(-half, -i), min(half, n - 1 - i) + 1):
            result[i] += kernel[half + k] * signal[i + k]
    # reverse
    result_bar = 2.0 * result
    kernel_bar = np.zeros_like(kernel)
    signal_bar = np.zeros_like(signal)
    for i in reversed(range(n)):
        for k in reversed(range(max(-half, -i), min(half, n - 1 - i) + 1)):
            # result[i] += kernel[half + k] * signal[i + k]
            t_bar = result_bar[i]
            t1 = i + k
            t = half + k
            kernel_bar[t] += t_bar * signal[t1]
            signal_bar[t1] += t_bar * kernel[t]
    return signal_bar, kernel_bar
