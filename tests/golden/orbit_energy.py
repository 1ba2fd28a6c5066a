import numpy as np


def safe_divide_number(a, b):
    """a / b, and 0 where b is 0."""
    return 0.0 if b == 0 else a / b


def orbit_energy_grad(state, masses):
    state_0_0 = state[0][0]
    state_0_1 = state[0][1]
    state_1_0 = state[1][0]
    state_1_1 = state[1][1]
    state_2_0 = state[2][0]
    state_2_1 = state[2][1]
    masses_0 = masses[0]
    masses_1 = masses[1]
    # forward
    t = 0.5 * masses_0
    t1 = 0.5 * masses_1
    t2 = np.hypot(state_0_0, state_0_1)
    # reverse
    # potential = -m1 * m2 / np.hypot(x, y)
    t_bar = masses_0 * masses_1 / t2 / t2
    state_0_0_bar = t_bar * safe_divide_number(state_0_0, t2)
    state_0_1_bar = t_bar * safe_divide_number(state_0_1, t2)
    # kinetic = 0.5 * m1 * (u1**2 + v1**2) + 0.5 * m2 * (u2**2 + v2**2)
    state_2_1_bar = t1 * (2.0 * state_2_1)
    state_2_0_bar = t1 * (2.0 * state_2_0)
    masses_1_bar = (state_2_0**2 + state_2_1**2) * 0.5 - masses_0 / t2
    state_1_1_bar = t * (2.0 * state_1_1)
    state_1_0_bar = t * (2.0 * state_1_0)
    masses_0_bar = (state_1_0**2 + state_1_1**2) * 0.5 - masses_1 / t2
    return (
        [
            (state_0_0_bar, state_0_1_bar),
            (state_1_0_bar, state_1_1_bar),
            (state_2_0_bar, state_2_1_bar),
        ],
        (float(masses_0_bar), float(masses_1_bar)),
    )
