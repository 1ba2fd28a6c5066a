import numpy as np


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


def reshaped_view_grad(x, rows):
    # forward
    flat = x * 2.0
    t = np.reshape(flat, (rows, -1))
    t1 = t[0]
    flat1 = flat.copy()
    np.reshape(flat1, (rows, -1))[1] += t1**2
    t2 = x[:rows]
    t3 = np.reshape(flat1, (rows, -1)).T
    t4 = t3[0]
    t5 = t4 * t2
    flat2 = flat1.copy()
    np.reshape(flat2, (rows, -1)).T[0] = t5
    t6 = np.reshape(flat2, (rows, -1))
    t7 = t6[-1:, ::2]
    flat3 = flat2.copy()
    np.reshape(flat3, (rows, -1))[-1:, ::2][...] = np.cos(t7)
    # reverse
    t_bar = np.zeros_like(np.reshape(flat3, (rows, -1)))
    t_bar[0, -1] = 1.0
    flat_bar = np.reshape(t_bar, flat3.shape)
    flat_bar += 2.0 * flat3
    t_bar = np.reshape(flat_bar, (rows, -1))[-1:, ::2].copy()
    # corner[...] = np.cos(corner)
    np.reshape(flat_bar, (rows, -1))[-1:, ::2][...] = 0.0
    t_bar1 = np.zeros_like(t6)
    t_bar1[-1:, ::2] = -(t_bar * np.sin(t7))
    flat_bar += np.reshape(t_bar1, flat2.shape)
    t_bar = unbroadcast(np.reshape(flat_bar, (rows, -1)).T[0], t5).copy()
    # grid.T[0] *= x[:rows]
    np.reshape(flat_bar, (rows, -1)).T[0] = 0.0
    t_bar1 = np.zeros_like(t3)
    t_bar1[0] = unbroadcast(t_bar * t2, t4)
    flat_bar += np.reshape(t_bar1.T, flat1.shape)
    x_bar = np.zeros_like(x)
    x_bar[:rows] = unbroadcast(t_bar * t4, t2)
    # grid[1] += grid[0] ** 2
    t_bar = np.zeros_like(t)
    t_bar[0] = np.reshape(flat_bar, (rows, -1))[1] * (2.0 * t1)
    flat_bar += np.reshape(t_bar, flat.shape)
    # flat = x * 2.0
    x_bar += 2.0 * flat_bar
    return (x_bar,)
