import math


def lighthouse_grad(nu, gamma, omega, t):
    # forward
    slope = math.tan(omega * t)
    t1 = gamma - slope
    y1 = nu * slope / t1
    # reverse
    y1_bar = 2.0 * y1
    # y2 = gamma * y1
    gamma_bar = 0.5 * y1
    y1_bar += 0.5 * gamma
    # y1 = nu * slope / (gamma - slope)
    t_bar = y1_bar / t1
    slope_bar = y1_bar * (y1 / t1)
    gamma_bar -= slope_bar
    nu_bar = t_bar * slope
    slope_bar += t_bar * nu
    # slope = math.tan(omega * t)
    t_bar = slope_bar * (1.0 + slope**2)
    omega_bar = t_bar * t
    t_bar *= omega
    return nu_bar, gamma_bar, omega_bar, t_bar
