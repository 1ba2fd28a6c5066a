import numpy as np


def convolution_2d_bias_grad(image, weights, bias):
    # forward
    n = weights.shape[0]
    n1 = weights.shape[3]
    n2 = image.shape[0]
    n3 = image.shape[1]
    n4 = image.shape[2]
    rows = n3 - n + 1
    columns = n4 - n + 1
    output = np.empty((n2, rows, columns, n1))
    for i in range(rows):
        for j in range(columns):
            output[:, i, j, :] = np.sum(
                image[:, i:i + n, j:j + n, :, None] * weights[None, :, :, :],
                axis=(1, 2, 3),
            )
    output += bias
    t = np.tanh(output)
    # reverse
    output_bar = 2.0 * t * (1.0 - t**2)
    # output += bias
    bias_bar = np.sum(output_bar, axis=(0, 1, 2))
    image_bar = np.zeros_like(image)
    weights_bar = np.zeros_like(weights)
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            # output[:, i, j, :] = np.sum( window * weights[np.newaxis, :, :, :], axi...
            t_bar = output_bar[:, i, j, :][:, None, None, None]
            t = i + n
            t1 = j + n
            weights_bar += np.sum(t_bar * image[:, i:t, j:t1, :, None], axis=0)
            image_bar[:, i:t, j:t1, :, None] += np.sum(
                t_bar * weights[None, :, :, :], axis=4, keepdims=True
            )
            output_bar[:, i, j, :] = 0.0
    return image_bar, weights_bar, bias_bar
