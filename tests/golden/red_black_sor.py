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


def red_black_sor_grad(u, f, omega, sweeps):
    # forward
    u = u.copy()
    u_saved = []
    t_saved = []
    u_saved1 = []
    t_saved1 = []
    for _ in range(sweeps):
        inflow = u[0:-2:2] + u[2::2]
        t = u[1:-1:2]
        t1 = 0.5 * (inflow + f[1:-1:2]) - t
        t_saved1.append(t1)
        u_saved1.append(t.copy())
        u[1:-1:2][...] += omega * t1
        inflow = u[1:-2:2] + u[3::2]
        t = u[2:-1:2]
        t1 = 0.5 * (inflow + f[2:-1:2]) - t
        t_saved.append(t1)
        u_saved.append(t.copy())
        u[2:-1:2][...] += omega * t1
    # reverse
    u_bar = 2.0 * u
    f_bar = np.zeros_like(f)
    omega_bar = 0.0
    for _ in range(sweeps):
        # interior += omega * (0.5 * (inflow + f[start:-1:2]) - interior)
        u[2:-1:2][...] = u_saved.pop()
        t = t_saved.pop()
        t_bar = unbroadcast(u_bar[2:-1:2], t)
        omega_bar += np.sum(t_bar * t)
        t_bar = omega * t_bar
        inflow_bar = 0.5 * t_bar
        f_bar[2:-1:2] += unbroadcast(inflow_bar, f[2:-1:2])
        u_bar[2:-1:2] -= unbroadcast(t_bar, u[2:-1:2])
        # inflow = u[start - 1 : -2 : 2] + u[start + 1 :: 2]
        u_bar[1:-2:2] += unbroadcast(inflow_bar, u[1:-2:2])
        u_bar[3::2] += unbroadcast(inflow_bar, u[3::2])
        # interior += omega * (0.5 * (inflow + f[start:-1:2]) - interior)
        u[1:-1:2][...] = u_saved1.pop()
        t = t_saved1.pop()
        t_bar = unbroadcast(u_bar[1:-1:2], t)
        omega_bar += np.sum(t_bar * t)
        t_bar = omega * t_bar
        inflow_bar = 0.5 * t_bar
        f_bar[1:-1:2] += unbroadcast(inflow_bar, f[1:-1:2])
        u_bar[1:-1:2] -= unbroadcast(t_bar, u[1:-1:2])
        # inflow = u[start - 1 : -2 : 2] + u[start + 1 :: 2]
        u_bar[0:-2:2] += unbroadcast(inflow_bar, u[0:-2:2])
        u_bar[2::2] += unbroadcast(inflow_bar, u[2::2])
    return u_bar, f_bar, float(omega_bar)
