import numpy as np


def advection_3d_grad(q, u, v, w, dt, steps):
    # forward
    slope_saved = []
    slope_saved1 = []
    slope_saved2 = []
    for _ in range(steps):
        back = np.roll(q, 1, axis=0)
        ahead = np.roll(q, -1, axis=0)
        slope = np.where(u > 0, q - back, ahead - q)
        slope_saved2.append(slope)
        q = q - dt * u * slope
        back = np.roll(q, 1, axis=1)
        ahead = np.roll(q, -1, axis=1)
        slope = np.where(v > 0, q - back, ahead - q)
        slope_saved1.append(slope)
        q = q - dt * v * slope
        back = np.roll(q, 1, axis=2)
        ahead = np.roll(q, -1, axis=2)
        slope = np.where(w > 0, q - back, ahead - q)
        slope_saved.append(slope)
        q = q - dt * w * slope
    # reverse
    q_bar = 2.0 * q
    q_bar[0, 0, 0] += 1.0
    u_bar = np.zeros_like(u)
    v_bar = np.zeros_like(v)
    w_bar = np.zeros_like(w)
    dt_bar = 0.0
    for _ in range(steps):
        slope = slope_saved.pop()
        # q = q - dt * speed * slope
        t_bar1 = q_bar * slope
        t_bar = q_bar * (dt * w)
        slope_bar = -t_bar
        dt_bar -= np.sum(t_bar1 * w)
        w_bar -= dt * t_bar1
        # slope = np.where(speed > 0, q - back, ahead - q)
        t = w > 0
        ahead_bar = np.where(t, 0.0, slope_bar)
        q_bar += np.where(t, 0.0, t_bar)
        q_bar += np.where(t, slope_bar, 0.0)
        back_bar = np.where(t, t_bar, 0.0)
        # ahead = np.roll(q, -1, axis=axis)
        q_bar += np.roll(ahead_bar, 1, axis=2)
        # back = np.roll(q, 1, axis=axis)
        q_bar += np.roll(back_bar, -1, axis=2)
        slope = slope_saved1.pop()
        # q = q - dt * speed * slope
        t_bar1 = q_bar * slope
        t_bar = q_bar * (dt * v)
        slope_bar = -t_bar
        dt_bar -= np.sum(t_bar1 * v)
        v_bar -= dt * t_bar1
        # slope = np.where(speed > 0, q - back, ahead - q)
        t = v > 0
        ahead_bar = np.where(t, 0.0, slope_bar)
        q_bar += np.where(t, 0.0, t_bar)
        q_bar += np.where(t, slope_bar, 0.0)
        back_bar = np.where(t, t_bar, 0.0)
        # ahead = np.roll(q, -1, axis=axis)
        q_bar += np.roll(ahead_bar, 1, axis=1)
        # back = np.roll(q, 1, axis=axis)
        q_bar += np.roll(back_bar, -1, axis=1)
        slope = slope_saved2.pop()
        # q = q - dt * speed * slope
        t_bar1 = q_bar * slope
        t_bar = q_bar * (dt * u)
        slope_bar = -t_bar
        dt_bar -= np.sum(t_bar1 * u)
        u_bar -= dt * t_bar1
        # slope = np.where(speed > 0, q - back, ahead - q)
        t = u > 0
        ahead_bar = np.where(t, 0.0, slope_bar)
        q_bar += np.where(t, 0.0, t_bar)
        q_bar += np.where(t, slope_bar, 0.0)
        back_bar = np.where(t, t_bar, 0.0)
        # ahead = np.roll(q, -1, axis=axis)
        q_bar += np.roll(ahead_bar, 1, axis=0)
        # back = np.roll(q, 1, axis=axis)
        q_bar += np.roll(back_bar, -1, axis=0)
    return q_bar, u_bar, v_bar, w_bar, float(dt_bar)
