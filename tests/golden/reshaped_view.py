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
    t2 = t1**2
    flat1 = flat.copy()
    np.reshape(flat1, (rows, -1))[1] += t2
    t3 = x[:rows]
    t4 = np.reshape(flat1, (rows, -1))
    t5 = t4.T[0]
    t6 = t5 * t3
    flat2 = flat1.copy()
    np.reshape(flat2, (rows, -1)).T[0] = t6
    t7 = np.reshape(flat2, (rows, -1))
    t8 = t7[-1:, ::2]
    t9 = np.cos(t8)
    flat3 = flat2.copy()
    np.reshape(flat3, (rows, -1))[-1:, ::2] = t9
    # reverse
    t_bar = np.zeros_like(np.reshape(flat3, (rows, -1)))
    t_bar[0, -1] = 1.0
    flat_bar = np.reshape(t_bar, flat3.shape)
    flat_bar += 2.0 * flat3
    # corner[...] = np.cos(corner)
    t_bar = np.zeros_like(t7)
    t_bar[-1:, ::2] = -(
        unbroadcast(np.reshape(flat_bar, (rows, -1))[-1:, ::2], t9) * np.sin(t8)
    )
    np.reshape(flat_bar, (rows, -1))[-1:, ::2] = 0.0
    flat_bar += np.reshape(t_bar, flat2.shape)
    # grid.T[0] *= x[:rows]
    t_bar = unbroadcast(np.reshape(flat_bar, (rows, -1)).T[0], t6)
    t_bar1 = unbroadcast(t_bar * t5, t3)
    t_bar2 = np.zeros_like(t4)
    t_bar2.T[0] = unbroadcast(t_bar * t3, t5)
    np.reshape(flat_bar, (rows, -1)).T[0] = 0.0
    flat_bar += np.reshape(t_bar2, flat1.shape)
    x_bar = np.zeros_like(x)
    x_bar[:rows] = t_bar1
    # grid[1] += grid[0] ** 2
    t_bar = np.zeros_like(t)
    t_bar[0] = unbroadcast(np.reshape(flat_bar, (rows, -1))[1], t2) * (2.0 * t1)
    flat_bar += np.reshape(t_bar, flat.shape)
    # flat = x * 2.0
    x_bar += 2.0 * flat_bar
    return (x_bar,)
