import math


def reaction_rate_grad(temperature, concentration):
    # forward
    t = 8.314 * temperature
    t1 = -20000.0 / t
    t2 = math.exp(t1)
    t3 = -15000.0 / t
    t4 = math.exp(t3)
    t5 = 50.0 * t4
    t6 = 1 + concentration
    lost = t5 * concentration / t6
    # reverse
    # lost = rates["slow"] * concentration / (1 + concentration)
    concentration_bar = lost / t6
    concentration_bar -= t5 / t6
    # formed = rates["fast"] * concentration**2
    concentration_bar += 2000.0 * t2 * (2.0 * concentration)
    temperature_bar = concentration / t6 * 50.0 * t4 * (t3 / t) * 8.314
    temperature_bar -= concentration**2 * 2000.0 * t2 * (t1 / t) * 8.314
    return temperature_bar, concentration_bar
