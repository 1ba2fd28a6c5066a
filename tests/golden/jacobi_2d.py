import numpy as np


def jacobi_2d_grad(a, steps):
    # forward
    old = a.copy()
    new = a.copy()
    for _ in range(steps):
        new[1:-1, 1:-1] = (
            0.2
            * (
                old[1:-1, 1:-1]
                + old[1:-1, :-2]
                + old[1:-1, 2:]
                + old[2:, 1:-1]
                + old[:-2, 1:-1]
            )
        )
        old, new = new, old
    # reverse
    old_bar = 3.0 * old**2
    new_bar = np.zeros_like(new)
    for _ in range(steps):
        # new[1:-1, 1:-1] = 0.2 * ( old[1:-1, 1:-1] + old[1:-1, :-2] + old[1:-1, 2:]...
        t_bar = 0.2 * old_bar[1:-1, 1:-1]
        old_bar[1:-1, 1:-1] = 0.0
        new_bar[1:-1, 1:-1] += t_bar
        new_bar[1:-1, :-2] += t_bar
        new_bar[1:-1, 2:] += t_bar
        new_bar[2:, 1:-1] += t_bar
        new_bar[:-2, 1:-1] += t_bar
        old_bar, new_bar = new_bar, old_bar
    # old = a.copy()
    new_bar += old_bar
    return (new_bar,)
