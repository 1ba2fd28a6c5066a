import numpy as np


def red_black_sor_grad(u, f, omega, sweeps):
    # forward
    u = u.copy()
    t_saved = []
    t_saved1 = []
    for _ in range(sweeps):
        inflow = u[0:-2:2] + u[2::2]
        t = 0.5 * (inflow + f[1:-1:2]) - u[1:-1:2]
        t_saved1.append(t)
        u[1:-1:2] += omega * t
        inflow = u[1:-2:2] + u[3::2]
        t = 0.5 * (inflow + f[2:-1:2]) - u[2:-1:2]
        t_saved.append(t)
        u[2:-1:2] += omega * t
    # reverse
    u_bar = 2.0 * u
    f_bar = np.zeros_like(f)
    omega_bar = 0.0
    for _ in range(sweeps):
        # interior += omega * (0.5 * (inflow + f[start:-1:2]) - interior)
        t_bar = u_bar[2:-1:2]
        t = t_saved.pop()
        omega_bar += t_bar @ t
        t_bar = omega * t_bar
        inflow_bar = 0.5 * t_bar
        f_bar[2:-1:2] += inflow_bar
        u_bar[2:-1:2] -= t_bar
        # inflow = u[start - 1 : -2 : 2] + u[start + 1 :: 2]
        u_bar[1:-2:2] += inflow_bar
        u_bar[3::2] += inflow_bar
        # interior += omega * (0.5 * (inflow + f[start:-1:2]) - interior)
        t_bar = u_bar[1:-1:2]
        t = t_saved1.pop()
        omega_bar += t_bar @ t
        t_bar = omega * t_bar
        inflow_bar = 0.5 * t_bar
        f_bar[1:-1:2] += inflow_bar
        u_bar[1:-1:2] -= t_bar
        # inflow = u[start - 1 : -2 : 2] + u[start + 1 :: 2]
        u_bar[0:-2:2] += inflow_bar
        u_bar[2::2] += inflow_bar
    return u_bar, f_bar, float(omega_bar)
