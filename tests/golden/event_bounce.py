def event_bounce_grad(height, speed, restitution, dt, steps):
    # forward
    t_saved = []
    height_saved = []
    speed_saved = []
    t = 9.81 * dt
    bounces = 0
    trips = 0
    for _ in range(steps):
        height_saved.append(height)
        speed_saved.append(speed)
        fall = speed - t
        landed = height + dt * fall
        if landed >= 0:
            height = landed
            speed = fall
            stop = False
        else:
            early = height / (height - landed)
            t1 = restitution * (speed - t * early)
            t_saved.append(t1)
            speed = -t1
            height = -((1 - early) * dt * t1)
            bounces += 1
            stop = bounces == 3
        trips += 1
        if stop:
            break
    # reverse
    speed_bar = 0.2 * speed
    height_bar = 1.0
    restitution_bar = 0.0
    for _ in range(trips):
        height = height_saved.pop()
        speed = speed_saved.pop()
        fall = speed - t
        landed = height + dt * fall
        if landed >= 0:
            landed_bar, fall_bar, height_bar, speed_bar = (
                height_bar,
                speed_bar,
                0.0,
                0.0,
            )
        else:
            t2 = t_saved.pop()
            # height = (1 - early) * dt * speed
            t1 = height - landed
            early = height / t1
            early_bar = height_bar * t2 * dt
            # speed = -restitution * (speed - 9.81 * dt * early)
            t_bar = -(height_bar * ((1 - early) * dt)) - speed_bar
            restitution_bar += t_bar * (speed - t * early)
            speed_bar = t_bar * restitution
            early_bar -= speed_bar * t
            # early = height / (height - landed)
            height_bar = early_bar / t1
            landed_bar = early_bar * (early / t1)
            height_bar -= landed_bar
            fall_bar = 0.0
        # landed = height + dt * fall
        height_bar += landed_bar
        fall_bar += landed_bar * dt
        # fall = speed - 9.81 * dt
        speed_bar += fall_bar
    return float(height_bar), float(speed_bar), float(restitution_bar)
