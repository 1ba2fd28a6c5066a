import math


def reaction_rate_grad(temperature, concentration):
    # forward
    t2 = 8.314 * temperature
    t1 = -20000.0 / t2
    t = math.exp(t1)
    result1 = 2000.0 * t
    t3 = -15000.0 / t2
    t4 = math.exp(t3)
    result = 50.0 * t4
    t5 = 1 + concentration
    lost = result * concentration / t5
    # reverse
    # lost = rates["slow"] * concentration / (1 + concentration)
    t_bar = 1.0 / t5
    concentration_bar = lost / t5
    temperature_bar = t_bar * concentration * 50.0 * t4 * (t3 / t2) * 8.314
    return (
        temperature_bar - concentration**2 * 2000.0 * t * (t1 / t2) * 8.314,
        concentration_bar - t_bar * result + result1 * (2.0 * concentration),
    )
