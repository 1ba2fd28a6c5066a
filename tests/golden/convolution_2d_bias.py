import numpy as np


def expand_to(g, x):
    return np.broadcast_to(g, np.shape(x))


def unbroadcast(g, x):
    shape = np.shape(x)
    extra = np.ndim(g) - len(shape)
    if extra < 0:
        g = np.reshape(g, (1,) * -extra + np.shape(g))
    if extra > 0:
        g = np.sum(g, axis=tuple(range(extra)))
    ones = tuple(i for i, n in enumerate(shape) if n == 1 and np.shape(g)[i] != 1)
    if ones:
        g = np.sum(g, axis=ones, keepdims=True)
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


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
    t_saved = []
    for i in range(rows):
        for j in range(columns):
            t = image[:, i:i + n, j:j + n, :, None] * weights[None, :, :, :]
            t_saved.append(t)
            output[:, i, j, :] = np.sum(t, axis=(1, 2, 3))
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
            t_bar = output_bar[:, i, j, :].copy()
            # output[:, i, j, :] = np.sum( window * weights[np.newaxis, :, :, :], axi...
            output_bar[:, i, j, :] = 0.0
            t = t_saved.pop()
            t_bar = expand_to(t_bar[:, None, None, None], t)
            t = i + n
            t1 = j + n
            t2 = image[:, i:t, j:t1, :, None]
            weights_bar += np.sum(t_bar * t2, axis=0)
            image_bar[:, i:t, j:t1, :, None] += unbroadcast(
                t_bar * weights[None, :, :, :], t2
            )
    return image_bar, weights_bar, bias_bar
