import math


def reaction_rate_grad(temperature, concentration):
    # forward
    t2 = 8.314 * temperature
    t1 = -20000.0 / t2
    t = math.exp(t1)
    result1 = 2000.0 * t
    t4 = -15000.0 / t2
    t5 = math.exp(t4)
    result = 50.0 * t5
    t3 = 1 + concentration
    lost = result * concentration / t3
    # reverse
    # lost = rates["slow"] * concentration / (1 + concentration)
    concentration_bar = lost / t3
    temperature_bar = concentration / t3 * 50.0 * t5 * (t4 / t2) * 8.314
    return (
        temperature_bar - concentration**2 * 2000.0 * t * (t1 / t2) * 8.314,
        concentration_bar - result / t3 + result1 * (2.0 * concentration),
    )
