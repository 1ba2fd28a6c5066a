"""Explicit grids: stencils and sweeps that overwrite their fields in place."""

import numpy as np

from .program import Program


# fmt: off
def heat(u, alpha, steps):
    u = u.copy()
    for _ in range(steps):
        u[1:-1] += alpha * (u[:-2]
            - 2.0 * u[1:-1] + u[2:])
    return np.sum(u ** 2)
# fmt: on


def heat_3d(a, b, steps):
    """Heat equation on a cube, two buffers updated in turn (PolyBench heat-3d)."""

    def step(source, target):
        target[1:-1, 1:-1, 1:-1] = source[1:-1, 1:-1, 1:-1] + 0.125 * (
            (source[2:, 1:-1, 1:-1] - 2.0 * source[1:-1, 1:-1, 1:-1])
            + source[:-2, 1:-1, 1:-1]
            + (source[1:-1, 2:, 1:-1] - 2.0 * source[1:-1, 1:-1, 1:-1])
            + source[1:-1, :-2, 1:-1]
            + (source[1:-1, 1:-1, 2:] - 2.0 * source[1:-1, 1:-1, 1:-1])
            + source[1:-1, 1:-1, :-2]
        )

    for _ in range(steps):
        step(a, b)
        step(b, a)
    return np.sum(a**2) + np.mean(b)


def jacobi_1d(a, b, steps):
    """Three-point smoothing between two buffers (PolyBench jacobi-1d)."""
    for _ in range(steps):
        b[1:-1] = (a[:-2] + a[1:-1] + a[2:]) / 3.0
        a[1:-1] = (b[:-2] + b[1:-1] + b[2:]) / 3.0
    return np.sum(a * a)


def jacobi_2d(a, steps):
    """Five-point smoothing; the buffers change places each sweep (PolyBench)."""
    old = a.copy()
    new = a.copy()
    for _ in range(steps):
        new[1:-1, 1:-1] = 0.2 * (
            old[1:-1, 1:-1]
            + old[1:-1, :-2]
            + old[1:-1, 2:]
            + old[2:, 1:-1]
            + old[:-2, 1:-1]
        )
        old, new = new, old
    return np.sum(old**3)


def seidel_2d(a, steps):
    """Gauss-Seidel sweeps over nine points, element by element (PolyBench)."""
    n = a.shape[0]
    a = a.copy()
    for _ in range(steps):
        for i in range(1, n - 1):
            for j in range(1, n - 1):
                a[i, j] = (
                    a[i - 1, j - 1]
                    + a[i - 1, j]
                    + a[i - 1, j + 1]
                    + a[i, j - 1]
                    + a[i, j]
                    + a[i, j + 1]
                    + a[i + 1, j - 1]
                    + a[i + 1, j]
                    + a[i + 1, j + 1]
                ) / 9.0
    return np.sum(a * a)


def fdtd_2d(ex, ey, hz, source):
    """Maxwell's equations on a staggered grid, driven on an edge (PolyBench)."""
    for t in range(len(source)):
        ey[0, :] = source[t]
        ey[1:, :] -= 0.5 * (hz[1:, :] - hz[:-1, :])
        ex[:, 1:] -= 0.5 * (hz[:, 1:] - hz[:, :-1])
        hz[:-1, :-1] -= 0.7 * (ex[:-1, 1:] - ex[:-1, :-1] + ey[1:, :-1] - ey[:-1, :-1])
    return np.sum(ex**2) + np.sum(ey**2) + np.sum(hz**2)


def horizontal_diffusion(field, coefficient):
    """Limited fourth-order diffusion of the COSMO weather model (NPBench hdiff)."""
    laplacian = 4.0 * field[1:-1, 1:-1, :] - (
        field[2:, 1:-1, :]
        + field[:-2, 1:-1, :]
        + field[1:-1, 2:, :]
        + field[1:-1, :-2, :]
    )
    slope_x = laplacian[1:, 1:-1, :] - laplacian[:-1, 1:-1, :]
    step_x = field[2:-1, 2:-2, :] - field[1:-2, 2:-2, :]
    flux_x = np.where(slope_x * step_x > 0, 0.0, slope_x)
    slope_y = laplacian[1:-1, 1:, :] - laplacian[1:-1, :-1, :]
    step_y = field[2:-2, 2:-1, :] - field[2:-2, 1:-2, :]
    flux_y = np.where(slope_y * step_y > 0, 0.0, slope_y)
    result = field[2:-2, 2:-2, :] - coefficient * (
        flux_x[1:, :, :] - flux_x[:-1, :, :] + flux_y[:, 1:, :] - flux_y[:, :-1, :]
    )
    return np.sum(result**2)


def vertical_advection(field, wind, dt):
    """Implicit vertical advection: a tridiagonal solve per column (NPBench vadv)."""
    levels = field.shape[-1]
    upper = np.zeros_like(field)
    right = np.zeros_like(field)
    for k in range(levels):
        below = 0.25 * dt * wind[..., k] if k > 0 else np.zeros_like(wind[..., 0])
        above = -0.25 * dt * wind[..., k + 1]
        if k == levels - 1:
            above = np.zeros_like(above)
        diagonal = 1.0 - below - above
        if k == 0:
            upper[..., k] = above / diagonal
            right[..., k] = field[..., k] / diagonal
        else:
            pivot = 1.0 / (diagonal - below * upper[..., k - 1])
            upper[..., k] = above * pivot
            right[..., k] = (field[..., k] - below * right[..., k - 1]) * pivot
    result = np.empty_like(field)
    result[..., -1] = right[..., -1]
    for k in range(levels - 2, -1, -1):
        result[..., k] = right[..., k] - upper[..., k] * result[..., k + 1]
    return np.sum(result**2)


def advection_3d(q, u, v, w, dt, steps):
    """First-order upwind transport in three dimensions, axis by axis."""
    for _ in range(steps):
        for axis, speed in enumerate((u, v, w)):
            back = np.roll(q, 1, axis=axis)
            ahead = np.roll(q, -1, axis=axis)
            slope = np.where(speed > 0, q - back, ahead - q)
            q = q - dt * speed * slope
    return np.sum(q**2) + q[0, 0, 0]


def wave_equation(u, speed, dt, steps):
    """Second-order wave equation with fixed ends; three time levels rotate."""
    past = u.copy()
    now = u.copy()
    for _ in range(steps):
        ahead = np.zeros_like(now)
        ahead[1:-1] = (
            2.0 * now[1:-1]
            - past[1:-1]
            + (speed[1:-1] * dt) ** 2 * (now[2:] - 2.0 * now[1:-1] + now[:-2])
        )
        past, now = now, ahead
    return np.dot(now, now) + np.sum(past)


def burgers(u, viscosity, dt, dx, steps):
    """Viscous Burgers' equation on a periodic line, conservative fluxes by index."""
    n = len(u)
    for _ in range(steps):
        flux = np.empty(n)
        for i in range(n):
            flux[i] = 0.25 * (u[i - 1] ** 2 + u[i] ** 2)
            flux[i] -= viscosity * (u[i] - u[i - 1]) / dx
        u = u - dt / dx * (np.roll(flux, -1) - flux)
    return np.sum(u**3)


def gray_scott(u, v, feed, kill, steps):
    """Reaction and diffusion of two species (Gray-Scott), padded at the borders."""
    u, v = u.copy(), v.copy()

    def laplacian(z):
        padded = np.zeros((z.shape[0] + 2, z.shape[1] + 2))
        padded[1:-1, 1:-1] = z
        padded[0, 1:-1], padded[-1, 1:-1] = z[0], z[-1]
        padded[1:-1, 0], padded[1:-1, -1] = z[:, 0], z[:, -1]
        total = padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2]
        return total + padded[1:-1, 2:] - 4 * z

    for _ in range(steps):
        reaction = u * v * v
        du = 0.16 * laplacian(u) - reaction + feed * (1 - u)
        dv = 0.08 * laplacian(v) + reaction - (feed + kill) * v
        u += du
        v += dv
    return np.sum(v) + np.sum(u * v)


def red_black_sor(u, f, omega, sweeps):
    """Poisson's equation by successive over-relaxation on strided half grids."""
    u = u.copy()
    for _ in range(sweeps):
        for start in (1, 2):
            interior = u[start:-1:2]
            inflow = u[start - 1 : -2 : 2] + u[start + 1 :: 2]
            interior += omega * (0.5 * (inflow + f[start:-1:2]) - interior)
    return np.sum(u**2)


def _cube(rng, size):
    n = 3 + size
    return rng.normal(size=(n, n, n)), rng.normal(size=(n, n, n)), size


def _maxwell(rng, size):
    nx, ny = 3 + size, 4 + size
    ex, ey, hz = rng.normal(size=(3, nx, ny))
    return ex, ey, hz, rng.normal(size=2 * size)


def _columns(rng, size):
    n, levels = 1 + size, 4 + 2 * size
    field = rng.normal(size=(n, n, levels))
    return field, rng.normal(size=(n, n, levels + 1)), float(rng.uniform(0.3, 0.6))


def _transport(rng, size):
    shape = (2 + size, 3 + size, 2 + size)
    signs = np.sign(rng.normal(size=(3, *shape)))
    u, v, w = signs * rng.uniform(0.2, 1.5, size=(3, *shape))
    return rng.normal(size=shape), u, v, w, 0.1, 2 * size


def _string(rng, size):
    n = 6 + 4 * size
    u = rng.normal(size=n)
    u[0] = u[-1] = 0.0
    return u, rng.uniform(0.5, 1.0, size=n), float(rng.uniform(0.3, 0.5)), 5 * size


def _burgers(rng, size):
    n = 6 + 2 * size
    dx = 1.0 / n
    return 1.0 + 0.3 * rng.normal(size=n), 0.05, 0.2 * dx, dx, 4 * size


def _species(rng, size):
    n = 3 + size
    u = 1.0 - 0.3 * rng.uniform(size=(n, n))
    return u, 0.5 * rng.uniform(size=(n, n)), 0.04, 0.06, 4 * size


def _line(rng, size):
    n = 7 + 4 * size
    return (
        rng.normal(size=n),
        rng.normal(size=n),
        float(rng.uniform(1.1, 1.5)),
        2 * size,
    )


PROGRAMS = (
    Program(
        heat,
        lambda rng, size: (
            rng.normal(size=6 + 4 * size),
            float(rng.uniform(0.2, 0.4)),
            4 * size,
        ),
        (0, 1),
    ),
    Program(heat_3d, _cube, (0, 1)),
    Program(
        jacobi_1d,
        lambda rng, size: (*rng.normal(size=(2, 6 + 4 * size)), 3 * size),
        (0, 1),
    ),
    Program(
        jacobi_2d,
        lambda rng, size: (rng.normal(size=(4 + size, 3 + size)), 3 * size),
    ),
    Program(
        seidel_2d,
        lambda rng, size: (rng.normal(size=(3 + size, 3 + size)), 2 * size),
    ),
    Program(fdtd_2d, _maxwell, (0, 1, 2, 3)),
    Program(
        horizontal_diffusion,
        lambda rng, size: (
            rng.normal(size=(5 + size, 6 + size, 1 + size)),
            rng.uniform(0.05, 0.2, size=(1 + size, 2 + size, 1 + size)),
        ),
        (0, 1),
    ),
    Program(vertical_advection, _columns, (0, 1, 2)),
    Program(advection_3d, _transport, (0, 1, 2, 3, 4)),
    Program(wave_equation, _string, (0, 1, 2)),
    Program(burgers, _burgers, (0, 1, 2, 3)),
    Program(gray_scott, _species, (0, 1, 2, 3)),
    Program(red_black_sor, _line, (0, 1, 2)),
)
