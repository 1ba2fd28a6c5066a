import math
import numpy as np


def nbody_grad(position, velocity, mass, dt, steps):
    # forward
    velocity_saved = []
    acceleration_saved = []
    inverse_saved = []
    gap_saved = []
    square_saved = []
    position = position.copy()
    velocity = velocity.copy()
    for _ in range(steps):
        gap = position[None, :, :] - position[:, None, :]
        gap_saved.append(gap)
        square = np.sum(gap**2, axis=-1)
        square_saved.append(square)
        inverse = np.zeros_like(square)
        apart = square > 0
        inverse[apart] = square[apart] ** -1.5
        inverse_saved.append(inverse)
        acceleration = np.sum(gap * (inverse * mass)[:, :, None], axis=1)
        acceleration_saved.append(acceleration)
        velocity_saved.append(velocity.copy())
        velocity += dt * acceleration
        position += dt * velocity
    n = len(mass)
    distance_saved = []
    t_saved = []
    for i in range(n):
        for j in range(i):
            t = position[i] - position[j]
            t_saved.append(t)
            distance = math.sqrt(np.sum(t**2))
            distance_saved.append(distance)
    # reverse
    position_bar = np.zeros_like(position)
    mass_bar = np.zeros_like(mass)
    for i in reversed(range(n)):
        for j in reversed(range(i)):
            distance = distance_saved.pop()
            # potential -= mass[i] * mass[j] / distance
            t1 = mass[i]
            t = mass[j]
            t_bar = 1.0 / distance
            mass_bar[i] -= t_bar * t
            mass_bar[j] -= t_bar * t1
            t2 = t_saved.pop()
            # distance = np.sqrt(np.sum((position[i] - position[j]) ** 2))
            t_bar = t1 * t / distance / distance * (0.5 / distance) * (2.0 * t2)
            position_bar[i] += t_bar
            position_bar[j] -= t_bar
    # kinetic = 0.5 * np.sum(mass[:, None] * velocity**2)
    velocity_bar = 0.5 * mass[:, None] * (2.0 * velocity)
    mass_bar += np.sum(0.5 * velocity**2, axis=1)
    dt_bar = 0.0
    for _ in range(steps):
        # position += dt * velocity
        dt_bar += np.sum(position_bar * velocity)
        velocity_bar += dt * position_bar
        # velocity += dt * acceleration
        velocity[...] = velocity_saved.pop()
        acceleration = acceleration_saved.pop()
        dt_bar += np.sum(velocity_bar * acceleration)
        acceleration_bar = dt * velocity_bar
        # acceleration = np.sum(gap * (inverse * mass)[:, :, None], axis=1)
        t_bar = acceleration_bar[:, None]
        inverse = inverse_saved.pop()
        gap = gap_saved.pop()
        gap_bar = t_bar * (inverse * mass)[:, :, None]
        t_bar = np.sum(t_bar * gap, axis=2)
        inverse_bar = t_bar * mass
        mass_bar += np.sum(t_bar * inverse, axis=0)
        square = square_saved.pop()
        # inverse[apart] = square[apart] ** -1.5
        apart = square > 0
        square_bar = np.zeros_like(square)
        square_bar[apart] = inverse_bar[apart] * (-1.5 * square[apart] ** -2.5)
        # square = np.sum(gap**2, axis=-1)
        gap_bar += square_bar[:, :, None] * (2.0 * gap)
        # gap = position[None, :, :] - position[:, None, :]
        position_bar -= np.sum(gap_bar, axis=1)
        position_bar += np.sum(gap_bar, axis=0)
    return position_bar, velocity_bar, mass_bar, float(dt_bar)
