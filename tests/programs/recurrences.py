"""State carried from step to step: integrators, iterations, series, filters."""

import math

import numpy as np

from .program import Program


# fmt: off
def rollout(x, w, n):
    h = x
    for i in range(n):
        h = np.tanh(h * w)
    return np.sum(h)
# fmt: on


def lotka_volterra_rk4(state, rates, dt, steps):
    """Predator and prey by the classical Runge-Kutta method."""
    a, b, c, d = rates

    def flow(z):
        prey, hunter = z[0], z[1]
        return np.array([prey * (a - b * hunter), hunter * (d * prey - c)])

    for _ in range(steps):
        k1 = flow(state)
        k2 = flow(state + 0.5 * dt * k1)
        k3 = flow(state + 0.5 * dt * k2)
        k4 = flow(state + dt * k3)
        state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return np.sum(state**2)


def verlet_pendulums(theta, omega, stiffness, dt, steps):
    """Velocity Verlet for a chain of coupled pendulums; returns the energy drift."""

    def force(angle):
        pull = -np.sin(angle)
        stretch = stiffness * np.diff(angle)
        pull[:-1] += stretch
        pull[1:] -= stretch
        return pull

    start = 0.5 * np.sum(omega**2) + np.sum(1 - np.cos(theta))
    acceleration = force(theta)
    for _ in range(steps):
        theta = theta + dt * omega + 0.5 * dt**2 * acceleration
        update = force(theta)
        omega = omega + 0.5 * dt * (acceleration + update)
        acceleration = update
    energy = 0.5 * np.sum(omega**2) + np.sum(1 - np.cos(theta))
    return (energy - start) ** 2 + theta[0]


def leapfrog_hamiltonian(q, p, precision, dt, steps):
    """The leapfrog trajectory of Hamiltonian Monte Carlo, in place."""
    q = q.copy()
    p = p.copy()
    p -= 0.5 * dt * (precision @ q)
    for step in range(steps):
        q += dt * p
        if step < steps - 1:
            p -= dt * (precision @ q)
    p -= 0.5 * dt * (precision @ q)
    return 0.5 * (q @ precision @ q) + 0.5 * np.dot(p, p) + np.sum(q)


def adaptive_step(y, rate, t_end, tolerance):
    """A Heun/Euler pair with step control: rejected steps are tried again, smaller."""
    t = 0.0
    h = 0.4
    rejected = 0
    while t_end - t > 1e-12:
        h = min(h, t_end - t)
        k1 = -rate * y * y + math.cos(t)
        trial = y + h * k1
        k2 = -rate * trial * trial + math.cos(t + h)
        error = 0.5 * h * abs(k2 - k1)
        factor = 0.9 * math.sqrt(tolerance / (error + 1e-10))
        if error > tolerance:
            rejected += 1
            h *= max(0.2, factor)
            continue
        t += h
        y += 0.5 * h * (k1 + k2)
        h *= min(3.0, factor)
    assert rejected > 0, "the first step should be too long"
    return y


def newton_kepler(mean_anomaly, eccentricity):
    """Kepler's equation by Newton's method, to a tolerance."""
    anomaly = mean_anomaly + eccentricity * math.sin(mean_anomaly)
    for _ in range(50):
        residual = anomaly - eccentricity * math.sin(anomaly) - mean_anomaly
        step = residual / (1 - eccentricity * math.cos(anomaly))
        anomaly -= step
        if abs(step) < 1e-12:
            break
    else:
        raise RuntimeError("no convergence")
    return math.cos(anomaly) - eccentricity


def bisection_root(a, b, low, high):
    """Bisection on x**3 + a*x - b to a tolerance, then one secant step."""

    def cubic(x):
        return x**3 + a * x - b

    f_low = cubic(low)
    while high - low > 0.02:
        middle = 0.5 * (low + high)
        f_middle = cubic(middle)
        if f_low * f_middle <= 0:
            high = middle
        else:
            low = middle
            f_low = f_middle
    f_high = cubic(high)
    return low - f_low * (high - low) / (f_high - f_low)


def logistic_map(x, r, steps):
    """The logistic map until it leaves a band, with a different law on each side."""
    total = 0.0
    k = 0
    while k < steps and x < 0.95:
        if x < 0.5:
            x = r * x * (1 - x)
        else:
            x = 0.9 * r * x * (1 - x) + 0.02 * total
        total += x
        k += 1
    return total + x


def mandelbrot_smooth(cx, cy, limit):
    """Smooth escape count of the Mandelbrot iteration (normalised iteration count)."""
    zx = zy = 0.0
    for n in range(limit):
        zx, zy = zx * zx - zy * zy + cx, 2 * zx * zy + cy
        radius = zx * zx + zy * zy
        if radius > 256.0:
            return n + 1 - math.log(0.5 * math.log(radius)) / math.log(2)
    return 0.0 * cx


def binomial_option(spot, strike, rate, volatility, expiry, steps):
    """European put on the Cox-Ross-Rubinstein tree, rolled back in one array."""
    dt = expiry / steps
    up = np.exp(volatility * np.sqrt(dt))
    discount = np.exp(-rate * dt)
    chance = (np.exp(rate * dt) - 1 / up) / (up - 1 / up)
    prices = spot * up ** np.arange(-steps, steps + 1, 2.0)
    value = np.maximum(strike - prices, 0.0)
    for level in range(steps, 0, -1):
        for j in range(level):
            value[j] = discount * (chance * value[j + 1] + (1 - chance) * value[j])
    return value[0]


def garch_likelihood(parameters, returns):
    """Negative log-likelihood of a GARCH(1, 1) process (Bollerslev 1986)."""
    omega, alpha, beta = parameters
    variance = omega / (1 - alpha - beta)
    total = 0.0
    for r in returns:
        total += 0.5 * (np.log(2 * np.pi * variance) + r**2 / variance)
        variance = omega + alpha * r**2 + beta * variance
    return total


def holt_smoothing(alpha, beta, series):
    """Squared one-step errors of Holt's linear exponential smoothing."""
    level = series[0]
    trend = series[1] - series[0]
    loss = 0.0
    for i in range(1, len(series)):
        forecast = level + trend
        error = series[i] - forecast
        loss += error * error
        previous, level = level, forecast + alpha * error
        trend = (1 - beta) * trend + beta * (level - previous)
    return loss / (len(series) - 1)


def horner(coefficients, x):
    """A polynomial and its derivative by Horner's scheme, at several points."""
    value = np.zeros_like(x)
    slope = np.zeros_like(x)
    for c in reversed(coefficients):
        slope = slope * x + value
        value = value * x + c
    return np.sum(value * slope)


def continued_fraction(x, depth):
    """tan(x) by Lambert's continued fraction, evaluated from the tail."""
    tail = 2 * depth + 1.0
    for k in range(depth, 0, -1):
        tail = (2 * k - 1) - x * x / tail
    return x / tail


def event_bounce(height, speed, restitution, dt, steps):
    """A ball with semi-implicit Euler; an impact is located inside its step."""
    bounces = 0
    for _ in range(steps):
        fall = speed - 9.81 * dt
        landed = height + dt * fall
        if landed >= 0:
            height, speed = landed, fall
            continue
        early = height / (height - landed)
        speed = -restitution * (speed - 9.81 * dt * early)
        height = (1 - early) * dt * speed
        bounces += 1
        if bounces == 3:
            break
    return height + 0.1 * speed**2


def _population(rng, size):
    rates = np.array([1.1, 0.4, 0.4, 0.1]) * rng.uniform(0.9, 1.1, size=4)
    return rng.uniform(1, 3, size=2), rates, 0.05, 8 * size


def _pendulums(rng, size):
    n = 2 + 2 * size
    return rng.normal(size=n), 0.3 * rng.normal(size=n), 0.5, 0.05, 6 * size


def _hamiltonian(rng, size):
    n = 2 + size
    a = rng.normal(size=(n, n))
    precision = a @ a.T / n + np.eye(n)
    return rng.normal(size=n), rng.normal(size=n), precision, 0.1, 5 * size


def _garch(rng, size):
    start = np.array([0.2, 0.1, 0.6]) * rng.uniform(0.9, 1.1, size=3)
    return start, 0.6 * rng.normal(size=20 * size)


def _series(rng, size):
    n = 10 * size
    series = np.arange(n) / n + 0.2 * rng.normal(size=n)
    return float(rng.uniform(0.3, 0.6)), float(rng.uniform(0.1, 0.3)), series


PROGRAMS = (
    Program(
        rollout,
        lambda rng, size: (rng.normal(size=4), rng.uniform(0.5, 1.5, 4), 3 * size),
        (0, 1),
    ),
    Program(lotka_volterra_rk4, _population, (0, 1, 2)),
    Program(verlet_pendulums, _pendulums, (0, 1, 2, 3)),
    Program(leapfrog_hamiltonian, _hamiltonian, (0, 1, 2, 3)),
    Program(
        adaptive_step,
        lambda rng, size: (
            float(rng.uniform(1.8, 2.2)),
            float(rng.uniform(0.9, 1.1)),
            1.0,
            1e-2 / size,
        ),
        (0, 1),
    ),
    Program(
        newton_kepler,
        lambda rng, size: (float(rng.uniform(0.5, 2)), float(rng.uniform(0.2, 0.5))),
        (0, 1),
    ),
    Program(
        bisection_root,
        lambda rng, size: (
            float(rng.uniform(1, 2)),
            float(rng.uniform(3, 4)),
            0.0,
            3.0,
        ),
        (0, 1),
    ),
    Program(
        logistic_map,
        lambda rng, size: (
            float(rng.uniform(0.15, 0.3)),
            float(rng.uniform(2.5, 2.8)),
            8 * size,
        ),
        (0, 1),
    ),
    Program(
        mandelbrot_smooth,
        lambda rng, size: (
            float(rng.uniform(0.45, 0.6)),
            float(rng.uniform(0.5, 0.6)),
            200,
        ),
        (0, 1),
    ),
    Program(
        binomial_option,
        lambda rng, size: (
            float(rng.uniform(95, 105)),
            float(rng.uniform(98, 107)),
            0.03,
            float(rng.uniform(0.2, 0.4)),
            1.0,
            8 * size,
        ),
        (0, 1, 2, 3, 4),
    ),
    Program(garch_likelihood, _garch, (0, 1)),
    Program(holt_smoothing, _series, (0, 1, 2)),
    Program(
        horner,
        lambda rng, size: (
            rng.normal(size=4 * size),
            rng.uniform(-0.9, 0.9, size=3 * size),
        ),
        (0, 1),
    ),
    Program(
        continued_fraction,
        lambda rng, size: (float(rng.uniform(0.5, 1.2)), 5 + size),
    ),
    Program(
        event_bounce,
        lambda rng, size: (
            float(rng.uniform(0.9, 1.1)),
            float(rng.uniform(-0.5, 0.5)),
            0.8,
            0.05,
            16 * size,
        ),
        (0, 1, 2),
    ),
)
