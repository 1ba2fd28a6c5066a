import numpy as np


def burgers_grad(u, viscosity, dt, dx, steps):
    # forward
    n = len(u)
    t_saved = []
    t_saved1 = []
    u_saved = []
    for _ in range(steps):
        u_saved.append(u)
        flux = np.empty(n)
        for i in range(n):
            t = u[i - 1]
            t1 = u[i]
            flux[i] = 0.25 * (t**2 + t1**2)
            t = viscosity * (t1 - t) / dx
            t_saved.append(t)
            flux[i] -= t
        t = np.roll(flux, -1) - flux
        t_saved1.append(t)
        u = u - dt / dx * t
    # reverse
    u_bar = 3.0 * u**2
    viscosity_bar = 0.0
    dx_bar = 0.0
    dt_bar = 0.0
    for _ in range(steps):
        t = t_saved1.pop()
        # u = u - dt / dx * (np.roll(flux, -1) - flux)
        t1 = dt / dx
        t_bar = u_bar @ t
        flux_bar = t1 * u_bar
        flux_bar += np.roll(-flux_bar, 1)
        dt_bar -= t_bar / dx
        dx_bar += t_bar * (t1 / dx)
        u = u_saved.pop()
        for i in reversed(range(n)):
            # flux[i] -= viscosity * (u[i] - u[i - 1]) / dx
            t_bar = flux_bar[i]
            t = t_saved.pop()
            t_bar1 = t_bar / dx
            dx_bar += t_bar * (t / dx)
            t1 = u[i]
            t = i - 1
            t2 = u[t]
            viscosity_bar -= t_bar1 * (t1 - t2)
            t_bar1 *= viscosity
            # flux[i] = 0.25 * (u[i - 1] ** 2 + u[i] ** 2)
            flux_bar[i] = 0.0
            t_bar *= 0.25
            u_bar[t] += t_bar1 + t_bar * (2.0 * t2)
            u_bar[i] += t_bar * (2.0 * t1) - t_bar1
    return u_bar, float(viscosity_bar), float(dt_bar), float(dx_bar)
