import math


def drag_force_grad(speed, diameter, viscosity):
    # forward
    area = 3.141592653589793 * diameter**2 / 4
    t = 100 * speed
    reynolds = t * diameter / viscosity
    t1 = reynolds < 0.1
    if t1:
        t2 = 24 / reynolds
        t3 = t2 * 0.6
        t4 = t3 * area
        t5 = speed**2
    else:
        t6 = reynolds < 1000
        if t6:
            t7 = 24 / reynolds
            t8 = 1 + 0.15 * math.pow(reynolds, 0.687)
            coefficient = t7 * t8
            done = False
        else:
            t2 = 1000 <= reynolds
            done = not (t2 and reynolds < 200000.0)
            if done:
                t10 = 0.1 * area
                t11 = speed**2
                t12 = math.pow(viscosity, 0.1)
                value = t10 * t11 / t12
            coefficient = 0.44
            t9 = done
        if not done:
            t13 = coefficient * 0.6
            t14 = t13 * area
            t15 = speed**2
            t16 = 0.001 * viscosity
    # reverse
    if t1:
        speed_bar = t4 * (2.0 * speed)
        area_bar = t5 * t3
        reynolds_bar = -(t5 * area * 0.6 * (t2 / reynolds))
        viscosity_bar = 0.0
    else:
        if done:
            value_bar = 1.0
            coefficient_bar = 0.0
            area_bar = 0.0
            speed_bar = 0.0
            viscosity_bar = 0.0
        else:
            viscosity_bar = speed * 0.001
            speed_bar = t16 + t14 * (2.0 * speed)
            area_bar = t15 * t13
            coefficient_bar = t15 * area * 0.6
            value_bar = 0.0
        if t6:
            # coefficient = 24 / reynolds * (1 + 0.15 * reynolds**0.687)
            reynolds_bar = (
                coefficient_bar
                * t7
                * 0.15
                * (0.687 * math.pow(reynolds, -0.31299999999999994))
            )
            reynolds_bar -= coefficient_bar * t8 * (t7 / reynolds)
        else:
            if t9:
                t_bar = value_bar / t12
                viscosity_bar -= (
                    value_bar * (value / t12) * (0.1 * math.pow(viscosity, -0.9))
                )
                speed_bar += t_bar * t10 * (2.0 * speed)
                area_bar += t_bar * t11 * 0.1
            reynolds_bar = 0.0
    # reynolds = 100 * speed * diameter / viscosity
    t_bar = reynolds_bar / viscosity
    viscosity_bar -= reynolds_bar * (reynolds / viscosity)
    diameter_bar = t_bar * t
    speed_bar += t_bar * diameter * 100
    # area = math.pi * diameter**2 / 4
    diameter_bar += area_bar * 0.25 * 3.141592653589793 * (2.0 * diameter)
    return float(speed_bar), float(diameter_bar), float(viscosity_bar)
