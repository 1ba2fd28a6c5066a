import numpy as np


def advection_3d_grad(q, u, v, w, dt, steps):
    # forward
    slope_saved = []
    t_saved = []
    t_saved1 = []
    slope_saved1 = []
    t_saved2 = []
    t_saved3 = []
    slope_saved2 = []
    t_saved4 = []
    t_saved5 = []
    for _ in range(steps):
        back = np.roll(q, 1, axis=0)
        ahead = np.roll(q, -1, axis=0)
        t = u > 0
        t_saved5.append(t)
        slope = np.where(t, q - back, ahead - q)
        slope_saved2.append(slope)
        t = dt * u
        t_saved4.append(t)
        q = q - t * slope
        back = np.roll(q, 1, axis=1)
        ahead = np.roll(q, -1, axis=1)
        t = v > 0
        t_saved3.append(t)
        slope = np.where(t, q - back, ahead - q)
        slope_saved1.append(slope)
        t = dt * v
        t_saved2.append(t)
        q = q - t * slope
        back = np.roll(q, 1, axis=2)
        ahead = np.roll(q, -1, axis=2)
        t = w > 0
        t_saved1.append(t)
        slope = np.where(t, q - back, ahead - q)
        slope_saved.append(slope)
        t = dt * w
        t_saved.append(t)
        q = q - t * slope
    # reverse
    q_bar = 2.0 * q
    q_bar[0, 0, 0] += 1.0
    u_bar = np.zeros_like(u)
    v_bar = np.zeros_like(v)
    w_bar = np.zeros_like(w)
    dt_bar = 0.0
    for _ in range(steps):
        slope = slope_saved.pop()
        t = t_saved.pop()
        # q = q - dt * speed * slope
        t_bar2 = q_bar * slope
        t_bar = q_bar * t
        slope_bar = -t_bar
        dt_bar += np.sum(-(t_bar2 * w))
        t = t_saved1.pop()
        # slope = np.where(speed > 0, q - back, ahead - q)
        ahead_bar = np.where(t, 0.0, slope_bar)
        q_bar += np.where(t, 0.0, t_bar)
        q_bar += np.where(t, slope_bar, 0.0)
        back_bar = np.where(t, t_bar, 0.0)
        # ahead = np.roll(q, -1, axis=axis)
        q_bar += np.roll(ahead_bar, 1, axis=2)
        # back = np.roll(q, 1, axis=axis)
        q_bar += np.roll(back_bar, -1, axis=2)
        slope = slope_saved1.pop()
        t = t_saved2.pop()
        # q = q - dt * speed * slope
        t_bar1 = q_bar * slope
        t_bar = q_bar * t
        slope_bar = -t_bar
        dt_bar += np.sum(-(t_bar1 * v))
        t = t_saved3.pop()
        # slope = np.where(speed > 0, q - back, ahead - q)
        ahead_bar = np.where(t, 0.0, slope_bar)
        q_bar += np.where(t, 0.0, t_bar)
        q_bar += np.where(t, slope_bar, 0.0)
        back_bar = np.where(t, t_bar, 0.0)
        # ahead = np.roll(q, -1, axis=axis)
        q_bar += np.roll(ahead_bar, 1, axis=1)
        # back = np.roll(q, 1, axis=axis)
        q_bar += np.roll(back_bar, -1, axis=1)
        slope = slope_saved2.pop()
        t = t_saved4.pop()
        # q = q - dt * speed * slope
        t_bar = q_bar * slope
        t_bar3 = q_bar * t
        slope_bar = -t_bar3
        dt_bar += np.sum(-(t_bar * u))
        t = t_saved5.pop()
        # slope = np.where(speed > 0, q - back, ahead - q)
        ahead_bar = np.where(t, 0.0, slope_bar)
        q_bar += np.where(t, 0.0, t_bar3)
        q_bar += np.where(t, slope_bar, 0.0)
        back_bar = np.where(t, t_bar3, 0.0)
        # ahead = np.roll(q, -1, axis=axis)
        q_bar += np.roll(ahead_bar, 1, axis=0)
        # back = np.roll(q, 1, axis=axis)
        q_bar += np.roll(back_bar, -1, axis=0)
        u_bar = u_bar - dt * t_bar
        v_bar = v_bar - dt * t_bar1
        w_bar = w_bar - dt * t_bar2
    return q_bar, u_bar, v_bar, w_bar, float(dt_bar)
