import numpy as np


def verlet_pendulums_grad(theta, omega, stiffness, dt, steps):
    # forward
    t = np.cos(theta)
    start = 0.5 * np.sum(omega**2) + np.sum(1 - t)
    t1 = np.sin(theta)
    pull = -t1
    t2 = theta[1:] - theta[:-1]
    stretch = stiffness * t2
    pull[:-1] += stretch
    pull[1:] -= stretch
    t_saved = []
    theta_saved = []
    acceleration_saved = []
    omega_saved = []
    t3 = 0.5 * dt
    omega1 = omega
    acceleration = pull
    for _ in range(steps):
        acceleration_saved.append(acceleration)
        omega_saved.append(omega1)
        theta = theta + dt * omega1 + 0.5 * dt**2 * acceleration
        theta_saved.append(theta)
        pull = -np.sin(theta)
        stretch = stiffness * (theta[1:] - theta[:-1])
        pull[:-1] += stretch
        pull[1:] -= stretch
        t4 = acceleration + pull
        t_saved.append(t4)
        omega1 = omega1 + t3 * t4
        acceleration = pull
    energy = 0.5 * np.sum(omega1**2) + np.sum(1 - np.cos(theta))
    # reverse
    energy_bar = 2.0 * (energy - start)
    theta_bar = np.zeros_like(theta)
    theta_bar[0] = 1.0
    # energy = 0.5 * np.sum(omega**2) + np.sum(1 - np.cos(theta))
    theta_bar += energy_bar * np.sin(theta)
    t_bar = energy_bar * 0.5
    omega_bar = t_bar * (2.0 * omega1)
    acceleration_bar = np.zeros_like(acceleration)
    t_bar1 = 2.0 * dt
    dt_bar = 0.0
    stiffness_bar = 0.0
    for _ in range(steps):
        t4 = t_saved.pop()
        # omega = omega + 0.5 * dt * (acceleration + update)
        acceleration_bar1 = t3 * omega_bar
        acceleration_bar += acceleration_bar1
        dt_bar += omega_bar @ t4 * 0.5
        # pull[:-1] += stretch
        stretch_bar = acceleration_bar[:-1] - acceleration_bar[1:]
        theta = theta_saved.pop()
        # stretch = stiffness * np.diff(angle)
        stiffness_bar += stretch_bar @ (theta[1:] - theta[:-1])
        t_bar2 = stiffness * stretch_bar
        theta_bar[1:] += t_bar2
        theta_bar[:-1] -= t_bar2
        # pull = -np.sin(angle)
        theta_bar -= acceleration_bar * np.cos(theta)
        acceleration = acceleration_saved.pop()
        # theta = theta + dt * omega + 0.5 * dt**2 * acceleration
        acceleration_bar1 += 0.5 * dt**2 * theta_bar
        dt_bar += theta_bar @ acceleration * 0.5 * t_bar1
        omega1 = omega_saved.pop()
        dt_bar += theta_bar @ omega1
        omega_bar += dt * theta_bar
        acceleration_bar = acceleration_bar1
    # pull[:-1] += stretch
    stretch_bar = acceleration_bar[:-1] - acceleration_bar[1:]
    # stretch = stiffness * np.diff(angle)
    stiffness_bar += stretch_bar @ t2
    t_bar1 = stiffness * stretch_bar
    theta_bar[1:] += t_bar1
    theta_bar[:-1] -= t_bar1
    # pull = -np.sin(angle)
    theta_bar -= acceleration_bar * t
    # start = 0.5 * np.sum(omega**2) + np.sum(1 - np.cos(theta))
    theta_bar -= energy_bar * t1
    omega_bar -= t_bar * (2.0 * omega)
    return theta_bar, omega_bar, float(stiffness_bar), float(dt_bar)
