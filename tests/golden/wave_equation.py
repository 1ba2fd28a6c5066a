import numpy as np


def wave_equation_grad(u, speed, dt, steps):
    # forward
    past = u.copy()
    now = u.copy()
    t_saved = []
    past_saved = []
    for _ in range(steps):
        past_saved.append(past)
        ahead = np.zeros_like(now)
        t = 2.0 * now[1:-1]
        t1 = now[2:] - t + now[:-2]
        t_saved.append(t1)
        ahead[1:-1] = t - past[1:-1] + (speed[1:-1] * dt) ** 2 * t1
        past, now = now, ahead
    # reverse
    past_bar = np.ones_like(past)
    now_bar = 2.0 * now
    speed_bar = np.zeros_like(speed)
    dt_bar = 0.0
    for _ in range(steps):
        # ahead[1:-1] = ( 2.0 * now[1:-1] - past[1:-1] + (speed[1:-1] * dt) ** 2 * (n...
        t_bar = now_bar[1:-1]
        t2 = t_saved.pop()
        t = speed[1:-1]
        t1 = t * dt
        t_bar2 = t_bar * t1**2
        t_bar1 = t_bar * t2 * (2.0 * t1)
        dt_bar += t_bar1 @ t
        past = past_saved.pop()
        past_bar[1:-1] += 2.0 * (t_bar - t_bar2)
        past_bar1 = np.zeros_like(past)
        past_bar1[1:-1] = -t_bar
        speed_bar[1:-1] += dt * t_bar1
        past_bar[2:] += t_bar2
        past_bar[:-2] += t_bar2
        past_bar, now_bar = past_bar1, past_bar
    # past = u.copy()
    now_bar += past_bar
    return now_bar, speed_bar, float(dt_bar)
