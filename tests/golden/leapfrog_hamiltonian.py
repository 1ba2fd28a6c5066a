import numpy as np


def leapfrog_hamiltonian_grad(q, p, precision, dt, steps):
    # forward
    q = q.copy()
    p = p.copy()
    t = 0.5 * dt
    t1 = precision @ q
    p -= t * t1
    p_saved = []
    t_saved = []
    q_saved = []
    q1 = q.copy()
    for step in range(steps):
        q_saved.append(q1.copy())
        q1 += dt * p
        if step < steps - 1:
            t2 = precision @ q1
            t_saved.append(t2)
            p_saved.append(p.copy())
            p -= dt * t2
    t2 = precision @ q1
    p1 = p.copy()
    p1 -= t * t2
    # reverse
    q_bar = np.ones_like(q1)
    t_bar = 0.5 * q1
    q_bar += 0.5 * (q1 @ precision)
    q_bar += precision @ t_bar
    # p -= 0.5 * dt * (precision @ q)
    t_bar1 = -(t * p1)
    precision_bar = np.array((q1, t_bar1)).T @ np.array((t_bar, q1))
    q_bar += t_bar1 @ precision
    dt_bar = -(p1 @ t2 * 0.5)
    p_bar = p1
    for step in reversed(range(steps)):
        if step < steps - 1:
            # p -= dt * (precision @ q)
            p[...] = p_saved.pop()
            t2 = t_saved.pop()
            dt_bar -= p_bar @ t2
            t_bar = -(dt * p_bar)
            precision_bar += np.outer(t_bar, q1)
            q_bar += t_bar @ precision
        # q += dt * p
        q1[...] = q_saved.pop()
        dt_bar += q_bar @ p
        p_bar += dt * q_bar
    # p -= 0.5 * dt * (precision @ q)
    t_bar = -(t * p_bar)
    precision_bar += np.outer(t_bar, q)
    q_bar += t_bar @ precision
    dt_bar -= p_bar @ t1 * 0.5
    return q_bar, p_bar, precision_bar, float(dt_bar)
