"""scipy.integrate: the rules for sampled functions."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from astgrad.errors import RuleError
from astgrad.rules.table import composite


def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Any:
    y = np.moveaxis(y, axis, -1)
    if x is None:
        return dx * (np.sum(y, axis=-1) - 0.5 * (y[..., 0] + y[..., -1]))
    gaps = np.diff(x) if np.ndim(x) == 1 else np.diff(np.moveaxis(x, axis, -1))
    return np.sum(0.5 * gaps * (y[..., 1:] + y[..., :-1]), axis=-1)


def cumulative_trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1, initial: Any = None
                         ) -> Any:
    y = np.moveaxis(y, axis, -1)
    if x is None:
        areas = 0.5 * dx * (y[..., 1:] + y[..., :-1])
    else:
        gaps = np.diff(x) if np.ndim(x) == 1 else np.diff(np.moveaxis(x, axis, -1))
        areas = 0.5 * gaps * (y[..., 1:] + y[..., :-1])
    total = np.cumsum(areas, axis=-1)
    if initial is not None:
        total = np.concatenate([np.zeros_like(y[..., :1]) + initial, total], axis=-1)
    return np.moveaxis(total, -1, axis)


def simpson(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    """Parabolas over pairs of intervals; over the last of an odd number, one more."""
    y = np.moveaxis(y, axis, -1)
    n = y.shape[-1]
    if x is None:
        h = np.zeros(n - 1) + dx
    else:
        h = np.diff(x) if np.ndim(x) == 1 else np.diff(np.moveaxis(x, axis, -1))
    if n == 2:
        return 0.5 * h[..., 0] * (y[..., 0] + y[..., 1])
    end = n - 1 if n % 2 == 1 else n - 2
    a, b = h[..., 0:end:2], h[..., 1:end:2]
    first, middle, last = y[..., 0:end:2], y[..., 1:end:2], y[..., 2 : end + 1 : 2]
    total = np.sum((a + b) / 6.0 * ((2.0 - b / a) * first + (a + b) ** 2 / (a * b) * middle
                                    + (2.0 - a / b) * last), axis=-1)
    if n % 2 == 1:
        return total
    p, q = h[..., -2], h[..., -1]
    return (total + (2.0 * q**2 + 3.0 * p * q) / (6.0 * (p + q)) * y[..., -1]
            + (q**2 + 3.0 * p * q) / (6.0 * p) * y[..., -2]
            - q**3 / (6.0 * p * (p + q)) * y[..., -3])


def romb(y: Any, dx: Any = 1.0, axis: Any = -1) -> Any:
    """Trapezoids of ever fewer samples, extrapolated."""
    y = np.moveaxis(y, axis, -1)
    n = y.shape[-1] - 1
    table = [dx * n * 0.5 * (y[..., 0] + y[..., n])]
    step = n
    while step > 1:
        step = step // 2
        middle = np.sum(y[..., step : n : 2 * step], axis=-1)
        row = [0.5 * table[0] + dx * step * middle]
        for j in range(len(table)):
            row.append(row[j] + (row[j] - table[j]) / (4.0 ** (j + 1) - 1.0))
        table = row
    return table[-1]


def fixed_quad(func: Any, a: Any, b: Any, args: Any = (), n: Any = 5) -> Any:
    points, weights = np.polynomial.legendre.leggauss(n)
    half = 0.5 * (b - a)
    return half * np.sum(weights * func(half * (points + 1.0) + a, *args), axis=-1), None


def quad(func: Any, a: Any, b: Any, args: Any = ()) -> Any:
    """Gauss-Legendre over 16 panels; what 8 panels do not confirm is refused."""
    value, coarse = panels(func, a, b, args, 16), panels(func, a, b, args, 8)
    error = abs(value - coarse)
    if not error <= 1.49e-8 * max(1.0, abs(value)):
        raise ArithmeticError("quad: this integrand is not smooth enough to be differentiated")
    return float(value), float(error)


def panels(func: Any, a: Any, b: Any, args: Any, count: Any) -> Any:
    points, weights = np.polynomial.legendre.leggauss(10)
    half = 0.5 * (b - a) / count
    total = 0.0
    for k in range(count):
        for j in range(10):
            x = a + half * (2 * k + 1 + points[j])
            total = total + half * weights[j] * func(x, *args)
    return total


def odeint(func: Any, y0: Any, t: Any, args: Any = (), tfirst: bool = False) -> Any:
    """Runge-Kutta steps, halved until two step sizes agree within odeint's tolerance."""
    y = np.atleast_1d(y0) * 1.0
    path = [y]
    for k in range(1, len(t)):
        n = 1
        coarse = fine = y
        while n < 4 or not np.max(np.abs(fine - coarse) - 1.49e-8 * np.abs(fine)) <= 1.49e-8:
            if n > 32768:
                raise ArithmeticError("odeint: too stiff to be differentiated")
            coarse = fine
            fine = steps(func, y, t[k - 1], t[k], n, args, tfirst)
            n = 2 * n
        y = fine + (fine - coarse) / 15.0
        path.append(y)
    return np.stack(path)


class Solution(NamedTuple):
    """What solve_ivp returns, as far as it does not depend on the steps."""

    t: Any
    y: Any
    status: int = 0
    success: bool = True


def solve_ivp(fun: Any, t_span: Any, y0: Any, method: Any = "RK45", t_eval: Any = None,
              args: Any = None, rtol: Any = 1e-3, atol: Any = 1e-6) -> Any:
    """The solution itself, as odeint's rule has it, whatever method and tolerances are asked."""
    if t_eval is None:
        raise RuleError("solve_ivp chooses its times by values: give t_eval")
    times = np.concatenate([np.array([t_span[0]]), np.asarray(t_eval)])
    path = odeint(fun, y0, times, () if args is None else args, True)
    return Solution(np.asarray(t_eval), path[1:].T)


def steps(func: Any, y: Any, start: Any, stop: Any, n: Any, args: Any, tfirst: Any) -> Any:
    h = (stop - start) / n
    for i in range(n):
        s = start + i * h
        a = slope(func, y, s, args, tfirst)
        b = slope(func, y + 0.5 * h * a, s + 0.5 * h, args, tfirst)
        c = slope(func, y + 0.5 * h * b, s + 0.5 * h, args, tfirst)
        d = slope(func, y + h * c, s + h, args, tfirst)
        y = y + h / 6.0 * (a + 2.0 * b + 2.0 * c + d)
    return y


def slope(func: Any, y: Any, s: Any, args: Any, tfirst: Any) -> Any:
    return np.array(func(s, y, *args) if tfirst else func(y, s, *args))


composite("scipy.integrate.quad(func, a, b, args=())", quad)
composite("scipy.integrate.odeint(func, y0, t, args=(), tfirst=False)", odeint)
composite("scipy.integrate.solve_ivp(fun, t_span, y0, method='RK45', t_eval=None, args=None, rtol=0.001, atol=1e-06)", solve_ivp)
composite("scipy.integrate.simpson(y, x=None, dx=1.0, axis=-1)", simpson)
composite("scipy.integrate.romb(y, dx=1.0, axis=-1)", romb)
composite("scipy.integrate.fixed_quad(func, a, b, args=(), n=5)", fixed_quad)
composite("scipy.integrate.trapezoid(y, x=None, dx=1.0, axis=-1)", trapezoid)
composite("scipy.integrate.cumulative_trapezoid(y, x=None, dx=1.0, axis=-1, initial=None)", cumulative_trapezoid)
