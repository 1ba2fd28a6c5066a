import numpy as np


def lotka_volterra_rk4_grad(state, rates, dt, steps):
    # forward
    a = rates[0]
    b = rates[1]
    c = rates[2]
    d = rates[3]
    t_saved = []
    t_saved1 = []
    k3_saved = []
    prey_saved = []
    hunter_saved = []
    k2_saved = []
    prey_saved1 = []
    hunter_saved1 = []
    k1_saved = []
    prey_saved2 = []
    hunter_saved2 = []
    t = 0.5 * dt
    t1 = dt / 6
    for _ in range(steps):
        prey = state[0]
        prey_saved2.append(prey)
        hunter = state[1]
        hunter_saved2.append(hunter)
        k1 = np.array([prey * (a - b * hunter), hunter * (d * prey - c)])
        k1_saved.append(k1)
        t2 = state + t * k1
        prey = t2[0]
        prey_saved1.append(prey)
        hunter = t2[1]
        hunter_saved1.append(hunter)
        k2 = np.array([prey * (a - b * hunter), hunter * (d * prey - c)])
        k2_saved.append(k2)
        t2 = state + t * k2
        prey = t2[0]
        prey_saved.append(prey)
        hunter = t2[1]
        hunter_saved.append(hunter)
        k3 = np.array([prey * (a - b * hunter), hunter * (d * prey - c)])
        k3_saved.append(k3)
        t2 = state + dt * k3
        t_saved1.append(t2)
        prey = t2[0]
        hunter = t2[1]
        k4 = np.array([prey * (a - b * hunter), hunter * (d * prey - c)])
        t2 = k1 + 2 * k2 + 2 * k3 + k4
        t_saved.append(t2)
        state = state + t1 * t2
    # reverse
    state_bar = 2.0 * state
    b_bar = 0.0
    a_bar = 0.0
    d_bar = 0.0
    c_bar = 0.0
    dt_bar = 0.0
    for _ in range(steps):
        t2 = t_saved.pop()
        # state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        k4_bar = t1 * state_bar
        k3_bar = 2 * k4_bar
        dt_bar += np.sum(state_bar * t2) / 6
        t_bar1 = k4_bar[0]
        t_bar = k4_bar[1]
        t2 = t_saved1.pop()
        prey = t2[0]
        hunter = t2[1]
        hunter_bar = t_bar * (d * prey - c)
        t_bar *= hunter
        c_bar -= t_bar
        d_bar += t_bar * prey
        prey_bar = t_bar * d
        prey_bar += t_bar1 * (a - b * hunter)
        t_bar = t_bar1 * prey
        a_bar += t_bar
        b_bar -= t_bar * hunter
        hunter_bar -= t_bar * b
        # prey, hunter = z[0], z[1]
        t_bar = np.zeros_like(t2)
        t_bar[0] = prey_bar
        t_bar[1] = hunter_bar
        # k4 = flow(state + dt * k3)
        state_bar += t_bar
        k3 = k3_saved.pop()
        dt_bar += np.sum(t_bar * k3)
        k3_bar1 = k3_bar + dt * t_bar
        t_bar1 = k3_bar1[0]
        t_bar = k3_bar1[1]
        prey = prey_saved.pop()
        hunter = hunter_saved.pop()
        hunter_bar = t_bar * (d * prey - c)
        t_bar *= hunter
        c_bar -= t_bar
        d_bar += t_bar * prey
        prey_bar = t_bar * d
        prey_bar += t_bar1 * (a - b * hunter)
        t_bar = t_bar1 * prey
        a_bar += t_bar
        b_bar -= t_bar * hunter
        hunter_bar -= t_bar * b
        # prey, hunter = z[0], z[1]
        t_bar = np.zeros_like(t2)
        t_bar[0] = prey_bar
        t_bar[1] = hunter_bar
        # k3 = flow(state + 0.5 * dt * k2)
        state_bar += t_bar
        k2 = k2_saved.pop()
        k3_bar += t * t_bar
        t_bar2 = k3_bar[0]
        t_bar1 = k3_bar[1]
        prey = prey_saved1.pop()
        hunter = hunter_saved1.pop()
        hunter_bar = t_bar1 * (d * prey - c)
        t_bar1 *= hunter
        c_bar -= t_bar1
        d_bar += t_bar1 * prey
        prey_bar = t_bar1 * d
        prey_bar += t_bar2 * (a - b * hunter)
        t_bar1 = t_bar2 * prey
        a_bar += t_bar1
        b_bar -= t_bar1 * hunter
        hunter_bar -= t_bar1 * b
        # prey, hunter = z[0], z[1]
        t_bar1 = np.zeros_like(t2)
        t_bar1[0] = prey_bar
        t_bar1[1] = hunter_bar
        # k2 = flow(state + 0.5 * dt * k1)
        state_bar += t_bar1
        k1 = k1_saved.pop()
        k4_bar += t * t_bar1
        dt_bar += (np.sum(t_bar * k2) + np.sum(t_bar1 * k1)) * 0.5
        t_bar1 = k4_bar[0]
        t_bar = k4_bar[1]
        prey = prey_saved2.pop()
        hunter = hunter_saved2.pop()
        hunter_bar = t_bar * (d * prey - c)
        t_bar *= hunter
        c_bar -= t_bar
        d_bar += t_bar * prey
        prey_bar = t_bar * d
        prey_bar += t_bar1 * (a - b * hunter)
        t_bar = t_bar1 * prey
        a_bar += t_bar
        b_bar -= t_bar * hunter
        hunter_bar -= t_bar * b
        # prey, hunter = z[0], z[1]
        state_bar[0] += prey_bar
        state_bar[1] += hunter_bar
    # a, b, c, d = rates
    rates_bar = np.zeros_like(rates)
    rates_bar[0] = a_bar
    rates_bar[1] = b_bar
    rates_bar[2] = c_bar
    rates_bar[3] = d_bar
    return state_bar, rates_bar, float(dt_bar)
