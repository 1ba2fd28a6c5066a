"""The language itself: expressions, branches, calls, closures, comprehensions."""

import functools
import math

import numpy as np

from .program import Program


def evaluation_trace(x1, x2):
    """The running example of most lectures on automatic differentiation."""
    return np.log(x1) + x1 * x2 - np.sin(x2)


def lighthouse(nu, gamma, omega, t):
    """Where a light beam meets the quay (Griewank and Walther, chapter 2)."""
    slope = math.tan(omega * t)
    y1 = nu * slope / (gamma - slope)
    y2 = gamma * y1
    return y1**2 + 0.5 * y2


def drag_force(speed: float, diameter: float, viscosity: float) -> float:
    """Drag on a sphere by the Reynolds number (in m/s, cm, cm2/s): early returns.

    The correlations are the usual textbook pieces (Stokes, Schiller-Naumann, Newton).
    """
    area = math.pi * diameter**2 / 4
    reynolds = 100 * speed * diameter / viscosity
    if reynolds < 0.1:
        return 24 / reynolds * 0.6 * area * speed**2
    if reynolds < 1000:
        coefficient = 24 / reynolds * (1 + 0.15 * reynolds**0.687)
    else:
        coefficient = 0.44
        if not 1000 <= reynolds < 2e5:
            return 0.1 * area * speed**2 / viscosity**0.1
    return coefficient * 0.6 * area * speed**2 + 1e-3 * viscosity * speed


def piecewise_spline(x, knots, values):
    """Cubic Hermite interpolation, interval found by a chained comparison."""
    total = 0.0
    pieces = zip(knots[:-1], knots[1:], values[:-1], values[1:], strict=True)
    for left, right, low, high in pieces:
        s = (x - left) / (right - left) if left <= x < right else None
        if s is None:
            continue
        total += low + (high - low) * s * s * (3 - 2 * s)
    return total


def arithmetic_geometric_mean(a, b):
    """Gauss' mean by its iteration, to a tolerance."""
    if a < b:
        a, b = b, a
    while abs(a - b) > 1e-9 * a:
        a, b = 0.5 * (a + b), math.sqrt(a * b)
    return a


def simpson(a, b, panels):
    """Simpson's rule for a nested integrand that captures the interval."""

    def integrand(x):
        width = b - a
        return np.exp(-x * x / width) * np.cos(x)

    h = (b - a) / panels
    total = integrand(a) + integrand(b)
    for k in range(1, panels):
        total += (4 if k % 2 else 2) * integrand(a + k * h)
    return total * h / 3


def composed_lambdas(x, weights):
    """Features made by a list of lambdas on one line, then composed."""
    scale, shift = (lambda z: z * weights[0]), (lambda z: z + weights[1])
    features = [lambda z: z**2, np.sin, lambda z: np.exp(-z)]
    inner = scale(shift(x))
    return sum([w * f(inner) for w, f in zip(weights[2:], features)])


def weighted_norm(x, *terms, power=2.0, floor=1e-3):
    """A norm of a variable number of residuals with keyword-only shape parameters."""
    total = floor
    for weight, target in terms:
        total = total + weight * np.sum((x - target) ** 2) ** (power / 2)
    return total ** (1 / power)


def _antoine(t, *, a=8.07131, b=1730.63, c=233.426):
    return 10 ** (a - b / (c + t))


def bubble_pressure(t, fraction):
    """Raoult's law with the Antoine equation: keywords through `**kwargs`."""
    species = [{"b": 1730.63}, {"a": 8.20417, "b": 1642.89, "c": 230.3}]
    shares = [fraction, 1 - fraction]
    pressure = 0.0
    for share, constants in zip(shares, species):
        pressure += share * _antoine(t, **constants)
    return pressure / 760


def chebyshev(n, x):
    """Chebyshev polynomial of the first kind by halving recursion."""
    if n == 0:
        return 1.0
    if n == 1:
        return x
    half = n // 2
    if n % 2 == 0:
        return 2 * chebyshev(half, x) ** 2 - 1
    return 2 * chebyshev(half, x) * chebyshev(half + 1, x) - x


def polynomial_fit(coefficients, x, y):
    """Squared residual of a polynomial: comprehensions, one nested and filtered."""
    basis = [x**k for k in range(len(coefficients))]
    model = sum([c * column for c, column in zip(coefficients, basis)])
    roughness = [
        (a - b) ** 2
        for i, a in enumerate(coefficients)
        for j, b in enumerate(coefficients)
        if i == j + 1
    ]
    return np.mean((model - y) ** 2) + 1e-2 * sum(roughness)


def walrus_series(x):
    """Bessel function J0 by its power series; the last term read is the test's."""
    total = term = 1.0
    k = 0
    while abs(term := -term * (x / 2) ** 2 / (k := k + 1) ** 2) > 1e-14:
        total += term
    return total * math.exp(-x / 4)


def orbit_energy(state, masses):
    """Energy of two bodies: starred and nested unpacking."""
    (x, y), *velocities = state
    m1, m2 = masses
    (u1, v1), (u2, v2) = velocities
    kinetic = 0.5 * m1 * (u1**2 + v1**2) + 0.5 * m2 * (u2**2 + v2**2)
    potential = -m1 * m2 / np.hypot(x, y)
    label = f"{len(velocities)} bodies"
    assert label.startswith("2"), label
    return kinetic + potential


def _arrhenius(prefactor, energy, temperature):
    return prefactor * np.exp(-energy / (8.314 * temperature))


def reaction_rate(temperature, concentration):
    """Two competing reactions, their rates bound by functools.partial."""
    fast = functools.partial(_arrhenius, 2.0e3, 2.0e4)
    slow = functools.partial(_arrhenius, energy=1.5e4, prefactor=50.0)
    rates = {"fast": fast(temperature), "slow": slow(temperature=temperature)}
    formed = rates["fast"] * concentration**2
    lost = rates["slow"] * concentration / (1 + concentration)
    return formed - lost


def counter_closure(x, n):
    """A running mean and variance kept in a closure's nonlocal state (Welford)."""
    mean = 0.0
    spread = 0.0
    count = 0

    def push(value):
        nonlocal mean, spread, count
        count += 1
        delta = value - mean
        mean += delta / count
        spread += delta * (value - mean)

    for k in range(n):
        push(math.sin(k * x) + k * x)
    return mean + math.sqrt(spread / (count - 1))


def quadrature(function, nodes, weights):
    """A quadrature sum of any function: the helper of `expected_payoff`."""
    return sum(w * function(z) for z, w in zip(nodes, weights))


def expected_payoff(spot, volatility, nodes, weights):
    """Expectation of a smoothed payoff under a lognormal: functions as arguments."""

    def payoff(z):
        terminal = spot * math.exp(volatility * z - volatility**2 / 2)
        return math.log1p(math.exp(8 * (terminal - 1))) / 8

    return quadrature(payoff, nodes, weights) + quadrature(
        lambda z: 0.1 * volatility * z**2, nodes, weights
    )


def _trace_inputs(rng, size):
    return float(rng.uniform(1.5, 2.5)), float(rng.uniform(4, 6))


def _spline_inputs(rng, size):
    knots = np.linspace(0.0, 1.0, 4 * size + 1)
    x = float(knots[size] + rng.uniform(0.3, 0.7) / (4 * size))
    return x, knots, rng.normal(size=4 * size + 1)


def _norm_inputs(rng, size):
    terms = [(float(rng.uniform(0.5, 2)), rng.normal(size=3)) for _ in range(2 * size)]
    return rng.normal(size=3), *terms


def _fit_inputs(rng, size):
    x = np.linspace(-1, 1, 6 * size)
    return list(rng.normal(size=4)), x, np.cos(2 * x) + 0.1 * rng.normal(size=6 * size)


def _orbit_inputs(rng, size):
    pairs = [tuple(rng.uniform(0.5, 2, size=2)) for _ in range(3)]
    return pairs, (float(rng.uniform(1, 2)), float(rng.uniform(1, 2)))


def _payoff_inputs(rng, size):
    nodes, weights = np.polynomial.hermite_e.hermegauss(5 + 2 * size)
    weights = weights / weights.sum()
    spot = float(rng.uniform(0.9, 1.1))
    return spot, float(rng.uniform(0.1, 0.3)), nodes.tolist(), weights.tolist()


PROGRAMS = (
    Program(evaluation_trace, _trace_inputs, (0, 1)),
    Program(
        lighthouse,
        lambda rng, size: (*rng.uniform(1.0, 1.4, size=2).tolist(), 0.5, 0.8),
        (0, 1, 2, 3),
    ),
    Program(
        drag_force,
        lambda rng, size: (
            float(rng.uniform(1, 2)),
            float(rng.uniform(0.5, 1)),
            (2500.0, 2.0, 0.02)[size % 3],
        ),
        (0, 1, 2),
    ),
    Program(piecewise_spline, _spline_inputs, (0, 2)),
    Program(
        arithmetic_geometric_mean,
        lambda rng, size: (float(rng.uniform(1, 2)), float(rng.uniform(3, 4))),
        (0, 1),
    ),
    Program(
        simpson,
        lambda rng, size: (
            float(rng.uniform(-1, 0)),
            float(rng.uniform(1, 2)),
            8 * size,
        ),
        (0, 1),
    ),
    Program(
        composed_lambdas,
        lambda rng, size: (float(rng.uniform(0.5, 1)), rng.normal(size=5)),
        (0, 1),
    ),
    Program(weighted_norm, _norm_inputs, (0, 1)),
    Program(
        bubble_pressure,
        lambda rng, size: (float(rng.uniform(60, 80)), float(rng.uniform(0.3, 0.6))),
        (0, 1),
    ),
    Program(
        chebyshev,
        lambda rng, size: (5 + 2 * size, float(rng.uniform(0.2, 0.7))),
        1,
    ),
    Program(polynomial_fit, _fit_inputs, (0, 1, 2)),
    Program(walrus_series, lambda rng, size: (float(rng.uniform(1, 2)),)),
    Program(orbit_energy, _orbit_inputs, (0, 1)),
    Program(
        reaction_rate,
        lambda rng, size: (float(rng.uniform(300, 400)), float(rng.uniform(1, 2))),
        (0, 1),
    ),
    Program(
        counter_closure,
        lambda rng, size: (float(rng.uniform(0.5, 1)), 6 * size),
    ),
    Program(expected_payoff, _payoff_inputs, (0, 1)),
)
